//! The Responses dialect, as far as the real Codex needs it.

use serde_json::{Value, json};

use super::Ending;
use super::chat::text_of;
use super::directions::{Conversation, Step, Tool, said, thoughts, used};
use super::exchange::{Exchange, Left};
use super::offered::{Offered, meant};

/// What Codex itself puts into the mouth of the user.
const NOT_A_PROMPT: [&str; 5] = [
    "<environment_context",
    "<user_instructions",
    "# AGENTS",
    "<turn_aborted",
    "<permissions",
];

/// What the request says.
pub(super) fn conversation(body: &Value) -> Conversation {
    let mut found = Conversation::default();
    let alone = [json!({"role": "user", "content": body["input"]})];
    let items = body["input"].as_array().map_or(&alone[..], Vec::as_slice);
    for item in items {
        if item["role"] == "user" {
            let text = text_of(&item["content"]);
            if !NOT_A_PROMPT.iter().any(|start| text.starts_with(start)) {
                found.asked(text);
            }
        }
        let kind = item["type"].as_str().unwrap_or_default();
        if kind.ends_with("_call_output") {
            let output = &item["output"];
            let text = text_of(output);
            let text = if text.is_empty() {
                output.to_string()
            } else {
                text
            };
            found.gave(text);
        }
    }
    found
}

/// Plays the steps as a stream of events.
pub(super) async fn stream(exchange: &mut Exchange, body: &Value, steps: &[Step]) -> Ending {
    let mut playing = Playing {
        exchange,
        body,
        sequence: 0,
        output: Vec::new(),
    };
    Ending::of_stream(playing.play(steps).await)
}

/// Sends the text of the steps as one body.
pub(super) async fn whole(exchange: &mut Exchange, body: &Value, steps: &[Step]) -> Ending {
    let content = said(steps);
    let answer = json!({"id": "resp_1", "object": "response", "status": "completed",
        "model": body["model"], "usage": {"input_tokens": 100, "output_tokens": 20},
        "output": [{"type": "message", "id": "msg_1", "role": "assistant",
            "content": [{"type": "output_text", "text": content}]}]});
    exchange.json(200, &[], &answer).await
}

struct Playing<'e> {
    exchange: &'e mut Exchange,
    body: &'e Value,
    sequence: u64,
    output: Vec<Value>,
}

impl Playing<'_> {
    async fn play(&mut self, steps: &[Step]) -> Result<Option<Ending>, Left> {
        self.exchange.begin().await?;
        let response = self.response("in_progress");
        self.send(json!({"type": "response.created", "response": response}))
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
        if let Some((number, tool)) = tool {
            let item = self.tool_call(number, tool);
            let index = self.output.len();
            self.send(
                json!({"type": "response.output_item.added", "output_index": index,
                "item": item}),
            )
            .await?;
            self.done(item).await?;
        }
        let mut response = self.response("completed");
        response["usage"] = json!({"input_tokens": 100, "output_tokens": 20, "total_tokens": 120,
            "input_tokens_details": {"cached_tokens": 10},
            "output_tokens_details": {"reasoning_tokens": 5}});
        self.send(json!({"type": "response.completed", "response": response}))
            .await?;
        self.exchange.end().await?;
        Ok(None)
    }

    async fn think(&mut self, thoughts: &[&str]) -> Result<(), Left> {
        let item = json!({"type": "reasoning", "id": "rs_1", "summary": []});
        self.send(json!({"type": "response.output_item.added", "output_index": 0, "item": item}))
            .await?;
        for piece in thoughts {
            self.send(
                json!({"type": "response.reasoning_summary_text.delta", "item_id": "rs_1",
                "output_index": 0, "summary_index": 0, "delta": piece}),
            )
            .await?;
        }
        self.done(
            json!({"type": "reasoning", "id": "rs_1", "encrypted_content": "x",
            "summary": [{"type": "summary_text", "text": thoughts.concat()}]}),
        )
        .await
    }

    async fn message(&mut self, steps: &[Step]) -> Result<Option<Ending>, Left> {
        let index = self.output.len();
        self.send(
            json!({"type": "response.output_item.added", "output_index": index,
            "item": {"type": "message", "id": "msg_1", "role": "assistant",
                "status": "in_progress", "content": []}}),
        )
        .await?;
        let mut content = String::new();
        for step in steps {
            match step {
                Step::Text(text) => {
                    content.push_str(text);
                    self.send(
                        json!({"type": "response.output_text.delta", "item_id": "msg_1",
                        "output_index": index, "content_index": 0, "delta": text}),
                    )
                    .await?;
                }
                Step::Pause(time) => self.exchange.pause(*time).await?,
                Step::Hold => self.exchange.hold().await?,
                Step::Hang => return Err(self.exchange.hang().await),
                Step::Cut => return Ok(Some(Ending::Cut)),
                Step::Think(_) | Step::Use { .. } => {}
            }
        }
        self.done(
            json!({"type": "message", "id": "msg_1", "role": "assistant",
            "status": "completed",
            "content": [{"type": "output_text", "text": content, "annotations": []}]}),
        )
        .await?;
        Ok(None)
    }

    /// Tells that an item is whole, and keeps it for the last event.
    async fn done(&mut self, item: Value) -> Result<(), Left> {
        let index = self.output.len();
        self.output.push(item.clone());
        self.send(
            json!({"type": "response.output_item.done", "output_index": index,
            "item": item}),
        )
        .await
    }

    async fn send(&mut self, mut event: Value) -> Result<(), Left> {
        event["sequence_number"] = json!(self.sequence);
        self.sequence += 1;
        let name = event["type"].as_str().map(str::to_owned);
        self.exchange
            .event(name.as_deref(), &event.to_string())
            .await
    }

    fn response(&self, status: &str) -> Value {
        json!({"id": "resp_1", "object": "response", "status": status,
            "model": self.body["model"], "output": self.output})
    }

    /// The use of a tool that the client offers under one of several names.
    fn tool_call(&self, number: usize, tool: &Tool) -> Value {
        let called = format!("call_{number}");
        let function = |name: &str, arguments: &Value| {
            json!({"type": "function_call", "id": format!("fc_{number}"), "call_id": called,
                "name": name, "arguments": arguments.to_string(), "status": "completed"})
        };
        match tool {
            Tool::Exec { command, escalated } => {
                let (name, mut arguments) = self.shell(command);
                if *escalated {
                    arguments["sandbox_permissions"] = json!("require_escalated");
                    arguments["justification"] = json!("the script wants it so");
                }
                function(name, &arguments)
            }
            Tool::Patch(file) => {
                let patch = format!(
                    "*** Begin Patch\n*** Add File: {file}\n+hello from the script\n*** End Patch\n"
                );
                match self.tool_kind("apply_patch") {
                    Some("custom") => json!({"type": "custom_tool_call",
                        "id": format!("ctc_{number}"), "call_id": called, "name": "apply_patch",
                        "input": patch, "status": "completed"}),
                    Some(_) => function("apply_patch", &json!({"input": patch})),
                    None => {
                        let (name, arguments) =
                            self.shell(&format!("apply_patch <<'EOF'\n{patch}EOF"));
                        function(name, &arguments)
                    }
                }
            }
            Tool::Call { name, arguments } => {
                let arguments: Value = serde_json::from_str(arguments).unwrap_or_default();
                let Offered { namespace, name } = meant(self.body, name);
                let mut item = function(name, &arguments);
                if let Some(namespace) = namespace {
                    item["namespace"] = json!(namespace);
                }
                item
            }
        }
    }

    fn shell(&self, command: &str) -> (&'static str, Value) {
        if self.tool_kind("exec_command").is_some() {
            ("exec_command", json!({"cmd": command}))
        } else if self.tool_kind("shell_command").is_some() {
            ("shell_command", json!({"command": command}))
        } else {
            ("shell", json!({"command": ["bash", "-lc", command]}))
        }
    }

    fn tool_kind(&self, name: &str) -> Option<&str> {
        let tools = self.body["tools"].as_array()?;
        let tool = tools.iter().find(|tool| tool["name"] == name)?;
        tool["type"].as_str()
    }
}
