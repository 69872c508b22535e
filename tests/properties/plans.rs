//! Plans: reading never panics, and what is read is a plan that keeps its bounds and is written and read
//! back as it was.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};
use synod::core::plan::{ACCEPT_MAX, STEP_MAX, STEPS_MAX, read, text, written};
use synod::core::{
    Command, MemberName, MemberSpec, Reach, Recorded, State, Timestamp, decide, evolve,
};

/// A room with two members.
fn room() -> State {
    let mut state = State::new();
    for name in ["codex", "gpt"] {
        let command = Command::Enroll(MemberSpec {
            name: MemberName::new(name).unwrap(),
            family: name.to_owned(),
            strengths: BTreeMap::new(),
            parallel: 1,
            reach: Reach::Text,
            rehearsal: false,
            model: None,
        });
        for event in decide(&state, &command).unwrap() {
            let recorded = Recorded {
                seq: state.seq() + 1,
                at: Timestamp(1),
                event,
            };
            evolve(&mut state, &recorded);
        }
    }
    state
}

fn step() -> impl Strategy<Value = Value> {
    let word = prop_oneof![
        prop::sample::select(vec!["a", "b", "c", "d e", "", "== x"]).prop_map(str::to_owned),
        ".{0,12}"
    ];
    let prompt = prop_oneof![
        prop::sample::select(vec![
            "Look.\n== a step\n\\== b\nDone when: x",
            "  in\n\n\tset ",
            "\u{1b}[31mred\r\nand \u{202e}back",
        ])
        .prop_map(str::to_owned),
        "(?s).{0,200}"
    ];
    let strategy = prop::sample::select(vec!["solo", "council", "/race", "plan", "x"]);
    let kind = prop::sample::select(vec!["code", "#review", "general", "poem"]);
    let fields = (
        word,
        prompt.clone(),
        vec(0_usize..4, 0..3),
        prompt,
        strategy,
        kind,
    );
    let said = vec(any::<bool>(), 3);
    (fields, said).prop_map(|((key, prompt, after, accept, strategy, kind), said)| {
        let keys = ["a", "b", "c", "d-e"];
        let after: Vec<&str> = after.iter().map(|at| keys[*at]).collect();
        let mut step = json!({"key": key, "prompt": prompt, "after": after});
        for (said, (name, value)) in said.iter().zip([
            ("accept", accept.as_str()),
            ("strategy", strategy),
            ("kind", kind),
        ]) {
            if *said {
                step[name] = json!(value);
            }
        }
        step
    })
}

proptest! {
    #[test]
    fn what_is_read_keeps_the_bounds_and_is_written_and_read_back(
        steps in vec(step(), 0..6),
        around in "(?s).{0,20}",
    ) {
        let state = room();
        let answer = format!("{around}{}", json!({"steps": steps}));
        if let Ok(plan) = read(&state, &answer) {
            prop_assert!((1..=STEPS_MAX).contains(&plan.steps().len()));
            for (at, step) in plan.steps().iter().enumerate() {
                prop_assert!(step.prompt.len() <= STEP_MAX && step.accept.len() <= ACCEPT_MAX);
                let before = |key: &String| plan.place(key).is_some_and(|place| place < at);
                prop_assert!(step.after.iter().all(before));
            }
            prop_assert_eq!(written(&state, &text(&plan)), Ok(plan));
        }
    }

    #[test]
    fn no_text_makes_reading_panic(text in "(?s)(== [a-c #/@:,]{0,12}\n|Done when:|\\PC|\n){0,60}") {
        let state = room();
        drop(written(&state, &text));
        drop(read(&state, &text));
    }
}
