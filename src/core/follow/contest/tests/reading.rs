//! What is found before the first rung: inventive answers, the same in other words, claims.

use pretty_assertions::assert_eq;

use super::{ALL, asked, climbs, contest, decision, divided, set};
use crate::core::fixture::{Room, name, order, results, said};
use crate::core::ladder::{About, ContestOrder, Rung, Stage};
use crate::core::{
    Basis, CallId, Command, Event, Ground, Outcome, Phase, Refusal, Strategy, TaskId, TaskKind,
    TaskOrder,
};

const TEXTS: [&str; 3] = [
    "Use a queue between the two.",
    "Put a queue in the middle of both.",
    "Rewrite it in one thread.",
];

/// Answers the judge's open questions: the same where this says so.
fn judged(room: &mut Room, task: TaskId, same: impl Fn(usize, usize) -> bool) -> Vec<Event> {
    let mut events = Vec::new();
    loop {
        let next = contest(room, task).open().find_map(|inquiry| {
            if let About::Same(one, other) = inquiry.about
                && !call_of(room, inquiry.by).is_empty()
            {
                return Some((inquiry.by, one, other));
            }
            None
        });
        let Some((by, one, other)) = next else {
            return events;
        };
        let call = *call_of(room, by).last().unwrap();
        let text = format!("{{\"same\": {}, \"because\": \"read\"}}", same(one, other));
        events.extend(room.answer(call, said(&text)));
    }
}

fn call_of(room: &Room, by: TaskId) -> &[CallId] {
    room.state.task(by).unwrap().calls()
}

#[test]
fn inventive_answers_are_merged_and_none_is_voted_down() {
    let mut room = Room::of(&["a", "b"]);
    set(&mut room, &ALL, |_| {});
    let (task, calls) = room.add(TaskOrder {
        kind: TaskKind::Creative,
        ..order(Strategy::Council, &["a", "b"])
    });
    let lists = [
        "- a lighthouse\n- a train at night",
        "- a train at night\n- an old map",
    ];
    let mut events = Vec::new();
    for (call, list) in calls.iter().zip(lists) {
        events.extend(room.answer(*call, said(list)));
        for (repair, _) in room.state.clone().calls_in_flight() {
            if room.state.call(repair).unwrap().purpose() == crate::core::Purpose::Repair {
                events.extend(room.fail(repair, crate::core::FailureKind::Refused));
            }
        }
    }
    assert_eq!(decision(&events), Some((None, Ground::Merged)));
    let merged = results(&events).pop().unwrap();
    for idea in ["a lighthouse", "a train at night", "an old map"] {
        assert_eq!(
            merged.as_str().matches(idea).count(),
            1,
            "{}",
            merged.as_str()
        );
    }
    let Phase::Ended { outcome, .. } = room.phase(task) else {
        panic!("{:?}", room.phase(task));
    };
    assert!(matches!(
        outcome,
        Outcome::Done { basis: Basis::Merged, from, .. } if from.len() == 2
    ));
}

#[test]
fn a_rule_for_inventive_tasks_has_them_voted_on() {
    let mut room = Room::of(&["a", "b"]);
    set(&mut room, &[Rung::Vote, Rung::Operator], |ladder| {
        ladder
            .rules
            .insert(TaskKind::Creative, crate::core::voting::Rule::Score);
    });
    let (task, _) = room.add(TaskOrder {
        kind: TaskKind::Creative,
        ..order(Strategy::Council, &["a", "b"])
    });
    assert!(room.state.contest(task).is_none());
    let ladder = room.state.ladder();
    assert!(ladder.rules.contains_key(&TaskKind::Creative));
}

#[test]
fn a_judge_joins_what_means_the_same_in_other_words() {
    let mut room = Room::of(&["a", "b", "c", "judge"]);
    set(&mut room, &ALL, |ladder| ladder.judge = Some(name("judge")));
    let (task, events) = divided(&mut room, &["a", "b", "c"], &TEXTS);
    assert_eq!(climbs(&events)[0].0, Stage::Reading);
    judged(&mut room, task, |one, other| (one, other) == (0, 1));
    let contest = contest(&room, task);
    let sizes: Vec<usize> = contest
        .sides()
        .iter()
        .map(std::collections::BTreeSet::len)
        .collect();
    assert_eq!(sizes, [2, 1]);
    assert!(contest.side_of(&name("a")) == contest.side_of(&name("b")));
    assert_eq!(contest.found_candidates(), 3);
}

#[test]
fn all_that_means_the_same_is_an_agreement() {
    let mut room = Room::of(&["a", "b", "judge"]);
    set(&mut room, &ALL, |ladder| ladder.judge = Some(name("judge")));
    let (task, _) = divided(&mut room, &["a", "b"], &TEXTS[..2]);
    let events = judged(&mut room, task, |_, _| true);
    let agreed = events
        .iter()
        .any(|event| matches!(event, Event::AgreementFound { .. }));
    assert!(agreed, "{events:?}");
    let Phase::Ended { outcome, .. } = room.phase(task) else {
        panic!("{:?}", room.phase(task));
    };
    assert!(matches!(
        outcome,
        Outcome::Done {
            basis: Basis::Agreement,
            ..
        }
    ));
    // There is nothing to be settled otherwise.
    let order = ContestOrder::Reopen;
    let reopen = Command::Contest { task, order };
    let why = Refusal::NothingToChoose { task };
    assert_eq!(room.refused(&reopen), why);
}

#[test]
fn a_vote_is_on_the_contested_claims_and_the_rest_is_added_to_the_winner() {
    let mut room = Room::of(&["a", "b", "c", "clerk"]);
    set(&mut room, &ALL, |ladder| ladder.clerk = Some(name("clerk")));
    let texts = [
        "The sleep races. Raise the limit.",
        "The sleep does not race. The disk is slow.",
        "Nobody knows whether the sleep races; it may. The clock jumps.",
    ];
    let (task, _) = divided(&mut room, &["a", "b", "c"], &texts);
    let (inquiry, call) = asked(&room, task, "clerk");
    assert_eq!(inquiry.about, About::Claims);
    let label = |candidate| inquiry.sheet.label_of(candidate).unwrap();
    let stance = |stance: &str, quote: &str| serde_json::json!({"stance": stance, "quote": quote});
    let claims = serde_json::json!({"claims": [
        {"claim": "The sleep races.", "stances": {
            label(0): stance("agree", "The sleep races."),
            label(1): stance("contradict", "The sleep does not race."),
        }},
        {"claim": "The disk is slow.", "stances": {
            label(1): stance("agree", "The disk is slow."),
        }},
    ]});
    room.answer(call, said(&claims.to_string()));
    let contest = contest(&room, task);
    let matrix = contest.claims().unwrap();
    assert_eq!(matrix.contested(), [0]);
    assert_eq!(contest.asked(About::Ballot).count(), 3);
    // Whoever wins keeps its own words; what others say besides and nobody contests is added.
    room.command(&Command::Contest {
        task,
        order: crate::core::ContestOrder::Climb(Rung::Expert),
    });
    room.follow();
    let (inquiry, call) = asked(&room, task, "clerk");
    let choice = inquiry.sheet.label_of(0).unwrap();
    let opinion = format!("{{\"choice\": \"{choice}\", \"because\": \"it was seen\"}}");
    let events = room.answer(call, said(&opinion));
    let result = results(&events).pop().unwrap();
    let result = result.as_str();
    assert!(
        result.contains("The sleep races. Raise the limit."),
        "{result}"
    );
    assert!(result.contains("The disk is slow."), "{result}");
    assert!(!result.contains("does not race"), "{result}");
    assert!(result.contains('b'), "{result}");
}

#[test]
fn a_clerk_that_cannot_be_read_leaves_whole_answers() {
    let mut room = Room::of(&["a", "b", "c", "clerk"]);
    set(&mut room, &ALL, |ladder| ladder.clerk = Some(name("clerk")));
    let (task, _) = divided(&mut room, &["a", "b", "c"], &TEXTS);
    for _ in 0..2 {
        let (_, call) = asked(&room, task, "clerk");
        room.answer(call, said("They all say much."));
    }
    let contest = contest(&room, task);
    assert_eq!(contest.claims(), None);
    assert_eq!(contest.asked(About::Ballot).count(), 3);
}
