//! The generic adapter by configuration alone: the reference server `server-everything`, whose tool
//! `echo` takes a message and gives it back.

use std::collections::BTreeMap;
use std::path::Path;

use pretty_assertions::assert_eq;
use synod::core::FailureKind;
use synod::members::{Adapter, GenericOptions, Setup};

use super::driven::{self, Ground};
use super::{Stand, order, setup};
use crate::support::provision;

async fn everything(ground: &Ground, options: GenericOptions) -> Option<Setup> {
    let program = tokio::task::spawn_blocking(provision::everything);
    let program = program.await.unwrap()?;
    let env: BTreeMap<String, String> = ground.env(Path::new("/"), &[]);
    let command = vec![program.display().to_string()];
    Some(setup("echo", Adapter::Generic(options), command, env))
}

fn echo() -> GenericOptions {
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
