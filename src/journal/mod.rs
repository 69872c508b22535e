//! The append-only log of events, which is the truth of a room.
//!
//! Owns the port [`Journal`], its implementations ([`sqlite`] for a room on disk, [`memory`] for
//! tests), the stored form of events ([`codec`]), the hash chain over them ([`chain`]) and what of
//! them can be searched. It decides nothing and performs nothing: what is appended is the engine's
//! business.
//!
//! **Invariant:** what `append` reported as done is on disk, in order and without gaps; what it
//! refused is not there at all.

pub mod blobs;
pub mod chain;
pub mod codec;
pub mod memory;
pub mod sqlite;
mod transcript;

use std::future::Future;

use crate::core::{CallId, Event, Recorded, SessionId, State, TaskId, Timestamp};

/// After how many events since the last snapshot a new one is worth its cost.
pub const SNAPSHOT_EVERY: u64 = 10_000;

/// The most events that one `read` returns.
pub const READ_PAGE_MAX: usize = 1000;

/// The most hits that one `search` returns.
pub const SEARCH_MAX: usize = 200;

/// One batch of events decided together at one time.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// When they were decided.
    pub at: Timestamp,
    /// The events, in order.
    pub events: Vec<Event>,
}

/// Where events are kept.
///
/// All methods may be called at once from several places; appends are made in the order in which
/// they were handed in.
pub trait Journal: Clone + Send + Sync + 'static {
    /// Appends durably; `expected` is the seq of the last event known to the caller.
    ///
    /// All batches are recorded, or none. Once it was polled, dropping the future does not take
    /// the events back.
    fn append(
        &self,
        expected: u64,
        batches: Vec<Batch>,
    ) -> impl Future<Output = Result<Vec<Recorded>, AppendError>> + Send;

    /// Stores a snapshot of the state (a cache: may be skipped or fail without harm; off the
    /// append path).
    fn snapshot(&self, state: Box<State>) -> impl Future<Output = ()> + Send;

    /// Events from place `from` on, at most `limit` and at most [`READ_PAGE_MAX`]; fewer when they
    /// are large. Empty past the end.
    fn read(
        &self,
        from: u64,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Recorded>, ReadError>> + Send;

    /// Full-text search over transcripts (prompts, answers, results): all words must occur, the
    /// last one may be a beginning. Latest first, at most [`SEARCH_MAX`].
    fn search(
        &self,
        query: &str,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Hit>, ReadError>> + Send;

    /// Waits until all that was handed in is on disk, and ends the writer. Later appends are
    /// refused with [`AppendError::Closed`].
    fn close(&self) -> impl Future<Output = ()> + Send;
}

/// A place in the transcripts that fits a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The event.
    pub seq: u64,
    /// When it was decided.
    pub at: Timestamp,
    /// The call whose text it is, if it is a call's.
    pub call: Option<CallId>,
    /// The task to which it belongs.
    pub task: Option<TaskId>,
    /// The session in which it was said; for a task's text, that of its first call.
    pub session: Option<SessionId>,
    /// The text around the first found word, on one line; untrusted.
    pub excerpt: String,
}

/// Why nothing was appended.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// Somebody else appended first; decide again on the newer state.
    #[error(
        "the journal has moved on: its last event is {found}, not {expected}; nothing was recorded"
    )]
    Lost {
        /// What the caller took for the last event.
        expected: u64,
        /// The last event.
        found: u64,
    },
    /// No space is left.
    #[error("no space is left for the journal ({why}); nothing was recorded. Free some and go on")]
    Full {
        /// What the system said.
        why: String,
    },
    /// The disk or the file refused.
    #[error("the journal cannot be written: {why}; nothing was recorded")]
    Io {
        /// What the system said.
        why: String,
    },
    /// The journal was closed.
    #[error("the journal is closed; nothing was recorded")]
    Closed,
}

/// Why nothing could be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The disk or the file refused.
    #[error("the journal cannot be read: {why}")]
    Io {
        /// What the system said.
        why: String,
    },
    /// An event is damaged, or was written by a newer Synod.
    #[error("event {seq} of the journal cannot be read: {why}")]
    Event {
        /// Its place.
        seq: u64,
        /// What is wrong with it.
        why: String,
    },
    /// The journal was closed.
    #[error("the journal is closed")]
    Closed,
}
