//! Damaged, foreign and newer files: named, never repaired by guessing, never deleted.

use std::fs;
use std::path::Path;

use pretty_assertions::assert_eq;
use rusqlite::params;

use super::{batch, filled, open, room, shell, task};
use crate::core::Event;
use crate::journal::Journal;
use crate::journal::chain::{Digest, Link};
use crate::journal::sqlite::rows::Head;
use crate::journal::sqlite::{OpenError, Reader, SqliteJournal, schema};

fn refusal(dir: &Path) -> OpenError {
    SqliteJournal::open(dir).unwrap_err()
}

#[track_caller]
fn assert_corrupt(dir: &Path, says: &str) {
    let before = fs::read(schema::file(dir)).unwrap();
    let refused = refusal(dir);
    assert!(matches!(refused, OpenError::Corrupt { .. }), "{refused:?}");
    assert!(refused.to_string().contains(says), "{refused}");
    assert!(
        refused.to_string().contains("Put a backup in its place"),
        "{refused}"
    );
    assert!(
        fs::read(schema::file(dir)).unwrap() == before,
        "it was changed"
    );
}

#[tokio::test]
async fn a_changed_chain_is_noticed() {
    for (hurt, says) in [
        (
            "UPDATE events SET body = replace(body, '3', '4') WHERE seq = 3",
            "event 3: it is not what",
        ),
        (
            "UPDATE events SET at = at + 1 WHERE seq = 2",
            "event 2: it is not what",
        ),
        ("DELETE FROM events WHERE seq = 2", "2 is missing before it"),
        (
            "UPDATE events SET prev_hash = zeroblob(32) WHERE seq = 3",
            "event 3: it does not follow",
        ),
        (
            "UPDATE events SET hash = x'00' WHERE seq = 4",
            "event 4: it is not what",
        ),
    ] {
        let (dir, _) = filled(4).await;
        assert_eq!(shell(dir.path()).execute(hurt, []), Ok(1), "{hurt}");
        assert_corrupt(dir.path(), says);
        let verified = Reader::open(dir.path()).unwrap().verify();
        assert!(
            verified.unwrap_err().to_string().starts_with("event "),
            "{hurt}"
        );
    }
}

#[tokio::test]
async fn a_text_can_be_redacted_but_not_changed_or_lost() {
    let dir = room();
    let journal = open(dir.path()).journal;
    let secret = "sk-secret ".repeat(200);
    journal.append(0, batch([task(1, &secret)])).await.unwrap();
    let before = journal.verify_chain().await.unwrap();
    journal.close().await;

    let change = |sql: &str| assert_eq!(shell(dir.path()).execute(sql, []), Ok(1));
    change("UPDATE blobs SET body = 'another text'");
    assert_corrupt(dir.path(), "a text is not what its hash says");
    change("UPDATE blobs SET body = NULL");
    let opened = open(dir.path());
    assert_eq!(opened.journal.verify_chain().await, Ok(before));
    let events = opened.journal.read(1, 1).await.unwrap();
    let Event::TaskAdded { order, .. } = &events[0].event else {
        panic!("{events:?}");
    };
    assert_eq!(order.prompt.as_str(), "[redacted]");
    opened.journal.close().await;
    change("DELETE FROM blobs");
    assert_corrupt(dir.path(), "a text is missing");
}

#[tokio::test]
async fn a_torn_page_is_noticed() {
    let (dir, _) = filled(500).await;
    let path = schema::file(dir.path());
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2 / 4096 * 4096;
    bytes[middle..middle + 4096].fill(0xa5);
    fs::write(&path, bytes).unwrap();
    assert_corrupt(dir.path(), "malformed");
}

#[tokio::test]
async fn a_cut_file_is_noticed() {
    let (dir, _) = filled(500).await;
    let path = schema::file(dir.path());
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() / 3]).unwrap();
    assert_corrupt(dir.path(), "damaged");
}

#[test]
fn a_file_that_is_no_database_is_left_alone() {
    let dir = room();
    fs::write(schema::file(dir.path()), "my notes\n".repeat(1000)).unwrap();
    assert_corrupt(dir.path(), "not a database");
}

#[test]
fn a_database_of_another_program_is_left_alone() {
    let dir = room();
    shell(dir.path())
        .execute_batch("CREATE TABLE t (x)")
        .unwrap();
    let before = fs::read(schema::file(dir.path())).unwrap();
    assert!(matches!(refusal(dir.path()), OpenError::Foreign { .. }));
    assert!(fs::read(schema::file(dir.path())).unwrap() == before);
}

#[tokio::test]
async fn a_newer_layout_is_named() {
    let (dir, _) = filled(1).await;
    shell(dir.path())
        .pragma_update(None, "user_version", 7)
        .unwrap();
    let refused = refusal(dir.path());
    assert!(
        matches!(
            refused,
            OpenError::Newer {
                found: 7,
                known: 1,
                ..
            }
        ),
        "{refused:?}"
    );
    assert!(
        refused.to_string().contains("use the newer Synod"),
        "{refused}"
    );
    assert!(matches!(
        Reader::open(dir.path()),
        Err(OpenError::Newer { .. })
    ));
}

#[tokio::test]
async fn an_event_of_a_newer_synod_is_named() {
    let (dir, _) = filled(1).await;
    let (seq, prev) = Reader::open(dir.path()).unwrap().head().unwrap();
    let link = Link {
        seq: seq + 1,
        at: 9,
        kind: "moon_landed",
        version: 3,
        body: "{}",
    };
    shell(dir.path())
        .execute(
            "INSERT INTO events VALUES (2, 9, 'moon_landed', 3, '{}', ?1, ?2)",
            params![prev.as_bytes(), link.hash(&prev).as_bytes()],
        )
        .unwrap();
    let refused = refusal(dir.path());
    assert!(
        matches!(refused, OpenError::Unreadable { seq: 2, .. }),
        "{refused:?}"
    );
    let text = refused.to_string();
    assert!(
        text.contains("`moon_landed` (version 3)") && text.contains("newer"),
        "{text}"
    );
}

#[test]
fn a_file_where_the_folder_should_be_is_named() {
    let dir = room();
    let file = dir.path().join(".synod");
    fs::write(&file, "").unwrap();
    let refused = refusal(&file);
    assert!(
        matches!(refused, OpenError::Unwritable { .. }),
        "{refused:?}"
    );
    assert!(
        refused.to_string().contains(".synod cannot be written"),
        "{refused}"
    );
    let below = refusal(&file.join("deeper"));
    assert!(matches!(below, OpenError::Unwritable { .. }), "{below:?}");
}

#[test]
fn a_folder_where_the_file_should_be_is_named() {
    for name in ["room.db", "room.lock"] {
        let dir = room();
        fs::create_dir(dir.path().join(name)).unwrap();
        let refused = refusal(dir.path());
        assert!(
            matches!(refused, OpenError::Unwritable { .. }),
            "{refused:?}"
        );
        assert!(refused.to_string().contains(name), "{refused}");
    }
}

#[test]
fn reading_makes_no_journal() {
    let dir = room();
    let missing = Reader::open(dir.path()).unwrap_err();
    assert!(matches!(missing, OpenError::Missing { .. }), "{missing:?}");
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_journal_can_be_read_with_and_without_a_room_at_work() {
    let (dir, events) = filled(3).await;
    let reader = Reader::open(dir.path()).unwrap();
    assert_eq!(reader.read(1, 10).unwrap(), events);
    let journal = open(dir.path()).journal;
    journal.append(3, batch([task(4, "new")])).await.unwrap();
    assert_eq!(reader.read(4, 10).unwrap().len(), 1);
    assert_eq!(reader.verify().unwrap().events, 4);
    assert_ne!(reader.head().unwrap(), (Head::NONE.seq, Digest::ZERO));
}
