//! Calls to the real `gemini-mcp-tool` and Gemini CLI with the scripted model API behind them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use pretty_assertions::assert_eq;
use synod::core::{FailureKind, TaskKind};
use synod::members::{Adapter, GeminiOptions, Setup};

use super::driven::{self, Ground};
use super::{Stand, order, setup};

const SERVER: &str = "bin/gemini-mcp";
const PROGRAM: &str = "bin/gemini ";

/// A member that asks one model by name: to choose one costs the CLI another request.
async fn gemini(ground: &Ground, more: &[(&str, String)]) -> Option<Setup> {
    let launch = ground.gemini(more).await?;
    let adapter = Adapter::Gemini(GeminiOptions {
        model: Some("gemini-2.5-flash".to_owned()),
        change_mode: false,
    });
    let mut setup = setup("gemini", adapter, launch.command, launch.env);
    // The server shows a sign of life every 25 s.
    setup.server.limits.idle = Duration::from_secs(50);
    Some(setup)
}

#[tokio::test]
async fn gemini_answers_and_is_told_what_was_said_before() {
    let ground = Ground::new().await;
    let Some(setup) = gemini(&ground, &[]).await else {
        return;
    };
    driven::remembers_by_being_told(&ground, &setup).await;
}

#[tokio::test]
async fn gemini_works_two_sessions_at_length_and_with_ideas() {
    let ground = Ground::new().await;
    let Some(setup) = gemini(&ground, &[]).await else {
        return;
    };
    let mut stand = Stand::with(vec![setup]).await;
    driven::works_two_at_once(&ground, &mut stand, "gemini").await;
    driven::answers_at_length(&mut stand, "gemini").await;

    let mut ideas = order(1, "gemini", "--names for a river [[say:Styx]]");
    ideas.kind = TaskKind::Creative;
    let heard = stand.work(ideas).await;
    assert_eq!(heard.answer().text.as_str(), "Styx");
    let asked = ground.model.requests().last().unwrap().body.to_string();
    assert!(asked.contains("BRAINSTORMING SESSION"));

    // Longer than an argument, and with a path that the server would refuse.
    let long = format!("{} see @/lib [[say:read]]", "word ".repeat(40_000));
    let heard = stand.work(order(2, "gemini", &long)).await;
    assert_eq!(heard.answer().text.as_str(), "read");
    let heard = stand
        .work(order(3, "gemini", "--yolo [[say:no option]]"))
        .await;
    assert_eq!(heard.answer().text.as_str(), "no option");
    ground.leave(stand).await;
}

#[tokio::test]
async fn gemini_gives_edits_in_pieces_and_all_of_them_arrive() {
    let ground = Ground::new().await;
    let Some(mut setup) = gemini(&ground, &[]).await else {
        return;
    };
    setup.adapter = Adapter::Gemini(GeminiOptions {
        model: Some("gemini-2.5-flash".to_owned()),
        change_mode: true,
    });
    let mut stand = Stand::with(vec![setup]).await;
    let mut edits = String::new();
    for file in 0..30 {
        let words: Vec<String> = (0..200)
            .map(|word| format!("word{}", word * 31 + file))
            .collect();
        let text = words.join(" ");
        write!(
            edits,
            "**FILE: src/a{file}.rs:1**\n```\nOLD:\nfn a{file}() {{}}\nNEW:\nfn a{file}() {{ // {text}\n}}\n```\n\n"
        )
        .unwrap();
    }
    let mut asked = order(1, "gemini", &format!("[[say:{edits}]]"));
    asked.kind = TaskKind::Code;
    let heard = stand.work(asked).await;
    let text = heard.answer().text.as_str();
    let last =
        text.contains("### Edit") && text.contains("src/a29.rs") && text.contains("fn a29()");
    assert!(last && text.contains("fn a0()"), "{text}");
    assert!(
        text.contains("Chunk 2 of") && !text.contains("fetch-chunk"),
        "{text}"
    );
    ground.leave(stand).await;
}

/// A server whose edits have no end, each piece of which it thinks about.
const ENDLESS: &str = r#"
while IFS= read -r line; do
  id=$(printf '%s' "$line" | sed -n 's/.*"id":\([0-9]*\).*/\1/p')
  case "$line" in
    *server/discover*) printf '{"jsonrpc":"2.0","id":%s,"error":{"code":-32601,"message":"no"}}\n' "$id"; continue;;
    *'"initialize"'*)
      result='{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"endless","version":"1"}}';;
    *'"tools/list"'*)
      result='{"tools":[{"name":"ask-gemini","inputSchema":{"type":"object"}},{"name":"fetch-chunk","inputSchema":{"type":"object"}}]}';;
    *'"tools/call"'*)
      sleep 0.3
      result='{"content":[{"type":"text","text":"an edit\n---\n**Next Step**: fetch-chunk cacheKey=\"a\" chunkIndex=2"}]}';;
    *) continue;;
  esac
  [ -n "$id" ] && printf '{"jsonrpc":"2.0","id":%s,"result":%s}\n' "$id" "$result"
done
"#;

#[tokio::test]
async fn all_pieces_of_an_answer_share_the_time_of_its_turn() {
    let adapter = Adapter::Gemini(GeminiOptions {
        model: None,
        change_mode: true,
    });
    let path = BTreeMap::from([("PATH".to_owned(), "/usr/bin:/bin".to_owned())]);
    let command = ["/bin/sh", "-c", ENDLESS].map(str::to_owned).to_vec();
    let mut setup = setup("gemini", adapter, command, path);
    setup.server.limits.total = Duration::from_secs(4);
    let mut stand = Stand::with(vec![setup]).await;
    let mut asked = order(1, "gemini", "Mend it.");
    asked.kind = TaskKind::Code;
    let heard = stand.work(asked).await;
    let failure = heard.failure();
    assert_eq!(failure.kind, FailureKind::TimedOut);
    // The time may be up in a piece or between two.
    let said = ["within 4 s", "before the last"];
    let says = |words: &&str| failure.message.contains(*words);
    assert!(said.iter().any(says), "{failure}");
    stand.close().await;
}

#[tokio::test]
async fn gemini_failures_are_typed() {
    let ground = Ground::new().await;
    let Some(setup) = gemini(&ground, &[]).await else {
        return;
    };
    let mut stand = Stand::with(vec![setup]).await;
    let failures = [
        ("[[status:401]]", FailureKind::Auth),
        ("[[status:429]]", FailureKind::RateLimited),
        ("[[status:500]]", FailureKind::Overloaded),
    ];
    driven::failures_are_typed(&mut stand, "gemini", &failures).await;
    // The CLI says so on its stderr alone, ends well, and the server passes on its stdout alone.
    let cut = stand.work(order(4, "gemini", "[[cut]]")).await;
    assert_eq!(cut.answer().text.as_str(), "partial answer");
    ground.leave(stand).await;
}

#[tokio::test]
async fn gemini_says_what_is_missing() {
    let ground = Ground::new().await;
    let refused = ("GOOGLE_GEMINI_BASE_URL", "http://127.0.0.1:1".to_owned());
    let untrusted = ("GEMINI_CLI_TRUST_WORKSPACE", "false".to_owned());
    let keyless = ("GEMINI_API_KEY", String::new());
    for (with, kind, words) in [
        (refused, FailureKind::Protocol, "cannot reach its provider"),
        (
            untrusted,
            FailureKind::Refused,
            "does not trust this folder",
        ),
        (keyless, FailureKind::Auth, "GEMINI_API_KEY"),
    ] {
        let Some(setup) = gemini(&ground, &[with]).await else {
            return;
        };
        driven::says(&ground, setup, kind, words).await;
    }
}

#[tokio::test]
async fn gemini_that_only_shows_signs_of_life_is_given_up_in_time() {
    let ground = Ground::new().await;
    let Some(mut setup) = gemini(&ground, &[]).await else {
        return;
    };
    setup.server.limits.total = Duration::from_secs(6);
    let mut stand = Stand::with(vec![setup]).await;
    let heard = stand.work(order(1, "gemini", "[[mute]]")).await;
    assert_eq!(heard.failure().kind, FailureKind::TimedOut);
    ground.leave(stand).await;
}

#[tokio::test]
async fn gemini_is_stopped_and_killed_without_a_trace() {
    let ground = Ground::new().await;
    let Some(setup) = gemini(&ground, &[]).await else {
        return;
    };
    let mut stand = Stand::with(vec![setup]).await;
    driven::stops_on_cancel(&ground, &mut stand, "gemini", PROGRAM).await;
    driven::survives_kills(&ground, &mut stand, "gemini", SERVER, PROGRAM).await;
    ground.leave(stand).await;
}
