//! Changes of notes against a memory that fails on order.

use std::time::Duration;

use pretty_assertions::assert_eq;
use tokio::time::{Instant, advance};

use super::{Desk, carry_out};
use crate::core::{Event, NoteChange, NoteEnd, NoteOrder, State, Text, Timestamp, evolve};
use crate::hub::Prefix;
use crate::hub::fake::{Fake, Faults};
use crate::hub::folder::Folder;
use crate::hub::memory::{Connector as _, HubError};

fn write(before: Option<&str>, after: &str) -> NoteChange {
    NoteChange::Write {
        before: before.map(Text::from),
        after: Text::from(after),
    }
}

fn rename(to: &str, text: &str) -> NoteChange {
    NoteChange::Rename {
        to: to.to_owned(),
        text: Text::from(text),
    }
}

fn delete(before: &str) -> NoteChange {
    let before = Text::from(before);
    NoteChange::Delete { before }
}

fn order(name: &str, change: NoteChange) -> NoteOrder {
    NoteOrder {
        id: 1,
        name: name.to_owned(),
        change,
        undoes: None,
    }
}

/// Tries until there is an end, as the loop does.
async fn ended(fake: &Fake, name: &str, change: NoteChange) -> NoteEnd {
    let order = order(name, change);
    for _ in 0..50 {
        let Ok(memory) = fake.connect().await else {
            continue;
        };
        match carry_out(&memory, None, &Prefix::default(), &order).await {
            Ok(end) => return end,
            Err(error) => assert!(!super::is_final(&error), "{error}"),
        }
    }
    panic!("no end");
}

fn document(fake: &Fake, name: &str) -> Option<String> {
    fake.with(|world| world.documents.get(name).cloned())
}

#[tokio::test(start_paused = true)]
async fn a_note_is_written_edited_renamed_and_removed() {
    let fake = Fake::new(1);
    let done = NoteEnd::Done;
    assert_eq!(ended(&fake, "a", write(None, "one\n")).await, done);
    assert_eq!(ended(&fake, "a", write(Some("one\n"), "two\n")).await, done);
    assert_eq!(ended(&fake, "a", rename("b/c", "two\n")).await, done);
    assert_eq!(
        (document(&fake, "a"), document(&fake, "b/c").as_deref()),
        (None, Some("two\n"))
    );
    assert_eq!(ended(&fake, "b/c", delete("two\n")).await, done);
    assert_eq!(document(&fake, "b/c"), None);
    // What the operator sees has plain line breaks.
    fake.with(|world| world.documents.insert("dos".to_owned(), "1\r\n".to_owned()));
    assert_eq!(ended(&fake, "dos", write(Some("1\n"), "2\n")).await, done);
    assert_eq!(document(&fake, "dos").as_deref(), Some("2\n"));
    // An empty text and a long one cannot be the needle of a swap.
    let long = "x".repeat(100_000);
    assert_eq!(ended(&fake, "d", write(None, "")).await, done);
    assert_eq!(ended(&fake, "d", write(Some(""), &long)).await, done);
    assert_eq!(ended(&fake, "d", write(Some(&long), "y")).await, done);
    assert_eq!(document(&fake, "d").as_deref(), Some("y"));
}

#[tokio::test(start_paused = true)]
async fn what_somebody_else_changed_meanwhile_is_not_overwritten() {
    let fake = Fake::new(2);
    fake.with(|world| {
        world.documents.insert("a".to_owned(), "theirs".to_owned());
        world.documents.insert("taken".to_owned(), "x".to_owned());
    });
    for change in [
        write(None, "mine"),
        write(Some("old"), "mine"),
        rename("b", "old"),
        delete("old"),
    ] {
        assert_eq!(ended(&fake, "a", change).await, NoteEnd::Changed);
    }
    let taken = ended(&fake, "a", rename("taken", "theirs")).await;
    assert!(matches!(&taken, NoteEnd::Refused { why } if why.contains("already")));
    let ours = ended(&fake, "task_queue.json", write(Some("x"), "y")).await;
    assert!(matches!(&ours, NoteEnd::Refused { why } if why.contains("of the room")));
    assert_eq!(document(&fake, "a").as_deref(), Some("theirs"));
    assert_eq!(document(&fake, "taken").as_deref(), Some("x"));
}

#[tokio::test(start_paused = true)]
async fn doubt_ends_in_what_was_wanted() {
    for seed in 0..200 {
        let fake = Fake::new(seed);
        fake.with(|world| {
            world.faults = Faults {
                dropped: 150,
                unanswered: 150,
                ..Faults::default()
            };
        });
        assert_eq!(ended(&fake, "a", write(None, "1")).await, NoteEnd::Done);
        assert_eq!(
            ended(&fake, "a", write(Some("1"), "2")).await,
            NoteEnd::Done
        );
        assert_eq!(ended(&fake, "a", rename("b", "2")).await, NoteEnd::Done);
        assert_eq!(document(&fake, "b").as_deref(), Some("2"), "{seed}");
        assert_eq!(document(&fake, "a"), None, "{seed}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_link_that_leads_out_is_left_alone() {
    let outer = tempfile::tempdir().unwrap();
    let root = outer.path().canonicalize().unwrap().join("memories");
    std::fs::create_dir(&root).unwrap();
    std::fs::write(outer.path().join("secret.md"), "secret").unwrap();
    std::os::unix::fs::symlink("../secret.md", root.join("link.md")).unwrap();
    std::os::unix::fs::symlink(outer.path(), root.join("up")).unwrap();
    let (fake, folder) = (Fake::new(3), Folder::new(root));
    let memory = fake.connect().await.unwrap();
    for (name, change) in [
        ("link", delete("secret")),
        ("up/new", write(None, "x")),
        ("a", rename("up/new", "x")),
    ] {
        let order = order(name, change);
        let end = carry_out(&memory, Some(&folder), &Prefix::default(), &order).await;
        assert!(
            matches!(&end, Ok(NoteEnd::Refused { why }) if why.contains("leads out")),
            "{end:?}"
        );
    }
    assert_eq!(fake.with(|world| world.writes), 0);
}

#[tokio::test(start_paused = true)]
async fn a_change_waits_longer_after_each_failure_and_is_told_once() {
    let mut state = State::new();
    let event = Event::NoteOrdered {
        order: order("a", write(None, "x")),
    };
    let recorded = crate::core::Recorded {
        seq: 1,
        at: Timestamp(1),
        event,
    };
    evolve(&mut state, &recorded);
    let mut desk = Desk::default();
    let full = Err(HubError::DiskFull {
        name: "a".to_owned(),
    });
    for _ in 0..3 {
        let now = Instant::now();
        desk.sync(state.notebook(), now);
        assert_eq!(
            desk.next(state.notebook(), now).map(|order| order.id),
            Some(1)
        );
        assert_eq!(desk.next(state.notebook(), now), None);
        assert_eq!(desk.finished(1, &full, now), None);
        assert_eq!(desk.pending(), 1);
        let wait = desk.next_due().unwrap() - now;
        assert!(wait >= Duration::from_millis(500));
        advance(wait).await;
    }
    let now = Instant::now();
    assert!(desk.next(state.notebook(), now).is_some());
    let end = desk.finished(1, &Ok(NoteEnd::Done), now);
    assert_eq!(end, Some(NoteEnd::Done));
    desk.sync(state.notebook(), now);
    assert_eq!(desk.next(state.notebook(), now), None);
    assert_eq!((desk.next_due(), desk.pending()), (None, 0));
}
