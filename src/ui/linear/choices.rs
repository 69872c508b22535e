//! Which number means what.
//!
//! Numbers only grow until the operator asks for something new; so what comes in between has numbers of
//! its own.

use std::collections::BTreeMap;

use crate::ui::action::{Action, Screen};
use crate::ui::model::Pane;

/// So many numbers are known; the oldest go first.
const MOST: usize = 2_000;

/// A row of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) screen: Screen,
    pub(super) pane: Pane,
    pub(super) key: u64,
}

/// What a number stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Pick {
    /// All about a row.
    Open(Place),
    /// A document of the shared memory.
    Document(String),
    /// Something that is done with a row.
    Do(Place, Action),
    /// An answer to the question that was told last, by its place.
    Answer(usize),
}

/// The numbers that were told.
#[derive(Debug, Default)]
pub(super) struct Choices {
    last: u32,
    known: BTreeMap<u32, Pick>,
}

impl Choices {
    /// Gives something the next number.
    pub(super) fn offer(&mut self, pick: Pick) -> u32 {
        self.last = self.last.wrapping_add(1);
        if self.known.len() >= MOST {
            self.known.pop_first();
        }
        self.known.insert(self.last, pick);
        self.last
    }

    /// What a number stands for.
    pub(super) fn get(&self, number: u32) -> Option<Pick> {
        self.known.get(&number).cloned()
    }

    /// Something new was asked for: numbers begin anew.
    pub(super) fn begin_anew(&mut self) {
        self.begin_after(0);
    }

    /// A number was taken: those after it are given next, so that the same one typed twice takes nothing
    /// that was not read yet.
    pub(super) fn begin_after(&mut self, number: u32) {
        self.last = number;
        self.known.clear();
    }

    /// The question is over, or was told anew: its old answers mean nothing any more.
    pub(super) fn drop_answers(&mut self) {
        self.known
            .retain(|_, pick| !matches!(pick, Pick::Answer(_)));
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn a_number_keeps_its_meaning_until_something_new_is_asked_for() {
        let mut choices = Choices::default();
        let one = choices.offer(Pick::Document("a".to_owned()));
        let answer = choices.offer(Pick::Answer(0));
        choices.drop_answers();
        let two = choices.offer(Pick::Document("b".to_owned()));
        assert_eq!((one, two), (1, 3));
        assert_eq!(choices.get(answer), None);
        assert_eq!(choices.get(one), Some(Pick::Document("a".to_owned())));
        choices.begin_anew();
        assert_eq!(choices.get(one), None);
        for _ in 0..=MOST {
            choices.offer(Pick::Answer(0));
        }
        assert_eq!(choices.get(1), None);
        assert_eq!(choices.get(2), Some(Pick::Answer(0)));
    }
}
