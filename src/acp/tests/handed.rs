//! The servers that a session is handed.

use pretty_assertions::assert_eq;

use super::*;

/// A way at whose end nobody ever comes, and a server to be handed over.
fn handover() -> (Handover, ToHand) {
    let own = GuardCommand {
        program: PathBuf::from("/bin/synod"),
        args: Vec::new(),
    };
    let handover = Handover::new(
        &PathBuf::from("/w/room.mcp"),
        &own,
        &CancellationToken::new(),
    );
    let server = ServerSpec {
        name: "files".to_owned(),
        transport: Transport::Http {
            url: "http://127.0.0.1:1/mcp?key=s3cret".to_owned(),
            bearer: None,
        },
        limits: Limits::default(),
    };
    let files = ToHand {
        name: "files".to_owned(),
        server: Ok(server),
    };
    (handover, files)
}

/// A turn in a session that is begun or taken up by `method` after `before`; gives what the agent was told of
/// servers, and what was told of them.
async fn handed_in(
    peer: &mut Peer,
    mut turn: Turn,
    methods: &[&str],
) -> (Option<Value>, Vec<Value>) {
    let played = async {
        let mut servers = None;
        for method in methods {
            let (id, params) = peer.hears(method).await;
            servers = params.get("mcpServers").cloned().or(servers);
            peer.answers(&id, json!({"sessionId": "s1"})).await;
        }
        let (id, _) = peer.hears("session/prompt").await;
        peer.answers(&id, json!({"stopReason": "end_turn"})).await;
        servers
    };
    let to_its_end = async {
        let mut told = Vec::new();
        loop {
            match turn.next().await {
                Step::Signal(Signal::Custom { method, params }) if method == HANDED => {
                    told.push(params);
                }
                Step::Signal(_) => {}
                Step::Done(end) => {
                    assert!(end.is_ok(), "{end:?}");
                    return told;
                }
            }
        }
    };
    let (told, servers) = tokio::join!(to_its_end, played);
    (servers, told)
}

#[tokio::test(start_paused = true)]
async fn a_session_is_handed_its_servers_and_tells_once_of_those_that_nobody_came_for() {
    let (over, files) = handover();
    let facts = json!({"agentCapabilities": {"sessionCapabilities": {"resume": {}, "close": {}}}});
    let (mut peer, agent) = met_over(facts, Some(over)).await;
    let with = |session, servers: &[ToHand]| {
        let servers = servers.to_vec();
        let order = Order {
            servers,
            ..order(session)
        };
        agent.turn(order, limits())
    };
    let both = std::slice::from_ref(&files);
    let (servers, told) = handed_in(&mut peer, with(None, both), &["session/new"]).await;
    let servers = servers.unwrap();
    assert_eq!(servers[0]["name"], "files");
    assert_eq!(
        servers[0]["args"],
        json!(["mcp", "relay", "files", "--room", "/w/room.mcp"])
    );
    assert!(!servers.to_string().contains("s3cret"), "{servers}");
    let why = "the agent has not come for it";
    let awaited = json!({"servers": [{"name": "files", "trouble": why}]});
    assert_eq!(told, [awaited]);

    // The same again: nothing is taken up, and nothing told.
    let (_, told) = handed_in(&mut peer, with(Some("s1"), both), &[]).await;
    assert_eq!(told, [] as [Value; 0]);

    // Others: it is taken up anew with them.
    let anew = ["session/close", "session/resume"];
    let (servers, told) = handed_in(&mut peer, with(Some("s1"), &[]), &anew).await;
    assert_eq!(servers, Some(json!([])));
    assert_eq!(told, [json!({"servers": []})]);
    let (servers, _) = handed_in(&mut peer, with(Some("s1"), both), &anew).await;
    assert_eq!(servers.unwrap()[0]["name"], "files");
}

#[tokio::test]
async fn a_session_that_cannot_be_given_other_servers_is_begun_anew() {
    let (over, files) = handover();
    let facts = json!({"agentCapabilities": {"loadSession": true}});
    let (mut peer, agent) = met_over(facts, Some(over)).await;
    let turn = agent.turn(order(None), limits());
    let (servers, told) = handed_in(&mut peer, turn, &["session/new"]).await;
    assert_eq!((servers, told.len()), (Some(json!([])), 0));
    let other = Order {
        servers: vec![files],
        ..order(Some("s1"))
    };
    let (_, end) = heard(&mut agent.turn(other, limits())).await;
    assert!(
        matches!(
            end,
            Err(CallError::Rpc {
                code: SESSION_LOST,
                ..
            })
        ),
        "{end:?}"
    );
}
