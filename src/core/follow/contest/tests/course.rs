//! Ladders that do not go straight up: rungs besides, rounds that go on, voters that come late.

use pretty_assertions::assert_eq;

use super::{climbs, decision, was_right};
use crate::core::fixture::{Room, name, order, said};
use crate::core::ladder::staged::{
    ALL, asked, changes, contest, disputed, divided, holds, set, votes,
};
use crate::core::ladder::{About, ContestOrder, Fallback, Jury, Rung, Stage};
use crate::core::metrics::Window;
use crate::core::voting::{Position, Rule};
use crate::core::{
    Basis, Command, Event, Ground, Outcome, Phase, Span, Strategy, Subject, TaskKind, TaskOrder,
};

const TEXTS: [&str; 3] = ["Use a queue.", "Use a lock.", "Rewrite it in one thread."];

#[test]
fn a_rung_that_the_operator_calls_besides_leads_back_to_the_operator() {
    let mut room = Room::of(&["codex", "gpt", "claude"]);
    set(&mut room, &[Rung::Operator], |_| {});
    let (task, _) = divided(&mut room, &["codex", "gpt"], &["41", "42"]);
    let order = ContestOrder::Climb(Rung::Expert);
    room.command(&Command::Contest { task, order });
    room.follow();
    let (_, call) = asked(&room, task, "claude");
    let none = "{\"choice\": null, \"because\": \"both guess\"}";
    let events = room.answer(call, said(none));
    let (to, because) = climbs(&events).pop().unwrap();
    assert_eq!(to, Stage::On(Rung::Operator));
    assert_eq!(because, "the expert chose none");
    let item = room.state.attention().next().unwrap();
    assert_eq!(item.subject, Subject::Choice { task });
    assert!(matches!(room.phase(task), Phase::Deciding { .. }));
}

#[test]
fn an_operator_who_is_asked_besides_and_does_not_come_is_not_asked_for_ever() {
    let mut room = Room::of(&["codex", "gpt", "claude"]);
    set(&mut room, &[Rung::Consensus], |ladder| {
        ladder.operator = Some(Span::secs(60));
    });
    let (task, _) = divided(&mut room, &["codex", "gpt"], &["41", "42"]);
    let order = ContestOrder::Climb(Rung::Expert);
    room.command(&Command::Contest { task, order });
    room.follow();
    let (_, call) = asked(&room, task, "claude");
    room.answer(
        call,
        said("{\"choice\": null, \"because\": \"both guess\"}"),
    );
    assert_eq!(contest(&room, task).stage(), Stage::On(Rung::Operator));
    room.wait(Span::secs(61));
    let events = room.follow();
    let (to, because) = climbs(&events).pop().unwrap();
    assert_eq!(to, Stage::Fallback);
    assert_eq!(because, "the operator did not decide");
    assert!(matches!(room.phase(task), Phase::Ended { .. }));
}

#[test]
fn two_who_agree_of_a_council_of_five_are_no_consensus() {
    let mut room = Room::of(&["a", "b", "c", "d", "e"]);
    set(&mut room, &[Rung::Consensus, Rung::Operator], |_| {});
    let (task, calls) = room.add(order(Strategy::Council, &["a", "b", "c", "d", "e"]));
    for (call, text) in calls.iter().zip(["41", "42"]) {
        room.answer(*call, crate::core::fixture::number(text));
    }
    for call in &calls[2..] {
        room.fail(*call, crate::core::FailureKind::Refused);
    }
    let side = contest(&room, task).side_of(&name("b")).unwrap();
    changes(&mut room, task, "a", side);
    let events = holds(&mut room, task, "b");
    assert_eq!(decision(&events), None);
    let (to, because) = climbs(&events).pop().unwrap();
    assert_eq!(to, Stage::On(Rung::Operator));
    assert_eq!(because, "only 2 of 5 agree");
}

#[test]
fn a_debate_goes_on_while_somebody_moves_and_then_votes() {
    let mut room = Room::of(&["a", "b", "c"]);
    set(&mut room, &ALL, |_| {});
    let debate = order(Strategy::Debate, &["a", "b", "c"]);
    let (task, _) = disputed(&mut room, debate, &TEXTS);
    let side = |room: &Room, member: &str| contest(room, task).side_of(&name(member)).unwrap();
    let to = side(&room, "b");
    changes(&mut room, task, "a", to);
    holds(&mut room, task, "b");
    holds(&mut room, task, "c");
    // What made somebody move is told in the next round.
    let (inquiry, _) = asked(&room, task, "c");
    assert_eq!(inquiry.about, About::Position(2));
    let arguments = room.last_order().inquiry.unwrap().arguments;
    let told: Vec<&str> = arguments.iter().map(|one| one.text.as_str()).collect();
    assert_eq!(told, ["the log"]);
    let to = side(&room, "c");
    changes(&mut room, task, "a", to);
    holds(&mut room, task, "b");
    let events = holds(&mut room, task, "c");
    let (to, because) = climbs(&events).pop().unwrap();
    assert_eq!(to, Stage::On(Rung::Vote));
    assert_eq!(because, "they do not agree after 2 rounds");
    let positions = contest(&room, task).rounds().iter().map(|round| {
        let moved = round.positions.values().flatten();
        moved.filter(|one| **one != Position::Held).count()
    });
    assert_eq!(positions.collect::<Vec<_>>(), [1, 1]);
}

#[test]
fn a_ladder_that_is_climbed_again_has_its_rounds_again() {
    let mut room = Room::of(&["codex", "gpt"]);
    set(&mut room, &[Rung::Consensus], |ladder| {
        (ladder.rounds, ladder.fallback) = (1, Fallback::AskLater);
    });
    let (task, _) = divided(&mut room, &["codex", "gpt"], &["41", "42"]);
    for round in 1..=2 {
        let (inquiry, _) = asked(&room, task, "codex");
        assert_eq!(inquiry.about, About::Position(round));
        holds(&mut room, task, "codex");
        holds(&mut room, task, "gpt");
        assert!(matches!(contest(&room, task).stage(), Stage::Later(_)));
        room.now = room.state.next_wakeup(room.now).unwrap();
        room.follow();
    }
}

#[test]
fn who_is_asked_again_after_another_did_not_come_is_not_late() {
    let names = ["a", "b", "c", "d", "e"];
    let mut room = Room::of(&names);
    set(&mut room, &ALL, |_| {});
    let others = ["Buy a faster machine.", "Ask the vendor."];
    let texts = [TEXTS[0], TEXTS[1], TEXTS[2], others[0], others[1]];
    let (task, _) = divided(&mut room, &names, &texts);
    for (voter, first) in [("a", 1), ("b", 2), ("d", 1), ("e", 2)] {
        votes(&mut room, task, voter, first);
    }
    room.wait(Span::secs(301));
    room.expire();
    room.follow();
    let again: Vec<String> = contest(&room, task)
        .asked(About::SecondLook)
        .map(|one| one.member().to_string())
        .collect();
    assert!(!again.is_empty(), "{:?}", contest(&room, task).count());
    for voter in &again {
        votes(&mut room, task, voter, 1);
    }
    let ballots = contest(&room, task).ballots().unwrap();
    assert_eq!(ballots.refused(), []);
    for voter in &again {
        assert!(ballots.vote_again(&name(voter)).is_some(), "{voter}");
    }
    // Who turned round is remembered with the member.
    let flips = |voter| {
        let flips = room.state.member(&name(voter)).unwrap().flips();
        (flips.asked, flips.turned)
    };
    assert_eq!(["a", "e", "c"].map(flips), [(1, 0), (1, 1), (0, 0)]);
    let table = room.state.metrics().over(Window::Day, room.now);
    let counted = |voter| {
        let flips = table.of_member(&name(voter)).flips();
        (flips.n, flips.of)
    };
    assert_eq!(["a", "e", "c"].map(counted), [(1, 0), (1, 1), (0, 0)]);
}

#[test]
fn what_was_merged_says_of_nobody_that_it_was_wrong() {
    let mut room = Room::of(&["a", "b", "c"]);
    set(&mut room, &ALL, |_| {});
    let creative = TaskOrder {
        kind: TaskKind::Creative,
        ..order(Strategy::Council, &["a", "b", "c"])
    };
    let (_, events) = disputed(&mut room, creative, &TEXTS);
    assert_eq!(decision(&events), Some((None, Ground::Merged)));
    for member in ["a", "b", "c"] {
        let record = room.state.member(&name(member)).unwrap().record();
        assert_eq!((record.won, record.lost), (0, 0), "{member}");
    }
}

#[test]
fn a_task_may_be_counted_by_a_rule_of_its_own() {
    let mut room = Room::of(&["a", "b", "c"]);
    set(&mut room, &ALL, |ladder| {
        ladder.rules.insert(TaskKind::Creative, Rule::Score);
        ladder.rule = Some(Rule::Schulze);
    });
    let creative = TaskOrder {
        kind: TaskKind::Creative,
        rule: Some(Rule::Borda),
        ..order(Strategy::Council, &["a", "b", "c"])
    };
    let (task, _) = disputed(&mut room, creative, &TEXTS);
    let terms = contest(&room, task).terms().unwrap();
    assert_eq!(terms.setup.rule, Rule::Borda);
    // Without a rule for the kind, a rule of its own keeps inventive answers from being merged.
    let mut room = Room::of(&["a", "b", "c"]);
    set(&mut room, &ALL, |_| {});
    let creative = TaskOrder {
        kind: TaskKind::Creative,
        rule: Some(Rule::Approval),
        ..order(Strategy::Council, &["a", "b", "c"])
    };
    let (task, _) = disputed(&mut room, creative, &TEXTS);
    let terms = contest(&room, task).terms().unwrap();
    assert_eq!(terms.setup.rule, Rule::Approval);
}

#[test]
fn a_fallback_on_a_record_is_no_new_record() {
    let mut room = Room::of(&["codex", "gpt"]);
    set(&mut room, &[Rung::Vote], |ladder| {
        ladder.fallback = Fallback::BestRecord;
        ladder.rule = Some(Rule::Plurality);
    });
    was_right(&mut room, "gpt");
    let (_, events) = divided(&mut room, &["codex", "gpt"], &["41", "42"]);
    let ground = decision(&events).unwrap().1;
    let fallback = Fallback::BestRecord;
    assert_eq!(ground, Ground::Fallback { fallback });
    let record = room.state.member(&name("codex")).unwrap().record();
    assert_eq!((record.won, record.lost), (0, 0));
}

#[test]
fn a_result_that_is_chosen_anew_names_the_authors_of_the_other_answer() {
    let mut room = Room::of(&["codex", "gpt"]);
    let (task, _) = divided(&mut room, &["codex", "gpt"], &["41", "42"]);
    let from = |room: &Room| match room.state.task(task).unwrap().outcome() {
        Some(Outcome::Done { from, basis, .. }) => (from.clone(), *basis),
        other => panic!("{other:?}"),
    };
    let calls = |room: &Room, place: usize| contest(room, task).candidates()[place].calls.clone();
    room.command(&Command::Choose {
        task,
        candidate: 0,
        among: None,
    });
    assert_eq!(from(&room), (calls(&room, 0), Basis::Operator));
    let order = ContestOrder::Reopen;
    room.command(&Command::Contest { task, order });
    room.command(&Command::Choose {
        task,
        candidate: 1,
        among: None,
    });
    assert_eq!(from(&room), (calls(&room, 1), Basis::Operator));
}

#[test]
fn a_member_that_is_paused_for_a_moment_is_asked_all_the_same() {
    let mut room = Room::of(&["a", "b", "c", "d"]);
    set(&mut room, &ALL, |ladder| ladder.jury = Jury::Room);
    room.fold(vec![Event::MemberPaused {
        member: name("c"),
        why: "too many requests".to_owned(),
        until: Some(room.now.after(Span::secs(5))),
    }]);
    assert!(!room.state.member(&name("c")).unwrap().takes_calls());
    let (task, _) = divided(&mut room, &["a", "b"], &["41", "42"]);
    let open = contest(&room, task).open();
    let asked: Vec<&str> = open.map(|one| one.member().as_str()).collect();
    assert_eq!(asked, ["c", "d"]);
}
