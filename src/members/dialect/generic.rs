//! Any MCP server with a tool that takes a prompt; everything particular is configuration.
//!
//! It assumes the least: progress messages are status lines, sessions exist only if an argument for
//! them is named, and an error is what the server marks as one.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::{Dialect, Finish, Heard, Opening, ToolRequest, Turn, signs_of_life};
use crate::core::{Access, FailureKind};
use crate::mcp::{CallError, Signal, ToolReply};
use crate::members::failure::{self, Clues};
use crate::members::setup::GenericOptions;

/// One call of a generic server.
#[derive(Debug)]
pub(super) struct Generic {
    options: GenericOptions,
    /// The session named in the request.
    session: Option<String>,
    continued: bool,
}

impl Generic {
    pub(super) fn new(options: GenericOptions) -> Self {
        Self {
            options,
            session: None,
            continued: false,
        }
    }

    fn answer(&self, reply: &ToolReply) -> Option<String> {
        let text = match &self.options.answer_pointer {
            None => match (&reply.structured, reply.text()) {
                // Some servers say everything there.
                (Some(structured), text) if text.trim().is_empty() => {
                    serde_json::to_string_pretty(structured).unwrap_or(text)
                }
                (_, text) => text,
            },
            Some(pointer) => {
                let body = body(reply);
                match body.pointer(pointer)? {
                    Value::String(text) => text.clone(),
                    Value::Null => return None,
                    other @ (Value::Bool(_)
                    | Value::Number(_)
                    | Value::Array(_)
                    | Value::Object(_)) => other.to_string(),
                }
            }
        };
        let bare = match &self.options.answer_prefix {
            Some(prefix) => text.strip_prefix(prefix.as_str()).unwrap_or(&text),
            None => &text,
        };
        Some(bare.trim_end().to_owned())
    }

    /// The session that holds the turn: as handed out by the server, else as named by us.
    fn handle(&self, reply: &ToolReply) -> Option<String> {
        self.options.session_argument.as_ref()?;
        match &self.options.session_pointer {
            Some(pointer) => body(reply)
                .pointer(pointer)
                .and_then(Value::as_str)
                .map(str::to_owned),
            None => self.session.clone(),
        }
    }
}

impl Generic {
    fn request(&mut self, turn: &Turn<'_>) -> ToolRequest {
        let options = &self.options;
        let mut arguments: Map<String, Value> = options.arguments.clone();
        if turn.access == Access::Read {
            arguments.extend(options.read_only_arguments.clone());
        }
        arguments.insert(options.prompt_argument.clone(), turn.prompt.into());
        if let Some(argument) = &options.session_argument {
            self.continued = turn.handle.is_some();
            let named_by_us = options.session_pointer.is_none();
            let session = turn.handle.or(named_by_us.then_some(turn.fresh));
            if let Some(session) = session {
                arguments.insert(argument.clone(), session.into());
                self.session = Some(session.to_owned());
            }
        }
        ToolRequest {
            tool: options.tool.clone(),
            arguments,
        }
    }
}

impl Dialect for Generic {
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
        if reply.is_error {
            let said = reply.text();
            if self.continued && says_unknown_session(&said) {
                return Finish::Forgotten;
            }
            return Finish::Failed(failure::of_text(&said, Clues::default()));
        }
        if let Some(failure) = failure::in_disguise(&reply.text()) {
            return Finish::Failed(failure);
        }
        match self.answer(&reply) {
            None => Finish::Failed(failure::of_kind(
                FailureKind::Malformed,
                "there is nothing at the configured place of the answer",
            )),
            Some(text) if text.trim().is_empty() => Finish::Failed(failure::of_empty_answer()),
            Some(text) => Finish::Answered {
                text,
                usage: None,
                handle: self.handle(&reply),
            },
        }
    }
}

/// The structured content, or the text read as JSON.
fn body(reply: &ToolReply) -> Cow<'_, Value> {
    match &reply.structured {
        Some(structured) => Cow::Borrowed(structured),
        None => Cow::Owned(serde_json::from_str(&reply.words()).unwrap_or_default()),
    }
}

/// Words of the servers that were looked at for a conversation that they do not have.
fn says_unknown_session(said: &str) -> bool {
    let said = said.to_lowercase();
    let about = ["session", "thread", "conversation"]
        .iter()
        .any(|word| said.contains(word));
    about && (said.contains("not found") || said.contains("expired") || said.contains("unknown"))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Generic;
    use crate::core::{Access, FailureKind, Purpose, TaskKind};
    use crate::mcp::{Block, ToolReply};
    use crate::members::dialect::{Dialect, Finish, Turn};
    use crate::members::setup::GenericOptions;

    fn pal() -> GenericOptions {
        GenericOptions {
            tool: "chat".to_owned(),
            prompt_argument: "prompt".to_owned(),
            session_argument: Some("continuation_id".to_owned()),
            session_pointer: Some("/continuation_offer/continuation_id".to_owned()),
            answer_pointer: Some("/content".to_owned()),
            arguments: json!({"working_directory_absolute_path": "/w"})
                .as_object()
                .cloned()
                .unwrap(),
            ..GenericOptions::default()
        }
    }

    fn turn(handle: Option<&str>) -> Turn<'_> {
        Turn {
            prompt: "Hi",
            handle,
            fork: None,
            fresh: "fresh",
            access: Access::Read,
            kind: TaskKind::General,
            purpose: Purpose::Answer,
            tools: &[],
            wishes: &[],
        }
    }

    fn text(text: &str, is_error: bool) -> ToolReply {
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
    fn answer_and_session_are_found_inside_json_text() {
        let mut generic = Generic::new(pal());
        let request = generic.request(&turn(None));
        assert_eq!(
            json!(request.arguments),
            json!({"prompt": "Hi", "working_directory_absolute_path": "/w"})
        );
        let reply = "{\"content\":\"Paris\",\"continuation_offer\":{\"continuation_id\":\"u1\"}}";
        let Finish::Answered { text, handle, .. } = generic.finish(Ok(text(reply, false))) else {
            panic!("no answer");
        };
        assert_eq!((text.as_str(), handle.as_deref()), ("Paris", Some("u1")));
        let next = Generic::new(pal()).request(&turn(Some("u1")));
        assert_eq!(next.arguments["continuation_id"], json!("u1"));
    }

    #[test]
    fn a_lost_conversation_is_no_failure() {
        let mut generic = Generic::new(pal());
        generic.request(&turn(Some("u1")));
        let said = "Conversation thread 'u1' was not found or has expired.";
        assert_eq!(generic.finish(Ok(text(said, true))), Finish::Forgotten);
    }

    #[test]
    fn structured_content_stands_in_for_text_that_is_not_there() {
        let plain = GenericOptions {
            tool: "t".to_owned(),
            ..GenericOptions::default()
        };
        let reply = ToolReply {
            structured: Some(json!({"a": [1]})),
            ..text(" ", false)
        };
        let finish = Generic::new(plain).finish(Ok(reply));
        let Finish::Answered { text, .. } = finish else {
            panic!("{finish:?}");
        };
        assert_eq!(text, "{\n  \"a\": [\n    1\n  ]\n}");
    }

    #[test]
    fn without_a_session_argument_there_is_no_session() {
        let mut generic = Generic::new(GenericOptions {
            tool: "ask-gemini".to_owned(),
            prompt_argument: "prompt".to_owned(),
            answer_prefix: Some("Gemini response:\n".to_owned()),
            ..GenericOptions::default()
        });
        let request = generic.request(&turn(Some("x")));
        assert_eq!(json!(request.arguments), json!({"prompt": "Hi"}));
        let finish = generic.finish(Ok(text("Gemini response:\nParis\n", false)));
        let Finish::Answered { text, handle, .. } = finish else {
            panic!("{finish:?}");
        };
        assert_eq!((text.as_str(), handle), ("Paris", None));
    }

    #[test]
    fn an_answer_at_another_place_than_configured_is_malformed() {
        for reply in ["plain", "{\"content\":null}", "{\"content\":\" \"}"] {
            let mut generic = Generic::new(pal());
            generic.request(&turn(None));
            let finish = generic.finish(Ok(text(reply, false)));
            assert!(
                matches!(&finish, Finish::Failed(failure) if failure.kind == FailureKind::Malformed),
                "{reply}: {finish:?}"
            );
        }
    }
}
