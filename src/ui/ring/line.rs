//! One logical line of a ring, with the rows that it takes at a width.

use super::Tone;
use crate::ui::wrap::row_starts;

/// A line; its rows are those of the width at which it was wrapped last.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    pub(super) text: String,
    pub(super) tone: Tone,
    /// Offsets of the rows after the first, at `columns`.
    pub(super) starts: Vec<u32>,
    pub(super) columns: u16,
}

impl Line {
    pub(super) fn wrap(&mut self, columns: u16) {
        if self.columns != columns {
            self.starts.clear();
            row_starts(&self.text, 0, columns, &mut self.starts);
            self.columns = columns;
        }
    }

    /// Wraps what was appended.
    pub(super) fn grow(&mut self, columns: u16) {
        if self.columns == columns {
            let from = self.starts.last().map_or(0, |&s| s as usize);
            row_starts(&self.text, from, columns, &mut self.starts);
        } else {
            self.wrap(columns);
        }
    }

    pub(super) fn rows(&self) -> usize {
        self.starts.len() + 1
    }

    /// The byte at which a row begins.
    pub(super) fn start(&self, row: usize) -> usize {
        let before = row.checked_sub(1).and_then(|i| self.starts.get(i));
        before.map_or(0, |&start| start as usize)
    }

    /// The row in which a byte stands.
    pub(super) fn row_of(&self, byte: usize) -> usize {
        self.starts.partition_point(|&s| s as usize <= byte)
    }
}
