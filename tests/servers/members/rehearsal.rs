//! Calls to rehearsal members: streaming, sessions, questions, failures, cancellation, the end.

use std::collections::BTreeMap;
use std::time::Duration;

use pretty_assertions::assert_eq;
use serde_json::{Map, json};
use synod::core::{
    AnswerKind, CallId, DeltaKind, Effect, FailureKind, Handle, Health, MemberName, PastTurn,
    Purpose, Reply, Report, Request, Text, Timestamp,
};
use synod::members::{Adapter, ChatOptions, GenericOptions, OnCancel, Setup};

use super::{Stand, order, setup};

pub(crate) fn command(persona: &str) -> Vec<String> {
    let synod = env!("CARGO_BIN_EXE_synod");
    [
        synod,
        "mcp",
        "rehearsal",
        "--persona",
        persona,
        "--seed",
        "7",
        "--pace",
        "0",
    ]
    .map(str::to_owned)
    .to_vec()
}

pub(super) fn member(persona: &str) -> Setup {
    let adapter = Adapter::Chat(ChatOptions::default());
    setup(persona, adapter, command(persona), BTreeMap::new())
}

/// The same server through the generic adapter, as one that ignores cancellation.
fn deaf_member() -> Setup {
    let adapter = Adapter::Generic(GenericOptions {
        tool: "chat".to_owned(),
        prompt_argument: "prompt".to_owned(),
        session_argument: Some("session_id".to_owned()),
        session_pointer: Some("/session_id".to_owned()),
        answer_pointer: Some("/content".to_owned()),
        arguments: Map::from_iter([("system".to_owned(), json!("be brief"))]),
        on_cancel: OnCancel::EndProcesses,
        ..GenericOptions::default()
    });
    setup("deaf", adapter, command("terse"), BTreeMap::new())
}

/// A server that asks again and again, whatever it is told, and answers nothing.
const NAGGING: &str = r#"
while IFS= read -r line; do
  id=$(printf '%s' "$line" | sed -n 's/.*"id":\([0-9]*\).*/\1/p')
  case "$line" in
    *server/discover*) printf '{"jsonrpc":"2.0","id":%s,"error":{"code":-32601,"message":"no"}}\n' "$id"; continue;;
    *'"initialize"'*)
      result='{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"nag","version":"1"}}';;
    *'"tools/list"'*)
      result='{"tools":[{"name":"ask","inputSchema":{"type":"object"}}]}';;
    *'"tools/call"'*)
      n=0; while [ $n -lt 100 ]; do n=$((n+1))
        printf '{"jsonrpc":"2.0","id":"q%s","method":"elicitation/create","params":{"message":"again?","requestedSchema":{"type":"object","properties":{}}}}\n' "$n"
      done; continue;;
    *) continue;;
  esac
  [ -n "$id" ] && printf '{"jsonrpc":"2.0","id":%s,"result":%s}\n' "$id" "$result"
done
"#;

/// A server that takes its first question back, asks another, and answers after the reply to that.
pub(super) const WAVERING: &str = r#"
ask='"method":"elicitation/create","params":{"message":"well?","requestedSchema":{"type":"object","properties":{}}}'
while IFS= read -r line; do
  id=$(printf '%s' "$line" | sed -n 's/.*"id":\([0-9]*\).*/\1/p')
  case "$line" in
    *'"id":"q2"'*) id=$call; result='{"content":[{"type":"text","text":"done"}]}';;
    *server/discover*) printf '{"jsonrpc":"2.0","id":%s,"error":{"code":-32601,"message":"no"}}\n' "$id"; continue;;
    *'"initialize"'*)
      result='{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"waver","version":"1"}}';;
    *'"tools/list"'*)
      result='{"tools":[{"name":"ask","inputSchema":{"type":"object"}}]}';;
    *'"tools/call"'*)
      call=$id
      printf '{"jsonrpc":"2.0","id":"q1",%s}\n' "$ask"
      printf '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"q1"}}\n'
      printf '{"jsonrpc":"2.0","id":"q2",%s}\n' "$ask"
      continue;;
    *) continue;;
  esac
  [ -n "$id" ] && printf '{"jsonrpc":"2.0","id":%s,"result":%s}\n' "$id" "$result"
done
"#;

#[tokio::test]
async fn a_question_that_its_server_takes_back_is_reported_and_the_call_goes_on() {
    let adapter = Adapter::Generic(GenericOptions {
        tool: "ask".to_owned(),
        prompt_argument: "prompt".to_owned(),
        ..GenericOptions::default()
    });
    let path = BTreeMap::from([("PATH".to_owned(), "/usr/bin:/bin".to_owned())]);
    let command = ["/bin/sh", "-c", WAVERING].map(str::to_owned).to_vec();
    let mut stand = Stand::with(vec![setup("waver", adapter, command, path)]).await;
    let call = CallId(1);
    stand.start(order(1, "waver", "Go on.")).await;
    let (mut asked, mut withdrawn) = (Vec::new(), Vec::new());
    while asked.len() < 2 || withdrawn.is_empty() {
        let report = stand.report().await;
        if let Report::Asked { ask, .. } = report {
            asked.push(ask);
        } else if let Report::Withdrawn { call: of, ask } = report {
            assert_eq!(of, call);
            withdrawn.push(ask);
        } else {
            panic!("{report:?}");
        }
    }
    assert_eq!(withdrawn, [asked[0]]);
    let (ask, reply) = (asked[1], Reply::Allow);
    stand.order(Effect::Reply { call, ask, reply }).await;
    assert_eq!(stand.ended(call).await.answer().text.as_str(), "done");
    assert_eq!(stand.close().await, []);
}

#[tokio::test]
async fn a_server_that_asks_without_end_is_given_up() {
    let adapter = Adapter::Generic(GenericOptions {
        tool: "ask".to_owned(),
        prompt_argument: "prompt".to_owned(),
        ..GenericOptions::default()
    });
    let path = BTreeMap::from([("PATH".to_owned(), "/usr/bin:/bin".to_owned())]);
    let command = ["/bin/sh", "-c", NAGGING].map(str::to_owned).to_vec();
    let mut stand = Stand::with(vec![setup("nag", adapter, command, path)]).await;
    let heard = stand.work(order(1, "nag", "Go on.")).await;
    let failure = heard.failure();
    assert_eq!(failure.kind, FailureKind::Malformed);
    assert!(
        failure.message.contains("more than 64 questions"),
        "{failure}"
    );
    stand.close().await;
}

fn past(prompt: &str, answer: &str) -> PastTurn {
    PastTurn {
        prompt: Text::from(prompt),
        answer: Text::from(answer),
    }
}

#[tokio::test]
async fn a_council_answer_streams_and_brings_its_block_tokens_and_price() {
    let mut stand = Stand::with(vec![member("thoughtful")]).await;
    let mut asked = order(1, "thoughtful", "Is the sky blue?");
    asked.purpose = Purpose::Council;
    let heard = stand.work(asked).await;
    let answer = heard.answer();
    let block = answer.block.as_ref().unwrap();
    assert_eq!(block.kind, AnswerKind::YesNo);
    assert!(!answer.text.as_str().contains("```final"));
    let live = heard.live(DeltaKind::Answer);
    assert!(live.starts_with(answer.text.as_str()), "{live}");
    assert!(!heard.live(DeltaKind::Reasoning).is_empty());
    assert!(answer.first_text.is_some());
    assert!(!answer.usage.estimated);
    assert_eq!(
        answer.usage.micro_usd,
        answer.usage.input + 2 * answer.usage.output
    );
    assert_eq!(stand.close().await, []);
}

#[tokio::test]
async fn a_conversation_goes_on_by_its_handle_and_is_told_anew_after_a_restart() {
    let mut stand = Stand::with(vec![member("terse")]).await;
    let first = stand.work(order(1, "terse", "What is a room?")).await;
    let handle = first.handle().unwrap();
    assert!(!handle.survives_restart);

    let mut next = order(2, "terse", "And a console?");
    next.handle = Some(handle.clone());
    next.history = vec![past("What is a room?", "A place.")];
    let second = stand.work(next.clone()).await;
    assert!(second.answer().text.as_str().contains("turn 2"));
    assert_eq!(second.reports, []);

    let member = MemberName::new("terse").unwrap();
    stand.order(Effect::Restart { member }).await;
    stand
        .health(|health| matches!(health, Health::Restarting { .. }))
        .await;
    stand
        .health(|health| matches!(health, Health::Ready { .. }))
        .await;
    next.call = CallId(3);
    let third = stand.work(next).await;
    assert!(third.was_unbound(), "{:?}", third.reports);
    assert_ne!(third.handle(), Some(handle));
    // Told in one prompt, so for the server it is the first turn.
    let text = third.answer().text.as_str();
    assert!(!text.contains("turn 2"), "{text}");
    assert_eq!(stand.close().await, []);
}

#[tokio::test]
async fn a_handle_that_nobody_knows_is_given_up_and_the_call_goes_on() {
    let mut stand = Stand::with(vec![member("terse")]).await;
    let mut asked = order(1, "terse", "Go on.");
    asked.handle = Some(Handle {
        value: "of-another-process".to_owned(),
        survives_restart: false,
    });
    asked.history = vec![past("Hello", "Hi")];
    let heard = stand.work(asked).await;
    let kinds: Vec<bool> = heard
        .reports
        .iter()
        .map(|report| matches!(report, Report::Unbound { .. }))
        .collect();
    assert_eq!(kinds, [true, false, false], "{:?}", heard.reports);
    heard.answer();
    assert_eq!(stand.close().await, []);
}

#[tokio::test]
async fn a_question_waits_for_the_operator_and_the_reply_reaches_the_server() {
    for (prompt, reply, said) in [
        (
            "[[approve:cargo test]]",
            Reply::Allow,
            "You allowed `cargo test`",
        ),
        (
            "[[approve:cargo test]]",
            Reply::Deny {
                reason: "later".to_owned(),
            },
            "You denied `cargo test`",
        ),
        (
            "[[form:Which?]]",
            Reply::Fill {
                content: Text::from("{\"answer\":\"A\"}"),
            },
            "You said yes",
        ),
    ] {
        let mut stand = Stand::with(vec![member("terse")]).await;
        let call = CallId(1);
        stand.start(order(1, "terse", prompt)).await;
        let Report::Asked { ask, request, .. } = stand.report().await else {
            panic!("no question");
        };
        match &request {
            Request::Exec { command, .. } => assert!(command.join(" ").contains("cargo test")),
            Request::Form { message, .. } => assert!(message.as_str().contains("Which?")),
            Request::Patch { .. }
            | Request::Url { .. }
            | Request::Sampling { .. }
            | Request::Tool { .. } => {
                panic!("{request:?}")
            }
        }
        stand.order(Effect::Reply { call, ask, reply }).await;
        let heard = stand.ended(call).await;
        let text = heard.answer().text.as_str();
        assert!(text.contains(said), "{text}");
        assert_eq!(stand.close().await, []);
    }
}

#[tokio::test]
async fn a_cancelled_call_is_never_heard_of_again() {
    let mut stand = Stand::with(vec![member("terse")]).await;
    let call = CallId(1);
    stand
        .start(order(1, "terse", "[[hang]] Why is it so?"))
        .await;
    stand.delta(call).await;
    let member = MemberName::new("terse").unwrap();
    stand.order(Effect::CancelCall { call, member }).await;
    // The next call to the same server works, and its reports are the only ones.
    let next = stand.work(order(2, "terse", "Again.")).await;
    next.answer();
    assert_eq!(stand.close().await, []);
}

#[tokio::test]
async fn ending_a_server_that_ignores_cancellation_harms_no_other_call() {
    let mut stand = Stand::with(vec![deaf_member()]).await;
    stand.start(order(1, "deaf", "[[hang]] Why?")).await;
    stand.delta(CallId(1)).await;
    stand.start(order(2, "deaf", "[[approve:ls]] Why?")).await;
    let Report::Asked { call, ask, .. } = stand.report().await else {
        panic!("no question");
    };
    assert_eq!(call, CallId(2));
    let member = MemberName::new("deaf").unwrap();
    stand
        .order(Effect::CancelCall {
            call: CallId(1),
            member,
        })
        .await;
    stand
        .health(|health| matches!(health, Health::Restarting { .. }))
        .await;
    let reply = Reply::Allow;
    stand.order(Effect::Reply { call, ask, reply }).await;
    let heard = stand.ended(call).await;
    assert!(heard.answer().text.as_str().contains("You allowed `ls`"));
    assert!(heard.answer().usage.estimated);
    // The lane that was ended works again.
    let third = stand.work(order(3, "deaf", "And now?")).await;
    third.answer();
    assert_eq!(stand.close().await, []);
}

#[tokio::test]
async fn failures_are_typed_and_keep_what_was_said() {
    let mut patient = member("terse");
    patient.server.limits.idle = Duration::from_millis(400);
    let mut stand = Stand::with(vec![patient]).await;
    let refused = stand
        .work(order(1, "terse", "[[fail:no such thing]]"))
        .await;
    assert_eq!(refused.failure().kind, FailureKind::Refused);
    assert!(refused.failure().message.contains("no such thing"));

    let silent = stand.work(order(2, "terse", "[[hang]] Why?")).await;
    assert_eq!(silent.failure().kind, FailureKind::TimedOut);
    assert!(!silent.live(DeltaKind::Answer).is_empty());

    let crashed = stand.work(order(3, "terse", "[[crash]] Why?")).await;
    assert_eq!(crashed.failure().kind, FailureKind::Crashed);
    // It is started again, and the next call waits for it.
    let after = stand.work(order(4, "terse", "And now?")).await;
    after.answer();
    assert_eq!(stand.close().await, []);
}

#[tokio::test]
async fn a_deadline_that_has_passed_or_passes_ends_the_call() {
    let mut stand = Stand::with(vec![member("terse")]).await;
    let mut late = order(1, "terse", "Why?");
    late.deadline = Some(Timestamp(1_000));
    let heard = stand.work(late).await;
    assert_eq!(heard.failure().kind, FailureKind::TimedOut);
    let mut soon = order(2, "terse", "[[hang]] Why?");
    soon.deadline = Some(Timestamp(3_000));
    let heard = stand.work(soon).await;
    assert_eq!(heard.failure().kind, FailureKind::TimedOut);
    assert_eq!(stand.close().await, []);
}

#[tokio::test]
async fn a_flood_of_text_arrives_whole() {
    let mut stand = Stand::with(vec![member("flooding")]).await;
    let heard = stand.work(order(1, "flooding", "[[big:300000]]")).await;
    let text = heard.answer().text.as_str();
    assert!(text.len() >= 300_000);
    assert_eq!(heard.live(DeltaKind::Answer), text);
    assert_eq!(stand.close().await, []);
}

#[tokio::test]
async fn a_member_without_configuration_or_program_says_what_to_do() {
    let mut gone = member("gone");
    gone.server.transport = synod::mcp::Transport::Stdio {
        command: vec!["/no/such/program".to_owned()],
        env: BTreeMap::new(),
        cwd: "/".into(),
    };
    let mut stand = Stand::with(vec![gone]).await;
    let down = stand
        .health(|health| matches!(health, Health::Down { .. }))
        .await;
    assert!(format!("{down:?}").contains("/no/such/program"), "{down:?}");
    let heard = stand.work(order(1, "gone", "Why?")).await;
    assert_eq!(heard.failure().kind, FailureKind::NotInstalled);

    let mut stranger = member("terse").spec;
    stranger.name = MemberName::new("stranger").unwrap();
    let spec = Box::new(stranger);
    stand.order(Effect::Connect { spec }).await;
    let down = stand
        .health(|health| matches!(health, Health::Down { .. }))
        .await;
    assert!(format!("{down:?}").contains("synod.toml"), "{down:?}");
    let heard = stand.work(order(2, "stranger", "Why?")).await;
    assert_eq!(heard.failure().kind, FailureKind::NotInstalled);
    assert_eq!(stand.close().await, []);
}

#[tokio::test]
async fn a_shutdown_waits_for_nobody_who_does_not_read() {
    let stand = Stand::with(vec![member("streaming"), member("hanging")]).await;
    for call in 1..=6 {
        stand
            .start(order(call, "streaming", "[[big:100000]] Why?"))
            .await;
    }
    stand.start(order(7, "hanging", "Why?")).await;
    // Neither reports nor live text are read.
    stand.close().await;
}
