//! What the shared memory holds of ended tasks, also of those that the state has forgotten. Bounded;
//! only `evolve` writes it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{LEAVES_MAX, Leaf, Old, Retention};
use crate::core::{Task, TaskId, TaskKind, Text, Timestamp};

/// How many tasks are on one page of the archive.
pub const ARCHIVE_PAGE: u64 = 100;
/// How many aged ones are remembered at least; what is older stays in the hub as it is. As many as can
/// be whole together: the hub may have been away while all of them aged.
const AGED_KEPT: u64 = LEAVES_MAX as u64;

/// All of it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct Ledger {
    policy: Retention,
    whole: BTreeMap<TaskId, Leaf>,
    by_age: BTreeSet<(Timestamp, TaskId)>,
    /// The sum over `whole`.
    bytes: u64,
    aged: BTreeMap<TaskId, Aged>,
    /// Aged ones in the order in which they aged.
    places: BTreeMap<u64, TaskId>,
    next_place: u64,
    /// Pages of the archive that lost their last row.
    emptied: BTreeSet<u64>,
    last_aged: Timestamp,
}

/// A task whose documents are not whole any more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Aged {
    /// What is remembered of them.
    pub leaf: Leaf,
    /// Since when.
    pub at: Timestamp,
    /// What became of them.
    pub old: Old,
    /// How many aged before it.
    pub place: u64,
}

impl Aged {
    /// The page of the archive that it is on; `None` when it is summarised.
    #[must_use]
    pub fn page(&self) -> Option<u64> {
        (self.old == Old::Archive).then_some(self.place / ARCHIVE_PAGE)
    }
}

impl Ledger {
    pub(crate) fn policy(&self) -> &Retention {
        &self.policy
    }

    pub(crate) fn set_policy(&mut self, policy: Retention) {
        self.policy = policy;
    }

    /// Notes that a task is of another kind, aged or not.
    pub(crate) fn relabel(&mut self, id: TaskId, kind: TaskKind) {
        let aged = self.aged.get_mut(&id).map(|aged| &mut aged.leaf);
        if let Some(leaf) = self.whole.get_mut(&id).or(aged) {
            leaf.relabel(kind);
        }
    }

    /// How many tasks have whole documents.
    pub(crate) fn len(&self) -> usize {
        self.whole.len()
    }

    /// How many bytes these have, as reckoned.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(crate) fn last_aged(&self) -> Timestamp {
        self.last_aged
    }

    /// Tasks with whole documents, those first that ended first.
    pub(crate) fn by_age(&self) -> impl Iterator<Item = (Timestamp, TaskId)> {
        self.by_age.iter().copied()
    }

    pub(crate) fn whole(&self, task: TaskId) -> Option<&Leaf> {
        self.whole.get(&task)
    }

    pub(crate) fn aged(&self, task: TaskId) -> Option<&Aged> {
        self.aged.get(&task)
    }

    /// Aged ones that are remembered, in the order in which they aged.
    pub(crate) fn all_aged(&self) -> impl DoubleEndedIterator<Item = (TaskId, &Aged)> {
        self.places
            .values()
            .filter_map(|task| Some((*task, self.aged.get(task)?)))
    }

    /// The pages of the archive that had rows and have none any more, as far as it is remembered.
    pub(crate) fn emptied(&self) -> &BTreeSet<u64> {
        &self.emptied
    }

    /// A task has ended, and left something.
    pub(crate) fn ended(&mut self, task: TaskId, leaf: Leaf) {
        self.forget(task);
        self.put(task, leaf);
        while self.whole.len() > LEAVES_MAX {
            let Some((_, oldest)) = self.by_age.first().copied() else {
                break;
            };
            self.take(oldest);
        }
    }

    /// Nothing is remembered of a task, which is worked again.
    pub(crate) fn forget(&mut self, task: TaskId) {
        self.take(task);
        self.take_aged(task);
    }

    /// The result was written anew: its documents are whole again, and young.
    pub(crate) fn replaced(&mut self, task: TaskId, at: Timestamp, text: &Text) {
        let leaf = self.take(task);
        if let Some(mut leaf) = leaf.or_else(|| self.take_aged(task)) {
            leaf.replace(text);
            leaf.ended = at;
            self.put(task, leaf);
        }
    }

    /// These age. Of earlier ones whole pages are forgotten, none of which has one of `tasks`.
    pub(crate) fn age(
        &mut self,
        at: Timestamp,
        ids: &[TaskId],
        old: Old,
        tasks: &BTreeMap<TaskId, Task>,
    ) {
        self.last_aged = at;
        for id in ids {
            let Some(leaf) = self.take(*id) else {
                continue;
            };
            let place = self.next_place;
            self.next_place += 1;
            self.places.insert(place, *id);
            let aged = Aged {
                leaf,
                at,
                old,
                place,
            };
            if let Some(page) = aged.page() {
                self.emptied.remove(&page);
            }
            self.aged.insert(*id, aged);
        }
        let known = self.places.iter().find(|(_, id)| tasks.contains_key(*id));
        let known = known.map_or(self.next_place, |(place, _)| *place);
        let first = self.next_place.saturating_sub(AGED_KEPT).min(known);
        let page = first / ARCHIVE_PAGE;
        self.emptied = self.emptied.split_off(&page);
        let rest = self.places.split_off(&(page * ARCHIVE_PAGE));
        for gone in std::mem::replace(&mut self.places, rest).values() {
            self.aged.remove(gone);
        }
    }

    fn put(&mut self, task: TaskId, leaf: Leaf) {
        self.bytes = self.bytes.saturating_add(leaf.bytes);
        self.by_age.insert((leaf.ended, task));
        self.whole.insert(task, leaf);
    }

    /// It is not old any more. A page that it leaves without a row is remembered.
    fn take_aged(&mut self, task: TaskId) -> Option<Leaf> {
        let aged = self.aged.remove(&task)?;
        self.places.remove(&aged.place);
        if let Some(page) = aged.page() {
            let on_it = page * ARCHIVE_PAGE..(page + 1) * ARCHIVE_PAGE;
            let mut others = self.places.range(on_it);
            let is_row = |task| self.aged.get(task).is_some_and(|one| one.page().is_some());
            if !others.any(|(_, task)| is_row(task)) {
                self.emptied.insert(page);
            }
        }
        Some(aged.leaf)
    }

    fn take(&mut self, task: TaskId) -> Option<Leaf> {
        let leaf = self.whole.remove(&task)?;
        self.by_age.remove(&(leaf.ended, task));
        self.bytes = self.bytes.saturating_sub(leaf.bytes);
        Some(leaf)
    }
}
