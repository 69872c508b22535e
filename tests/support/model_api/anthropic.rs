//! The Anthropic Messages dialect, as far as the real Claude Code needs it.

use serde_json::{Value, json};

use super::Ending;
use super::chat::text_of;
use super::directions::{Conversation, Step, Tool, said, thoughts, used};
use super::exchange::{Exchange, Left};
use super::offered::meant;

/// What Claude Code itself puts into the mouth of the user.
const NOT_A_PROMPT: [&str; 4] = [
    "<system-reminder",
    "<local-command",
    "<command-name",
    "[Request interrupted",
];

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
            .filter(|text| {
                let text = text.trim_start();
                !text.is_empty() && !NOT_A_PROMPT.iter().any(|begin| text.starts_with(begin))
            })
            .collect();
        if !texts.is_empty() {
            found.asked(texts.join("\n"));
        }
        for block in blocks.iter().filter(|block| block["type"] == "tool_result") {
            found.gave(text_of(&block["content"]));
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
    let mut playing = Playing {
        exchange,
        body,
        index: 0,
    };
    Ending::of_stream(playing.play(steps).await)
}

struct Playing<'e> {
    exchange: &'e mut Exchange,
    body: &'e Value,
    /// The place of the block that comes next.
    index: usize,
}

impl Playing<'_> {
    async fn play(&mut self, steps: &[Step]) -> Result<Option<Ending>, Left> {
        self.exchange.begin().await?;
        let message = json!({"id": id(self.body), "type": "message", "role": "assistant",
            "model": self.body["model"], "content": [], "stop_reason": null,
            "stop_sequence": null, "usage": {"input_tokens": 50, "output_tokens": 1}});
        self.send(json!({"type": "message_start", "message": message}))
            .await?;
        let thoughts = thoughts(steps);
        if !thoughts.is_empty() {
            self.think(&thoughts).await?;
        }
        let tool = used(steps);
        let speaks = tool.is_none() || !said(steps).is_empty();
        if speaks && let Some(ending) = self.message(steps).await? {
            return Ok(Some(ending));
        }
        let mut reason = "end_turn";
        if let Some((number, tool)) = tool {
            let (block, input) = tool_use(self.body, number, tool);
            self.open(block).await?;
            self.delta(json!({"type": "input_json_delta", "partial_json": input.to_string()}))
                .await?;
            self.close().await?;
            reason = "tool_use";
        }
        let delta = json!({"stop_reason": reason, "stop_sequence": null});
        self.send(json!({"type": "message_delta", "delta": delta, "usage": {"output_tokens": 9}}))
            .await?;
        self.send(json!({"type": "message_stop"})).await?;
        self.exchange.end().await?;
        Ok(None)
    }

    async fn think(&mut self, thoughts: &[&str]) -> Result<(), Left> {
        self.open(json!({"type": "thinking", "thinking": "", "signature": ""}))
            .await?;
        for piece in thoughts {
            self.delta(json!({"type": "thinking_delta", "thinking": piece}))
                .await?;
        }
        self.delta(json!({"type": "signature_delta", "signature": "x"}))
            .await?;
        self.close().await
    }

    async fn message(&mut self, steps: &[Step]) -> Result<Option<Ending>, Left> {
        self.open(json!({"type": "text", "text": ""})).await?;
        for step in steps {
            match step {
                Step::Text(text) => {
                    self.delta(json!({"type": "text_delta", "text": text}))
                        .await?;
                }
                Step::Pause(time) => self.exchange.pause(*time).await?,
                Step::Hold => self.exchange.hold().await?,
                Step::Hang => return Err(self.exchange.hang().await),
                Step::Cut => return Ok(Some(Ending::Cut)),
                Step::Think(_) | Step::Use { .. } => {}
            }
        }
        self.close().await?;
        Ok(None)
    }

    async fn open(&mut self, block: Value) -> Result<(), Left> {
        let index = self.index;
        self.send(json!({"type": "content_block_start", "index": index, "content_block": block}))
            .await
    }

    async fn delta(&mut self, delta: Value) -> Result<(), Left> {
        let index = self.index;
        self.send(json!({"type": "content_block_delta", "index": index, "delta": delta}))
            .await
    }

    async fn close(&mut self) -> Result<(), Left> {
        let index = self.index;
        self.index += 1;
        self.send(json!({"type": "content_block_stop", "index": index}))
            .await
    }

    async fn send(&mut self, event: Value) -> Result<(), Left> {
        let name = event["type"].as_str().map(str::to_owned);
        self.exchange
            .event(name.as_deref(), &event.to_string())
            .await
    }
}

/// Sends the text of the steps as one body.
pub(super) async fn whole(exchange: &mut Exchange, body: &Value, steps: &[Step]) -> Ending {
    let content = said(steps);
    let answer = json!({"id": id(body), "type": "message", "role": "assistant",
        "model": body["model"], "content": [{"type": "text", "text": content}],
        "stop_reason": "end_turn", "stop_sequence": null,
        "usage": {"input_tokens": 50, "output_tokens": 9}});
    exchange.json(200, &[], &answer).await
}

/// A name for the answer to this request: Claude Code puts together what has the same one.
fn id(body: &Value) -> String {
    format!("msg_{}", body["messages"].as_array().map_or(0, Vec::len))
}

/// The use of a tool, and what goes into it.
fn tool_use(body: &Value, number: usize, tool: &Tool) -> (Value, Value) {
    let (name, input) = match tool {
        Tool::Exec { command, .. } => {
            let input = json!({"command": command, "description": "as the script wants"});
            ("Bash", input)
        }
        Tool::Patch(file) => {
            let input = json!({"file_path": file, "content": "hello from the script\n"});
            ("Write", input)
        }
        Tool::Call { name, arguments } => {
            let arguments = serde_json::from_str(arguments).unwrap_or_default();
            (meant(body, name).name, arguments)
        }
    };
    let id = format!("toolu_{number}");
    let block = json!({"type": "tool_use", "id": id, "name": name, "input": {}});
    (block, input)
}
