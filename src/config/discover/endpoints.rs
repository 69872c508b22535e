//! OpenAI-compatible model servers on loopback: does something answer `GET /v1/models`?
//!
//! A tiny HTTP/1.1 client of its own, so that looking never goes through a proxy, follows a
//! redirect or waits long: 300 ms to connect, 300 ms to answer, 256 KiB at most.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use serde::Deserialize;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::{Found, FoundIn, Role, name_like};
use crate::config::adapter::Adapter;
use crate::config::launch::Launch;
use crate::config::problem::shown;

/// The ports that local model servers use, with the program that is known for it.
pub const PORTS: [(u16, &str); 4] = [
    (11434, "Ollama"),
    (8080, "llama.cpp"),
    (8000, "vLLM"),
    (1234, "LM Studio"),
];

const LIMIT: Duration = Duration::from_millis(300);
const MOST_BYTES: u64 = 256 * 1024;
const MOST_MODELS: usize = 100;

/// Asks these ports of 127.0.0.1, all at once.
pub async fn endpoints(ports: &[(u16, &str)]) -> Vec<Found> {
    let asked = ports.iter().map(|(port, program)| probe(*port, program));
    let answers = futures_util::future::join_all(asked).await;
    answers.into_iter().flatten().collect()
}

async fn probe(port: u16, program: &str) -> Option<Found> {
    let answer = ask(port).await?;
    let (status, body) = split_response(&answer)?;
    let url = format!("http://127.0.0.1:{port}/v1");
    let (models, note) = match status {
        200 => {
            let models = models(&body)?;
            let note = models
                .is_empty()
                .then(|| "it has no model loaded".to_owned());
            (models, note)
        }
        401 | 403 => {
            let note = "it wants a key: set `bearer` to a reference to one";
            (Vec::new(), Some(note.to_owned()))
        }
        503 => (Vec::new(), Some("it is still loading its model".to_owned())),
        _ => return None,
    };
    Some(Found {
        what: format!("OpenAI-compatible endpoint on port {port} ({program} by its port)"),
        origin: FoundIn::Endpoint(url.clone()),
        name: name_like(&format!("local-{port}")),
        role: Role::Member(Adapter::Openai),
        launch: Launch {
            url: Some(url),
            ..Launch::default()
        },
        models,
        note,
    })
}

/// Everything that came before the end, the limit or the deadline.
async fn ask(port: u16) -> Option<Vec<u8>> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut stream = timeout(LIMIT, TcpStream::connect(address))
        .await
        .ok()?
        .ok()?;
    let request = format!(
        "GET /v1/models HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: application/json\r\n\
         Connection: close\r\n\r\n"
    );
    let mut answer = Vec::new();
    let exchange = async {
        stream.write_all(request.as_bytes()).await?;
        (&mut stream)
            .take(MOST_BYTES)
            .read_to_end(&mut answer)
            .await
    };
    // A server that keeps the connection open has said all it will by the deadline.
    match timeout(LIMIT, exchange).await {
        Ok(Err(_)) => None,
        Ok(Ok(_)) | Err(_) => (!answer.is_empty()).then_some(answer),
    }
}

/// Status and body; `None` for what is not HTTP.
fn split_response(answer: &[u8]) -> Option<(u16, Vec<u8>)> {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = std::str::from_utf8(answer.get(..end)?).ok()?;
    let body = answer.get(end + 4..)?;
    let mut lines = head.split("\r\n");
    let mut first = lines.next()?.split(' ');
    first
        .next()
        .filter(|version| version.starts_with("HTTP/1."))?;
    let status = first.next()?.parse().ok()?;
    let chunked = lines.any(|line| {
        line.split_once(':').is_some_and(|(name, value)| {
            name.eq_ignore_ascii_case("transfer-encoding")
                && value.to_ascii_lowercase().contains("chunked")
        })
    });
    let body = if chunked {
        join_chunks(body)?
    } else {
        body.to_vec()
    };
    Some((status, body))
}

fn join_chunks(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = rest.windows(2).position(|two| two == b"\r\n")?;
        let line = std::str::from_utf8(rest.get(..end)?).ok()?;
        let digits = line.split(';').next()?.trim();
        let length = usize::from_str_radix(digits, 16).ok()?;
        if length == 0 {
            return Some(body);
        }
        let chunk = rest.get(end + 2..)?;
        body.extend_from_slice(chunk.get(..length)?);
        rest = chunk.get(length.checked_add(2)?..)?;
    }
}

#[derive(Deserialize)]
struct Listing {
    data: Vec<Model>,
}

#[derive(Deserialize)]
struct Model {
    id: String,
}

fn models(body: &[u8]) -> Option<Vec<String>> {
    let listing: Listing = serde_json::from_slice(body).ok()?;
    let ids = listing
        .data
        .iter()
        .take(MOST_MODELS)
        .map(|it| shown(&it.id));
    Some(ids.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    /// A port that answers one connection with these bytes and then, if told so, stays open.
    async fn serve(answer: &'static [u8], stay_open: bool) -> (u16, tokio::task::JoinSet<()>) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let mut tasks = tokio::task::JoinSet::new();
        tasks.spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = [0; 1024];
            let read = stream.read(&mut request).await.unwrap();
            assert!(request[..read].starts_with(b"GET /v1/models HTTP/1.1\r\n"));
            // The client may hang up in the middle of a long answer.
            stream.write_all(answer).await.ok();
            if stay_open {
                std::future::pending::<()>().await;
            }
        });
        (port, tasks)
    }

    async fn found(answer: &'static [u8], stay_open: bool) -> Vec<Found> {
        let (port, _tasks) = serve(answer, stay_open).await;
        endpoints(&[(port, "test")]).await
    }

    #[tokio::test]
    async fn an_endpoint_is_found_with_its_models() {
        let plain = b"HTTP/1.1 200 OK\r\n\r\n{\"data\":[{\"id\":\"qwen\"},{\"id\":\"b\"}]}";
        let all = found(plain, false).await;
        assert_eq!(all[0].models, ["qwen", "b"]);
        assert_eq!(all[0].role, Role::Member(Adapter::Openai));
        assert_eq!(all[0].note, None);
        let open = found(plain, true).await;
        assert_eq!(open[0].models, ["qwen", "b"], "a connection kept open");
        let chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\
                        8\r\n{\"data\":\r\nd\r\n[{\"id\":\"c\"}]} \r\n0\r\n\r\n";
        assert_eq!(found(chunked, false).await[0].models, ["c"]);
        let closed = b"HTTP/1.1 401 Unauthorized\r\n\r\n";
        assert!(found(closed, false).await[0].note.is_some());
    }

    #[tokio::test]
    async fn other_servers_silence_and_garbage_are_not_endpoints() {
        for answer in [
            &b""[..],
            b"SSH-2.0-OpenSSH_9.6\r\n",
            b"HTTP/1.1 200 OK\r\n\r\n<html>hello</html>",
            b"HTTP/1.1 404 Not Found\r\n\r\n{\"data\":[]}",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nx",
        ] {
            assert_eq!(found(answer, false).await, []);
            assert_eq!(found(answer, true).await, []);
        }
    }

    #[tokio::test]
    async fn a_closed_port_is_nothing() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        assert_eq!(endpoints(&[(port, "test")]).await, []);
    }
}
