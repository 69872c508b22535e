//! What settings are read from what agents tell, and what an order makes of them.

use std::path::PathBuf;

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{Settings, Step};
use crate::acp::Order;
use crate::core::{Dial, DialSort, DialWish};

fn order(writes: bool, wishes: &[(&str, &str)]) -> Order {
    let wishes = wishes.iter().map(|(dial, value)| DialWish {
        dial: (*dial).to_owned(),
        value: (*value).to_owned(),
    });
    Order {
        session: None,
        cwd: PathBuf::from("/w"),
        writes,
        mode: None,
        model: None,
        wishes: wishes.collect(),
        settings: Value::Null,
        fork: None,
        servers: Vec::new(),
        prompt: String::new(),
    }
}

fn wanted(settings: &Settings, order: &Order) -> Vec<String> {
    set(&mut settings.clone(), order)
}

/// Does all that an order wants; gives what.
fn set(settings: &mut Settings, order: &Order) -> Vec<String> {
    let mut all = Vec::new();
    while let Some(step) = settings.next(order, &order.wishes).unwrap() {
        settings.done(&step, &json!({}));
        all.push(format!("{}={}", step.id, step.value));
    }
    all
}

fn ids(dials: &[Dial]) -> Vec<(&str, DialSort, &str)> {
    let all = dials.iter();
    all.map(|it| (it.id.as_str(), it.sort, it.current.as_str()))
        .collect()
}

fn values(dial: &Dial) -> Vec<&str> {
    dial.values.iter().map(|it| it.value.as_str()).collect()
}

fn codex() -> Value {
    let select = |id: &str, category: &str, now: &str, all: &[&str]| {
        let all: Vec<Value> = all.iter().map(|it| json!({"value": it})).collect();
        json!({"id": id, "category": category, "type": "select", "currentValue": now, "options": all})
    };
    json!({
        "modes": {"currentModeId": "read-only", "availableModes": [
            {"id": "read-only", "name": "Read Only"}, {"id": "auto"}, {"id": "full-access"},
            {"name": "nameless"},
        ]},
        "configOptions": [
            select("effort", "thought_level", "low", &["low", "high"]),
            select("network", "", "off", &["off", "on"]),
            select("mode", "mode", "read-only", &["read-only", "auto"]),
            select("m", "model", "gpt-5.4", &["gpt-5.4", "mini"]),
            {"id": "loud", "type": "boolean", "currentValue": true},
        ],
    })
}

#[test]
fn a_setting_has_its_own_list_or_is_an_option() {
    let dials = Settings::of(&codex()).dials();
    assert_eq!(
        ids(&dials),
        [
            ("mode", DialSort::Mode, "read-only"),
            ("model", DialSort::Model, "gpt-5.4"),
            ("effort", DialSort::Thought, "low"),
            ("network", DialSort::Other, "off"),
        ]
    );
    assert_eq!(values(&dials[0]), ["read-only", "auto", "full-access"]);
    assert_eq!(dials[0].called("read-only"), "Read Only");

    let grouped = json!({"configOptions": [{"id": "model", "currentValue": "a/1", "options": [
        {"group": "a", "name": "A", "options": [{"value": "a/1", "name": "One"}, {"value": "a/2"}]},
        {"value": "b/1"},
    ]}]});
    let dials = Settings::of(&grouped).dials();
    assert_eq!(values(&dials[0]), ["a/1", "a/2", "b/1"]);
    assert_eq!(dials[0].sort, DialSort::Model);

    for nothing in [
        json!({"modes": null, "configOptions": {"id": 1}}),
        json!({"modes": {"currentModeId": "a"}, "configOptions": [1, {"id": "x"}, null]}),
        Value::Null,
    ] {
        assert_eq!(Settings::of(&nothing).dials(), []);
    }
}

#[test]
fn each_is_set_in_its_own_way() {
    let settings = Settings::of(&codex());
    let request = |id: &str, value: &str| settings.request("s", &Step::must(id, value));
    let (method, params) = request("mode", "auto").unwrap();
    assert_eq!(method, "session/set_mode");
    assert_eq!(params, json!({"sessionId": "s", "modeId": "auto"}));
    let (method, params) = request("model", "mini").unwrap();
    assert_eq!(method, "session/set_config_option");
    assert_eq!(
        params,
        json!({"sessionId": "s", "configId": "m", "value": "mini"})
    );
    let huge = Order {
        model: Some("huge".to_owned()),
        ..order(true, &[])
    };
    assert_eq!(
        settings.next(&huge, &[]).unwrap_err(),
        "it has no model `huge`; it has gpt-5.4, mini"
    );
    assert_eq!(
        Settings::default().next(&huge, &[]).unwrap_err(),
        "it has no model to choose, and `huge` is wanted"
    );
}

#[test]
fn a_turn_that_only_reads_is_set_to_nothing_that_could_let_it_write() {
    let mut settings = Settings::of(&codex());
    let wishes = [
        ("mode", "full-access"),
        ("model", "mini"),
        ("effort", "high"),
        ("network", "on"),
    ];
    let reads = Order {
        mode: Some("read-only".to_owned()),
        ..order(false, &wishes)
    };
    assert_eq!(wanted(&settings, &reads), ["model=mini", "effort=high"]);
    let writes = Order {
        mode: Some("auto".to_owned()),
        ..order(true, &wishes)
    };
    let all = [
        "mode=full-access",
        "model=mini",
        "effort=high",
        "network=on",
    ];
    assert_eq!(wanted(&settings, &writes), all);
    set(&mut settings, &writes);
    assert_eq!(wanted(&settings, &reads), ["mode=read-only", "network=off"]);
    // Where no mode is configured for reading, the first one holds.
    let reads = order(false, &wishes);
    assert_eq!(wanted(&settings, &reads), ["mode=read-only", "network=off"]);
    set(&mut settings, &reads);
    // A wish that is taken back leaves what was there before.
    let writes = order(true, &[("model", "mini")]);
    assert_eq!(wanted(&settings, &writes), ["effort=low"]);
}

#[test]
fn what_the_configuration_says_holds_where_nothing_is_wished_and_where_a_wish_cannot_be() {
    let settings = Settings::of(&codex());
    let configured = |wishes: &[(&str, &str)]| Order {
        mode: Some("auto".to_owned()),
        model: Some("mini".to_owned()),
        ..order(true, wishes)
    };
    assert_eq!(
        wanted(&settings, &configured(&[])),
        ["mode=auto", "model=mini"]
    );
    let gone = configured(&[("model", "huge"), ("mood", "good")]);
    assert_eq!(wanted(&settings, &gone), ["mode=auto", "model=mini"]);
    assert!(!gone.wishes.iter().any(|wish| settings.has(wish)));
    let mini = configured(&[("model", "mini")]);
    assert!(settings.has(&mini.wishes[0]));
}

#[test]
fn what_an_agent_changes_by_itself_is_heard_once() {
    let mut settings = Settings::of(&codex());
    let mode = json!({"sessionUpdate": "current_mode_update", "currentModeId": "auto"});
    assert!(settings.hear(&mode));
    assert!(!settings.hear(&mode));
    assert_eq!(settings.dials()[0].current, "auto");
    // It is as it was at the beginning, unless an order says otherwise.
    assert_eq!(wanted(&settings, &order(true, &[])), ["mode=read-only"]);

    let mut told = codex();
    told["sessionUpdate"] = json!("config_option_update");
    told["configOptions"][2]["currentValue"] = json!("full-access");
    told["configOptions"][0] = json!({"id": "fast", "currentValue": "no", "options": []});
    assert!(settings.hear(&told));
    assert!(!settings.hear(&told));
    assert_eq!(
        ids(&settings.dials()),
        [
            ("mode", DialSort::Mode, "full-access"),
            ("model", DialSort::Model, "gpt-5.4"),
            ("fast", DialSort::Other, "no"),
            ("network", DialSort::Other, "off"),
        ]
    );
    for nothing in [
        json!({"sessionUpdate": "config_option_update"}),
        json!({"sessionUpdate": "current_mode_update"}),
        json!({"sessionUpdate": "usage_update"}),
    ] {
        assert!(!settings.hear(&nothing));
    }
}

#[test]
fn the_agent_s_own_word_on_what_it_is_set_to_counts() {
    let mut settings = Settings::of(&codex());
    let step = Step::must("network", "on");
    settings.done(&step, &codex());
    assert_eq!(settings.dials()[3].current, "off");
    settings.done(&step, &json!({}));
    assert_eq!(settings.dials()[3].current, "on");
}

#[test]
fn what_was_wished_is_set_back_also_in_a_session_that_was_taken_up_again() {
    let mut before = Settings::of(&codex());
    set(&mut before, &order(true, &[("network", "on")]));
    let mut facts = codex();
    facts["configOptions"][1]["currentValue"] = json!("on");
    let mut again = Settings::of(&facts);
    assert_eq!(wanted(&again, &order(false, &[])), ["mode=read-only"; 0]);
    again.goes_on_from(&before);
    assert_eq!(wanted(&again, &order(false, &[])), ["network=off"]);
}
