//! A connection against an agent that is played word by word. Here is what plays it.

mod greeting;
mod handed;
mod services;
mod sessions;
mod turns;

mod dials;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, DuplexStream, Lines};
use tokio_util::sync::CancellationToken;

use super::{
    BOUND, Connection, HANDED, LOGIN_NEEDED, Order, PERMISSION, REFUSED, SESSION_LOST, Turn, UPDATE,
};
use crate::mcp::{
    AskReply, CallError, Connect as _, ConnectError, GuardCommand, Handover, Limits, Options,
    ServerSpec, Signal, Step, ToHand, Transport,
};

/// The agent's side.
struct Peer {
    heard: Lines<BufReader<DuplexStream>>,
    say: DuplexStream,
}

impl Peer {
    /// The next message of the client, which must be of this method.
    async fn hears(&mut self, method: &str) -> (Value, Value) {
        let message = self.message().await;
        assert_eq!(message["method"], method, "{message}");
        (message["id"].clone(), message["params"].clone())
    }

    async fn message(&mut self) -> Value {
        let line = self.heard.next_line().await.unwrap().unwrap();
        serde_json::from_str(&line).unwrap()
    }

    async fn says(&mut self, line: &str) {
        self.say.write_all(line.as_bytes()).await.unwrap();
        self.say.write_all(b"\n").await.unwrap();
    }

    async fn answers(&mut self, id: &Value, result: Value) {
        self.says(&json!({"id": id, "result": result}).to_string())
            .await;
    }

    async fn fails(&mut self, id: &Value, code: i64, message: &str) {
        let error = json!({"code": code, "message": message});
        self.says(&json!({"id": id, "error": error}).to_string())
            .await;
    }

    async fn streams(&mut self, session: &str, text: &str) {
        let update = json!({"sessionUpdate": "agent_message_chunk", "content": {"type": "text", "text": text}});
        let params = json!({"sessionId": session, "update": update});
        self.says(&json!({"method": UPDATE, "params": params}).to_string())
            .await;
    }

    async fn asks(&mut self, id: &str, session: &str) {
        let params = json!({"sessionId": session, "toolCall": {}, "options": []});
        let ask = json!({"id": id, "method": PERMISSION, "params": params});
        self.says(&ask.to_string()).await;
    }

    /// A new session up to the prompt; gives the prompt's id.
    async fn begins(&mut self, session: &str) -> Value {
        let (id, _) = self.hears("session/new").await;
        self.answers(&id, json!({"sessionId": session})).await;
        self.hears("session/prompt").await.0
    }
}

/// A peer, and the streams of the client.
fn pair() -> (Peer, DuplexStream, DuplexStream) {
    let (client_out, heard) = tokio::io::duplex(1 << 20);
    let (say, client_in) = tokio::io::duplex(1 << 20);
    let peer = Peer {
        heard: BufReader::new(heard).lines(),
        say,
    };
    (peer, client_in, client_out)
}

/// An agent that can take up and close sessions.
async fn met() -> (Peer, Connection) {
    met_with(json!({
        "agentCapabilities": {"sessionCapabilities": {"resume": {}, "close": {}}},
    }))
    .await
}

async fn met_with(facts: Value) -> (Peer, Connection) {
    met_over(facts, None).await
}

async fn met_over(facts: Value, handover: Option<Handover>) -> (Peer, Connection) {
    let mut options = plain();
    options.handover = handover;
    let (peer, connection, offered) = met_by(facts, &options).await;
    assert_eq!(offered["terminal"], json!(false));
    (peer, connection)
}

/// Also gives what the agent was told that it can have done.
async fn met_by(mut facts: Value, options: &Options) -> (Peer, Connection, Value) {
    let (mut peer, reader, writer) = pair();
    facts["protocolVersion"] = json!(1);
    let env = BTreeMap::from([("KEY".to_owned(), "k".to_owned())]);
    let meeting = Connection::over(reader, writer, &env, options);
    let greeting = async {
        let (id, params) = peer.hears("initialize").await;
        peer.answers(&id, facts).await;
        params["clientCapabilities"].clone()
    };
    let (connection, offered) = tokio::join!(meeting, greeting);
    (peer, connection.unwrap(), offered)
}

/// The usual way of connections, without anything that could be started.
fn plain() -> Options {
    Options::new(GuardCommand {
        program: PathBuf::from("/nowhere/synod"),
        args: Vec::new(),
    })
}

fn order(session: Option<&str>) -> Order {
    Order {
        session: session.map(str::to_owned),
        fork: None,
        cwd: PathBuf::from("/w"),
        writes: true,
        mode: None,
        model: None,
        wishes: Vec::new(),
        settings: Value::Null,
        servers: Vec::new(),
        prompt: "Hi".to_owned(),
    }
}

fn limits() -> Limits {
    Limits {
        idle: Duration::from_mins(1),
        total: Duration::from_mins(10),
    }
}

/// The texts that a turn streams to its end, and the end.
async fn heard(turn: &mut Turn) -> (Vec<String>, Result<Value, CallError>) {
    let mut texts = Vec::new();
    loop {
        match turn.next().await {
            Step::Signal(Signal::Custom { method, params }) if method == UPDATE => {
                texts.push(
                    params["update"]["content"]["text"]
                        .as_str()
                        .unwrap()
                        .to_owned(),
                );
            }
            Step::Signal(Signal::Custom { method, .. }) => texts.push(method),
            Step::Signal(other) => panic!("{other:?}"),
            Step::Done(outcome) => {
                return (texts, outcome.map(|reply| reply.structured.unwrap()));
            }
        }
    }
}

/// The next question of a turn.
async fn question(turn: &mut Turn) -> AskReply {
    loop {
        match turn.next().await {
            Step::Signal(Signal::Ask(ask)) => return ask.reply,
            Step::Signal(_) => {}
            Step::Done(outcome) => panic!("{outcome:?}"),
        }
    }
}
