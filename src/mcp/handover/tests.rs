//! The gate and its bridges, with relays played by the test and servers that are shell scripts.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::{Handed, Handover, Standing, TICKET, ToHand};
use crate::mcp::{GuardCommand, Limits, Options, ServerSpec, Transport};

/// Far beyond what anything here takes.
const LONG: Duration = Duration::from_secs(30);

/// A room's side.
struct Side {
    handover: Handover,
    socket: PathBuf,
    tasks: TaskTracker,
    stop: CancellationToken,
    _folder: tempfile::TempDir,
}

impl Side {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("room.mcp");
        // Passes by what it is told to run, as the guard does.
        let guard = GuardCommand {
            program: PathBuf::from("/usr/bin/env"),
            args: Vec::new(),
        };
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        let handover = Handover::bind(&socket, &Options::new(guard), &tasks, &stop).unwrap();
        Self {
            handover,
            socket,
            tasks,
            stop,
            _folder: folder,
        }
    }

    async fn comes(&self, ticket: &str) -> Relay {
        let (reader, writer) = UnixStream::connect(&self.socket)
            .await
            .unwrap()
            .into_split();
        let mut relay = Relay {
            heard: BufReader::new(reader).lines(),
            say: writer,
        };
        relay.says(ticket).await;
        relay
    }

    async fn ends(self) {
        self.stop.cancel();
        self.tasks.close();
        timeout(LONG, self.tasks.wait()).await.unwrap();
        assert!(!self.socket.exists());
    }
}

/// An agent's side.
struct Relay {
    heard: Lines<BufReader<OwnedReadHalf>>,
    say: OwnedWriteHalf,
}

impl Relay {
    async fn says(&mut self, line: &str) {
        self.say.write_all(line.as_bytes()).await.unwrap();
        self.say.write_all(b"\n").await.unwrap();
    }

    /// The next line; none when the room has hung up.
    async fn hears(&mut self) -> Option<String> {
        let line = timeout(LONG, self.heard.next_line()).await.unwrap();
        line.ok().flatten()
    }
}

fn spec(name: &str, script: &str) -> ToHand {
    let server = ServerSpec {
        name: name.to_owned(),
        transport: Transport::Stdio {
            command: ["/bin/sh", "-c", script].map(str::to_owned).to_vec(),
            env: BTreeMap::from([("SECRET".to_owned(), "s3cret".to_owned())]),
            cwd: std::env::temp_dir(),
        },
        limits: Limits::default(),
    };
    to_hand(server)
}

fn to_hand(server: ServerSpec) -> ToHand {
    ToHand {
        name: server.name.clone(),
        server: Ok(server),
    }
}

fn ticket(handed: &Handed, at: usize) -> String {
    let env = &handed.message()[at]["env"][0];
    assert_eq!(env["name"], TICKET);
    env["value"].as_str().unwrap().to_owned()
}

async fn standing(handed: &Handed) -> Standing {
    handed.standings(Instant::now() + LONG).await.remove(0).1
}

const HELLO: &str = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}"#;
const LIST: &str = r#"{"jsonrpc":"2.0","id":2,"method":"tools/list"}"#;

/// Answers the handshake and one list of tools, then says back what it is told.
fn server(tool: &str) -> String {
    let met = json!({"id": 1, "result": {"capabilities": {"tools": {}}}});
    let tools = json!({"id": 2, "result": {"tools": [{"name": tool}]}});
    format!("read a; echo noise; echo '{met}'; read b; echo '{tools}'; exec cat")
}

#[tokio::test]
async fn an_agent_gets_a_relay_and_no_secret_and_talks_through_it() {
    let side = Side::new();
    let handed = side
        .handover
        .hand(&[spec("files", &server("echo"))], &CancellationToken::new());
    let message = handed.message();
    assert_eq!(message[0]["name"], "files");
    assert_eq!(message[0]["args"][1], "relay");
    assert!(!message.to_string().contains("s3cret"), "{message}");
    assert_eq!(
        handed.standings(Instant::now()).await[0].1,
        Standing::Awaited
    );

    let mut relay = side.comes(&ticket(&handed, 0)).await;
    relay.says(HELLO).await;
    let met = relay.hears().await.unwrap();
    assert!(met.contains("capabilities"), "{met}");
    assert_eq!(handed.standings(Instant::now()).await[0].1, Standing::Met);
    relay.says(LIST).await;
    relay.hears().await.unwrap();
    assert_eq!(standing(&handed).await, Standing::There);
    relay.says(r#"{"id":3,"method":"tools/call"}"#).await;
    let said = relay.hears().await.unwrap();
    assert_eq!(serde_json::from_str::<Value>(&said).unwrap()["id"], 3);

    // Taken back, it is gone for those that are in and those that come.
    let old = ticket(&handed, 0);
    drop(handed);
    assert_eq!(relay.hears().await, None);
    assert_eq!(side.comes(&old).await.hears().await, None);
    assert_eq!(side.comes("none").await.hears().await, None);
    side.ends().await;
}

#[tokio::test]
async fn a_server_that_dies_is_told_with_its_last_words() {
    let side = Side::new();
    let handed = side.handover.hand(
        &[spec("dead", "read a; echo 'no licence' >&2; exit 3")],
        &CancellationToken::new(),
    );
    let mut relay = side.comes(&ticket(&handed, 0)).await;
    relay.says(HELLO).await;
    assert_eq!(relay.hears().await, None);
    let Standing::Failed(why) = standing(&handed).await else {
        panic!("{:?}", standing(&handed).await);
    };
    assert!(
        why.contains("exit code 3") && why.contains("no licence"),
        "{why}"
    );
    side.ends().await;
}

#[tokio::test]
async fn a_program_that_is_not_there_and_an_address_where_nobody_is_are_told() {
    let side = Side::new();
    let mut nowhere = spec("nowhere", "").server.unwrap();
    nowhere.transport = Transport::Stdio {
        command: vec!["/no/such/program".to_owned()],
        env: BTreeMap::new(),
        cwd: std::env::temp_dir(),
    };
    let mut away = spec("away", "").server.unwrap();
    away.transport = Transport::Http {
        url: "http://127.0.0.1:1/mcp".to_owned(),
        bearer: None,
    };
    crate::mcp::install_tls();
    let handed = side.handover.hand(
        &[to_hand(nowhere), to_hand(away)],
        &CancellationToken::new(),
    );
    for at in [0, 1] {
        let mut relay = side.comes(&ticket(&handed, at)).await;
        relay
            .says(
                &json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
                    "protocolVersion": "2025-06-18", "capabilities": {},
                    "clientInfo": {"name": "a", "version": "1"}}})
                .to_string(),
            )
            .await;
        // Told of it, or hung up on; the agent waits for nothing.
        relay.hears().await;
    }
    let all = handed.standings(Instant::now() + LONG).await;
    assert!(
        all.iter().all(|(_, standing)| standing.is_wrong()),
        "{all:?}"
    );
    side.ends().await;
}

#[tokio::test]
async fn what_cannot_be_reached_is_told_to_the_operator_and_not_to_the_agent() {
    let side = Side::new();
    let handed = side.handover.hand(
        &[ToHand {
            name: "web".to_owned(),
            server: Err("KEY is not set".to_owned()),
        }],
        &CancellationToken::new(),
    );
    assert_eq!(handed.message(), json!([]));
    let told = standing(&handed).await.trouble();
    assert_eq!(told.as_deref(), Some("KEY is not set"));
    side.ends().await;
}

#[tokio::test]
async fn a_second_writer_of_memories_is_ended() {
    let side = Side::new();
    let handed = side.handover.hand(
        &[spec("serena", &server("write_memory"))],
        &CancellationToken::new(),
    );
    let mut relay = side.comes(&ticket(&handed, 0)).await;
    relay.says(HELLO).await;
    relay.hears().await.unwrap();
    relay.says(LIST).await;
    assert_eq!(relay.hears().await, None);
    let told = standing(&handed).await.trouble().unwrap();
    assert!(told.contains("writes memories"), "{told}");
    side.ends().await;
}

#[tokio::test]
async fn an_agent_that_goes_before_the_handshake_leaves_no_server() {
    let side = Side::new();
    let handed = side.handover.hand(
        &[spec("slow", "while read line; do :; done")],
        &CancellationToken::new(),
    );
    let mut relay = side.comes(&ticket(&handed, 0)).await;
    relay.says(HELLO).await;
    drop(relay);
    let told = standing(&handed).await.trouble().unwrap();
    assert!(told.contains("gave it up"), "{told}");
    side.ends().await;
}

#[tokio::test]
async fn an_agent_that_ends_ends_its_servers_also_while_somebody_knows_of_them() {
    let side = Side::new();
    let agent = CancellationToken::new();
    let handed = side
        .handover
        .hand(&[spec("files", &server("echo"))], &agent);
    let mut relay = side.comes(&ticket(&handed, 0)).await;
    relay.says(HELLO).await;
    relay.hears().await.unwrap();
    agent.cancel();
    assert_eq!(relay.hears().await, None);
    assert_eq!(side.comes(&ticket(&handed, 0)).await.hears().await, None);
    side.ends().await;
}
