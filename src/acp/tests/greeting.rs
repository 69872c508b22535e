//! The handshake, and logging in.

use pretty_assertions::assert_eq;

use super::*;

#[tokio::test]
async fn a_login_is_made_by_the_key_that_the_agent_was_given() {
    let login = json!([{"id": "other"}, {"id": "by-key", "vars": [{"name": "KEY"}]}]);
    let (mut peer, agent) = met_with(json!({"authMethods": login})).await;
    let mut turn = agent.turn(order(None), limits());
    let played = async {
        let (id, _) = peer.hears("session/new").await;
        peer.fails(&id, LOGIN_NEEDED, "Authentication required")
            .await;
        let (id, params) = peer.hears("authenticate").await;
        assert_eq!(params, json!({"methodId": "by-key"}));
        peer.answers(&id, json!({})).await;
        let id = peer.begins("s1").await;
        peer.answers(&id, json!({})).await;
    };
    let ((_, end), ()) = tokio::join!(heard(&mut turn), played);
    assert!(end.is_ok(), "{end:?}");
}

#[tokio::test]
async fn an_agent_that_does_not_get_through_the_handshake_is_told_of() {
    let (env, options) = (BTreeMap::new(), plain());
    let (mut peer, reader, writer) = pair();
    let played = async {
        let (id, _) = peer.hears("initialize").await;
        peer.answers(&id, json!({"protocolVersion": 2})).await;
    };
    let (met, ()) = tokio::join!(Connection::over(reader, writer, &env, &options), played);
    let told = met.map(drop).unwrap_err().to_string();
    assert!(
        told.contains("version 2 of the Agent Client Protocol"),
        "{told}"
    );

    let (peer, reader, writer) = pair();
    drop(peer);
    let met = Connection::over(reader, writer, &env, &options).await;
    assert!(
        matches!(met, Err(ConnectError::Ended { .. })),
        "{:?}",
        met.map(drop)
    );
}
