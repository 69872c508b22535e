//! The Anthropic Messages dialect, as far as the real Claude Code needs it.

use serde_json::{Value, json};

use super::Ending;
use super::chat::text_of;
use super::directions::{Conversation, Step, said};
use super::exchange::{Exchange, Left};

/// What Claude Code itself puts into the mouth of the user.
const NOT_A_PROMPT: &str = "<system-reminder";

/// What the request says.
pub(super) fn conversation(body: &Value) -> Conversation {
    let mut found = Conversation::default();
    for message in body["messages"].as_array().into_iter().flatten() {
        if message["role"] != "user" {
            continue;
        }
        let alone = [json!({"type": "text", "text": message["content"]})];
        let blocks = message["content"]
            .as_array()
            .map_or(&alone[..], Vec::as_slice);
        let texts = blocks.iter().filter(|block| block["type"] == "text");
        let texts: Vec<&str> = texts
            .filter_map(|block| block["text"].as_str())
            .filter(|text| !text.trim().is_empty() && !text.starts_with(NOT_A_PROMPT))
            .collect();
        if !texts.is_empty() {
            found.turns += 1;
            found.prompt = texts.join("\n");
            found.tool_output = None;
        }
        for block in blocks.iter().filter(|block| block["type"] == "tool_result") {
            found.tool_output = Some(text_of(&block["content"]));
        }
    }
    found
}

/// An error in the vendor's shape.
pub(super) fn error(status: u16) -> Value {
    let kind = match status {
        401 => "authentication_error",
        429 => "rate_limit_error",
        529 => "overloaded_error",
        _ => "api_error",
    };
    json!({"type": "error", "error": {"type": kind, "message": format!("stub error {status}")}})
}

/// Plays the steps as a stream of events.
pub(super) async fn stream(exchange: &mut Exchange, body: &Value, steps: &[Step]) -> Ending {
    Ending::of_stream(play(exchange, body, steps).await)
}

async fn play(
    exchange: &mut Exchange,
    body: &Value,
    steps: &[Step],
) -> Result<Option<Ending>, Left> {
    exchange.begin().await?;
    let message = json!({"id": "msg_1", "type": "message", "role": "assistant",
        "model": body["model"], "content": [], "stop_reason": null, "stop_sequence": null,
        "usage": {"input_tokens": 50, "output_tokens": 1}});
    send(
        exchange,
        json!({"type": "message_start", "message": message}),
    )
    .await?;
    let tool = steps.iter().find_map(tool_use);
    let reason = if let Some((block, input)) = tool {
        send(
            exchange,
            json!({"type": "content_block_start", "index": 0, "content_block": block}),
        )
        .await?;
        let delta = json!({"type": "input_json_delta", "partial_json": input.to_string()});
        send(
            exchange,
            json!({"type": "content_block_delta", "index": 0, "delta": delta}),
        )
        .await?;
        "tool_use"
    } else {
        let block = json!({"type": "text", "text": ""});
        send(
            exchange,
            json!({"type": "content_block_start", "index": 0, "content_block": block}),
        )
        .await?;
        for step in steps {
            match step {
                Step::Text(text) => {
                    let delta = json!({"type": "text_delta", "text": text});
                    send(
                        exchange,
                        json!({"type": "content_block_delta", "index": 0, "delta": delta}),
                    )
                    .await?;
                }
                Step::Pause(time) => exchange.pause(*time).await?,
                Step::Hold => exchange.hold().await?,
                Step::Hang => return Err(exchange.hang().await),
                Step::Cut => return Ok(Some(Ending::Cut)),
                Step::Think(_) | Step::Exec { .. } | Step::Patch(_) | Step::Call { .. } => {}
            }
        }
        "end_turn"
    };
    send(exchange, json!({"type": "content_block_stop", "index": 0})).await?;
    let delta = json!({"stop_reason": reason, "stop_sequence": null});
    send(
        exchange,
        json!({"type": "message_delta", "delta": delta, "usage": {"output_tokens": 9}}),
    )
    .await?;
    send(exchange, json!({"type": "message_stop"})).await?;
    exchange.end().await?;
    Ok(None)
}

/// Sends the text of the steps as one body.
pub(super) async fn whole(exchange: &mut Exchange, body: &Value, steps: &[Step]) -> Ending {
    let content = said(steps);
    let answer = json!({"id": "msg_1", "type": "message", "role": "assistant",
        "model": body["model"], "content": [{"type": "text", "text": content}],
        "stop_reason": "end_turn", "stop_sequence": null,
        "usage": {"input_tokens": 50, "output_tokens": 9}});
    exchange.json(200, &[], &answer).await
}

/// The call of the tool of a step, and what goes into it.
fn tool_use(step: &Step) -> Option<(Value, Value)> {
    let used = |name: &str, input: Value| {
        let block = json!({"type": "tool_use", "id": "toolu_1", "name": name, "input": {}});
        (block, input)
    };
    match step {
        Step::Exec { command, .. } => {
            let input = json!({"command": command, "description": "as the script wants"});
            Some(used("Bash", input))
        }
        Step::Patch(file) => {
            let input = json!({"file_path": file, "content": "hello from the script\n"});
            Some(used("Write", input))
        }
        Step::Call { name, arguments } => {
            let arguments = serde_json::from_str(arguments).unwrap_or_default();
            Some(used(name, arguments))
        }
        Step::Text(_) | Step::Think(_) | Step::Pause(_) | Step::Hold | Step::Hang | Step::Cut => {
            None
        }
    }
}

async fn send(exchange: &mut Exchange, event: Value) -> Result<(), Left> {
    let name = event["type"].as_str().map(str::to_owned);
    exchange.event(name.as_deref(), &event.to_string()).await
}
