//! Appending: order, races, groups, a full disk, one owner.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use pretty_assertions::assert_eq;
use tokio::sync::oneshot;

use super::{batch, filled, fold, open, room, shell, task};
use crate::core::{Event, Timestamp};
use crate::journal::chain::Digest;
use crate::journal::codec::samples::samples;
use crate::journal::sqlite::keeper::Keeper;
use crate::journal::sqlite::lock::RoomLock;
use crate::journal::sqlite::rows::Head;
use crate::journal::sqlite::writer::{Append, Appended, Writer};
use crate::journal::sqlite::{OpenError, schema};
use crate::journal::{AppendError, Batch, Journal};

fn waiting(expected: u64, events: Vec<Event>) -> (Append, oneshot::Receiver<Appended>) {
    let (reply, answer) = oneshot::channel();
    let append = Append {
        expected,
        batches: batch(events),
        reply,
    };
    (append, answer)
}

fn writer(dir: &Path) -> Writer {
    let lock = RoomLock::take(dir).unwrap();
    let conn = schema::open_writer(&schema::file(dir)).unwrap();
    let keeper = Keeper::start(&schema::file(dir)).unwrap();
    Writer::new(conn, Head::NONE, lock, keeper)
}

/// How many commits are in the write-ahead log: frames that say how large the file is then.
fn commits(dir: &Path) -> usize {
    let wal = fs::read(dir.join("room.db-wal")).unwrap();
    let page = u32::from_be_bytes(wal[8..12].try_into().unwrap()) as usize;
    let frames = wal[32..].chunks_exact(24 + page);
    frames.filter(|frame| frame[4..8] != [0; 4]).count()
}

#[tokio::test]
async fn every_kind_of_event_is_there_again() {
    let dir = room();
    let first = open(dir.path());
    assert_eq!((first.state.seq(), first.tail_len), (0, 0));
    assert_eq!(first.head_hash, Digest::ZERO);
    let batches = vec![
        Batch {
            at: Timestamp(5),
            events: samples(),
        },
        Batch {
            at: Timestamp(7),
            events: vec![task(99, &"long ".repeat(1000))],
        },
    ];
    let appended = first.journal.append(0, batches).await.unwrap();
    let count = samples().len() as u64 + 1;
    assert_eq!(appended.last().unwrap().seq, count);
    assert_eq!(appended.last().unwrap().at, Timestamp(7));
    assert_eq!(first.journal.read(1, 1000).await.unwrap(), appended);
    let verified = first.journal.verify_chain().await.unwrap();
    first.journal.close().await;

    let second = open(dir.path());
    assert_eq!(second.state, fold(&appended));
    assert_eq!((second.tail_len, second.repaired), (count, None));
    assert_eq!(second.head_hash, verified.head_hash);
    assert_eq!(verified.events, count);
    second.journal.close().await;
}

#[tokio::test]
async fn equal_large_texts_are_stored_once() {
    let dir = room();
    let journal = open(dir.path()).journal;
    let long = "x".repeat(5000);
    let events = journal
        .append(0, batch([task(1, &long), task(2, &long)]))
        .await
        .unwrap();
    let count = |sql| shell(dir.path()).query_row(sql, [], |row| row.get::<_, i64>(0));
    assert_eq!(count("SELECT count(*) FROM blobs"), Ok(1));
    assert_eq!(
        count("SELECT count(*) FROM events WHERE length(body) > 1000"),
        Ok(0)
    );
    assert_eq!(journal.read(2, 5).await.unwrap(), events[1..]);
}

#[tokio::test]
async fn who_knows_too_little_loses() {
    let dir = room();
    let journal = open(dir.path()).journal;
    journal.append(0, batch([task(1, "a")])).await.unwrap();
    let late = journal.append(0, batch([task(1, "b")])).await;
    let lost = AppendError::Lost {
        expected: 0,
        found: 1,
    };
    assert_eq!(late, Err(lost));
    let next = journal.append(1, batch([task(2, "b")])).await.unwrap();
    assert_eq!(next[0].seq, 2);
}

#[test]
fn all_that_wait_are_committed_together_each_with_its_own_result() {
    let dir = room();
    let mut writer = writer(dir.path());
    let before = commits(dir.path());
    let (first, mut one) = waiting(0, vec![task(1, "a"), task(2, "b")]);
    let (second, mut two) = waiting(0, vec![task(3, "lost")]);
    let (third, mut three) = waiting(2, vec![task(3, "c")]);
    writer.append(vec![first, second, third]);
    assert_eq!(commits(dir.path()) - before, 1);
    assert_eq!(one.try_recv().unwrap().unwrap().len(), 2);
    let lost = AppendError::Lost {
        expected: 0,
        found: 2,
    };
    assert_eq!(two.try_recv().unwrap(), Err(lost));
    assert_eq!(three.try_recv().unwrap().unwrap()[0].seq, 3);
}

#[test]
fn the_index_is_kept_up_when_it_is_quiet() {
    let dir = room();
    let mut writer = writer(dir.path());
    let (append, mut done) = waiting(0, vec![task(1, "why is the login slow?")]);
    writer.append(vec![append]);
    assert!(done.try_recv().unwrap().is_ok());
    assert!(writer.is_behind());
    while writer.index_some() {}
    assert!(!writer.is_behind());
    let indexed: String = shell(dir.path())
        .query_row("SELECT value FROM meta WHERE key = 'indexed'", [], |row| {
            row.get(0)
        })
        .unwrap();
    assert_eq!(indexed, "1");
}

#[test]
fn a_full_disk_refuses_what_does_not_fit_and_nothing_else() {
    let dir = room();
    let mut writer = writer(dir.path());
    let conn = writer.connection();
    let pages: i64 = conn
        .query_row("PRAGMA page_count", [], |row| row.get(0))
        .unwrap();
    conn.pragma_update_and_check(None, "max_page_count", pages + 20, |_| Ok(()))
        .unwrap();
    let (huge, mut refused) = waiting(0, vec![task(1, &"words ".repeat(100_000))]);
    let (small, mut taken) = waiting(0, vec![task(1, "small")]);
    writer.append(vec![huge, small]);
    let error = refused.try_recv().unwrap().unwrap_err();
    assert!(matches!(error, AppendError::Full { .. }), "{error}");
    assert_eq!(taken.try_recv().unwrap().unwrap()[0].seq, 1);
    let (next, mut taken) = waiting(1, vec![task(2, "after")]);
    writer.append(vec![next]);
    assert_eq!(taken.try_recv().unwrap().unwrap()[0].seq, 2);
    drop(writer);
    assert_eq!(open(dir.path()).state.seq(), 2);
}

#[tokio::test]
async fn many_callers_at_once_get_gapless_places() {
    let dir = room();
    let journal = open(dir.path()).journal;
    let mut callers = tokio::task::JoinSet::new();
    for caller in 0..8 {
        let journal = journal.clone();
        callers.spawn(async move {
            let mut known = 0;
            for _ in 0..5 {
                loop {
                    let text = format!("from {caller}");
                    match journal.append(known, batch([task(1, &text)])).await {
                        Ok(done) => break known = done[0].seq,
                        Err(AppendError::Lost { found, .. }) => known = found,
                        Err(error) => panic!("{error}"),
                    }
                }
            }
        });
    }
    callers.join_all().await;
    let events = journal.read(1, 100).await.unwrap();
    let places: Vec<u64> = events.iter().map(|one| one.seq).collect();
    assert_eq!(places, (1..=40).collect::<Vec<u64>>());
    assert_eq!(journal.verify_chain().await.unwrap().events, 40);
}

#[tokio::test]
async fn a_second_owner_is_refused_until_the_first_has_closed() {
    let (dir, _) = filled(1).await;
    let first = open(dir.path()).journal;
    let refused = crate::journal::sqlite::SqliteJournal::open(dir.path()).unwrap_err();
    let OpenError::Owned { pid, .. } = &refused else {
        panic!("{refused}");
    };
    assert_eq!(*pid, Some(std::process::id()));
    assert!(refused.to_string().contains("attach to it"), "{refused}");

    first.close().await;
    let second = open(dir.path());
    assert_eq!(second.state.seq(), 1);
    let late = first.append(1, batch([task(2, "late")])).await;
    assert_eq!(late, Err(AppendError::Closed));
    first.close().await;
}

#[tokio::test]
async fn what_was_handed_in_before_a_close_is_there() {
    let dir = room();
    let journal = open(dir.path()).journal;
    let (last, ()) = tokio::join!(
        journal.append(0, batch([task(1, "last words")])),
        journal.close()
    );
    assert_eq!(last.unwrap().len(), 1);
    assert_eq!(open(dir.path()).state.seq(), 1);
}

#[tokio::test]
async fn others_are_kept_out_of_the_folder() {
    let parent = room();
    let dir = parent.path().join("deep/.synod");
    let journal = open(&dir).journal;
    journal.append(0, batch([task(1, "a")])).await.unwrap();
    let mode = |name: &str| {
        let found = fs::metadata(dir.join(name)).unwrap();
        found.permissions().mode() & 0o777
    };
    assert_eq!(mode("."), 0o700);
    for name in ["room.db", "room.db-wal", "room.lock"] {
        assert_eq!(mode(name), 0o600, "{name}");
    }
}

#[tokio::test]
async fn large_events_make_short_pages() {
    let dir = room();
    let journal = open(dir.path()).journal;
    // Three megabytes each, and different: a page holds about eight.
    let tasks = (1..=5).map(|number| task(number, &format!("{number}").repeat(3_000_000)));
    let all = journal.append(0, batch(tasks)).await.unwrap();
    let mut read = Vec::new();
    let mut pages = 0;
    while read.len() < all.len() {
        let page = journal.read(read.len() as u64 + 1, 100).await.unwrap();
        assert!((1..=2).contains(&page.len()), "{}", page.len());
        read.extend(page);
        pages += 1;
    }
    assert_eq!((read, pages), (all, 3));
    assert_eq!(journal.read(6, 100).await.unwrap(), []);
    assert_eq!(journal.read(1, 0).await.unwrap(), []);
}
