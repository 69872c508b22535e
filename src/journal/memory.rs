//! A journal in memory, for tests: nothing is durable, and failures can be ordered.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::transcript::{excerpt, has_all, transcript, words};
use super::{AppendError, Batch, Hit, Journal, READ_PAGE_MAX, ReadError, SEARCH_MAX};
use crate::core::{CallId, Event, Recorded, SessionId, State, TaskId, evolve};

/// A journal in memory. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct MemoryJournal {
    shared: Arc<Mutex<Shared>>,
}

/// What an append shall run into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// It is refused, and nothing is recorded.
    Refused(AppendError),
    /// It is recorded, but the caller is told that it failed (a crash between the two).
    Unreported(AppendError),
}

#[derive(Debug, Default)]
struct Shared {
    events: Vec<Recorded>,
    snapshot: Option<Box<State>>,
    faults: VecDeque<Fault>,
    appends: usize,
    closed: bool,
}

impl MemoryJournal {
    /// An empty journal.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A journal that holds events already; their places must count from 1.
    #[must_use]
    pub fn holding(events: Vec<Recorded>) -> Self {
        let journal = Self::new();
        journal.lock().events = events;
        journal
    }

    /// Lets an append to come run into a fault; several are met in the order given.
    pub fn inject(&self, fault: Fault) {
        self.lock().faults.push_back(fault);
    }

    /// Records events as another writer would, behind the back of the one under test, so that its
    /// next append loses the race.
    pub fn intrude(&self, batch: Batch) {
        self.lock().record(vec![batch]);
    }

    /// All events.
    #[must_use]
    pub fn events(&self) -> Vec<Recorded> {
        self.lock().events.clone()
    }

    /// The fold of all events.
    #[must_use]
    pub fn replay(&self) -> State {
        let mut state = State::new();
        for recorded in &self.lock().events {
            evolve(&mut state, recorded);
        }
        state
    }

    /// The last snapshot that was stored.
    #[must_use]
    pub fn last_snapshot(&self) -> Option<State> {
        self.lock().snapshot.as_deref().cloned()
    }

    /// How many appends were tried.
    #[must_use]
    pub fn appends(&self) -> usize {
        self.lock().appends
    }

    /// Takes appends again after a close, as a room that is opened anew.
    pub fn reopen(&self) {
        self.lock().closed = false;
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shared {
    fn append(&mut self, expected: u64, batches: Vec<Batch>) -> Result<Vec<Recorded>, AppendError> {
        self.appends += 1;
        if self.closed {
            return Err(AppendError::Closed);
        }
        let fault = self.faults.pop_front();
        if let Some(Fault::Refused(error)) = fault {
            return Err(error);
        }
        let found = self.head();
        if found != expected {
            return Err(AppendError::Lost { expected, found });
        }
        let recorded = self.record(batches);
        match fault {
            Some(Fault::Unreported(error) | Fault::Refused(error)) => Err(error),
            None => Ok(recorded),
        }
    }

    fn record(&mut self, batches: Vec<Batch>) -> Vec<Recorded> {
        let before = self.events.len();
        for batch in batches {
            for event in batch.events {
                let seq = self.head() + 1;
                let at = batch.at;
                self.events.push(Recorded { seq, at, event });
            }
        }
        self.events.iter().skip(before).cloned().collect()
    }

    fn head(&self) -> u64 {
        self.events.last().map_or(0, |last| last.seq)
    }

    fn task_of(&self, wanted: CallId) -> Option<TaskId> {
        self.events.iter().find_map(|one| {
            let Event::CallStarted { call, task, .. } = &one.event else {
                return None;
            };
            (*call == wanted).then_some(*task)
        })
    }

    fn session_of(&self, of_call: Option<CallId>, of_task: Option<TaskId>) -> Option<SessionId> {
        self.events.iter().find_map(|one| {
            let Event::CallStarted {
                call,
                task,
                session,
                ..
            } = &one.event
            else {
                return None;
            };
            let fits = match of_call {
                Some(wanted) => *call == wanted,
                None => of_task == Some(*task),
            };
            fits.then_some(*session)
        })
    }

    fn hit(&self, recorded: &Recorded, words: &[String]) -> Option<Hit> {
        let found = transcript(&recorded.event)?;
        has_all(found.text, words).then(|| Hit {
            seq: recorded.seq,
            at: recorded.at,
            call: found.call,
            task: found
                .task
                .or_else(|| found.call.and_then(|call| self.task_of(call))),
            session: self.session_of(found.call, found.task),
            excerpt: excerpt(found.text, words),
        })
    }
}

impl Journal for MemoryJournal {
    async fn append(
        &self,
        expected: u64,
        batches: Vec<Batch>,
    ) -> Result<Vec<Recorded>, AppendError> {
        self.lock().append(expected, batches)
    }

    async fn snapshot(&self, state: Box<State>) {
        self.lock().snapshot = Some(state);
    }

    async fn read(&self, from: u64, limit: usize) -> Result<Vec<Recorded>, ReadError> {
        let shared = self.lock();
        let page = shared.events.iter().filter(|one| one.seq >= from);
        Ok(page.take(limit.min(READ_PAGE_MAX)).cloned().collect())
    }

    async fn search(&self, query: &str, limit: usize) -> Result<Vec<Hit>, ReadError> {
        let words = words(query);
        let shared = self.lock();
        let latest_first = shared.events.iter().rev();
        Ok(latest_first
            .filter_map(|one| shared.hit(one, &words))
            .take(limit.min(SEARCH_MAX))
            .collect())
    }

    async fn close(&self) {
        self.lock().closed = true;
    }
}

#[cfg(test)]
mod tests {
    use super::{Fault, MemoryJournal};
    use crate::core::{Event, TaskId, TaskOrder, Timestamp};
    use crate::journal::{AppendError, Batch, Journal};

    fn batch(prompt: &str) -> Vec<Batch> {
        vec![Batch {
            at: Timestamp(5),
            events: vec![Event::TaskAdded {
                task: TaskId(1),
                order: TaskOrder::new(prompt),
                analysis: None,
            }],
        }]
    }

    #[tokio::test]
    async fn ordered_faults_come_once_and_in_order() {
        let journal = MemoryJournal::new();
        let full = AppendError::Full {
            why: "test".to_owned(),
        };
        journal.inject(Fault::Refused(full.clone()));
        journal.inject(Fault::Unreported(AppendError::Closed));
        assert_eq!(journal.append(0, batch("a")).await, Err(full));
        assert_eq!(journal.events(), []);
        assert_eq!(
            journal.append(0, batch("a")).await,
            Err(AppendError::Closed)
        );
        assert_eq!(journal.events().len(), 1);
        assert_eq!(journal.append(1, batch("b")).await.unwrap()[0].seq, 2);
        assert_eq!(journal.appends(), 3);
    }

    #[tokio::test]
    async fn an_intruder_wins_the_race() {
        let journal = MemoryJournal::new();
        journal.intrude(batch("theirs").remove(0));
        assert_eq!(
            journal.append(0, batch("mine")).await,
            Err(AppendError::Lost {
                expected: 0,
                found: 1
            })
        );
        assert_eq!(journal.replay().seq(), 1);
    }

    #[tokio::test]
    async fn it_reads_pages_and_searches() {
        let journal = MemoryJournal::new();
        let mut batches = batch("the first one");
        batches.extend(batch("another"));
        journal.append(0, batches).await.unwrap();
        assert_eq!(journal.read(2, 10).await.unwrap().len(), 1);
        assert_eq!(journal.read(3, 10).await.unwrap(), []);
        let hits = journal.search("FIRS", 10).await.unwrap();
        assert_eq!((hits.len(), hits[0].seq), (1, 1));
        assert_eq!(hits[0].task, Some(TaskId(1)));
    }
}
