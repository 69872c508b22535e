//! How tasks of every strategy end, go on with others, or wait.

use pretty_assertions::assert_eq;

use crate::core::fixture::{Room, number, order, said, started};
use crate::core::{
    Basis, CallId, Command, Ending, Event, Failure, FailureKind, Outcome, Phase, Reach, Reply,
    Span, Strategy, Subject, TaskId, Text,
};

fn concluded(task: TaskId, outcome: Outcome) -> Event {
    Event::TaskConcluded { task, outcome }
}

fn done(result: &str, from: &[CallId], basis: Basis) -> Outcome {
    Outcome::Done {
        result: Text::from(result),
        from: from.to_vec(),
        basis,
    }
}

fn failed(why: &str) -> Outcome {
    Outcome::Failed {
        why: why.to_owned(),
    }
}

#[test]
fn a_solo_task_is_done_with_its_only_answer() {
    let mut room = Room::of(&["codex"]);
    let (task, calls) = room.add(order(Strategy::Solo, &[]));
    let events = room.answer(calls[0], said("because"));
    let outcome = done("because", &calls, Basis::Only);
    assert_eq!(events, [concluded(task, outcome)]);
}

#[test]
fn a_solo_task_goes_to_the_next_member_when_one_has_failed_for_good() {
    let mut room = Room::of(&["codex", "gpt"]);
    let (task, calls) = room.add(order(Strategy::Solo, &["gpt", "codex"]));
    assert_eq!(room.state.task(task).unwrap().council()[0].as_str(), "gpt");
    let again = started(&room.fail(calls[0], FailureKind::Auth));
    assert_eq!(
        room.state.task(task).unwrap().council()[0].as_str(),
        "codex"
    );
    let events = room.fail(again[0], FailureKind::Refused);
    assert_eq!(events, [concluded(task, failed("codex: it went wrong"))]);
}

#[test]
fn a_solo_task_waits_for_the_next_member_while_that_one_is_busy() {
    let mut room = Room::of(&["codex", "gpt"]);
    let (_, of_gpt) = room.add(order(Strategy::Solo, &["gpt"]));
    let (task, of_codex) = room.add(order(Strategy::Solo, &[]));
    assert_eq!(room.fail(of_codex[0], FailureKind::Auth), []);
    assert_eq!(*room.phase(task), Phase::Working);
    let events = room.answer(of_gpt[0], said("done"));
    assert_eq!(started(&events).len(), 1);
}

#[test]
fn the_first_of_a_race_stands_and_the_others_are_cancelled() {
    let mut room = Room::of(&["codex", "gpt"]);
    let (task, calls) = room.add(order(Strategy::Race, &[]));
    room.bind(calls[0], "thread-1");
    let events = room.answer(calls[1], said("me"));
    let session = room.state.call(calls[0]).unwrap().session();
    assert_eq!(
        events,
        [
            Event::CallEnded {
                call: calls[0],
                ending: Ending::Cancelled {
                    partial: Text::from("")
                },
            },
            Event::SessionUnbound { session },
            concluded(task, done("me", &calls[1..], Basis::First)),
        ]
    );
}

#[test]
fn a_race_goes_on_when_one_fails_and_ends_when_all_have() {
    let mut room = Room::of(&["codex", "gpt"]);
    let (task, calls) = room.add(order(Strategy::Race, &[]));
    assert_eq!(room.fail(calls[0], FailureKind::Refused), []);
    let events = room.fail(calls[1], FailureKind::Refused);
    let why = "codex: it went wrong; gpt: it went wrong";
    assert_eq!(events, [concluded(task, failed(why))]);
}

#[test]
fn a_race_of_members_that_are_down_ends_and_says_why() {
    let mut room = Room::of(&["codex", "gpt"]);
    room.down("codex");
    room.down("gpt");
    let task = room.state.next_task();
    room.command(&Command::AddTask(order(Strategy::Race, &["codex", "gpt"])));
    let why = "codex: it is down: no such program; gpt: it is down: no such program";
    assert_eq!(room.follow(), [concluded(task, failed(why))]);
}

#[test]
fn a_council_that_agrees_is_done() {
    let mut room = Room::of(&["codex", "gpt"]);
    let (task, calls) = room.add(order(Strategy::Council, &[]));
    assert_eq!(room.answer(calls[0], number("42")), []);
    let events = room.answer(calls[1], number("42.0"));
    let agreement = Event::AgreementFound {
        task,
        calls: calls.clone(),
    };
    let end = concluded(task, done("42", &calls, Basis::Agreement));
    assert_eq!(events, [agreement, end]);
    let record = room.state.members().next().unwrap().record();
    assert_eq!((record.won, record.lost), (1, 0));
}

#[test]
fn a_council_that_differs_asks_the_operator() {
    let mut room = Room::of(&["codex", "gpt"]);
    let (task, calls) = room.add(order(Strategy::Council, &[]));
    room.answer(calls[0], number("42"));
    room.answer(calls[1], number("41"));
    let item = room.state.attention().next().unwrap().clone();
    assert_eq!(item.subject, Subject::Choice { task });
    let Phase::Deciding {
        candidates,
        attention,
    } = room.phase(task)
    else {
        panic!("{:?}", room.phase(task));
    };
    assert_eq!((candidates.len(), *attention), (2, Some(item.id)));
}

#[test]
fn one_answer_of_three_is_no_agreement() {
    let mut room = Room::of(&["codex", "gpt", "claude"]);
    let (task, calls) = room.add(order(Strategy::Council, &[]));
    room.fail(calls[0], FailureKind::Auth);
    room.fail(calls[1], FailureKind::Auth);
    room.answer(calls[2], number("42"));
    let Phase::Deciding { candidates, .. } = room.phase(task) else {
        panic!("{:?}", room.phase(task));
    };
    assert_eq!(candidates[0].calls, [calls[2]]);
}

#[test]
fn two_equal_answers_of_four_are_no_agreement() {
    let names = ["codex", "gpt", "claude", "gemini"];
    let mut room = Room::of(&names);
    let (task, calls) = room.add(order(Strategy::Council, &names));
    room.fail(calls[0], FailureKind::Auth);
    room.fail(calls[1], FailureKind::Auth);
    room.answer(calls[2], number("42"));
    room.answer(calls[3], number("42"));
    assert!(matches!(room.phase(task), Phase::Deciding { .. }));
}

#[test]
fn a_council_in_which_nobody_answered_fails_or_is_cancelled() {
    let mut room = Room::of(&["codex", "gpt"]);
    let (failing, calls) = room.add(order(Strategy::Council, &[]));
    room.fail(calls[0], FailureKind::Refused);
    let events = room.command(&Command::CancelCall { call: calls[1] });
    assert_eq!(events.len(), 1);
    let why = "codex: it went wrong; gpt: cancelled";
    assert_eq!(room.follow(), [concluded(failing, failed(why))]);
    let (cancelled, calls) = room.add(order(Strategy::Council, &[]));
    for call in calls {
        room.command(&Command::CancelCall { call });
    }
    assert_eq!(room.follow(), [concluded(cancelled, Outcome::Cancelled)]);
}

#[test]
fn a_chain_ends_with_its_last_step_or_with_the_first_that_fails() {
    let mut room = Room::of(&["codex", "gpt"]);
    let (task, first) = room.add(order(Strategy::Chain, &["codex", "gpt"]));
    let second = started(&room.answer(first[0], said("draft")));
    let events = room.answer(second[0], said("final"));
    let outcome = done("final", &second, Basis::LastStep);
    assert_eq!(events, [concluded(task, outcome)]);
    let (task, first) = room.add(order(Strategy::Chain, &["codex", "gpt"]));
    let events = room.fail(first[0], FailureKind::Refused);
    let outcome = failed("codex: it went wrong");
    assert_eq!(events, [concluded(task, outcome)]);
}

#[test]
fn an_unreadable_answer_of_a_member_that_went_down_is_taken_as_it_is() {
    let mut room = Room::of(&["codex", "gpt"]);
    let (task, calls) = room.add(order(Strategy::Council, &[]));
    // Its session goes on with something else, so the repair has to wait.
    room.state
        .members
        .get_mut(&crate::core::fixture::name("codex"))
        .unwrap()
        .health = crate::core::Health::Restarting {
        why: "exited".to_owned(),
        at: room.now,
    };
    assert_eq!(room.answer(calls[0], said("prose")), []);
    room.answer(calls[1], number("42"));
    assert_eq!(*room.phase(task), Phase::Working);
    room.down("codex");
    assert!(matches!(room.phase(task), Phase::Deciding { .. }));
}

#[test]
fn a_member_that_left_does_not_hold_its_council_up() {
    let mut room = Room::with(&[("codex", Reach::Text), ("gpt", Reach::Text)]);
    let (_, busy) = room.add(order(Strategy::Solo, &["gpt"]));
    let (task, calls) = room.add(order(Strategy::Council, &["codex", "gpt"]));
    room.answer(calls[0], number("42"));
    room.command(&Command::CancelCall { call: busy[0] });
    room.command(&Command::Dismiss {
        member: crate::core::fixture::name("gpt"),
    });
    room.follow();
    assert!(matches!(room.phase(task), Phase::Deciding { .. }));
}

#[test]
fn a_solo_task_does_not_wait_for_a_member_that_is_paused() {
    let mut room = Room::of(&["codex", "gpt"]);
    let (task, calls) = room.add(order(Strategy::Solo, &[]));
    let failure = Failure {
        retry_after: Some(Span::secs(30)),
        ..Failure::new(FailureKind::RateLimited, "too many requests")
    };
    let partial = Text::from("");
    let events = room.end(calls[0], Ending::Failed { failure, partial });
    assert_eq!(started(&events).len(), 1);
    let known = room.state.task(task).unwrap();
    assert_eq!(known.council()[0].as_str(), "gpt");
    let because = known.routed_because();
    assert!(
        because.starts_with("codex failed (rate limited: too many requests), so gpt: "),
        "{because}"
    );
}

#[test]
fn a_named_member_that_rests_is_waited_for() {
    let mut room = Room::of(&["codex", "gpt"]);
    let (_, calls) = room.add(order(Strategy::Solo, &["codex"]));
    let failure = Failure {
        retry_after: Some(Span::secs(30)),
        ..Failure::new(FailureKind::RateLimited, "too many requests")
    };
    let partial = Text::from("");
    assert_eq!(room.end(calls[0], Ending::Failed { failure, partial }), []);
    room.wait(Span::secs(40));
    room.expire();
    assert_eq!(started(&room.follow()).len(), 1);
}

#[test]
fn a_council_gets_another_member_in_the_place_of_one_that_failed() {
    let mut room = Room::of(&["codex", "gpt", "claude", "gemini"]);
    let (task, calls) = room.add(order(Strategy::Council, &[]));
    assert_eq!(calls.len(), 3);
    let events = room.fail(calls[0], FailureKind::Refused);
    let fresh = started(&events);
    assert_eq!(fresh.len(), 1);
    let known = room.state.task(task).unwrap();
    assert_eq!(known.council().len(), 3);
    for call in [calls[1], calls[2]] {
        room.answer(call, number("42"));
    }
    let events = room.answer(fresh[0], number("42"));
    assert!(matches!(
        events.last(),
        Some(Event::TaskConcluded {
            outcome: Outcome::Done { .. },
            ..
        })
    ));
}

#[test]
fn a_chain_waits_for_a_login_and_goes_on_with_the_same_step() {
    let mut room = Room::of(&["codex", "gpt"]);
    let (task, first) = room.add(order(Strategy::Chain, &["codex", "gpt"]));
    let second = started(&room.answer(first[0], said("draft")));
    assert_eq!(room.fail(second[0], FailureKind::Auth), []);
    assert_eq!(*room.phase(task), Phase::Working);
    let item = room.state.attention().next().unwrap().id;
    room.command(&Command::Answer {
        attention: item,
        reply: Reply::Allow,
    });
    let again = started(&room.follow());
    let events = room.answer(again[0], said("final"));
    let outcome = done("final", &again, Basis::LastStep);
    assert_eq!(events, [concluded(task, outcome)]);
}
