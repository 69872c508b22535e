//! Looks through the journal for the events that pass a filter, on a thread of its own.
//!
//! Who and what an event is about is known only with those before it. So the whole journal is read once, when the
//! first filter comes; what was learned of it is kept, and a stretch can be looked through from any place then.

use std::path::Path;
use std::sync::Arc;

use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use crate::core::{Concerns, Filter};
use crate::journal::sqlite::Reader;
use crate::journal::{READ_PAGE_MAX, ReadError};
use crate::link::{SIFTED_MAX, Sifted, TRANSCRIPT_PAGE};
use crate::ui::filter;

/// How many events are looked at for one answer at most.
const LOOKED_MAX: usize = 20_000;

/// What is known of the journal. One stretch is looked through at a time, for all consoles.
#[derive(Debug, Clone, Default)]
pub(super) struct Sieve {
    known: Arc<Mutex<Concerns>>,
}

impl Sieve {
    /// The events that pass from a place on, or back from it. Dropped, it ends within a page of events.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub(super) async fn sift(
        &self,
        room: &Path,
        filter: Filter,
        from: u64,
        back: bool,
    ) -> anyhow::Result<Sifted> {
        let mut known = Arc::clone(&self.known).lock_owned().await;
        let room = room.to_owned();
        let stop = CancellationToken::new();
        let unwanted = stop.clone();
        let _guard = stop.drop_guard();
        let sifting = tokio::task::spawn_blocking(move || {
            let reader = Reader::open(&room)?;
            learn(&reader, &mut known, &unwanted)?;
            let sifted = if back {
                backwards(&reader, &known, &filter, from, &unwanted)?
            } else {
                onwards(&reader, &known, &filter, from, &unwanted)?
            };
            anyhow::Ok(sifted)
        });
        sifting.await?
    }
}

/// Takes in what is not known yet.
fn learn(
    reader: &Reader,
    known: &mut Concerns,
    unwanted: &CancellationToken,
) -> Result<(), ReadError> {
    while !unwanted.is_cancelled() {
        let page = reader.read(known.seq() + 1, READ_PAGE_MAX)?;
        if page.is_empty() {
            break;
        }
        for it in &page {
            known.learn(it);
        }
    }
    Ok(())
}

fn onwards(
    reader: &Reader,
    known: &Concerns,
    filter: &Filter,
    from: u64,
    unwanted: &CancellationToken,
) -> Result<Sifted, ReadError> {
    let mut sifted = Sifted {
        first: from,
        last: from.saturating_sub(1),
        events: Vec::new(),
    };
    let mut looked = 0;
    while looked < LOOKED_MAX && sifted.events.len() < SIFTED_MAX && !unwanted.is_cancelled() {
        let page = reader.read(sifted.last + 1, TRANSCRIPT_PAGE)?;
        if page.is_empty() {
            break;
        }
        looked += page.len();
        for event in page {
            if sifted.events.len() == SIFTED_MAX {
                break;
            }
            sifted.last = event.seq;
            if filter::passes(filter, known, &event, true) {
                sifted.events.push(event);
            }
        }
    }
    Ok(sifted)
}

fn backwards(
    reader: &Reader,
    known: &Concerns,
    filter: &Filter,
    from: u64,
    unwanted: &CancellationToken,
) -> Result<Sifted, ReadError> {
    let last = from.min(known.seq());
    let (mut first, mut looked) = (last + 1, 0);
    let mut events = Vec::new();
    while first > 1 && looked < LOOKED_MAX && events.len() < SIFTED_MAX && !unwanted.is_cancelled()
    {
        let below = first;
        let page = page_before(reader, below)?;
        looked += page.len();
        if page.is_empty() {
            first = 1;
        }
        for event in page.into_iter().rev() {
            if events.len() == SIFTED_MAX {
                break;
            }
            first = event.seq;
            if filter::passes(filter, known, &event, true) {
                events.push(event);
            }
        }
    }
    events.reverse();
    Ok(Sifted {
        first,
        last,
        events,
    })
}

/// The events before a place, up to it. A page of large events is short, and ends too early then.
fn page_before(reader: &Reader, below: u64) -> Result<Vec<crate::core::Recorded>, ReadError> {
    let mut length = below.saturating_sub(1).min(TRANSCRIPT_PAGE as u64);
    loop {
        let from = below.saturating_sub(length).max(1);
        let page = reader.read(from, usize::try_from(length).unwrap_or(TRANSCRIPT_PAGE))?;
        let reaches = page.last().is_none_or(|last| last.seq + 1 == below);
        if reaches || length <= 1 {
            return Ok(page);
        }
        length /= 2;
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::core::fixture::Room;
    use crate::core::{Command, Recorded, TaskOrder, Timestamp};
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

    fn read(text: &str) -> Filter {
        filter::parse(text, Timestamp(0), &TimeZone::UTC).unwrap()
    }

    #[tokio::test]
    async fn both_ways_find_all_of_it_whatever_page_it_is_on() {
        let (dir, events) = room(1_300).await;
        let head = events.last().unwrap().seq;
        let mut known = Concerns::default();
        for it in &events {
            known.learn(it);
        }
        for text in [
            "kind:task by:operator",
            "task:7,1299",
            "nowhere",
            "-kind:task",
        ] {
            let filter = read(text);
            let all = events
                .iter()
                .filter(|it| filter::passes(&filter, &known, it, true));
            let all: Vec<u64> = all.map(|it| it.seq).collect();
            let sieve = Sieve::default();
            let (mut found, mut from) = (Vec::new(), head);
            while from > 0 {
                let sifted = sieve.sift(dir.path(), filter.clone(), from, true).await;
                let sifted = sifted.unwrap();
                assert_eq!(sifted.last, from);
                assert!(sifted.events.len() <= SIFTED_MAX);
                found.extend(sifted.events.iter().rev().map(|it| it.seq));
                from = sifted.first - 1;
            }
            found.reverse();
            assert_eq!(found, all, "back by {text}");
            let (mut found, mut from) = (Vec::new(), 1);
            while from <= head {
                let sifted = sieve.sift(dir.path(), filter.clone(), from, false).await;
                let sifted = sifted.unwrap();
                assert_eq!(sifted.first, from);
                found.extend(sifted.events.iter().map(|it| it.seq));
                from = sifted.last + 1;
            }
            assert_eq!(found, all, "on by {text}");
        }
    }

    #[tokio::test]
    async fn a_journal_that_is_not_there_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let sifted = Sieve::default().sift(dir.path(), read("x"), 1, true).await;
        assert!(sifted.unwrap_err().to_string().contains("journal"));
    }
}
