//! `synod mcp rehearsal`: every persona over the wire.

use serde_json::json;

use crate::support::raw_mcp::{RawMcp, Start};

async fn member(persona: &str) -> RawMcp {
    let start = Start::synod(&[
        "rehearsal",
        "--persona",
        persona,
        "--seed",
        "7",
        "--pace",
        "0",
    ]);
    RawMcp::connect(&start).await
}

#[tokio::test]
async fn answers_are_the_same_for_the_same_seed_and_stream_what_they_say() {
    for persona in [
        "thoughtful",
        "terse",
        "slow",
        "streaming",
        "wrong",
        "forgetful",
    ] {
        let mut texts = Vec::new();
        for _ in 0..2 {
            let mut client = member(persona).await;
            let answer = client
                .call("chat", json!({"prompt": "Why is it slow?"}))
                .await;
            assert_eq!(answer.streamed("synod/delta"), answer.text());
            assert!(answer.text().starts_with("This is a rehearsal"));
            let model = &answer.result["structuredContent"]["model"];
            assert_eq!(model, &json!(format!("rehearsal:{persona}")));
            texts.push(answer.text().to_owned());
            assert!(client.close().await.success());
        }
        assert_eq!(texts[0], texts[1]);
    }
}

#[tokio::test]
async fn earlier_turns_are_quoted() {
    let mut client = member("terse").await;
    let turn = |prompt: &str| json!({"prompt": prompt, "session_id": "s"});
    client.call("chat", turn("What is a room?")).await;
    let second = client.call("chat", turn("And a console?")).await;
    assert!(second.text().contains("turn 2"), "{}", second.text());
    assert!(second.text().contains("What is a room?"));
}

#[tokio::test]
async fn the_crashing_one_dies_in_the_middle_of_its_answer() {
    let mut client = member("crashing").await;
    let id = client.begin_call("chat", json!({"prompt": "Why?"})).await;
    client.wait_for_progress(id).await;
    let status = client.end_of_server().await;
    assert!(!status.success());
    assert!(client.left_over().is_empty());
}

#[tokio::test]
async fn the_hanging_one_can_be_cancelled() {
    let mut client = member("hanging").await;
    let id = client.begin_call("chat", json!({"prompt": "Why?"})).await;
    client.wait_for_progress(id).await;
    client.cancel(id).await;
    let next = client
        .call("chat", json!({"prompt": "[[fail:as ordered]]"}))
        .await;
    assert!(next.is_error());
    assert_eq!(next.text(), "as ordered");
    assert!(client.close().await.success());
}

#[tokio::test]
async fn the_flooding_one_sends_it_all() {
    let mut client = member("flooding").await;
    let answer = client.call("chat", json!({"prompt": "Why?"})).await;
    assert!(answer.text().len() > 400_000);
    assert_eq!(answer.streamed("synod/delta"), answer.text());
}

#[tokio::test]
async fn the_asking_one_asks_in_both_shapes_and_heeds_the_reply() {
    let mut client = member("asking").await;
    client.reply_to_asks = json!({"action": "accept", "content": {}, "decision": "approved"});
    let turn = json!({"prompt": "Why?", "session_id": "s"});
    let first = client.call("chat", turn.clone()).await;
    assert!(
        first.text().starts_with("You allowed `cargo test`"),
        "{}",
        first.text()
    );
    let ask = &client.asks[0];
    assert_eq!(ask["method"], "elicitation/create");
    assert_eq!(ask["params"]["codex_elicitation"], "exec-approval");
    assert_eq!(
        ask["params"]["codex_command"],
        json!(["bash", "-lc", "cargo test"])
    );
    assert_eq!(ask["params"]["threadId"], "s");

    client.reply_to_asks = json!({"action": "decline"});
    let second = client.call("chat", turn.clone()).await;
    assert!(
        second.text().starts_with("You said no"),
        "{}",
        second.text()
    );
    assert!(client.asks[1]["params"]["requestedSchema"]["properties"]["proceed"].is_object());

    client.reply_to_asks = json!({"decision": {"denied": {"rejection": "no"}}});
    let third = client.call("chat", turn).await;
    assert!(third.text().starts_with("You denied"), "{}", third.text());
}

#[tokio::test]
async fn all_but_the_wrong_one_agree_on_the_final_block() {
    let prompt = "Is it right?\nEnd with a block:\n```final\n{\"kind\": …}\n```";
    let mut blocks = Vec::new();
    for persona in ["thoughtful", "terse", "wrong"] {
        let mut client = member(persona).await;
        let answer = client.call("chat", json!({"prompt": prompt})).await;
        let (_, block) = answer.text().rsplit_once("```final\n").unwrap();
        blocks.push(block.to_owned());
    }
    assert_eq!(blocks[0], blocks[1]);
    assert_ne!(blocks[0], blocks[2]);
}
