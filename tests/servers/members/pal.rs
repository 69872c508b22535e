//! Calls to the real `pal-mcp-server` with the scripted model API behind it.

use std::time::Duration;

use pretty_assertions::assert_eq;
use synod::core::{CallId, DeltaKind, Effect, FailureKind, MemberName};
use synod::members::{Adapter, PalOptions, Setup};

use super::driven::{self, Ground};
use super::{Stand, order, setup};
use crate::support::model_api::Ending as ApiEnding;
use crate::support::processes;

const SERVER: &str = "bin/pal-mcp-server";

async fn pal(ground: &Ground, model: Option<&str>, more: &[(&str, String)]) -> Option<Setup> {
    let launch = ground.pal(more).await?;
    let adapter = Adapter::Pal(PalOptions {
        model: model.map(str::to_owned),
        cwd: ground.work(),
    });
    let mut setup = setup("pal", adapter, launch.command, launch.env);
    if let synod::mcp::Transport::Stdio { cwd, .. } = &mut setup.server.transport {
        *cwd = ground.work();
    }
    Some(setup)
}

#[tokio::test]
async fn pal_answers_goes_on_and_is_told_anew_after_a_restart() {
    let ground = Ground::new().await;
    let Some(setup) = pal(&ground, Some("local-llama"), &[]).await else {
        return;
    };
    let mut stand = Stand::with(vec![setup.clone()]).await;
    let first = stand.work(order(1, "pal", "[[say:hello you]]")).await;
    let answer = first.answer();
    assert_eq!(answer.text.as_str(), "hello you");
    assert_eq!((answer.usage.input, answer.usage.output), (11, 7));
    assert!(first.live(DeltaKind::Status).contains("local-llama"));
    let mut next = driven::continued(2, "pal", "[[say:still here]]", answer);
    next.handle = first.handle();
    assert!(next.handle.is_some());
    let second = stand.work(next.clone()).await;
    assert_eq!(second.answer().text.as_str(), "still here");
    assert!(!second.was_unbound());
    // The server itself told the model; we did not.
    let asked = ground.model.requests().last().unwrap().body.to_string();
    assert!(asked.contains("hello you") && !asked.contains("This conversation goes on"));
    ground.leave(stand).await;

    let mut stand = Stand::with(vec![setup]).await;
    next.call = CallId(3);
    let third = stand.work(next).await;
    assert!(third.was_unbound() && third.handle().is_some());
    assert_eq!(third.answer().text.as_str(), "still here");
    let asked = ground.model.requests().last().unwrap().body.to_string();
    assert!(asked.contains("hello you") && asked.contains("This conversation goes on"));
    ground.leave(stand).await;
}

#[tokio::test]
async fn pal_works_two_sessions_and_at_length() {
    let ground = Ground::new().await;
    let more = ("MAX_MCP_OUTPUT_TOKENS", "1000000".to_owned());
    let Some(setup) = pal(&ground, None, &[more]).await else {
        return;
    };
    let mut stand = Stand::with(vec![setup]).await;
    driven::works_two_at_once(&ground, &mut stand, "pal").await;
    driven::answers_at_length(&mut stand, "pal").await;
    let long = format!("{} [[say:read]]", "word ".repeat(20_000));
    let heard = stand.work(order(1, "pal", &long)).await;
    assert_eq!(heard.answer().text.as_str(), "read");
    ground.leave(stand).await;
}

#[tokio::test]
async fn pal_failures_are_typed() {
    let ground = Ground::new().await;
    let Some(mut setup) = pal(&ground, None, &[]).await else {
        return;
    };
    // It tries four times over 15 s before it says so.
    setup.spec.parallel = 4;
    let mut stand = Stand::with(vec![setup]).await;
    let refused = stand.work(order(1, "pal", "[[status:401]]")).await;
    assert_eq!(
        refused.failure().kind,
        FailureKind::Auth,
        "{}",
        refused.failure()
    );
    let long = "word ".repeat(20_000);
    let heard = stand.work(order(2, "pal", &long)).await;
    assert_eq!(
        heard.failure().kind,
        FailureKind::ContextTooLong,
        "{}",
        heard.failure()
    );
    let tries = [
        (3, "[[status:429]]", FailureKind::RateLimited),
        (4, "[[status:500]]", FailureKind::Overloaded),
        (5, "[[cut]]", FailureKind::Protocol),
    ];
    for (call, prompt, _) in tries {
        stand.start(order(call, "pal", prompt)).await;
    }
    let ended = stand.all_ended(tries.len()).await;
    for (call, _, kind) in tries {
        let failure = driven::failure(&ended[&CallId(call)]);
        assert_eq!(failure.kind, kind, "{failure}");
    }
    ground.leave(stand).await;
}

#[tokio::test]
async fn pal_says_what_is_missing() {
    let ground = Ground::new().await;
    let refused = ("CUSTOM_API_URL", "http://127.0.0.1:1/v1".to_owned());
    let tools = ("DISABLED_TOOLS", "chat".to_owned());
    let keyless = ("CUSTOM_API_URL", String::new());
    let nothing = ("X", String::new());
    for (model, with, kind, words) in [
        (None, refused, FailureKind::Protocol, "cannot be reached"),
        (None, tools, FailureKind::NotInstalled, "DISABLED_TOOLS"),
        (None, keyless, FailureKind::Auth, "OPENAI_API_KEY"),
        (Some("gpt-99"), nothing, FailureKind::Refused, "local-llama"),
    ] {
        let Some(setup) = pal(&ground, model, &[with]).await else {
            return;
        };
        driven::says(&ground, setup, kind, words).await;
    }
}

#[tokio::test]
async fn pal_stops_on_cancel_and_comes_back_after_a_kill() {
    let ground = Ground::new().await;
    let Some(mut setup) = pal(&ground, None, &[]).await else {
        return;
    };
    setup.server.limits.total = Duration::from_secs(40);
    let mut stand = Stand::with(vec![setup]).await;
    driven::hanging(&ground, &stand, order(1, "pal", "[[hang]] to be cancelled")).await;
    let member = MemberName::new("pal").unwrap();
    let call = CallId(1);
    stand.order(Effect::CancelCall { call, member }).await;
    let left = |requests: &Vec<crate::support::model_api::Recorded>| {
        requests
            .iter()
            .any(|request| request.ending == ApiEnding::ClientLeft)
    };
    ground
        .model
        .wait_for("the end of the model's work", left)
        .await;
    let next = stand.work(order(2, "pal", "[[say:as ever]]")).await;
    assert_eq!(next.answer().text.as_str(), "as ever");

    driven::hanging(&ground, &stand, order(3, "pal", "[[hang]] to be killed")).await;
    for one in processes::at_home(ground.home()) {
        assert!(one.command.contains(SERVER), "{one:?}");
        one.kill();
    }
    let heard = stand.ended(CallId(3)).await;
    assert_eq!(heard.failure().kind, FailureKind::Crashed);
    let mut last = driven::continued(4, "pal", "[[say:back]]", next.answer());
    last.handle = next.handle();
    let last = stand.work(last).await;
    assert!(last.was_unbound());
    assert_eq!(last.answer().text.as_str(), "back");
    ground.leave(stand).await;
}
