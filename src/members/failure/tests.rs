//! What failures of every sort come to.

use std::time::Duration;

use super::{Clues, in_disguise, of_call, of_connection, of_text, with_login, with_words};
use crate::core::{FailureKind, Span};
use crate::mcp::{CallError, ConnectError};
use crate::members::setup::{Adapter, ChatOptions, CodexOptions};

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
fn who_reaches_nobody_says_so_in_many_words() {
    for said in [
        "API Error: Unable to connect to API. Check your internet connection",
        "connect ECONNREFUSED 127.0.0.1:1",
        "error sending request for url",
    ] {
        let failure = of_text(said, Clues::default());
        assert_eq!(failure.kind, FailureKind::Protocol, "{failure}");
    }
}

#[test]
fn an_error_that_came_as_an_answer_is_found() {
    for (said, kind) in [
        (
            "{\"error\":{\"message\":\"Incorrect API key\",\"code\":401}}",
            FailureKind::Auth,
        ),
        (
            "{\"status\":\"error\",\"content\":\"rate limit reached\"}",
            FailureKind::RateLimited,
        ),
        (
            "{\"error\":\"service unavailable\"}",
            FailureKind::Overloaded,
        ),
    ] {
        let failure = in_disguise(said).unwrap();
        assert_eq!(failure.kind, kind, "{failure}");
    }
    for answer in [
        "Error: that is what the log says",
        "{\"error\":\"none\",\"lines\":[1,2]}",
        "{\"error\":null,\"content\":\"yes\"}",
        "42",
    ] {
        assert_eq!(in_disguise(answer), None, "{answer}");
    }
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
        "the key or login is not accepted: bad[31m key; log in or correct the key, then allow it in the inbox to try again"
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
    let codex = Adapter::Codex(CodexOptions::default());
    let failure = of_connection(&missing, &codex);
    assert_eq!(failure.kind, FailureKind::NotInstalled);
    assert!(failure.message.contains("`codex-mcp-server` was not found"));
    let too_new = ConnectError::Ended {
        server: server(),
        code: Some(1),
        stderr: "Error: stdin is not a terminal".to_owned(),
    };
    let failure = of_connection(&too_new, &codex);
    assert_eq!(failure.kind, FailureKind::WrongVersion);
    assert!(failure.message.contains("0.153.4"), "{failure}");
    assert!(failure.message.contains("codex-mcp-server"), "{failure}");
    // Only of a Codex that is so the reason.
    let other = of_connection(&too_new, &Adapter::Chat(ChatOptions::default()));
    assert_eq!(other.kind, FailureKind::Crashed);
    let open = ConnectError::BreakerOpen {
        server: server(),
        failures: 5,
        retry_in: Duration::from_secs(30),
        why: "it exited (1)".to_owned(),
    };
    let failure = of_connection(&open, &codex);
    assert_eq!(failure.retry_after, Some(Span::secs(30)));
    assert!(
        failure.unsent && failure.message.contains("it exited (1)"),
        "{failure}"
    );
}

#[test]
fn a_server_that_dies_at_once_tells_its_exit_code_and_last_words() {
    let ended = |code, stderr: &str| {
        let error = ConnectError::Ended {
            server: "odd".to_owned(),
            code: Some(code),
            stderr: stderr.to_owned(),
        };
        of_connection(&error, &Adapter::Chat(ChatOptions::default()))
    };
    let failure = ended(3, "loading\n\u{1b}[31mno licence found");
    assert_eq!(
        failure.message,
        "odd ended before it answered (exit code 3); it wrote: [31mno licence found; \
         run its command by hand to see more, or correct it"
    );
    assert_eq!(failure.kind, FailureKind::Crashed);
    let trace = "Error: Cannot find module '/x.js'\n    at Module._resolve\n\nNode.js v22.1.0";
    let failure = ended(1, trace);
    assert_eq!(failure.kind, FailureKind::NotInstalled);
    assert!(failure.message.contains("Cannot find module"), "{failure}");
    assert_eq!(failure.said.as_str(), trace);
}

#[test]
fn the_noise_of_a_mute_server_is_quoted() {
    let idle = CallError::Idle {
        server: "odd".to_owned(),
        limit: Duration::from_secs(3),
    };
    let failure = with_words(of_call(&idle), Some("thinking…"), "Welcome!\nthinking…");
    assert!(
        failure
            .message
            .ends_with("on its stdout it wrote: thinking…"),
        "{failure}"
    );
    assert!(failure.said.as_str().contains("Welcome!"));
    let refused = of_text("no", Clues::default());
    assert_eq!(with_words(refused.clone(), Some("x"), "x"), refused);
}

#[test]
fn a_lost_login_names_the_command_that_logs_in() {
    let lost = of_text("unexpected status 401 Unauthorized", Clues::default());
    let codex = with_login(lost.clone(), &Adapter::Codex(CodexOptions::default()));
    assert_eq!(
        codex.message,
        "the key or login is not accepted: unexpected status 401 Unauthorized; run `codex login`, \
         then allow it in the inbox to try again"
    );
    let chat = with_login(lost.clone(), &Adapter::Chat(ChatOptions::default()));
    assert_eq!(chat, lost);
}
