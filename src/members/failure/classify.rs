//! What sort of failure a server's words tell of. Pure.
//!
//! Most telling first: a word that is made for programs, an HTTP status, and then the wording.

use crate::core::FailureKind;

/// The kind that an HTTP status tells, if it tells one.
pub(super) fn by_status(status: u16) -> Option<FailureKind> {
    match status {
        401 | 403 => Some(FailureKind::Auth),
        408 => Some(FailureKind::TimedOut),
        413 => Some(FailureKind::ContextTooLong),
        429 => Some(FailureKind::RateLimited),
        500..=599 => Some(FailureKind::Overloaded),
        _ => None,
    }
}

/// Codex's `codex_error_info`, our own servers' `kind`, and the codes of providers.
pub(super) fn by_word(word: &str) -> Option<FailureKind> {
    match word {
        "auth" | "unauthorized" | "invalid_api_key" | "authentication_error" => {
            Some(FailureKind::Auth)
        }
        "rate_limit" | "rate_limit_exceeded" | "usage_limit_exceeded" | "insufficient_quota" => {
            Some(FailureKind::RateLimited)
        }
        "overloaded" | "overloaded_error" | "server_overloaded" | "internal_server_error" => {
            Some(FailureKind::Overloaded)
        }
        "context_too_long" | "context_window_exceeded" | "context_length_exceeded" => {
            Some(FailureKind::ContextTooLong)
        }
        "wrong_version" => Some(FailureKind::WrongVersion),
        "not_installed" => Some(FailureKind::NotInstalled),
        "timeout" => Some(FailureKind::TimedOut),
        "malformed" => Some(FailureKind::Malformed),
        "network" => Some(FailureKind::Protocol),
        "refused" | "bad_request" | "cyber_policy" => Some(FailureKind::Refused),
        _ => None,
    }
}

/// Phrases, most telling first: a text may hold several.
const PHRASES: &[(FailureKind, &[&str])] = &[
    (
        FailureKind::ContextTooLong,
        &[
            "context length",
            "context_length",
            "context window",
            "maximum context",
            "prompt is too long",
        ],
    ),
    (
        FailureKind::Auth,
        &[
            "unauthorized",
            "invalid api key",
            "incorrect api key",
            "missing environment variable",
            "not logged in",
            "authentication",
            "please run /login",
        ],
    ),
    (
        FailureKind::RateLimited,
        &[
            "too many requests",
            "rate limit",
            "rate_limit",
            "usage limit",
            "quota",
        ],
    ),
    (
        FailureKind::NotInstalled,
        &[
            "enoent",
            "command not found",
            "could not find the \"",
            "executable file not found",
        ],
    ),
    (
        FailureKind::Overloaded,
        &[
            "high demand",
            "overloaded",
            "internal server error",
            "service unavailable",
            "bad gateway",
            "loading model",
        ],
    ),
    (FailureKind::TimedOut, &["timed out", "timeout"]),
    (
        FailureKind::Protocol,
        &[
            "stream disconnected",
            "connection refused",
            "connection failed",
            "unable to connect",
            "econnrefused",
            "error sending request",
            "network",
        ],
    ),
];

/// What servers say that end before they have begun, most telling first.
const AT_START: &[(FailureKind, &[&str])] = &[
    (
        FailureKind::WrongVersion,
        &[
            "unsupported engine",
            "ebadengine",
            "requires node",
            "requires python",
            "requires a different python",
            "newer version of node",
            "unsupported node",
            "syntaxerror",
            "err_require_esm",
            "err_unknown_builtin_module",
            "unsupported protocol version",
        ],
    ),
    (
        FailureKind::NotInstalled,
        &[
            "command not found",
            "enoent",
            "cannot find module",
            "err_module_not_found",
            "no module named",
            "modulenotfounderror",
            "no such file or directory",
            "executable file not found",
            "e404",
        ],
    ),
    (
        FailureKind::Auth,
        &[
            "not logged in",
            "invalid api key",
            "api key is required",
            "missing environment variable",
            "unauthorized",
        ],
    ),
];

/// The kind that the last words of a server tell which ended before it began.
pub(super) fn at_start(code: Option<i32>, said: &str) -> FailureKind {
    // What a shell says of a program that is not there, or is none.
    if matches!(code, Some(126 | 127)) {
        return FailureKind::NotInstalled;
    }
    first_of(AT_START, said).unwrap_or(FailureKind::Crashed)
}

/// The kind that the wording tells, if it tells one.
pub(super) fn by_phrase(said: &str) -> Option<FailureKind> {
    // A program that misses a file is there.
    let said = said.replace("ENOENT: no such file", "no such file");
    first_of(PHRASES, &said)
}

fn first_of(phrases: &[(FailureKind, &[&str])], said: &str) -> Option<FailureKind> {
    let said = said.to_lowercase();
    phrases
        .iter()
        .find(|(_, phrases)| phrases.iter().any(|phrase| said.contains(phrase)))
        .map(|(kind, _)| *kind)
}

/// A status after a word that announces one: `status 401`, `status: 429`, `"code":401`, `HTTP 500`.
pub(super) fn status_in(said: &str) -> Option<u16> {
    let said = said.to_lowercase();
    ["status", "http", "code", "api error"]
        .iter()
        .flat_map(|word| said.match_indices(word).map(|(at, word)| at + word.len()))
        .find_map(|after| {
            let rest = said.get(after..)?;
            let digits = rest.trim_start_matches(|c: char| {
                matches!(c, ' ' | ':' | '"' | '=' | '(' | '_') || c == 'c'
            });
            let number: String = digits.chars().take_while(char::is_ascii_digit).collect();
            let status = number.parse().ok().filter(|_| number.len() == 3)?;
            (400..=599).contains(&status).then_some(status)
        })
}

/// `try again in 1.5s`, `retry after 20 seconds`: seconds.
pub(super) fn pause_in(said: &str) -> Option<f64> {
    let said = said.to_lowercase();
    ["try again in ", "retry after ", "retry-after: "]
        .iter()
        .find_map(|phrase| {
            let (_, rest) = said.split_once(phrase)?;
            let number: String = rest
                .chars()
                .take_while(|c| c.is_ascii_digit() || *c == '.')
                .collect();
            let unit = rest.get(number.len()..)?.trim_start();
            let value: f64 = number.trim_end_matches('.').parse().ok()?;
            let factor = if unit.starts_with("ms") {
                0.001
            } else if unit.starts_with('m') {
                60.0
            } else if unit.starts_with('h') {
                3600.0
            } else {
                1.0
            };
            Some(value * factor)
        })
}

#[cfg(test)]
mod tests {
    use super::{at_start, by_phrase, by_status, status_in};
    use crate::core::FailureKind;

    #[test]
    fn the_last_words_before_the_start_are_told_apart() {
        use FailureKind::{Auth, Crashed, NotInstalled, WrongVersion};
        for (code, said, kind) in [
            (1, "npm warn EBADENGINE Unsupported engine {", WrongVersion),
            (1, "SyntaxError: Unexpected token '??='", WrongVersion),
            (
                1,
                "ERROR: Package 'x' requires a different Python: 3.9",
                WrongVersion,
            ),
            (127, "sh: 1: gemini-mcp: not found", NotInstalled),
            (1, "Error: Cannot find module '/x/server.js'", NotInstalled),
            (1, "OPENAI API key is required", Auth),
            (3, "no licence found", Crashed),
            (139, "", Crashed),
        ] {
            assert_eq!(at_start(Some(code), said), kind, "{said}");
        }
    }

    #[test]
    fn what_providers_say_is_told_apart() {
        use FailureKind::{
            Auth, ContextTooLong, NotInstalled, Overloaded, Protocol, RateLimited, Refused,
            TimedOut,
        };
        for (said, kind) in [
            (
                "unexpected status 401 Unauthorized: stub error 401, url: http://127.0.0.1:18080/v1/responses",
                Auth,
            ),
            ("Missing environment variable: `STUB_KEY`.", Auth),
            (
                "exceeded retry limit, last status: 429 Too Many Requests",
                RateLimited,
            ),
            ("You exceeded your current quota", RateLimited),
            (
                "We're currently experiencing high demand, which may cause temporary errors.",
                Overloaded,
            ),
            ("API Error: 529 overloaded_error", Overloaded),
            ("HTTP 503: Loading model", Overloaded),
            (
                "{\"error\": {\"message\": \"stub error 400\", \"type\": \"stub_error\", \"code\": \"stub\"}}",
                Refused,
            ),
            ("{\"error\":{\"code\":401,\"message\":\"bad key\"}}", Auth),
            (
                "This model's maximum context length is 8192 tokens (HTTP 400)",
                ContextTooLong,
            ),
            (
                "Command execution failed (spawn codex ENOENT)",
                NotInstalled,
            ),
            ("Could not find the \"gemini\" executable.", NotInstalled),
            (
                "stream disconnected before completion: stream closed before response.completed",
                Protocol,
            ),
            ("Connection failed: error sending request", Protocol),
            ("the request timed out", TimedOut),
            ("I cannot help with 401k plans", Refused),
        ] {
            let told = status_in(said)
                .and_then(by_status)
                .or_else(|| by_phrase(said));
            assert_eq!(told.unwrap_or(Refused), kind, "{said}");
        }
    }
}
