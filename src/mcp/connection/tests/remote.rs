//! Calls that the server works on as tasks of its own.

use std::time::Duration;

use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use tokio::io::duplex;
use tokio::time::Instant;

use super::script::Script;
use super::{ask, call, connect, finish, options};
use crate::mcp::{ActiveCall, CallError, Connection, Signal, Step};

/// A server whose tool `research` demands a task if `support` says so.
async fn server(support: &str) -> (Connection, Script) {
    let (near, far) = duplex(64 * 1024);
    let server = async {
        let mut script = Script::new(far);
        let discover = script.expect("server/discover").await;
        script.refuse(&discover).await;
        let initialize = script.expect("initialize").await;
        let tasks = json!({"cancel": {}, "requests": {"tools": {"call": {}}}});
        let result = json!({"protocolVersion": "2025-11-25",
            "capabilities": {"tools": {}, "tasks": tasks}, "serverInfo": {"name": "s", "version": "1"}});
        script.answer(&initialize, result).await;
        script.expect("notifications/initialized").await;
        let list = script.expect("tools/list").await;
        let tool =
            json!({"name": "research", "inputSchema": {}, "execution": {"taskSupport": support}});
        script.answer(&list, json!({"tools": [tool]})).await;
        script
    };
    let (connection, script) = tokio::join!(connect(near, options()), server);
    (connection.unwrap(), script)
}

fn task(status: &str, message: &str) -> Value {
    json!({"taskId": "k1", "status": status, "pollInterval": 1000, "statusMessage": message})
}

/// The call up to its first poll.
async fn started(connection: &Connection, script: &mut Script) -> (ActiveCall, Value) {
    let mut calling = call(connection, "research", json!({"topic": "x"})).await;
    let request = script.call().await;
    assert_eq!(request["params"]["task"], json!({"ttl": 1_800_000}));
    assert_eq!(request["params"]["arguments"], json!({"topic": "x"}));
    script
        .answer(&request, json!({"task": task("working", "Gathering")}))
        .await;
    let polled = tokio::select! {
        polled = script.expect("tasks/get") => polled,
        step = calling.next() => panic!("{step:?}"),
    };
    assert_eq!(polled["params"]["taskId"], "k1");
    (calling, polled)
}

#[tokio::test(start_paused = true)]
async fn a_task_is_polled_and_its_result_fetched_and_its_questions_passed_on() {
    let (connection, mut script) = server("required").await;
    let began = Instant::now();
    let (mut calling, polled) = started(&connection, &mut script).await;
    assert_eq!(began.elapsed().as_secs(), 1);
    script.answer(&polled, task("working", "Reading")).await;
    let Step::Signal(Signal::Progress { message, .. }) = calling.next().await else {
        panic!("no progress");
    };
    assert_eq!(message.as_deref(), Some("Reading"));
    let serving = async {
        let polled = script.expect("tasks/get").await;
        script.answer(&polled, task("input_required", "")).await;
        let fetch = script.expect("tasks/result").await;
        let params = json!({"message": "which?", "_meta": {
            "io.modelcontextprotocol/related-task": {"taskId": "k1"}}});
        let question =
            json!({"jsonrpc": "2.0", "id": 0, "method": "elicitation/create", "params": params});
        script.write(question).await;
        let told = script.read().await;
        assert_eq!(
            (&told["id"], &told["result"]["action"]),
            (&json!(0), &json!("accept"))
        );
        let content = json!([{"type": "text", "text": "report"}]);
        script.answer(&fetch, json!({ "content": content })).await;
    };
    let client = async {
        let question = ask(&mut calling).await;
        question
            .reply
            .send(json!({"action": "accept", "content": {}}));
        finish(&mut calling).await.1.unwrap().text()
    };
    let ((), text) = tokio::join!(serving, client);
    assert_eq!(text, "report");
    assert_eq!(began.elapsed().as_secs(), 2);
    drop((connection, calling));
    assert_eq!(script.read().await, Value::Null);
}

#[tokio::test(start_paused = true)]
async fn a_task_that_is_given_up_is_cancelled_on_the_server() {
    let (connection, mut script) = server("required").await;
    let (mut calling, polled) = started(&connection, &mut script).await;
    script.answer(&polled, task("working", "")).await;
    let waiting = tokio::time::timeout(Duration::from_millis(500), calling.next());
    assert!(waiting.await.is_err());
    calling.cancel("enough");
    assert!(matches!(
        calling.next().await,
        Step::Done(Err(CallError::Cancelled))
    ));
    let cancel = script.expect("tasks/cancel").await;
    assert_eq!(cancel["params"]["taskId"], "k1");
}

#[tokio::test(start_paused = true)]
async fn a_task_has_the_limits_of_a_call() {
    let (connection, mut script) = server("required").await;
    let (mut calling, _) = started(&connection, &mut script).await;
    let step = calling.next().await;
    assert!(
        matches!(step, Step::Done(Err(CallError::Idle { .. }))),
        "{step:?}"
    );
    // The unanswered poll and the task.
    script.expect("notifications/cancelled").await;
    script.expect("tasks/cancel").await;

    let (mut calling, mut polled) = started(&connection, &mut script).await;
    let serving = async {
        loop {
            if polled["method"] == "tasks/get" {
                let mut task = task("working", "");
                task["pollInterval"] = json!(5_000);
                script.answer(&polled, task).await;
            } else if polled["method"] == "tasks/cancel" {
                return;
            }
            polled = script.read().await;
        }
    };
    let (outcome, ()) = tokio::join!(finish(&mut calling), serving);
    assert!(
        matches!(outcome.1, Err(CallError::Deadline { .. })),
        "{outcome:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_tool_that_says_only_when_called_that_it_wants_a_task_gets_one() {
    let (connection, mut script) = server("forbidden").await;
    let mut calling = call(&connection, "research", json!({"topic": "x"})).await;
    let request = script.call().await;
    assert_eq!(request["params"].get("task"), None);
    let said =
        "MCP error -32601: Tool research requires task augmentation (taskSupport: 'required')";
    let content = json!([{"type": "text", "text": said}]);
    script
        .answer(&request, json!({"content": content, "isError": true}))
        .await;
    let serving = async {
        let request = script.call().await;
        assert_eq!(request["params"]["task"], json!({"ttl": 1_800_000}));
        script
            .answer(&request, json!({"task": task("working", "")}))
            .await;
        let polled = script.expect("tasks/get").await;
        script.answer(&polled, task("cancelled", "")).await;
    };
    let (outcome, ()) = tokio::join!(finish(&mut calling), serving);
    let error = outcome.1.unwrap_err().to_string();
    assert!(error.contains("it cancelled its task"), "{error}");

    // The next call is one from the beginning.
    let _calling = call(&connection, "research", json!({"topic": "y"})).await;
    let request = script.call().await;
    assert_eq!(request["params"]["task"], json!({"ttl": 1_800_000}));
}
