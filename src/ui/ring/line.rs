//! One logical line of a ring, with the rows that it takes at a width.

use super::{Laid, Tone};
use crate::ui::text::columns;
use crate::ui::theme::Role;
use crate::ui::wrap::row_starts;

/// A line; its rows are those of the width at which it was wrapped last.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    pub(super) laid: Laid,
    pub(super) tone: Tone,
    /// Offsets of the rows after the first, at `columns`.
    pub(super) starts: Vec<u32>,
    pub(super) columns: u16,
}

impl Line {
    pub(super) fn wrap(&mut self, columns: u16) {
        if self.columns != columns {
            self.starts.clear();
            let room = self.room(columns);
            match &self.laid.table {
                Some(table) => {
                    let lines = table.laid(room);
                    self.starts = lines.starts;
                    self.laid.text = lines.text;
                    self.laid.bits = lines.bits;
                }
                None => row_starts(&self.laid.text, 0, room, &mut self.starts),
            }
            self.columns = columns;
        }
    }

    /// Wraps what was appended.
    pub(super) fn grow(&mut self, columns: u16) {
        if self.columns == columns {
            let from = self.starts.last().map_or(0, |&s| s as usize);
            row_starts(&self.laid.text, from, self.room(columns), &mut self.starts);
        } else {
            self.wrap(columns);
        }
    }

    /// Columns beside what stands before the text.
    fn room(&self, all: u16) -> u16 {
        all.saturating_sub(columns(&self.laid.lead))
    }

    pub(super) fn rows(&self) -> usize {
        if self.laid.hidden {
            return 0;
        }
        self.starts.len() + 1
    }

    /// The byte at which a row begins.
    pub(super) fn start(&self, row: usize) -> usize {
        let before = row.checked_sub(1).and_then(|i| self.starts.get(i));
        before.map_or(0, |&start| start as usize)
    }

    /// How many rows there are from that of a byte on.
    pub(super) fn rows_from(&self, byte: usize) -> usize {
        let row = self.starts.partition_point(|&s| s as usize <= byte);
        self.rows().saturating_sub(row)
    }

    /// The pieces of some bytes, each in its role; none where the line has one tone.
    pub(super) fn bits(&self, from: usize, to: usize) -> Vec<(&str, Role)> {
        let mut bits = Vec::new();
        let mut at = from;
        for (upto, role) in &self.laid.bits {
            let upto = (*upto).min(to);
            if upto > at {
                bits.extend(self.laid.text.get(at..upto).map(|piece| (piece, *role)));
                at = upto;
            }
        }
        bits
    }
}
