//! Calls to the real `claude-code-mcp` and Claude Code with the scripted model API behind them.

use std::time::Duration;

use pretty_assertions::assert_eq;
use synod::core::{Access, FailureKind, Reach};
use synod::mcp::Transport;
use synod::members::{Adapter, ClaudeOptions, Setup};

use super::driven::{self, Ground};
use super::{Stand, order, setup};
use crate::support::provision;

const SERVER: &str = "bin/claude-code-mcp";
const PROGRAM: &str = "--dangerously-skip-permissions";

async fn claude(ground: &Ground, more: &[(&str, String)]) -> Option<Setup> {
    let installed = tokio::task::spawn_blocking(provision::claude_code_mcp);
    let installed = installed.await.unwrap()?;
    let mut env = ground.env(
        &installed.bin,
        &[
            ("ANTHROPIC_BASE_URL", ground.model.root_url()),
            ("ANTHROPIC_API_KEY", "test".to_owned()),
            ("CLAUDE_CODE_MAX_RETRIES", "1".to_owned()),
            ("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1".to_owned()),
            ("DISABLE_AUTOUPDATER", "1".to_owned()),
            // The tests may run as root.
            ("IS_SANDBOX", "1".to_owned()),
        ],
    );
    for (key, value) in more {
        env.insert((*key).to_owned(), value.clone());
    }
    let adapter = Adapter::Claude(ClaudeOptions { cwd: ground.work() });
    let command = vec![installed.server.display().to_string()];
    let mut setup = setup("claude", adapter, command, env);
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
    for (call, prompt, kind) in [
        (1, "[[status:401]]", FailureKind::Auth),
        (2, "[[status:429]]", FailureKind::RateLimited),
        (3, "[[status:500]]", FailureKind::Overloaded),
        (4, "[[status:529]]", FailureKind::Overloaded),
    ] {
        let heard = stand.work(order(call, "claude", prompt)).await;
        assert_eq!(heard.failure().kind, kind, "{}", heard.failure());
    }
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
    for (call, with, kind, words) in [
        (1, refused, FailureKind::Protocol, "cannot be reached"),
        (
            2,
            absent,
            FailureKind::NotInstalled,
            "npm install -g @anthropic-ai/claude-code",
        ),
    ] {
        let Some(setup) = claude(&ground, &[with]).await else {
            return;
        };
        let mut stand = Stand::with(vec![setup]).await;
        let heard = stand.work(order(call, "claude", "hello")).await;
        assert_eq!(heard.failure().kind, kind, "{}", heard.failure());
        assert!(
            heard.failure().message.contains(words),
            "{}",
            heard.failure()
        );
        ground.leave(stand).await;
    }
    // Claude's own server has tools and no model behind them.
    let Some(mut hands) = claude(&ground, &[]).await else {
        return;
    };
    if let Transport::Stdio { command, .. } = &mut hands.server.transport {
        *command = ["claude", "mcp", "serve"].map(str::to_owned).to_vec();
    }
    let mut stand = Stand::with(vec![hands]).await;
    let heard = stand.work(order(4, "claude", "hello")).await;
    let failure = heard.failure();
    assert_eq!(failure.kind, FailureKind::NotInstalled, "{failure}");
    assert!(
        failure.message.contains("tools and not the model"),
        "{failure}"
    );
    ground.leave(stand).await;

    if rustix::process::geteuid().is_root() {
        let Some(setup) = claude(&ground, &[("IS_SANDBOX", String::new())]).await else {
            return;
        };
        let mut stand = Stand::with(vec![setup]).await;
        let heard = stand.work(order(3, "claude", "hello")).await;
        assert!(
            heard.failure().message.contains("IS_SANDBOX"),
            "{}",
            heard.failure()
        );
        ground.leave(stand).await;
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
