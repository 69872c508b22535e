//! A connection against an agent that is played word by word.

mod dials;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, DuplexStream, Lines};
use tokio_util::sync::CancellationToken;

use super::{
    BOUND, Connection, HANDED, LOGIN_NEEDED, Order, PERMISSION, SESSION_LOST, Turn, UPDATE,
};
use crate::mcp::{
    AskReply, CallError, Connect as _, ConnectError, GuardCommand, Handover, Limits, ServerSpec,
    Signal, Step, ToHand, Transport,
};

/// The agent's side.
struct Peer {
    heard: Lines<BufReader<DuplexStream>>,
    say: DuplexStream,
}

impl Peer {
    /// The next message of the client, which must be of this method.
    async fn hears(&mut self, method: &str) -> (Value, Value) {
        let message = self.message().await;
        assert_eq!(message["method"], method, "{message}");
        (message["id"].clone(), message["params"].clone())
    }

    async fn message(&mut self) -> Value {
        let line = self.heard.next_line().await.unwrap().unwrap();
        serde_json::from_str(&line).unwrap()
    }

    async fn says(&mut self, line: &str) {
        self.say.write_all(line.as_bytes()).await.unwrap();
        self.say.write_all(b"\n").await.unwrap();
    }

    async fn answers(&mut self, id: &Value, result: Value) {
        self.says(&json!({"id": id, "result": result}).to_string())
            .await;
    }

    async fn fails(&mut self, id: &Value, code: i64, message: &str) {
        let error = json!({"code": code, "message": message});
        self.says(&json!({"id": id, "error": error}).to_string())
            .await;
    }

    async fn streams(&mut self, session: &str, text: &str) {
        let update = json!({"sessionUpdate": "agent_message_chunk", "content": {"type": "text", "text": text}});
        let params = json!({"sessionId": session, "update": update});
        self.says(&json!({"method": UPDATE, "params": params}).to_string())
            .await;
    }

    async fn asks(&mut self, id: &str, session: &str) {
        let params = json!({"sessionId": session, "toolCall": {}, "options": []});
        let ask = json!({"id": id, "method": PERMISSION, "params": params});
        self.says(&ask.to_string()).await;
    }

    /// A new session up to the prompt; gives the prompt's id.
    async fn begins(&mut self, session: &str) -> Value {
        let (id, _) = self.hears("session/new").await;
        self.answers(&id, json!({"sessionId": session})).await;
        self.hears("session/prompt").await.0
    }
}

/// A peer, and the streams of the client.
fn pair() -> (Peer, DuplexStream, DuplexStream) {
    let (client_out, heard) = tokio::io::duplex(1 << 20);
    let (say, client_in) = tokio::io::duplex(1 << 20);
    let peer = Peer {
        heard: BufReader::new(heard).lines(),
        say,
    };
    (peer, client_in, client_out)
}

/// An agent that can take up and close sessions.
async fn met() -> (Peer, Connection) {
    met_with(json!({
        "agentCapabilities": {"sessionCapabilities": {"resume": {}, "close": {}}},
    }))
    .await
}

async fn met_with(facts: Value) -> (Peer, Connection) {
    met_over(facts, None).await
}

async fn met_over(mut facts: Value, handover: Option<Handover>) -> (Peer, Connection) {
    let (mut peer, reader, writer) = pair();
    facts["protocolVersion"] = json!(1);
    let env = BTreeMap::from([("KEY".to_owned(), "k".to_owned())]);
    let meeting = Connection::over(reader, writer, &env, handover);
    let greeting = async {
        let (id, params) = peer.hears("initialize").await;
        assert_eq!(params["clientCapabilities"]["terminal"], json!(false));
        peer.answers(&id, facts).await;
    };
    let (connection, ()) = tokio::join!(meeting, greeting);
    (peer, connection.unwrap())
}

fn order(session: Option<&str>) -> Order {
    Order {
        session: session.map(str::to_owned),
        fork: None,
        cwd: PathBuf::from("/w"),
        writes: true,
        mode: None,
        model: None,
        wishes: Vec::new(),
        settings: Value::Null,
        servers: Vec::new(),
        prompt: "Hi".to_owned(),
    }
}

fn limits() -> Limits {
    Limits {
        idle: Duration::from_mins(1),
        total: Duration::from_mins(10),
    }
}

/// The texts that a turn streams to its end, and the end.
async fn heard(turn: &mut Turn) -> (Vec<String>, Result<Value, CallError>) {
    let mut texts = Vec::new();
    loop {
        match turn.next().await {
            Step::Signal(Signal::Custom { method, params }) if method == UPDATE => {
                texts.push(
                    params["update"]["content"]["text"]
                        .as_str()
                        .unwrap()
                        .to_owned(),
                );
            }
            Step::Signal(Signal::Custom { method, .. }) => texts.push(method),
            Step::Signal(other) => panic!("{other:?}"),
            Step::Done(outcome) => {
                return (texts, outcome.map(|reply| reply.structured.unwrap()));
            }
        }
    }
}

/// The next question of a turn.
async fn question(turn: &mut Turn) -> AskReply {
    loop {
        match turn.next().await {
            Step::Signal(Signal::Ask(ask)) => return ask.reply,
            Step::Signal(_) => {}
            Step::Done(outcome) => panic!("{outcome:?}"),
        }
    }
}

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
            let ask = json!({"id": n, "method": "terminal/create", "params": params});
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
    assert_eq!(texts[1], "terminal/create");
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

#[tokio::test]
async fn an_agent_that_does_not_get_through_the_handshake_is_told_of() {
    let env = BTreeMap::new();
    let (mut peer, reader, writer) = pair();
    let played = async {
        let (id, _) = peer.hears("initialize").await;
        peer.answers(&id, json!({"protocolVersion": 2})).await;
    };
    let (met, ()) = tokio::join!(Connection::over(reader, writer, &env, None), played);
    let told = met.map(drop).unwrap_err().to_string();
    assert!(
        told.contains("version 2 of the Agent Client Protocol"),
        "{told}"
    );

    let (peer, reader, writer) = pair();
    drop(peer);
    let met = Connection::over(reader, writer, &env, None).await;
    assert!(
        matches!(met, Err(ConnectError::Ended { .. })),
        "{:?}",
        met.map(drop)
    );
}
