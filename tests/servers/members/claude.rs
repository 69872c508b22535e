//! Calls to the real `claude-code-mcp` and Claude Code with the scripted model API behind them.

use std::time::Duration;

use pretty_assertions::assert_eq;
use synod::core::{Access, FailureKind, Reach};
use synod::mcp::Transport;
use synod::members::{Adapter, ClaudeOptions, Setup};

use super::driven::{self, Ground};
use super::{Stand, order, setup};

const SERVER: &str = "bin/claude-code-mcp";
const PROGRAM: &str = "--dangerously-skip-permissions";

async fn claude(ground: &Ground, more: &[(&str, String)]) -> Option<Setup> {
    let launch = ground.claude(more).await?;
    let adapter = Adapter::Claude(ClaudeOptions { cwd: ground.work() });
    let mut setup = setup("claude", adapter, launch.command, launch.env);
    setup.spec.reach = Reach::Unguarded;
    // The server is silent until it answers.
    setup.server.limits.idle = Duration::from_secs(50);
    Some(setup)
}

#[tokio::test]
async fn claude_answers_and_is_told_what_was_said_before() {
    let ground = Ground::new().await;
    let Some(mut setup) = claude(&ground, &[]).await else {
        return;
    };
    // Nothing is added to the prompt of one that is never held to reading.
    setup.spec.reach = Reach::Text;
    driven::remembers_by_being_told(&ground, &setup).await;
}

#[tokio::test]
async fn claude_works_two_sessions_at_length_and_in_the_folder() {
    let ground = Ground::new().await;
    let Some(setup) = claude(&ground, &[]).await else {
        return;
    };
    let mut stand = Stand::with(vec![setup]).await;
    driven::works_two_at_once(&ground, &mut stand, "claude").await;
    driven::answers_at_length(&mut stand, "claude").await;

    let mut acting = order(1, "claude", "[[exec:echo made > made.txt; pwd]]");
    acting.access = Access::Write;
    let heard = stand.work(acting).await;
    let work = ground.work().canonicalize().unwrap();
    let said = heard.answer().text.as_str().to_owned();
    assert!(said.contains(&work.display().to_string()), "{said}");
    assert!(work.join("made.txt").exists());

    let heard = stand
        .work(order(2, "claude", "--help [[say:no option]]"))
        .await;
    assert_eq!(heard.answer().text.as_str(), "no option");
    let long = "word ".repeat(40_000);
    let heard = stand.work(order(3, "claude", &long)).await;
    assert_eq!(heard.failure().kind, FailureKind::ContextTooLong);
    ground.leave(stand).await;
}

#[tokio::test]
async fn claude_failures_are_typed() {
    let ground = Ground::new().await;
    let Some(setup) = claude(&ground, &[]).await else {
        return;
    };
    let mut stand = Stand::with(vec![setup]).await;
    let failures = [
        ("[[status:401]]", FailureKind::Auth),
        ("[[status:429]]", FailureKind::RateLimited),
        ("[[status:500]]", FailureKind::Overloaded),
        ("[[status:529]]", FailureKind::Overloaded),
    ];
    driven::failures_are_typed(&mut stand, "claude", &failures).await;
    // Claude asks again, takes the piece for the whole and ends well; nobody tells.
    let cut = stand.work(order(5, "claude", "[[cut]]")).await;
    assert_eq!(cut.answer().text.as_str(), "partial answer");
    ground.leave(stand).await;
}

#[tokio::test]
async fn claude_says_what_is_missing() {
    let ground = Ground::new().await;
    let refused = ("ANTHROPIC_BASE_URL", "http://127.0.0.1:1".to_owned());
    let absent = ("CLAUDE_CLI_NAME", "no-such-claude".to_owned());
    for (with, kind, words) in [
        (refused, FailureKind::Protocol, "cannot be reached"),
        (
            absent,
            FailureKind::NotInstalled,
            "npm install -g @anthropic-ai/claude-code",
        ),
    ] {
        let Some(setup) = claude(&ground, &[with]).await else {
            return;
        };
        driven::says(&ground, setup, kind, words).await;
    }
    // Claude's own server has tools and no model behind them.
    let Some(mut hands) = claude(&ground, &[]).await else {
        return;
    };
    if let Transport::Stdio { command, .. } = &mut hands.server.transport {
        *command = ["claude", "mcp", "serve"].map(str::to_owned).to_vec();
    }
    let words = "tools and not the model";
    driven::says(&ground, hands, FailureKind::NotInstalled, words).await;

    if rustix::process::geteuid().is_root() {
        let Some(setup) = claude(&ground, &[("IS_SANDBOX", String::new())]).await else {
            return;
        };
        driven::says(&ground, setup, FailureKind::Refused, "IS_SANDBOX").await;
    }
}

#[tokio::test]
async fn claude_that_is_silent_is_given_up_in_time() {
    let ground = Ground::new().await;
    let Some(mut setup) = claude(&ground, &[]).await else {
        return;
    };
    setup.server.limits.idle = Duration::from_secs(4);
    let mut stand = Stand::with(vec![setup]).await;
    let heard = stand.work(order(1, "claude", "[[mute]]")).await;
    assert_eq!(heard.failure().kind, FailureKind::TimedOut);
    ground.leave(stand).await;
}

#[tokio::test]
async fn claude_is_stopped_and_killed_without_a_trace() {
    let ground = Ground::new().await;
    let Some(setup) = claude(&ground, &[]).await else {
        return;
    };
    let mut stand = Stand::with(vec![setup]).await;
    driven::stops_on_cancel(&ground, &mut stand, "claude", PROGRAM).await;
    driven::survives_kills(&ground, &mut stand, "claude", SERVER, PROGRAM).await;
    ground.leave(stand).await;
}
