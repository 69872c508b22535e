//! Calls to the real Codex servers with the scripted model API behind them.

use std::time::Duration;

use pretty_assertions::assert_eq;
use synod::core::{
    Access, DeltaKind, Effect, FailureKind, Handle, MemberName, PastTurn, Purpose, Reach, Reply,
    Report, Request, Text,
};
use synod::members::{Adapter, CodexOptions, Setup};

use super::{Stand, driven, order, setup};
use crate::support::ground::Ground;
use crate::support::model_api::Ending as ApiEnding;
use crate::support::processes;

/// What the server of npm runs for each call.
const PROGRAM: &str = " exec ";
/// How that server is started, and how Codex itself is as one.
const SERVER: &str = "bin/codex-mcp-server";
const OWN_SERVER: &str = " mcp-server";
/// The program behind the script of npm.
const NATIVE: &str = "/vendor/";

fn options(ground: &Ground) -> CodexOptions {
    CodexOptions {
        cwd: ground.work(),
        ..CodexOptions::default()
    }
}

pub(crate) async fn codex(ground: &Ground) -> Option<Setup> {
    codex_with(ground, "").await
}

async fn codex_with(ground: &Ground, settings: &str) -> Option<Setup> {
    let launch = ground.codex(settings).await?;
    let adapter = Adapter::Codex(options(ground));
    let mut setup = setup("codex", adapter, launch.command, launch.env);
    setup.spec.reach = Reach::Sandboxed;
    Some(setup)
}

pub(super) async fn codex_mcp_server(ground: &Ground, settings: &str) -> Option<Setup> {
    let launch = ground.codex_mcp_server(settings).await?;
    let adapter = Adapter::CodexMcpServer(options(ground));
    let mut setup = setup("cli", adapter, launch.command, launch.env);
    setup.spec.reach = Reach::Sandboxed;
    Some(setup)
}

fn past(prompt: &str, answer: &str) -> PastTurn {
    PastTurn {
        prompt: Text::from(prompt),
        answer: Text::from(answer),
    }
}

#[tokio::test]
async fn codex_streams_goes_on_and_is_told_anew_what_it_forgot() {
    let ground = Ground::new().await;
    let Some(setup) = codex(&ground).await else {
        return;
    };
    let mut stand = Stand::with(vec![setup]).await;
    let first = stand.work(order(1, "codex", "hello there")).await;
    let answer = first.answer();
    assert!(answer.text.as_str().starts_with("turn 1: hello there"));
    assert_eq!(first.live(DeltaKind::Answer), answer.text.as_str());
    assert!(answer.first_text.is_some() && !answer.usage.estimated);
    let handle = first.handle().unwrap();

    let mut next = order(2, "codex", "and again");
    next.handle = Some(handle.clone());
    next.history = vec![past("hello there", "hi")];
    let second = stand.work(next.clone()).await;
    assert!(second.answer().text.as_str().starts_with("turn 2"));
    assert_eq!(second.reports, []);

    // A call that may write gets a thread with another sandbox.
    next.call.0 = 3;
    next.access = Access::Write;
    let third = stand.work(next).await;
    assert!(third.was_unbound());
    assert!(third.handle().is_some_and(|new| new != handle));
    let text = third.answer().text.as_str();
    assert!(text.starts_with("turn 1") && text.contains("hi"), "{text}");
    assert_eq!(stand.close().await, []);
}

#[tokio::test]
async fn codex_gives_its_final_answer_in_a_council() {
    let ground = Ground::new().await;
    let Some(setup) = codex(&ground).await else {
        return;
    };
    let mut stand = Stand::with(vec![setup]).await;
    let mut asked = order(
        1,
        "codex",
        "[[say:So it is.\n\n```final\n{\"kind\":\"number\",\"value\":42}\n```]]",
    );
    asked.purpose = Purpose::Council;
    let heard = stand.work(asked).await;
    let block = heard.answer().block.as_ref();
    assert_eq!(block.map(|block| block.key.as_str()), Some("42"));
    assert_eq!(heard.answer().text.as_str(), "So it is.");
    assert_eq!(stand.close().await, []);
}

#[tokio::test]
async fn codex_asks_for_leave_and_obeys_the_reply() {
    let ground = Ground::new().await;
    for (reply, ran) in [
        (Reply::Allow, true),
        (
            Reply::Deny {
                reason: "not on a Sunday".to_owned(),
            },
            false,
        ),
    ] {
        let Some(setup) = codex(&ground).await else {
            return;
        };
        let mut stand = Stand::with(vec![setup]).await;
        let mut asked = order(1, "codex", "[[exec:echo from-the-shell]][[esc]]");
        asked.access = Access::Write;
        let call = asked.call;
        stand.start(asked).await;
        let (ask, request) = loop {
            let report = stand.report().await;
            // Not to wait for a question that will never come.
            assert!(!matches!(report, Report::Ended { .. }), "{report:?}");
            if let Report::Asked { ask, request, .. } = report {
                break (ask, request);
            }
        };
        let Request::Exec { command, .. } = &request else {
            panic!("{request:?}");
        };
        assert!(command.join(" ").contains("echo from-the-shell"));
        stand.order(Effect::Reply { call, ask, reply }).await;
        let heard = stand.ended(call).await;
        let text = heard.answer().text.as_str();
        assert_eq!(text.contains("from-the-shell\n"), ran, "{text}");
        assert_eq!(text.contains("not on a Sunday"), !ran, "{text}");
        assert_eq!(stand.close().await, []);
    }
}

#[tokio::test]
async fn codex_failures_are_typed_and_a_lost_thread_is_replaced() {
    let ground = Ground::new().await;
    let Some(mut setup) = codex(&ground).await else {
        return;
    };
    setup.server.limits.idle = Duration::from_secs(3);
    let mut stand = Stand::with(vec![setup]).await;
    for (call, prompt, kind) in [
        (1, "[[status:401]]", FailureKind::Auth),
        (2, "[[status:429]]", FailureKind::RateLimited),
        (3, "[[status:500]]", FailureKind::Overloaded),
        (4, "[[cut]]", FailureKind::Protocol),
    ] {
        let heard = stand.work(order(call, "codex", prompt)).await;
        assert_eq!(heard.failure().kind, kind, "{}", heard.failure());
    }
    // Silence ends the call, and the thread with it.
    let silent = stand.work(order(5, "codex", "[[hang]]")).await;
    assert_eq!(silent.failure().kind, FailureKind::TimedOut);
    assert!(silent.was_unbound());
    let mut next = order(6, "codex", "go on");
    next.handle = silent.handle();
    let heard = stand.work(next).await;
    assert!(heard.was_unbound());
    heard.answer();
    assert_eq!(stand.close().await, []);
}

#[tokio::test]
async fn codex_mcp_server_answers_goes_on_and_fails_plainly() {
    let ground = Ground::new().await;
    let Some(setup) = codex_mcp_server(&ground, "").await else {
        return;
    };
    let mut stand = Stand::with(vec![setup]).await;
    let first = stand.work(order(1, "cli", "hello there")).await;
    let text = first.answer().text.as_str();
    assert!(text.starts_with("turn 1: hello there"), "{text}");
    assert!(first.answer().usage.estimated);
    let mut next = order(2, "cli", "and again");
    next.handle = first.handle();
    next.history = vec![past("hello there", "hi")];
    let second = stand.work(next).await;
    // It is told, not resumed: resuming would drop the sandbox.
    assert!(!second.was_unbound() && second.handle() == first.handle());
    let text = second.answer().text.as_str();
    assert!(
        text.starts_with("turn 1") && text.contains("hello there"),
        "{text}"
    );
    let refused = stand.work(order(3, "cli", "[[status:401]]")).await;
    assert_eq!(refused.failure().kind, FailureKind::Auth);

    // A cancel ends the processes, and with them the conversation.
    let mut hanging = order(4, "cli", "[[hang]]");
    hanging.handle = first.handle();
    let call = hanging.call;
    let before = ground.model.requests().len();
    stand.start(hanging).await;
    ground
        .model
        .wait_for("the prompt that hangs", |requests| requests.len() > before)
        .await;
    let member = MemberName::new("cli").unwrap();
    stand.order(Effect::CancelCall { call, member }).await;
    ground
        .model
        .wait_for("the end of the model's work", |requests| {
            requests
                .iter()
                .any(|request| request.ending == ApiEnding::ClientLeft)
        })
        .await;
    let mut after = order(5, "cli", "and now");
    after.handle = first.handle();
    after.history = vec![past("hello there", "hi")];
    let told: Option<Handle> = after.handle.clone();
    let heard = stand.work(after).await;
    assert!(!heard.was_unbound() && heard.handle() == told);
    assert!(heard.answer().text.as_str().starts_with("turn 1"));
    assert_eq!(stand.close().await, []);
}

#[tokio::test]
async fn both_servers_of_codex_work_two_sessions_and_at_length() {
    let ground = Ground::new().await;
    for (setup, member) in [
        (codex(&ground).await, "codex"),
        (codex_mcp_server(&ground, "").await, "cli"),
    ] {
        let Some(setup) = setup else {
            return;
        };
        let mut stand = Stand::with(vec![setup]).await;
        driven::works_two_at_once(&ground, &mut stand, member).await;
        driven::answers_at_length(&mut stand, member).await;
        ground.leave(stand).await;
    }
}

#[tokio::test]
async fn failures_of_codex_mcp_server_are_typed() {
    let ground = Ground::new().await;
    let Some(setup) = codex_mcp_server(&ground, "").await else {
        return;
    };
    let mut stand = Stand::with(vec![setup]).await;
    let failures = [
        ("[[status:401]]", FailureKind::Auth),
        ("[[status:429]]", FailureKind::RateLimited),
        ("[[status:500]]", FailureKind::Overloaded),
        ("[[cut]]", FailureKind::Protocol),
    ];
    driven::failures_are_typed(&mut stand, "cli", &failures).await;
    ground.leave(stand).await;

    // With no network Codex tries for ever, and says so again and again.
    let mut nowhere = codex_mcp_server(&ground, "").await.unwrap();
    nowhere.server.limits.idle = Duration::from_secs(30);
    nowhere.server.limits.total = Duration::from_mins(4);
    let file = ground.home().join("config.toml");
    let settings = std::fs::read_to_string(&file).unwrap();
    let settings = settings.replace(&ground.model.base_url(), "http://127.0.0.1:1/v1");
    std::fs::write(file, settings).unwrap();
    driven::says(&ground, nowhere, FailureKind::Protocol, "does not reach").await;
}

#[tokio::test]
async fn codex_mcp_server_is_stopped_and_killed_without_a_trace() {
    let ground = Ground::new().await;
    let Some(setup) = codex_mcp_server(&ground, "").await else {
        return;
    };
    let mut stand = Stand::with(vec![setup]).await;
    driven::stops_on_cancel(&ground, &mut stand, "cli", PROGRAM).await;
    driven::survives_kills(&ground, &mut stand, "cli", SERVER, PROGRAM).await;
    ground.leave(stand).await;
}

#[tokio::test]
async fn codex_stops_on_cancel_and_comes_back_after_a_kill() {
    let ground = Ground::new().await;
    let Some(setup) = codex(&ground).await else {
        return;
    };
    let mut stand = Stand::with(vec![setup]).await;
    driven::hanging(&ground, &stand, order(1, "codex", "[[hang]] cancelled")).await;
    let (call, member) = (
        order(1, "codex", "").call,
        MemberName::new("codex").unwrap(),
    );
    stand.order(Effect::CancelCall { call, member }).await;
    let next = stand.work(order(2, "codex", "[[say:as ever]]")).await;
    assert_eq!(next.answer().text.as_str(), "as ever");

    // The program alone, and then whatever there is of the server.
    for (number, victim) in [(3, NATIVE), (5, OWN_SERVER)] {
        let prompt = format!("[[hang]] {number}");
        driven::hanging(&ground, &stand, order(number, "codex", &prompt)).await;
        let running = processes::at_home(ground.home());
        let victims: Vec<_> = running
            .iter()
            .filter(|one| one.command.contains(victim))
            .collect();
        assert!(!victims.is_empty(), "{victim}: {running:?}");
        for one in victims {
            one.kill();
        }
        let heard = stand.ended(order(number, "codex", "").call).await;
        assert_eq!(heard.failure().kind, FailureKind::Crashed);
        let mut next = order(number + 1, "codex", "[[say:back]]");
        next.handle = heard.handle();
        next.history = vec![past("hello there", "hi")];
        let next = stand.work(next).await;
        assert!(next.was_unbound());
        assert_eq!(next.answer().text.as_str(), "back");
    }
    ground.leave(stand).await;
}

#[tokio::test]
async fn a_provider_that_cannot_be_reached_ends_the_call_although_codex_talks_on() {
    let ground = Ground::new().await;
    let Some(mut setup) = codex(&ground).await else {
        return;
    };
    setup.server.limits.idle = Duration::from_secs(2);
    if let Adapter::Codex(options) = &mut setup.adapter {
        let url = "model_providers.stub.base_url".to_owned();
        options.config.insert(url, "http://127.0.0.1:1/v1".into());
    }
    let mut stand = Stand::with(vec![setup]).await;
    let heard = stand.work(order(1, "codex", "hello")).await;
    assert_eq!(heard.failure().kind, FailureKind::Protocol);
    assert!(heard.failure().message.contains("Connection failed"));
    assert!(heard.live(DeltaKind::Status).contains("Reconnecting"));
    assert_eq!(stand.close().await, []);
}

#[tokio::test]
async fn a_reading_call_changes_no_file_whatever_the_user_configured() {
    let ground = Ground::new().await;
    let settings = "sandbox_mode = \"danger-full-access\"\n";
    let file = |name: &str| ground.work().join(format!("{name}.txt"));
    // The whole path: the folder is one of the things that a server may forget.
    let prompt = |name: &str| format!("[[exec:touch {}]]", file(name).display());
    let made = |name: &str| file(name).exists();
    for (setup, member) in [
        (codex_with(&ground, settings).await, "codex"),
        (codex_mcp_server(&ground, settings).await, "cli"),
    ] {
        let Some(setup) = setup else {
            return;
        };
        let mut stand = Stand::with(vec![setup]).await;
        let first = stand.work(order(1, member, &prompt("first"))).await;
        first.answer();
        let mut next = order(2, member, &prompt("second"));
        next.handle = first.handle();
        let second = stand.work(next).await;
        second.answer();
        assert!(!made("first") && !made("second"), "{member}");

        let mut writing = order(3, member, &prompt(member));
        writing.access = Access::Write;
        writing.handle = second.handle().or(first.handle());
        let third = stand.work(writing).await;
        assert!(made(member), "{member}: {:?}", third.ending);
        assert_eq!(stand.close().await, []);
    }
}
