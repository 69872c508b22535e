//! Rooms on disk: what is appended is there again, whatever happened in between.

mod appending;
mod crash;
mod damage;
mod searching;
mod snapshotting;

use std::path::Path;

use rusqlite::Connection;
use tempfile::TempDir;

use super::{Opened, SqliteJournal, schema};
use crate::core::{Event, Recorded, State, TaskId, TaskOrder, Timestamp, evolve};
use crate::journal::{Batch, Journal};

fn room() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn open(dir: &Path) -> Opened {
    SqliteJournal::open(dir).unwrap()
}

/// A connection past the journal, as somebody with a `sqlite3` shell has it.
fn shell(dir: &Path) -> Connection {
    Connection::open(schema::file(dir)).unwrap()
}

fn task(number: u64, prompt: &str) -> Event {
    Event::TaskAdded {
        task: TaskId(number),
        order: TaskOrder::new(prompt),
        analysis: None,
    }
}

fn batch(events: impl IntoIterator<Item = Event>) -> Vec<Batch> {
    vec![Batch {
        at: Timestamp(1_790_000_000_000),
        events: events.into_iter().collect(),
    }]
}

fn fold(events: &[Recorded]) -> State {
    let mut state = State::new();
    for recorded in events {
        evolve(&mut state, recorded);
    }
    state
}

/// A room with `count` tasks, closed again.
async fn filled(count: u64) -> (TempDir, Vec<Recorded>) {
    let dir = room();
    let journal = open(dir.path()).journal;
    let tasks = (1..=count).map(|number| task(number, &format!("task number {number}")));
    let events = journal.append(0, batch(tasks)).await.unwrap();
    journal.close().await;
    (dir, events)
}
