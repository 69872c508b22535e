//! Forged journals: what is wrong with each is found and named.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "each forges one sort of event"
)]

use pretty_assertions::assert_eq;

use super::{Flaw, Noticed, Verifier};
use crate::core::fixture::{Room, name, said};
use crate::core::ladder::staged::{ALL, asked, ballot, contest, divided, set, voted, votes};
use crate::core::ladder::{Answered, Fallback, Jury, Rung};
use crate::core::voting::{Outcome, Refused, Rule, Vote};
use crate::core::{
    Actor, Command, Decision, Dissent, Ending, Event, FailureKind, Ground, Phase, Recorded, TaskId,
    Text,
};

/// What is wrong with a journal, each with the place of its event.
fn flaws(journal: &[Recorded]) -> Vec<(u64, Flaw)> {
    let mut verifier = Verifier::new();
    let noticed = journal.iter().flat_map(|one| verifier.add(one));
    noticed
        .filter_map(|one| match one {
            Noticed::Flaw(found) => Some((found.seq, found.flaw)),
            Noticed::Over(_) => None,
        })
        .collect()
}

fn said_wrong(journal: &[Recorded]) -> Vec<String> {
    let found = flaws(journal).into_iter();
    found.map(|(_, flaw)| flaw.to_string()).collect()
}

/// Changes the first event that `change` knows; gives its place.
fn forge(journal: &mut [Recorded], change: impl Fn(&mut Event) -> bool) -> u64 {
    let mut events = journal.iter_mut();
    let forged = events.find_map(|one| change(&mut one.event).then_some(one.seq));
    forged.expect("there is such an event")
}

fn decided(journal: &mut [Recorded], change: impl Fn(&mut Decision)) -> u64 {
    forge(journal, |event| match event {
        Event::Decided { decision, .. } => {
            change(decision);
            true
        }
        _ => false,
    })
}

fn letters(seq: u64, flaw: Flaw) -> Vec<(u64, Flaw)> {
    vec![(seq, flaw)]
}

#[test]
fn what_a_room_did_adds_up() {
    let (room, task) = voted();
    let mut verifier = Verifier::new();
    let noticed: Vec<Noticed> = room
        .journal
        .iter()
        .flat_map(|one| verifier.add(one))
        .collect();
    let [Noticed::Over(checked)] = noticed.as_slice() else {
        panic!("{noticed:?}");
    };
    let (_, decision) = checked.decision.as_ref().unwrap();
    assert_eq!((checked.contest.task(), decision.chosen), (task, Some(1)));
    assert_eq!(*verifier.state(), room.state);
    assert_eq!(verifier.open().count(), 0);
}

#[test]
fn every_way_to_a_decision_adds_up() {
    // A repair, a second try that fails, a member that leaves, one that fails, the operator.
    let texts = ["Use a queue.", "Use a lock.", "Rewrite it in one thread."];
    let mut room = Room::of(&["a", "b", "c", "d"]);
    set(&mut room, &ALL, |ladder| ladder.jury = Jury::Room);
    let (task, _) = divided(&mut room, &["a", "b", "c"], &texts);
    for _ in 0..2 {
        let (_, call) = asked(&room, task, "a");
        room.answer(call, said("B is best."));
    }
    votes(&mut room, task, "b", 2);
    let (_, call) = asked(&room, task, "c");
    room.fail(call, FailureKind::Refused);
    room.command(&Command::Dismiss { member: name("b") });
    room.follow();
    while let Some((call, _)) = { room.state.calls_in_flight().next() } {
        room.answer(call, said(r#"{"hold": true}"#));
    }
    room.command(&Command::Choose {
        task,
        candidate: 0,
        among: None,
    });
    room.follow();
    assert!(matches!(room.phase(task), Phase::Ended { .. }));
    assert_eq!(said_wrong(&room.journal), [""; 0]);
    // By the expert, and by the record.
    for (rungs, fallback) in [
        (&[Rung::Expert][..], Fallback::Fail),
        (&[Rung::Vote], Fallback::StatusQuo),
    ] {
        let mut room = Room::of(&["a", "b", "c"]);
        set(&mut room, rungs, |ladder| ladder.fallback = fallback);
        let (task, _) = divided(&mut room, &["a", "b"], &["41", "42"]);
        while let Some((call, _)) = { room.state.calls_in_flight().next() } {
            room.answer(call, said(r#"{"choice": "A", "because": "it holds"}"#));
        }
        assert!(matches!(room.phase(task), Phase::Ended { .. }));
        assert_eq!(said_wrong(&room.journal), [""; 0]);
    }
}

#[test]
fn a_changed_outcome_is_named() {
    let (mut room, _) = voted();
    let seq = forge(&mut room.journal, |event| match event {
        Event::VoteClosed { closed, .. } => {
            let among = vec![0, 1];
            let next = Vec::new();
            closed.outcome = Outcome::Tie { among, next };
            closed.winners.insert(Rule::Borda, 0);
            true
        }
        _ => false,
    });
    let found = flaws(&room.journal);
    let [(one, Flaw::Outcome { .. }), (two, winner)] = found.as_slice() else {
        panic!("{found:?}");
    };
    assert_eq!((*one, *two), (seq, seq));
    assert_eq!(winner.to_string(), "under borda B wins, not A");
    assert_eq!(
        found[0].1.to_string(),
        "recorded is: a tie of A and B; counted anew it is: B wins"
    );
}

#[test]
fn a_decision_against_the_count_is_named() {
    let (mut room, _) = voted();
    let seq = decided(&mut room.journal, |decision| {
        decision.chosen = Some(0);
    });
    let found = flaws(&room.journal);
    assert!(found.iter().all(|(place, _)| *place >= seq), "{found:?}");
    let told = said_wrong(&room.journal);
    assert_eq!(told[0], "A is decided for, and the count is: B wins");
    assert!(
        told.contains(&"the dissent of c is not recorded".to_owned()),
        "{told:?}"
    );
    let last = told.last().unwrap();
    assert_eq!(last, "the result is not the answer that was decided for");
}

/// A vote of five for the second of three answers, in which `d`, who gave none, ranks the first first.
fn divided_vote() -> (Room, TaskId) {
    let mut room = Room::of(&["a", "b", "c", "d", "e"]);
    set(&mut room, &ALL, |ladder| ladder.jury = Jury::Room);
    let texts = ["Use a queue.", "Use a lock.", "Rewrite it in one thread."];
    let (task, _) = divided(&mut room, &["a", "b", "c"], &texts);
    for (member, first) in [("a", 1), ("b", 2), ("c", 1), ("d", 0), ("e", 1)] {
        votes(&mut room, task, member, first);
    }
    (room, task)
}

#[test]
fn dissent_that_is_left_out_or_made_up_is_named() {
    let (room, _) = divided_vote();
    assert_eq!(flaws(&room.journal), []);
    let with = |change: &dyn Fn(&mut Vec<Dissent>)| {
        let mut journal = room.journal.clone();
        let seq = decided(&mut journal, |decision| change(&mut decision.dissent));
        let found = flaws(&journal).into_iter();
        let found = found.map(|(place, flaw)| {
            assert_eq!(place, seq);
            flaw
        });
        found.collect::<Vec<_>>()
    };
    let flaw = |member, recorded| Flaw::Dissent {
        member: name(member),
        recorded,
    };
    let made_up = Dissent {
        member: name("b"),
        candidate: 0,
        because: String::new(),
    };
    let swapped = with(&|all| *all = vec![made_up.clone()]);
    assert_eq!(swapped, [flaw("d", false), flaw("b", true)]);
    // Another reason than the one that was given, and the same one twice.
    let reworded = with(&|all| all[0].because = "it errs".to_owned());
    assert_eq!(reworded, [flaw("d", false), flaw("d", true)]);
    let twice = with(&|all| all.push(all[0].clone()));
    assert_eq!(twice, [flaw("d", true)]);
}

#[test]
fn a_ballot_that_was_not_said_is_named() {
    let (room, task) = voted();
    let mut forged = room.journal.clone();
    let other = contest(&room, task).ballots().unwrap();
    let other = other.vote(&name("c")).unwrap().clone();
    let seq = forge(&mut forged, |event| match event {
        Event::InquiryAnswered { answered, .. } => {
            let reason = "I abstain".to_owned();
            *answered = Answered::Vote(Vote::Abstained(crate::core::voting::Abstention::Chosen {
                reason,
            }));
            true
        }
        _ => false,
    });
    let found = flaws(&forged);
    assert!(matches!(&found[0], (place, Flaw::Misread { .. }) if *place == seq));
    // It says so, and the count is another one.
    assert!(
        found
            .iter()
            .any(|(_, flaw)| matches!(flaw, Flaw::Outcome { .. } | Flaw::Winner { .. }))
    );
    assert!(matches!(other, Vote::Ranked(_)));
    let mut forged = room.journal;
    forge(&mut forged, |event| match event {
        Event::InquiryAnswered { answered, .. } => {
            let why = "its call was called off".to_owned();
            *answered = Answered::Nothing { why };
            true
        }
        _ => false,
    });
    let told = said_wrong(&forged);
    assert_eq!(
        told[0],
        "a answered #2 so that it can be read, and nothing of it is recorded"
    );
}

#[test]
fn an_answer_that_was_changed_after_it_was_given_is_named() {
    let (room, task) = voted();
    let (inquiry, by) = {
        let mut all = contest(&room, task).inquiries().iter();
        let (by, inquiry) = all.find(|(_, one)| one.member().as_str() == "a").unwrap();
        (inquiry.clone(), *by)
    };
    let mut forged = room.journal;
    forge(&mut forged, |event| match event {
        Event::TaskConcluded { task, outcome } if *task == by => {
            if let crate::core::Outcome::Done { result, .. } = outcome {
                *result = Text::from(ballot(&inquiry, 2));
            }
            true
        }
        _ => false,
    });
    let told = said_wrong(&forged);
    assert_eq!(
        told[0],
        format!("the result of {by} is not what a answered")
    );
    assert!(
        told[1].starts_with("what a answered to #2 does not read as"),
        "{told:?}"
    );
}

#[test]
fn a_ballot_by_another_member_is_named() {
    let (room, task) = voted();
    let by = *contest(&room, task).inquiries().keys().next().unwrap();
    let mut forged = room.journal;
    // The session of the inquiry is another one's.
    let session = forged.iter().find_map(|one| match &one.event {
        Event::CallStarted { task, session, .. } if *task == by => Some(*session),
        _ => None,
    });
    forge(&mut forged, |event| match event {
        Event::SessionOpened {
            session: opened,
            member,
            ..
        } if Some(*opened) == session => {
            *member = name("b");
            true
        }
        _ => false,
    });
    let told = said_wrong(&forged);
    assert_eq!(told, ["the reply of a to #2 was given by b"]);
}

#[test]
fn a_doubled_ballot_is_named_and_does_not_count() {
    let (mut room, task) = voted();
    let found = room
        .journal
        .iter()
        .position(|one| matches!(&one.event, Event::InquiryAnswered { .. }));
    let place = found.unwrap();
    let again = room.journal[place].clone();
    room.journal.insert(place + 1, again);
    for (seq, one) in (1..).zip(&mut room.journal) {
        one.seq = seq;
    }
    let mut verifier = Verifier::new();
    let noticed: Vec<Noticed> = room
        .journal
        .iter()
        .flat_map(|one| verifier.add(one))
        .collect();
    let Noticed::Flaw(first) = &noticed[0] else {
        panic!("{noticed:?}");
    };
    let by = TaskId(task.0 + 1);
    let member = name("a");
    assert_eq!(first.flaw, Flaw::Doubled { member, by });
    let ballots = verifier.state().contest(task).unwrap().ballots().unwrap();
    assert_eq!(ballots.refused()[0].why, Refused::Duplicate);
    // The count is what it was.
    assert_eq!(noticed.len(), 2, "{noticed:?}");
}

#[test]
fn an_event_that_is_gone_is_named() {
    let (mut room, _) = voted();
    let place = room.journal.len() / 2;
    let gone = room.journal.remove(place);
    let missing = gone.seq;
    let found = flaws(&room.journal);
    assert_eq!(found[0], (missing + 1, Flaw::Gap { missing }));
}

#[test]
fn a_decision_without_a_quorum_is_named() {
    let mut room = Room::of(&["a", "b", "c", "d"]);
    set(&mut room, &[Rung::Vote, Rung::Operator], |ladder| {
        ladder.jury = Jury::Room;
        ladder.quorum = Some("4 of 4".parse().unwrap());
    });
    let (task, _) = divided(&mut room, &["a", "b"], &["41", "42"]);
    votes(&mut room, task, "c", 1);
    let (_, call) = asked(&room, task, "d");
    room.fail(call, FailureKind::Refused);
    room.command(&Command::Choose {
        task,
        candidate: 1,
        among: None,
    });
    assert_eq!(said_wrong(&room.journal), [""; 0]);
    let rule = contest(&room, task).terms().unwrap().setup.rule;
    let seq = decided(&mut room.journal, |decision| {
        decision.by = Actor::Room;
        decision.ground = Ground::Vote { rule };
    });
    let found = flaws(&room.journal);
    let (present, needed) = (3, 4);
    assert_eq!(found[0], (seq, Flaw::NoQuorum { present, needed }));
    assert!(
        matches!(found[1], (_, Flaw::AgainstCount { .. })),
        "{found:?}"
    );
}

#[test]
fn grounds_that_nothing_bears_out_are_named() {
    let (room, _) = voted();
    let rule = Rule::Borda;
    let fallback = Fallback::BestRecord;
    let member = name("a");
    for (ground, told) in [
        (
            Ground::Vote { rule },
            "it is decided by a vote under borda, and the vote was set up under schulze",
        ),
        (
            Ground::Consensus { round: 1 },
            "B is decided for by consensus, and the members do not stand for one answer",
        ),
        (
            Ground::Expert { member },
            "B is decided for by a as the expert, and its opinion is none",
        ),
        (
            Ground::Fallback { fallback },
            "it is decided by the fallback best-record, and fail was set",
        ),
        (
            Ground::Operator,
            "it is decided by the operator, and by the word of the room",
        ),
    ] {
        let mut forged = room.journal.clone();
        decided(&mut forged, |decision| decision.ground = ground.clone());
        assert_eq!(said_wrong(&forged)[0], told);
    }
    let mut forged = room.journal;
    forged.retain(|one| !matches!(one.event, Event::Decided { .. }));
    let found = said_wrong(&forged);
    assert!(
        found
            .iter()
            .any(|one| one.contains("no decision is recorded")),
        "{found:?}"
    );
}

#[test]
fn a_sheet_that_shows_what_its_voter_wrote_is_named() {
    let (room, _) = voted();
    let mut forged = room.journal;
    let seq = forge(&mut forged, |event| match event {
        Event::InquiryMade { inquiry, .. } => {
            inquiry.sheet.order = vec![0, 1, 2];
            true
        }
        _ => false,
    });
    let found = flaws(&forged);
    assert!(
        matches!(&found[0], (place, Flaw::WrongSheet { .. }) if *place == seq),
        "{found:?}"
    );
}

#[test]
fn strangers_do_not_vote_and_nobody_answers_for_the_members() {
    let (room, _) = voted();
    let mut forged = room.journal.clone();
    let seq = forge(&mut forged, |event| match event {
        Event::VoteOpened { panel, .. } => {
            let seat = panel.seats().next().unwrap().1.clone();
            let seats = panel
                .seats()
                .map(|(name, seat)| (name.clone(), seat.clone()));
            let more = [(name("ghost"), seat)];
            *panel = crate::core::voting::Panel::new(1, seats.chain(more).collect::<Vec<_>>());
            true
        }
        _ => false,
    });
    let voter = name("ghost");
    assert_eq!(
        flaws(&forged)[0],
        letters(seq, Flaw::StrangeVoter { voter })[0]
    );
    // The answer of a candidate was never given.
    let mut forged = room.journal;
    forge(&mut forged, |event| match event {
        Event::CallEnded { ending, .. } => {
            let partial = Text::from("");
            *ending = Ending::Cancelled { partial };
            true
        }
        _ => false,
    });
    let told = said_wrong(&forged);
    assert!(
        told[0].contains("which is no answer to the task"),
        "{told:?}"
    );
}
