//! Calls that a server of 2026-07-28 makes tasks of its own accord.

use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use tokio::io::duplex;
use tokio::time::Instant;

use super::script::Script;
use super::{ask, call, connect, finish, options};
use crate::mcp::{ActiveCall, AskAnswer, CallError, Connection, Signal, Step};

/// A server, and a call of it that it has made a task.
async fn made() -> (Connection, Script, ActiveCall) {
    let (near, far) = duplex(64 * 1024);
    let server = async {
        let mut script = Script::new(far);
        let discover = script.expect("server/discover").await;
        let capabilities =
            json!({"tools": {}, "extensions": {"io.modelcontextprotocol/tasks": {}}});
        let known = json!({"supportedVersions": ["2026-07-28"], "capabilities": capabilities});
        script.answer(&discover, known).await;
        script.tools().await;
        script
    };
    let (connection, mut script) = tokio::join!(connect(near, options()), server);
    let connection = connection.unwrap();
    let calling = call(&connection, "codex", json!({"topic": "x"})).await;
    let request = script.call().await;
    assert_eq!(request["params"].get("task"), None);
    let announced = &request["params"]["_meta"]["io.modelcontextprotocol/clientCapabilities"];
    assert_eq!(
        announced["extensions"],
        json!({"io.modelcontextprotocol/tasks": {}})
    );
    let mut started = task("working", &json!({}));
    started["resultType"] = json!("task");
    script.answer(&request, started).await;
    (connection, script, calling)
}

/// A task as `tasks/get` shows it.
fn task(status: &str, more: &Value) -> Value {
    let mut task = json!({"resultType": "complete", "taskId": "k1", "status": status,
        "createdAt": "2026-11-22T16:00:00Z", "lastUpdatedAt": "2026-11-22T16:00:00Z",
        "ttlMs": 60_000, "pollIntervalMs": 2_000});
    let more = more.as_object().unwrap().clone();
    task.as_object_mut().unwrap().extend(more);
    task
}

/// Answers the next poll.
async fn polled(script: &mut Script, status: &str, more: &Value) {
    let get = script.expect("tasks/get").await;
    assert_eq!(get["params"]["taskId"], "k1");
    script.answer(&get, task(status, more)).await;
}

#[tokio::test(start_paused = true)]
async fn a_made_task_is_polled_answered_and_its_result_taken() {
    let (connection, mut script, mut calling) = made().await;
    let began = Instant::now();
    let which = || {
        json!({"inputRequests": {"q": {"method": "elicitation/create",
        "params": {"message": "which?"}}}})
    };
    let serving = async {
        polled(&mut script, "working", &json!({"statusMessage": "Reading"})).await;
        polled(&mut script, "input_required", &which()).await;
        let update = script.expect("tasks/update").await;
        assert_eq!(update["params"]["taskId"], "k1");
        let told = json!({"q": {"action": "accept", "content": {"n": 1}}});
        assert_eq!(update["params"]["inputResponses"], told);
        script
            .answer(&update, json!({"resultType": "complete"}))
            .await;
        // It still shows what has been answered, and is not answered twice.
        polled(&mut script, "input_required", &which()).await;
        let content = json!([{"type": "text", "text": "report"}]);
        polled(
            &mut script,
            "completed",
            &json!({"result": {"content": content}}),
        )
        .await;
    };
    let client = async {
        let Step::Signal(Signal::Progress { message, .. }) = calling.next().await else {
            panic!("no progress");
        };
        assert_eq!(message.as_deref(), Some("Reading"));
        let question = ask(&mut calling).await;
        assert_eq!(question.params["message"], "which?");
        let answer = json!({"action": "accept", "content": {"n": 1}});
        question.reply.send(answer);
        finish(&mut calling).await.1.unwrap().text()
    };
    let ((), text) = tokio::join!(serving, client);
    assert_eq!((text.as_str(), began.elapsed().as_secs()), ("report", 6));
    drop((connection, calling));
    assert_eq!(script.read().await, Value::Null);
}

#[tokio::test(start_paused = true)]
async fn a_made_task_that_fails_says_why() {
    let (_connection, mut script, mut calling) = made().await;
    let serving = async {
        let error = json!({"error": {"code": -32000, "message": "out of paper"}});
        polled(&mut script, "failed", &error).await;
    };
    let (outcome, ()) = tokio::join!(finish(&mut calling), serving);
    let Err(CallError::Rpc { code, message, .. }) = outcome.1 else {
        panic!("{outcome:?}");
    };
    assert_eq!((code, message.as_str()), (-32000, "out of paper"));
}

#[tokio::test(start_paused = true)]
async fn a_made_task_is_cancelled_when_it_is_given_up_or_its_question_refused() {
    let (_connection, mut script, mut calling) = made().await;
    let serving = async {
        let wish = json!({"method": "sampling/createMessage", "params": {}});
        polled(
            &mut script,
            "input_required",
            &json!({"inputRequests": {"k": wish}}),
        )
        .await;
        let cancel = script.expect("tasks/cancel").await;
        assert_eq!(cancel["params"]["taskId"], "k1");
    };
    let client = async {
        ask(&mut calling).await.reply.answer(AskAnswer::Error {
            code: -1,
            message: "no".to_owned(),
        });
        finish(&mut calling).await.1.unwrap_err()
    };
    let ((), error) = tokio::join!(serving, client);
    assert!(matches!(error, CallError::Rpc { code: -1, .. }), "{error}");

    let (_connection, mut script, mut calling) = made().await;
    let waiting = tokio::time::timeout(std::time::Duration::from_millis(500), calling.next());
    assert!(waiting.await.is_err());
    drop(calling);
    script.expect("tasks/cancel").await;
}
