//! The Gemini dialect, as far as the real Gemini CLI needs it.

use serde_json::{Value, json};

use super::Ending;
use super::directions::{Conversation, Step, Tool, said};
use super::exchange::{Exchange, Left};
use super::offered::meant;

/// What the CLI itself puts into the mouth of the user.
const NOT_A_PROMPT: [&str; 2] = ["<session_context", "This is the Gemini CLI"];

/// The model that a path asks for.
pub(super) fn model(path: &str) -> Option<&str> {
    let (_, last) = path.rsplit_once('/')?;
    last.split_once(':').map(|(model, _)| model)
}

/// What the request says.
pub(super) fn conversation(body: &Value) -> Conversation {
    let mut found = Conversation::default();
    for content in body["contents"].as_array().into_iter().flatten() {
        if content["role"] != "user" {
            continue;
        }
        let parts = content["parts"].as_array().map_or(&[][..], Vec::as_slice);
        let texts: Vec<&str> = parts
            .iter()
            .filter_map(|part| part["text"].as_str())
            .filter(|text| {
                let text = text.trim_start();
                !text.is_empty() && !NOT_A_PROMPT.iter().any(|begin| text.starts_with(begin))
            })
            .collect();
        if !texts.is_empty() {
            found.asked(texts.join("\n"));
        }
        for part in parts {
            if let Some(response) = part["functionResponse"].get("response") {
                found.gave(response.to_string());
            }
        }
    }
    found
}

/// The CLI asks for JSON where it wants to know which model to take, or who speaks next.
pub(super) fn aside(body: &Value) -> Option<Value> {
    let config = &body["generationConfig"];
    let wants_json = config["responseMimeType"] == "application/json"
        || config.get("responseJsonSchema").is_some()
        || config.get("responseSchema").is_some();
    let answer = if !wants_json {
        return None;
    } else if config.to_string().contains("next_speaker") {
        json!({"next_speaker": "user", "reasoning": "as the script wants"})
    } else {
        json!({"reasoning": "as the script wants", "model_choice": "flash",
            "complexity_reasoning": "as the script wants", "complexity_score": 1})
    };
    Some(chunk(&json!([{"text": answer.to_string()}]), Last::Yes))
}

/// An error in the vendor's shape.
pub(super) fn error(status: u16) -> Value {
    let word = match status {
        400 => "INVALID_ARGUMENT",
        401 => "UNAUTHENTICATED",
        429 => "RESOURCE_EXHAUSTED",
        _ => "INTERNAL",
    };
    json!({"error": {"code": status, "message": format!("stub error {status}"), "status": word}})
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
    for step in steps {
        let part = match step {
            Step::Text(text) => json!({"text": text}),
            Step::Think(text) => json!({"text": text, "thought": true}),
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
            Step::Use { tool, .. } => function_call(body, tool),
        };
        let event = chunk(&json!([part]), Last::No);
        exchange.event(None, &event.to_string()).await?;
    }
    let last = chunk(&json!([{"text": ""}]), Last::Yes);
    exchange.event(None, &last.to_string()).await?;
    exchange.end().await?;
    Ok(None)
}

/// Sends the text of the steps as one body.
pub(super) async fn whole(exchange: &mut Exchange, steps: &[Step]) -> Ending {
    let text = said(steps);
    let answer = chunk(&json!([{"text": text}]), Last::Yes);
    exchange.json(200, &[], &answer).await
}

fn function_call(body: &Value, tool: &Tool) -> Value {
    match tool {
        Tool::Exec { command, .. } => json!({"functionCall": {"name": "run_shell_command",
            "args": {"command": command, "description": "as the script wants"}}}),
        Tool::Patch(file) => json!({"functionCall": {"name": "write_file",
            "args": {"file_path": file, "content": "hello from the script\n"}}}),
        Tool::Call { name, arguments } => {
            let arguments: Value = serde_json::from_str(arguments).unwrap_or_default();
            json!({"functionCall": {"name": meant(body, name).name, "args": arguments}})
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    Yes,
    No,
}

fn chunk(parts: &Value, last: Last) -> Value {
    let mut candidate = json!({"content": {"role": "model", "parts": parts}, "index": 0});
    if last == Last::Yes {
        candidate["finishReason"] = json!("STOP");
    }
    json!({"candidates": [candidate], "modelVersion": "stub", "responseId": "stub",
        "usageMetadata": {"promptTokenCount": 30, "candidatesTokenCount": 8, "totalTokenCount": 38}})
}
