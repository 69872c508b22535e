//! Notes: documents of the shared memory that are not the room's own, and what the operator has done
//! to them through the room.
//!
//! A change is journalled with the whole text before and after it, then carried out by the hub,
//! which overwrites nothing that it was not made from; what became of it is journalled too. So a
//! change outlives a hub that is down, and can be undone. How a note gets into the hub is none of
//! this module's business.

pub mod name;

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use crate::core::{TaskId, Text, Timestamp};

/// The longest text of a note that is changed here, in bytes; longer ones are only shown.
pub const NOTE_MAX: usize = 256 * 1024;
/// How many changes may wait for the hub.
pub const OPEN_MAX: usize = 64;
/// How many steps can be undone.
pub const STEPS_KEPT: usize = 10;
/// How many bytes the texts of those may have together; the last one is kept in any case.
const STEPS_BYTES: usize = 1024 * 1024;
/// Of how many notes is known that they were written here.
const WRITTEN_KEPT: usize = 500;

/// What is done to a note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoteChange {
    /// It gets a text.
    Write {
        /// The text that it is changed from; `None` makes a new note.
        before: Option<Text>,
        /// The new text.
        after: Text,
    },
    /// It gets another name.
    Rename {
        /// The new name.
        to: String,
        /// The text that it has.
        text: Text,
    },
    /// It is removed.
    Delete {
        /// The text that it has.
        before: Text,
    },
}

/// A change of a note that is to be carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteOrder {
    /// Its number; also that of the step that it is.
    pub id: u64,
    /// The note's name.
    pub name: String,
    /// What is done to it.
    pub change: NoteChange,
    /// The step that it takes back, if it does.
    pub undoes: Option<u64>,
}

/// What became of a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoteEnd {
    /// The note is as it was wanted.
    Done,
    /// The note has another text than the one it was to be changed from: nothing was done.
    Changed,
    /// It cannot be done.
    Refused {
        /// Why not, and what to do; may hold words of the server.
        why: String,
    },
}

/// Something that can be undone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Its number.
    pub id: u64,
    /// What was done.
    pub what: Stepped,
}

/// What was done in a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stepped {
    /// A note was changed.
    Note {
        /// Its name before.
        name: String,
        /// How.
        change: NoteChange,
    },
    /// The result of a task was replaced.
    Result {
        /// Which.
        task: TaskId,
        /// The result before.
        before: Text,
        /// The result since.
        after: Text,
    },
}

/// A note as it was written through the room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// When that was known to be done.
    pub at: Timestamp,
    /// The size of its text in bytes.
    pub bytes: usize,
}

/// What the state knows of notes.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Notebook {
    last: u64,
    open: BTreeMap<u64, NoteOrder>,
    steps: VecDeque<Step>,
    written: BTreeMap<String, Written>,
}

impl NoteChange {
    /// The change that takes this one back, and the name of the note that it is for.
    #[must_use]
    pub fn undone(&self, name: &str) -> (String, Self) {
        match self {
            Self::Write {
                before: Some(before),
                after,
            } => {
                let change = Self::Write {
                    before: Some(after.clone()),
                    after: before.clone(),
                };
                (name.to_owned(), change)
            }
            Self::Write {
                before: None,
                after,
            } => {
                let before = after.clone();
                (name.to_owned(), Self::Delete { before })
            }
            Self::Rename { to, text } => {
                let change = Self::Rename {
                    to: name.to_owned(),
                    text: text.clone(),
                };
                (to.clone(), change)
            }
            Self::Delete { before } => {
                let change = Self::Write {
                    before: None,
                    after: before.clone(),
                };
                (name.to_owned(), change)
            }
        }
    }

    /// The texts in it: the one before, and the one after where that is another.
    pub fn texts(&self) -> impl Iterator<Item = &Text> {
        let (first, second) = match self {
            Self::Write { before, after } => (before.as_ref(), Some(after)),
            Self::Rename { text, .. } => (Some(text), None),
            Self::Delete { before } => (Some(before), None),
        };
        first.into_iter().chain(second)
    }
}

impl Step {
    fn bytes(&self) -> usize {
        match &self.what {
            Stepped::Note { change, .. } => change.texts().map(Text::len).sum(),
            Stepped::Result { before, after, .. } => before.len() + after.len(),
        }
    }
}

impl Notebook {
    /// Changes that are not carried out yet, oldest first.
    #[must_use]
    pub fn open(&self) -> impl ExactSizeIterator<Item = &NoteOrder> {
        self.open.values()
    }

    /// One change that is not carried out yet.
    #[must_use]
    pub fn order(&self, id: u64) -> Option<&NoteOrder> {
        self.open.get(&id)
    }

    /// Whether a change of a note, or to this name, is on its way.
    #[must_use]
    pub fn is_moving(&self, name: &str) -> bool {
        self.open.values().any(|order| {
            order.name == name
                || matches!(&order.change, NoteChange::Rename { to, .. } if to == name)
        })
    }

    /// What would be undone next.
    #[must_use]
    pub fn last_step(&self) -> Option<&Step> {
        self.steps.back()
    }

    /// How a note was written through the room last, as far as that is remembered.
    #[must_use]
    pub fn written(&self, name: &str) -> Option<Written> {
        self.written.get(name).copied()
    }

    /// The number of the next order or step.
    #[must_use]
    pub fn next(&self) -> u64 {
        self.last + 1
    }

    pub(crate) fn ordered(&mut self, order: &NoteOrder) {
        self.last = self.last.max(order.id);
        self.open.insert(order.id, order.clone());
    }

    pub(crate) fn settled(&mut self, at: Timestamp, id: u64, end: &NoteEnd) {
        let Some(order) = self.open.remove(&id) else {
            return;
        };
        match end {
            NoteEnd::Done => {}
            NoteEnd::Changed | NoteEnd::Refused { .. } => return,
        }
        match &order.change {
            NoteChange::Write { after, .. } => self.write(order.name.clone(), at, after.len()),
            NoteChange::Rename { to, text } => {
                self.written.remove(&order.name);
                self.write(to.clone(), at, text.len());
            }
            NoteChange::Delete { .. } => drop(self.written.remove(&order.name)),
        }
        if let Some(step) = order.undoes {
            self.steps.retain(|one| one.id != step);
            return;
        }
        let what = Stepped::Note {
            name: order.name,
            change: order.change,
        };
        self.step(Step { id, what });
    }

    /// Whether a result was replaced by hand, and that was not undone, as far as steps are remembered.
    pub(crate) fn has_replaced(&self, task: TaskId) -> bool {
        let mut steps = self.steps.iter();
        steps.any(|step| matches!(step.what, Stepped::Result { task: of, .. } if of == task))
    }

    /// The result of a task was replaced. By the one before, that is an undoing.
    pub(crate) fn replaced(&mut self, task: TaskId, before: &Text, after: &Text) {
        let back = matches!(
            self.steps.back(),
            Some(Step { what: Stepped::Result { task: of, before: first, after: then }, .. })
                if *of == task && first == after && then == before
        );
        if back {
            self.steps.pop_back();
            return;
        }
        self.last += 1;
        let what = Stepped::Result {
            task,
            before: before.clone(),
            after: after.clone(),
        };
        self.step(Step {
            id: self.last,
            what,
        });
    }

    fn write(&mut self, name: String, at: Timestamp, bytes: usize) {
        self.written.insert(name, Written { at, bytes });
        while self.written.len() > WRITTEN_KEPT {
            let oldest = self.written.iter().min_by_key(|(_, written)| written.at);
            let Some(oldest) = oldest.map(|(name, _)| name.clone()) else {
                break;
            };
            self.written.remove(&oldest);
        }
    }

    fn step(&mut self, step: Step) {
        self.steps.push_back(step);
        let bytes = |steps: &VecDeque<Step>| steps.iter().map(Step::bytes).sum::<usize>();
        while self.steps.len() > STEPS_KEPT
            || (self.steps.len() > 1 && bytes(&self.steps) > STEPS_BYTES)
        {
            self.steps.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{NoteChange, NoteEnd, NoteOrder, Notebook, STEPS_KEPT, Stepped};
    use crate::core::{TaskId, Text, Timestamp};

    fn write(before: Option<&str>, after: &str) -> NoteChange {
        NoteChange::Write {
            before: before.map(Text::from),
            after: Text::from(after),
        }
    }

    fn done(book: &mut Notebook, name: &str, change: NoteChange, undoes: Option<u64>) -> u64 {
        let id = book.next();
        book.ordered(&NoteOrder {
            id,
            name: name.to_owned(),
            change,
            undoes,
        });
        assert!(book.is_moving(name));
        book.settled(Timestamp(id), id, &NoteEnd::Done);
        id
    }

    #[test]
    fn what_is_undone_twice_is_as_it_was() {
        let rename = NoteChange::Rename {
            to: "b".to_owned(),
            text: Text::from("x"),
        };
        let delete = NoteChange::Delete {
            before: Text::from("x"),
        };
        for change in [write(None, "x"), write(Some("x"), "y"), rename, delete] {
            let (name, back) = change.undone("a");
            assert_eq!(back.undone(&name), ("a".to_owned(), change));
        }
    }

    #[test]
    fn steps_are_undone_from_the_last_to_the_first() {
        let mut book = Notebook::default();
        let first = done(&mut book, "a", write(None, "x"), None);
        let second = done(&mut book, "a", write(Some("x"), "y"), None);
        done(&mut book, "a", write(Some("y"), "x"), Some(second));
        assert_eq!(book.last_step().map(|step| step.id), Some(first));
        let lost = book.next();
        book.ordered(&NoteOrder {
            id: lost,
            name: "a".to_owned(),
            change: write(Some("x"), "z"),
            undoes: None,
        });
        book.settled(Timestamp(9), lost, &NoteEnd::Changed);
        assert_eq!(book.last_step().map(|step| step.id), Some(first));
        assert_eq!(
            (book.open().len(), book.written("a").unwrap().bytes),
            (0, 1)
        );
    }

    #[test]
    fn few_steps_are_kept_and_no_heap_of_long_texts() {
        let mut book = Notebook::default();
        for _ in 0..3 * STEPS_KEPT {
            done(&mut book, "a", write(None, "x"), None);
        }
        assert_eq!(book.steps.len(), STEPS_KEPT);
        let long = "x".repeat(900 * 1024);
        for _ in 0..3 {
            done(&mut book, "a", write(None, &long), None);
        }
        assert_eq!(book.steps.len(), 1);
    }

    #[test]
    fn a_result_that_is_put_back_is_a_step_undone() {
        let mut book = Notebook::default();
        let (old, new) = (Text::from("old"), Text::from("new"));
        book.replaced(TaskId(7), &old, &new);
        let step = book.last_step().unwrap();
        assert!(matches!(&step.what, Stepped::Result { before, .. } if *before == old));
        book.replaced(TaskId(7), &new, &old);
        assert_eq!(book.last_step(), None);
    }
}
