//! A plain HTTP/1.1 client, one request a connection: what is sent is what the test says, byte by byte.

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::soon;

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    /// The status; 0 where the connection was closed without one.
    pub(crate) status: u16,
    /// The head, as it came.
    pub(crate) head: String,
    /// The body as text.
    pub(crate) body: String,
}

impl Reply {
    /// The body, which is JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// Sends a head of these lines with the body, and reads until the connection ends.
pub(crate) async fn exchange(port: u16, head: &[String], body: &[u8]) -> Reply {
    let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let (mut reader, mut writer) = stream.into_split();
    let sending = async {
        let head = head.join("\r\n") + "\r\n\r\n";
        // Who is refused need not be heard to the end.
        if writer.write_all(head.as_bytes()).await.is_ok() {
            drop(writer.write_all(body).await);
        }
    };
    let mut bytes = Vec::new();
    let reading = reader.read_to_end(&mut bytes);
    let ((), _ended) = soon("a reply", async { tokio::join!(sending, reading) }).await;
    let text = String::from_utf8_lossy(&bytes);
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
    Reply {
        status: status.unwrap_or(0),
        head: head.to_owned(),
        body: body.to_owned(),
    }
}
