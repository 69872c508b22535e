//! Snapshots: they save work and are never believed against the journal.

use std::path::Path;

use pretty_assertions::assert_eq;

use super::{batch, filled, fold, open, room, shell, task};
use crate::core::{Recorded, State};
use crate::journal::Journal;
use crate::journal::codec::samples::samples;
use crate::journal::sqlite::{Opened, Reader, SqliteJournal};

/// Appends more tasks after the first `from` and returns all events.
async fn more(journal: &SqliteJournal, mut events: Vec<Recorded>, count: u64) -> Vec<Recorded> {
    let from = events.len() as u64;
    let tasks = (from + 1..=from + count).map(|number| task(number, "more"));
    events.extend(journal.append(from, batch(tasks)).await.unwrap());
    events
}

/// A room of 20 events with snapshots at 10 and 15.
async fn with_snapshots() -> (tempfile::TempDir, State) {
    let (dir, events) = filled(10).await;
    let Opened { journal, state, .. } = open(dir.path());
    journal.snapshot(Box::new(state)).await;
    let events = more(&journal, events, 5).await;
    journal.snapshot(Box::new(fold(&events))).await;
    let events = more(&journal, events, 5).await;
    journal.close().await;
    (dir, fold(&events))
}

async fn reopened(dir: &Path) -> (u64, Option<String>, State) {
    let opened = open(dir);
    opened.journal.close().await;
    (opened.tail_len, opened.repaired, opened.state)
}

#[tokio::test]
async fn only_the_tail_is_folded() {
    let (dir, state) = with_snapshots().await;
    assert_eq!(reopened(dir.path()).await, (5, None, state));
}

#[tokio::test]
async fn a_state_of_all_kinds_of_events_is_kept_whole() {
    let dir = room();
    let journal = open(dir.path()).journal;
    let events = journal.append(0, batch(samples())).await.unwrap();
    journal.snapshot(Box::new(fold(&events))).await;
    journal.close().await;
    assert_eq!(reopened(dir.path()).await, (0, None, fold(&events)));
}

#[tokio::test]
async fn those_of_other_versions_go_with_the_next_one() {
    let (dir, _) = with_snapshots().await;
    shell(dir.path())
        .execute("UPDATE snapshots SET version = '0' WHERE seq = 10", [])
        .unwrap();
    let Opened { journal, state, .. } = open(dir.path());
    journal.snapshot(Box::new(state)).await;
    journal.close().await;
    let kept: String = shell(dir.path())
        .query_row("SELECT group_concat(seq) FROM snapshots", [], |row| {
            row.get(0)
        })
        .unwrap();
    assert_eq!(kept, "15,20");
}

#[tokio::test]
async fn a_damaged_one_is_passed_over_for_the_one_before() {
    let (dir, state) = with_snapshots().await;
    let hurt = "UPDATE snapshots SET body = replace(body, 'more', 'less') WHERE seq = 15";
    assert_eq!(shell(dir.path()).execute(hurt, []), Ok(1));
    let (tail, repaired, found) = reopened(dir.path()).await;
    assert_eq!((tail, found), (10, state));
    let repaired = repaired.unwrap();
    assert!(
        repaired.contains("that of event 15: it is damaged"),
        "{repaired}"
    );
}

#[tokio::test]
async fn without_a_fitting_one_all_is_folded() {
    for (hurt, says) in [
        ("version = '0+0.0.0'", "version 0+0.0.0 made it"),
        ("chain = zeroblob(32)", "it belongs to another journal"),
        ("body = 7", "it is damaged"),
    ] {
        let (dir, state) = with_snapshots().await;
        let sql = format!("UPDATE snapshots SET {hurt}");
        assert_eq!(shell(dir.path()).execute(&sql, []), Ok(2));
        let (tail, repaired, found) = reopened(dir.path()).await;
        assert_eq!((tail, found), (20, state));
        assert!(repaired.unwrap().contains(says), "{says}");
    }
}

#[tokio::test]
async fn a_state_that_is_ahead_of_the_journal_is_not_stored() {
    let (dir, events) = filled(3).await;
    let mut ahead = fold(&events);
    let mut next = events[2].clone();
    next.seq = 4;
    crate::core::evolve(&mut ahead, &next);
    let journal = open(dir.path()).journal;
    journal.snapshot(Box::new(ahead)).await;
    journal.close().await;
    assert_eq!(reopened(dir.path()).await, (3, None, fold(&events)));
}

#[tokio::test]
async fn the_one_before_an_event_is_found() {
    let (dir, _) = with_snapshots().await;
    let reader = Reader::open(dir.path()).unwrap();
    let found = |at| reader.state_before(at).unwrap().map(|state| state.seq());
    assert_eq!(
        [9, 10, 14, 15, 20].map(found),
        [None, Some(10), Some(10), Some(15), Some(15)]
    );
}
