//! What a server asks in the middle of a call.

use pretty_assertions::assert_eq;
use serde_json::json;
use tokio::io::duplex;

use super::script::{Script, pair};
use super::{ask, call, connect, finish, options};

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
