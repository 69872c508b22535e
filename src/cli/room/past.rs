//! How the room was at an earlier time: the journal folded from the nearest snapshot on, on a thread of
//! its own.
//!
//! One is folded at a time, for all consoles; the last one is kept, since who looks at one moment looks
//! at the next one after it.

use std::path::Path;
use std::sync::Arc;

use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use crate::core::{State, evolve};
use crate::journal::sqlite::Reader;
use crate::journal::{READ_PAGE_MAX, ReadError};
use crate::link::{Past, TRANSCRIPT_PAGE};

/// How many events before the one that is asked for are told with it.
const BEFORE: u64 = TRANSCRIPT_PAGE as u64 / 2;

/// The state that was folded last.
#[derive(Debug, Clone, Default)]
pub(super) struct Pasts {
    last: Arc<Mutex<Option<State>>>,
}

impl Pasts {
    /// The room around event `at`. Dropped, it ends within a page of events.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub(super) async fn around(&self, room: &Path, at: u64) -> anyhow::Result<Past> {
        let mut last = Arc::clone(&self.last).lock_owned().await;
        let room = room.to_owned();
        let stop = CancellationToken::new();
        let unwanted = stop.clone();
        let _guard = stop.drop_guard();
        let folding = tokio::task::spawn_blocking(move || {
            let reader = Reader::open(&room)?;
            let past = fold(&reader, last.take(), at, &unwanted)?;
            *last = Some(past.state.clone());
            anyhow::Ok(past)
        });
        folding.await?
    }
}

/// Folds what happened up to a few events before `at`, from `last` or from a snapshot on, whichever is
/// nearer, and reads the events around it.
fn fold(
    reader: &Reader,
    last: Option<State>,
    at: u64,
    unwanted: &CancellationToken,
) -> Result<Past, ReadError> {
    let (head, _) = reader.head()?;
    let at = at.min(head);
    let base = at.saturating_sub(BEFORE);
    let last = last.filter(|state| state.seq() <= base);
    let stored = reader.state_before(base)?;
    let nearer = last.into_iter().chain(stored).max_by_key(State::seq);
    let mut state = nearer.unwrap_or_default();
    while state.seq() < base && !unwanted.is_cancelled() {
        let missing = usize::try_from(base - state.seq()).unwrap_or(usize::MAX);
        let page = reader.read(state.seq() + 1, missing.min(READ_PAGE_MAX))?;
        if page.is_empty() {
            break;
        }
        for recorded in &page {
            evolve(&mut state, recorded);
        }
    }
    loop {
        let events = reader.read(state.seq() + 1, TRANSCRIPT_PAGE)?;
        // A page of large events is short; the one that is asked for has to be on it.
        let there = events.last().is_none_or(|last| last.seq >= at);
        if there || unwanted.is_cancelled() {
            return Ok(Past { state, events });
        }
        for recorded in &events {
            evolve(&mut state, recorded);
        }
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::core::fixture::Room;
    use crate::core::{Command, Recorded, TaskOrder};
    use crate::journal::sqlite::SqliteJournal;
    use crate::journal::{Batch, Journal};

    /// A room of so many tasks on disk, with what happened.
    async fn room(tasks: u64) -> (tempfile::TempDir, Vec<Recorded>) {
        let mut room = Room::of(&["codex"]);
        for number in 1..=tasks {
            room.command(&Command::AddTask(TaskOrder::new(format!("task {number}"))));
        }
        let dir = tempfile::tempdir().unwrap();
        let journal = SqliteJournal::open(dir.path()).unwrap().journal;
        let events = room.journal.iter().map(|it| it.event.clone()).collect();
        let batch = Batch {
            at: room.now,
            events,
        };
        let recorded = journal.append(0, vec![batch]).await.unwrap();
        journal.close().await;
        (dir, recorded)
    }

    fn folded(events: &[Recorded]) -> State {
        let mut state = State::new();
        for event in events {
            evolve(&mut state, event);
        }
        state
    }

    #[tokio::test]
    async fn it_is_the_room_as_it_was_whatever_was_looked_at_before() {
        let (dir, events) = room(1_300).await;
        let last = events.last().unwrap().seq;
        let pasts = Pasts::default();
        for at in [900, 1, 1_200, 1_201, 400, last, last + 7] {
            let Past {
                state,
                events: page,
            } = pasts.around(dir.path(), at).await.unwrap();
            let base = usize::try_from(state.seq()).unwrap();
            assert!(state == folded(&events[..base]), "before event {at}");
            assert_eq!(page[..], events[base..][..page.len()]);
            assert!(
                !page.is_empty(),
                "nothing is told around event {at} of {last}, from {base} on"
            );
            let ends = page.first().unwrap().seq..=page.last().unwrap().seq;
            assert!(
                ends.contains(&at.min(last)),
                "event {at} is not in {ends:?}"
            );
        }
    }

    #[tokio::test]
    async fn a_journal_that_is_not_there_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let error = Pasts::default().around(dir.path(), 1).await.unwrap_err();
        assert!(error.to_string().contains("journal"), "{error}");
    }
}
