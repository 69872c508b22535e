//! Tests of the dialect of `gemini-mcp-tool`, with what the real server says.

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{Gemini, argument, told};
use crate::core::{Access, FailureKind, Purpose, Span, TaskKind};
use crate::mcp::{Block, ToolReply};
use crate::members::dialect::{Dialect, Finish, Turn};
use crate::members::setup::GeminiOptions;

fn turn(kind: TaskKind, purpose: Purpose) -> Turn<'static> {
    Turn {
        prompt: "Name a river",
        handle: None,
        fork: None,
        fresh: "fresh",
        access: Access::Read,
        kind,
        purpose,
        tools: &[],
        wishes: &[],
    }
}

fn reply(text: &str) -> ToolReply {
    ToolReply {
        blocks: vec![Block::Text {
            text: text.to_owned(),
            meta: Value::Null,
        }],
        structured: None,
        is_error: false,
    }
}

fn answer(finish: &Finish) -> &str {
    match finish {
        Finish::Answered { text, .. } => text,
        Finish::Failed(_) | Finish::Forgotten => panic!("{finish:?}"),
    }
}

#[test]
fn the_kind_of_the_task_chooses_the_tool() {
    let edits = GeminiOptions {
        change_mode: true,
        ..GeminiOptions::default()
    };
    for (options, kind, purpose, tool, change) in [
        (
            GeminiOptions::default(),
            TaskKind::Code,
            Purpose::Answer,
            "ask-gemini",
            json!(null),
        ),
        (
            GeminiOptions::default(),
            TaskKind::Creative,
            Purpose::Answer,
            "brainstorm",
            json!(null),
        ),
        (
            GeminiOptions::default(),
            TaskKind::Creative,
            Purpose::Council,
            "ask-gemini",
            json!(null),
        ),
        (
            edits.clone(),
            TaskKind::Code,
            Purpose::Answer,
            "ask-gemini",
            json!(true),
        ),
        (
            edits.clone(),
            TaskKind::Code,
            Purpose::Council,
            "ask-gemini",
            json!(null),
        ),
        (
            edits,
            TaskKind::General,
            Purpose::Answer,
            "ask-gemini",
            json!(null),
        ),
    ] {
        let request = Gemini::new(options).request(&turn(kind, purpose));
        let changes = request
            .arguments
            .get("changeMode")
            .cloned()
            .unwrap_or_default();
        assert_eq!(
            (request.tool.as_str(), changes),
            (tool, change),
            "{kind:?} {purpose:?}"
        );
    }
}

#[test]
fn decoration_is_taken_off_an_answer_and_nothing_else() {
    for (text, bare) in [
        ("Gemini response:\nParis\n", "Paris"),
        (
            "⚠️ Backend \"agy\" ignores model selection\n\nGemini response:\nParis",
            "Paris",
        ),
        (
            "One\n\nGemini response:\nTwo",
            "One\n\nGemini response:\nTwo",
        ),
        ("Ideas", "Ideas"),
    ] {
        let mut gemini = Gemini::new(GeminiOptions::default());
        gemini.request(&turn(TaskKind::General, Purpose::Answer));
        assert!(gemini.more(&Ok(reply(text))).is_none());
        assert_eq!(answer(&gemini.finish(Ok(reply(text)))), bare);
    }
    let mut gemini = Gemini::new(GeminiOptions::default());
    let finish = gemini.finish(Ok(reply("Gemini response:\n\n")));
    assert!(matches!(finish, Finish::Failed(failure) if failure.kind == FailureKind::Malformed));
}

#[test]
fn edits_in_pieces_are_fetched_and_joined() {
    let hint = "\n---\n**Next Step**: After applying the edits above, retrieve the next chunk \
                using:\n\n```\nfetch-chunk cacheKey=\"7b333c40\" chunkIndex=2\n```\n";
    let first = format!("### Edit 1: a.rs\n{hint}");
    let mut gemini = Gemini::new(GeminiOptions {
        change_mode: true,
        ..GeminiOptions::default()
    });
    gemini.request(&turn(TaskKind::Code, Purpose::Answer));
    let more = gemini.more(&Ok(reply(&first))).unwrap();
    assert_eq!(more.tool, "fetch-chunk");
    assert_eq!(
        json!(more.arguments),
        json!({"cacheKey": "7b333c40", "chunkIndex": 2})
    );
    let last = Ok(reply("### Edit 2: b.rs\n"));
    assert!(gemini.more(&last).is_none());
    assert_eq!(
        answer(&gemini.finish(last)),
        "### Edit 1: a.rs\n\n### Edit 2: b.rs"
    );

    let mut lost = Gemini::new(GeminiOptions {
        change_mode: true,
        ..GeminiOptions::default()
    });
    lost.request(&turn(TaskKind::Code, Purpose::Answer));
    lost.more(&Ok(reply(&first))).unwrap();
    let finish = lost.finish(Ok(reply("❌ Cache miss")));
    assert!(
        matches!(finish, Finish::Failed(_)),
        "half the edits are no answer"
    );

    // The same words in an answer that was not asked for in pieces are its own.
    let mut plain = Gemini::new(GeminiOptions::default());
    plain.request(&turn(TaskKind::Code, Purpose::Answer));
    assert!(plain.more(&Ok(reply(&first))).is_none());
}

#[test]
fn a_prompt_is_neither_an_option_nor_a_file_outside_the_project() {
    for (prompt, safe) in [
        ("--yolo now", " --yolo now"),
        ("- a list", " - a list"),
        ("see @src/main.rs", "see @src/main.rs"),
        ("write to a@b.org", "write to a@b.org"),
        ("import x from \"@/lib\"", "import x from \"@ /lib\""),
        ("@~/.ssh/id and @a/../../b", "@ ~/.ssh/id and @ a/../../b"),
    ] {
        assert_eq!(argument(prompt), safe);
    }
    let long = "x".repeat(super::ARGUMENT_MAX + 1);
    assert!(argument(&long).ends_with("\n@\n"));
    assert!(!argument("short").contains('@'));
}

#[test]
fn the_cause_is_found_in_a_whole_stderr() {
    let dump = |cause: &str| {
        format!(
            "Error executing ask-gemini: Command failed with exit code 1: Warning: 256-color \
             support not detected.\nRipgrep is not available. Falling back to GrepTool.\n{cause}"
        )
    };
    for (said, kind, words) in [
        (
            dump("Error when talking to Gemini API _ApiError: {\"error\":{\"code\":401,\"message\":\"bad key\",\"status\":\"UNAUTHENTICATED\"}}\n    at x (file:///a.js:1:2)"),
            FailureKind::Auth,
            "bad key",
        ),
        (
            dump("x {\"error\":{\"code\":400,\"message\":\"API key not valid. Please pass a valid API key.\"}}"),
            FailureKind::Auth,
            "API key not valid",
        ),
        (
            dump("Attempt 1 failed. {\"error\":{\"code\":500,\"message\":\"a\"}}\nAttempt 2 failed. {\"error\":{\"code\":429,\"message\":\"b\"}} at"),
            FailureKind::RateLimited,
            "b",
        ),
        (dump("TypeError: fetch failed sending request"), FailureKind::Protocol, "cannot reach"),
        (
            dump("Attempt 1 failed: stub error 503. Max attempts reached\nRetryableQuotaError: stub error 503\n  status: 503\n}"),
            FailureKind::Overloaded,
            "stub error 503",
        ),
        (dump(""), FailureKind::Malformed, "without an answer"),
        (
            dump("Gemini CLI is not running in a trusted directory. To proceed, either use"),
            FailureKind::Refused,
            "GEMINI_CLI_TRUST_WORKSPACE",
        ),
        (
            "Error executing ask-gemini: Could not find the \"gemini\" executable.\nThe MCP server runs".to_owned(),
            FailureKind::NotInstalled,
            "npm install -g @google/gemini-cli",
        ),
        (
            "Error executing ask-gemini: Refusing @file reference outside the project directory: \"@/etc\".".to_owned(),
            FailureKind::Refused,
            "Refusing @file reference",
        ),
    ] {
        let failure = told(&said);
        assert_eq!(failure.kind, kind, "{failure}");
        assert!(failure.message.contains(words), "{failure}");
        assert_eq!(failure.said.as_str(), said);
    }
    let busy =
        "{\"error\":{\"code\":429,\"message\":\"quota\",\"details\":[{\"retryDelay\":\"34s\"}]}}";
    assert_eq!(told(busy).retry_after, Some(Span::secs(34)));
}
