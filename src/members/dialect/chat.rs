//! The built-in chat servers, `synod mcp openai` and `synod mcp rehearsal`.
//!
//! Text streams in progress notifications; sessions are named by the room and live in the server's
//! memory. `turn` of the result tells whether the server still knew the session.

use serde_json::{Map, Value};

use super::{Dialect, Finish, Heard, ToolRequest, Turn, asks, status, text_at};
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
}

impl Chat {
    pub(super) fn new(options: ChatOptions) -> Self {
        Self {
            options,
            continued: false,
        }
    }
}

impl Dialect for Chat {
    fn request(&mut self, turn: &Turn<'_>) -> ToolRequest {
        self.continued = turn.handle.is_some();
        let session = turn.handle.unwrap_or(turn.fresh);
        let mut arguments = Map::new();
        arguments.insert("prompt".to_owned(), turn.prompt.into());
        arguments.insert("session_id".to_owned(), session.into());
        if let Some(model) = &self.options.model {
            arguments.insert("model".to_owned(), model.as_str().into());
        }
        if let Some(system) = &self.options.system {
            arguments.insert("system".to_owned(), system.as_str().into());
        }
        ToolRequest {
            tool: "chat".to_owned(),
            arguments,
        }
    }

    fn hear(&mut self, signal: Signal) -> Vec<Heard> {
        match signal {
            Signal::Progress { message, meta, .. } => progress(message, &meta),
            Signal::Log { .. } | Signal::Custom { .. } => Vec::new(),
            Signal::Ask(ask) => vec![asks::heard(ask)],
        }
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
        let turn = facts.get("turn").and_then(Value::as_u64);
        if self.continued && turn == Some(1) {
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
            usage: facts.get("usage").and_then(usage),
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

fn usage(usage: &Value) -> Option<Usage> {
    let count = |key| usage.get(key).and_then(Value::as_u64);
    Some(Usage {
        input: count("input_tokens")?,
        output: count("output_tokens")?,
        micro_usd: 0,
        estimated: false,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Chat;
    use crate::core::{Access, FailureKind, Purpose, Span, TaskKind, Usage};
    use crate::mcp::{Block, Signal, ToolReply};
    use crate::members::dialect::wire::shown;
    use crate::members::dialect::{Dialect, Finish, Turn};
    use crate::members::setup::ChatOptions;

    fn asked(handle: Option<&str>) -> Chat {
        let mut chat = Chat::new(ChatOptions::default());
        let request = chat.request(&Turn {
            prompt: "Hi",
            handle,
            fresh: "synod-1",
            access: Access::Read,
            kind: TaskKind::General,
            purpose: Purpose::Answer,
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
