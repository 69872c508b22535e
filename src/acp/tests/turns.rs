//! Turns: what comes in them, how they end, and how they are given up.

use pretty_assertions::assert_eq;

use super::*;

#[tokio::test]
async fn a_turn_is_told_its_session_then_all_text_in_order_and_then_its_end() {
    let (mut peer, agent) = met().await;
    let mut turn = agent.turn(order(None), limits());
    let played = async {
        let id = peer.begins("s1").await;
        for text in ["a", "b", "c"] {
            peer.streams("s1", text).await;
        }
        peer.streams("s2", "of nobody").await;
        peer.answers(&json!(99), json!({"stopReason": "an old answer"}))
            .await;
        peer.answers(&id, json!({"stopReason": "end_turn"})).await;
    };
    let ((texts, end), ()) = tokio::join!(heard(&mut turn), played);
    assert_eq!(texts, [BOUND, "a", "b", "c"]);
    assert_eq!(end.unwrap(), json!({"stopReason": "end_turn"}));
    assert_eq!(agent.strays().stale, 1);
}

#[tokio::test]
async fn what_is_no_message_costs_nothing_and_what_is_not_offered_is_refused() {
    let (mut peer, agent) = met().await;
    let mut turn = agent.turn(order(None), limits());
    let played = async {
        let id = peer.begins("s1").await;
        for line in ["", "Ripgrep is not available", "{\"broken\":", "[1]"] {
            peer.says(line).await;
        }
        for n in 0..50 {
            let params = json!({"sessionId": "s1", "command": "sh"});
            // Nor is a request one of the room's own signals because it is called so.
            let method = if n == 0 { BOUND } else { "terminal/create" };
            let ask = json!({"id": n, "method": method, "params": params});
            peer.says(&ask.to_string()).await;
            let told = peer.message().await;
            assert_eq!(
                (&told["id"], &told["error"]["code"]),
                (&json!(n), &json!(-32601))
            );
        }
        peer.answers(&id, json!({})).await;
    };
    let ((texts, end), ()) = tokio::join!(heard(&mut turn), played);
    assert_eq!(texts.len(), 51);
    assert_eq!(texts[0], BOUND);
    assert!(texts[1..].iter().all(|one| one == REFUSED), "{texts:?}");
    assert_eq!(end.unwrap(), json!({}));
    assert_eq!(agent.strays().noise, 3);
}

#[tokio::test]
async fn a_turn_that_is_given_up_is_cancelled_its_questions_answered_and_its_session_closed() {
    let (mut peer, agent) = met().await;
    let mut turn = agent.turn(order(None), limits());
    let (asked, id) = tokio::join!(question(&mut turn), async {
        let id = peer.begins("s1").await;
        peer.asks("q1", "s1").await;
        id
    });
    drop((turn, asked));
    let cancelled = json!({"outcome": {"outcome": "cancelled"}});
    assert_eq!(
        peer.hears("session/cancel").await.1,
        json!({"sessionId": "s1"})
    );
    let told = peer.message().await;
    assert_eq!((&told["id"], &told["result"]), (&json!("q1"), &cancelled));
    peer.asks("q2", "s1").await;
    assert_eq!(peer.message().await["result"], cancelled);
    peer.answers(&id, json!({"stopReason": "cancelled"})).await;
    assert_eq!(
        peer.hears("session/close").await.1,
        json!({"sessionId": "s1"})
    );
    assert!(!agent.is_closed());
}

#[tokio::test(start_paused = true)]
async fn an_agent_that_goes_on_after_a_cancel_is_ended() {
    let (mut peer, agent) = met().await;
    let turn = agent.turn(order(None), limits());
    let _id = peer.begins("s1").await;
    drop(turn);
    agent.closed().await;
    assert!(agent.is_closed());
}

#[tokio::test(start_paused = true)]
async fn silence_ends_a_turn_but_not_while_somebody_is_asked() {
    let (mut peer, agent) = met().await;
    let mut turn = agent.turn(order(None), limits());
    let (reply, id) = tokio::join!(question(&mut turn), async {
        let id = peer.begins("s1").await;
        peer.asks("q", "s1").await;
        id
    });
    tokio::select! {
        step = turn.next() => panic!("{step:?}"),
        () = tokio::time::sleep(Duration::from_mins(5)) => {}
    }
    reply.send(json!({"outcome": {"outcome": "selected", "optionId": "once"}}));
    let (step, told) = tokio::join!(turn.next(), peer.message());
    assert_eq!(told["result"]["outcome"]["optionId"], "once");
    let Step::Done(Err(CallError::Idle { limit, .. })) = step else {
        panic!("{step:?}");
    };
    assert_eq!(limit, Duration::from_mins(1));
    peer.hears("session/cancel").await;
    peer.answers(&id, json!({"stopReason": "cancelled"})).await;
}

#[tokio::test]
async fn leave_that_is_asked_for_in_no_turn_is_not_given() {
    let (mut peer, _agent) = met().await;
    peer.asks("q", "nowhere").await;
    let told = peer.message().await;
    assert_eq!(told["result"], json!({"outcome": {"outcome": "cancelled"}}));
}

#[tokio::test]
async fn an_agent_that_dies_in_a_turn_ends_it() {
    let (mut peer, agent) = met().await;
    let mut turn = agent.turn(order(None), limits());
    let played = async {
        peer.begins("s1").await;
        drop(peer);
    };
    let ((_, end), ()) = tokio::join!(heard(&mut turn), played);
    assert!(matches!(end, Err(CallError::Closed { .. })), "{end:?}");
    let (_, end) = heard(&mut agent.turn(order(None), limits())).await;
    let unsent = matches!(
        end,
        Err(CallError::Unsent { .. } | CallError::Closed { .. })
    );
    assert!(unsent, "{end:?}");
}
