//! Tests of how plans are read and written.

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{ACCEPT_MAX, Plan, PlanStep, SCHEMA, STEP_MAX, STEPS_MAX, read, text, written};
use crate::core::fixture::{Room, name};
use crate::core::{Reach, Strategy, TaskKind, Text};

fn room() -> Room {
    Room::with(&[
        ("codex", Reach::Text),
        ("gpt", Reach::Text),
        ("bare", Reach::Unguarded),
    ])
}

fn step(key: &str, after: &[&str]) -> Value {
    json!({"key": key, "prompt": format!("do {key}"), "after": after})
}

fn plan(steps: &[Value]) -> Result<Plan, String> {
    let answer = json!({"steps": steps}).to_string();
    read(&room().state, &answer).map_err(|flaws| flaws.to_string())
}

fn keys(plan: &Plan) -> Vec<&str> {
    plan.steps().iter().map(|step| step.key.as_str()).collect()
}

#[test]
fn a_plan_is_read_as_members_write_it() {
    let answer = r##"Here is {my} plan:
```json
{"steps":[
  {"id":"Read it","task":"Read the log.","acceptance":"all of it"},
  {"key":"check","prompt":" Which rows\tare missing?\r\n","kind":"#review","depends_on":"Read it",
   "strategy":"/council","members":["@codex","gpt"],},
]}
```"##;
    let first = PlanStep {
        key: "Read-it".to_owned(),
        prompt: Text::from("Read the log."),
        kind: None,
        strategy: Strategy::Auto,
        members: Vec::new(),
        after: Vec::new(),
        accept: "all of it".to_owned(),
    };
    let second = PlanStep {
        key: "check".to_owned(),
        prompt: Text::from(" Which rows    are missing?"),
        kind: Some(TaskKind::Review),
        strategy: Strategy::Council,
        members: vec![name("codex"), name("gpt")],
        after: vec!["Read-it".to_owned()],
        accept: String::new(),
    };
    assert_eq!(read(&room().state, answer), Ok(Plan(vec![first, second])));
}

#[test]
fn steps_stand_after_those_for_which_they_wait_and_else_as_they_were_given() {
    let sorted = plan(&[
        step("write", &["check", "read"]),
        step("ask", &[]),
        step("check", &["read", "read"]),
        step("read", &[]),
    ]);
    let sorted = sorted.unwrap();
    assert_eq!(keys(&sorted), ["ask", "read", "check", "write"]);
    assert_eq!(sorted.steps()[2].after, ["read"]);
    assert_eq!(keys(&plan(&[step("only", &[])]).unwrap()), ["only"]);
}

#[test]
fn every_flaw_says_what_to_mend() {
    let with = |name: &str, value: Value| {
        let mut step = step("a", &[]);
        step[name] = value;
        step
    };
    let long = "x".repeat(STEP_MAX + 1);
    let note = "x".repeat(ACCEPT_MAX + 1);
    for (steps, flaw) in [
        (vec![], "there is no step; give at least one"),
        (vec![json!(1)], "step 1 is no object"),
        (
            vec![json!({"prompt": "b"})],
            "step 1 has no `key`; give it a short name of letters and digits",
        ),
        (
            vec![step(&"k".repeat(33), &[])],
            "the key of step 1 has more than 32 characters; give it a shorter one",
        ),
        (
            vec![step("a", &[]), step(" a ", &[])],
            "the key `a` is given to two steps; give each its own",
        ),
        (
            vec![with("prompt", json!(" "))],
            "step `a` does not say what is to be done; give it a `prompt`",
        ),
        (
            vec![with("prompt", json!(long))],
            "the prompt of step `a` has 8193 bytes, and at most 8192 are taken; shorten it",
        ),
        (
            vec![with("accept", json!(note))],
            "what says when step `a` is done has 1025 bytes, and at most 1024 are taken; shorten it",
        ),
        (
            vec![step("a", &["b"])],
            "step `a` is after `b`, and no step has that key; name one that is there or leave it out",
        ),
        (
            vec![step("a", &["a"])],
            "step `a` is after itself; leave that out",
        ),
        (
            vec![
                step("x", &[]),
                step("a", &["b"]),
                step("b", &["c"]),
                step("c", &["b"]),
            ],
            "these steps wait for each other in a circle: b after c after b; leave one of these \
             `after` out",
        ),
        (
            vec![with("strategy", json!("plan"))],
            "step `a` would be planned itself; give its own steps here, or work it another way",
        ),
        (
            vec![with("members", json!(["zeus"]))],
            "step `a` cannot be worked: no member is called zeus",
        ),
        (
            vec![with("members", json!("Zeus!"))],
            "step `a`: `Zeus!` is no member name: use 1 to 32 of a-z, 0-9, - and _",
        ),
    ] {
        assert_eq!(plan(&steps).unwrap_err(), flaw);
    }
    for (name, value, word) in [
        ("kind", "poem", "`poem` is no kind of task"),
        (
            "strategy",
            "alone",
            "`alone` is no strategy: use one of auto,",
        ),
    ] {
        let flaw = plan(&[with(name, json!(value))]).unwrap_err();
        assert!(flaw.starts_with(&format!("step `a`: {word}")), "{flaw}");
    }
    // One member cannot be a council, and one without a sandbox works alone.
    let mut alone = with("strategy", json!("council"));
    alone["members"] = json!(["codex"]);
    let flaw = plan(&[alone]).unwrap_err();
    assert!(flaw.starts_with("step `a` cannot be worked: "), "{flaw}");
    let many: Vec<Value> = (0..=STEPS_MAX)
        .map(|at| step(&at.to_string(), &[]))
        .collect();
    assert_eq!(
        plan(&many).unwrap_err(),
        "there are 25 steps, and at most 24 are taken; join some of them"
    );
    assert_eq!(plan(&many[1..]).unwrap().steps().len(), STEPS_MAX);
    for answer in ["", "First read, then write.", "{\"steps\": 7}", "[]"] {
        let flaw = read(&room().state, answer).unwrap_err().to_string();
        assert_eq!(flaw, "there is no JSON object with a list of `steps` in it");
    }
}

#[test]
fn several_flaws_are_told_at_once() {
    let mut bad = step("a", &["z"]);
    bad["kind"] = json!("poem");
    let flaws = plan(&[bad, step("b", &["y"])]).unwrap_err();
    for word in ["after `z`", "`poem`", "after `y`"] {
        assert!(flaws.contains(word), "{flaws}");
    }
}

#[test]
fn a_plan_is_written_as_people_edit_it_and_read_back() {
    let mut check = step("check", &["read", "ask"]);
    check["prompt"] = json!("Which?\n\n== not a step\nDone when: never\n\\== nor this");
    check["accept"] = json!("it is so\nDone when: twice");
    check["members"] = json!(["codex", "gpt"]);
    check["kind"] = json!("review");
    let mut race = step("race", &[]);
    race["strategy"] = json!("race");
    let plan = plan(&[step("read", &[]), step("ask", &[]), check, race]).unwrap();
    let told = text(&plan);
    assert_eq!(
        told,
        "== read\ndo read\n\n== ask\ndo ask\n\n\
         == check #review @codex @gpt after:read,ask\nWhich?\n\n\\== not a step\n\
         \\Done when: never\n\\\\== nor this\nDone when: it is so\n\\Done when: twice\n\n\
         == race /race\ndo race"
    );
    let state = room().state;
    assert_eq!(written(&state, &told), Ok(plan.clone()));
    let headed = format!("{}\n\n{told}\n\n", super::HEAD);
    assert_eq!(written(&state, &headed), Ok(plan));
}

#[test]
fn what_the_operator_writes_is_checked_like_what_a_member_gives() {
    let state = room().state;
    let why = |text: &str| written(&state, text).unwrap_err().to_string();
    assert_eq!(why("nothing"), "there is no step; give at least one");
    assert_eq!(
        why("== b after:a\nx"),
        "step `b` is after `a`, and no step has that key; name one that is there or leave it out"
    );
    assert_eq!(
        why("== b urgent\nx"),
        "step `b`: `urgent` on its first line is none of #kind, /strategy, @member, after:"
    );
    assert!(why("== b #poem\nx").contains("`poem` is no kind of task"));
}

#[test]
fn the_schema_is_json_and_says_the_bounds() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let steps = &schema["properties"]["steps"];
    assert_eq!(steps["maxItems"], STEPS_MAX);
    let step = &steps["items"]["properties"];
    assert_eq!(step["prompt"]["maxLength"], STEP_MAX);
    assert_eq!(step["accept"]["maxLength"], ACCEPT_MAX);
    let ways = step["strategy"]["enum"].as_array().unwrap();
    let others = Strategy::ALL.iter().filter(|way| **way != Strategy::Plan);
    let words: Vec<&str> = others.map(|way| way.word()).collect();
    assert_eq!(*ways, words);
}
