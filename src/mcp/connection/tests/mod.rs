//! Connections over in-memory streams: to a real rmcp server, and to a scripted one that
//! misbehaves exactly as told.

mod asking;
mod failing;
mod listening;
mod lists;
mod offered;
mod opening;
mod patience;
mod remote;
mod remote_made;
mod script;

use std::path::PathBuf;
use std::sync::Arc;

use pretty_assertions::assert_eq;
use rmcp::handler::server::ServerHandler;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, CustomNotification,
    ListToolsResult, PaginatedRequestParams, ProgressNotificationParam, ServerCapabilities,
    ServerConfig, ServerNotification, Tool,
};
use rmcp::service::{RequestContext, RoleServer, ServiceExt};
use serde_json::{Map, Value, json};
use tokio::io::{DuplexStream, duplex, split};
use tokio::task::JoinSet;
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
