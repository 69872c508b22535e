//! The keys of a list's rows, top to bottom: as listed, or of the queue, which is too long to be listed.

use crate::core::TaskId;
use crate::ui::model::lineup::Lineup;

/// What the rows of a list are known by.
#[derive(Debug)]
pub(crate) enum Keys<'m> {
    Listed(Vec<u64>),
    Queue(&'m Lineup),
}

impl Keys<'_> {
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Listed(keys) => keys.len(),
            Self::Queue(lineup) => lineup.rows().len(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The key of the row at a place.
    pub(crate) fn get(&self, at: usize) -> Option<u64> {
        match self {
            Self::Listed(keys) => keys.get(at).copied(),
            Self::Queue(lineup) => lineup.rows().get(at).map(|place| place.task().0),
        }
    }

    /// The place of a key.
    pub(crate) fn position(&self, key: u64) -> Option<usize> {
        match self {
            Self::Listed(keys) => keys.iter().position(|it| *it == key),
            Self::Queue(lineup) => lineup.position(TaskId(key)),
        }
    }
}
