//! The room's MCP server over HTTP before a room that is played: nobody is counted for it, nobody holds it up.

use std::path::PathBuf;

use serde_json::{Value, json};
use synod::core::{HubKind, HubStatus, MemberName, State};
use synod::engine::{Engine, Ports, SystemClock};
use synod::journal::memory::MemoryJournal;
use synod::link::{Archive, Desk, Query, QueryError, QueryReply};
use synod::servers::room::Endpoint;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::support::raw_http::exchange;
use crate::support::soon;

/// A memory that never answers; tells when it is asked.
#[derive(Clone)]
struct Silent(watch::Sender<usize>);

impl Archive for Silent {
    async fn query(&self, _query: Query) -> Result<QueryReply, QueryError> {
        self.0.send_modify(|asked| *asked += 1);
        std::future::pending().await
    }
}

/// A room with an endpoint.
struct Played {
    folder: TempDir,
    port: u16,
    token: String,
    asked: watch::Receiver<usize>,
    presence: watch::Receiver<usize>,
    stop: CancellationToken,
    running: JoinSet<()>,
    /// What the engine and the desk listen to.
    _open: Box<dyn std::any::Any + Send>,
}

impl Played {
    fn new() -> Self {
        let (effects, orders) = mpsc::channel(8);
        let (reporting, reports) = mpsc::channel(8);
        let (saying, deltas) = mpsc::channel(8);
        let ports = Ports {
            effects,
            reports,
            deltas,
        };
        let clock = SystemClock::default();
        let (engine, handle) = Engine::new(State::new(), MemoryJournal::new(), clock, ports, 1_000);
        let stop = CancellationToken::new();
        let mut running = JoinSet::new();
        let ended = stop.clone();
        running.spawn(async move { drop(engine.run("test", ended).await) });
        let (asking, asked) = watch::channel(0);
        let (hub_kept, hub) = watch::channel(HubStatus::starting(HubKind::Builtin));
        let (presence_kept, presence) = watch::channel(0);
        let desk = Desk {
            engine: handle,
            hub,
            archive: Silent(asking),
            presence: presence.clone(),
            stop: stop.clone(),
        };
        let folder = tempfile::tempdir().unwrap();
        let ann = MemberName::new("ann").unwrap();
        let endpoint = Endpoint::open(folder.path(), [ann]).unwrap();
        let text = std::fs::read_to_string(folder.path().join("room.tokens")).unwrap();
        let told: Value = serde_json::from_str(&text).unwrap();
        let url = told["url"].as_str().unwrap();
        let port = url.strip_prefix("http://127.0.0.1:").unwrap();
        let port = port.strip_suffix("/mcp").unwrap().parse().unwrap();
        let token = told["members"]["ann"].as_str().unwrap().to_owned();
        running.spawn(async move { endpoint.serve(desk).await.unwrap() });
        Self {
            folder,
            port,
            token,
            asked,
            presence,
            stop,
            running,
            _open: Box::new((orders, reporting, saying, hub_kept, presence_kept)),
        }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("room.tokens")
    }

    fn head(&self, length: usize) -> Vec<String> {
        vec![
            "POST /mcp HTTP/1.1".to_owned(),
            format!("host: localhost:{}", self.port),
            "accept: application/json, text/event-stream".to_owned(),
            "content-type: application/json".to_owned(),
            format!("authorization: Bearer {}", self.token),
            format!("content-length: {length}"),
            "connection: close".to_owned(),
        ]
    }
}

fn call(tool: &str, arguments: &Value) -> String {
    let params = json!({"name": tool, "arguments": arguments});
    json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}).to_string()
}

#[tokio::test]
async fn nobody_is_counted_and_a_call_under_way_holds_up_no_end() {
    let mut room = Played::new();
    let status = call("room_status", &json!({}));
    let reply = exchange(room.port, &room.head(status.len()), status.as_bytes()).await;
    let you = &reply.json()["result"]["structuredContent"]["you"];
    assert_eq!(you["name"], "ann", "{reply:?}");

    // One that waits for the memory, another whose body never ends.
    let search = call("search", &json!({"words": "needle"}));
    let (port, head) = (room.port, room.head(search.len()));
    let mut waiting = JoinSet::new();
    waiting.spawn(async move { exchange(port, &head, search.as_bytes()).await });
    let mut half = TcpStream::connect(("127.0.0.1", room.port)).await.unwrap();
    let head = room.head(100).join("\r\n") + "\r\n\r\n{";
    half.write_all(head.as_bytes()).await.unwrap();
    let asked = room.asked.wait_for(|asked| *asked == 1);
    drop(soon("a question", asked).await.unwrap());
    assert_eq!(*room.presence.borrow(), 0);
    assert!(!room.presence.has_changed().unwrap());

    room.stop.cancel();
    let file = room.file();
    soon("the end", room.running.join_all()).await;
    assert!(!file.exists());
    assert!(TcpStream::connect(("127.0.0.1", port)).await.is_err());
    let unanswered = soon("both ends", waiting.join_all()).await;
    assert_ne!(unanswered[0].status, 200, "{unanswered:?}");
}

/// The clock goes on by itself where everybody waits.
#[tokio::test(start_paused = true)]
async fn who_sends_nothing_more_is_let_go() {
    let room = Played::new();
    for (sent, status) in [
        // Not even a whole head: hyper has no words for that.
        ("POST /mcp HTTP/1.1\r\nhost: loc".to_owned(), ""),
        (room.head(100).join("\r\n") + "\r\n\r\n{", "HTTP/1.1 408"),
    ] {
        let mut stream = TcpStream::connect(("127.0.0.1", room.port)).await.unwrap();
        stream.write_all(sent.as_bytes()).await.unwrap();
        let mut told = String::new();
        drop(stream.read_to_string(&mut told).await);
        assert!(told.starts_with(status), "{sent}: {told}");
    }
    room.stop.cancel();
    room.running.join_all().await;
}
