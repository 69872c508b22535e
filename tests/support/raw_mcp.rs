//! A raw MCP client over stdio: sends JSON lines, keeps every line in the order of the wire.
//!
//! Unlike an SDK it hides nothing: order, `_meta` and odd requests are seen as they came. A
//! request of the server is answered at once with [`RawMcp::reply_to_asks`].

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{ExitStatus, Stdio};

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use super::soon;

/// How to start a server.
#[derive(Debug, Clone, Default)]
pub(crate) struct Start {
    /// Program and arguments.
    pub(crate) command: Vec<String>,
    /// Variables on top of the inherited ones.
    pub(crate) env: Vec<(String, String)>,
}

impl Start {
    /// A program with its arguments.
    pub(crate) fn new(program: impl AsRef<Path>, arguments: &[&str]) -> Self {
        let mut command = vec![program.as_ref().display().to_string()];
        command.extend(arguments.iter().map(|argument| (*argument).to_owned()));
        Self {
            command,
            env: Vec::new(),
        }
    }

    /// One of the servers inside our own binary.
    pub(crate) fn synod(arguments: &[&str]) -> Self {
        let mut words = vec!["mcp"];
        words.extend(arguments);
        Self::new(env!("CARGO_BIN_EXE_synod"), &words)
    }

    /// Sets a variable.
    pub(crate) fn with_env(mut self, name: &str, value: impl Into<String>) -> Self {
        self.env.push((name.to_owned(), value.into()));
        self
    }

    /// The child process, stdin and stdout piped, gone with its handle.
    pub(crate) fn spawn(&self) -> Child {
        Command::new(&self.command[0])
            .args(&self.command[1..])
            .envs(self.env.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {:?}: {error}", self.command))
    }
}

/// How a request ended, with the notifications that named it.
#[derive(Debug)]
pub(crate) struct Finished {
    /// `result` of the reply, or `{"error": …}` of a JSON-RPC error.
    pub(crate) result: Value,
    /// Parameters of its `notifications/progress`, in the order of the wire.
    pub(crate) progress: Vec<Value>,
}

impl Finished {
    /// The joined pieces under a `_meta` key of the progress notifications.
    pub(crate) fn streamed(&self, key: &str) -> String {
        let pieces = self.progress.iter();
        pieces
            .filter_map(|params| params["_meta"][key].as_str())
            .collect()
    }

    /// The text of the first content block.
    pub(crate) fn text(&self) -> &str {
        self.result["content"][0]["text"]
            .as_str()
            .unwrap_or_else(|| panic!("no text in {}", self.result))
    }

    /// Whether the tool failed.
    pub(crate) fn is_error(&self) -> bool {
        self.result["isError"] == json!(true)
    }
}

/// The client.
#[derive(Debug)]
pub(crate) struct RawMcp {
    child: Child,
    stdin: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
    next_id: u64,
    replies: BTreeMap<u64, Value>,
    progress: BTreeMap<u64, Vec<Value>>,
    /// What the server is told when it asks something.
    pub(crate) reply_to_asks: Value,
    /// What it asked, whole messages.
    pub(crate) asks: Vec<Value>,
    /// Its notifications that are no progress, whole, in the order of the wire.
    pub(crate) notices: Vec<Value>,
}

impl RawMcp {
    /// Starts a server and shakes hands.
    pub(crate) async fn connect(start: &Start) -> Self {
        let mut child = start.spawn();
        let stdin = child.stdin.take().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut client = Self {
            child,
            stdin,
            lines,
            next_id: 0,
            replies: BTreeMap::new(),
            progress: BTreeMap::new(),
            reply_to_asks: json!({"action": "decline"}),
            asks: Vec::new(),
            notices: Vec::new(),
        };
        let hello = json!({"protocolVersion": "2025-06-18",
            "capabilities": {"elicitation": {}},
            "clientInfo": {"name": "raw", "version": "0"}});
        let hello = client.request("initialize", hello).await;
        assert!(hello["capabilities"]["tools"].is_object(), "{hello}");
        client
            .send(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}))
            .await;
        client
    }

    /// Sends a request and waits for its result.
    pub(crate) async fn request(&mut self, method: &str, params: Value) -> Value {
        let id = self.begin(method, params).await;
        self.finish(id).await.result
    }

    /// Calls a tool and waits for its end.
    pub(crate) async fn call(&mut self, tool: &str, arguments: Value) -> Finished {
        let id = self.begin_call(tool, arguments).await;
        self.finish(id).await
    }

    /// Calls a tool without waiting. The progress token is the id.
    pub(crate) async fn begin_call(&mut self, tool: &str, arguments: Value) -> u64 {
        let token = self.next_id + 1;
        let params = json!({"name": tool, "arguments": arguments,
            "_meta": {"progressToken": token}});
        self.begin("tools/call", params).await
    }

    /// Cancels a request; by the protocol no reply comes.
    pub(crate) async fn cancel(&mut self, id: u64) {
        self.send(
            &json!({"jsonrpc": "2.0", "method": "notifications/cancelled",
            "params": {"requestId": id, "reason": "the test wants it"}}),
        )
        .await;
    }

    /// Waits for the end of a request.
    pub(crate) async fn finish(&mut self, id: u64) -> Finished {
        loop {
            if let Some(reply) = self.replies.remove(&id) {
                let result = match reply.get("result") {
                    Some(result) => result.clone(),
                    None => json!({"error": reply["error"]}),
                };
                return Finished {
                    result,
                    progress: self.progress.remove(&id).unwrap_or_default(),
                };
            }
            assert!(self.take_line().await, "the server ended before its reply");
        }
    }

    /// Waits until the first notification of a request is here.
    pub(crate) async fn wait_for_progress(&mut self, id: u64) {
        while self.progress.get(&id).is_none_or(Vec::is_empty) {
            assert!(self.take_line().await, "the server ended before any text");
        }
    }

    /// The replies that came and were not asked for; empty when all is well.
    pub(crate) fn left_over(&self) -> Vec<&Value> {
        self.replies.values().collect()
    }

    /// Reads until the server closes its side; gives how it ended.
    pub(crate) async fn end_of_server(&mut self) -> ExitStatus {
        while self.take_line().await {}
        soon("the process ends", self.child.wait()).await.unwrap()
    }

    /// Closes stdin and waits for the process.
    pub(crate) async fn close(self) -> ExitStatus {
        let Self {
            mut child, stdin, ..
        } = self;
        drop(stdin);
        soon("the process ends", child.wait()).await.unwrap()
    }

    async fn begin(&mut self, method: &str, params: Value) -> u64 {
        self.next_id += 1;
        let id = self.next_id;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}))
            .await;
        id
    }

    async fn send(&mut self, message: &Value) {
        let line = format!("{message}\n");
        self.stdin.write_all(line.as_bytes()).await.unwrap();
    }

    /// Reads one line and sorts it in; false at the end of the stream.
    async fn take_line(&mut self) -> bool {
        let line = soon("a line of the server", self.lines.next_line()).await;
        let Ok(Some(line)) = line else {
            return false;
        };
        let message: Value = serde_json::from_str(&line).expect("stdout carries JSON only");
        match (message["method"].as_str(), message.get("id")) {
            (Some(_), Some(id)) => {
                let reply = json!({"jsonrpc": "2.0", "id": id, "result": self.reply_to_asks});
                self.asks.push(message);
                self.send(&reply).await;
            }
            (Some("notifications/progress"), None) => {
                let params = message["params"].clone();
                if let Some(token) = params["progressToken"].as_u64() {
                    self.progress.entry(token).or_default().push(params);
                }
            }
            (Some(_), None) => self.notices.push(message),
            (None, _) => {
                let id = message["id"].as_u64().expect("replies carry our ids");
                self.replies.insert(id, message);
            }
        }
        true
    }
}
