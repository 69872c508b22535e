//! What a session can be set to, played word by word.

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{Peer, heard, limits, met, order};
use crate::acp::{BOUND, Connection, DIALS, Order, UPDATE};
use crate::core::DialWish;
use crate::mcp::{CallError, Signal, Step};

/// What an agent tells with a session of it.
fn facts() -> Value {
    json!({
        "sessionId": "s1",
        "modes": {"currentModeId": "ask", "availableModes": [{"id": "ask"}, {"id": "yolo"}, {"id": "plan"}]},
        "configOptions": [model("small"), effort(&["low", "high"])],
    })
}

fn model(now: &str) -> Value {
    let options = json!([{"value": "small"}, {"value": "big"}]);
    json!({"id": "llm", "category": "model", "type": "select", "currentValue": now, "options": options})
}

fn effort(values: &[&str]) -> Value {
    let options: Vec<Value> = values.iter().map(|it| json!({"value": it})).collect();
    json!({"id": "effort", "category": "thought_level", "type": "select", "currentValue": "low", "options": options})
}

fn wish(dial: &str, value: &str) -> DialWish {
    DialWish {
        dial: dial.to_owned(),
        value: value.to_owned(),
    }
}

/// A turn that reads in `plan` and writes in `ask`, unless something else is wished.
fn wishing(session: Option<&str>, writes: bool, wishes: &[(&str, &str)]) -> Order {
    let mode = if writes { "ask" } else { "plan" };
    Order {
        writes,
        mode: Some(mode.to_owned()),
        wishes: wishes
            .iter()
            .map(|(dial, value)| wish(dial, value))
            .collect(),
        ..order(session)
    }
}

/// What a turn tells of what its session can be set to: the dials with their values, as often as it tells them,
/// and what cannot be had.
#[derive(Debug, Default, PartialEq)]
struct Told {
    dials: Vec<String>,
    unfulfilled: Value,
}

/// Makes a turn up to its end.
async fn made(agent: &Connection, order: Order) -> (Told, Result<(), CallError>) {
    let mut turn = agent.turn(order, limits());
    let mut told = Told::default();
    loop {
        match turn.next().await {
            Step::Signal(Signal::Custom { method, params }) => {
                if method == BOUND {
                    told.unfulfilled = params["unfulfilled"].clone();
                }
                if method == BOUND || method == DIALS {
                    let dials = params["dials"].as_array().unwrap().iter();
                    let words = dials.map(|it| {
                        let word = |key: &str| it[key].as_str().unwrap().to_owned();
                        format!("{}={}", word("id"), word("current"))
                    });
                    told.dials.push(words.collect::<Vec<_>>().join(" "));
                } else {
                    assert_eq!(method, UPDATE);
                }
            }
            Step::Signal(other) => panic!("{other:?}"),
            Step::Done(outcome) => return (told, outcome.map(drop)),
        }
    }
}

impl Peer {
    async fn is_set(&mut self, method: &str, to: Value, answer: Value) {
        let (id, params) = self.hears(method).await;
        let mut wanted = to;
        wanted["sessionId"] = json!("s1");
        assert_eq!(params, wanted);
        self.answers(&id, answer).await;
    }

    async fn ends(&mut self) {
        let (id, _) = self.hears("session/prompt").await;
        self.answers(&id, json!({})).await;
    }
}

#[tokio::test]
async fn what_is_wished_is_set_before_the_prompt_and_once() {
    let (mut peer, agent) = met().await;
    let wishes = [("model", "big"), ("mode", "yolo"), ("effort", "high")];
    let played = async {
        let (id, _) = peer.hears("session/new").await;
        peer.answers(&id, facts()).await;
        peer.is_set("session/set_mode", json!({"modeId": "yolo"}), json!({}))
            .await;
        let option = "session/set_config_option";
        let big = json!({"configId": "llm", "value": "big"});
        let options = json!([model("big"), effort(&["low", "high", "huge"])]);
        peer.is_set(option, big, json!({"configOptions": options}))
            .await;
        let high = json!({"configId": "effort", "value": "high"});
        peer.is_set(option, high, json!({})).await;
        peer.ends().await;
    };
    let ((told, end), ()) = tokio::join!(made(&agent, wishing(None, true, &wishes)), played);
    assert!(end.is_ok(), "{end:?}");
    assert_eq!(told.dials, ["mode=yolo model=big effort=high"]);
    assert_eq!(told.unfulfilled, json!([]));

    let again = wishing(Some("s1"), true, &wishes);
    let ((_, end), ()) = tokio::join!(made(&agent, again), peer.ends());
    assert!(end.is_ok(), "{end:?}");

    // One that reads keeps to what holds it to that, whatever is wished of the mode.
    let reading = async {
        peer.is_set("session/set_mode", json!({"modeId": "plan"}), json!({}))
            .await;
        peer.ends().await;
    };
    let reads = wishing(Some("s1"), false, &wishes);
    let ((told, _), ()) = tokio::join!(made(&agent, reads), reading);
    assert_eq!(told.dials, ["mode=plan model=big effort=high"]);
    assert_eq!(told.unfulfilled, json!([]));
}

#[tokio::test]
async fn a_wish_that_cannot_be_had_is_told_and_costs_no_turn() {
    let (mut peer, agent) = met().await;
    let wishes = [("mood", "good"), ("model", "big"), ("effort", "huge")];
    let played = async {
        let (id, _) = peer.hears("session/new").await;
        peer.answers(&id, facts()).await;
        let (id, _) = peer.hears("session/set_config_option").await;
        peer.fails(&id, -32602, "not on your plan").await;
        peer.ends().await;
    };
    let ((told, end), ()) = tokio::join!(made(&agent, wishing(None, true, &wishes)), played);
    assert!(end.is_ok(), "{end:?}");
    assert_eq!(told.dials, ["mode=ask model=small effort=low"]);
    assert_eq!(
        told.unfulfilled,
        json!([
            wish("model", "big"),
            wish("mood", "good"),
            wish("effort", "huge")
        ])
    );
}

#[tokio::test]
async fn what_an_agent_changes_in_its_turn_is_told() {
    let (mut peer, agent) = met().await;
    let played = async {
        let (id, _) = peer.hears("session/new").await;
        peer.answers(&id, facts()).await;
        let (id, _) = peer.hears("session/prompt").await;
        let mode = json!({"sessionUpdate": "current_mode_update", "currentModeId": "plan"});
        let options = json!([model("big")]);
        let options = json!({"sessionUpdate": "config_option_update", "configOptions": options});
        for update in [&mode, &mode, &options] {
            let params = json!({"sessionId": "s1", "update": update});
            peer.says(&json!({"method": UPDATE, "params": params}).to_string())
                .await;
        }
        peer.answers(&id, json!({})).await;
    };
    let ((told, end), ()) = tokio::join!(made(&agent, wishing(None, true, &[])), played);
    assert!(end.is_ok(), "{end:?}");
    assert_eq!(
        told.dials,
        [
            "mode=ask model=small effort=low",
            "mode=plan model=small effort=low",
            "mode=plan model=big",
        ]
    );
}

#[tokio::test]
async fn an_agent_that_does_not_stay_set_is_given_up() {
    let (mut peer, agent) = met().await;
    let order = Order {
        model: Some("big".to_owned()),
        ..wishing(None, true, &[("effort", "high")])
    };
    let mut turn = agent.turn(order, limits());
    let played = async {
        let (id, _) = peer.hears("session/new").await;
        peer.answers(&id, facts()).await;
        loop {
            let message = peer.message().await;
            let id = message["id"].clone();
            if message["method"] == "session/close" {
                peer.answers(&id, json!({})).await;
                return;
            }
            // Whatever is set, the other one is set back.
            let options = json!([model("small"), effort(&["low", "high"])]);
            peer.answers(&id, json!({"configOptions": options})).await;
        }
    };
    let ((_, end), ()) = tokio::join!(heard(&mut turn), played);
    let end = end.unwrap_err().to_string();
    assert!(end.contains("does not stay set"), "{end}");
}
