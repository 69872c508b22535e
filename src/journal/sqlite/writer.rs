//! The one writer, on a thread of its own: whatever waits is committed together (one flush to disk
//! for many callers), and each caller gets its own result. It gives the log its size before the first
//! append, and keeps the search index up when it has been quiet for a while.

use std::thread;
use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use super::error::{RowError, sort_append};
use super::index;
use super::keeper::Keeper;
use super::lock::RoomLock;
use super::log_file;
use super::rows::{self, Head};
use super::snapshots::Snapshot;
use crate::core::Recorded;
use crate::journal::{AppendError, Batch, ReadError};

/// How many jobs may wait; also the most that are committed together. The engine waits for each
/// of its appends, so more than a handful only wait in a benchmark.
const CAPACITY: usize = 256;

/// How long nothing must have come before the writer does what can wait: under load an append
/// would pay for it.
const QUIET: Duration = Duration::from_millis(250);

/// How many events may be unindexed while appends follow each other without a pause.
const LAG_MAX: u64 = 4096;

/// What the writer's thread is asked to do.
#[derive(Debug)]
pub(super) enum Job {
    Append(Append),
    Snapshot(Snapshot),
    RebuildIndex {
        reply: oneshot::Sender<Result<(), ReadError>>,
    },
    Close {
        reply: oneshot::Sender<()>,
    },
}

/// Events to be appended for one caller.
#[derive(Debug)]
pub(super) struct Append {
    pub(super) expected: u64,
    pub(super) batches: Vec<Batch>,
    pub(super) reply: oneshot::Sender<Appended>,
}

/// The result of one caller's append.
pub(super) type Appended = Result<Vec<Recorded>, AppendError>;

/// The writer's connection, and what it knows of the journal's end.
#[derive(Debug)]
pub(super) struct Writer {
    keeper: Keeper,
    conn: Connection,
    head: Head,
    indexing: bool,
    /// The place up to which events are indexed.
    indexed: u64,
    /// Held until the connections are closed: fields are dropped in order.
    _lock: RoomLock,
}

/// Starts the writer's thread, which ends on [`Job::Close`] or when nobody can ask it any more.
pub(super) fn start(writer: Writer) -> std::io::Result<mpsc::Sender<Job>> {
    let (jobs, inbox) = mpsc::channel(CAPACITY);
    // Only to wait for a job with a limit.
    let waiting = Builder::new_current_thread().enable_time().build()?;
    let thread = thread::Builder::new().name("journal-writer".to_owned());
    thread.spawn(move || run(writer, inbox, &waiting))?;
    Ok(jobs)
}

fn run(mut writer: Writer, mut inbox: mpsc::Receiver<Job>, waiting: &Runtime) {
    let mut jobs = Vec::with_capacity(CAPACITY);
    if let Err(error) = log_file::grow(&writer.conn) {
        tracing::debug!(%error, "the log's file keeps its size; commits take longer");
    }
    loop {
        while writer.lags() && writer.index_some() {}
        let came = if writer.is_behind() {
            let next = inbox.recv_many(&mut jobs, CAPACITY);
            waiting.block_on(async { timeout(QUIET, next).await })
        } else {
            Ok(inbox.blocking_recv_many(&mut jobs, CAPACITY))
        };
        match came {
            Ok(0) => return,
            Ok(_) => {}
            Err(_quiet) => {
                while inbox.is_empty() && writer.index_some() {}
                continue;
            }
        }
        let mut group = Vec::new();
        for job in jobs.drain(..) {
            if let Job::Append(append) = job {
                group.push(append);
                continue;
            }
            writer.append(std::mem::take(&mut group));
            match job {
                Job::Append(_) => {}
                Job::Snapshot(snapshot) => writer.store(&snapshot),
                Job::RebuildIndex { reply } => {
                    drop(reply.send(writer.rebuild_index()));
                }
                Job::Close { reply } => {
                    while writer.index_some() {}
                    // Whoever waits for the reply may open the room again at once.
                    drop(writer);
                    let _ = reply.send(());
                    return;
                }
            }
        }
        writer.append(group);
    }
}

impl Writer {
    pub(super) fn new(conn: Connection, head: Head, lock: RoomLock, keeper: Keeper) -> Self {
        let indexed = index::indexed(&conn).unwrap_or(0);
        Self {
            keeper,
            conn,
            head,
            indexing: true,
            indexed,
            _lock: lock,
        }
    }

    /// The connection, for tests that make it fail.
    #[cfg(test)]
    pub(super) fn connection(&self) -> &Connection {
        &self.conn
    }

    /// Appends for all callers in one commit; where that fails, for each on its own, so that
    /// nobody suffers for another's events.
    pub(super) fn append(&mut self, mut group: Vec<Append>) {
        if group.is_empty() {
            return;
        }
        if let Err(error) = self.commit(&mut group) {
            if group.len() == 1 {
                refuse(group, &error);
                return;
            }
            for append in group {
                let mut alone = vec![append];
                if let Err(error) = self.commit(&mut alone) {
                    refuse(alone, &error);
                }
            }
        }
    }

    /// Appends in one commit and replies; after an error nothing was recorded and `group` is
    /// untouched.
    fn commit(&mut self, group: &mut Vec<Append>) -> Result<(), rusqlite::Error> {
        let done = self.write(group);
        match done {
            Ok((head, verdicts)) => {
                self.head = head;
                for (append, verdict) in group.drain(..).zip(verdicts) {
                    let result = match verdict {
                        Ok(first) => Ok(recorded(first, append.batches)),
                        Err(lost) => Err(lost),
                    };
                    drop(append.reply.send(result));
                }
                self.keeper.look(&self.conn);
                Ok(())
            }
            Err(error) => {
                // A commit that failed may still have reached the disk.
                if let Ok(head) = rows::head(&self.conn) {
                    self.head = head;
                }
                Err(error)
            }
        }
    }

    /// Writes and commits; for each append the place of its first event, or that it lost.
    fn write(
        &mut self,
        group: &[Append],
    ) -> Result<(Head, Vec<Result<u64, AppendError>>), rusqlite::Error> {
        let tx = self
            .conn
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut head = self.head;
        let mut verdicts = Vec::with_capacity(group.len());
        for append in group {
            if append.expected != head.seq {
                verdicts.push(Err(AppendError::Lost {
                    expected: append.expected,
                    found: head.seq,
                }));
                continue;
            }
            verdicts.push(Ok(head.seq + 1));
            for batch in &append.batches {
                for event in &batch.events {
                    head = rows::write(&tx, head, batch.at, event)?;
                }
            }
        }
        tx.commit()?;
        Ok((head, verdicts))
    }

    /// Whether there are events that are not in the search index.
    pub(super) fn is_behind(&self) -> bool {
        self.indexing && self.indexed < self.head.seq
    }

    /// Indexes a few events more; false when there are none, or the index is damaged.
    pub(super) fn index_some(&mut self) -> bool {
        if !self.is_behind() {
            return false;
        }
        match index::catch_up(&mut self.conn) {
            Ok(more) => {
                self.indexed = index::indexed(&self.conn).unwrap_or(self.indexed);
                more
            }
            Err(error) => {
                // The index can be made again; it must not stop the journal.
                tracing::warn!(%error, "the search index is damaged and not kept up");
                self.indexing = false;
                false
            }
        }
    }

    /// Whether so much is not yet indexed that appends have to wait for it.
    fn lags(&self) -> bool {
        self.head.seq.saturating_sub(self.indexed) > LAG_MAX
    }

    fn store(&mut self, snapshot: &Snapshot) {
        if let Err(error) = snapshot.store(&mut self.conn) {
            tracing::warn!(%error, "a snapshot could not be stored; the next start takes longer");
        }
    }

    fn rebuild_index(&mut self) -> Result<(), ReadError> {
        index::rebuild(&mut self.conn).map_err(|error: RowError| ReadError::from(error))?;
        self.indexing = true;
        self.indexed = self.head.seq;
        Ok(())
    }
}

fn recorded(first: u64, batches: Vec<Batch>) -> Vec<Recorded> {
    let events = batches.into_iter().flat_map(|batch| {
        let at = batch.at;
        batch.events.into_iter().map(move |event| (at, event))
    });
    (first..)
        .zip(events)
        .map(|(seq, (at, event))| Recorded { seq, at, event })
        .collect()
}

fn refuse(group: Vec<Append>, error: &rusqlite::Error) {
    for append in group {
        drop(append.reply.send(Err(sort_append(error))));
    }
}
