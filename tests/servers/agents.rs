//! The real ACP agents against the scripted API, seen on the raw lines of the wire: proof that both
//! ends are what the tests of the members take them for.

use std::process::Stdio;

use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use crate::support::ground::{Ground, Launch};
use crate::support::soon;

/// An agent under a guard, which ends all of it once its input is closed.
struct Agent {
    child: Child,
    input: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
    requests: u64,
    /// The session that was begun.
    session: String,
    /// The kind of the option by which it is answered when it asks for leave.
    leave: &'static str,
    /// How often it asked.
    asked: usize,
    /// What it told of the session since the last prompt.
    updates: Vec<Value>,
}

impl Agent {
    /// Starts it, and begins a session.
    async fn begin(ground: &Ground, launch: &Launch, name: &str) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_synod"))
            .args(["guard", "--"])
            .args(&launch.command)
            .env_clear()
            .envs(&launch.env)
            .current_dir(ground.work())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut agent = Self {
            input: child.stdin.take().unwrap(),
            lines: BufReader::new(child.stdout.take().unwrap()).lines(),
            child,
            requests: 0,
            session: String::new(),
            leave: "reject_once",
            asked: 0,
            updates: Vec::new(),
        };
        let us = json!({"protocolVersion": 1, "clientInfo": {"name": "synod", "version": "0"},
            "clientCapabilities": {"fs": {"readTextFile": false, "writeTextFile": false}}});
        let it = agent.call("initialize", us).await;
        assert_eq!(it["result"]["protocolVersion"], 1, "{it}");
        assert_eq!(it["result"]["agentInfo"]["name"], name);
        assert_eq!(it["result"]["agentCapabilities"]["loadSession"], true);
        let wanted = json!({"cwd": ground.work(), "mcpServers": []});
        let new = agent.call("session/new", wanted).await;
        let Some(session) = new["result"]["sessionId"].as_str() else {
            panic!("{new}");
        };
        session.clone_into(&mut agent.session);
        agent
    }

    /// Prompts, and gives the whole reply.
    async fn prompt(&mut self, text: &str) -> Value {
        self.updates.clear();
        self.asked = 0;
        let prompt = json!({"sessionId": self.session, "prompt": [{"type": "text", "text": text}]});
        self.call("session/prompt", prompt).await
    }

    /// Prompts, and gives the pieces of the answer.
    async fn pieces(&mut self, text: &str) -> Vec<String> {
        let reply = self.prompt(text).await;
        assert_eq!(reply["result"]["stopReason"], "end_turn", "{reply}");
        self.told("agent_message_chunk")
    }

    /// The texts of the updates of one sort.
    fn told(&self, sort: &str) -> Vec<String> {
        let updates = self.updates.iter();
        let chunks = updates.filter(|update| update["sessionUpdate"] == sort);
        let texts = chunks.filter_map(|chunk| chunk["content"]["text"].as_str());
        texts
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
            .collect()
    }

    async fn call(&mut self, method: &str, params: Value) -> Value {
        self.requests += 1;
        let id = self.requests;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}))
            .await;
        loop {
            let line = soon(method, self.lines.next_line()).await.unwrap();
            let line = line.unwrap_or_else(|| panic!("it left without an answer to {method}"));
            let message: Value = serde_json::from_str(&line).unwrap();
            match message["method"].as_str() {
                None if message["id"] == id => return message,
                None => {}
                Some("session/update") => {
                    let update = message["params"]["update"].clone();
                    self.updates.push(update);
                }
                Some("session/request_permission") => self.settle(&message).await,
                Some(_) if message["id"].is_null() => {}
                Some(_) => {
                    let error = json!({"code": -32601, "message": "not here"});
                    self.send(&json!({"jsonrpc": "2.0", "id": message["id"], "error": error}))
                        .await;
                }
            }
        }
    }

    async fn settle(&mut self, asked: &Value) {
        self.asked += 1;
        let options = asked["params"]["options"].as_array().unwrap();
        let option = options.iter().find(|option| option["kind"] == self.leave);
        let chosen = json!({"outcome": "selected", "optionId": option.unwrap()["optionId"]});
        let result = json!({"outcome": chosen});
        self.send(&json!({"jsonrpc": "2.0", "id": asked["id"], "result": result}))
            .await;
    }

    async fn send(&mut self, message: &Value) {
        let line = format!("{message}\n");
        self.input.write_all(line.as_bytes()).await.unwrap();
    }

    async fn end(mut self) {
        drop(self.input);
        soon("the end of the agent", self.child.wait())
            .await
            .unwrap();
    }
}

/// It streams, thinks, asks for leave, takes a no, remembers, and says that it could not.
async fn plays(ground: &Ground, launch: &Launch, name: &str) {
    let mut agent = Agent::begin(ground, launch, name).await;
    let first = agent.pieces("hello there").await;
    assert_eq!(first.concat(), "turn 1: hello there");
    assert!(first.len() > 1, "{first:?}");

    let touch = "[[think]][[exec:touch made]][[esc]]";
    let made = ground.work().join("made");
    let refused = agent.prompt(touch).await;
    assert!(refused["result"]["stopReason"].is_string(), "{refused}");
    assert_eq!((agent.asked, made.exists()), (1, false));
    let thought = agent.told("agent_thought_chunk").concat();
    assert!(thought.contains("Thinking"), "{thought}");

    agent.leave = "allow_once";
    let done = agent.pieces(touch).await.concat();
    assert!(done.starts_with("the tool said:"), "{done}");
    assert_eq!((agent.asked, made.exists()), (1, true));

    let last = agent.pieces("and again").await.concat();
    assert_eq!(last, "turn 4: and again");
    let failed = agent.prompt("[[status:401]]").await;
    let error = failed["error"].to_string();
    assert!(error.contains("stub error 401"), "{failed}");
    agent.end().await;
}

#[tokio::test]
async fn gemini_plays_its_part() {
    let ground = Ground::new().await;
    if let Some(launch) = ground.gemini_acp(&[]).await {
        plays(&ground, &launch, "gemini-cli").await;
    }
}

#[tokio::test]
async fn codex_plays_its_part() {
    let ground = Ground::new().await;
    if let Some(launch) = ground.codex_acp("").await {
        plays(&ground, &launch, "codex-acp").await;
    }
}

#[tokio::test]
async fn claude_plays_its_part() {
    let ground = Ground::new().await;
    if let Some(launch) = ground.claude_acp(&[]).await {
        plays(&ground, &launch, "@zed-industries/claude-agent-acp").await;
    }
}

#[tokio::test]
async fn opencode_plays_its_part() {
    let ground = Ground::new().await;
    let asks = ("OPENCODE_PERMISSION", r#"{"bash":"ask"}"#.to_owned());
    if let Some(launch) = ground.opencode_acp(&[asks]).await {
        plays(&ground, &launch, "OpenCode").await;
    }
}
