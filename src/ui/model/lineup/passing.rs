//! What passes the filter of the queue: looked through once, and from then on only where something happened.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::rows::Rows;
use super::{Entry, Place};
use crate::core::{State, Task, TaskId};
use crate::ui::status;

/// What passes a filter.
#[derive(Debug)]
pub(super) struct Passing {
    /// In small letters.
    needle: String,
    rows: Rows,
    /// Tasks to which something happened since.
    again: BTreeSet<TaskId>,
}

impl Passing {
    /// Looks through tasks in their order.
    pub(super) fn of(
        places: impl Iterator<Item = Place>,
        entries: &BTreeMap<TaskId, Entry>,
        state: &State,
        needle: &str,
    ) -> Self {
        let mut said = Said::default();
        let passes = |id: &TaskId| {
            state
                .task(*id)
                .is_some_and(|it| said.has(it, state, needle))
        };
        let passing = places.map(Place::task).filter(passes);
        Self {
            needle: needle.to_owned(),
            rows: Rows::collect(passing.filter_map(|id| entries.get(&id))),
            again: BTreeSet::new(),
        }
    }

    pub(super) fn rows(&self) -> &Rows {
        &self.rows
    }

    /// Something happened to a task, which had its place `was`.
    pub(super) fn touched(&mut self, id: TaskId, was: Option<Entry>) {
        if let Some(was) = was {
            self.rows.take(was);
        }
        self.again.insert(id);
    }

    /// Looks again at what was touched and at `also`.
    pub(super) fn look_again(
        &mut self,
        also: impl Iterator<Item = TaskId>,
        entries: &BTreeMap<TaskId, Entry>,
        state: &State,
    ) {
        let mut again = std::mem::take(&mut self.again);
        again.extend(also);
        let mut said = Said::default();
        for id in again {
            let Some((entry, task)) = entries.get(&id).zip(state.task(id)) else {
                continue;
            };
            self.rows.take(*entry);
            if said.has(task, state, &self.needle) {
                self.rows.put(*entry);
            }
        }
    }

    /// What passes another filter, if nothing passes that which did not pass this one: what does not say a
    /// shorter word does not say a longer one.
    pub(super) fn narrowed(
        self,
        entries: &BTreeMap<TaskId, Entry>,
        state: &State,
        needle: &str,
    ) -> Option<Self> {
        if self.needle == needle {
            return Some(self);
        }
        let places = self.rows.all.iter().copied();
        let narrower = needle.contains(&self.needle);
        narrower.then(|| Self::of(places, entries, state, needle))
    }
}

/// What is said of a task, one after the other: there may be very many.
#[derive(Debug, Default)]
pub(super) struct Said {
    words: String,
}

impl Said {
    /// Whether what is said of a task has these words, in small letters.
    pub(super) fn has(&mut self, task: &Task, state: &State, needle: &str) -> bool {
        let (order, words) = (task.order(), &mut self.words);
        words.clear();
        let status = status::task(task, state).word;
        // A string takes all that is written into it.
        let _ = write!(
            words,
            "{} {} {} {status}",
            task.id(),
            order.kind,
            order.strategy
        );
        for member in task.council() {
            words.push(' ');
            words.push_str(member.as_str());
        }
        words.push(' ');
        words.push_str(order.prompt.headline());
        if words.is_ascii() {
            words.make_ascii_lowercase();
        } else {
            *words = words.to_lowercase();
        }
        words.contains(needle)
    }
}
