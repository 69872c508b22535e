//! How conflicts climb the ladder.

mod course;
mod reading;

use pretty_assertions::assert_eq;

use crate::core::fixture::{Room, name, results, said};
use crate::core::ladder::staged::{ALL, asked, changes, contest, divided, holds, set, votes};
use crate::core::ladder::{About, Answered, Fallback, Jury, Rung, Stage};
use crate::core::routing::learning::{Judged, Signal};
use crate::core::voting::{Outcome, Refused, Rule, label};
use crate::core::{
    Basis, Command, ContestOrder, Event, FailureKind, Ground, Phase, Span, Subject, TaskId,
    TaskKind,
};

fn decision(events: &[Event]) -> Option<(Option<usize>, Ground)> {
    events.iter().find_map(|event| {
        if let Event::Decided { decision, .. } = event {
            return Some((decision.chosen, decision.ground.clone()));
        }
        None
    })
}

fn climbs(events: &[Event]) -> Vec<(Stage, String)> {
    let mut climbed = Vec::new();
    for event in events {
        if let Event::LadderClimbed { to, because, .. } = event {
            climbed.push((*to, because.clone()));
        }
    }
    climbed
}

#[test]
fn without_a_ladder_the_operator_is_asked_at_once() {
    let mut room = Room::of(&["codex", "gpt"]);
    let (task, events) = divided(&mut room, &[], &["41", "42"]);
    assert!(climbs(&events).is_empty());
    let item = room.state.attention().next().unwrap();
    assert_eq!(item.subject, Subject::Choice { task });
    assert_eq!(contest(&room, task).stage(), Stage::On(Rung::Operator));
}

#[test]
fn heads_decide_closed_answers_without_a_ballot() {
    let mut room = Room::of(&["codex", "gpt", "claude"]);
    set(&mut room, &ALL, |_| {});
    let (task, events) = divided(&mut room, &[], &["41", "42", "42"]);
    let rule = Rule::Weighted;
    assert_eq!(decision(&events), Some((Some(0), Ground::Vote { rule })));
    assert_eq!(results(&events), [crate::core::Text::from("42")]);
    assert_eq!(contest(&room, task).inquiries().len(), 0);
    assert_eq!(contest(&room, task).stage(), Stage::Over);
    let Phase::Ended { outcome, .. } = room.phase(task) else {
        panic!("{:?}", room.phase(task));
    };
    assert!(matches!(
        outcome,
        crate::core::Outcome::Done {
            basis: Basis::Vote,
            ..
        }
    ));
    assert_eq!(room.state.attention().len(), 0);
}

#[test]
fn open_answers_are_judged_blind_and_the_count_decides() {
    let mut room = Room::of(&["a", "b", "c"]);
    set(&mut room, &ALL, |_| {});
    let texts = ["Use a queue.", "Use a lock.", "Rewrite it in one thread."];
    let (task, events) = divided(&mut room, &["a", "b", "c"], &texts);
    let made = events
        .iter()
        .filter(|event| matches!(event, Event::InquiryMade { .. }));
    assert_eq!(made.count(), 3);
    for member in ["a", "b", "c"] {
        let (inquiry, call) = asked(&room, task, member);
        // Nobody is shown its own candidate.
        let own = contest(&room, task).side_of(&name(member)).unwrap();
        assert!(!inquiry.sheet.shows(own));
        // It stands in a session of its own.
        let session = room.state.call(call).unwrap().session();
        let title = room.state.session(session).unwrap().title().to_owned();
        assert_eq!(title, format!("judges {task}"));
    }
    votes(&mut room, task, "a", 1);
    votes(&mut room, task, "b", 2);
    let events = votes(&mut room, task, "c", 1);
    let closed = contest(&room, task).closed().last().unwrap();
    assert_eq!(closed.outcome.winner(), Some(1), "{closed:?}");
    let rule = Rule::Schulze;
    assert_eq!(decision(&events), Some((Some(1), Ground::Vote { rule })));
    let Some(Event::Decided { decision, .. }) = events
        .iter()
        .find(|event| matches!(event, Event::Decided { .. }))
    else {
        panic!("nothing was decided");
    };
    // Both other authors voted for what stands.
    assert_eq!(
        (&decision.dissent, decision.reopen_if.as_str()),
        (&Vec::new(), "")
    );
}

#[test]
fn a_ballot_that_cannot_be_read_is_asked_for_once_more_and_then_abstains() {
    let mut room = Room::of(&["a", "b", "c"]);
    set(&mut room, &ALL, |_| {});
    let texts = ["Use a queue.", "Use a lock.", "Rewrite it in one thread."];
    let (task, _) = divided(&mut room, &["a", "b", "c"], &texts);
    let (first, call) = asked(&room, task, "a");
    room.answer(call, said("B is best, obviously."));
    let (again, call) = asked(&room, task, "a");
    assert_eq!(
        (again.again, again.sheet.number),
        (Some(first.by), first.sheet.number)
    );
    let faults = room.last_order().inquiry.unwrap().faults.unwrap();
    assert!(faults.contains("JSON"), "{faults}");
    room.answer(call, said("{\"ranking\": [\"Z\"]}"));
    let answered = contest(&room, task).answered(again.by);
    assert!(matches!(answered, Some(Answered::Vote(_))), "{answered:?}");
    let present = contest(&room, task).ballots().unwrap();
    assert!(present.vote(&name("a")).is_some());
}

#[test]
fn two_who_differ_are_a_tie_and_go_up_to_the_operator() {
    let mut room = Room::of(&["codex", "gpt"]);
    set(&mut room, &[Rung::Vote, Rung::Operator], |_| {});
    let (task, events) = divided(&mut room, &[], &["41", "42"]);
    let (to, because) = climbs(&events).pop().unwrap();
    assert_eq!(to, Stage::On(Rung::Operator));
    assert_eq!(because, "the vote is tied between A and B");
    let item = room.state.attention().next().unwrap();
    assert_eq!(item.subject, Subject::Choice { task });
}

#[test]
fn a_jury_of_the_room_breaks_the_tie_of_a_council_of_two() {
    let mut room = Room::of(&["a", "b", "c", "d"]);
    set(&mut room, &ALL, |ladder| ladder.jury = Jury::Room);
    let (task, _) = divided(&mut room, &["a", "b"], &["41", "42"]);
    let asked: Vec<String> = contest(&room, task)
        .open()
        .map(|one| one.member().to_string())
        .collect();
    assert_eq!(asked, ["c", "d"]);
    votes(&mut room, task, "c", 1);
    let events = votes(&mut room, task, "d", 1);
    assert_eq!(decision(&events).unwrap().0, Some(1));
}

#[test]
fn a_voter_that_fails_has_not_responded_and_a_lost_quorum_decides_nothing() {
    let mut room = Room::of(&["a", "b", "c", "d"]);
    set(&mut room, &[Rung::Vote, Rung::Operator], |ladder| {
        ladder.jury = Jury::Room;
        ladder.quorum = Some("4 of 4".parse().unwrap());
    });
    let (task, _) = divided(&mut room, &["a", "b"], &["41", "42"]);
    votes(&mut room, task, "c", 1);
    let (_, call) = asked(&room, task, "d");
    let events = room.fail(call, FailureKind::Refused);
    let closed = contest(&room, task).closed().last().unwrap();
    assert!(matches!(closed.outcome, Outcome::NoDecision { .. }));
    let because = climbs(&events).pop().unwrap().1;
    let lost = "the vote decides nothing: the quorum is lost: 3 of the 4 voters that are needed \
                responded";
    assert_eq!(because, lost);
}

#[test]
fn what_comes_after_the_operator_decided_is_called_off_and_counts_for_nothing() {
    let mut room = Room::of(&["a", "b", "c"]);
    set(&mut room, &ALL, |_| {});
    let texts = ["Use a queue.", "Use a lock.", "Rewrite it in one thread."];
    let (task, _) = divided(&mut room, &["a", "b", "c"], &texts);
    votes(&mut room, task, "a", 1);
    room.command(&Command::Choose {
        task,
        candidate: 0,
        among: None,
    });
    room.follow();
    assert_eq!(room.state.calls_in_flight().count(), 0);
    let open = room.state.open_tasks().count();
    assert_eq!(open, 0, "an inquiry is still open");
    assert_eq!(contest(&room, task).stage(), Stage::Over);
}

#[test]
fn a_member_that_leaves_takes_its_ballot_with_it() {
    let mut room = Room::of(&["a", "b", "c"]);
    set(&mut room, &ALL, |_| {});
    let texts = ["Use a queue.", "Use a lock.", "Rewrite it in one thread."];
    let (task, _) = divided(&mut room, &["a", "b", "c"], &texts);
    votes(&mut room, task, "a", 1);
    room.command(&Command::Dismiss { member: name("a") });
    let ballots = contest(&room, task).ballots().unwrap();
    let why: Vec<&Refused> = ballots.refused().iter().map(|one| &one.why).collect();
    assert_eq!(why, [&Refused::Departed]);
}

#[test]
fn a_vote_that_takes_too_long_is_counted_without_those_who_did_not_come() {
    let mut room = Room::of(&["a", "b", "c", "d"]);
    set(&mut room, &[Rung::Vote, Rung::Operator], |ladder| {
        ladder.jury = Jury::Room;
    });
    let (task, _) = divided(&mut room, &["a", "b"], &["41", "42"]);
    votes(&mut room, task, "c", 1);
    room.wait(Span::secs(301));
    room.expire();
    let events = room.follow();
    assert_eq!(decision(&events).unwrap().0, Some(1), "{events:?}");
}

/// The operator once chose an answer of this member, on a task that is forgotten.
fn was_right(room: &mut Room, member: &str) {
    let of = Judged {
        member: &name(member),
        task: TaskId(999),
        kind: TaskKind::General,
    };
    room.state
        .learning
        .answer(room.now, of, Signal::Choice, true);
}

#[test]
fn a_fallback_may_be_the_answer_of_the_best_record() {
    let mut room = Room::of(&["codex", "gpt"]);
    // gpt was right once where claude is gone by now.
    was_right(&mut room, "gpt");
    set(&mut room, &[Rung::Vote], |ladder| {
        ladder.fallback = Fallback::BestRecord;
        ladder.rule = Some(Rule::Plurality);
    });
    let (task, events) = divided(&mut room, &["codex", "gpt"], &["41", "42"]);
    let side = contest(&room, task).side_of(&name("gpt")).unwrap();
    let fallback = Fallback::BestRecord;
    assert_eq!(
        decision(&events),
        Some((Some(side), Ground::Fallback { fallback })),
        "{events:?}"
    );
    assert_eq!(label(0), "A");
}

#[test]
fn a_fallback_that_tries_again_later_gives_up_at_last() {
    let mut room = Room::of(&["codex", "gpt"]);
    set(&mut room, &[Rung::Vote], |ladder| {
        ladder.fallback = Fallback::AskLater;
    });
    let (task, _) = divided(&mut room, &[], &["41", "42"]);
    for tries in 1..=3 {
        assert!(
            matches!(contest(&room, task).stage(), Stage::Later(_)),
            "{tries}"
        );
        let due = room.state.next_wakeup(room.now).unwrap();
        assert_eq!(due.since(room.now), Span::secs(900));
        assert_eq!(room.follow(), []);
        room.now = due;
        room.follow();
    }
    assert!(matches!(room.phase(task), Phase::Ended { .. }));
    assert_eq!(contest(&room, task).epoch(), 4);
}

#[test]
fn a_round_in_which_nobody_says_anything_counts_as_one() {
    let mut room = Room::of(&["codex", "gpt"]);
    set(&mut room, &[Rung::Consensus, Rung::Operator], |_| {});
    let (task, _) = divided(&mut room, &[], &["41", "42"]);
    for member in ["codex", "gpt"] {
        let (_, call) = asked(&room, task, member);
        room.fail(call, FailureKind::Refused);
    }
    let order = ContestOrder::Climb(Rung::Consensus);
    room.command(&Command::Contest { task, order });
    room.follow();
    let (inquiry, _) = asked(&room, task, "gpt");
    assert_eq!(inquiry.about, About::Position(2));
    let codex = contest(&room, task).side_of(&name("codex")).unwrap();
    changes(&mut room, task, "gpt", codex);
    let events = holds(&mut room, task, "codex");
    let rounds = contest(&room, task).rounds();
    let positions: Vec<usize> = rounds.iter().map(|round| round.positions.len()).collect();
    assert_eq!(positions, [0, 2]);
    let round = 2;
    assert_eq!(decision(&events).unwrap().1, Ground::Consensus { round });
}

#[test]
fn an_operator_who_does_not_come_is_not_waited_for_beyond_what_is_set() {
    let mut room = Room::of(&["codex", "gpt"]);
    set(&mut room, &[Rung::Operator], |ladder| {
        ladder.operator = Some(Span::secs(60));
    });
    let (task, _) = divided(&mut room, &[], &["41", "42"]);
    let due = room.state.next_wakeup(room.now).unwrap();
    assert_eq!(due.since(room.now), Span::secs(60));
    room.now = due;
    room.follow();
    assert!(matches!(room.phase(task), Phase::Ended { .. }));
    assert_eq!(room.state.attention().len(), 0);
    assert_eq!(room.state.next_wakeup(room.now), None);
}

#[test]
fn ballots_are_found_by_their_purpose() {
    let mut room = Room::of(&["a", "b", "c"]);
    set(&mut room, &ALL, |_| {});
    let texts = ["Use a queue.", "Use a lock.", "Rewrite it in one thread."];
    let (task, _) = divided(&mut room, &["a", "b", "c"], &texts);
    assert_eq!(contest(&room, task).asked(About::Ballot).count(), 3);
    let order = room.last_order().inquiry.unwrap();
    assert_eq!(order.candidates.len(), 2);
    assert_eq!(order.question, crate::core::Text::from("why?"));
}
