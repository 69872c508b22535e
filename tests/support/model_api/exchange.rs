//! The answering side of one connection, which notices at once when the client leaves.

use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::watch;

use super::{Ending, Recorded, http};

/// One connection after its request was read.
pub(super) struct Exchange {
    reader: BufReader<OwnedReadHalf>,
    writer: OwnedWriteHalf,
    released: watch::Receiver<bool>,
}

/// The client has closed the connection.
pub(super) struct Left;

impl Exchange {
    /// Reads the request of a new connection.
    pub(super) async fn open(
        stream: TcpStream,
        released: watch::Receiver<bool>,
    ) -> Option<(Self, Recorded)> {
        stream.set_nodelay(true).ok()?;
        let (reader, writer) = stream.into_split();
        let mut reader = BufReader::new(reader);
        let request = http::read_request(&mut reader).await?;
        let exchange = Self {
            reader,
            writer,
            released,
        };
        Some((exchange, request))
    }

    /// Sends a whole JSON answer.
    pub(super) async fn json(
        &mut self,
        status: u16,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> Ending {
        let body = body.to_string();
        let mut head = format!(
            "HTTP/1.1 {status} Stub\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
             connection: close\r\n",
            body.len()
        );
        for (name, value) in headers {
            head += &[name, ": ", value, "\r\n"].concat();
        }
        let sent = self.write(format!("{head}\r\n{body}").as_bytes()).await;
        Ending::of(&sent)
    }

    /// Begins a stream of events.
    pub(super) async fn begin(&mut self) -> Result<(), Left> {
        self.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\
              transfer-encoding: chunked\r\nconnection: close\r\n\r\n",
        )
        .await
    }

    /// Sends one event; with `name`, the `event:` line too.
    pub(super) async fn event(&mut self, name: Option<&str>, data: &str) -> Result<(), Left> {
        let name = name.map_or_else(String::new, |name| format!("event: {name}\n"));
        let event = format!("{name}data: {data}\n\n");
        self.write(format!("{:x}\r\n{event}\r\n", event.len()).as_bytes())
            .await
    }

    /// Ends a stream of events properly.
    pub(super) async fn end(&mut self) -> Result<(), Left> {
        self.write(b"0\r\n\r\n").await
    }

    /// Waits, unless the client leaves before.
    pub(super) async fn pause(&mut self, time: Duration) -> Result<(), Left> {
        tokio::select! {
            () = tokio::time::sleep(time) => Ok(()),
            () = client_leaves(&mut self.reader) => Err(Left),
        }
    }

    /// Waits until the test lets it go on, unless the client leaves before.
    pub(super) async fn hold(&mut self) -> Result<(), Left> {
        tokio::select! {
            // A test that has ended lets it go as well.
            _ = self.released.wait_for(|released| *released) => Ok(()),
            () = client_leaves(&mut self.reader) => Err(Left),
        }
    }

    /// Waits until the client leaves.
    pub(super) async fn hang(&mut self) -> Left {
        client_leaves(&mut self.reader).await;
        Left
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<(), Left> {
        tokio::select! {
            biased;
            written = self.writer.write_all(bytes) => written.map_err(|_| Left),
            () = client_leaves(&mut self.reader) => Err(Left),
        }
    }
}

/// Ends when the other side has closed; whatever it still says is dropped.
async fn client_leaves(reader: &mut BufReader<OwnedReadHalf>) {
    let mut scrap = [0; 256];
    while matches!(reader.read(&mut scrap).await, Ok(count) if count > 0) {}
}

impl Ending {
    /// What an outcome means for the record.
    pub(super) fn of(outcome: &Result<(), Left>) -> Self {
        match outcome {
            Ok(()) => Self::Answered,
            Err(Left) => Self::ClientLeft,
        }
    }

    /// What came of a stream, which may have been ended as ordered.
    pub(super) fn of_stream(outcome: Result<Option<Self>, Left>) -> Self {
        outcome.map_or(Self::ClientLeft, |ordered| {
            ordered.unwrap_or(Self::Answered)
        })
    }
}
