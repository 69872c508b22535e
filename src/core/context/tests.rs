//! What calls are told, by whole rooms.

use pretty_assertions::assert_eq;

use super::{DocumentText, Shown};
use crate::core::fixture::{Room, name, number, order, said};
use crate::core::lesson::LessonOrder;
use crate::core::{
    CallId, CallOrder, Command, Effect, Event, LessonId, Report, Sharing, Span, Strategy, TaskId,
    TaskKind, TaskOrder, Text,
};

const ASKED: &str = "Why does the login test fail on slow machines?";
const AGAIN: &str = "The login test still fails on one of the slow machines.";
const LESSON: LessonId = LessonId(1);

fn learn(room: &mut Room, subject: &str, claim: &str) {
    room.command(&Command::Lesson(LessonOrder::Add {
        topic: TaskKind::General,
        subject: subject.to_owned(),
        claim: claim.to_owned(),
        why: "it was measured".to_owned(),
    }));
}

fn ordered(room: &Room, call: CallId) -> CallOrder {
    let mut orders = Vec::new();
    for effect in &room.effects {
        if let Effect::StartCall(order) = effect
            && order.call == call
        {
            orders.push(order.as_ref().clone());
        }
    }
    orders.pop().unwrap()
}

fn told(room: &Room, call: CallId) -> String {
    let pieces = ordered(room, call).known;
    let texts = pieces
        .iter()
        .map(|piece| format!("[{}]\n{}", piece.label, piece.text));
    texts.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_lesson_that_bears_on_a_task_is_told_with_its_source_and_noted() {
    let mut room = Room::of(&["codex"]);
    learn(&mut room, ASKED, "It waits for the refresh event");
    let (_, calls) = room.add(TaskOrder::new(AGAIN));
    assert_eq!(
        told(&room, calls[0]),
        "[lesson L1]\nAsked: Why does the login test fail on slow machines?\n\
         Holds: It waits for the refresh event\nWhy: it was measured\nSource: the operator"
    );
    assert_eq!(room.state.shown_to(calls[0]), [Shown::Lesson(LESSON)]);
    let seen = room.state.who_saw(|shown| *shown == Shown::Lesson(LESSON));
    assert_eq!(seen.map(|(call, _)| call).collect::<Vec<_>>(), calls);
    assert_eq!(room.state.lesson(LESSON).unwrap().uses(), 1);
}

#[test]
fn what_does_not_bear_on_a_task_leaves_its_prompt_alone() {
    let mut room = Room::of(&["codex"]);
    learn(&mut room, ASKED, "It waits for the refresh event");
    for prompt in [
        "Draw a cat.",
        "a",
        "Test it.",
        "Which colour has the login button?",
    ] {
        let (_, calls) = room.add(TaskOrder::new(prompt));
        assert_eq!(told(&room, calls[0]), "", "{prompt}");
        assert_eq!(room.state.shown_to(calls[0]), []);
        room.answer(calls[0], said("done"));
    }
}

#[test]
fn only_accepted_lessons_are_told() {
    let mut room = Room::of(&["codex"]);
    learn(&mut room, ASKED, "It waits for the refresh event");
    let why = || "I doubt it".to_owned();
    for order in [
        LessonOrder::Dispute {
            lesson: LESSON,
            why: why(),
        },
        LessonOrder::Retire {
            lesson: LESSON,
            why: why(),
        },
    ] {
        room.command(&Command::Lesson(order));
        let (_, calls) = room.add(TaskOrder::new(AGAIN));
        assert_eq!(told(&room, calls[0]), "");
        room.answer(calls[0], said("done"));
    }
}

#[test]
fn results_of_others_are_told_and_ones_own_conversation_is_not() {
    let mut room = Room::of(&["codex", "gpt"]);
    let to = |member: &str, prompt: &str| TaskOrder {
        members: vec![name(member)],
        ..TaskOrder::new(prompt)
    };
    let (first, calls) = room.add(to("codex", ASKED));
    room.answer(calls[0], said("The sleep races with the refresh."));
    let (_, own) = room.add(to("codex", AGAIN));
    assert_eq!(told(&room, own[0]), "");
    let (_, other) = room.add(to("gpt", AGAIN));
    assert_eq!(
        told(&room, other[0]),
        format!("[result of #1]\nAsked: {ASKED}\n\nThe sleep races with the refresh.")
    );
    assert!(
        matches!(room.state.shown_to(other[0]), [Shown::Result { task, .. }] if *task == first)
    );
    // What is handed on anyway is not told twice.
    let (_, after) = room.add(TaskOrder {
        after: vec![first],
        ..to("gpt", AGAIN)
    });
    assert_eq!(after, [], "gpt is at work");
    room.answer(other[0], said("done"));
    let call = room.state.calls_in_flight().last().unwrap().0;
    assert_eq!(
        (told(&room, call), ordered(&room, call).inputs.len()),
        (String::new(), 1)
    );
}

#[test]
fn answers_of_an_open_council_are_told_to_nobody() {
    let mut room = Room::of(&["codex", "gpt"]);
    let council = TaskOrder {
        prompt: Text::from(ASKED),
        ..order(Strategy::Council, &["codex", "gpt"])
    };
    let (_, calls) = room.add(council);
    room.answer(calls[0], number("41"));
    let (_, later) = room.add(TaskOrder {
        members: vec![name("codex")],
        ..TaskOrder::new(AGAIN)
    });
    assert_eq!(told(&room, later[0]), "");
    room.answer(calls[1], number("42"));
    assert!(told(&room, later[0]).is_empty());
}

#[test]
fn members_of_one_council_are_told_the_same() {
    let mut room = Room::of(&["codex", "gpt"]);
    learn(&mut room, ASKED, "It waits for the refresh event");
    let (_, calls) = room.add(TaskOrder {
        prompt: Text::from(AGAIN),
        ..order(Strategy::Council, &[])
    });
    assert!(!told(&room, calls[0]).is_empty());
    assert_eq!(told(&room, calls[0]), told(&room, calls[1]));
}

#[test]
fn the_budget_of_the_member_bounds_what_it_is_told() {
    let mut room = Room::of(&["codex", "gpt"]);
    for number in 0..30 {
        let subject = format!("login test on slow machines, case {number}");
        let claim = format!(
            "case {number}: {}",
            "it waits for the refresh event ".repeat(12)
        );
        learn(&mut room, &subject, &claim);
    }
    let sharing = |most, budget, codex| Sharing {
        most,
        budget,
        budget_of: [(name("codex"), codex)].into(),
        ..Sharing::default()
    };
    let mut lengths = |sharing: Sharing| {
        room.command(&Command::SetSharing(sharing));
        let (task, calls) = room.add(TaskOrder {
            prompt: Text::from(AGAIN),
            ..order(Strategy::Race, &["codex", "gpt"])
        });
        let told = [told(&room, calls[0]).len(), told(&room, calls[1]).len()];
        room.command(&Command::CancelTask { task });
        room.follow();
        told
    };
    let [codex, gpt] = lengths(sharing(5, 3000, 1000));
    assert!(
        (1..=1000).contains(&codex) && (1000..=3000).contains(&gpt),
        "{codex} {gpt}"
    );
    assert_eq!(lengths(sharing(5, 0, 0)), [0, 0]);
    assert_eq!(lengths(sharing(0, 3000, 1000)), [0, 0]);
}

#[test]
fn of_two_that_fit_alike_the_fresher_is_told_first() {
    let mut room = Room::of(&["codex"]);
    learn(
        &mut room,
        "login test on slow machines",
        "it needs one more minute",
    );
    room.wait(Span(100 * Span::DAY.0));
    learn(
        &mut room,
        "login test on slow computers",
        "machines wait for events",
    );
    let (_, calls) = room.add(TaskOrder::new("login test on slow machines and computers"));
    let shown = room.state.shown_to(calls[0]);
    assert_eq!(shown, [Shown::Lesson(LessonId(2)), Shown::Lesson(LESSON)]);
}

#[test]
fn pinned_documents_are_always_told_and_what_became_of_them_is_noted() {
    let mut room = Room::of(&["codex", "gpt"]);
    let pin = |document: &str, task| Command::Pin {
        document: document.to_owned(),
        task,
    };
    room.command(&pin("notes/style", None));
    let (task, calls) = room.add(TaskOrder::new("a"));
    let call = calls[0];
    assert_eq!(ordered(&room, call).documents, ["notes/style"]);
    let text = DocumentText::Read {
        digest: "00".to_owned(),
    };
    let report = Report::Told {
        call,
        document: "notes/style".to_owned(),
        text: text.clone(),
    };
    room.report(&report);
    let document = "notes/style".to_owned();
    assert_eq!(
        room.state.shown_to(call),
        [Shown::Document { document, text }]
    );
    // Said once, and only of what was to be read.
    assert!(matches!(
        room.report(&report).as_slice(),
        [Event::ReportStale { .. }]
    ));
    room.command(&pin("notes/of-another-task", Some(task)));
    let (_, other) = room.add(TaskOrder {
        members: vec![name("gpt")],
        ..TaskOrder::new("b")
    });
    assert_eq!(ordered(&room, other[0]).documents, ["notes/style"]);
}

#[test]
fn the_effect_of_a_lesson_is_counted_in_councils() {
    let mut room = Room::of(&["codex", "gpt", "claude"]);
    let council = |prompt: &str| TaskOrder {
        prompt: Text::from(prompt),
        ..order(Strategy::Council, &[])
    };
    let decide = |room: &mut Room, prompt: &str, says: [&str; 3]| -> TaskId {
        let (task, calls) = room.add(council(prompt));
        for (call, value) in calls.iter().zip(says) {
            room.answer(*call, number(value));
        }
        room.command(&Command::Choose {
            task,
            candidate: 0,
            among: None,
        });
        task
    };
    decide(&mut room, "Draw three cats and two dogs.", ["1", "2", "2"]);
    learn(&mut room, ASKED, "It waits for the refresh event");
    decide(&mut room, AGAIN, ["1", "1", "2"]);
    let lesson = room
        .state
        .lessons()
        .find(|one| one.draft().subject == ASKED)
        .unwrap();
    let tallies = (lesson.with(), room.state.without_lesson(lesson));
    assert_eq!((tallies.0.accepted, tallies.0.answers()), (2, 3));
    assert_eq!((tallies.1.accepted, tallies.1.answers()), (2, 3));
    // An answer that nobody competes with says nothing.
    let (_, calls) = room.add(TaskOrder::new(AGAIN));
    room.answer(calls[0], said("yes"));
    let lesson = room
        .state
        .lessons()
        .find(|one| one.draft().subject == ASKED)
        .unwrap();
    assert_eq!((lesson.with().answers(), lesson.uses()), (3, 4));
}
