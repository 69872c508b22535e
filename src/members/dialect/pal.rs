//! The PyPI package `pal-mcp-server`: its tool `chat`, in front of many providers.
//!
//! Every result is JSON inside one text. The server keeps conversations in its memory, under an id
//! that it hands out; it reports tokens. It knows a fixed list of models. Some of its failures are
//! plain text, and a tool that it does not have is a success by its mark.

use serde_json::{Map, Value};

use super::{Dialect, Finish, Heard, Opening, ToolRequest, Turn, failed, signs_of_life, text_at};
use crate::core::{Failure, FailureKind, Usage};
use crate::mcp::{CallError, Signal, ToolReply};
use crate::members::failure::{self, Clues};
use crate::members::setup::PalOptions;

/// What the server puts after each answer, for an agent that would go on with it.
const TAIL: &str = "\n\n---\n\nAGENT'S TURN:";

/// One call of `pal-mcp-server`.
#[derive(Debug)]
pub(super) struct Pal {
    options: PalOptions,
    continued: bool,
}

impl Pal {
    pub(super) fn new(options: PalOptions) -> Self {
        Self {
            options,
            continued: false,
        }
    }
}

impl Pal {
    fn request(&mut self, turn: &Turn<'_>) -> ToolRequest {
        self.continued = turn.handle.is_some();
        let folder = self.options.cwd.to_string_lossy().into_owned();
        let mut arguments = Map::new();
        arguments.insert("prompt".to_owned(), turn.prompt.into());
        arguments.insert("working_directory_absolute_path".to_owned(), folder.into());
        if let Some(model) = &self.options.model {
            arguments.insert("model".to_owned(), model.as_str().into());
        }
        if let Some(handle) = turn.handle {
            arguments.insert("continuation_id".to_owned(), handle.into());
        }
        ToolRequest {
            tool: "chat".to_owned(),
            arguments,
        }
    }
}

impl Dialect for Pal {
    fn open(&mut self, turn: &Turn<'_>) -> Opening {
        Opening::Tool(self.request(turn))
    }

    fn hear(&mut self, signal: Signal) -> Vec<Heard> {
        signs_of_life(signal)
    }

    fn finish(&mut self, outcome: Result<ToolReply, CallError>) -> Finish {
        let reply = match outcome {
            Ok(reply) => reply,
            Err(error) => return Finish::Failed(failure::of_call(&error)),
        };
        let said = reply.text();
        let body = serde_json::from_str::<Value>(&said)
            .ok()
            .filter(Value::is_object);
        let Some(body) = body else {
            if self.continued && said.contains("was not found or has expired") {
                return Finish::Forgotten;
            }
            return Finish::Failed(told(&said));
        };
        let content = text_at(&body, "content");
        match text_at(&body, "status") {
            "success" | "continuation_available" if !reply.is_error => {}
            "resend_prompt" => {
                let what = "the prompt is longer than PAL takes; a larger MAX_MCP_OUTPUT_TOKENS in \
                            the member's env raises its limit";
                return Finish::Failed(failure::of_kind(FailureKind::ContextTooLong, what));
            }
            _ if content.is_empty() => return Finish::Failed(told(&said)),
            _ => return Finish::Failed(told(content)),
        }
        let answer = content
            .rsplit_once(TAIL)
            .map_or(content, |(answer, _)| answer);
        let answer = answer.trim_end();
        if answer.trim().is_empty() {
            return Finish::Failed(failure::of_empty_answer());
        }
        Finish::Answered {
            text: answer.to_owned(),
            usage: usage(&body),
            handle: handle(&body),
        }
    }
}

/// Tokens as reported.
fn usage(body: &Value) -> Option<Usage> {
    let count = |key: &str| body.pointer(&format!("/metadata/{key}"))?.as_u64();
    Some(Usage {
        input: count("input_tokens")?,
        output: count("output_tokens")?,
        micro_usd: 0,
        estimated: false,
        ..Usage::default()
    })
}

/// The conversation that holds the turn. Without an offer it has come to its end.
fn handle(body: &Value) -> Option<String> {
    let id = body.pointer("/continuation_offer/continuation_id")?;
    id.as_str().map(str::to_owned)
}

/// The failure in what the server says.
fn told(said: &str) -> Failure {
    if let Some((name, models)) = unknown_model(said) {
        let what = format!("PAL has no model {name}: set `model` to one of {models}");
        return failed(failure::of_kind(FailureKind::Refused, &what), said);
    }
    if said.contains("At least one API configuration is required") {
        let what = "PAL knows no provider: put a key such as OPENAI_API_KEY into the member's env";
        return failed(failure::of_kind(FailureKind::Auth, what), said);
    }
    if said.starts_with("Unknown tool: ") {
        let what = "this PAL has no tool `chat`; DISABLED_TOOLS may name it";
        return failed(failure::of_kind(FailureKind::NotInstalled, what), said);
    }
    if said.contains("Connection error") {
        return failed(failure::of_kind(FailureKind::Protocol, said), said);
    }
    failure::of_text(said, Clues::default())
}

/// Name and choice in `Model 'x' is not available with current API keys. Available models: a, b.`
fn unknown_model(said: &str) -> Option<(&str, &str)> {
    let (_, rest) = said.split_once("Model ")?;
    let (name, rest) = rest.split_once(" is not available")?;
    let (_, models) = rest.split_once("Available models: ")?;
    let models = models.split(". ").next()?.trim_end_matches('.');
    Some((name, models))
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::{Value, json};

    use super::Pal;
    use crate::core::{Access, FailureKind, Purpose, TaskKind, Usage};
    use crate::mcp::{Block, ToolReply};
    use crate::members::dialect::{Dialect, Finish, Turn};
    use crate::members::setup::PalOptions;

    fn pal(handle: Option<&str>) -> Pal {
        let mut pal = Pal::new(PalOptions {
            model: Some("local-llama".to_owned()),
            cwd: "/w".into(),
        });
        let request = pal.request(&Turn {
            prompt: "Hi",
            handle,
            fork: None,
            fresh: "fresh",
            access: Access::Read,
            kind: TaskKind::General,
            purpose: Purpose::Answer,
            tools: &[],
            wishes: &[],
        });
        let mut wanted = json!({"prompt": "Hi", "model": "local-llama",
            "working_directory_absolute_path": "/w"});
        if let Some(handle) = handle {
            wanted["continuation_id"] = json!(handle);
        }
        assert_eq!(json!(request.arguments), wanted);
        pal
    }

    fn reply(text: &str, is_error: bool) -> ToolReply {
        ToolReply {
            blocks: vec![Block::Text {
                text: text.to_owned(),
                meta: Value::Null,
            }],
            structured: None,
            is_error,
        }
    }

    #[test]
    fn answer_tokens_and_conversation_are_taken_out_of_the_json() {
        let text = json!({"status": "continuation_available",
            "content": "Paris \n\n---\n\nAGENT'S TURN: Evaluate this perspective",
            "metadata": {"model_used": "local-llama", "input_tokens": 11, "output_tokens": 7},
            "continuation_offer": {"continuation_id": "u1", "remaining_turns": 49}});
        let finish = pal(None).finish(Ok(reply(&text.to_string(), false)));
        assert_eq!(
            finish,
            Finish::Answered {
                text: "Paris".to_owned(),
                usage: Some(Usage {
                    input: 11,
                    output: 7,
                    micro_usd: 0,
                    estimated: false,
                    ..Usage::default()
                }),
                handle: Some("u1".to_owned()),
            }
        );
    }

    #[test]
    fn a_lost_conversation_is_no_failure_where_one_was_continued() {
        let said = "Conversation thread 'u1' was not found or has expired. This may happen";
        let finish = pal(Some("u1")).finish(Ok(reply(said, true)));
        assert_eq!(finish, Finish::Forgotten);
        assert!(matches!(
            pal(None).finish(Ok(reply(said, true))),
            Finish::Failed(_)
        ));
    }

    #[test]
    fn failures_are_json_or_plain_and_not_always_marked() {
        let error = |content: &str| {
            json!({"status": "error", "content": content, "metadata": {}}).to_string()
        };
        for (said, marked, kind, words) in [
            (
                error(
                    "Error in chat: Custom API API error for model gemma4:e4b after 1 attempt: Error code: 401 - {'error': {'message': 'stub error 401'}}",
                ),
                true,
                FailureKind::Auth,
                "401",
            ),
            (
                error("Error in chat: x after 4 attempts: Error code: 429 - {'error'}"),
                true,
                FailureKind::RateLimited,
                "429",
            ),
            (
                error(
                    "Model 'stub-model' is not available with current API keys. Available models: gemma4:e4b, local-llama. Suggested model for chat: 'x'",
                ),
                true,
                FailureKind::Refused,
                "PAL has no model 'stub-model': set `model` to one of gemma4:e4b, local-llama",
            ),
            (
                "Unknown tool: chat".to_owned(),
                false,
                FailureKind::NotInstalled,
                "DISABLED_TOOLS",
            ),
            (
                json!({"status": "resend_prompt", "content": "MANDATORY ACTION REQUIRED"})
                    .to_string(),
                true,
                FailureKind::ContextTooLong,
                "MAX_MCP_OUTPUT_TOKENS",
            ),
            (
                json!({"status": "error", "error": "the index is gone"}).to_string(),
                true,
                FailureKind::Refused,
                "the index is gone",
            ),
            (
                json!({"status": "success", "content": ""}).to_string(),
                false,
                FailureKind::Malformed,
                "empty",
            ),
        ] {
            let Finish::Failed(failure) = pal(None).finish(Ok(reply(&said, marked))) else {
                panic!("{said}");
            };
            assert_eq!(failure.kind, kind, "{failure}");
            assert!(failure.message.contains(words), "{failure}");
        }
    }
}
