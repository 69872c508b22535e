//! Sessions: begun, taken up, set, forked, closed.

use pretty_assertions::assert_eq;

use super::*;

#[tokio::test]
async fn a_session_whose_turn_failed_is_closed_and_taken_up_before_the_next_prompt() {
    let (mut peer, agent) = met().await;
    let mut turn = agent.turn(order(None), limits());
    let played = async {
        let id = peer.begins("s1").await;
        peer.fails(&id, 529, "overloaded").await;
    };
    let ((_, end), ()) = tokio::join!(heard(&mut turn), played);
    assert!(
        matches!(end, Err(CallError::Rpc { code: 529, .. })),
        "{end:?}"
    );
    let mut turn = agent.turn(order(Some("s1")), limits());
    let played = async {
        let (id, _) = peer.hears("session/close").await;
        peer.answers(&id, json!({})).await;
        let (id, params) = peer.hears("session/resume").await;
        assert_eq!(
            params,
            json!({"sessionId": "s1", "cwd": "/w", "mcpServers": []})
        );
        // It has not let go of it yet.
        peer.fails(&id, -32603, "already has a live local writer")
            .await;
        let (id, again) = peer.hears("session/resume").await;
        assert_eq!(again, params);
        peer.answers(&id, json!({})).await;
        let (id, _) = peer.hears("session/prompt").await;
        peer.answers(&id, json!({"stopReason": "end_turn"})).await;
    };
    let ((_, end), ()) = tokio::join!(heard(&mut turn), played);
    assert!(end.is_ok(), "{end:?}");
    // One that ended well goes on as it is.
    let mut turn = agent.turn(order(Some("s1")), limits());
    let played = async {
        let (id, _) = peer.hears("session/prompt").await;
        peer.answers(&id, json!({"stopReason": "end_turn"})).await;
    };
    let ((_, end), ()) = tokio::join!(heard(&mut turn), played);
    assert!(end.is_ok(), "{end:?}");
}

#[tokio::test]
async fn a_session_that_the_agent_does_not_know_is_lost_and_nothing_else_is() {
    let (mut peer, agent) = met().await;
    for (code, told) in [(-32603, SESSION_LOST), (LOGIN_NEEDED, LOGIN_NEEDED)] {
        let mut turn = agent.turn(order(Some("gone")), limits());
        let played = async {
            let (id, _) = peer.hears("session/resume").await;
            peer.fails(&id, code, "no").await;
        };
        let ((_, end), ()) = tokio::join!(heard(&mut turn), played);
        let Err(CallError::Rpc { code, .. }) = end else {
            panic!("{end:?}");
        };
        assert_eq!(code, told);
    }
}

#[tokio::test]
async fn an_agent_that_only_loads_may_tell_the_past_and_none_of_it_is_heard() {
    let (mut peer, agent) = met_with(json!({"agentCapabilities": {"loadSession": true}})).await;
    let mut turn = agent.turn(order(Some("s1")), limits());
    let played = async {
        let (id, _) = peer.hears("session/load").await;
        peer.streams("s1", "past").await;
        peer.answers(&id, json!({})).await;
        peer.streams("s1", "more past").await;
        let update = json!({"sessionUpdate": "available_commands_update"});
        let params = json!({"sessionId": "s1", "update": update});
        peer.says(&json!({"method": UPDATE, "params": params}).to_string())
            .await;
        let (id, _) = peer.hears("session/prompt").await;
        peer.streams("s1", "now").await;
        peer.answers(&id, json!({})).await;
    };
    let ((texts, _), ()) = tokio::join!(heard(&mut turn), played);
    // What it had of servers before is over, which is told once.
    assert_eq!(texts, [BOUND, "now", HANDED]);
}

#[tokio::test]
async fn a_session_is_set_to_the_mode_and_model_wanted_once() {
    let (mut peer, agent) = met().await;
    let wanted = |session| Order {
        mode: Some("plan".to_owned()),
        model: Some("big".to_owned()),
        ..order(session)
    };
    let mut turn = agent.turn(wanted(None), limits());
    let played = async {
        let (id, _) = peer.hears("session/new").await;
        let options =
            json!([{"id": "model", "currentValue": "small", "options": [{"value": "big"}]}]);
        let modes = json!({"currentModeId": "default", "availableModes": [{"id": "default"}, {"id": "plan"}]});
        peer.answers(
            &id,
            json!({"sessionId": "s1", "modes": modes, "configOptions": options}),
        )
        .await;
        let (id, params) = peer.hears("session/set_mode").await;
        assert_eq!(params, json!({"sessionId": "s1", "modeId": "plan"}));
        peer.answers(&id, json!({})).await;
        let (id, params) = peer.hears("session/set_config_option").await;
        assert_eq!(
            params,
            json!({"sessionId": "s1", "configId": "model", "value": "big"})
        );
        peer.answers(&id, json!({})).await;
        let (id, _) = peer.hears("session/prompt").await;
        peer.answers(&id, json!({})).await;
    };
    let ((_, end), ()) = tokio::join!(heard(&mut turn), played);
    assert!(end.is_ok(), "{end:?}");
    let mut turn = agent.turn(wanted(Some("s1")), limits());
    let played = async {
        let (id, _) = peer.hears("session/prompt").await;
        peer.answers(&id, json!({})).await;
    };
    let ((_, end), ()) = tokio::join!(heard(&mut turn), played);
    assert!(end.is_ok(), "{end:?}");
    let other = Order {
        mode: Some("yolo".to_owned()),
        ..order(Some("s1"))
    };
    let (_, end) = heard(&mut agent.turn(other, limits())).await;
    let told = end.unwrap_err().to_string();
    let known = "no mode `yolo`; it has default, plan";
    assert!(told.contains(known), "{told}");
    // What could not be set is as it was; where nothing is said of a mode, it is the first again, also
    // after the agent has left it by itself.
    for _ in 0..2 {
        let mut turn = agent.turn(order(Some("s1")), limits());
        let played = async {
            let (id, params) = peer.hears("session/set_mode").await;
            assert_eq!(params, json!({"sessionId": "s1", "modeId": "default"}));
            peer.answers(&id, json!({})).await;
            let (id, _) = peer.hears("session/prompt").await;
            let update = json!({"sessionUpdate": "current_mode_update", "currentModeId": "plan"});
            let params = json!({"sessionId": "s1", "update": update});
            peer.says(&json!({"method": UPDATE, "params": params}).to_string())
                .await;
            peer.answers(&id, json!({})).await;
        };
        let to_its_end = async { while !matches!(turn.next().await, Step::Done(_)) {} };
        tokio::join!(to_its_end, played);
    }
}

#[tokio::test]
async fn a_session_that_is_to_have_other_settings_is_taken_up_with_them() {
    let (mut peer, agent) = met().await;
    let with = |session, settings| Order {
        settings,
        ..order(session)
    };
    let mut turn = agent.turn(with(None, json!({"x": 1})), limits());
    let played = async {
        let (id, params) = peer.hears("session/new").await;
        assert_eq!(params["_meta"], json!({"x": 1}));
        peer.answers(&id, json!({"sessionId": "s1"})).await;
        let (id, _) = peer.hears("session/prompt").await;
        peer.answers(&id, json!({})).await;
    };
    let ((_, end), ()) = tokio::join!(heard(&mut turn), played);
    assert!(end.is_ok(), "{end:?}");
    let mut turn = agent.turn(with(Some("s1"), Value::Null), limits());
    let played = async {
        let (id, _) = peer.hears("session/close").await;
        peer.answers(&id, json!({})).await;
        let (id, params) = peer.hears("session/resume").await;
        assert_eq!(params.get("_meta"), None);
        peer.answers(&id, json!({})).await;
        let (id, _) = peer.hears("session/prompt").await;
        peer.answers(&id, json!({})).await;
    };
    let ((_, end), ()) = tokio::join!(heard(&mut turn), played);
    assert!(end.is_ok(), "{end:?}");
}

/// A turn in which nothing is said; `requests` come before its prompt, and are answered so.
async fn quiet(peer: &mut Peer, agent: &Connection, order: Order, requests: &[(&str, Value)]) {
    let mut turn = agent.turn(order, limits());
    let played = async {
        for (method, answer) in requests {
            let (id, _) = peer.hears(method).await;
            peer.answers(&id, answer.clone()).await;
        }
        let (id, _) = peer.hears("session/prompt").await;
        peer.answers(&id, json!({})).await;
    };
    let ((_, end), ()) = tokio::join!(heard(&mut turn), played);
    assert!(end.is_ok(), "{end:?}");
}

#[tokio::test]
async fn a_session_is_forked_where_the_agent_can_and_else_told_anew() {
    let forks = json!({"agentCapabilities": {"sessionCapabilities": {"fork": {}}}});
    let of = |origin: &str| Order {
        fork: Some(origin.to_owned()),
        ..order(None)
    };
    let (mut peer, agent) = met_with(forks).await;
    let mut turn = agent.turn(of("s1"), limits());
    let played = async {
        let (id, params) = peer.hears("session/fork").await;
        assert_eq!(
            params,
            json!({"sessionId": "s1", "cwd": "/w", "mcpServers": []})
        );
        // One tells the past again.
        peer.streams("s2", "past").await;
        peer.answers(&id, json!({"sessionId": "s2"})).await;
        let (id, params) = peer.hears("session/prompt").await;
        assert_eq!(params["sessionId"], "s2");
        peer.streams("s2", "now").await;
        peer.answers(&id, json!({})).await;
    };
    let ((texts, _), ()) = tokio::join!(heard(&mut turn), played);
    assert_eq!(texts, [BOUND, "now"]);
    let mut turn = agent.turn(of("gone"), limits());
    let played = async {
        let (id, _) = peer.hears("session/fork").await;
        peer.fails(&id, -32603, "no such session").await;
    };
    let ((_, end), ()) = tokio::join!(heard(&mut turn), played);
    let is_lost = |end: Result<Value, CallError>| matches!(end, Err(CallError::Rpc { code, .. }) if code == SESSION_LOST);
    assert!(is_lost(end));

    let (_peer, agent) = met().await;
    let (_, end) = heard(&mut agent.turn(of("s1"), limits())).await;
    assert!(is_lost(end));
}

#[tokio::test]
async fn a_session_that_is_put_away_is_closed_and_taken_up_when_it_goes_on() {
    let (mut peer, agent) = met().await;
    let new = ("session/new", json!({"sessionId": "s1"}));
    quiet(&mut peer, &agent, order(None), &[new]).await;
    let closing = async {
        let (id, params) = peer.hears("session/close").await;
        assert_eq!(params, json!({"sessionId": "s1"}));
        peer.answers(&id, json!({})).await;
    };
    tokio::join!(agent.put_away("s1", false), closing);
    // Once is enough.
    agent.put_away("s1", false).await;
    let again = ("session/resume", json!({}));
    quiet(&mut peer, &agent, order(Some("s1")), &[again]).await;
    let closing = async {
        let (id, _) = peer.hears("session/close").await;
        peer.answers(&id, json!({})).await;
    };
    tokio::join!(agent.put_away("s1", true), closing);
    agent.put_away("s1", true).await;

    // One that could not be taken up again stays open until nobody wants it any more.
    let closes = json!({"agentCapabilities": {"sessionCapabilities": {"close": {}}}});
    let (mut peer, agent) = met_with(closes).await;
    let new = ("session/new", json!({"sessionId": "s1"}));
    quiet(&mut peer, &agent, order(None), &[new]).await;
    agent.put_away("s1", false).await;
    let closing = async {
        let (id, _) = peer.hears("session/close").await;
        peer.answers(&id, json!({})).await;
    };
    tokio::join!(agent.put_away("s1", true), closing);
}

#[tokio::test]
async fn of_many_idle_sessions_the_one_not_used_for_longest_is_closed() {
    let (mut peer, agent) = met().await;
    for number in 1..=4 {
        let new = ("session/new", json!({"sessionId": format!("s{number}")}));
        quiet(&mut peer, &agent, order(None), &[new]).await;
    }
    quiet(&mut peer, &agent, order(Some("s1")), &[]).await;
    let new = ("session/new", json!({"sessionId": "s5"}));
    quiet(&mut peer, &agent, order(None), &[new]).await;
    let (id, params) = peer.hears("session/close").await;
    assert_eq!(params, json!({"sessionId": "s2"}));
    peer.answers(&id, json!({})).await;
    let again = ("session/resume", json!({}));
    quiet(&mut peer, &agent, order(Some("s2")), &[again]).await;
    let (_, params) = peer.hears("session/close").await;
    assert_eq!(params, json!({"sessionId": "s3"}));
}

#[tokio::test]
async fn only_the_sessions_of_its_folder_are_listed() {
    let (mut peer, agent) =
        met_with(json!({"agentCapabilities": {"sessionCapabilities": {"list": {}}}})).await;
    let played = async {
        let (id, params) = peer.hears("session/list").await;
        assert_eq!(params, json!({"cwd": "/w"}));
        let all = json!([
            {"sessionId": "here", "cwd": "/w"},
            {"sessionId": "there", "cwd": "/x"},
            {"sessionId": "anywhere"},
            {"title": "nameless"},
        ]);
        peer.answers(&id, json!({"sessions": all})).await;
    };
    let (listed, ()) = tokio::join!(agent.sessions(Duration::from_secs(9)), played);
    let listed = listed.unwrap().unwrap();
    let handles: Vec<&str> = listed.iter().map(|one| one.handle.as_str()).collect();
    assert_eq!(handles, ["here", "anywhere"]);
}

#[tokio::test]
async fn a_session_that_cannot_be_closed_keeps_no_other_from_it() {
    let (mut peer, agent) = met().await;
    for number in 1..=6 {
        let new = ("session/new", json!({"sessionId": format!("s{number}")}));
        quiet(&mut peer, &agent, order(None), &[new]).await;
        if number > 4 {
            let (id, params) = peer.hears("session/close").await;
            assert_eq!(params, json!({"sessionId": format!("s{}", number - 4)}));
            peer.fails(&id, -32603, "no such session").await;
        }
    }
}

#[tokio::test]
async fn what_an_agent_sets_outside_of_a_turn_is_set_back_before_the_next() {
    let (mut peer, agent) = met().await;
    let modes = json!({"currentModeId": "ask", "availableModes": [{"id": "ask"}, {"id": "code"}]});
    let new = ("session/new", json!({"sessionId": "s1", "modes": modes}));
    quiet(&mut peer, &agent, order(None), &[new]).await;
    let update = json!({"sessionUpdate": "current_mode_update", "currentModeId": "code"});
    let params = json!({"sessionId": "s1", "update": update});
    peer.says(&json!({"method": UPDATE, "params": params}).to_string())
        .await;
    // The answer to what stands behind it on the wire tells that it was read.
    peer.asks("leave", "s1").await;
    peer.message().await;
    let back = ("session/set_mode", json!({}));
    quiet(&mut peer, &agent, order(Some("s1")), &[back]).await;
}
