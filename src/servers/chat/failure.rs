//! Why there is no answer: one sentence for people, one kind for programs.

use std::time::Duration;

use rmcp::model::{CallToolResult, ContentBlock};
use serde_json::{Map, Value, json};

/// The kinds that a client can act on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::servers) enum FailureKind {
    /// The key is missing, wrong or not allowed.
    Auth,
    /// Too many requests or an exhausted quota.
    RateLimit,
    /// The endpoint is there but cannot answer now.
    Overloaded,
    /// The endpoint, the model or this server declined the request.
    Refused,
    /// The conversation does not fit into the model.
    ContextTooLong,
    /// The endpoint was not reached, or the connection broke.
    Network,
    /// What came was no answer.
    Malformed,
    /// Nothing came in time.
    Timeout,
}

impl FailureKind {
    /// The word on the wire.
    pub(in crate::servers) fn word(self) -> &'static str {
        match self {
            Self::Auth => "auth",
            Self::RateLimit => "rate_limit",
            Self::Overloaded => "overloaded",
            Self::Refused => "refused",
            Self::ContextTooLong => "context_too_long",
            Self::Network => "network",
            Self::Malformed => "malformed",
            Self::Timeout => "timeout",
        }
    }
}

/// A failed call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::servers) struct Failure {
    /// What kind of failure.
    pub(in crate::servers) kind: FailureKind,
    /// HTTP status, if one came.
    pub(in crate::servers) status: Option<u16>,
    /// How long the endpoint asks us to wait.
    pub(in crate::servers) retry_after: Option<Duration>,
    /// One sentence; may quote the endpoint, so untrusted.
    pub(in crate::servers) message: String,
}

impl Failure {
    /// A failure without HTTP details.
    pub(in crate::servers) fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            status: None,
            retry_after: None,
            message: message.into(),
        }
    }

    /// The tool result: `isError`, the sentence as text, `{"error": {…}}` as structured content.
    pub(in crate::servers) fn into_result(self) -> CallToolResult {
        let mut error = Map::new();
        error.insert("kind".to_owned(), json!(self.kind.word()));
        if let Some(status) = self.status {
            error.insert("status".to_owned(), json!(status));
        }
        if let Some(wait) = self.retry_after {
            error.insert("retry_after_s".to_owned(), json!(wait.as_secs_f64()));
        }
        error.insert("message".to_owned(), json!(self.message));
        let mut result = CallToolResult::error(vec![ContentBlock::text(self.message)]);
        result.structured_content = Some(Value::Object(Map::from_iter([(
            "error".to_owned(),
            Value::Object(error),
        )])));
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_says_the_same_to_people_and_programs() {
        let failure = Failure {
            kind: FailureKind::RateLimit,
            status: Some(429),
            retry_after: Some(Duration::from_millis(1500)),
            message: "slow down".to_owned(),
        };
        let result = serde_json::to_value(failure.into_result()).unwrap();
        assert_eq!(result["isError"], json!(true));
        assert_eq!(result["content"][0]["text"], json!("slow down"));
        assert_eq!(
            result["structuredContent"],
            json!({"error": {"kind": "rate_limit", "status": 429, "retry_after_s": 1.5,
                "message": "slow down"}})
        );
    }
}
