//! Limits of time, cancelling, and who waits for whom.

use std::time::Duration;

use pretty_assertions::assert_eq;
use serde_json::{Map, json};
use tokio::time::Instant;

use super::script::pair;
use super::{ask, call, finish, number};
use crate::mcp::Step;
use crate::mcp::reply::CallError;
use crate::mcp::signal::Signal;
use crate::mcp::spec::Limits;

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
async fn the_time_in_which_a_server_waits_for_us_is_not_its_own() {
    let (connection, mut script) = pair().await;
    let limits = Limits {
        idle: Duration::from_secs(50),
        total: Duration::from_mins(1),
    };
    let mut running = connection.call("codex", Map::new(), limits).await;
    script.call().await;
    let begun = Instant::now();
    for id in 0..2 {
        script
            .write(
                json!({"jsonrpc": "2.0", "id": id, "method": "elicitation/create", "params": {}}),
            )
            .await;
        let question = ask(&mut running).await;
        let waited = tokio::time::timeout(Duration::from_secs(500), running.next()).await;
        assert!(waited.is_err());
        question.reply.send(json!({"action": "accept"}));
        let working = tokio::time::timeout(Duration::from_secs(20), running.next()).await;
        assert!(working.is_err());
    }
    // Twice 20 s of its minute are gone.
    let (_, outcome) = finish(&mut running).await;
    assert!(
        matches!(outcome, Err(CallError::Deadline { .. })),
        "{outcome:?}"
    );
    assert_eq!(begun.elapsed().as_secs(), 2 * 500 + 60);
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
