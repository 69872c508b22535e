//! Noise, nonsense and deaths.

use pretty_assertions::assert_eq;
use serde_json::json;

use super::script::{pair, pair_with};
use super::{ask, call, finish, options};
use crate::mcp::Step;
use crate::mcp::reply::CallError;

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
        Step::Done(Err(CallError::Unsent { .. }))
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
