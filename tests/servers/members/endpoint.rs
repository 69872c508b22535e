//! Calls to `synod mcp openai` with the scripted model API behind it.

use std::collections::BTreeMap;

use pretty_assertions::assert_eq;
use synod::core::{DeltaKind, FailureKind, PastTurn, Span, Text};
use synod::members::{Adapter, ChatOptions, Setup};

use super::{Stand, order, setup};
use crate::support::model_api::ModelApi;

fn member(model: &ModelApi) -> Setup {
    let url = model.base_url();
    let command = [
        env!("CARGO_BIN_EXE_synod"),
        "mcp",
        "openai",
        "--base-url",
        &url,
        "--model",
        "stub-model",
        "--key-env",
        "STUB_KEY",
    ];
    let env = BTreeMap::from([("STUB_KEY".to_owned(), "test".to_owned())]);
    let adapter = Adapter::Chat(ChatOptions::default());
    setup("gpt", adapter, command.map(str::to_owned).to_vec(), env)
}

#[tokio::test]
async fn an_endpoint_streams_and_remembers() {
    let model = ModelApi::start().await;
    let mut stand = Stand::with(vec![member(&model)]).await;
    let first = stand.work(order(1, "gpt", "hello there")).await;
    let answer = first.answer();
    assert_eq!(answer.text.as_str(), "turn 1: hello there");
    assert_eq!(first.live(DeltaKind::Answer), answer.text.as_str());
    assert_eq!((answer.usage.input, answer.usage.output), (11, 7));
    assert_eq!(answer.usage.micro_usd, 11 + 14);
    let mut next = order(2, "gpt", "and again");
    next.handle = first.handle();
    next.history = vec![PastTurn {
        prompt: Text::from("hello there"),
        answer: answer.text.clone(),
    }];
    let second = stand.work(next).await;
    assert_eq!(second.answer().text.as_str(), "turn 2: and again");
    assert_eq!(second.reports, []);
    assert_eq!(stand.close().await, []);
}

#[tokio::test]
async fn failures_of_an_endpoint_are_typed() {
    let model = ModelApi::start().await;
    let mut stand = Stand::with(vec![member(&model)]).await;
    let refused = stand.work(order(1, "gpt", "[[status:401]]")).await;
    assert_eq!(refused.failure().kind, FailureKind::Auth);
    assert!(refused.failure().message.contains("STUB_KEY"));
    assert_eq!(refused.handle(), None);
    let cut = stand.work(order(2, "gpt", "[[cut]]")).await;
    assert_eq!(cut.failure().kind, FailureKind::Protocol);
    for (call, prompt, kind, patience) in [
        (
            3,
            "[[status:429]][[retry-after:60]]",
            FailureKind::RateLimited,
            Some(Span::secs(60)),
        ),
        (4, "[[status:500]]", FailureKind::Overloaded, None),
        (5, "[[window:10]]", FailureKind::ContextTooLong, None),
    ] {
        let heard = stand.work(order(call, "gpt", prompt)).await;
        let failure = heard.failure();
        assert_eq!((failure.kind, failure.retry_after), (kind, patience));
        assert!(!failure.unsent && !failure.said.is_empty(), "{failure:?}");
    }
    assert_eq!(stand.close().await, []);
}
