//! What ages when, and what is remembered of it.

use pretty_assertions::assert_eq;
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;

use super::{AT_ONCE, LEAVES_MAX, Old, PAUSE, Retention, WHOLE_MAX};
use crate::core::fixture::{Room, name, number, order, said};
use crate::core::{
    Answer, Command, Event, Import, OutsideEdit, Reply, Report, Span, Strategy as Way, TaskId,
    TaskOrder, Text, Timestamp,
};

const KEEP: Span = Span::secs(3600);

fn room(retention: Retention) -> Room {
    let mut room = Room::of(&["codex", "gpt"]);
    room.command(&Command::SetRetention(retention));
    room
}

fn keeping() -> Room {
    room(Retention {
        keep: Some(KEEP),
        ..Retention::default()
    })
}

fn solo(room: &mut Room, answer: Answer) -> TaskId {
    let (task, calls) = room.add(order(Way::Solo, &["codex"]));
    room.answer(calls[0], answer);
    task
}

fn aged(tasks: &[TaskId]) -> Vec<Event> {
    vec![Event::ResultsAged {
        tasks: tasks.to_vec(),
        old: Old::Summary,
    }]
}

#[test]
fn a_result_is_summarised_when_its_time_is_over_and_not_before() {
    let mut room = keeping();
    let long = format!(
        "It waits for the token.\n{}So wait.",
        "Aside, this. ".repeat(500)
    );
    let task = solo(&mut room, said(&long));
    let due = room.now.after(KEEP);
    assert_eq!(room.state.next_wakeup(room.now), Some(due));
    room.now = Timestamp(due.0 - 1);
    assert_eq!(room.expire(), []);
    assert_eq!(room.state.aged(task), None);
    room.now = due;
    assert_eq!(room.expire(), aged(&[task]));
    assert_eq!(
        (room.expire(), room.state.next_wakeup(room.now)),
        (vec![], None)
    );
    let known = room.state.aged(task).unwrap();
    let gist = known.leaf.result().unwrap();
    assert_eq!((known.at, gist.bytes), (due, long.len()));
    assert!(gist.summary.len() <= 1000 && gist.summary.as_str().ends_with("So wait."));
    assert_eq!(room.state.whole_bytes(), 0);
}

#[test]
fn nothing_ages_where_all_is_kept_for_ever() {
    let mut room = room(Retention::default());
    solo(&mut room, said("yes"));
    room.wait(Span(Span::DAY.0 * 1000));
    assert_eq!(
        (room.expire(), room.state.next_wakeup(room.now)),
        (vec![], None)
    );
}

#[test]
fn what_somebody_waits_for_is_asked_about_or_told_does_not_age() {
    let mut room = keeping();
    let waited = solo(&mut room, said("groundwork"));
    let edited = solo(&mut room, said("edited"));
    let pinned = solo(&mut room, said("pinned"));
    let free = solo(&mut room, said("free"));
    // Waits for a member that is busy.
    room.add(order(Way::Solo, &["codex"]));
    let (waiting, _) = room.add(TaskOrder {
        after: vec![waited],
        ..order(Way::Solo, &["codex"])
    });
    let edit = OutsideEdit {
        document: format!("results/{}/part-1", edited.0),
        digest: "d".to_owned(),
        diff: Text::from("+x"),
        import: Import::Nothing {
            why: "it tells".to_owned(),
        },
    };
    let edit = Box::new(edit);
    room.now = room.now.after(Span(KEEP.0 - 1000));
    room.report(&Report::Edited {
        edit,
        proposals: Vec::new(),
        only_proposals: false,
    });
    let document = format!("conflicts/{}.json", pinned.0);
    room.command(&Command::Pin {
        document: document.clone(),
        task: None,
    });
    room.wait(Span::secs(1));
    assert_eq!(room.expire(), aged(&[free]));
    room.wait(PAUSE);
    assert_eq!(room.expire(), []);
    let attention = room.state.attention().next().unwrap().id;
    let reply = Reply::Deny {
        reason: String::new(),
    };
    room.command(&Command::Answer { attention, reply });
    room.command(&Command::Unpin {
        document,
        task: None,
    });
    room.command(&Command::CancelTask { task: waiting });
    room.wait(Span(1));
    assert_eq!(room.expire(), aged(&[waited, edited, pinned]));
}

#[test]
fn beyond_the_limit_the_oldest_age_at_once() {
    let mut room = room(Retention {
        keep: None,
        most: Some(30_000),
        old: Old::Archive,
    });
    let tasks: Vec<TaskId> = (0..3)
        .map(|_| {
            room.wait(Span::secs(60));
            solo(&mut room, said(&"x".repeat(12_000)))
        })
        .collect();
    assert!(room.state.whole_bytes() > 36_000);
    assert_eq!(room.expire(), []);
    room.wait(Span(1));
    let event = Event::ResultsAged {
        tasks: vec![tasks[0]],
        old: Old::Archive,
    };
    assert_eq!(room.expire(), [event]);
    assert!(room.state.whole_bytes() < 30_000);
    let known = room.state.aged(tasks[0]).unwrap();
    assert_eq!((known.place, known.page()), (0, Some(0)));
    assert_eq!(room.state.next_wakeup(room.now), None);
}

#[test]
fn a_conflict_is_remembered_with_its_sides_and_how_it_was_settled() {
    let mut room = keeping();
    let (task, calls) = room.add(order(Way::Council, &[]));
    room.answer(calls[0], number("41"));
    room.answer(calls[1], number("42"));
    room.command(&Command::Choose {
        task,
        candidate: 1,
        among: None,
    });
    room.follow();
    let leaf = room.state.whole(task).unwrap().clone();
    let dispute = leaf.dispute().unwrap();
    assert_eq!((dispute.settled, dispute.chosen), (true, Some(1)));
    let who: Vec<_> = dispute
        .sides
        .iter()
        .map(|side| side.answers[0].1.clone())
        .collect();
    assert_eq!(who, [name("codex"), name("gpt")]);
    // One that was dropped has no result, and its task can be worked again.
    let (dropped, calls) = room.add(order(Way::Council, &[]));
    room.answer(calls[0], number("41"));
    room.answer(calls[1], number("42"));
    room.command(&Command::CancelTask { task: dropped });
    let leaf = room.state.whole(dropped).unwrap();
    let dispute = leaf.dispute().unwrap();
    assert_eq!(
        (leaf.result(), dispute.settled, dispute.chosen),
        (None, false, None)
    );
    room.wait(KEEP);
    room.expire();
    assert!(room.state.aged(dropped).is_some());
    room.command(&Command::RetryTask { task: dropped });
    assert!(!room.state.has_documents(dropped));
}

#[test]
fn a_result_that_is_written_anew_is_whole_again_and_young() {
    let mut room = keeping();
    let task = solo(&mut room, said("first"));
    room.wait(KEEP);
    room.expire();
    let replace = Command::ReplaceResult {
        task,
        before: Text::from("first"),
        after: Text::from("the second one"),
    };
    room.command(&replace);
    assert_eq!(room.state.aged(task), None);
    let leaf = room.state.whole(task).unwrap();
    assert_eq!((leaf.ended(), leaf.result().unwrap().bytes), (room.now, 14));
    let due = room.now.after(KEEP);
    assert_eq!(room.state.next_wakeup(room.now), Some(due));
}

/// Lets all age that is old by now; how many batches it took.
fn drain(room: &mut Room) -> usize {
    for batches in 0.. {
        if room.expire().is_empty() {
            return batches;
        }
        assert_eq!(room.expire(), []);
        room.wait(PAUSE);
    }
    unreachable!("an endless range");
}

/// A room that archives, with so many results that are old.
fn backlog(results: usize) -> (Room, Vec<TaskId>) {
    let mut room = room(Retention {
        keep: Some(KEEP),
        most: None,
        old: Old::Archive,
    });
    let tasks = add(&mut room, results);
    (room, tasks)
}

fn add(room: &mut Room, results: usize) -> Vec<TaskId> {
    let results = (0..results).map(|_| {
        room.wait(Span::secs(1));
        solo(room, said("yes"))
    });
    results.collect()
}

fn remembered(room: &Room) -> Vec<u64> {
    let aged = room.state.all_aged();
    aged.map(|(_, aged)| aged.place).collect()
}

#[test]
fn many_age_in_batches_and_all_are_remembered_that_could_be_whole_together() {
    let (mut room, tasks) = backlog(WHOLE_MAX + 7);
    // Too many.
    room.wait(Span(1));
    let first = vec![Event::ResultsAged {
        tasks: tasks[..7].to_vec(),
        old: Old::Archive,
    }];
    assert_eq!(room.expire(), first);
    // Too old.
    room.wait(KEEP);
    assert_eq!(drain(&mut room), WHOLE_MAX / AT_ONCE);
    assert_eq!(room.state.whole_bytes(), 0);
    // The shared memory may have taken none of it yet.
    assert!(tasks.iter().all(|task| room.state.aged(*task).is_some()));
}

#[test]
fn of_those_that_aged_only_the_last_pages_are_remembered() {
    let (mut room, _) = backlog(WHOLE_MAX);
    room.wait(KEEP);
    drain(&mut room);
    add(&mut room, WHOLE_MAX - 7);
    room.wait(KEEP);
    drain(&mut room);
    let known = remembered(&room);
    let aged = 2 * WHOLE_MAX - 7;
    let first = (aged - LEAVES_MAX) / 100 * 100;
    assert_eq!(known.first(), Some(&(first as u64)));
    assert_eq!(known.len(), aged - first);
}

/// The sum over what is whole, counted anew.
fn counted(room: &Room) -> u64 {
    let whole = room.state.ledger.by_age();
    whole
        .map(|(_, task)| room.state.whole(task).unwrap().bytes())
        .sum()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_comes_only_what_is_old_or_too_much_ages_and_all_of_it_does(
        steps in vec((0..4_u8, 1..3000_usize), 1..40),
        keep in of(1..600_u64),
        most in of(1_000..20_000_u64),
    ) {
        let keep = keep.map(Span::secs);
        let mut room = room(Retention { keep, most, old: Old::Summary });
        let expired = |room: &mut Room| {
            let (now, mut bytes) = (room.now, room.state.whole_bytes());
            let before = room.state.clone();
            for event in room.expire() {
                let Event::ResultsAged { tasks, .. } = event else {
                    return Err(TestCaseError::fail(format!("{event:?}")));
                };
                for task in tasks {
                    let leaf = before.whole(task).unwrap();
                    let old = keep.is_some_and(|keep| leaf.ended().after(keep) <= now);
                    prop_assert!(old || most.is_some_and(|most| bytes > most), "{task} ages early");
                    prop_assert!(room.state.whole(task).is_none() && room.state.aged(task).is_some());
                    bytes -= leaf.bytes();
                }
            }
            prop_assert_eq!(counted(room), room.state.whole_bytes());
            Ok(())
        };
        for (kind, size) in steps {
            match kind {
                0 => room.wait(Span::secs(u64::try_from(size).unwrap() / 10)),
                1 => expired(&mut room)?,
                _ => drop(solo(&mut room, said(&"said. ".repeat(size / 6 + 1)))),
            }
        }
        for turn in 0.. {
            let Some(at) = room.state.next_wakeup(room.now) else {
                break;
            };
            prop_assert!(turn < 100, "it wakes again and again");
            room.now = room.now.max(at);
            expired(&mut room)?;
        }
        prop_assert!(most.is_none_or(|most| room.state.whole_bytes() <= most));
        prop_assert!(keep.is_none() || room.state.whole_bytes() == 0);
    }
}
