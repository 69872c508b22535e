//! The generic adapter by configuration alone: the reference server `server-everything`, whose tool
//! `echo` takes a message and gives it back.

use std::collections::BTreeMap;

use pretty_assertions::assert_eq;
use synod::core::{FailureKind, Health, Report};
use synod::members::{Adapter, GenericOptions, Setup};

use super::driven::{self, Ground};
use super::{Stand, order, setup};
use crate::support::ground::Launch;
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
