//! What a server may ask besides an elicitation: where it works, for a model, for a visit elsewhere.

use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use tokio::io::duplex;

use super::script::{Script, pair_with};
use super::{ask, call, connect, finish, options};
use crate::mcp::connection::{Connection, Options};
use crate::mcp::{AskAnswer, CallError, Offers};

fn offering() -> Options {
    let mut options = options();
    options.offers = Offers {
        root: Some("/home/me/app".into()),
        sampling: ["fake".to_owned()].into(),
        ..Offers::default()
    };
    options
}

fn roots() -> Value {
    json!({"roots": [{"uri": "file:///home/me/app", "name": "app"}]})
}

/// A connected pair of a client and a scripted server of 2026-07-28.
async fn modern() -> (Connection, Script, Value) {
    let (near, far) = duplex(64 * 1024);
    let server = async {
        let mut script = Script::new(far);
        let discover = script.expect("server/discover").await;
        let modern = json!({"supportedVersions": ["2026-07-28"], "capabilities": {"tools": {}}});
        script.answer(&discover, modern).await;
        script.tools().await;
        (script, discover)
    };
    let (connection, (script, discover)) = tokio::join!(connect(near, offering()), server);
    (connection.unwrap(), script, discover)
}

#[tokio::test]
async fn a_server_is_told_where_the_project_is_at_any_time() {
    let (connection, mut script) = pair_with(offering()).await;
    // No call is in flight, and the id is one that some clients take for none.
    script
        .write(json!({"jsonrpc": "2.0", "id": 0, "method": "roots/list"}))
        .await;
    assert_eq!(
        script.read().await,
        json!({"jsonrpc": "2.0", "id": 0, "result": roots()})
    );
    drop(connection);
}

#[tokio::test]
async fn what_is_offered_is_announced() {
    let (connection, _script, discover) = modern().await;
    let announced = &discover["params"]["_meta"]["io.modelcontextprotocol/clientCapabilities"];
    assert_eq!(
        *announced,
        json!({"elicitation": {"form": {}, "url": {}}, "roots": {}, "sampling": {},
            "extensions": {"io.modelcontextprotocol/tasks": {}}})
    );
    drop(connection);
}

#[tokio::test]
async fn a_wish_for_a_model_is_answered_or_refused_by_an_error() {
    let (connection, mut script) = pair_with(offering()).await;
    let mut running = call(&connection, "codex", json!({})).await;
    script.call().await;
    let wish = |id: u64| {
        json!({"jsonrpc": "2.0", "id": id, "method": "sampling/createMessage",
            "params": {"messages": []}})
    };
    script.write(wish(1)).await;
    let message =
        json!({"role": "assistant", "model": "m", "content": {"type": "text", "text": "x"}});
    ask(&mut running).await.reply.send(message.clone());
    assert_eq!(script.read().await["result"], message);

    script.write(wish(2)).await;
    ask(&mut running).await.reply.answer(AskAnswer::Error {
        code: -1,
        message: "no".to_owned(),
    });
    assert_eq!(
        script.read().await["error"],
        json!({"code": -1, "message": "no"})
    );

    script.write(wish(3)).await;
    drop(ask(&mut running).await);
    assert_eq!(script.read().await["error"]["code"], -32601);
}

#[tokio::test]
async fn required_input_may_be_the_folder_and_a_refused_one_ends_the_call() {
    let (connection, mut script, _) = modern().await;
    let mut running = call(&connection, "codex", json!({})).await;
    let request = script.call().await;
    let required = json!({"resultType": "input_required", "inputRequests": {
        "where": {"method": "roots/list"},
        "who": {"method": "elicitation/create", "params": {"message": "?"}}}});
    script.answer(&request, required).await;
    ask(&mut running)
        .await
        .reply
        .send(json!({"action": "decline"}));
    let (again, outcome) = tokio::join!(
        async {
            let again = script.call().await;
            script.done(&again).await;
            again
        },
        finish(&mut running)
    );
    outcome.1.unwrap();
    assert_eq!(
        again["params"]["inputResponses"],
        json!({"where": roots(), "who": {"action": "decline"}})
    );

    let mut running = call(&connection, "codex", json!({})).await;
    let request = script.call().await;
    let wish = json!({"method": "sampling/createMessage", "params": {"messages": []}});
    let required = json!({"resultType": "input_required", "inputRequests": {"k": wish}});
    script.answer(&request, required).await;
    ask(&mut running).await.reply.answer(AskAnswer::Error {
        code: -1,
        message: "not today".to_owned(),
    });
    let Err(CallError::Rpc { message, .. }) = finish(&mut running).await.1 else {
        panic!("no error");
    };
    assert_eq!(message, "not today");
}

#[tokio::test]
async fn a_call_that_needs_a_visit_elsewhere_is_made_again_after_it() {
    let (connection, mut script) = pair_with(offering()).await;
    let elsewhere = json!({"code": -32042, "message": "log in", "data": {"elicitations": [
        {"mode": "url", "url": "https://example.org", "message": "There.", "elicitationId": "e"}]}});
    let refusal =
        |request: &Value| json!({"jsonrpc": "2.0", "id": request["id"], "error": elsewhere});
    let mut running = call(&connection, "codex", json!({"a": 1})).await;
    let request = script.call().await;
    script.write(refusal(&request)).await;
    let question = ask(&mut running).await;
    assert_eq!(question.params["url"], "https://example.org");
    question
        .reply
        .send(json!({"action": "accept", "content": {}}));
    let (again, outcome) = tokio::join!(
        async {
            let again = script.call().await;
            script.done(&again).await;
            again
        },
        finish(&mut running)
    );
    outcome.1.unwrap();
    assert_eq!(again["params"]["arguments"], json!({"a": 1}));
    assert_eq!(again["params"].get("inputResponses"), None);

    let mut running = call(&connection, "codex", json!({})).await;
    let request = script.call().await;
    script.write(refusal(&request)).await;
    ask(&mut running)
        .await
        .reply
        .send(json!({"action": "decline"}));
    assert!(matches!(
        finish(&mut running).await.1,
        Err(CallError::Rpc { code: -32042, .. })
    ));
}
