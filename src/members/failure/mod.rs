//! Turns the ways in which servers fail into the one typed failure.
//!
//! Five channels come in: JSON-RPC errors, `isError` results, text that only looks like success,
//! empty text, and connections that end. What a provider said is classified by an HTTP status or an
//! error word where there is one, and by telling phrases otherwise. Pure.

mod classify;

use std::time::Duration;

use classify::{by_phrase, by_status, by_word, pause_in, status_in};
use serde_json::Value;

use crate::core::{Failure, FailureKind, Span, Text};
use crate::mcp::{CallError, ConnectError};

/// How much of what a server said is kept, in bytes.
const SAID_MAX: usize = 16 * 1024;
/// How much of it is quoted in the sentence for people, in characters.
const QUOTE_MAX: usize = 200;
/// The longest pause that a server may ask for.
const PAUSE_MAX: f64 = 24.0 * 3600.0;

/// What to say of a Codex from which `mcp-server` was removed.
pub(crate) const NO_CODEX_SERVER: &str = "this codex has no MCP server: install @openai/codex \
    0.153.4 or earlier, or use the adapter codex-mcp-server";

/// Whether a server's last words are those of a Codex that took `mcp-server` for a prompt.
pub(crate) fn is_codex_without_server(stderr: &str) -> bool {
    stderr.contains("stdin is not a terminal")
}

/// What is known of a failure beside its text.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Clues<'a> {
    /// HTTP status from the provider.
    pub(crate) status: Option<u16>,
    /// The provider's or the server's own word for it.
    pub(crate) word: Option<&'a str>,
    /// Seconds to wait, as the server said.
    pub(crate) retry_after: Option<f64>,
}

/// A failure of a known kind, with what the server said.
pub(crate) fn of_kind(kind: FailureKind, said: &str) -> Failure {
    Failure {
        kind,
        message: sentence(kind, &headline(said)),
        said: Text::from(said).excerpt(SAID_MAX),
        retry_after: None,
    }
}

/// A failure that the server put into words.
pub(crate) fn of_text(said: &str, clues: Clues<'_>) -> Failure {
    let kind = clues
        .word
        .and_then(by_word)
        .or_else(|| clues.status.and_then(by_status))
        .or_else(|| status_in(said).and_then(by_status))
        .or_else(|| by_phrase(said))
        .unwrap_or(FailureKind::Refused);
    let retry_after = clues.retry_after.or_else(|| pause_in(said));
    Failure {
        retry_after: retry_after.and_then(span),
        ..of_kind(kind, said)
    }
}

/// An answer without a word in it.
pub(crate) fn of_empty_answer() -> Failure {
    of_kind(FailureKind::Malformed, "it answered with empty text")
}

/// A call without a reply.
pub(crate) fn of_call(error: &CallError) -> Failure {
    let kind = match error {
        CallError::Rpc { message, .. } => return of_text(message, Clues::default()),
        CallError::Idle { .. } | CallError::Deadline { .. } => FailureKind::TimedOut,
        CallError::Cancelled => FailureKind::Refused,
        CallError::Closed { .. } => FailureKind::Crashed,
        CallError::Malformed { .. } => FailureKind::Malformed,
    };
    of_kind(kind, &error.to_string())
}

/// A server that could not be connected.
pub(crate) fn of_connection(error: &ConnectError) -> Failure {
    let (kind, retry_after) = match error {
        ConnectError::NotFound { .. } | ConnectError::Spawn { .. } => {
            return Failure::new(
                FailureKind::NotInstalled,
                format!("{error}; install it or correct the member's command"),
            );
        }
        ConnectError::Handshake { stderr, .. } if is_codex_without_server(stderr) => {
            return of_kind(FailureKind::NotInstalled, NO_CODEX_SERVER);
        }
        ConnectError::Handshake { .. } => (FailureKind::Protocol, None),
        ConnectError::BreakerOpen { retry_in, .. } => (FailureKind::Crashed, Some(*retry_in)),
    };
    Failure {
        retry_after: retry_after.map(Span::from),
        ..of_kind(kind, &error.to_string())
    }
}

/// One sentence: what happened and what to do.
fn sentence(kind: FailureKind, head: &str) -> String {
    let (happened, advice) = match kind {
        FailureKind::NotInstalled => (
            "a program is missing",
            "install it or correct the member's command",
        ),
        FailureKind::Auth => (
            "the key or login is not accepted",
            "log in or set the key, then restart the member",
        ),
        FailureKind::RateLimited => (
            "too many requests, or the quota is used up",
            "wait, or give the task to another member",
        ),
        FailureKind::Overloaded => (
            "the provider has no capacity",
            "wait, or give the task to another member",
        ),
        FailureKind::ContextTooLong => (
            "the conversation does not fit into the model",
            "shorten the task or close the session",
        ),
        FailureKind::Refused => (
            "the request was refused",
            "change the task or the member's settings",
        ),
        FailureKind::TimedOut => (
            "no answer in time",
            "try again or raise the member's timeout",
        ),
        FailureKind::Malformed => (
            "the answer cannot be used",
            "try again; if it stays so, run `synod doctor`",
        ),
        FailureKind::Protocol => (
            "the server or its provider cannot be reached",
            "check its endpoint and the network with `synod doctor`",
        ),
        FailureKind::Crashed => ("the server ended", "it is started again by itself"),
    };
    if head.is_empty() {
        format!("{happened}; {advice}")
    } else {
        format!("{happened}: {head}; {advice}")
    }
}

/// The line that says most, without control characters.
fn headline(said: &str) -> String {
    let inner = error_message(said);
    let text = inner.as_deref().unwrap_or(said);
    let line = text
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty())
        .unwrap_or_default();
    let clean = line.chars().filter(|c| !c.is_control());
    let mut short: String = clean.clone().take(QUOTE_MAX).collect();
    if clean.count() > QUOTE_MAX {
        short.push('…');
    }
    short.trim_end_matches(['.', ';', ' ']).to_owned()
}

/// The message inside an error body like `{"error":{"message":…}}`.
fn error_message(said: &str) -> Option<String> {
    let body: Value = serde_json::from_str(said.trim()).ok()?;
    let error = body.get("error").unwrap_or(&body);
    let message = error.get("message").unwrap_or(error).as_str()?;
    Some(message.to_owned())
}

fn span(seconds: f64) -> Option<Span> {
    let wait = (seconds.is_finite() && seconds > 0.0).then_some(seconds.min(PAUSE_MAX))?;
    Some(Span::from(Duration::from_secs_f64(wait)))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Clues, of_call, of_connection, of_text};
    use crate::core::{FailureKind, Span};
    use crate::mcp::{CallError, ConnectError};

    #[test]
    fn a_status_or_word_of_the_server_outweighs_its_text() {
        let clues = Clues {
            status: Some(429),
            ..Clues::default()
        };
        assert_eq!(of_text("timed out", clues).kind, FailureKind::RateLimited);
        let clues = Clues {
            status: Some(429),
            word: Some("context_window_exceeded"),
            retry_after: Some(1.5),
        };
        let failure = of_text("x", clues);
        assert_eq!(failure.kind, FailureKind::ContextTooLong);
        assert_eq!(failure.retry_after, Some(Span(1500)));
    }

    #[test]
    fn pauses_are_read_from_the_text() {
        for (said, wait) in [
            ("Rate limit reached. Please try again in 1.5s.", Some(1500)),
            ("try again in 250ms", Some(250)),
            ("Retry after 2 minutes", Some(120_000)),
            ("try again in 99999h", Some(86_400_000)),
            ("try again later", None),
        ] {
            let failure = of_text(said, Clues::default());
            assert_eq!(failure.retry_after, wait.map(Span), "{said}");
        }
    }

    #[test]
    fn the_sentence_says_what_happened_and_what_to_do() {
        let failure = of_text(
            "{\"error\":{\"code\":401,\"message\":\"bad\\u001b[31m key.\"}}",
            Clues::default(),
        );
        assert_eq!(
            failure.message,
            "the key or login is not accepted: bad[31m key; log in or set the key, then restart the member"
        );
    }

    #[test]
    fn calls_and_connections_without_a_reply() {
        let server = || "codex".to_owned();
        let limit = Duration::from_secs(90);
        for (error, kind) in [
            (
                CallError::Idle {
                    server: server(),
                    limit,
                },
                FailureKind::TimedOut,
            ),
            (
                CallError::Deadline {
                    server: server(),
                    limit,
                },
                FailureKind::TimedOut,
            ),
            (
                CallError::Closed {
                    server: server(),
                    stderr: String::new(),
                },
                FailureKind::Crashed,
            ),
            (
                CallError::Malformed {
                    server: server(),
                    what: String::new(),
                },
                FailureKind::Malformed,
            ),
            (
                CallError::Rpc {
                    server: server(),
                    code: -32603,
                    message: "spawn claude ENOENT".to_owned(),
                },
                FailureKind::NotInstalled,
            ),
        ] {
            assert_eq!(of_call(&error).kind, kind, "{error}");
        }
        let missing = ConnectError::NotFound {
            server: server(),
            program: "codex-mcp-server".to_owned(),
        };
        let failure = of_connection(&missing);
        assert_eq!(failure.kind, FailureKind::NotInstalled);
        assert!(failure.message.contains("`codex-mcp-server` was not found"));
        let too_new = ConnectError::Handshake {
            server: server(),
            why: "it ended".to_owned(),
            stderr: "Error: stdin is not a terminal".to_owned(),
        };
        let failure = of_connection(&too_new);
        assert_eq!(failure.kind, FailureKind::NotInstalled);
        assert!(failure.message.contains("0.153.4"), "{failure}");
        let open = ConnectError::BreakerOpen {
            server: server(),
            failures: 5,
            retry_in: Duration::from_secs(30),
        };
        assert_eq!(of_connection(&open).retry_after, Some(Span::secs(30)));
    }
}
