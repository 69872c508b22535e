//! Turns the ways in which servers fail into the one typed failure.
//!
//! Five channels come in: JSON-RPC errors, `isError` results, text that only looks like success,
//! empty text, and connections that end. What a provider said is classified by an HTTP status or an
//! error word where there is one, and by telling phrases otherwise. Pure.

mod classify;

use std::time::Duration;

use classify::{at_start, by_phrase, by_status, by_word, pause_in, status_in};
use serde_json::Value;

use crate::core::{Failure, FailureKind, Span, Text};
use crate::mcp::{CallError, ConnectError};
use crate::members::setup::Adapter;

/// How much of what a server said is kept, in bytes.
const SAID_MAX: usize = 16 * 1024;
/// How much of it is quoted in the sentence for people, in characters.
const QUOTE_MAX: usize = 200;
/// The longest pause that a server may ask for.
const PAUSE_MAX: f64 = 24.0 * 3600.0;

/// What to say of a server that fell while it worked.
const AGAIN: &str = "it is started again by itself";

/// What to say of a Codex from which `mcp-server` was removed.
pub(crate) const NO_CODEX_SERVER: &str = "this codex has no MCP server: install @openai/codex \
    0.153.4 or earlier, or use the adapter codex-mcp-server";

/// Whether a server's last words are those of a Codex that took `mcp-server` for a prompt.
pub(crate) fn is_codex_without_server(adapter: &Adapter, stderr: &str) -> bool {
    matches!(adapter, Adapter::Codex(_)) && stderr.contains("stdin is not a terminal")
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
        said: Text::from(said).excerpt(SAID_MAX),
        ..Failure::new(kind, sentence(kind, &headline(said)))
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

/// The failure that a text is which came as an answer: nothing but a JSON object that tells of an
/// error. Prose, and JSON with anything else in it, is an answer however much it speaks of errors.
pub(crate) fn in_disguise(text: &str) -> Option<Failure> {
    const TELLING: &[&str] = &[
        "code",
        "content",
        "detail",
        "error",
        "message",
        "metadata",
        "ok",
        "request_id",
        "status",
        "success",
        "type",
    ];
    let Value::Object(body) = serde_json::from_str(text.trim()).ok()? else {
        return None;
    };
    let error = match body.get("error") {
        Some(Value::Object(error)) => error.contains_key("message"),
        Some(Value::String(error)) => !error.trim().is_empty(),
        Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_)) | None => {
            body.get("status").and_then(Value::as_str) == Some("error")
        }
    };
    let nothing_else = body.keys().all(|key| TELLING.contains(&key.as_str()));
    (error && nothing_else).then(|| of_text(text, Clues::default()))
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
        CallError::Closed { server, stderr } => {
            let happened = format!("{server} ended in the middle of the call");
            return of_end(FailureKind::Crashed, &happened, stderr, AGAIN);
        }
        CallError::Unsent { server, stderr } => {
            let happened = format!("{server} had ended before the call was sent");
            return Failure {
                unsent: true,
                ..of_end(FailureKind::Crashed, &happened, stderr, AGAIN)
            };
        }
        CallError::Malformed { .. } => FailureKind::Malformed,
    };
    of_kind(kind, &error.to_string())
}

/// A server that could not be connected: no call of it was sent.
pub(crate) fn of_connection(error: &ConnectError, adapter: &Adapter) -> Failure {
    let failure = match error {
        ConnectError::NotFound { .. } | ConnectError::Spawn { .. } => Failure::new(
            FailureKind::NotInstalled,
            format!("{error}; install it or correct the member's command"),
        ),
        ConnectError::Ended { stderr, .. } if is_codex_without_server(adapter, stderr) => Failure {
            said: Text::from(stderr.as_str()),
            ..Failure::new(FailureKind::WrongVersion, NO_CODEX_SERVER)
        },
        ConnectError::Ended {
            server,
            code,
            stderr,
        } => {
            let code = code.map_or_else(String::new, |code| format!(" (exit code {code})"));
            let happened = format!("{server} ended before it answered{code}");
            let kind = at_start(error_code(error), stderr);
            of_end(kind, &happened, stderr, advice(kind))
        }
        ConnectError::Handshake {
            server,
            why,
            stderr,
        } => of_end(
            FailureKind::Protocol,
            &format!("{server} cannot be connected ({why})"),
            stderr,
            advice(FailureKind::Protocol),
        ),
        ConnectError::BreakerOpen { retry_in, why, .. } => Failure {
            retry_after: Some(Span::from(*retry_in)),
            ..of_end(
                FailureKind::Crashed,
                &error.to_string(),
                why,
                advice(FailureKind::Crashed),
            )
        },
    };
    Failure {
        unsent: true,
        ..failure
    }
}

fn error_code(error: &ConnectError) -> Option<i32> {
    match error {
        ConnectError::Ended { code, .. } => *code,
        ConnectError::NotFound { .. }
        | ConnectError::Spawn { .. }
        | ConnectError::Handshake { .. }
        | ConnectError::BreakerOpen { .. } => None,
    }
}

/// A server that ended or would not begin, with the most telling of its last words.
fn of_end(kind: FailureKind, happened: &str, words: &str, advice: &str) -> Failure {
    let head = headline(happened);
    let quoted = telling_line(words);
    let head = if quoted.is_empty() || head.contains(&quoted) {
        head
    } else {
        format!("{head}; it wrote: {quoted}")
    };
    let said = if words.trim().is_empty() {
        happened
    } else {
        words
    };
    Failure {
        said: Text::from(said).excerpt(SAID_MAX),
        ..Failure::new(kind, format!("{head}; {advice}"))
    }
}

/// The line of a server's last words that says most: the last that speaks of an error, or the last.
fn telling_line(words: &str) -> String {
    let error = |line: &&str| line.to_lowercase().contains("error");
    let mut lines = words.lines().filter(|line| !line.trim().is_empty());
    let last = lines.clone().rfind(error).or_else(|| lines.next_back());
    last.map(headline).unwrap_or_default()
}

/// Adds what the server wrote beside the protocol to a failure that leaves open what happened.
/// `noise` is the last line of it that came on stdout during the call, if one did.
pub(crate) fn with_words(failure: Failure, noise: Option<&str>, words: &str) -> Failure {
    let unclear = match failure.kind {
        FailureKind::TimedOut
        | FailureKind::Malformed
        | FailureKind::Protocol
        | FailureKind::Crashed => true,
        FailureKind::NotInstalled
        | FailureKind::WrongVersion
        | FailureKind::Auth
        | FailureKind::RateLimited
        | FailureKind::Overloaded
        | FailureKind::ContextTooLong
        | FailureKind::Refused => false,
    };
    if !unclear || words.trim().is_empty() {
        return failure;
    }
    let mut failure = failure;
    if let Some(line) = noise.map(headline).filter(|line| !line.is_empty())
        && !failure.message.contains(&line)
    {
        failure.message = format!("{}; on its stdout it wrote: {line}", failure.message);
    }
    if !failure.said.as_str().contains(words) {
        let all = format!("{}\n\nbeside that it wrote:\n{words}", failure.said);
        failure.said = Text::from(all).excerpt(SAID_MAX);
    }
    failure
}

/// Says with which command a lost login is made good.
pub(crate) fn with_login(mut failure: Failure, adapter: &Adapter) -> Failure {
    let Some(command) = adapter
        .login()
        .filter(|_| failure.kind == FailureKind::Auth)
    else {
        return failure;
    };
    let general = advice(FailureKind::Auth);
    let said = failure.message.trim_end_matches(general);
    failure.message = format!(
        "{}; run `{command}`, then allow it in the inbox to try again",
        said.trim_end_matches([';', ' '])
    );
    failure
}

/// One sentence: what happened and what to do.
fn sentence(kind: FailureKind, head: &str) -> String {
    let happened = match kind {
        FailureKind::NotInstalled => "a program is missing",
        FailureKind::WrongVersion => "the server, or what it runs on, has the wrong version",
        FailureKind::Auth => "the key or login is not accepted",
        FailureKind::RateLimited => "too many requests, or the quota is used up",
        FailureKind::Overloaded => "the provider has no capacity",
        FailureKind::ContextTooLong => "the conversation does not fit into the model",
        FailureKind::Refused => "the request was refused",
        FailureKind::TimedOut => "no answer in time",
        FailureKind::Malformed => "the answer cannot be used",
        FailureKind::Protocol => "the server or its provider cannot be reached",
        FailureKind::Crashed => "the server ended",
    };
    let advice = advice(kind);
    if head.is_empty() {
        format!("{happened}; {advice}")
    } else {
        format!("{happened}: {head}; {advice}")
    }
}

/// What to do.
fn advice(kind: FailureKind) -> &'static str {
    match kind {
        FailureKind::NotInstalled => "install it or correct the member's command",
        FailureKind::WrongVersion => "install the version that it asks for, or set its PATH",
        FailureKind::Auth => "log in or correct the key, then allow it in the inbox to try again",
        FailureKind::RateLimited | FailureKind::Overloaded => {
            "wait, or give the task to another member"
        }
        FailureKind::ContextTooLong => "shorten the task or close the session",
        FailureKind::Refused => "change the task or the member's settings",
        FailureKind::TimedOut => "try again or raise the member's timeout",
        FailureKind::Malformed => "try again; if it stays so, run `synod doctor`",
        FailureKind::Protocol => {
            "check its command, its endpoint and the network with `synod doctor`"
        }
        FailureKind::Crashed => "run its command by hand to see more, or correct it",
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
    let message = error.get("message").or(error.get("content"));
    let message = message.unwrap_or(error).as_str()?;
    Some(message.to_owned())
}

fn span(seconds: f64) -> Option<Span> {
    let wait = (seconds.is_finite() && seconds > 0.0).then_some(seconds.min(PAUSE_MAX))?;
    Some(Span::from(Duration::from_secs_f64(wait)))
}

#[cfg(test)]
mod tests;
