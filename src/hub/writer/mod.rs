//! Write-behind: what is written when, and what is done after a doubt. No I/O and no clock; the
//! caller hands in the time and carries the jobs out.
//!
//! The rules:
//! - a document has one job in flight at most, all documents together [`IN_FLIGHT`];
//! - a text is rendered when its job starts, so any number of changes before that cost one write;
//! - a document whose text in the hub is not known is read first: at the start, after every failure
//!   and timeout, after a lost swap, and once some seconds after a write (which is how a text that
//!   somebody put before or after ours is found: the swap does not see it);
//! - the index of a long document is written when all its parts are there, and a part that is not
//!   needed any more goes after the index that named it;
//! - a document with a text that no room wrote stands still until it is settled what becomes of that:
//!   the room is told, and its word is carried out, also after a restart.

pub(in crate::hub) mod entry;
mod order;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::core::{DocumentInfo, ForeignEdit, Settled, State, TaskId, Timestamp};
use crate::hub::document::{self, DocumentName, Prefix};
use crate::hub::folder::Look;
use crate::hub::job::{Job, Outcome};
use crate::hub::memory::HubError;
use crate::hub::outside::{self, Foreign, Found};
use crate::hub::pages::Pages;
use crate::hub::parts;
use crate::hub::project::{self, Drafts};
use entry::{Entry, Known, Wait, Work};

/// How many jobs are in flight at most: Serena's throughput peaks there.
pub const IN_FLIGHT: usize = 8;
/// How long a change waits for further ones.
pub const DEBOUNCE: Duration = Duration::from_millis(150);
/// The least time from a write of a document to its next one.
pub const SPACING: Duration = Duration::from_millis(400);
/// The same for pages of the queue, whose tasks wait for long.
pub const PAGE_SPACING: Duration = Duration::from_secs(2);
/// How long after a write a quiet document is read back.
pub const READ_BACK: Duration = Duration::from_secs(3);
/// How long after its deadline a call may still take effect: Serena goes on with what it began, and
/// with what it has queued, for as long as it likes; this is as long as we care.
const LATEST: Duration = Duration::from_mins(1);
/// First and longest wait after a failure.
const BACKOFF: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(30));

/// All documents and how the hub stands with each.
#[derive(Debug)]
pub struct Writer {
    prefix: Prefix,
    entries: BTreeMap<DocumentName, Entry>,
    in_flight: usize,
    /// What the room is to be told.
    told: Vec<Telling>,
    /// What was rendered of the state.
    drafts: Drafts,
    pages: Pages,
    /// The place in the journal of the state that knows of all the entries.
    known_at: Option<u64>,
}

/// What the room is to be told of a document.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::hub) enum Telling {
    /// Somebody else gave it another text.
    Edited(Box<Found>),
    /// It has a text of the room's again.
    Gone(DocumentName),
}

/// What the end of a job means beyond its document.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Notice {
    /// Nothing.
    Nothing,
    /// The hub answered as it should.
    Answered,
    /// A foreign text was found and kept.
    Foreign(ForeignEdit),
    /// The hub did not answer in time.
    Silent,
    /// The server is of no use as it is.
    Useless(HubError),
}

impl Writer {
    /// A writer that knows of no document yet.
    #[must_use]
    pub fn new(prefix: Prefix) -> Self {
        Self {
            prefix,
            entries: BTreeMap::new(),
            in_flight: 0,
            told: Vec::new(),
            drafts: Drafts::default(),
            pages: Pages::default(),
            known_at: None,
        }
    }

    /// A document may have changed.
    pub(crate) fn mark(&mut self, document: DocumentName, now: Instant) {
        for (_, part) in self.entries.range_mut(order::all_parts(&document)) {
            part.mark(now);
        }
        let known_at = &mut self.known_at;
        let entry = self.entries.entry(document).or_insert_with(|| {
            *known_at = None;
            Entry::new(now)
        });
        entry.mark(now);
    }

    /// The hub has had these. Of those that are not needed any more nothing else tells.
    pub(crate) fn found(&mut self, listed: &[DocumentName], state: &State, now: Instant) {
        for document in listed {
            if self.drafts.is_surplus(state, document) {
                self.mark(document.clone(), now);
            }
        }
    }

    /// All pages of the queue that were ever written may have changed.
    pub(crate) fn mark_known_pages(&mut self, now: Instant) {
        for (name, entry) in &mut self.entries {
            if matches!(name, DocumentName::QueuePage(_)) {
                entry.mark(now);
            }
        }
    }

    /// The queue has changed, and may tell something else of these tasks.
    pub(crate) fn mark_pages(&mut self, tasks: &BTreeSet<TaskId>, state: &State, now: Instant) {
        for (page, has_tasks) in self.pages.changed(tasks, state) {
            let page = DocumentName::QueuePage(page);
            if has_tasks || self.entries.contains_key(&page) {
                self.mark(page, now);
            }
        }
    }

    /// The file of a document was seen to have this.
    pub(crate) fn seen(&mut self, document: DocumentName, look: Look, state: &State, now: Instant) {
        if let Some(entry) = self.entries.get_mut(&document) {
            entry.seen(look, now);
        } else if self.drafts.exists(state, &document) || self.drafts.is_surplus(state, &document) {
            self.mark(document, now);
        }
    }

    /// The connection is new: nothing is known of what the hub has, and all of it matters.
    pub(crate) fn doubt_everything(&mut self, state: &State, now: Instant) {
        for entry in self.entries.values_mut() {
            if entry.work != Work::Idle {
                // A server that lives on may still do what it was asked.
                entry.expect_latecomer(now);
            }
            entry.doubt(now);
        }
        for document in project::whole(state) {
            let entry = self
                .entries
                .entry(document)
                .or_insert_with(|| Entry::new(now));
            entry.dirty = true;
            entry.due = now;
        }
        self.in_flight = 0;
    }

    /// Everything that is to be written is due now, and nothing is read back any more.
    pub(crate) fn hurry(&mut self, now: Instant) {
        for entry in self.entries.values_mut() {
            entry.due = entry.due.min(now);
            entry.read_back = None;
        }
    }

    /// The next job that is due, if another one may be in flight.
    pub(crate) fn next(&mut self, state: &State, now: Instant) -> Option<(DocumentName, Job)> {
        if self.in_flight >= IN_FLIGHT {
            return None;
        }
        self.forget_unknown(state);
        loop {
            self.wake();
            if let Some(found) = self.first_due(state, now) {
                self.in_flight += 1;
                return Some(found);
            }
            // What was found to be right may be what something else waits for.
            if !self.can_wake() {
                return None;
            }
        }
    }

    /// Nothing is done for documents of which the state has forgotten the subject.
    fn forget_unknown(&mut self, state: &State) {
        if self.known_at == Some(state.seq()) {
            return;
        }
        let mut later = false;
        self.entries.retain(|name, entry| {
            let is_known = project::is_known(state, name);
            let is_idle = entry.work == Work::Idle;
            later |= !is_known && !is_idle;
            is_known || !is_idle
        });
        self.known_at = (!later).then_some(state.seq());
    }

    fn first_due(&mut self, state: &State, now: Instant) -> Option<(DocumentName, Job)> {
        let mut after = Bound::Unbounded;
        loop {
            let mut rest = self.entries.range((after, Bound::Unbounded));
            let (name, _) = rest.find(|(_, entry)| entry.is_due(now))?;
            let name = name.clone();
            let wait = order::wait(&self.entries, &name, state, &mut self.drafts);
            if let Some(Wait::ForParts(count)) = wait {
                order::add_parts(&mut self.entries, &name, count, now);
            }
            if let Some(entry) = self.entries.get_mut(&name) {
                entry.waits = wait;
                if wait.is_none()
                    && let Some(job) =
                        step(&name, entry, state, now, &mut self.drafts, &mut self.told)
                {
                    entry.work = Work::Busy;
                    return Some((name, job));
                }
            }
            after = Bound::Excluded(name);
        }
    }

    /// Documents that wait for others go on when these are as they should be.
    fn wake(&mut self) {
        let waking: Vec<DocumentName> = order::waking(&self.entries).cloned().collect();
        for name in waking {
            if let Some(entry) = self.entries.get_mut(&name) {
                entry.waits = None;
            }
        }
    }

    fn can_wake(&self) -> bool {
        order::waking(&self.entries).next().is_some()
    }

    /// What the room is to be told since this was asked last.
    pub(in crate::hub) fn tellings(&mut self) -> Vec<Telling> {
        std::mem::take(&mut self.told)
    }

    /// When [`next`](Self::next) may have a job at the earliest, jobs in flight aside.
    pub(crate) fn next_due(&self) -> Option<Instant> {
        if self.in_flight >= IN_FLIGHT {
            return None;
        }
        let idle = self
            .entries
            .values()
            .filter(|entry| entry.work == Work::Idle);
        let woken = order::waking(&self.entries);
        let woken = woken.filter_map(|name| Some(self.entries.get(name)?.due));
        idle.filter_map(Entry::due).chain(woken).min()
    }

    /// A job is over.
    pub(crate) fn finished(
        &mut self,
        document: &DocumentName,
        job: &Job,
        outcome: Outcome,
        now: Instant,
        wall: Timestamp,
    ) -> Notice {
        self.in_flight = self.in_flight.saturating_sub(1);
        let name = self.prefix.name(document);
        let Some(entry) = self.entries.get_mut(document) else {
            return Notice::Nothing;
        };
        let suspect = entry.over();
        let notice = match (outcome, job) {
            (Outcome::Has(text), _) => {
                entry.learn(text);
                Notice::Answered
            }
            (Outcome::Unfit(unfit), _) => {
                entry.learn_unfit(unfit);
                Notice::Answered
            }
            (Outcome::Removed, _) => {
                entry.learn(None);
                Notice::Answered
            }
            (Outcome::Kept(kept_as), Job::MoveAside | Job::Drop { .. }) => {
                entry.learn(None);
                let at = wall;
                Notice::Foreign(ForeignEdit { name, kept_as, at })
            }
            (Outcome::Written, Job::Write(text) | Job::Swap { new: text, .. }) => {
                let rest = match document {
                    DocumentName::QueuePage(_) => PAGE_SPACING,
                    DocumentName::State
                    | DocumentName::Queue
                    | DocumentName::Context { .. }
                    | DocumentName::Result(_)
                    | DocumentName::Archive(_)
                    | DocumentName::Lesson { .. }
                    | DocumentName::Conflict(_)
                    | DocumentName::Part { .. } => SPACING,
                };
                entry.written(text, now, wall, rest);
                Notice::Answered
            }
            (Outcome::Kept(kept_as), Job::Keep(text)) => {
                entry.known = Known::Text {
                    text: Arc::clone(text),
                    just_read: true,
                };
                let at = wall;
                Notice::Foreign(ForeignEdit { name, kept_as, at })
            }
            (Outcome::Failed(HubError::Lost { .. } | HubError::Missing { .. }), _) => {
                entry.doubt(now);
                Notice::Answered
            }
            (Outcome::Failed(error), _) => {
                entry.doubt(now);
                entry.back_off(now, &error);
                if !matches!(job, Job::Read) {
                    entry.expect_latecomer(now);
                }
                if error.concerns_server() {
                    Notice::Useless(error)
                } else if matches!(error, HubError::TimedOut { .. }) {
                    Notice::Silent
                } else {
                    Notice::Answered
                }
            }
            // An outcome that does not belong to its job cannot happen; the hub is asked.
            (Outcome::Written | Outcome::Kept(_), _) => {
                entry.doubt(now);
                Notice::Nothing
            }
        };
        if suspect {
            let due = entry.due;
            entry.doubt(now);
            entry.due = due;
        }
        notice
    }

    /// How many documents are not known to be up to date.
    #[must_use]
    pub fn pending(&self) -> usize {
        let entries = self.entries.values();
        entries.filter(|entry| entry.is_pending()).count()
    }

    /// How many results and conflicts are known, with how many bytes.
    pub(crate) fn results(&self) -> (usize, u64) {
        let shown = self.entries.iter().filter(|(_, entry)| entry.is_shown());
        document::results(shown.map(|(name, entry)| (name, entry.bytes())))
    }

    /// All documents as the Memory screen shows them.
    #[must_use]
    pub fn documents(&self) -> Vec<DocumentInfo> {
        let shown = self.entries.iter().filter(|(_, entry)| entry.is_shown());
        shown
            .map(|(name, entry)| entry.info(self.prefix.name(name)))
            .collect()
    }
}

/// What is to be done for one document now, if anything.
fn step(
    name: &DocumentName,
    entry: &mut Entry,
    state: &State,
    now: Instant,
    drafts: &mut Drafts,
    told: &mut Vec<Telling>,
) -> Option<Job> {
    if entry.is_quiet() {
        // Only the reading back is due.
        entry.doubt(now);
    }
    if drafts.is_surplus(state, name) {
        return surplus(name, entry, state, now, told);
    }
    if !drafts.exists(state, name) {
        entry.clean(now);
        return None;
    }
    let open = || state.edit_item(&name.to_string());
    if matches!(entry.known, Known::Text { .. } | Known::Missing) {
        // Should theirs come back, it is told anew.
        entry.untell();
        if open().is_some() {
            told.push(Telling::Gone(name.clone()));
        }
    }
    if let Known::Foreign { foreign, digest } = &entry.known {
        let (foreign, digest) = (foreign.clone(), digest.clone());
        match (state.settled_edit(&name.to_string(), &digest), foreign) {
            (None, foreign) => {
                let known = open().is_some_and(|(_, edit)| edit.digest == digest);
                if entry.hold(digest, now) && !known {
                    let found = outside::read(state, name, entry.ours.as_deref(), &foreign);
                    told.push(Telling::Edited(Box::new(found)));
                }
                return None;
            }
            (Some(Settled::KeptAside), Foreign::Text(text)) => return Some(Job::Keep(text)),
            (Some(Settled::KeptAside), Foreign::Unfit(_)) => return Some(Job::MoveAside),
            (Some(Settled::Imported | Settled::Overwritten), Foreign::Unfit(_)) => {
                return Some(Job::Remove);
            }
            (Some(Settled::Imported | Settled::Overwritten), Foreign::Text(text)) => {
                entry.known = Known::Text {
                    text,
                    just_read: true,
                };
            }
        }
    }
    let (old, just_read) = match &entry.known {
        // What is foreign was dealt with above.
        Known::Nothing | Known::Foreign { .. } => return Some(Job::Read),
        Known::Missing => {
            let new = entry.start_write(drafts.project(state, name, entry.rev + 1)?);
            return Some(Job::Write(new));
        }
        Known::Text { text, just_read } => (Arc::clone(text), *just_read),
    };
    if drafts.project(state, name, entry.rev)? == *old {
        entry.clean(now);
        return None;
    }
    if !entry::can_be_swapped(&old) && !just_read {
        entry.known = Known::Nothing;
        return Some(Job::Read);
    }
    let new = entry.start_write(drafts.project(state, name, entry.rev + 1)?);
    if entry::can_be_swapped(&old) {
        Some(Job::Swap { old, new })
    } else {
        Some(Job::Write(new))
    }
}

/// What is to be done for a document that is to go; for a part, its index being as it should be. What
/// somebody else put there stays.
fn surplus(
    name: &DocumentName,
    entry: &mut Entry,
    state: &State,
    now: Instant,
    told: &mut Vec<Telling>,
) -> Option<Job> {
    if state.edit_item(&name.to_string()).is_some() {
        told.push(Telling::Gone(name.clone()));
    }
    match &entry.known {
        Known::Nothing => Some(Job::Read),
        Known::Missing | Known::Foreign { .. } => {
            entry.forget(now);
            None
        }
        Known::Text { text, .. } => {
            let old = Arc::clone(text);
            let stone = parts::stone(name, entry.rev + 1)?.into();
            Some(Job::Drop { old, stone })
        }
    }
}

#[cfg(test)]
mod tests;
