//! A scripted server over an in-memory stream.

use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use tokio::io::{
    AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream, ReadHalf, WriteHalf, duplex, split,
};

use super::{connect, options};
use crate::mcp::connection::{Connection, Options};

/// A server that does what a test says, message by message.
pub(super) struct Script {
    reader: tokio::io::Lines<BufReader<ReadHalf<DuplexStream>>>,
    writer: WriteHalf<DuplexStream>,
}

impl Script {
    pub(super) fn new(stream: DuplexStream) -> Self {
        let (reader, writer) = split(stream);
        Self {
            reader: BufReader::new(reader).lines(),
            writer,
        }
    }

    /// The next message of the client; null when it has hung up.
    pub(super) async fn read(&mut self) -> Value {
        let line = self.reader.next_line().await.unwrap();
        line.map_or(Value::Null, |line| serde_json::from_str(&line).unwrap())
    }

    /// The next message, which must be `method`.
    pub(super) async fn expect(&mut self, method: &str) -> Value {
        let message = self.read().await;
        assert_eq!(message["method"], method, "{message}");
        message
    }

    pub(super) async fn write(&mut self, message: Value) {
        self.raw(&format!("{message}\n")).await;
    }

    pub(super) async fn raw(&mut self, text: &str) {
        self.writer.write_all(text.as_bytes()).await.unwrap();
    }

    pub(super) async fn answer(&mut self, request: &Value, result: Value) {
        self.write(json!({"jsonrpc": "2.0", "id": request["id"], "result": result}))
            .await;
    }

    pub(super) async fn refuse(&mut self, request: &Value) {
        let error = json!({"code": -32601, "message": "method not found"});
        self.write(json!({"jsonrpc": "2.0", "id": request["id"], "error": error}))
            .await;
    }

    /// The start of a server that knows nothing newer than `initialize`.
    pub(super) async fn legacy(stream: DuplexStream) -> Self {
        let mut script = Self::new(stream);
        let discover = script.expect("server/discover").await;
        script.refuse(&discover).await;
        script.initialize().await;
        script.tools().await;
        script
    }

    pub(super) async fn initialize(&mut self) {
        let initialize = self.expect("initialize").await;
        self.answer(&initialize, initialized()).await;
        self.expect("notifications/initialized").await;
    }

    pub(super) async fn tools(&mut self) {
        let list = self.expect("tools/list").await;
        let tool = json!({"name": "codex", "inputSchema": {"type": "object"}});
        self.answer(&list, json!({"tools": [tool]})).await;
    }

    pub(super) async fn call(&mut self) -> Value {
        self.expect("tools/call").await
    }

    pub(super) async fn done(&mut self, request: &Value) {
        let content = json!([{"type": "text", "text": "done"}]);
        self.answer(request, json!({"content": content})).await;
    }
}

pub(super) fn initialized() -> Value {
    json!({
        "protocolVersion": "2025-11-25",
        "capabilities": {"tools": {"listChanged": true}},
        "serverInfo": {"name": "fake", "version": "0.1", "user_agent": "x"}
    })
}

/// A connected pair of a client and a scripted legacy server.
pub(super) async fn pair() -> (Connection, Script) {
    pair_with(options()).await
}

pub(super) async fn pair_with(options: Options) -> (Connection, Script) {
    let (near, far) = duplex(64 * 1024);
    let (connection, script) = tokio::join!(connect(near, options), Script::legacy(far));
    (connection.unwrap(), script)
}
