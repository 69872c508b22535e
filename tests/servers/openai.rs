//! `synod mcp openai` against the scripted API, seen on the raw bytes of the wire.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::model_api::{Ending, ModelApi, Recorded};
use crate::support::raw_mcp::{Finished, RawMcp, Start};

fn server(base_url: &str, api: &str) -> Start {
    Start::synod(&[
        "openai",
        "--base-url",
        base_url,
        "--model",
        "m-1",
        "--api",
        api,
    ])
    .with_env("OPENAI_API_KEY", "sk-test")
}

async fn connected(api: &str) -> (ModelApi, RawMcp) {
    let model = ModelApi::start().await;
    let client = RawMcp::connect(&server(&model.base_url(), api)).await;
    (model, client)
}

async fn ask(client: &mut RawMcp, prompt: &str) -> Finished {
    client.call("chat", json!({"prompt": prompt})).await
}

fn progress_only_grows(finished: &Finished) {
    let values = finished.progress.iter();
    let values: Vec<f64> = values
        .map(|params| params["progress"].as_f64().unwrap())
        .collect();
    assert!(
        values.is_sorted_by(|before, after| before < after),
        "{values:?}"
    );
}

fn failure(finished: &Finished) -> (&str, Option<u64>) {
    assert!(finished.is_error(), "{}", finished.result);
    let error = &finished.result["structuredContent"]["error"];
    assert_eq!(error["message"], finished.text());
    (error["kind"].as_str().unwrap(), error["status"].as_u64())
}

#[tokio::test]
async fn an_answer_streams_in_order_and_comes_whole_at_the_end() {
    for api in ["chat", "responses"] {
        let (model, mut client) = connected(api).await;
        let answer = ask(&mut client, "[[slow:20]]").await;
        let mut words: Vec<String> = (0..20).map(|word| format!("word{word}")).collect();
        words.push("done.".to_owned());
        let expected = words.join(" ");
        assert_eq!(answer.text(), expected);
        assert_eq!(answer.streamed("synod/delta"), expected);
        assert!(answer.progress.len() > 2, "{}", answer.progress.len());
        progress_only_grows(&answer);
        let structured = &answer.result["structuredContent"];
        assert_eq!(structured["content"], expected);
        assert_eq!(structured["model"], "m-1");
        assert_eq!(structured["finish_reason"], "stop");
        assert_eq!(structured["turn"], 1);
        let cached = if api == "chat" { 3 } else { 10 };
        assert_eq!(structured["usage"]["cached_tokens"], cached);
        let request = &model.requests()[0];
        assert_eq!(request.headers["authorization"], "Bearer sk-test");
        assert!(client.close().await.success());
    }
}

#[tokio::test]
async fn reasoning_comes_apart_from_the_answer() {
    for api in ["chat", "responses"] {
        let (_model, mut client) = connected(api).await;
        let answer = ask(&mut client, "[[think]][[say:yes]]").await;
        assert_eq!(answer.streamed("synod/reasoning"), "**Thinking** about it");
        progress_only_grows(&answer);
        assert_eq!(answer.streamed("synod/delta"), "yes");
        assert_eq!(answer.text(), "yes");
    }
}

#[tokio::test]
async fn a_session_remembers_and_a_reset_forgets() {
    for api in ["chat", "responses"] {
        let (_model, mut client) = connected(api).await;
        let first = ask(&mut client, "one").await;
        assert_eq!(first.text(), "turn 1: one");
        let session = first.result["structuredContent"]["session_id"].clone();
        let again = |prompt: &str| json!({"prompt": prompt, "session_id": session});
        let second = client.call("chat", again("two")).await;
        assert_eq!(second.text(), "turn 2: two");
        assert_eq!(second.result["structuredContent"]["turn"], 2);
        let sessions = client.call("list_sessions", json!({})).await;
        assert_eq!(
            sessions.result["structuredContent"]["sessions"],
            json!([{"session_id": session, "turns": 2, "busy": false}])
        );
        let gone = client
            .call("reset_session", json!({"session_id": session}))
            .await;
        assert_eq!(gone.result["structuredContent"]["known"], true);
        let third = client.call("chat", again("three")).await;
        assert_eq!(third.text(), "turn 1: three");
        assert_eq!(third.result["structuredContent"]["turn"], 1);
    }
}

#[tokio::test]
async fn sessions_work_side_by_side_and_one_session_in_turn() {
    let (model, mut client) = connected("chat").await;
    let in_session = |id: &str, prompt: &str| json!({"prompt": prompt, "session_id": id});
    let first = client.begin_call("chat", in_session("a", "[[hold]]")).await;
    client.wait_for_progress(first).await;
    let second = client.begin_call("chat", in_session("a", "y")).await;
    let other = client.call("chat", in_session("b", "x")).await;
    assert_eq!(other.text(), "turn 1: x");
    let listed = client.call("list_sessions", json!({})).await;
    let sessions = &listed.result["structuredContent"]["sessions"];
    assert_eq!(
        (&sessions[0]["busy"], &sessions[1]["busy"]),
        (&json!(true), &json!(false))
    );
    model.release();
    // Sent before the first had ended, and yet it knows of it.
    assert_eq!(client.finish(second).await.text(), "turn 2: y");
    assert!(client.finish(first).await.text().ends_with("answer"));
}

#[tokio::test]
async fn a_cancel_drops_the_request_upstream_at_once() {
    for (api, prompt) in [
        ("chat", "[[hang]]"),
        ("responses", "[[hang]]"),
        ("chat", "[[mute]]"),
    ] {
        let (model, mut client) = connected(api).await;
        let id = client.begin_call("chat", json!({"prompt": prompt})).await;
        model.wait_for("the request", |all| all.len() == 1).await;
        client.cancel(id).await;
        let left = |all: &Vec<Recorded>| all[0].ending == Ending::ClientLeft;
        model.wait_for("the client leaves", left).await;
        let next = ask(&mut client, "still there?").await;
        assert_eq!(next.text(), "turn 1: still there?");
        assert_eq!(client.left_over(), Vec::<&Value>::new());
    }
}

#[tokio::test]
async fn the_end_of_stdin_ends_the_server_and_the_request_upstream() {
    let (model, mut client) = connected("chat").await;
    let id = client
        .begin_call("chat", json!({"prompt": "[[hang]]"}))
        .await;
    client.wait_for_progress(id).await;
    let started = tokio::time::Instant::now();
    assert!(client.close().await.success());
    assert!(
        started.elapsed() < Duration::from_secs(4),
        "rmcp alone would take 5 s"
    );
    let left = |all: &Vec<Recorded>| all[0].ending == Ending::ClientLeft;
    model.wait_for("the client leaves", left).await;
}

#[tokio::test]
async fn failures_are_typed_and_leave_the_session_as_it_was() {
    for api in ["chat", "responses"] {
        let (model, mut client) = connected(api).await;
        let session = |prompt: &str| json!({"prompt": prompt, "session_id": "s"});
        client.call("chat", session("one")).await;
        for (prompt, kind, status) in [
            ("[[status:401]]", "auth", Some(401)),
            ("[[status:404]]", "refused", Some(404)),
            ("[[status:413]]", "context_too_long", Some(413)),
            ("[[status:429]]", "rate_limit", Some(429)),
            ("[[cut]]", "network", None),
            ("[[say:]]", "malformed", None),
        ] {
            let failed = client.call("chat", session(prompt)).await;
            assert_eq!(failure(&failed), (kind, status), "{prompt}");
        }
        let mut fresh = session("[[status:401]]");
        fresh["reset"] = json!(true);
        fresh["system"] = json!("be someone else");
        assert!(client.call("chat", fresh).await.is_error());
        let next = client.call("chat", session("two")).await;
        assert_eq!(next.text(), "turn 2: two");
        let last = model.requests().pop().unwrap().body;
        assert!(!last.to_string().contains("be someone else"), "{last}");
    }
}

#[tokio::test]
async fn a_broken_stream_keeps_what_was_streamed_and_is_not_tried_again() {
    let (model, mut client) = connected("chat").await;
    let cut = ask(&mut client, "[[cut]]").await;
    assert_eq!(cut.streamed("synod/delta"), "partial answer ");
    assert_eq!(model.requests().len(), 1);
}

#[tokio::test]
async fn rate_limits_and_overload_are_tried_again() {
    let (model, mut client) = connected("chat").await;
    let answer = ask(&mut client, "[[status:429x2]] third time").await;
    assert!(!answer.is_error(), "{}", answer.result);
    assert_eq!(model.requests().len(), 3);
    let notices = answer
        .progress
        .iter()
        .filter_map(|params| params["message"].as_str())
        .filter(|message| message.contains("trying again"));
    assert_eq!(notices.count(), 2);
    progress_only_grows(&answer);
    let answer = ask(&mut client, "[[status:500x1]] second time").await;
    assert!(!answer.is_error(), "{}", answer.result);
    let answer = ask(&mut client, "[[status:500]]").await;
    assert_eq!(failure(&answer), ("overloaded", Some(500)));
    assert_eq!(model.requests().len(), 3 + 2 + 3);
}

#[tokio::test]
async fn an_endpoint_that_is_not_there_is_said_so() {
    // Bound and closed again: nobody listens on this port.
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/v1", closed.local_addr().unwrap());
    drop(closed);
    let mut client = RawMcp::connect(&server(&url, "chat")).await;
    let answer = ask(&mut client, "anyone?").await;
    assert_eq!(failure(&answer), ("network", None));
    assert!(answer.text().contains(&url), "{}", answer.text());
    let models = client.call("list_models", json!({})).await;
    assert_eq!(failure(&models), ("network", None));
}

#[tokio::test]
async fn a_long_answer_arrives_whole() {
    for api in ["chat", "responses"] {
        let (_model, mut client) = connected(api).await;
        let answer = ask(&mut client, "[[big:300000]]").await;
        assert_eq!(answer.text().len(), 300_000);
        assert_eq!(answer.streamed("synod/delta"), answer.text());
    }
}

#[tokio::test]
async fn an_endpoint_that_does_not_stream_is_understood() {
    for api in ["chat", "responses"] {
        let (_model, mut client) = connected(api).await;
        let answer = ask(&mut client, "[[whole]] please").await;
        assert_eq!(answer.text(), "turn 1: [[whole]] please");
        assert_eq!(answer.streamed("synod/delta"), answer.text());
        let tokens = &answer.result["structuredContent"]["usage"]["input_tokens"];
        assert!(tokens.is_u64(), "{tokens}");
        let garbage = ask(&mut client, "[[garbage]]").await;
        assert_eq!(failure(&garbage), ("malformed", None));
    }
}

#[tokio::test]
async fn without_a_key_no_key_is_sent() {
    let model = ModelApi::start().await;
    let start = server(&model.base_url(), "chat").with_env("OPENAI_API_KEY", "");
    let mut client = RawMcp::connect(&start).await;
    assert!(!ask(&mut client, "x").await.is_error());
    assert!(!model.requests()[0].headers.contains_key("authorization"));
    let models = client.call("list_models", json!({})).await;
    assert_eq!(
        models.result["structuredContent"]["models"],
        json!(["stub-model"])
    );
}

#[tokio::test]
async fn a_system_prompt_leads_the_conversation() {
    for api in ["chat", "responses"] {
        let (model, mut client) = connected(api).await;
        client
            .call("chat", json!({"prompt": "x", "system": "be brief"}))
            .await;
        let body = &model.requests()[0].body;
        let system = if api == "chat" {
            &body["messages"][0]["content"]
        } else {
            &body["instructions"]
        };
        assert_eq!(system, "be brief");
    }
}

#[tokio::test]
async fn bad_arguments_get_a_sentence() {
    let (model, mut client) = connected("chat").await;
    for (tool, arguments) in [
        ("chat", json!({})),
        ("chat", json!({"prompt": 7})),
        ("chat", json!({"prompt": "x", "sessionId": "a"})),
        ("reset_session", json!({})),
        ("nosuch", json!({})),
    ] {
        let refused = client.call(tool, arguments).await;
        assert_eq!(failure(&refused), ("refused", None));
    }
    assert_eq!(model.requests().len(), 0);
}
