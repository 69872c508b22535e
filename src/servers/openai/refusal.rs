//! Puts the errors of an endpoint into one sentence and one kind.

use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use serde_json::Value;

use super::draft::text_at;
use crate::servers::chat::{Failure, FailureKind};

/// How much of the endpoint's own words is quoted.
const QUOTE_CHARS: usize = 400;

/// An HTTP error response.
pub(super) fn from_response(
    status: StatusCode,
    headers: &HeaderMap,
    body: &[u8],
    key_env: &str,
) -> Failure {
    let parsed: Value = serde_json::from_slice(body).unwrap_or_default();
    let error = parsed.get("error").unwrap_or(&parsed);
    let said = match message_of(error) {
        "" => quote(&String::from_utf8_lossy(body)),
        message => quote(message),
    };
    let kind = by_word(error).unwrap_or_else(|| by_status(status));
    let said = if said.is_empty() {
        String::new()
    } else {
        format!(": {said}")
    };
    let code = status.as_u16();
    let message = match kind {
        FailureKind::Auth => format!(
            "the endpoint did not accept the key (HTTP {code}){said}; check the variable {key_env}"
        ),
        FailureKind::RateLimit => format!("the endpoint limits the rate (HTTP {code}){said}"),
        FailureKind::Overloaded => format!("the endpoint cannot answer now (HTTP {code}){said}"),
        FailureKind::ContextTooLong => {
            format!("the conversation is too long for the model (HTTP {code}){said}")
        }
        FailureKind::Refused
        | FailureKind::Network
        | FailureKind::Malformed
        | FailureKind::Timeout => format!("the endpoint refused the request (HTTP {code}){said}"),
    };
    Failure {
        kind,
        status: Some(code),
        retry_after: retry_after(headers),
        message,
    }
}

/// An error object inside a stream that began well.
pub(super) fn in_stream(error: &Value) -> Failure {
    let said = match message_of(error) {
        "" => quote(&error.to_string()),
        message => quote(message),
    };
    Failure::new(
        by_word(error).unwrap_or(FailureKind::Overloaded),
        format!("the endpoint broke off with an error: {said}"),
    )
}

/// A request that got no response, or whose response broke.
pub(super) fn from_transport(error: &reqwest::Error, base_url: &str) -> Failure {
    let why = quote(&root_cause(error));
    if error.is_connect() {
        // A connect timeout is a network fault too: the endpoint is not there.
        return Failure::new(
            FailureKind::Network,
            format!("cannot reach {base_url}: {why}"),
        );
    }
    if error.is_timeout() {
        return Failure::new(
            FailureKind::Timeout,
            format!("{base_url} went silent and the read limit ran out"),
        );
    }
    Failure::new(
        FailureKind::Network,
        format!("the connection to {base_url} broke: {why}"),
    )
}

fn root_cause(error: &dyn std::error::Error) -> String {
    let mut deepest = error;
    while let Some(next) = deepest.source() {
        deepest = next;
    }
    deepest.to_string()
}

fn message_of(error: &Value) -> &str {
    match error {
        Value::String(message) => message,
        Value::Object(_) => text_at(error, "message"),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => "",
    }
}

fn by_status(status: StatusCode) -> FailureKind {
    match status.as_u16() {
        401 | 403 => FailureKind::Auth,
        408 => FailureKind::Timeout,
        413 => FailureKind::ContextTooLong,
        429 => FailureKind::RateLimit,
        500..=599 => FailureKind::Overloaded,
        _ => FailureKind::Refused,
    }
}

/// The kind that the endpoint's own code or message gives away.
fn by_word(error: &Value) -> Option<FailureKind> {
    let code = match text_at(error, "code") {
        "" => text_at(error, "type"),
        code => code,
    };
    match code {
        "context_length_exceeded" | "exceed_context_size_error" => {
            return Some(FailureKind::ContextTooLong);
        }
        "invalid_api_key" | "authentication_error" => return Some(FailureKind::Auth),
        "rate_limit_exceeded" | "insufficient_quota" => return Some(FailureKind::RateLimit),
        "server_is_overloaded" | "overloaded_error" | "slow_down" => {
            return Some(FailureKind::Overloaded);
        }
        "content_policy_violation" | "content_filter" => return Some(FailureKind::Refused),
        _ => {}
    }
    let message = message_of(error).to_lowercase();
    let long = ["maximum context length", "context window", "context size"];
    long.iter()
        .any(|words| message.contains(words))
        .then_some(FailureKind::ContextTooLong)
}

/// `Retry-After` in seconds. The form with a date is ignored: nobody here reads the wall clock.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds: f64 = headers
        .get(RETRY_AFTER)?
        .to_str()
        .ok()?
        .trim()
        .parse()
        .ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}

fn quote(text: &str) -> String {
    let text = text.trim();
    let mut quoted: String = text.chars().take(QUOTE_CHARS).collect();
    if quoted.len() < text.len() {
        quoted.push('…');
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(status: u16, body: &str) -> Failure {
        from_response(
            StatusCode::from_u16(status).unwrap(),
            &HeaderMap::new(),
            body.as_bytes(),
            "MY_KEY",
        )
    }

    #[test]
    fn statuses_and_words_become_kinds() {
        let long = r#"{"error":{"message":"This model's maximum context length is 8192 tokens"}}"#;
        let code = r#"{"error":{"code":"context_length_exceeded","message":"x"}}"#;
        let cases = [
            (401, "{}", FailureKind::Auth),
            (403, "no", FailureKind::Auth),
            (404, "{}", FailureKind::Refused),
            (400, long, FailureKind::ContextTooLong),
            (400, code, FailureKind::ContextTooLong),
            (429, "{}", FailureKind::RateLimit),
            (500, "<html>", FailureKind::Overloaded),
            (503, "{}", FailureKind::Overloaded),
        ];
        for (status, body, kind) in cases {
            assert_eq!(failure(status, body).kind, kind, "{status} {body}");
        }
    }

    #[test]
    fn the_sentence_says_where_to_look() {
        let failure = failure(401, r#"{"error":{"message":"bad key"}}"#);
        assert_eq!(
            failure.message,
            "the endpoint did not accept the key (HTTP 401): bad key; check the variable MY_KEY"
        );
    }

    #[test]
    fn retry_after_is_read_in_seconds() {
        let mut headers = HeaderMap::new();
        for (value, read) in [
            ("2", Some(Duration::from_secs(2))),
            ("0.5", Some(Duration::from_millis(500))),
            ("-1", None),
            ("Wed, 21 Oct 2026 07:28:00 GMT", None),
        ] {
            headers.insert(RETRY_AFTER, value.parse().unwrap());
            assert_eq!(retry_after(&headers), read, "{value}");
        }
    }

    #[test]
    fn long_words_are_cut() {
        let failure = failure(500, &"x".repeat(10_000));
        assert!(failure.message.chars().count() < 500);
    }
}
