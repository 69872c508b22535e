//! The generic adapter by configuration alone: the reference server `server-everything`, whose tool
//! `echo` takes a message and gives it back.

use std::collections::BTreeMap;
use std::time::Duration;

use pretty_assertions::assert_eq;
use serde_json::json;
use synod::core::{CallId, DeltaKind, Effect, FailureKind, Health, MemberName, Report};
use synod::mcp::Limits;
use synod::members::{Adapter, GenericOptions, Setup};

use super::driven::{self, Ground, failure};
use super::{Stand, order, setup};
use crate::support::ground::Launch;
use crate::support::processes::{self, Running};
use crate::support::{provision, soon};

pub(super) async fn everything(ground: &Ground, options: GenericOptions) -> Option<Setup> {
    let launch = ground.program(provision::everything, &[]).await?;
    Some(member("echo", launch, options))
}

pub(super) fn member(name: &str, launch: Launch, options: GenericOptions) -> Setup {
    let adapter = Adapter::Generic(options);
    setup(name, adapter, launch.command, launch.env)
}

pub(super) fn echo() -> GenericOptions {
    GenericOptions {
        tool: "echo".to_owned(),
        prompt_argument: "message".to_owned(),
        answer_prefix: Some("Echo: ".to_owned()),
        ..GenericOptions::default()
    }
}

#[tokio::test]
async fn echo_is_a_member_that_is_told_what_was_said_before() {
    let ground = Ground::new().await;
    let Some(setup) = everything(&ground, echo()).await else {
        return;
    };
    let mut stand = Stand::with(vec![setup.clone()]).await;
    let first = stand.work(order(1, "echo", "hello there")).await;
    assert_eq!(first.answer().text.as_str(), "hello there");
    let next = driven::continued(2, "echo", "and again", first.answer());
    let second = stand.work(next).await;
    let text = second.answer().text.as_str();
    assert!(
        text.contains("hello there") && text.ends_with("and again"),
        "{text}"
    );
    let big = "line\n".repeat(60_000);
    let heard = stand.work(order(3, "echo", &big)).await;
    assert_eq!(heard.answer().text.as_str(), big.trim_end());
    stand.start(order(4, "echo", "one")).await;
    stand.start(order(5, "echo", "two")).await;
    assert_eq!(stand.all_ended(2).await.len(), 2);
    ground.leave(stand).await;
}

#[tokio::test]
async fn an_old_server_and_two_that_call_themselves_the_same_work_side_by_side() {
    let ground = Ground::new().await;
    let old = ground.program(provision::everything_of_2024, &[]).await;
    let new = ground.program(provision::everything, &[]).await;
    let (Some(old), Some(new)) = (old, new) else {
        return;
    };
    let members = [("old", old), ("left", new.clone()), ("right", new)];
    let setups = members.map(|(name, launch)| member(name, launch, echo()));
    let mut stand = Stand::with(setups.to_vec()).await;
    let mut spoken = BTreeMap::new();
    while spoken.len() < 3 {
        let report = soon("a change of health", stand.reports.recv()).await;
        if let Some(Report::Health { member, health }) = report
            && let Health::Ready { protocol, .. } = health
        {
            spoken.insert(member.as_str().to_owned(), protocol);
        }
    }
    let versions: Vec<&str> = spoken.values().map(String::as_str).collect();
    assert_eq!(versions, ["2025-11-25", "2024-11-05", "2025-11-25"]);
    for (call, name) in [(1, "old"), (2, "left"), (3, "right")] {
        let heard = stand.work(order(call, name, name)).await;
        assert_eq!(heard.answer().text.as_str(), name);
    }
    ground.leave(stand).await;
}

#[tokio::test]
async fn a_tool_that_is_not_there_or_takes_something_else_is_a_failure() {
    let ground = Ground::new().await;
    for options in [
        GenericOptions {
            tool: "ask".to_owned(),
            ..echo()
        },
        GenericOptions {
            prompt_argument: "prompt".to_owned(),
            ..echo()
        },
    ] {
        let Some(setup) = everything(&ground, options).await else {
            return;
        };
        let mut stand = Stand::with(vec![setup]).await;
        let heard = stand.work(order(1, "echo", "hello")).await;
        let failure = heard.failure();
        assert_eq!(failure.kind, FailureKind::Refused, "{failure}");
        ground.leave(stand).await;
    }
}

/// A member whose tool works for as long as it is told, and says so at each step.
fn slow(steps: u32, seconds: u32) -> GenericOptions {
    let told = json!({"duration": seconds, "steps": steps});
    GenericOptions {
        tool: "trigger-long-running-operation".to_owned(),
        // It passes over what it does not know.
        prompt_argument: "unused".to_owned(),
        arguments: told.as_object().cloned().unwrap(),
        ..GenericOptions::default()
    }
}

async fn stand_of(ground: &Ground, options: GenericOptions, limits: Limits) -> Option<Stand> {
    let mut setup = everything(ground, options).await?;
    setup.server.limits = limits;
    Some(Stand::with(vec![setup]).await)
}

fn limits(idle: u64, total: u64) -> Limits {
    Limits {
        idle: Duration::from_secs(idle),
        total: Duration::from_secs(total),
    }
}

/// Waits until the call's server says how far it is.
async fn at_work(stand: &mut Stand, call: u64) {
    stand.delta(CallId(call)).await;
}

fn servers(running: &[Running]) -> Vec<Running> {
    let is_server = |one: &&Running| one.command.contains("mcp-server-everything");
    running.iter().filter(is_server).cloned().collect()
}

#[tokio::test]
async fn a_call_that_takes_too_long_or_is_silent_is_given_up_in_time() {
    let ground = Ground::new().await;
    // Signs of life every second, and no end.
    let Some(mut stand) = stand_of(&ground, slow(60, 60), limits(20, 4)).await else {
        return;
    };
    let heard = stand.work(order(1, "echo", "go")).await;
    let failure = heard.failure();
    assert_eq!(failure.kind, FailureKind::TimedOut, "{failure}");
    assert!(failure.message.contains("within 4 s"), "{failure}");
    assert!(!heard.live(DeltaKind::Status).is_empty());
    ground.leave(stand).await;
    // One step: nothing is said before the end.
    let Some(mut stand) = stand_of(&ground, slow(1, 60), limits(3, 40)).await else {
        return;
    };
    let heard = stand.work(order(1, "echo", "go")).await;
    let failure = heard.failure();
    assert_eq!(failure.kind, FailureKind::TimedOut, "{failure}");
    assert!(failure.message.contains("silent for 3 s"), "{failure}");
    ground.leave(stand).await;
}

#[tokio::test]
async fn a_cancelled_call_says_nothing_more_and_the_next_one_is_as_ever() {
    let ground = Ground::new().await;
    let Some(mut stand) = stand_of(&ground, slow(4, 4), limits(30, 60)).await else {
        return;
    };
    stand.start(order(1, "echo", "go")).await;
    at_work(&mut stand, 1).await;
    let (call, member) = (CallId(1), MemberName::new("echo").unwrap());
    stand.order(Effect::CancelCall { call, member }).await;
    // The server goes on, as it heeds no cancellation; what it says of that belongs to nobody.
    let heard = stand.work(order(2, "echo", "again")).await;
    let text = heard.answer().text.as_str();
    assert!(text.contains("Duration: 4 seconds, Steps: 4"), "{text}");
    assert_eq!(heard.reports, []);
    ground.leave(stand).await;
}

#[tokio::test]
async fn a_server_that_is_killed_fails_its_calls_and_comes_back() {
    let ground = Ground::new().await;
    let Some(mut stand) = stand_of(&ground, slow(60, 60), limits(30, 60)).await else {
        return;
    };
    // Two sessions at once share one process.
    for call in [1, 2] {
        stand.start(order(call, "echo", "go")).await;
        at_work(&mut stand, call).await;
    }
    for server in servers(&processes::at_home(ground.home())) {
        server.kill();
    }
    for (call, ending) in stand.all_ended(2).await {
        let failure = failure(&ending);
        assert_eq!(failure.kind, FailureKind::Crashed, "{call}: {failure}");
        assert!(!failure.unsent, "it had begun");
    }
    // The next one is taken by a new process, which is given up with the stand, at work or not.
    stand.start(order(3, "echo", "go")).await;
    at_work(&mut stand, 3).await;
    ground.leave(stand).await;
}

#[tokio::test]
async fn a_server_with_work_of_its_own_leaves_nothing_behind() {
    let ground = Ground::new().await;
    let options = GenericOptions {
        tool: "toggle-simulated-logging".to_owned(),
        prompt_argument: "unused".to_owned(),
        ..GenericOptions::default()
    };
    // With that it does not end when its stdin does.
    let Some(mut stand) = stand_of(&ground, options, limits(20, 40)).await else {
        return;
    };
    stand.work(order(1, "echo", "go")).await.answer();
    assert!(!servers(&processes::at_home(ground.home())).is_empty());
    ground.leave(stand).await;
}
