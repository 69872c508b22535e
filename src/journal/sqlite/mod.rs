//! The journal of a room on disk: `room.db` (SQLite, WAL, flushed at every commit) and `room.lock`.
//!
//! One process owns a room; in it one thread writes, one reads, and one
//! moves the write-ahead log into the file. Opening checks the hash
//! chain from the last snapshot on; [`Reader::verify`] checks all of it.

mod error;
mod index;
mod keeper;
mod lock;
mod log_file;
mod reader;
mod rows;
mod schema;
mod snapshots;
mod tail;
#[cfg(test)]
mod tests;
mod texts;
mod writer;

use std::path::Path;

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

pub use error::OpenError;
pub use reader::{Reader, Verified};
pub use snapshots::SNAPSHOT_VERSION;
pub use texts::{IndexError, TextIndex, surroundings};

use crate::core::{Recorded, State, evolve};
use crate::journal::chain::Digest;
use crate::journal::{AppendError, Batch, Hit, Journal, ReadError};
use error::sort_io;
use keeper::Keeper;
use lock::RoomLock;
use rows::Head;

/// A room's journal on disk. Clones share it; when the last is dropped, what was handed in is
/// still written, and the room is free.
#[derive(Debug, Clone)]
pub struct SqliteJournal {
    writer: mpsc::Sender<writer::Job>,
    reader: mpsc::Sender<reader::Ask>,
}

/// A journal that was opened, and all that is true in it.
#[derive(Debug)]
pub struct Opened {
    /// The journal.
    pub journal: SqliteJournal,
    /// The fold of all its events.
    pub state: State,
    /// How many events were folded after the snapshot.
    pub tail_len: u64,
    /// The hash of the last event; zeros in a new journal.
    pub head_hash: Digest,
    /// What was not as it should be and was made good, in one sentence.
    pub repaired: Option<String>,
}

impl SqliteJournal {
    /// Opens the journal in a room's folder, making both where they are missing, and takes the
    /// room for this process. Blocks on the disk; nothing is deleted or changed on an error.
    pub fn open(dir: &Path) -> Result<Opened, OpenError> {
        schema::prepare_folder(dir)?;
        let lock = RoomLock::take(dir)?;
        let path = schema::file(dir);
        let conn = schema::open_writer(&path)?;
        let loaded = load(&conn, &path)?;
        let reader = Reader::open(dir)?;
        let threads = |error: std::io::Error| sort_io(&error, &path);
        let keeper = Keeper::start(&path)?;
        let writer = writer::Writer::new(conn, loaded.head, lock, keeper);
        let writer = writer::start(writer).map_err(threads)?;
        let reader = reader::start(reader, writer.clone()).map_err(threads)?;
        Ok(Opened {
            journal: Self { writer, reader },
            state: loaded.state,
            tail_len: loaded.tail_len,
            head_hash: loaded.head.hash,
            repaired: loaded.repaired,
        })
    }

    /// Checks every event: its place, its hash, its texts, and that it can be understood.
    pub async fn verify_chain(&self) -> Result<Verified, ReadError> {
        let (reply, answer) = oneshot::channel();
        self.ask(reader::Ask::Verify { reply }).await?;
        answer.await.unwrap_or(Err(ReadError::Closed))
    }

    /// Makes the search index again from the events. Appends wait meanwhile.
    pub async fn rebuild_index(&self) -> Result<(), ReadError> {
        let (reply, answer) = oneshot::channel();
        let job = writer::Job::RebuildIndex { reply };
        let sent = self.writer.send(job).await;
        sent.map_err(|_| ReadError::Closed)?;
        answer.await.unwrap_or(Err(ReadError::Closed))
    }

    async fn ask(&self, ask: reader::Ask) -> Result<(), ReadError> {
        self.reader.send(ask).await.map_err(|_| ReadError::Closed)
    }
}

impl Journal for SqliteJournal {
    async fn append(
        &self,
        expected: u64,
        batches: Vec<Batch>,
    ) -> Result<Vec<Recorded>, AppendError> {
        let (reply, answer) = oneshot::channel();
        let append = writer::Append {
            expected,
            batches,
            reply,
        };
        let sent = self.writer.send(writer::Job::Append(append)).await;
        sent.map_err(|_| AppendError::Closed)?;
        answer.await.unwrap_or(Err(AppendError::Closed))
    }

    /// Returns as soon as the snapshot is on its way; `close` waits for it. Skipped while the
    /// reader has too much to do.
    async fn snapshot(&self, state: Box<State>) {
        if self.reader.try_send(reader::Ask::Snapshot(state)).is_err() {
            tracing::debug!("a snapshot was skipped");
        }
    }

    async fn read(&self, from: u64, limit: usize) -> Result<Vec<Recorded>, ReadError> {
        let (reply, answer) = oneshot::channel();
        self.ask(reader::Ask::Read { from, limit, reply }).await?;
        answer.await.unwrap_or(Err(ReadError::Closed))
    }

    async fn search(&self, query: &str, limit: usize) -> Result<Vec<Hit>, ReadError> {
        let (reply, answer) = oneshot::channel();
        let query = query.to_owned();
        self.ask(reader::Ask::Search {
            query,
            limit,
            reply,
        })
        .await?;
        answer.await.unwrap_or(Err(ReadError::Closed))
    }

    async fn close(&self) {
        // The reader first: it may still have a snapshot for the writer. One that is closed
        // already answers nothing, and that is well too.
        let (reply, answer) = oneshot::channel();
        if self.ask(reader::Ask::Close { reply }).await.is_ok() {
            let _ = answer.await;
        }
        let (reply, answer) = oneshot::channel();
        if self.writer.send(writer::Job::Close { reply }).await.is_ok() {
            let _ = answer.await;
        }
    }
}

struct Loaded {
    state: State,
    head: Head,
    tail_len: u64,
    repaired: Option<String>,
}

/// The newest snapshot that fits, and the events after it.
fn load(conn: &Connection, path: &Path) -> Result<Loaded, OpenError> {
    let began = Instant::now();
    let failed = |error: error::RowError| error.into_open(path, conn);
    let found = snapshots::newest(conn, u64::MAX).map_err(failed)?;
    let (mut state, base) = found.state.unwrap_or((State::new(), Head::NONE));
    let head =
        rows::follow_chain(conn, base, |recorded| evolve(&mut state, &recorded)).map_err(failed)?;
    let tail_len = head.seq - base.seq;
    let repaired = (!found.passed_over.is_empty()).then(|| {
        format!(
            "{} could not be used ({}); {tail_len} events were folded instead, in {} ms",
            if found.passed_over.len() == 1 {
                "a snapshot"
            } else {
                "snapshots"
            },
            found.passed_over.join("; "),
            began.elapsed().as_millis(),
        )
    });
    Ok(Loaded {
        state,
        head,
        tail_len,
        repaired,
    })
}
