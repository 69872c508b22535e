//! Connections over in-memory streams: to a real rmcp server, and to a scripted one that
//! misbehaves exactly as told.

mod asking;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use pretty_assertions::assert_eq;
use rmcp::handler::server::ServerHandler;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, CustomNotification,
    ListToolsResult, PaginatedRequestParams, ProgressNotificationParam, ServerCapabilities,
    ServerConfig, ServerNotification, Tool,
};
use rmcp::service::{RequestContext, RoleServer, ServiceExt};
use serde_json::{Map, Value, json};
use tokio::io::{
    AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream, ReadHalf, WriteHalf, duplex, split,
};
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::task::TaskTracker;

use super::{Connection, Options};
use crate::mcp::log::Log;
use crate::mcp::opener::Opener;
use crate::mcp::process::GuardCommand;
use crate::mcp::reply::{CallError, ConnectError, ToolReply};
use crate::mcp::signal::{Ask, Signal};
use crate::mcp::spec::{Limits, ServerSpec, Transport};
use crate::mcp::{ActiveCall, Step};

fn options() -> Options {
    Options::new(GuardCommand {
        program: PathBuf::from("unused"),
        args: vec![],
    })
}

async fn connect(stream: DuplexStream, options: Options) -> Result<Connection, ConnectError> {
    let spec = ServerSpec {
        name: "fake".to_owned(),
        transport: Transport::Http {
            url: String::new(),
            bearer: None,
        },
        limits: Limits::default(),
    };
    let tasks = TaskTracker::new();
    let opener = Opener {
        spec: &spec,
        options: &options,
        tasks: &tasks,
        log: Arc::new(Log::new("s", None)),
    };
    let (reader, writer) = split(stream);
    opener.over(reader, writer).await
}

async fn call(connection: &Connection, tool: &str, arguments: Value) -> ActiveCall {
    let Value::Object(arguments) = arguments else {
        panic!("arguments must be an object");
    };
    connection.call(tool, arguments, Limits::default()).await
}

/// Reads a call to its end.
async fn finish(call: &mut ActiveCall) -> (Vec<Signal>, Result<ToolReply, CallError>) {
    let mut signals = Vec::new();
    loop {
        match call.next().await {
            Step::Signal(signal) => signals.push(signal),
            Step::Done(outcome) => return (signals, outcome),
        }
    }
}

async fn ask(call: &mut ActiveCall) -> Ask {
    match call.next().await {
        Step::Signal(Signal::Ask(ask)) => ask,
        other @ (Step::Signal(_) | Step::Done(_)) => panic!("{other:?} instead of a question"),
    }
}

// ---- a real rmcp server -------------------------------------------------------------------

struct Counter;

impl ServerHandler for Counter {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, rmcp::ErrorData> {
        let tool = Tool::new("count", "counts", Arc::new(Map::new()));
        Ok(ListToolsResult::with_all_items(vec![tool]))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, rmcp::ErrorData> {
        let arguments = request.arguments.unwrap_or_default();
        let to = arguments["to"].as_u64().unwrap();
        let token = context.meta.get_progress_token().unwrap();
        for n in 0..to {
            let notification = if n % 2 == 0 {
                let params = json!({"_meta": {"requestId": context.id}, "n": n});
                let custom = CustomNotification::new("codex/event", Some(params));
                ServerNotification::CustomNotification(custom)
            } else {
                #[expect(clippy::cast_precision_loss, reason = "small numbers")]
                let params = ProgressNotificationParam::new(token.clone(), n as f64);
                ServerNotification::ProgressNotification(rmcp::model::ProgressNotification::new(
                    params,
                ))
            };
            context.peer.send_notification(notification).await.unwrap();
        }
        let done = CallToolResult::success(vec![ContentBlock::text(format!("counted to {to}"))]);
        Ok(done.into())
    }
}

fn number(signal: &Signal) -> u64 {
    match signal {
        Signal::Custom { params, .. } => params["n"].as_u64().unwrap(),
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "small whole numbers"
        )]
        Signal::Progress { progress, .. } => *progress as u64,
        Signal::Log { .. } | Signal::Ask(_) => panic!("{signal:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_thousand_notifications_come_in_order_and_before_the_answer() {
    let (near, far) = duplex(64 * 1024);
    let mut server = JoinSet::new();
    server.spawn(async { Counter.serve(far).await.unwrap().waiting().await });
    let connection = connect(near, options()).await.unwrap();
    assert_eq!(connection.protocol(), "2026-07-28");
    assert_eq!(connection.tools()[0].name, "count");

    let mut calls = [
        call(&connection, "count", json!({"to": 20_000})).await,
        call(&connection, "count", json!({"to": 20_000})).await,
    ];
    let [first, second] = &mut calls;
    let results = tokio::join!(finish(first), finish(second));
    for (signals, outcome) in [results.0, results.1] {
        let numbers: Vec<u64> = signals.iter().map(number).collect();
        assert!(
            numbers.iter().copied().eq(0..20_000),
            "{} came",
            numbers.len()
        );
        assert_eq!(outcome.unwrap().text(), "counted to 20000");
    }
    assert_eq!(connection.strays().stale, 0);
    connection.close().await;
    assert!(connection.is_closed());
    server.join_all().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_nobody_reads_any_more_does_not_hold_up_the_others() {
    let (near, far) = duplex(1024);
    let mut server = JoinSet::new();
    server.spawn(async { Counter.serve(far).await.unwrap().waiting().await });
    let connection = connect(near, options()).await.unwrap();

    let mut flooded = call(&connection, "count", json!({"to": 20_000})).await;
    assert!(matches!(flooded.next().await, Step::Signal(_)));
    drop(flooded);
    let mut other = call(&connection, "count", json!({"to": 3})).await;
    let (signals, outcome) = finish(&mut other).await;
    assert_eq!(signals.iter().map(number).collect::<Vec<_>>(), [0, 1, 2]);
    assert_eq!(outcome.unwrap().text(), "counted to 3");
    server.abort_all();
}

// ---- a scripted server --------------------------------------------------------------------

struct Script {
    reader: tokio::io::Lines<BufReader<ReadHalf<DuplexStream>>>,
    writer: WriteHalf<DuplexStream>,
}

impl Script {
    fn new(stream: DuplexStream) -> Self {
        let (reader, writer) = split(stream);
        Self {
            reader: BufReader::new(reader).lines(),
            writer,
        }
    }

    /// The next message of the client; null when it has hung up.
    async fn read(&mut self) -> Value {
        let line = self.reader.next_line().await.unwrap();
        line.map_or(Value::Null, |line| serde_json::from_str(&line).unwrap())
    }

    /// The next message, which must be `method`.
    async fn expect(&mut self, method: &str) -> Value {
        let message = self.read().await;
        assert_eq!(message["method"], method, "{message}");
        message
    }

    async fn write(&mut self, message: Value) {
        self.raw(&format!("{message}\n")).await;
    }

    async fn raw(&mut self, text: &str) {
        self.writer.write_all(text.as_bytes()).await.unwrap();
    }

    async fn answer(&mut self, request: &Value, result: Value) {
        self.write(json!({"jsonrpc": "2.0", "id": request["id"], "result": result}))
            .await;
    }

    async fn refuse(&mut self, request: &Value) {
        let error = json!({"code": -32601, "message": "method not found"});
        self.write(json!({"jsonrpc": "2.0", "id": request["id"], "error": error}))
            .await;
    }

    /// The start of a server that knows nothing newer than `initialize`.
    async fn legacy(stream: DuplexStream) -> Self {
        let mut script = Self::new(stream);
        let discover = script.expect("server/discover").await;
        script.refuse(&discover).await;
        script.initialize().await;
        script.tools().await;
        script
    }

    async fn initialize(&mut self) {
        let initialize = self.expect("initialize").await;
        self.answer(&initialize, initialized()).await;
        self.expect("notifications/initialized").await;
    }

    async fn tools(&mut self) {
        let list = self.expect("tools/list").await;
        let tool = json!({"name": "codex", "inputSchema": {"type": "object"}});
        self.answer(&list, json!({"tools": [tool]})).await;
    }

    async fn call(&mut self) -> Value {
        self.expect("tools/call").await
    }

    async fn done(&mut self, request: &Value) {
        let content = json!([{"type": "text", "text": "done"}]);
        self.answer(request, json!({"content": content})).await;
    }
}

fn initialized() -> Value {
    json!({
        "protocolVersion": "2025-11-25",
        "capabilities": {"tools": {"listChanged": true}},
        "serverInfo": {"name": "fake", "version": "0.1", "user_agent": "x"}
    })
}

/// A connected pair of a client and a scripted legacy server.
async fn pair() -> (Connection, Script) {
    pair_with(options()).await
}

async fn pair_with(options: Options) -> (Connection, Script) {
    let (near, far) = duplex(64 * 1024);
    let (connection, script) = tokio::join!(connect(near, options), Script::legacy(far));
    (connection.unwrap(), script)
}

#[tokio::test]
async fn a_legacy_server_is_greeted_with_our_name_and_capabilities() {
    let (near, far) = duplex(4096);
    let server = async {
        let mut script = Script::new(far);
        let discover = script.expect("server/discover").await;
        let meta = &discover["params"]["_meta"];
        assert_eq!(
            meta["io.modelcontextprotocol/protocolVersion"],
            "2026-07-28"
        );
        assert_eq!(meta["io.modelcontextprotocol/clientInfo"]["name"], "synod");
        script.refuse(&discover).await;
        let initialize = script.expect("initialize").await;
        let params = &initialize["params"];
        assert_eq!(params["protocolVersion"], "2025-11-25");
        assert_eq!(
            params["capabilities"],
            json!({"elicitation": {"form": {}, "url": {}}})
        );
        // No tools are advertised, so none are asked for.
        let mut result = initialized();
        result["capabilities"] = json!({"logging": {}});
        script.answer(&initialize, result).await;
        script.expect("notifications/initialized").await;
        script
    };
    let (connection, mut script) = tokio::join!(connect(near, options()), server);
    let connection = connection.unwrap();
    assert_eq!(
        (
            connection.protocol(),
            connection.server_name(),
            connection.server_version()
        ),
        ("2025-11-25", "fake", "0.1")
    );
    assert!(connection.tools().is_empty());
    // Pings of the server are answered.
    script
        .write(json!({"jsonrpc": "2.0", "id": "p1", "method": "ping"}))
        .await;
    assert_eq!(
        script.read().await,
        json!({"jsonrpc": "2.0", "id": "p1", "result": {}})
    );
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_silent_to_discover_is_initialized_after_a_short_patience() {
    let (near, far) = duplex(4096);
    let begun = Instant::now();
    let server = async {
        let mut script = Script::new(far);
        script.expect("server/discover").await;
        script.initialize().await;
        script.tools().await;
        script
    };
    let (connection, _script) = tokio::join!(connect(near, options()), server);
    assert_eq!(connection.unwrap().protocol(), "2025-11-25");
    assert_eq!(begun.elapsed().as_millis(), 2_500);
}

#[tokio::test(start_paused = true)]
async fn a_late_answer_to_discover_does_not_confuse_the_start() {
    for refuses_initialize in [false, true] {
        let (near, far) = duplex(4096);
        let server = async {
            let mut script = Script::new(far);
            let discover = script.expect("server/discover").await;
            let initialize = script.expect("initialize").await;
            let modern =
                json!({"supportedVersions": ["2026-07-28"], "capabilities": {"tools": {}}});
            script.answer(&discover, modern).await;
            if refuses_initialize {
                script.refuse(&initialize).await;
            } else {
                script.answer(&initialize, initialized()).await;
                script.expect("notifications/initialized").await;
            }
            script.tools().await;
            script
        };
        let (connection, _script) = tokio::join!(connect(near, options()), server);
        let expected = if refuses_initialize {
            "2026-07-28"
        } else {
            "2025-11-25"
        };
        assert_eq!(connection.unwrap().protocol(), expected);
    }
}

#[tokio::test]
async fn an_approval_keeps_its_fields_and_any_reply_goes_back() {
    let (connection, mut script) = pair().await;
    let mut first = call(&connection, "codex", json!({"prompt": "a"})).await;
    let mut second = call(&connection, "codex", json!({"prompt": "b"})).await;
    let (request, other) = (script.call().await, script.call().await);
    assert_eq!(request["params"]["arguments"], json!({"prompt": "a"}));
    assert!(request["params"]["_meta"]["progressToken"].is_number());

    // Named by Codex's own field, as text, in an id space of its own.
    let id = other["id"].to_string();
    let params =
        json!({"message": "run it?", "codex_mcp_tool_call_id": id, "codex_command": ["ls"]});
    script
        .write(json!({"jsonrpc": "2.0", "id": 0, "method": "elicitation/create", "params": params}))
        .await;
    let question = ask(&mut second).await;
    assert_eq!(question.method, "elicitation/create");
    assert_eq!(question.params, params);
    let reply = json!({"action": "accept", "content": {}, "decision": "approved"});
    question.reply.send(reply.clone());
    assert_eq!(
        script.read().await,
        json!({"jsonrpc": "2.0", "id": 0, "result": reply})
    );

    // Dropped: declined with a result that Codex understands as well.
    script
        .write(
            json!({"jsonrpc": "2.0", "id": 1, "method": "elicitation/create",
            "params": {"_meta": {"requestId": request["id"]}}}),
        )
        .await;
    drop(ask(&mut first).await);
    let declined = script.read().await;
    assert_eq!(declined["result"]["action"], "decline");
    assert!(declined["result"]["decision"]["denied"]["rejection"].is_string());

    // For two calls in flight, a question that names none belongs to nobody.
    script
        .write(json!({"jsonrpc": "2.0", "id": 2, "method": "elicitation/create", "params": {}}))
        .await;
    assert_eq!(script.read().await["result"]["action"], "decline");
    script
        .write(json!({"jsonrpc": "2.0", "id": 3, "method": "sampling/createMessage"}))
        .await;
    assert_eq!(script.read().await["error"]["code"], -32601);

    script.done(&request).await;
    script.done(&other).await;
    assert_eq!(finish(&mut first).await.1.unwrap().text(), "done");
    assert_eq!(finish(&mut second).await.1.unwrap().text(), "done");
}

#[tokio::test(start_paused = true)]
async fn silence_ends_a_call_but_not_while_the_server_waits_for_us() {
    let (connection, mut script) = pair().await;
    let limits = Limits {
        idle: Duration::from_secs(10),
        total: Duration::from_secs(1000),
    };
    let mut running = connection.call("codex", Map::new(), limits).await;
    let request = script.call().await;
    let begun = Instant::now();
    tokio::time::advance(Duration::from_secs(9)).await;
    script
        .write(json!({"jsonrpc": "2.0", "method": "notifications/progress",
            "params": {"progressToken": request["params"]["_meta"]["progressToken"], "progress": 1}}))
        .await;
    assert!(matches!(
        running.next().await,
        Step::Signal(Signal::Progress { .. })
    ));
    script
        .write(json!({"jsonrpc": "2.0", "id": 0, "method": "elicitation/create", "params": {}}))
        .await;
    let question = ask(&mut running).await;
    // The only call in flight owns it, and for 500 s nobody answers.
    let waited = tokio::time::timeout(Duration::from_secs(500), running.next()).await;
    assert!(waited.is_err());
    question.reply.send(json!({"action": "accept"}));
    let (signals, outcome) = finish(&mut running).await;
    assert!(signals.is_empty());
    assert_eq!(
        outcome,
        Err(CallError::Idle {
            server: "fake".to_owned(),
            limit: limits.idle
        })
    );
    assert_eq!(begun.elapsed().as_secs(), 9 + 500 + 10);
    assert_eq!(script.read().await["result"], json!({"action": "accept"}));
    let cancelled = script.expect("notifications/cancelled").await;
    assert_eq!(cancelled["params"]["requestId"], request["id"]);
}

#[tokio::test(start_paused = true)]
async fn the_total_limit_holds_even_while_signals_keep_coming() {
    let (connection, mut script) = pair().await;
    let limits = Limits {
        idle: Duration::from_secs(10),
        total: Duration::from_mins(1),
    };
    let mut running = connection.call("codex", Map::new(), limits).await;
    script.call().await;
    let begun = Instant::now();
    let chatter = async {
        loop {
            tokio::time::sleep(Duration::from_secs(1)).await;
            script
                .write(json!({"jsonrpc": "2.0", "method": "notifications/message",
                    "params": {"level": "info", "data": "still here"}}))
                .await;
        }
    };
    let outcome = tokio::select! {
        never = chatter => never,
        (_, outcome) = finish(&mut running) => outcome,
    };
    assert!(matches!(outcome, Err(CallError::Deadline { .. })));
    assert_eq!(begun.elapsed().as_secs(), 60);
}

#[tokio::test]
async fn a_cancelled_call_is_over_at_once_and_its_late_answer_is_counted() {
    let (connection, mut script) = pair().await;
    let mut running = call(&connection, "codex", json!({})).await;
    let request = script.call().await;
    running.cancel("the operator said so");
    assert!(matches!(
        running.next().await,
        Step::Done(Err(CallError::Cancelled))
    ));
    let cancelled = script.expect("notifications/cancelled").await;
    assert_eq!(
        cancelled["params"],
        json!({"requestId": request["id"], "reason": "the operator said so"})
    );
    script.done(&request).await;
    let mut next = call(&connection, "codex", json!({})).await;
    let request = script.call().await;
    script.done(&request).await;
    assert_eq!(finish(&mut next).await.1.unwrap().text(), "done");
    assert_eq!(connection.strays().stale, 1);
}

#[tokio::test]
async fn noise_is_skipped_and_a_line_over_the_limit_fails_the_call_instead_of_hanging_it() {
    let mut options = options();
    options.line_limit = 10_000;
    let (connection, mut script) = pair_with(options).await;
    let mut running = call(&connection, "codex", json!({})).await;
    let request = script.call().await;
    script
        .raw("Loading…\n\u{1b}[31mred\u{1b}[0m\n{\"foo\":1}\n[]\n")
        .await;
    script.done(&request).await;
    assert_eq!(finish(&mut running).await.1.unwrap().text(), "done");
    assert_eq!(connection.strays().noise, 4);

    let mut running = call(&connection, "codex", json!({})).await;
    let request = script.call().await;
    let long = json!({"content": [{"type": "text", "text": "x".repeat(20_000)}]});
    script.answer(&request, long).await;
    let outcome = finish(&mut running).await.1;
    assert!(
        matches!(&outcome, Err(CallError::Malformed { what, .. }) if what.contains("over the limit")),
        "{outcome:?}"
    );
    // The connection goes on.
    script.expect("notifications/cancelled").await;
    let mut running = call(&connection, "codex", json!({})).await;
    let request = script.call().await;
    script.done(&request).await;
    assert_eq!(finish(&mut running).await.1.unwrap().text(), "done");
}

#[tokio::test]
async fn an_answer_of_seventeen_megabytes_arrives() {
    let (connection, mut script) = pair().await;
    let mut running = call(&connection, "codex", json!({})).await;
    let server = async {
        let request = script.call().await;
        let long = json!({"content": [{"type": "text", "text": "x".repeat(17_000_000)}]});
        script.answer(&request, long).await;
    };
    let ((), (_, outcome)) = tokio::join!(server, finish(&mut running));
    assert_eq!(outcome.unwrap().text().len(), 17_000_000);
}

#[tokio::test]
async fn the_death_of_a_server_ends_its_calls_at_once() {
    let (connection, mut script) = pair().await;
    let mut running = call(&connection, "codex", json!({})).await;
    script.call().await;
    // A question that is open then must not delay the end.
    script
        .write(json!({"jsonrpc": "2.0", "id": 0, "method": "elicitation/create", "params": {}}))
        .await;
    let _question = ask(&mut running).await;
    drop(script);
    let outcome = finish(&mut running).await.1;
    assert!(
        matches!(outcome, Err(CallError::Closed { .. })),
        "{outcome:?}"
    );
    assert!(connection.is_closed());
    let mut late = call(&connection, "codex", json!({})).await;
    assert!(matches!(
        late.next().await,
        Step::Done(Err(CallError::Closed { .. }))
    ));
    connection.close().await;
}

#[tokio::test]
async fn errors_and_nonsense_are_told_apart() {
    let (connection, mut script) = pair().await;
    let mut refused = call(&connection, "codex", json!({})).await;
    let request = script.call().await;
    script.refuse(&request).await;
    assert!(matches!(
        finish(&mut refused).await.1,
        Err(CallError::Rpc { code: -32601, .. })
    ));
    let mut nonsense = call(&connection, "codex", json!({})).await;
    let request = script.call().await;
    script.answer(&request, json!("what?")).await;
    assert!(matches!(
        finish(&mut nonsense).await.1,
        Err(CallError::Malformed { .. })
    ));
}

#[tokio::test]
async fn input_that_a_modern_server_requires_is_asked_for_and_sent_back() {
    let (near, far) = duplex(4096);
    let server = async {
        let mut script = Script::new(far);
        let discover = script.expect("server/discover").await;
        let modern = json!({"supportedVersions": ["2026-07-28"], "capabilities": {"tools": {}},
            "_meta": {"io.modelcontextprotocol/serverInfo": {"name": "Serena", "version": "2.1.0"}}});
        script.answer(&discover, modern).await;
        script.tools().await;
        script
    };
    let (connection, mut script) = tokio::join!(connect(near, options()), server);
    let connection = connection.unwrap();
    assert_eq!(connection.protocol(), "2026-07-28");
    assert_eq!(connection.server_name(), "Serena");

    let mut running = call(&connection, "write", json!({"name": "n"})).await;
    let request = script.call().await;
    let meta = &request["params"]["_meta"];
    assert_eq!(
        meta["io.modelcontextprotocol/protocolVersion"],
        "2026-07-28"
    );
    let question = json!({"method": "elicitation/create", "params": {"message": "sure?"}});
    let required = json!({"resultType": "input_required", "requestState": "s1",
        "inputRequests": {"k": question}});
    script.answer(&request, required).await;
    let question = ask(&mut running).await;
    assert_eq!(question.params["message"], "sure?");
    question.reply.send(json!({"action": "accept"}));
    let (again, outcome) = tokio::join!(
        async {
            let again = script.call().await;
            script.done(&again).await;
            again
        },
        finish(&mut running)
    );
    assert_eq!(outcome.1.unwrap().text(), "done");
    assert_ne!(again["id"], request["id"]);
    let params = &again["params"];
    assert_eq!(params["arguments"], json!({"name": "n"}));
    assert_eq!(params["requestState"], "s1");
    assert_eq!(params["inputResponses"], json!({"k": {"action": "accept"}}));
}

#[tokio::test(start_paused = true)]
async fn a_reader_that_is_behind_holds_back_the_server() {
    let (connection, mut script) = pair().await;
    let mut running = call(&connection, "codex", json!({})).await;
    let request = script.call().await;
    let total = 50_000;
    let flood = async {
        for n in 0..total {
            let params = json!({"_meta": {"requestId": request["id"]}, "n": n});
            script
                .write(json!({"jsonrpc": "2.0", "method": "codex/event", "params": params}))
                .await;
        }
        script.done(&request).await;
    };
    let mut flood = std::pin::pin!(flood);
    let blocked = tokio::time::timeout(Duration::from_mins(1), &mut flood).await;
    assert!(blocked.is_err(), "everything was taken without a reader");
    let ((), (signals, outcome)) = tokio::join!(flood, finish(&mut running));
    assert!(signals.iter().map(number).eq(0..total));
    assert_eq!(outcome.unwrap().text(), "done");
}

#[tokio::test(start_paused = true)]
async fn closing_does_not_wait_for_an_open_question_nor_for_a_full_channel() {
    let (connection, mut script) = pair().await;
    let mut running = call(&connection, "codex", json!({})).await;
    let request = script.call().await;
    script
        .write(json!({"jsonrpc": "2.0", "id": 0, "method": "elicitation/create", "params": {}}))
        .await;
    let _question = ask(&mut running).await;
    for _ in 0..400 {
        let params = json!({"_meta": {"requestId": request["id"]}});
        script
            .write(json!({"jsonrpc": "2.0", "method": "codex/event", "params": params}))
            .await;
    }
    let begun = Instant::now();
    connection.close().await;
    assert!(
        begun.elapsed() < Duration::from_millis(10),
        "{:?}",
        begun.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_here_already_wins_over_the_deadline() {
    let (connection, mut script) = pair().await;
    let limits = Limits {
        idle: Duration::from_secs(10),
        total: Duration::from_mins(1),
    };
    let mut running = connection.call("codex", Map::new(), limits).await;
    let request = script.call().await;
    script.done(&request).await;
    tokio::time::sleep(Duration::from_secs(100)).await;
    assert_eq!(finish(&mut running).await.1.unwrap().text(), "done");
}
