//! Digests of sessions, by whole rooms: when one is due, who writes it, and what becomes of it.

use pretty_assertions::assert_eq;

use super::PATIENCE;
use crate::core::fixture::{Room, name, order, said, started, used};
use crate::core::history::{DIGEST_MAX, HISTORY_MAX};
use crate::core::{
    Access, Budget, CallId, Command, DigestOrder, Effect, Ending, Event, FailureKind, MemberName,
    Origin, Outcome, Period, Phase, Priority, Refusal, SessionDigest, SessionId, SessionOrder,
    Strategy, TaskId, TaskOrder, Text, resume,
};

const TALK: SessionId = SessionId(1);

/// A room in which claude writes the digests.
fn room() -> Room {
    let mut room = Room::of(&["codex", "claude"]);
    room.command(&Command::SetDigester(Some(name("claude"))));
    room
}

/// One turn of codex, so long that the fifth is one too many.
fn turn(room: &mut Room) -> Vec<Event> {
    let long = "It races. ".repeat(HISTORY_MAX / 80);
    let (_, calls) = room.add(TaskOrder {
        prompt: Text::from(long.as_str()),
        ..order(Strategy::Solo, &["codex"])
    });
    room.answer(calls[0], said(&long))
}

/// A session that has just grown too long.
fn grown(room: &mut Room) -> Vec<Event> {
    for _ in 0..4 {
        let events = turn(room);
        assert_eq!((digests(&events), orders(&events)), (vec![], vec![]));
    }
    turn(room)
}

fn digests(events: &[Event]) -> Vec<SessionDigest> {
    let mut found = Vec::new();
    for event in events {
        if let Event::SessionDigested { digest, .. } = event {
            found.push(digest.clone());
        }
    }
    found
}

fn orders(events: &[Event]) -> Vec<DigestOrder> {
    let mut found = Vec::new();
    for event in events {
        if let Event::DigestOrdered { order, .. } = event {
            found.push(*order);
        }
    }
    found
}

fn authors(events: &[Event]) -> Vec<Option<MemberName>> {
    digests(events).into_iter().map(|it| it.by).collect()
}

#[test]
fn a_member_is_asked_once_beside_the_sessions_own_turns_and_its_digest_is_told() {
    let mut room = room();
    let events = grown(&mut room);
    let task = TaskId(6);
    let expected = DigestOrder {
        through: 3,
        task,
        again: None,
    };
    assert_eq!(orders(&events), [expected]);
    let ordered = room.state.task(task).unwrap().order();
    assert_eq!(
        (ordered.origin, ordered.priority, ordered.deadline),
        (Origin::Room, Priority::Low, Some(room.now.after(PATIENCE)))
    );
    let call = room.last_order();
    let material = call.digest.as_ref().unwrap();
    assert_eq!((call.member, call.access), (name("claude"), Access::Read));
    assert_eq!(
        (material.turns.len(), material.too_long.is_none()),
        (3, true)
    );
    let apart = room.state.session(call.session).unwrap();
    assert_eq!(apart.title(), "digest of s1");
    // The session goes on meanwhile, and nobody is asked twice.
    let events = turn(&mut room);
    assert_eq!((orders(&events), started(&events)), (vec![], vec![]));
    let events = room.answer(call.call, said(" It was about the login. \n"));
    let text = Text::from("It was about the login.");
    let by = Some(name("claude"));
    let through = 3;
    assert_eq!(digests(&events), [SessionDigest { through, text, by }]);
    assert!(room.state.session(call.session).unwrap().is_closed());
    assert!(!room.state.has_documents(task));
    assert_eq!(
        room.state
            .member(&name("claude"))
            .unwrap()
            .record()
            .answered,
        1
    );
    room.add(order(Strategy::Solo, &["codex"]));
    let next = room.last_order();
    assert_eq!(next.earlier.unwrap().as_str(), "It was about the login.");
    assert_eq!(next.history.len(), 3);
}

#[test]
fn what_does_not_fit_is_asked_for_once_more_and_then_the_rules_do_it() {
    for (first, told) in [
        ("x".repeat(DIGEST_MAX + 1), true),
        (" \n".to_owned(), false),
    ] {
        let mut room = room();
        grown(&mut room);
        let call = room.last_order().call;
        let again = room.answer(call, said(&first));
        assert_eq!(orders(&again)[0].again, Some(TaskId(6)));
        let material = room.last_order().digest.unwrap();
        assert_eq!(
            material.too_long.map(|text| text.to_string()),
            told.then_some(first)
        );
        let events = room.answer(room.last_order().call, said(""));
        assert_eq!((orders(&events), authors(&events)), (vec![], vec![None]));
        assert_eq!(room.state.digest_order(TALK), None);
        let open = room.state.sessions().filter(|one| !one.is_closed());
        assert_eq!(open.count(), 1);
    }
}

#[test]
fn the_rules_do_it_where_no_member_can() {
    let alone = &mut Room::of(&["codex"]);
    let gone = &mut Room::of(&["codex"]);
    gone.command(&Command::SetDigester(Some(name("claude"))));
    let down = &mut room();
    down.down("claude");
    for room in [alone, gone, down] {
        let events = grown(room);
        assert_eq!((orders(&events), authors(&events)), (vec![], vec![None]));
    }
}

#[test]
fn a_digest_whose_member_fails_or_can_be_asked_no_more_is_made_by_the_rules() {
    // It fails.
    let failing = &mut room();
    grown(failing);
    let call = failing.last_order().call;
    let events = failing.fail(call, FailureKind::Refused);
    assert_eq!(authors(&events), [None]);
    let task = TaskId(6);
    let refused = failing.refused(&Command::RetryTask { task });
    assert_eq!(refused, Refusal::NotRetryable { task });
    // It waits for its member, and the budget is used up meanwhile.
    let poor = &mut room();
    poor.command(&Command::SetBudget(Budget {
        tokens: Some(100),
        per: Period::Room,
        ..Budget::default()
    }));
    let (_, busy) = poor.add(order(Strategy::Solo, &["claude"]));
    assert_eq!((orders(&grown(poor)).len(), poor.follow()), (1, vec![]));
    assert_eq!(authors(&poor.answer(busy[0], used(100))), [None]);
    // It takes too long.
    let slow = &mut room();
    grown(slow);
    let call = slow.last_order().call;
    slow.wait(PATIENCE);
    slow.expire();
    assert_eq!(authors(&slow.follow()), [None]);
    let member = name("claude");
    assert!(slow.effects.contains(&Effect::CancelCall { call, member }));
}

#[test]
fn a_digest_is_called_off_with_the_room_and_ordered_again_when_it_is_taken_up() {
    let mut room = room();
    grown(&mut room);
    let call = room.last_order().call;
    let events = room.command(&Command::CloseRoom);
    let cancelled = |event: &Event| matches!(event, Event::CallEnded { call: of, ending: Ending::Cancelled { .. } } if *of == call);
    assert!(events.iter().any(cancelled), "{events:?}");
    assert_eq!(room.state.digest_order(TALK), None);
    room.fold(resume(&room.state, room.now, "ignored"));
    let events = room.follow();
    assert_eq!(orders(&events)[0].task, TaskId(7));
}

#[test]
fn a_room_that_died_asks_the_member_again() {
    let mut room = room();
    grown(&mut room);
    room.fold(resume(&room.state, room.now, "ignored"));
    assert_eq!(started(&room.follow()), [CallId(7)]);
    assert!(room.last_order().digest.is_some());
    let events = room.answer(CallId(7), said("It races."));
    assert_eq!(authors(&events), [Some(name("claude"))]);
}

#[test]
fn nobody_is_asked_for_what_is_told_no_more() {
    let mut room = room();
    grown(&mut room);
    let order = SessionOrder::Reset;
    room.command(&Command::Session {
        session: TALK,
        order,
    });
    let events = room.follow();
    assert!(digests(&events).is_empty() && orders(&events).is_empty());
    let outcome = Outcome::Cancelled;
    let at = room.now;
    assert_eq!(*room.phase(TaskId(6)), Phase::Ended { at, outcome });
    assert_eq!(room.state.digest_order(TALK), None);
}

#[test]
fn a_digest_of_less_never_stands_in_the_place_of_one_of_more() {
    let mut room = room();
    grown(&mut room);
    let call = room.last_order().call;
    room.answer(call, said("It races."));
    let before = room.state.clone();
    for through in [1, 3] {
        let late = SessionDigest {
            through,
            text: Text::from("late"),
            by: None,
        };
        room.fold(vec![Event::SessionDigested {
            session: TALK,
            digest: late,
        }]);
        let session = |state: &crate::core::State| state.session(TALK).cloned();
        assert_eq!(session(&room.state), session(&before));
    }
}
