//! Foreign edits and proposed tasks, from the report to the last word.

use pretty_assertions::assert_eq;

use super::PROPOSALS_MAX;
use crate::core::fixture::{Room, said};
use crate::core::{
    Actor, Attention, AttentionId, Basis, Command, Event, Import, Origin, Outcome, OutsideEdit,
    Phase, Refusal, Reply, Report, Resolution, Settled, Subject, TaskId, TaskOrder, Text,
};

const ITEM: AttentionId = AttentionId(1);

fn edit(digest: &str, import: Import) -> OutsideEdit {
    OutsideEdit {
        document: "results/1".to_owned(),
        digest: digest.to_owned(),
        diff: Text::from("-a\n+b\n"),
        import,
    }
}

fn nothing() -> Import {
    Import::Nothing {
        why: "it is derived".to_owned(),
    }
}

fn report(edit: OutsideEdit) -> Report {
    Report::Edited {
        edit: Box::new(edit),
        proposals: Vec::new(),
        only_proposals: false,
    }
}

fn proposed(digest: &str, proposals: Vec<TaskOrder>, only_proposals: bool) -> Report {
    let edit = OutsideEdit {
        document: "task_queue.json".to_owned(),
        ..edit(digest, nothing())
    };
    Report::Edited {
        edit: Box::new(edit),
        proposals,
        only_proposals,
    }
}

fn wanted(prompt: &str) -> TaskOrder {
    TaskOrder {
        origin: Origin::Hub,
        ..TaskOrder::new(prompt)
    }
}

fn answer(reply: Reply) -> Command {
    Command::Answer {
        attention: ITEM,
        reply,
    }
}

fn resolved(by: Actor, reply: Reply) -> Event {
    Event::AttentionResolved {
        attention: ITEM,
        asked: None,
        resolution: Resolution::by(by, reply),
    }
}

fn settled(document: &str, digest: &str, how: Settled) -> Event {
    Event::EditSettled {
        document: document.to_owned(),
        digest: digest.to_owned(),
        how,
    }
}

fn no() -> Reply {
    Reply::Deny {
        reason: String::new(),
    }
}

/// A room whose first task is done.
fn done() -> Room {
    let mut room = Room::of(&["codex"]);
    let (_, calls) = room.add(TaskOrder::new("a"));
    room.answer(calls[0], said("Forty-one."));
    room
}

#[test]
fn a_foreign_edit_is_asked_about_once_and_its_last_word_holds_for_the_same_text() {
    let mut room = done();
    let found = edit("d1", nothing());
    let expires = Some(room.now.after(room.state.policy().patience));
    let attention = Attention {
        id: ITEM,
        subject: Subject::Edited {
            edit: Box::new(found.clone()),
        },
        since: room.now,
        expires,
    };
    assert_eq!(
        room.report(&report(found.clone())),
        [Event::AttentionRaised { attention }]
    );
    assert_eq!(room.report(&report(found.clone())), []);
    assert_eq!(
        room.command(&answer(Reply::KeepAside)),
        [
            resolved(Actor::Operator, Reply::KeepAside),
            settled("results/1", "d1", Settled::KeptAside)
        ]
    );
    assert_eq!(room.report(&report(found)), []);
    let kept = room.state.settled_edit("results/1", "d1");
    assert_eq!(kept, Some(Settled::KeptAside));
    assert_eq!(room.state.settled_edit("results/1", "d2"), None);
    assert_eq!(room.report(&report(edit("d2", nothing()))).len(), 1);
}

#[test]
fn what_cannot_be_imported_says_why_and_can_be_written_over() {
    let mut room = done();
    room.report(&report(edit("d1", nothing())));
    for reply in [
        Reply::Allow,
        Reply::AllowForSession,
        Reply::Fill {
            content: Text::from("{}"),
        },
    ] {
        let refused = room.refused(&answer(reply));
        assert!(matches!(refused, Refusal::WrongReply { .. }), "{refused}");
    }
    let words = room.refused(&answer(Reply::Allow)).to_string();
    assert!(words.contains("it is derived"), "{words}");
    assert_eq!(
        room.command(&answer(no())),
        [
            resolved(Actor::Operator, no()),
            settled("results/1", "d1", Settled::Overwritten)
        ]
    );
}

#[test]
fn an_imported_result_is_the_operators() {
    let mut room = done();
    let (task, text) = (TaskId(1), Text::from("Forty-two."));
    let import = Import::Result {
        task,
        text: text.clone(),
    };
    room.report(&report(edit("d1", import)));
    assert_eq!(
        room.command(&answer(Reply::Allow)),
        [
            resolved(Actor::Operator, Reply::Allow),
            Event::ResultReplaced {
                task,
                result: text.clone()
            },
            settled("results/1", "d1", Settled::Imported),
        ]
    );
    let Phase::Ended {
        outcome: Outcome::Done {
            result,
            from,
            basis,
        },
        ..
    } = room.phase(task)
    else {
        panic!("it has no result");
    };
    assert_eq!((result, *basis, from.len()), (&text, Basis::Operator, 1));
}

#[test]
fn a_result_of_a_task_that_has_none_is_not_imported() {
    let mut room = Room::of(&["codex"]);
    let import = Import::Result {
        task: TaskId(9),
        text: Text::from("x"),
    };
    room.report(&report(edit("d1", import)));
    let words = room.refused(&answer(Reply::Allow)).to_string();
    assert!(words.contains("no result any more"), "{words}");
}

#[test]
fn another_edit_takes_the_place_of_the_first_and_one_that_is_gone_is_withdrawn() {
    let mut room = done();
    room.report(&report(edit("d1", nothing())));
    let events = room.report(&report(edit("d2", nothing())));
    let [
        Event::AttentionResolved {
            attention: ITEM, ..
        },
        Event::AttentionRaised { attention },
    ] = events.as_slice()
    else {
        panic!("{events:?}");
    };
    assert_eq!(attention.id, AttentionId(2));
    assert_eq!(room.state.attention().len(), 1);
    let document = "results/1".to_owned();
    let gone = Report::EditGone { document };
    assert_eq!(room.report(&gone).len(), 1);
    assert_eq!(room.state.attention().len(), 0);
    assert_eq!(room.report(&gone), []);
}

#[test]
fn what_nobody_answers_is_kept_aside() {
    let mut room = done();
    room.report(&report(edit("d1", nothing())));
    let due = room.now.after(room.state.policy().patience);
    assert_eq!(room.state.next_wakeup(room.now), Some(due));
    room.now = due;
    assert_eq!(
        room.expire(),
        [
            resolved(Actor::Clock, Reply::KeepAside),
            settled("results/1", "d1", Settled::KeptAside)
        ]
    );
}

#[test]
fn a_proposed_task_waits_for_the_operator() {
    let mut room = done();
    let order = wanted("look at it");
    let events = room.report(&proposed("d1", vec![order.clone()], true));
    let attention = Attention {
        id: ITEM,
        subject: Subject::Proposed {
            order: Box::new(order.clone()),
        },
        since: room.now,
        expires: None,
    };
    assert_eq!(
        events,
        [
            Event::AttentionRaised { attention },
            settled("task_queue.json", "d1", Settled::Imported)
        ]
    );
    // Seen once more, with another one, before ours was put back.
    let second = wanted("and at this");
    let events = room.report(&proposed("d2", vec![order.clone(), second], true));
    assert_eq!((events.len(), room.state.attention().len()), (2, 2));
    let events = room.command(&answer(Reply::Allow));
    let task = TaskId(2);
    assert_eq!(events[0], resolved(Actor::Operator, Reply::Allow));
    assert!(
        matches!(&events[1], Event::TaskAdded { task: added, order: with, .. }
            if *added == task && *with == order),
        "{events:?}"
    );
    let refuse = Command::Answer {
        attention: AttentionId(2),
        reply: no(),
    };
    assert_eq!(room.command(&refuse).len(), 1);
    assert_eq!(room.state.attention().len(), 0);
}

#[test]
fn a_proposed_task_that_cannot_be_taken_stays() {
    let mut room = Room::of(&[]);
    room.report(&proposed("d1", vec![wanted("look at it")], true));
    assert_eq!(room.refused(&answer(Reply::Allow)), Refusal::NoMembers);
    let odd = room.refused(&answer(Reply::KeepAside));
    assert!(matches!(odd, Refusal::WrongReply { .. }), "{odd}");
    assert_eq!(room.state.attention().len(), 1);
}

#[test]
fn a_flood_of_proposals_is_bounded_and_the_rest_stays_in_the_document() {
    let mut room = done();
    let many = (0..PROPOSALS_MAX + 5).map(|n| wanted(&format!("no. {n}")));
    let events = room.report(&proposed("d1", many.collect(), true));
    assert_eq!(events.len(), PROPOSALS_MAX + 1);
    let Some(Event::AttentionRaised { attention }) = events.last() else {
        panic!("{events:?}");
    };
    assert!(matches!(attention.subject, Subject::Edited { .. }));
}
