//! Where messages come from: the port that transports have, and a pair of byte streams with our own
//! framing.
//!
//! Owns turning bytes into messages and back. It routes nothing (that is the tap's business).
//!
//! Server requests, notifications and results are passed on **raw**: they become rmcp's *custom*
//! variants with the parameters as sent, whatever their method. rmcp dispatches on the variant and
//! never looks at the method, so nothing has to be renamed; fields that the standard types would
//! drop (Codex's approvals) survive; the reply may be any JSON; and a result of 10 MB is parsed
//! once instead of being tried against two dozen types. Only `ping` and `notifications/cancelled`
//! keep their types, because rmcp itself acts on them.

use std::collections::VecDeque;
use std::future::Future;
use std::io;
use std::sync::Arc;

use rmcp::model::{
    CancelledNotification, ClientJsonRpcMessage, CustomNotification, CustomRequest, CustomResult,
    ErrorCode, ErrorData, JsonRpcMessage, PingRequest, RequestId, ServerJsonRpcMessage,
    ServerNotification, ServerRequest, ServerResult,
};
use serde_json::{Map, Value};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::mcp::lines::{Line, Lines};
use crate::mcp::log::Log;

/// What a source delivers.
#[derive(Debug)]
pub(crate) enum Inbound {
    Message(Box<ServerJsonRpcMessage>),
    /// A message over the line limit was dropped; some call will wait for it in vain.
    TooLong {
        bytes: usize,
    },
}

/// A transport that can also say that it had to drop a message.
pub(crate) trait Source: Send + 'static {
    type Error: std::error::Error + Send + Sync + 'static;

    /// Queues a message in the order of the calls; the future ends when it has been written.
    fn send(
        &mut self,
        message: ClientJsonRpcMessage,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send + 'static;

    /// The next message; none when the connection has ended. Safe to cancel.
    fn receive(&mut self) -> impl Future<Output = Option<Inbound>> + Send;

    fn close(&mut self) -> impl Future<Output = Result<(), Self::Error>> + Send;
}

/// Newline-delimited JSON-RPC over a reader and a writer.
#[derive(Debug)]
pub(crate) struct Stdio<R> {
    lines: Lines<R>,
    outbox: mpsc::UnboundedSender<Outgoing>,
    hang_up: CancellationToken,
    /// The rest of a JSON-RPC batch.
    batch: VecDeque<Value>,
    log: Arc<Log>,
}

struct Outgoing {
    line: Vec<u8>,
    written: oneshot::Sender<io::Result<()>>,
}

impl<R: AsyncRead + Unpin + Send + 'static> Stdio<R> {
    /// Starts the writer on `tasks`; it ends (and drops `writer`) when the source is closed.
    pub(crate) fn new(
        reader: R,
        writer: impl AsyncWrite + Unpin + Send + 'static,
        line_limit: usize,
        log: Arc<Log>,
        tasks: &TaskTracker,
    ) -> Self {
        // Unbounded on purpose: rmcp itself holds every unfinished send in a task of its own, so
        // a bound here would only reorder messages. What can be waiting is bounded by the calls
        // in flight, each of which sends at most a request, a cancellation and its replies.
        let (outbox, inbox) = mpsc::unbounded_channel();
        let hang_up = CancellationToken::new();
        tasks.spawn(write_all(writer, inbox, hang_up.clone()));
        Self {
            lines: Lines::new(reader, line_limit),
            outbox,
            hang_up,
            batch: VecDeque::new(),
            log,
        }
    }
}

impl<R: AsyncRead + Unpin + Send + 'static> Source for Stdio<R> {
    type Error = io::Error;

    fn send(
        &mut self,
        message: ClientJsonRpcMessage,
    ) -> impl Future<Output = io::Result<()>> + Send + 'static {
        let (written, done) = oneshot::channel();
        let queued = serde_json::to_vec(&message)
            .map_err(io::Error::from)
            .and_then(|mut line| {
                line.push(b'\n');
                self.outbox
                    .send(Outgoing { line, written })
                    .map_err(|_| io::ErrorKind::BrokenPipe.into())
            });
        async move {
            queued?;
            done.await
                .unwrap_or_else(|_| Err(io::ErrorKind::BrokenPipe.into()))
        }
    }

    async fn receive(&mut self) -> Option<Inbound> {
        loop {
            if let Some(value) = self.batch.pop_front() {
                match message(value) {
                    Some(message) => return Some(Inbound::Message(Box::new(message))),
                    None => self.log.noise(b"(part of a batch that is no message)"),
                }
                continue;
            }
            let line = match self.lines.next().await.ok()?? {
                Line::TooLong { bytes } => return Some(Inbound::TooLong { bytes }),
                Line::Whole(line) => line,
            };
            match serde_json::from_slice(&line) {
                Ok(Value::Array(parts)) if !parts.is_empty() => self.batch = parts.into(),
                Ok(value) => match message(value) {
                    Some(message) => return Some(Inbound::Message(Box::new(message))),
                    None => self.log.noise(&line),
                },
                Err(_) if line.trim_ascii().is_empty() => {}
                Err(_) => self.log.noise(&line),
            }
        }
    }

    async fn close(&mut self) -> io::Result<()> {
        self.hang_up.cancel();
        Ok(())
    }
}

impl<R> Drop for Stdio<R> {
    fn drop(&mut self) {
        self.hang_up.cancel();
    }
}

async fn write_all(
    mut writer: impl AsyncWrite + Unpin,
    mut inbox: mpsc::UnboundedReceiver<Outgoing>,
    hang_up: CancellationToken,
) {
    let work = async {
        while let Some(Outgoing { line, written }) = inbox.recv().await {
            let result = match writer.write_all(&line).await {
                Ok(()) => writer.flush().await,
                Err(error) => Err(error),
            };
            let failed = result.is_err();
            drop(written.send(result));
            if failed {
                return;
            }
        }
    };
    // A server that does not read must not keep the pipe open.
    tokio::select! {
        () = work => {}
        () = hang_up.cancelled() => {}
    }
}

/// One JSON value as a message, or none if it has no such shape. A missing `jsonrpc` is forgiven.
fn message(value: Value) -> Option<ServerJsonRpcMessage> {
    let Value::Object(mut object) = value else {
        return None;
    };
    let id = object.remove("id").and_then(request_id);
    if let Some(method) = object.remove("method") {
        let method = method.as_str()?.to_owned();
        let params = object.remove("params");
        return Some(match id {
            Some(id) => JsonRpcMessage::request(request(method, params), id),
            None => JsonRpcMessage::notification(notification(method, params)),
        });
    }
    if let Some(result) = object.remove("result") {
        let result = ServerResult::CustomResult(CustomResult::new(result));
        return Some(JsonRpcMessage::response(result, id?));
    }
    let error = object.remove("error")?;
    Some(JsonRpcMessage::error(error_data(&error), id))
}

fn request_id(value: Value) -> Option<RequestId> {
    match value {
        Value::Number(number) => number
            .as_i64()
            .or_else(|| whole(number.as_f64()?))
            .map(RequestId::Number),
        Value::String(text) => Some(RequestId::String(text.into())),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Some servers keep numbers as floats and answer id 2 as `2.0`.
pub(crate) fn whole(number: f64) -> Option<i64> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "checked to be small and whole"
    )]
    (number.fract() == 0.0 && number.abs() < 1e15).then_some(number as i64)
}

fn request(method: String, params: Option<Value>) -> ServerRequest {
    if method == "ping" {
        ServerRequest::PingRequest(PingRequest::default())
    } else {
        ServerRequest::CustomRequest(CustomRequest::new(method, params))
    }
}

fn notification(method: String, params: Option<Value>) -> ServerNotification {
    if method == "notifications/cancelled"
        && let Some(params) = &params
        && let Ok(params) = serde_json::from_value(params.clone())
    {
        return ServerNotification::CancelledNotification(CancelledNotification::new(params));
    }
    ServerNotification::CustomNotification(CustomNotification::new(method, params))
}

fn error_data(error: &Value) -> ErrorData {
    let code = error.get("code").and_then(Value::as_i64).unwrap_or(-32_603);
    let code = i32::try_from(code).unwrap_or(-32_603);
    let message = match error.get("message") {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => error.to_string(),
    };
    ErrorData::new(ErrorCode(code), message, error.get("data").cloned())
}

/// Method and parameters of any notification, typed or raw.
pub(crate) fn raw_notification(notification: ServerNotification) -> (String, Value) {
    if let ServerNotification::CustomNotification(custom) = notification {
        return (custom.method, custom.params.unwrap_or(Value::Null));
    }
    raw(serde_json::to_value(notification))
}

/// Method and parameters of any request, typed or raw.
pub(crate) fn raw_request(request: ServerRequest) -> (String, Value) {
    if let ServerRequest::CustomRequest(custom) = request {
        return (custom.method, custom.params.unwrap_or(Value::Null));
    }
    raw(serde_json::to_value(request))
}

/// The value of any result, typed or raw.
pub(crate) fn raw_result(result: ServerResult) -> Value {
    if let ServerResult::CustomResult(custom) = result {
        return custom.0;
    }
    serde_json::to_value(result).unwrap_or(Value::Null)
}

fn raw(value: serde_json::Result<Value>) -> (String, Value) {
    let mut object = match value {
        Ok(Value::Object(object)) => object,
        Ok(_) | Err(_) => Map::new(),
    };
    let method = object.get("method").and_then(Value::as_str);
    let method = method.unwrap_or_default().to_owned();
    (method, object.remove("params").unwrap_or(Value::Null))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use pretty_assertions::assert_eq;
    use rmcp::model::{
        ClientJsonRpcMessage, ClientResult, JsonRpcMessage, RequestId, ServerRequest,
    };
    use serde_json::json;
    use tokio::io::AsyncReadExt;
    use tokio_util::task::TaskTracker;

    use super::{Inbound, Source, Stdio, raw_notification, raw_request, raw_result};
    use crate::mcp::log::Log;

    fn source(input: &'static [u8], limit: usize) -> (Stdio<&'static [u8]>, Arc<Log>) {
        let log = Arc::new(Log::new("s", None));
        let tasks = TaskTracker::new();
        let source = Stdio::new(input, tokio::io::sink(), limit, Arc::clone(&log), &tasks);
        (source, log)
    }

    async fn kinds(input: &'static [u8], limit: usize) -> (Vec<String>, u64) {
        let (mut source, log) = source(input, limit);
        let mut kinds = Vec::new();
        while let Some(inbound) = source.receive().await {
            kinds.push(match inbound {
                Inbound::TooLong { bytes } => format!("too long {bytes}"),
                Inbound::Message(message) => match *message {
                    JsonRpcMessage::Request(r)
                        if matches!(r.request, ServerRequest::PingRequest(_)) =>
                    {
                        format!("ping {}", r.id)
                    }
                    JsonRpcMessage::Request(r) => {
                        let (method, params) = raw_request(r.request);
                        format!("request {} {method} {params}", r.id)
                    }
                    JsonRpcMessage::Notification(n) => {
                        let (method, params) = raw_notification(n.notification);
                        format!("notification {method} {params}")
                    }
                    JsonRpcMessage::Response(r) => {
                        format!("result {} {}", r.id, raw_result(r.result))
                    }
                    JsonRpcMessage::Error(e) => {
                        format!("error {:?} {} {}", e.id, e.error.code.0, e.error.message)
                    }
                },
            });
        }
        (kinds, log.strays().noise)
    }

    #[tokio::test]
    async fn messages_keep_all_their_fields_and_noise_is_skipped() {
        let input = b"starting up\n\x1b[32mok\x1b[0m\n\xff\xfe\n{\"foo\":1}\n[]\n\n42\n\
            {\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"elicitation/create\",\"params\":{\"message\":\"m\",\"codex_x\":[1]}}\n\
            {\"id\":3.0,\"result\":{\"odd\":true}}\n\
            {\"jsonrpc\":\"2.0\",\"id\":\"p\",\"method\":\"ping\"}\n\
            [{\"jsonrpc\":\"2.0\",\"method\":\"a\"},7,{\"jsonrpc\":\"2.0\",\"method\":\"b\",\"params\":[1]}]\n\
            {\"jsonrpc\":\"2.0\",\"id\":4,\"error\":{\"code\":-32601,\"message\":\"no\"}}\n";
        let (kinds, noise) = kinds(input, 10_000).await;
        assert_eq!(
            kinds,
            [
                r#"request 0 elicitation/create {"codex_x":[1],"message":"m"}"#,
                r#"result 3 {"odd":true}"#,
                "ping p",
                "notification a null",
                "notification b [1]",
                "error Some(Number(4)) -32601 no",
            ]
        );
        assert_eq!(noise, 7);
    }

    #[tokio::test]
    async fn a_message_over_the_limit_is_reported_and_the_next_one_still_comes() {
        let input = b"{\"id\":1,\"result\":\"0123456789\"}\n{\"id\":2,\"result\":0}\n";
        let (kinds, _) = kinds(input, 25).await;
        assert_eq!(kinds, ["too long 30", "result 2 0"]);
    }

    #[tokio::test]
    async fn messages_are_written_in_the_order_in_which_send_was_called() {
        let log = Arc::new(Log::new("s", None));
        let tasks = TaskTracker::new();
        let (near, mut far) = tokio::io::duplex(64);
        let mut source = Stdio::new(tokio::io::empty(), near, 100, log, &tasks);
        let mut sends = Vec::new();
        for n in 0..50 {
            let id = RequestId::Number(n);
            let message: ClientJsonRpcMessage =
                JsonRpcMessage::response(ClientResult::empty(()), id);
            sends.push(source.send(message));
        }
        let reading = tokio::task::JoinSet::from_iter([async move {
            let mut text = String::new();
            far.read_to_string(&mut text).await.unwrap();
            text
        }]);
        // Awaited backwards: the order is that of the calls.
        for send in sends.into_iter().rev() {
            send.await.unwrap();
        }
        source.close().await.unwrap();
        tasks.close();
        tasks.wait().await;
        let text = reading.join_all().await.remove(0);
        let ids: Vec<i64> = text
            .lines()
            .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["id"].clone())
            .map(|id| id.as_i64().unwrap())
            .collect();
        assert_eq!(json!(ids), json!((0..50).collect::<Vec<i64>>()));
    }
}
