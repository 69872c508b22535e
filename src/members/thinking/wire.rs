//! A thought in the words of the sequential-thinking server, and what it answers. Pure.

use serde_json::{Map, Value, json};

use crate::core::Thought;
use crate::core::text::clipped;
use crate::mcp::ToolReply;

/// The server's only tool.
pub(super) const TOOL: &str = "sequentialthinking";
/// How much of what the server said is told, in bytes.
const SAID_MAX: usize = 300;

/// An answer that does not record the thought.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum BadAnswer {
    /// The server says no.
    #[error("it refused the thought: {0}")]
    Refused(String),
    /// The answer has no count.
    #[error("its answer has no `thoughtHistoryLength`")]
    Unreadable,
    /// It holds another number of thoughts than it was told.
    #[error("it holds {history} thoughts where there should be {expected}")]
    Miscounted {
        /// What it says.
        history: u64,
        /// What it should say.
        expected: u32,
    },
}

/// The arguments that record a thought.
pub(super) fn arguments(thought: &Thought) -> Map<String, Value> {
    let mut arguments = Map::new();
    let mut set = |name: &str, value: Value| {
        arguments.insert(name.to_owned(), value);
    };
    set("thought", json!(thought.text.as_str()));
    set("nextThoughtNeeded", json!(thought.more));
    set("thoughtNumber", json!(thought.number));
    set("totalThoughts", json!(thought.total));
    if let Some(revised) = thought.revises {
        set("isRevision", json!(true));
        set("revisesThought", json!(revised));
    }
    if let Some(branch) = &thought.branch {
        set("branchFromThought", json!(branch.from));
        // The server looks the name up in a plain object: a bare `constructor` or `__proto__` breaks it.
        set("branchId", json!(format!("branch {}", branch.id)));
    }
    if thought.needs_more {
        set("needsMoreThoughts", json!(true));
    }
    arguments
}

/// How many thoughts the server holds after the thought of a number, if that agrees.
pub(super) fn read(reply: &ToolReply, number: u32) -> Result<u32, BadAnswer> {
    if reply.is_error {
        return Err(BadAnswer::Refused(clipped(reply.text().trim(), SAID_MAX)));
    }
    let told = match &reply.structured {
        Some(told) => told.clone(),
        None => serde_json::from_str(&reply.text()).map_err(|_| BadAnswer::Unreadable)?,
    };
    let history = told
        .get("thoughtHistoryLength")
        .and_then(Value::as_u64)
        .ok_or(BadAnswer::Unreadable)?;
    if history == u64::from(number) {
        Ok(number)
    } else {
        Err(BadAnswer::Miscounted {
            history,
            expected: number,
        })
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::{Value, json};

    use super::{BadAnswer, arguments, read};
    use crate::core::{Branch, Text, Thought};
    use crate::mcp::{Block, ToolReply};

    fn thought() -> Thought {
        Thought {
            number: 3,
            text: Text::from("It races."),
            revises: None,
            branch: None,
            total: 5,
            needs_more: false,
            more: true,
        }
    }

    fn reply(text: &str, structured: Option<Value>, is_error: bool) -> ToolReply {
        ToolReply {
            blocks: vec![Block::Text {
                text: text.to_owned(),
                meta: Value::Null,
            }],
            structured,
            is_error,
        }
    }

    #[test]
    fn only_what_applies_is_said() {
        assert_eq!(
            Value::from(arguments(&thought())),
            json!({"thought": "It races.", "nextThoughtNeeded": true, "thoughtNumber": 3,
                   "totalThoughts": 5})
        );
        let full = Thought {
            revises: Some(1),
            branch: Some(Branch {
                id: "__proto__".to_owned(),
                from: 2,
            }),
            needs_more: true,
            more: false,
            ..thought()
        };
        assert_eq!(
            Value::from(arguments(&full)),
            json!({"thought": "It races.", "nextThoughtNeeded": false, "thoughtNumber": 3,
                   "totalThoughts": 5, "isRevision": true, "revisesThought": 1,
                   "branchFromThought": 2, "branchId": "branch __proto__",
                   "needsMoreThoughts": true})
        );
    }

    #[test]
    fn the_count_must_agree() {
        let counted = |count: u32| reply("", Some(json!({"thoughtHistoryLength": count})), false);
        assert_eq!(read(&counted(3), 3), Ok(3));
        let expected = 3;
        assert_eq!(
            read(&counted(1), 3),
            Err(BadAnswer::Miscounted {
                history: 1,
                expected
            })
        );
        let as_text = reply("{\n\"thoughtHistoryLength\": 3}", None, false);
        assert_eq!(read(&as_text, 3), Ok(3));
        assert_eq!(
            read(&reply("fine", None, false), 3),
            Err(BadAnswer::Unreadable)
        );
        let failed = r#"{"error":"push is not a function","status":"failed"}"#;
        assert_eq!(
            read(&reply(failed, None, true), 3),
            Err(BadAnswer::Refused(failed.to_owned()))
        );
    }
}
