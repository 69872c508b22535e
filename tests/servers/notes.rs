//! Notes that are changed through the room, in a real hub: Serena, and the built-in memory.

use std::fs;
use std::time::Duration;

use pretty_assertions::assert_eq;
use synod::core::document::DocumentOwner;
use synod::core::{Command, NoteChange, NoteEnd, State, Text, decide};
use tokio::time::Instant;

#[cfg(target_os = "linux")]
use crate::support::hub_room::kill;
use crate::support::hub_room::{Room, morning, servers};
use crate::support::soon;

/// Within which a foreign note is in the list of documents.
const LISTED_WITHIN: Duration = Duration::from_millis(300);
/// What makes servers stumble.
const ODD: &str = "Größe: 42 \\d+ $!1 $1\n---\nmem:task_queue.json (a|b)* 🦀\n";

fn write(name: &str, before: Option<&str>, after: &str) -> Command {
    Command::ChangeNote {
        name: name.to_owned(),
        change: NoteChange::Write {
            before: before.map(Text::from),
            after: Text::from(after),
        },
    }
}

async fn open(index: usize) -> Room {
    let folder = tempfile::tempdir().unwrap();
    let (kind, server) = servers(folder.path()).await.swap_remove(index);
    let mut room = Room::open(folder, kind, server, State::new());
    room.tell(morning()).await;
    room.settle().await;
    room
}

async fn kinds() -> usize {
    let probe = tempfile::tempdir().unwrap();
    servers(probe.path()).await.len()
}

async fn undo(room: &mut Room) -> NoteEnd {
    let step = room.state.notebook().last_step().unwrap().id;
    room.change(&Command::UndoStep { step }).await
}

#[tokio::test]
async fn a_note_is_written_edited_renamed_removed_and_all_of_it_undone() {
    for index in 0..kinds().await {
        let mut room = open(index).await;
        let text = |room: &Room, name: &str| fs::read_to_string(room.file(name)).ok();
        assert_eq!(
            room.change(&write("plans/a", None, ODD)).await,
            NoteEnd::Done
        );
        assert_eq!(text(&room, "plans/a").as_deref(), Some(ODD));
        let better = format!("{ODD}better\n");
        let edit = write("plans/a", Some(ODD), &better);
        assert_eq!(room.change(&edit).await, NoteEnd::Done);
        assert_eq!(text(&room, "plans/a").as_deref(), Some(&*better));
        let rename = Command::ChangeNote {
            name: "plans/a".to_owned(),
            change: NoteChange::Rename {
                to: "b".to_owned(),
                text: Text::from(&*better),
            },
        };
        // What names the note in other documents stays as it is.
        fs::write(room.file("other"), "see mem:plans/a").unwrap();
        assert_eq!(room.change(&rename).await, NoteEnd::Done);
        assert_eq!(
            (text(&room, "plans/a"), text(&room, "b").as_deref()),
            (None, Some(&*better))
        );
        assert_eq!(text(&room, "other").as_deref(), Some("see mem:plans/a"));
        let delete = Command::ChangeNote {
            name: "b".to_owned(),
            change: NoteChange::Delete {
                before: Text::from(&*better),
            },
        };
        assert_eq!(room.change(&delete).await, NoteEnd::Done);
        assert_eq!(text(&room, "b"), None);

        assert_eq!(undo(&mut room).await, NoteEnd::Done);
        assert_eq!(text(&room, "b").as_deref(), Some(&*better));
        assert_eq!(undo(&mut room).await, NoteEnd::Done);
        assert_eq!(undo(&mut room).await, NoteEnd::Done);
        assert_eq!(
            (text(&room, "plans/a").as_deref(), text(&room, "b")),
            (Some(ODD), None)
        );
        assert_eq!(undo(&mut room).await, NoteEnd::Done);
        assert_eq!(text(&room, "plans/a"), None);
        assert!(room.state.notebook().last_step().is_none());
        assert_eq!(room.status.borrow().foreign, []);
        drop(room.close().await);
    }
}

#[tokio::test]
async fn what_somebody_else_wrote_meanwhile_stays() {
    for index in 0..kinds().await {
        let mut room = open(index).await;
        fs::write(room.file("a"), "old\r\n").unwrap();
        // Carriage returns are read as line breaks.
        let edit = write("a", Some("old\n"), "mine\n");
        assert_eq!(room.change(&edit).await, NoteEnd::Done);
        fs::write(room.file("a"), "theirs\n").unwrap();
        let late = write("a", Some("mine\n"), "mine again\n");
        assert_eq!(room.change(&late).await, NoteEnd::Changed);
        assert_eq!(
            room.change(&write("a", None, "new")).await,
            NoteEnd::Changed
        );
        assert_eq!(fs::read_to_string(room.file("a")).unwrap(), "theirs\n");
        // The room's own documents and what lies elsewhere are nobody's notes.
        let queue = fs::read_to_string(room.file("task_queue.json")).unwrap();
        let forged = write("task_queue.json", Some(&queue), "{}");
        let end = room.change(&forged).await;
        assert!(
            matches!(&end, NoteEnd::Refused { why } if why.contains("of the room")),
            "{end:?}"
        );
        std::os::unix::fs::symlink("/etc/hostname", room.file("link")).unwrap();
        let end = room.change(&write("link", Some("x"), "y")).await;
        assert!(
            matches!(&end, NoteEnd::Refused { why } if why.contains("leads out")),
            "{end:?}"
        );
        drop(room.close().await);
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_change_waits_for_a_hub_that_is_away_and_for_the_next_room() {
    for index in 0..kinds().await {
        let mut room = open(index).await;
        kill(&room).await;
        assert_eq!(room.change(&write("a", None, "one\n")).await, NoteEnd::Done);
        // Ordered, and the room ends before it is carried out.
        let events = decide(&room.state, &write("a", Some("one\n"), "two\n")).unwrap();
        kill(&room).await;
        room.tell(events).await;
        let (folder, kind, server, state) = room.close().await;
        assert_eq!(state.notebook().open().len(), 1);
        let mut room = Room::open(folder, kind, server, state);
        room.give_state().await;
        assert_eq!(room.changed().await, NoteEnd::Done);
        assert_eq!(fs::read_to_string(room.file("a")).unwrap(), "two\n");
        drop(room.close().await);
    }
}

#[tokio::test]
async fn a_foreign_note_is_listed_at_once() {
    let mut room = open(0).await;
    fs::write(room.file("warm-up"), "x").unwrap();
    let mut place = 0;
    let mut listed = async |room: &Room, name: &str| loop {
        let page = room.contents.after(place).await;
        place = page.upto;
        if let Some(row) = page.rows.into_iter().find(|row| row.name == name) {
            return row;
        }
    };
    soon("the first is listed", listed(&room, "warm-up")).await;
    // In one step, so that it is never seen half written.
    let beside = room.file("theirs").with_extension("new");
    fs::write(&beside, "12345").unwrap();
    let began = Instant::now();
    fs::rename(beside, room.file("theirs")).unwrap();
    let row = soon("it is listed", listed(&room, "theirs")).await;
    assert!(began.elapsed() < LISTED_WITHIN, "{:?}", began.elapsed());
    assert_eq!((row.bytes, row.owner), (5, DocumentOwner::Note));
    room.settle().await;
    drop(room.close().await);
}
