//! What the tools give back when all went well.

use rmcp::model::{CallToolResult, ContentBlock, MetaObject};
use serde::Serialize;
use serde_json::{Value, json};

use super::sessions::SessionSummary;
use super::tool_use::ToolCall;

/// An answer with all that is known of it.
#[derive(Debug, Clone, Serialize)]
pub(in crate::servers) struct Reply {
    /// The conversation it belongs to.
    pub(in crate::servers) session_id: String,
    /// The whole answer.
    pub(in crate::servers) content: String,
    /// Who answered, in the endpoint's own word.
    pub(in crate::servers) model: String,
    /// Which turn of the session this was; 1 tells that no earlier turn was known.
    pub(in crate::servers) turn: u64,
    /// Tokens, if the endpoint counted them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::servers) usage: Option<Usage>,
    /// What the model wants called before it answers; the turn waits for the results.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::servers) tool_calls: Vec<ToolCall>,
    /// `stop`, `length` or the endpoint's own word.
    pub(in crate::servers) finish_reason: String,
    /// Oldest turns that are no longer sent because the history grew too long.
    #[serde(skip)]
    pub(in crate::servers) dropped_turns: u64,
}

/// Tokens as the endpoint counted them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(in crate::servers) struct Usage {
    /// Tokens of the request, the cached ones included.
    #[serde(rename = "input_tokens")]
    pub(in crate::servers) input: u64,
    /// Tokens of the answer, the reasoning included.
    #[serde(rename = "output_tokens")]
    pub(in crate::servers) output: u64,
    /// Tokens of the request that were served from a cache.
    #[serde(rename = "cached_tokens", skip_serializing_if = "Option::is_none")]
    pub(in crate::servers) cached: Option<u64>,
}

impl Reply {
    /// The tool result: the answer as text, everything as structured content.
    pub(in crate::servers) fn into_result(self) -> CallToolResult {
        let structured = json!(self);
        let mut result = CallToolResult::success(vec![ContentBlock::text(self.content)]);
        result.structured_content = Some(structured);
        if self.dropped_turns > 0 {
            let mut meta = MetaObject::new();
            meta.insert("synod/dropped_turns".to_owned(), json!(self.dropped_turns));
            result.meta = Some(meta);
        }
        result
    }
}

/// Result of `list_sessions`.
pub(in crate::servers) fn listed_sessions(sessions: &[SessionSummary]) -> CallToolResult {
    let lines: Vec<String> = sessions
        .iter()
        .map(|session| format!("{}: {} turns", session.session_id, session.turns))
        .collect();
    with_text("no sessions", &lines, json!({"sessions": sessions}))
}

/// Result of `list_models`.
pub(in crate::servers) fn listed_models(models: &[String]) -> CallToolResult {
    with_text("no models", models, json!({"models": models}))
}

/// Result of `reset_session`.
pub(in crate::servers) fn was_reset(session_id: &str, known: bool) -> CallToolResult {
    let text = if known {
        format!("Session {session_id} forgotten.")
    } else {
        format!("Session {session_id} was not known; nothing to forget.")
    };
    with_text(
        "",
        &[text],
        json!({"session_id": session_id, "known": known}),
    )
}

fn with_text(when_empty: &str, lines: &[String], structured: Value) -> CallToolResult {
    let text = if lines.is_empty() {
        when_empty.to_owned()
    } else {
        lines.join("\n")
    };
    let mut result = CallToolResult::success(vec![ContentBlock::text(text)]);
    result.structured_content = Some(structured);
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(dropped_turns: u64) -> Value {
        let reply = Reply {
            session_id: "s".to_owned(),
            content: "hello".to_owned(),
            model: "m".to_owned(),
            turn: 3,
            usage: Some(Usage {
                input: 5,
                output: 2,
                cached: None,
            }),
            tool_calls: Vec::new(),
            finish_reason: "stop".to_owned(),
            dropped_turns,
        };
        serde_json::to_value(reply.into_result()).unwrap()
    }

    #[test]
    fn an_answer_carries_what_is_known_of_it() {
        let result = reply(0);
        assert_eq!(result["content"][0]["text"], "hello");
        let expected = json!({"session_id": "s", "content": "hello", "model": "m", "turn": 3,
            "usage": {"input_tokens": 5, "output_tokens": 2}, "finish_reason": "stop"});
        assert_eq!(result["structuredContent"], expected);
        assert_eq!(result.get("_meta"), None);
    }

    #[test]
    fn dropped_turns_are_said() {
        assert_eq!(reply(2)["_meta"], json!({"synod/dropped_turns": 2}));
    }
}
