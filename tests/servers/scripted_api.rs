//! The scripted model API itself: what clients need in order to take it for the vendor's.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::model_api::ModelApi;
use crate::support::soon;

/// The events of the answer to `body`.
async fn post(model: &ModelApi, path: &str, body: &Value) -> Vec<Value> {
    let root = model.root_url();
    let address = root.strip_prefix("http://").unwrap();
    let body = body.to_string();
    let length = body.len();
    let request = format!("POST {path} HTTP/1.1\r\ncontent-length: {length}\r\n\r\n{body}");
    let mut answer = String::new();
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    soon("the answer", stream.read_to_string(&mut answer))
        .await
        .unwrap();
    let events = answer
        .lines()
        .filter_map(|line| line.strip_prefix("data: "));
    events
        .filter_map(|event| serde_json::from_str(event).ok())
        .collect()
}

/// The first value under `key` anywhere in the events.
fn first<'e>(events: &'e [Value], key: &str) -> Option<&'e Value> {
    fn within<'e>(value: &'e Value, key: &str) -> Option<&'e Value> {
        match value {
            Value::Object(fields) => {
                let found = fields.get(key).filter(|found| !found.is_null());
                found.or_else(|| fields.values().find_map(|field| within(field, key)))
            }
            Value::Array(values) => values.iter().find_map(|value| within(value, key)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
        }
    }
    events.iter().find_map(|event| within(event, key))
}

#[tokio::test]
async fn a_tool_is_found_by_the_end_of_its_name_in_the_shape_of_each_api() {
    let model = ModelApi::start().await;
    let prompt = "[[call:*ask {\"about\":\"lamps\"}]]";
    let said = json!([{"role": "user", "content": prompt}]);
    let chat = json!({"stream": true, "messages": said, "tools": [
        {"type": "function", "function": {"name": "bash"}},
        {"type": "function", "function": {"name": "room_ask"}}]});
    let events = post(&model, "/v1/chat/completions", &chat).await;
    let called = first(&events, "function").unwrap();
    assert_eq!(
        called,
        &json!({"name": "room_ask", "arguments": "{\"about\":\"lamps\"}"})
    );
    assert_eq!(first(&events, "finish_reason").unwrap(), "tool_calls");

    let anthropic = json!({"stream": true, "messages": said, "tools": [{"name": "Bash"},
        {"name": "mcp__room__ask"}]});
    let events = post(&model, "/v1/messages", &anthropic).await;
    let called = json!({"type": "tool_use", "id": "toolu_1", "name": "mcp__room__ask",
        "input": {}});
    let blocks = events.iter().map(|event| &event["content_block"]);
    assert_eq!(blocks.filter(|block| **block == called).count(), 1);
    let input = first(&events, "partial_json").unwrap();
    assert_eq!(input, "{\"about\":\"lamps\"}");

    let gemini = json!({"contents": [{"role": "user", "parts": [{"text": prompt}]}],
        "tools": [{"functionDeclarations": [{"name": "read_file"}, {"name": "mcp_room_ask"}]}]});
    let events = post(&model, "/v1beta/models/m:streamGenerateContent", &gemini).await;
    let called = first(&events, "functionCall").unwrap();
    assert_eq!(
        called,
        &json!({"name": "mcp_room_ask", "args": {"about": "lamps"}})
    );

    let responses = json!({"stream": true, "input": said, "tools": [
        {"type": "function", "name": "exec_command"},
        {"type": "namespace", "name": "mcp__room", "tools": [{"name": "ask"}]}]});
    let events = post(&model, "/v1/responses", &responses).await;
    assert_eq!(first(&events, "namespace").unwrap(), "mcp__room");
    assert_eq!(first(&events, "name").unwrap(), "ask");
    assert_eq!(
        first(&events, "arguments").unwrap(),
        "{\"about\":\"lamps\"}"
    );
}

#[tokio::test]
async fn each_use_of_a_tool_and_each_answer_has_a_name_of_its_own() {
    let model = ModelApi::start().await;
    let mut messages = json!([{"role": "user", "content": "[[exec:ls]]"},
        {"role": "assistant", "content": [{"type": "tool_use", "id": "toolu_1", "name": "Bash"}]},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "toolu_1",
            "content": "lamps"}]}]);
    let body = |messages: &Value| json!({"stream": true, "messages": messages});
    let events = post(&model, "/v1/messages", &body(&messages)).await;
    assert_eq!(events[0]["message"]["id"], "msg_3");
    assert_eq!(
        first(&events, "delta").unwrap()["text"],
        "the tool said: lamps"
    );

    let more = [
        json!({"role": "assistant", "content": "the tool said: lamps"}),
        json!({"role": "user", "content": "[[think]][[exec:ls]]"}),
    ];
    messages.as_array_mut().unwrap().extend(more);
    let events = post(&model, "/v1/messages", &body(&messages)).await;
    assert_eq!(events[0]["message"]["id"], "msg_5");
    let blocks = events
        .iter()
        .filter(|event| event["type"] == "content_block_start");
    let blocks: Vec<(&Value, &Value)> = blocks
        .map(|event| (&event["index"], &event["content_block"]["type"]))
        .collect();
    assert_eq!(
        blocks,
        [
            (&json!(0), &json!("thinking")),
            (&json!(1), &json!("tool_use"))
        ]
    );
    let used = events.iter().map(|event| &event["content_block"]["id"]);
    assert_eq!(used.filter(|id| **id == "toolu_2").count(), 1);
}

#[tokio::test]
async fn a_client_that_wants_a_title_gets_one_and_carries_nothing_out() {
    let model = ModelApi::start().await;
    let body = json!({"stream": true, "messages": [
        {"role": "system", "content": "You name conversations."},
        {"role": "user", "content": "Generate a title for this conversation:\n"},
        {"role": "user", "content": "[[exec:ls]]"}]});
    let events = post(&model, "/v1/chat/completions", &body).await;
    assert_eq!(first(&events, "content").unwrap(), "a title");
    assert_eq!(first(&events, "tool_calls"), None);
}
