//! Reads a journal on a connection of its own, beside the writer or without one.

use std::path::Path;
use std::thread;

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::error::OpenError;
use super::snapshots::{self, Snapshot};
use super::writer;
use super::{index, rows, schema};
use crate::core::{Recorded, State};
use crate::journal::chain::Digest;
use crate::journal::{Hit, READ_PAGE_MAX, ReadError, SEARCH_MAX};

/// About how many bytes one page holds at most.
const PAGE_BYTES: usize = 8 * 1024 * 1024;

/// What waits for the reader. A few consoles ask for a page each; more may wait at the door.
const CAPACITY: usize = 16;

/// A connection that reads. It takes no lock: a room may be at work on the same journal.
#[derive(Debug)]
pub struct Reader {
    conn: Connection,
}

/// What a full check found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// How many events there are.
    pub events: u64,
    /// The hash of the last one.
    pub head_hash: Digest,
}

/// What the reader's thread is asked.
#[derive(Debug)]
pub(super) enum Ask {
    Read {
        from: u64,
        limit: usize,
        reply: oneshot::Sender<Result<Vec<Recorded>, ReadError>>,
    },
    Search {
        query: String,
        limit: usize,
        reply: oneshot::Sender<Result<Vec<Hit>, ReadError>>,
    },
    Verify {
        reply: oneshot::Sender<Result<Verified, ReadError>>,
    },
    /// To write a state down as text, which takes too long for the writer.
    Snapshot(Box<State>),
    Close {
        reply: oneshot::Sender<()>,
    },
}

impl Reader {
    /// Opens the journal in a room's folder for reading.
    pub fn open(dir: &Path) -> Result<Self, OpenError> {
        let path = schema::file(dir);
        if !path.exists() {
            return Err(OpenError::Missing {
                dir: dir.to_owned(),
            });
        }
        Ok(Self {
            conn: schema::open_reader(&path)?,
        })
    }

    /// Events from place `from` on, at most `limit`; fewer when they are large.
    pub fn read(&self, from: u64, limit: usize) -> Result<Vec<Recorded>, ReadError> {
        Ok(rows::page(
            &self.conn,
            from,
            limit.min(READ_PAGE_MAX),
            PAGE_BYTES,
        )?)
    }

    /// The state of the newest snapshot of an event at or before `at`; none where no such one is kept
    /// that fits. [`Self::read`] has what happened after it.
    pub fn state_before(&self, at: u64) -> Result<Option<State>, ReadError> {
        let found = snapshots::newest(&self.conn, at)?;
        Ok(found.state.map(|(state, _)| state))
    }

    /// Full-text search over transcripts, latest first.
    pub fn search(&self, query: &str, limit: usize) -> Result<Vec<Hit>, ReadError> {
        Ok(index::search(&self.conn, query, limit.min(SEARCH_MAX))?)
    }

    /// Checks every event: its place, its hash, its texts, and that it can be understood.
    pub fn verify(&self) -> Result<Verified, ReadError> {
        self.each(drop)
    }

    /// Hands every event on, in order and one at a time, once it is checked as [`Self::verify`] does.
    /// Those before the first that does not hold are handed on as well. What is appended meanwhile is
    /// not seen.
    ///
    /// # Errors
    /// An event does not hold, or cannot be read.
    pub fn each(&self, each: impl FnMut(Recorded)) -> Result<Verified, ReadError> {
        let head = rows::follow_chain(&self.conn, rows::Head::NONE, each)?;
        Ok(Verified {
            events: head.seq,
            head_hash: head.hash,
        })
    }

    /// Place and hash of the last event; 0 and zeros before the first.
    pub fn head(&self) -> Result<(u64, Digest), ReadError> {
        let head = rows::head(&self.conn)?;
        Ok((head.seq, head.hash))
    }
}

/// Starts the reader's thread, which ends on [`Ask::Close`] or when nobody can ask it any more.
pub(super) fn start(
    reader: Reader,
    writer: mpsc::Sender<writer::Job>,
) -> std::io::Result<mpsc::Sender<Ask>> {
    let (asks, inbox) = mpsc::channel(CAPACITY);
    let thread = thread::Builder::new().name("journal-reader".to_owned());
    thread.spawn(move || run(reader, &writer, inbox))?;
    Ok(asks)
}

fn run(reader: Reader, writer: &mpsc::Sender<writer::Job>, mut inbox: mpsc::Receiver<Ask>) {
    // A reply that nobody waits for any more is no error.
    while let Some(ask) = inbox.blocking_recv() {
        match ask {
            Ask::Read { from, limit, reply } => {
                drop(reply.send(reader.read(from, limit)));
            }
            Ask::Search {
                query,
                limit,
                reply,
            } => {
                drop(reply.send(reader.search(&query, limit)));
            }
            Ask::Verify { reply } => {
                drop(reply.send(reader.verify()));
            }
            Ask::Snapshot(state) => {
                if let Some(snapshot) = Snapshot::of(&state) {
                    drop(writer.blocking_send(writer::Job::Snapshot(snapshot)));
                }
            }
            Ask::Close { reply } => {
                drop(reader);
                let _ = reply.send(());
                return;
            }
        }
    }
}
