//! Large tasks that are looked at first, by whole rooms: who is asked, what comes of it, and that nothing
//! that can go wrong keeps a task.

use pretty_assertions::assert_eq;

use super::PATIENCE;
use crate::core::appraisal::{Appraised, Appraisers, Look, Stakes};
use crate::core::fixture::{Room, name, order, said, started};
use crate::core::{
    Access, Budget, Command, Event, FailureKind, KindBy, Origin, Outcome, Period, Phase, Strategy,
    TaskId, TaskKind, TaskOrder, resume,
};

const LARGE: TaskId = TaskId(1);
const SAID: &str =
    r#"{"kind": "review", "stakes": "high", "answer_tokens": 5000, "why": "It moves money."}"#;

/// A room in which claude looks at tasks of a hundred tokens and more.
fn room() -> Room {
    looked_at_by(Some("claude"))
}

fn looked_at_by(by: Option<&str>) -> Room {
    let mut room = Room::of(&["codex", "claude"]);
    set(&mut room, Some(100), by);
    room
}

fn set(room: &mut Room, above: Option<u64>, by: Option<&str>) {
    let by = by.map(name);
    room.command(&Command::SetAppraisers(Appraisers { above, by }));
}

fn large() -> TaskOrder {
    TaskOrder {
        kind_by: KindBy::Open,
        strategy: Strategy::Auto,
        ..TaskOrder::new("x ".repeat(200))
    }
}

fn appraised(events: &[Event]) -> Vec<Appraised> {
    let mut found = Vec::new();
    for event in events {
        if let Event::Appraised { what } = event {
            found.push(what.clone());
        }
    }
    found
}

/// Why a task goes without an appraisal.
fn without(room: &Room) -> String {
    match room.state.task(LARGE).unwrap().look() {
        Some(Look::Without { why }) => why.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_large_task_waits_for_what_a_member_says_of_it_and_a_small_one_does_not() {
    let mut room = room();
    let (task, calls) = room.add(large());
    assert_eq!((task, calls.len()), (LARGE, 1));
    let asked = room.last_order();
    let own = room.state.task(asked.task).unwrap();
    assert_eq!(
        (
            own.order().origin,
            own.order().deadline,
            asked.member.as_str(),
            asked.access
        ),
        (
            Origin::Room,
            Some(room.now.after(PATIENCE)),
            "claude",
            Access::Read
        )
    );
    let material = asked.appraisal.unwrap();
    assert_eq!(material.prompt, large().prompt);
    assert!(material.kinds.len() == TaskKind::ALL.len() && material.flaw.is_none());
    let title = room
        .state
        .session(asked.session)
        .unwrap()
        .title()
        .to_owned();
    assert_eq!(title, "looks at #1");
    // A small one of the same sort goes at once.
    let (_, small) = room.add(order(Strategy::Solo, &[]));
    assert_eq!(small.len(), 1);
    assert_eq!(room.state.task(LARGE).unwrap().phase(), &Phase::Queued);

    let events = room.answer(asked.call, said(SAID));
    assert!(matches!(
        appraised(&events).as_slice(),
        [Appraised::Given { .. }]
    ));
    let task = room.state.task(LARGE).unwrap();
    let appraisal = task.appraisal().unwrap();
    assert_eq!(
        (
            appraisal.by.as_str(),
            appraisal.stakes,
            appraisal.why.as_str()
        ),
        ("claude", Stakes::High, "It moves money.")
    );
    assert_eq!(
        (task.order().kind, task.order().kind_by),
        (TaskKind::Review, KindBy::Text)
    );
    assert!(room.state.session(asked.session).unwrap().is_closed());
    assert!(started(&events).len() == 1 && !task.council().is_empty());
}

#[test]
fn what_the_operator_said_of_a_kind_stands() {
    let mut room = room();
    room.add(TaskOrder {
        kind: TaskKind::Code,
        kind_by: KindBy::Given,
        ..large()
    });
    let asked = room.last_order();
    room.answer(asked.call, said(SAID));
    assert_eq!(room.state.task(LARGE).unwrap().order().kind, TaskKind::Code);
    // And what is said while a member looks at it.
    let mut room = self::room();
    room.add(large());
    let kind = TaskKind::Creative;
    room.command(&Command::Relabel { task: LARGE, kind });
    let asked = room.last_order();
    let events = room.answer(asked.call, said(SAID));
    assert_eq!(started(&events).len(), 1);
    assert_eq!(room.state.task(LARGE).unwrap().order().kind, kind);
}

#[test]
fn what_cannot_be_read_is_asked_for_once_more_with_what_is_wrong() {
    let mut room = room();
    let (_, calls) = room.add(large());
    let events = room.answer(calls[0], said(r#"{"kind": "poetry", "stakes": "high"}"#));
    let again = started(&events);
    let asked = room.last_order();
    let flaw = asked.appraisal.unwrap().flaw.unwrap();
    assert!(flaw.starts_with("`poetry` is no kind of task"), "{flaw}");
    let events = room.answer(again[0], said("It is poetry."));
    let why =
        "what claude said cannot be read: there is no JSON object with a `kind` and `stakes` in it";
    assert_eq!(without(&room), why);
    assert_eq!(started(&events).len(), 1);
}

#[test]
fn without_a_name_the_best_at_analysis_looks_and_without_anybody_the_task_goes() {
    let mut room = looked_at_by(None);
    room.add(large());
    assert!(room.last_order().appraisal.is_some());
    let mut gone = looked_at_by(Some("claude"));
    gone.down("claude");
    let (_, calls) = gone.add(large());
    assert_eq!(without(&gone), "claude cannot be asked now");
    assert_eq!(calls.len(), 1);
}

#[test]
fn a_member_that_fails_or_is_too_late_keeps_nothing_waiting() {
    let mut failing = room();
    let (_, calls) = failing.add(large());
    let events = failing.fail(calls[0], FailureKind::Refused);
    assert_eq!(started(&events).len(), 1);
    assert!(
        without(&failing).contains("claude"),
        "{}",
        without(&failing)
    );

    let mut late = room();
    late.add(large());
    late.wait(PATIENCE);
    late.expire();
    let events = late.follow();
    assert_eq!(started(&events).len(), 1);
    assert!(!without(&late).is_empty());
}

#[test]
fn a_task_that_is_called_off_calls_the_question_off() {
    let mut room = room();
    room.add(large());
    let asked = room.last_order();
    room.command(&Command::CancelTask { task: LARGE });
    room.follow();
    let outcome = room.state.task(asked.task).unwrap().outcome();
    assert_eq!(outcome, Some(&Outcome::Cancelled));
    assert!(room.state.session(asked.session).unwrap().is_closed());
    assert!(room.state.appraisals.at_work.is_empty());
}

#[test]
fn a_task_is_looked_at_when_those_before_it_are_done_and_not_again_when_it_is_retried() {
    let mut room = room();
    let (first, calls) = room.add(order(Strategy::Solo, &["codex"]));
    room.add(TaskOrder {
        after: vec![first],
        ..large()
    });
    assert_eq!(room.state.calls_in_flight().count(), 1);
    room.answer(calls[0], said("done"));
    let asked = room.last_order();
    assert!(asked.appraisal.is_some());
    let events = room.answer(asked.call, said(SAID));
    let task = TaskId(2);
    for call in started(&events) {
        room.fail(call, FailureKind::Refused);
    }
    if !room.state.task(task).unwrap().is_ended() {
        room.command(&Command::CancelTask { task });
        room.follow();
    }
    room.command(&Command::RetryTask { task });
    let events = room.follow();
    assert_eq!(appraised(&events), []);
    assert!(room.state.task(task).unwrap().appraisal().is_some());
}

#[test]
fn no_more_than_eight_are_asked_about_at_once_and_switching_it_off_lets_all_go() {
    let mut room = room();
    for _ in 0..12 {
        room.add(large());
    }
    assert_eq!(room.state.appraisals.at_work.len(), 8);
    set(&mut room, None, None);
    let events = room.follow();
    let let_go = appraised(&events).len();
    assert_eq!(let_go, 4);
}

#[test]
fn a_used_up_budget_asks_nobody() {
    let mut room = room();
    room.command(&Command::SetBudget(Budget {
        tokens: Some(0),
        per: Period::Room,
        ..Budget::default()
    }));
    room.add(large());
    assert_eq!(without(&room), "claude cannot be asked now");
}

#[test]
fn a_room_that_is_taken_up_again_asks_anew() {
    let mut room = room();
    let (_, calls) = room.add(large());
    room.command(&Command::CloseRoom);
    assert!(room.state.appraisals.at_work.is_empty());
    let resumed = resume(&room.state, room.now, "test");
    room.fold(resumed);
    let again = started(&room.follow());
    assert_eq!(again.len(), 1);
    assert_ne!(again[0], calls[0]);
    room.answer(again[0], said(SAID));
    assert!(room.state.task(LARGE).unwrap().appraisal().is_some());
}

#[test]
fn much_that_depends_on_it_calls_several_and_little_calls_one() {
    let several = |stakes: &str| {
        let mut room = Room::of(&["codex", "claude", "gpt"]);
        set(&mut room, Some(100), Some("gpt"));
        let mut setting = room.state.learning().setting().clone();
        setting.further = 1.0;
        room.command(&Command::SetRouting(setting));
        room.add(large());
        let asked = room.last_order();
        let told = format!(r#"{{"kind": "factual", "stakes": "{stakes}"}}"#);
        room.answer(asked.call, said(&told));
        let task = room.state.task(LARGE).unwrap();
        let because = task.convened().unwrap().because.clone();
        (task.council().len(), because)
    };
    let (high, because) = several("high");
    assert_eq!(
        (high, because.as_str()),
        (2, "who looked at it says that much depends on it")
    );
    assert_eq!(several("low").0, 1);
}
