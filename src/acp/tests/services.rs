//! What is done for an agent where it is offered: only in its folder, only with leave, and told.

use pretty_assertions::assert_eq;

use super::*;
use crate::acp::{READ_FILE, RUN, SERVED, WRITE_FILE};
use crate::mcp::{Ask, AskAnswer, Services};

/// An agent for which everything is done, and its folder.
async fn served() -> (Peer, Connection, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let mut options = plain();
    let all = Services {
        reads: true,
        writes: true,
        terminals: true,
    };
    options.offers.services.insert("agent".to_owned(), all);
    let (peer, connection, offered) = met_by(json!({}), &options).await;
    let expected = json!({"fs": {"readTextFile": true, "writeTextFile": true}, "terminal": true});
    assert_eq!(offered, expected);
    (peer, connection, folder)
}

fn order_in(folder: &Path) -> Order {
    Order {
        cwd: folder.to_owned(),
        ..order(None)
    }
}

/// Plays the agent: asks for `method`, and gives what it is told.
async fn wants(peer: &mut Peer, method: &str, mut params: Value) -> Value {
    params["sessionId"] = json!("s1");
    peer.says(&json!({"id": "w", "method": method, "params": params}).to_string())
        .await;
    let told = peer.message().await;
    assert_eq!(told["id"], "w", "{told}");
    told
}

/// What a turn was told beside its updates, with every question answered.
async fn attended(turn: &mut Turn, answer: AskAnswer) -> (Vec<(String, Value)>, Vec<Value>) {
    let (mut asked, mut told) = (Vec::new(), Vec::new());
    loop {
        match turn.next().await {
            Step::Signal(Signal::Ask(Ask {
                method,
                params,
                reply,
            })) => {
                asked.push((method, params));
                reply.answer(answer.clone());
            }
            Step::Signal(Signal::Custom { method, params })
                if method == SERVED || method == REFUSED =>
            {
                told.push(params);
            }
            Step::Signal(_) => {}
            Step::Done(end) => {
                end.unwrap();
                return (asked, told);
            }
        }
    }
}

fn yes() -> AskAnswer {
    AskAnswer::Result(json!({}))
}

#[tokio::test]
async fn files_are_read_and_written_with_leave_and_all_of_it_is_told() {
    let (mut peer, agent, folder) = served().await;
    std::fs::write(folder.path().join("a"), "1\n2\n3\n").unwrap();
    let mut turn = agent.turn(order_in(folder.path()), limits());
    let played = async {
        let id = peer.begins("s1").await;
        let path = folder.path().join("a");
        let read = json!({"path": path, "line": 2, "limit": 1});
        let told = wants(&mut peer, READ_FILE, read).await;
        assert_eq!(told["result"], json!({"content": "2\n"}));
        let write = json!({"path": path, "content": "new\n"});
        let told = wants(&mut peer, WRITE_FILE, write).await;
        assert_eq!(told["result"], json!({}));
        peer.answers(&id, json!({})).await;
    };
    let ((asked, told), ()) = tokio::join!(attended(&mut turn, yes()), played);
    let written = std::fs::read_to_string(folder.path().join("a")).unwrap();
    assert_eq!(written, "new\n");
    let methods: Vec<&str> = asked.iter().map(|(method, _)| method.as_str()).collect();
    assert_eq!(methods, [READ_FILE, WRITE_FILE]);
    assert_eq!(asked[1].1["old"], "1\n2\n3\n");
    let did: Vec<&Value> = told.iter().map(|one| &one["did"]).collect();
    assert_eq!(did, [&json!("read"), &json!("write")]);
}

#[tokio::test]
async fn without_leave_nothing_happens() {
    let (mut peer, agent, folder) = served().await;
    let mut turn = agent.turn(order_in(folder.path()), limits());
    let no = AskAnswer::Error {
        code: -1,
        message: "not today".to_owned(),
    };
    let played = async {
        let id = peer.begins("s1").await;
        let write = json!({"path": "a", "content": "x"});
        let told = wants(&mut peer, WRITE_FILE, write).await;
        assert_eq!(told["error"]["message"], "not today");
        let run = json!({"command": "touch", "args": ["b"]});
        let told = wants(&mut peer, RUN, run).await;
        assert_eq!(told["error"]["message"], "not today");
        peer.answers(&id, json!({})).await;
    };
    let ((asked, told), ()) = tokio::join!(attended(&mut turn, no), played);
    assert_eq!((asked.len(), told.len()), (2, 0));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn what_lies_outside_is_refused_before_anybody_is_asked() {
    let (mut peer, agent, folder) = served().await;
    let mut turn = agent.turn(order_in(folder.path()), limits());
    let played = async {
        let id = peer.begins("s1").await;
        for (method, params) in [
            (READ_FILE, json!({"path": "/etc/passwd"})),
            (WRITE_FILE, json!({"path": "../x", "content": ""})),
            (RUN, json!({"command": "ls", "cwd": "/"})),
            (READ_FILE, json!({"path": 3})),
        ] {
            let told = wants(&mut peer, method, params).await;
            assert_eq!(told["error"]["code"], -32602, "{told}");
        }
        peer.answers(&id, json!({})).await;
    };
    let ((asked, told), ()) = tokio::join!(attended(&mut turn, yes()), played);
    assert_eq!(asked, []);
    assert_eq!(told.len(), 3);
    let why = told[0]["why"].as_str().unwrap();
    assert!(why.contains("outside of the session's folder"), "{why}");
}

#[tokio::test]
async fn an_edit_that_the_agent_had_leave_for_is_not_asked_for_again() {
    let (mut peer, agent, folder) = served().await;
    let mut turn = agent.turn(order_in(folder.path()), limits());
    let played = async {
        let id = peer.begins("s1").await;
        let path = folder.path().join("a");
        let content = json!([{"type": "diff", "path": path, "oldText": null, "newText": "x"}]);
        let asked = json!({"sessionId": "s1", "toolCall": {"kind": "edit", "content": content},
            "options": [{"optionId": "y", "kind": "allow_once"}]});
        let asked = json!({"id": "p", "method": PERMISSION, "params": asked});
        peer.says(&asked.to_string()).await;
        assert_eq!(peer.message().await["id"], "p");
        let write = json!({"path": path, "content": "x"});
        for _ in 0..2 {
            wants(&mut peer, WRITE_FILE, write.clone()).await;
        }
        peer.answers(&id, json!({})).await;
    };
    let chose = json!({"outcome": {"outcome": "selected", "optionId": "y"}});
    let attending = attended(&mut turn, AskAnswer::Result(chose));
    let ((asked, _), ()) = tokio::join!(attending, played);
    let methods: Vec<&str> = asked.iter().map(|(method, _)| method.as_str()).collect();
    assert_eq!(methods, [PERMISSION, WRITE_FILE]);
}

#[tokio::test]
async fn a_command_that_cannot_be_started_is_told_like_one_that_failed() {
    let (mut peer, agent, folder) = served().await;
    let mut turn = agent.turn(order_in(folder.path()), limits());
    let played = async {
        let id = peer.begins("s1").await;
        let env = json!([{"name": "A", "value": "1"}]);
        let run = json!({"command": "ls", "args": ["-l"], "env": env});
        let told = wants(&mut peer, RUN, run).await;
        let terminal = json!({"terminalId": told["result"]["terminalId"]});
        let told = wants(&mut peer, "terminal/wait_for_exit", terminal.clone()).await;
        assert_eq!(told["result"]["exitCode"], 127);
        let told = wants(&mut peer, "terminal/release", terminal.clone()).await;
        assert_eq!(told["result"], json!({}));
        let told = wants(&mut peer, "terminal/output", terminal).await;
        assert_eq!(told["error"]["code"], SESSION_LOST);
        peer.answers(&id, json!({})).await;
    };
    let ((asked, _), ()) = tokio::join!(attended(&mut turn, yes()), played);
    assert_eq!(asked[0].1["command"], json!(["env", "A=1", "ls", "-l"]));
}

#[tokio::test]
async fn a_turn_that_is_given_up_leaves_no_request_open() {
    let (mut peer, agent, folder) = served().await;
    let mut turn = agent.turn(order_in(folder.path()), limits());
    let write = json!({"sessionId": "s1", "path": "a", "content": "x"});
    let write = json!({"id": "w", "method": WRITE_FILE, "params": write}).to_string();
    let (asked, id) = tokio::join!(question(&mut turn), async {
        let id = peer.begins("s1").await;
        peer.says(&write).await;
        id
    });
    drop((turn, asked));
    peer.hears("session/cancel").await;
    assert_eq!(peer.message().await["id"], "w");
    peer.says(&write).await;
    let told = peer.message().await;
    assert_eq!(told["error"]["message"], "the turn was given up");
    peer.answers(&id, json!({"stopReason": "cancelled"})).await;
    assert!(!folder.path().join("a").exists());
}

#[tokio::test]
async fn a_yes_that_comes_with_the_cancel_starts_nothing() {
    let (mut peer, agent, folder) = served().await;
    let mut turn = agent.turn(order_in(folder.path()), limits());
    let (asked, id) = tokio::join!(question(&mut turn), async {
        let id = peer.begins("s1").await;
        let write = json!({"sessionId": "s1", "path": "a", "content": "x"});
        let write = json!({"id": "w", "method": WRITE_FILE, "params": write});
        peer.says(&write.to_string()).await;
        id
    });
    // Nothing runs between the two.
    asked.send(json!({}));
    drop(turn);
    peer.hears("session/cancel").await;
    let told = peer.message().await;
    assert_eq!(told["error"]["message"], "the turn is over", "{told}");
    peer.answers(&id, json!({"stopReason": "cancelled"})).await;
    assert!(!folder.path().join("a").exists());
}

#[tokio::test]
async fn what_is_open_when_the_agent_ends_the_turn_is_answered_before_the_turn_ends() {
    let (mut peer, agent, folder) = served().await;
    let mut turn = agent.turn(order_in(folder.path()), limits());
    let (reply, ()) = tokio::join!(question(&mut turn), async {
        let id = peer.begins("s1").await;
        let write = json!({"sessionId": "s1", "path": "a", "content": "x"});
        let write = json!({"id": "w", "method": WRITE_FILE, "params": write});
        peer.says(&write.to_string()).await;
        peer.answers(&id, json!({})).await;
    });
    let (step, told) = tokio::join!(turn.next(), peer.message());
    assert_eq!(told["id"], "w");
    assert_eq!(told["error"]["message"], "the turn is over", "{told}");
    assert!(matches!(step, Step::Done(Ok(_))), "{step:?}");
    drop(reply);
    assert!(!folder.path().join("a").exists());
}

#[tokio::test]
async fn a_turn_that_may_only_read_writes_nothing_whatever_it_had_leave_for() {
    let (mut peer, agent, folder) = served().await;
    let reads = Order {
        writes: false,
        ..order_in(folder.path())
    };
    let mut turn = agent.turn(reads, limits());
    let played = async {
        let id = peer.begins("s1").await;
        let content = json!([{"type": "diff", "path": "a", "newText": "x"}]);
        let asked = json!({"sessionId": "s1", "toolCall": {"kind": "edit", "content": content},
            "options": [{"optionId": "y", "kind": "allow_once"}]});
        let asked = json!({"id": "p", "method": PERMISSION, "params": asked});
        peer.says(&asked.to_string()).await;
        assert_eq!(peer.message().await["id"], "p");
        for (method, params) in [
            (WRITE_FILE, json!({"path": "a", "content": "x"})),
            (RUN, json!({"command": "ls"})),
        ] {
            let told = wants(&mut peer, method, params).await;
            assert!(
                told["error"].to_string().contains("this turn only reads"),
                "{told}"
            );
        }
        peer.answers(&id, json!({})).await;
    };
    let chose = json!({"outcome": {"outcome": "selected", "optionId": "y"}});
    let attending = attended(&mut turn, AskAnswer::Result(chose));
    let ((asked, told), ()) = tokio::join!(attending, played);
    assert_eq!((asked.len(), told.len()), (1, 2));
    assert!(!folder.path().join("a").exists());
}
