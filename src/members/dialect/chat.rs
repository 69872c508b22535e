//! The built-in chat servers, `synod mcp openai` and `synod mcp rehearsal`.
//!
//! Text streams in progress notifications; sessions are named by the room and live in the server's
//! memory. A model that wants tools called says so in a result, and its turn goes on with theirs.
//! `turn` of the result tells whether the server still knew the session.

use serde_json::{Map, Value, json};

use super::{
    Dialect, Finish, Heard, MoreTools, Opening, ToolRequest, ToolResult, ToolWish, Turn, asks,
    status, text_at,
};
use crate::core::{DeltaKind, Usage};
use crate::mcp::{CallError, Signal, ToolReply};
use crate::members::failure::{self, Clues};
use crate::members::setup::ChatOptions;

/// `_meta` key of new answer text.
const DELTA: &str = "synod/delta";
/// `_meta` key of new reasoning text.
const REASONING: &str = "synod/reasoning";

/// One call of a chat server.
#[derive(Debug)]
pub(super) struct Chat {
    options: ChatOptions,
    continued: bool,
    /// What the model may call, as the server takes it.
    tools: Vec<Value>,
    /// The session, once the model wanted something called.
    session: String,
    /// Tokens of the requests so far, but for the last.
    used: Option<Usage>,
}

impl Chat {
    pub(super) fn new(options: ChatOptions) -> Self {
        Self {
            options,
            continued: false,
            tools: Vec::new(),
            session: String::new(),
            used: None,
        }
    }

    /// Whether the server had forgotten the conversation that it was to go on with.
    fn has_forgotten(&self, facts: &Value) -> bool {
        self.continued && facts.get("turn").and_then(Value::as_u64) == Some(1)
    }

    /// What goes with every request of the turn.
    fn arguments(&self, session: &str) -> Map<String, Value> {
        let mut arguments = Map::new();
        arguments.insert("session_id".to_owned(), session.into());
        if let Some(model) = &self.options.model {
            arguments.insert("model".to_owned(), model.as_str().into());
        }
        if let Some(system) = &self.options.system {
            arguments.insert("system".to_owned(), system.as_str().into());
        }
        if !self.tools.is_empty() {
            arguments.insert("tools".to_owned(), self.tools.clone().into());
        }
        arguments
    }
}

impl Chat {
    fn request(&mut self, turn: &Turn<'_>) -> ToolRequest {
        self.continued = turn.handle.is_some();
        let told = turn.tools.iter().map(|tool| {
            json!({
                "name": tool.name,
                "description": tool.description,
                "input_schema": tool.input_schema,
            })
        });
        self.tools = told.collect();
        let mut arguments = self.arguments(turn.handle.unwrap_or(turn.fresh));
        arguments.insert("prompt".to_owned(), turn.prompt.into());
        ToolRequest {
            tool: "chat".to_owned(),
            arguments,
        }
    }
}

impl Dialect for Chat {
    fn open(&mut self, turn: &Turn<'_>) -> Opening {
        Opening::Tool(self.request(turn))
    }

    fn hear(&mut self, signal: Signal) -> Vec<Heard> {
        match signal {
            Signal::Progress { message, meta, .. } => progress(message, &meta),
            Signal::Log { .. } | Signal::Custom { .. } => Vec::new(),
            Signal::Ask(ask) => vec![asks::heard(ask)],
        }
    }

    fn wishes(&mut self, outcome: &Result<ToolReply, CallError>) -> Vec<ToolWish> {
        let facts = outcome.as_ref().ok().filter(|reply| !reply.is_error);
        let Some(facts) = facts.and_then(|reply| reply.structured.as_ref()) else {
            return Vec::new();
        };
        let calls = facts.get("tool_calls").and_then(Value::as_array);
        let calls = calls.filter(|calls| !calls.is_empty());
        let Some(calls) = calls.filter(|_| !self.has_forgotten(facts)) else {
            return Vec::new();
        };
        text_at(facts, "session_id").clone_into(&mut self.session);
        self.used = sum(self.used, facts.get("usage").and_then(usage));
        let wish = |call: &Value| ToolWish {
            id: text_at(call, "id").to_owned(),
            name: text_at(call, "name").to_owned(),
            arguments: text_at(call, "arguments").to_owned(),
        };
        calls.iter().map(wish).collect()
    }

    fn go_on(&mut self, results: Vec<ToolResult>, more: MoreTools) -> Option<ToolRequest> {
        let mut arguments = self.arguments(&self.session);
        let results = results.into_iter();
        let results = results.map(|it| json!({"id": it.id, "content": it.content}));
        arguments.insert("tool_results".to_owned(), results.collect());
        if more == MoreTools::UsedUp {
            arguments.insert("tool_choice".to_owned(), "none".into());
        }
        Some(ToolRequest {
            tool: "chat".to_owned(),
            arguments,
        })
    }

    fn finish(&mut self, outcome: Result<ToolReply, CallError>) -> Finish {
        let reply = match outcome {
            Ok(reply) => reply,
            Err(error) => return Finish::Failed(failure::of_call(&error)),
        };
        let facts = reply.structured.clone().unwrap_or_default();
        if reply.is_error {
            let error = facts.get("error").unwrap_or(&Value::Null);
            let clues = Clues {
                status: error
                    .get("status")
                    .and_then(Value::as_u64)
                    .and_then(|status| u16::try_from(status).ok()),
                word: error.get("kind").and_then(Value::as_str),
                retry_after: error.get("retry_after_s").and_then(Value::as_f64),
            };
            return Finish::Failed(failure::of_text(&reply.text(), clues));
        }
        if self.has_forgotten(&facts) {
            return Finish::Forgotten;
        }
        let text = match text_at(&facts, "content") {
            "" => reply.text(),
            content => content.to_owned(),
        };
        if text.trim().is_empty() {
            return Finish::Failed(failure::of_empty_answer());
        }
        let session = text_at(&facts, "session_id");
        Finish::Answered {
            text,
            usage: sum(self.used, facts.get("usage").and_then(usage)),
            handle: (!session.is_empty()).then(|| session.to_owned()),
        }
    }
}

fn progress(message: Option<String>, meta: &Value) -> Vec<Heard> {
    let mut heard = Vec::new();
    for (key, kind) in [
        (REASONING, DeltaKind::Reasoning),
        (DELTA, DeltaKind::Answer),
    ] {
        let text = text_at(meta, key);
        if !text.is_empty() {
            heard.push(Heard::Text {
                kind,
                text: text.to_owned(),
            });
        }
    }
    // What carries no text is a notice, for instance of a retry.
    match message {
        Some(message) if heard.is_empty() => vec![status(message)],
        Some(_) | None => heard,
    }
}

/// Tokens of both; what is not known counts nothing beside what is.
fn sum(a: Option<Usage>, b: Option<Usage>) -> Option<Usage> {
    match (a, b) {
        (Some(a), Some(b)) => Some(Usage {
            input: a.input.saturating_add(b.input),
            output: a.output.saturating_add(b.output),
            cached: a
                .cached
                .zip(b.cached)
                .map(|(one, other)| one.saturating_add(other)),
            ..a
        }),
        (one, other) => one.or(other),
    }
}

fn usage(usage: &Value) -> Option<Usage> {
    let count = |key| usage.get(key).and_then(Value::as_u64);
    Some(Usage {
        input: count("input_tokens")?,
        output: count("output_tokens")?,
        cached: count("cached_tokens"),
        ..Usage::default()
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Chat;
    use crate::core::{Access, FailureKind, Purpose, Span, TaskKind, Usage};
    use crate::mcp::{Block, Signal, ToolReply};
    use crate::members::dialect::wire::shown;
    use crate::members::dialect::{Dialect, Finish, LentTool, MoreTools, ToolResult, Turn};
    use crate::members::setup::ChatOptions;

    fn asked(handle: Option<&str>) -> Chat {
        let mut chat = Chat::new(ChatOptions::default());
        let request = chat.request(&Turn {
            prompt: "Hi",
            handle,
            fork: None,
            fresh: "synod-1",
            access: Access::Read,
            kind: TaskKind::General,
            purpose: Purpose::Answer,
            tools: &[],
            wishes: &[],
        });
        let session = handle.unwrap_or("synod-1");
        assert_eq!(
            Value::Object(request.arguments),
            json!({"prompt": "Hi", "session_id": session})
        );
        chat
    }

    fn reply(text: &str, structured: Value, is_error: bool) -> ToolReply {
        ToolReply {
            blocks: vec![Block::Text {
                text: text.to_owned(),
                meta: Value::Null,
            }],
            structured: Some(structured),
            is_error,
        }
    }

    fn progress(message: &str, meta: Value) -> Signal {
        Signal::Progress {
            progress: 1.0,
            total: None,
            message: Some(message.to_owned()),
            meta,
        }
    }

    #[test]
    fn text_reasoning_and_notices_are_told_apart() {
        let mut chat = asked(None);
        let mut heard = chat.hear(progress("streaming", json!({"synod/reasoning": "hm"})));
        heard.extend(chat.hear(progress("streaming", json!({"synod/delta": "yes"}))));
        heard.extend(chat.hear(progress("retrying in 2 s", Value::Null)));
        assert_eq!(
            shown(&heard),
            ["reasoning: hm", "answer: yes", "status: retrying in 2 s"]
        );
    }

    #[test]
    fn a_turn_with_tools_goes_on_in_its_session_and_adds_up_its_tokens() {
        let mut chat = Chat::new(ChatOptions::default());
        let tools = [LentTool {
            name: "look".to_owned(),
            description: "Looks.".to_owned(),
            input_schema: json!({"type": "object"}),
        }];
        let request = chat.request(&Turn {
            prompt: "Hi",
            handle: None,
            fork: None,
            fresh: "synod-1",
            access: Access::Read,
            kind: TaskKind::Analysis,
            purpose: Purpose::Answer,
            tools: &tools,
            wishes: &[],
        });
        let told = json!([{"name": "look", "description": "Looks.",
            "input_schema": {"type": "object"}}]);
        assert_eq!(request.arguments["tools"], told);
        let wants = json!({"session_id": "synod-1", "content": "", "turn": 1,
            "usage": {"input_tokens": 9, "output_tokens": 2},
            "tool_calls": [{"id": "1", "name": "look", "arguments": "{}"}]});
        let outcome = Ok(reply("", wants, false));
        let wishes = chat.wishes(&outcome);
        assert_eq!((wishes.len(), wishes[0].name.as_str()), (1, "look"));
        let result = ToolResult {
            id: "1".to_owned(),
            content: "a wall".to_owned(),
        };
        let request = chat.go_on(vec![result], MoreTools::UsedUp).unwrap();
        assert_eq!(
            Value::Object(request.arguments),
            json!({"session_id": "synod-1", "tools": told, "tool_choice": "none",
                "tool_results": [{"id": "1", "content": "a wall"}]})
        );
        let answer = json!({"session_id": "synod-1", "content": "A wall.", "turn": 1,
            "usage": {"input_tokens": 20, "output_tokens": 3}});
        let outcome = Ok(reply("A wall.", answer, false));
        assert_eq!(chat.wishes(&outcome), []);
        let Finish::Answered { usage, .. } = chat.finish(outcome) else {
            panic!("not answered");
        };
        let usage = usage.unwrap();
        assert_eq!((usage.input, usage.output), (29, 5));
    }

    #[test]
    fn a_lost_conversation_gets_no_tools_called() {
        let wants = json!({"session_id": "s", "content": "", "turn": 1,
            "tool_calls": [{"id": "1", "name": "look", "arguments": "{}"}]});
        let outcome = Ok(reply("", wants, false));
        let mut chat = asked(Some("s"));
        assert_eq!(chat.wishes(&outcome), []);
        assert_eq!(chat.finish(outcome), Finish::Forgotten);
    }

    #[test]
    fn an_answer_brings_its_session_and_tokens() {
        let structured = json!({"session_id": "synod-1", "content": "Paris", "turn": 1,
            "usage": {"input_tokens": 9, "output_tokens": 2}});
        let finish = asked(None).finish(Ok(reply("Paris", structured, false)));
        assert_eq!(
            finish,
            Finish::Answered {
                text: "Paris".to_owned(),
                usage: Some(Usage {
                    input: 9,
                    output: 2,
                    ..Usage::default()
                }),
                handle: Some("synod-1".to_owned()),
            }
        );
    }

    #[test]
    fn a_first_turn_where_a_later_one_was_due_means_that_the_session_is_lost() {
        let structured = json!({"session_id": "s", "content": "Paris", "turn": 1});
        let finish = asked(Some("s")).finish(Ok(reply("Paris", structured, false)));
        assert_eq!(finish, Finish::Forgotten);
    }

    #[test]
    fn errors_carry_their_kind_and_pause() {
        let error = json!({"error": {"kind": "rate_limit", "status": 429, "retry_after_s": 2.0}});
        let Finish::Failed(failure) = asked(None).finish(Ok(reply("slow down", error, true)))
        else {
            panic!("not failed");
        };
        assert_eq!(failure.kind, FailureKind::RateLimited);
        assert_eq!(failure.retry_after, Some(Span::secs(2)));
        let empty = asked(None).finish(Ok(reply(" \n", json!({}), false)));
        assert!(matches!(empty, Finish::Failed(failure) if failure.kind == FailureKind::Malformed));
    }
}
