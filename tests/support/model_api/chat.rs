//! The Chat Completions dialect.

use serde_json::{Value, json};

use super::Ending;
use super::directions::{Conversation, Step, Tool, used};
use super::exchange::{Exchange, Left};
use super::offered::{first_of, meant};

/// How opencode begins when it wants a name for the conversation, whose prompt comes after that.
const WANTS_A_TITLE: &str = "Generate a title for this conversation";

/// What the request says.
pub(super) fn conversation(body: &Value) -> Conversation {
    let mut found = Conversation::default();
    for message in body["messages"].as_array().into_iter().flatten() {
        let text = text_of(&message["content"]);
        match message["role"].as_str() {
            Some("user") if text.starts_with(WANTS_A_TITLE) => {
                found.asked("[[say:a title]]".to_owned());
                break;
            }
            Some("user") => found.asked(text),
            Some("tool") => found.gave(text),
            _ => {}
        }
    }
    found
}

/// Plays the steps as a stream.
pub(super) async fn stream(exchange: &mut Exchange, body: &Value, steps: &[Step]) -> Ending {
    Ending::of_stream(play(exchange, body, steps).await)
}

async fn play(
    exchange: &mut Exchange,
    body: &Value,
    steps: &[Step],
) -> Result<Option<Ending>, Left> {
    exchange.begin().await?;
    for step in steps {
        let delta = match step {
            Step::Text(text) => json!({"role": "assistant", "content": text}),
            Step::Think(text) => json!({"reasoning_content": text}),
            Step::Pause(time) => {
                exchange.pause(*time).await?;
                continue;
            }
            Step::Hold => {
                exchange.hold().await?;
                continue;
            }
            Step::Hang => return Err(exchange.hang().await),
            Step::Cut => return Ok(Some(Ending::Cut)),
            Step::Use { number, tool } => call(body, *number, tool),
        };
        send(exchange, body, &delta, Value::Null, Value::Null).await?;
    }
    let usage = json!({"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18,
        "prompt_tokens_details": {"cached_tokens": 3}});
    let reason = used(steps).map_or("stop", |_| "tool_calls");
    send(exchange, body, &json!({}), json!(reason), usage).await?;
    exchange.event(None, "[DONE]").await?;
    exchange.end().await?;
    Ok(None)
}

async fn send(
    exchange: &mut Exchange,
    body: &Value,
    delta: &Value,
    reason: Value,
    usage: Value,
) -> Result<(), Left> {
    let chunk = json!({"id": "chatcmpl-1", "object": "chat.completion.chunk",
        "model": body["model"], "usage": usage,
        "choices": [{"index": 0, "delta": delta, "finish_reason": reason}]});
    exchange.event(None, &chunk.to_string()).await
}

/// Sends everything at once, for clients that do not stream.
pub(super) async fn whole(exchange: &mut Exchange, body: &Value, steps: &[Step]) -> Ending {
    let mut content = String::new();
    for step in steps {
        match step {
            Step::Text(text) => content.push_str(text),
            Step::Hang => {
                exchange.hang().await;
                return Ending::ClientLeft;
            }
            Step::Cut => return Ending::Cut,
            Step::Hold => {
                if exchange.hold().await.is_err() {
                    return Ending::ClientLeft;
                }
            }
            Step::Pause(time) => {
                if exchange.pause(*time).await.is_err() {
                    return Ending::ClientLeft;
                }
            }
            Step::Think(_) | Step::Use { .. } => {}
        }
    }
    let answer = json!({"id": "chatcmpl-1", "object": "chat.completion", "model": body["model"],
        "choices": [{"index": 0, "message": {"role": "assistant", "content": content},
            "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}});
    exchange.json(200, &[], &answer).await
}

/// The use of a tool, under the name by which this client offers it.
fn call(body: &Value, number: usize, tool: &Tool) -> Value {
    let (name, arguments) = match tool {
        Tool::Exec { command, .. } => {
            let name = first_of(body, &["bash"]).unwrap_or("shell");
            let arguments = json!({"command": command, "description": "as the script wants"});
            (name, arguments.to_string())
        }
        Tool::Patch(file) => match first_of(body, &["write"]) {
            Some(name) => {
                let arguments = json!({"filePath": file, "content": "hello from the script\n"});
                (name, arguments.to_string())
            }
            None => ("apply_patch", json!({"file": file}).to_string()),
        },
        Tool::Call { name, arguments } => (meant(body, name).name, arguments.clone()),
    };
    json!({"role": "assistant", "tool_calls": [{"index": 0, "id": format!("call_{number}"),
        "type": "function", "function": {"name": name, "arguments": arguments}}]})
}

/// Content is a string or a list of parts.
pub(super) fn text_of(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(parts) => {
            let texts = parts.iter().filter_map(|part| part["text"].as_str());
            texts.collect::<Vec<_>>().join("\n")
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => String::new(),
    }
}
