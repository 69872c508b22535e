//! A table: its cells in columns, as wide as there is room. A cell that does not fit is wrapped within its column.
//!
//! Owns the cells; where it stands and what scrolls belongs to the page or the ring, which lays it anew at another
//! width.

use crate::ui::text::{line, width};
use crate::ui::theme::Role;
use crate::ui::wrap::{row, row_starts};

/// Columns between two columns of the table.
const GAP: usize = 2;
/// A column that has less room than this is no column any more: the rows are then wrapped whole.
const NARROW: usize = 4;

/// On which side of its column a cell stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Side {
    #[default]
    Left,
    Middle,
    Right,
}

/// The cells of a table, clean, row by row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
    sides: Vec<Side>,
    headed: bool,
}

/// A table at a width: all of its rows in one text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Lines {
    pub(crate) text: String,
    /// Where the rows after the first begin.
    pub(crate) starts: Vec<u32>,
    /// Where each role ends.
    pub(crate) bits: Vec<(usize, Role)>,
}

impl Table {
    /// A table without rows.
    pub(crate) fn of(sides: Vec<Side>) -> Self {
        Self {
            sides,
            ..Self::default()
        }
    }

    /// The next row begins.
    pub(crate) fn begin_row(&mut self) {
        self.rows.push(Vec::new());
    }

    /// The next cell begins.
    pub(crate) fn begin_cell(&mut self) {
        if let Some(row) = self.rows.last_mut() {
            row.push(String::new());
        }
    }

    /// Appends to the last cell; false where there is none.
    pub(crate) fn say(&mut self, text: &str) -> bool {
        let cell = self.rows.last_mut().and_then(|row| row.last_mut());
        if let Some(cell) = cell {
            cell.push_str(&line(text));
            return true;
        }
        false
    }

    /// What has come so far is the head.
    pub(crate) fn end_head(&mut self) {
        self.headed = true;
    }

    /// The table in so many columns.
    pub(crate) fn laid(&self, columns: u16) -> Lines {
        let natural = self.natural();
        let room = usize::from(columns);
        let Some(widths) = fitted(&natural, room) else {
            return self.wrapped_whole(&natural, columns);
        };
        let mut lines = Lines::default();
        for (number, cells) in self.rows.iter().enumerate() {
            for text in self.row(cells, &widths) {
                self.push(&mut lines, number, &text);
            }
        }
        lines
    }

    /// Each row of the table at a width, with the spaces at its ends cut off.
    pub(crate) fn plain(&self) -> Vec<String> {
        let natural = self.natural();
        let rows = self.rows.iter().flat_map(|row| self.row(row, &natural));
        rows.map(|row| row.trim_end().to_owned()).collect()
    }

    /// How wide each column is where there is room for all.
    fn natural(&self) -> Vec<usize> {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let wide = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| width(cell)).max().unwrap_or(0)
        };
        (0..columns).map(wide).collect()
    }

    /// A row of the table, as the rows of the screen that it takes.
    fn row(&self, cells: &[String], widths: &[usize]) -> Vec<String> {
        let wrapped: Vec<Vec<&str>> = cells
            .iter()
            .zip(widths)
            .map(|(cell, wide)| pieces(cell, *wide))
            .collect();
        let height = wrapped.iter().map(Vec::len).max().unwrap_or(1);
        let line = |at: usize| {
            let mut text = String::new();
            for (column, (pieces, wide)) in wrapped.iter().zip(widths).enumerate() {
                if column > 0 {
                    text.push_str(&" ".repeat(GAP));
                }
                let piece = pieces.get(at).copied().unwrap_or_default();
                let side = self.sides.get(column).copied().unwrap_or_default();
                let left = wide.saturating_sub(width(piece));
                let before = match side {
                    Side::Left => 0,
                    Side::Middle => left / 2,
                    Side::Right => left,
                };
                text.push_str(&" ".repeat(before));
                text.push_str(piece);
                text.push_str(&" ".repeat(left - before));
            }
            text
        };
        (0..height).map(line).collect()
    }

    /// Where there is no room for columns: each row is wrapped as if it were a sentence.
    fn wrapped_whole(&self, natural: &[usize], columns: u16) -> Lines {
        let mut lines = Lines::default();
        for (number, cells) in self.rows.iter().enumerate() {
            for text in self.row(cells, natural) {
                let text = text.trim_end();
                let mut starts = Vec::new();
                row_starts(text, 0, columns, &mut starts);
                for at in 0..=starts.len() {
                    self.push(&mut lines, number, row(text, &starts, at));
                }
            }
        }
        lines
    }

    fn push(&self, lines: &mut Lines, number: usize, text: &str) {
        let role = if self.headed && number == 0 {
            Role::Muted
        } else {
            Role::Text
        };
        if !lines.bits.is_empty() {
            let at = u32::try_from(lines.text.len()).unwrap_or(u32::MAX);
            lines.starts.push(at);
        }
        lines.text.push_str(text);
        lines.bits.push((lines.text.len(), role));
    }
}

/// The rows of a cell.
fn pieces(cell: &str, wide: usize) -> Vec<&str> {
    let mut starts = Vec::new();
    let columns = u16::try_from(wide.max(1)).unwrap_or(u16::MAX);
    row_starts(cell, 0, columns, &mut starts);
    let rows = (0..=starts.len()).map(|at| row(cell, &starts, at));
    rows.map(|row| row.trim_end_matches(' ')).collect()
}

/// How wide the columns are in so much room: those that are narrow keep their width, the others share what is
/// left. None where they would be too narrow to read.
fn fitted(natural: &[usize], room: usize) -> Option<Vec<usize>> {
    let gaps = GAP * natural.len().saturating_sub(1);
    let mut left = room.checked_sub(gaps)?;
    let mut by_width: Vec<usize> = (0..natural.len()).collect();
    by_width.sort_by_key(|column| natural.get(*column).copied());
    let mut widths = natural.to_vec();
    for (done, column) in by_width.iter().enumerate() {
        let share = left / (natural.len() - done);
        let width = widths.get_mut(*column)?;
        if *width > share && share < NARROW {
            return None;
        }
        *width = (*width).min(share);
        left -= *width;
    }
    Some(widths)
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use proptest::prelude::*;

    use super::*;

    fn table(rows: &[&[&str]], sides: &[Side]) -> Table {
        let mut table = Table::of(sides.to_vec());
        for (number, row) in rows.iter().enumerate() {
            table.begin_row();
            for cell in *row {
                table.begin_cell();
                assert!(table.say(cell));
            }
            if number == 0 {
                table.end_head();
            }
        }
        table
    }

    fn shown(table: &Table, columns: u16) -> Vec<String> {
        let lines = table.laid(columns);
        let rows = (0..=lines.starts.len()).map(|at| row(&lines.text, &lines.starts, at));
        rows.map(|row| row.trim_end().to_owned()).collect()
    }

    #[test]
    fn a_long_cell_is_wrapped_within_its_own_column() {
        let table = table(
            &[
                &["who", "what was found", "n"],
                &[
                    "codex",
                    "the token is refreshed before the test sleeps",
                    "1",
                ],
            ],
            &[Side::Left, Side::Left, Side::Right],
        );
        assert_eq!(
            shown(&table, 32),
            [
                "who    what was found          n",
                "codex  the token is refreshed  1",
                "       before the test sleeps",
            ]
        );
        // With room for all nothing is wrapped.
        assert_eq!(shown(&table, 80).len(), 2);
    }

    #[test]
    fn cells_stand_on_the_side_that_their_column_says() {
        let table = table(
            &[&["left", "middle", "right"], &["a", "b", "c"]],
            &[Side::Left, Side::Middle, Side::Right],
        );
        assert_eq!(
            shown(&table, 40),
            ["left  middle  right", "a       b         c"]
        );
    }

    #[test]
    fn a_table_without_room_for_columns_is_wrapped_whole() {
        let table = table(&[&["one", "two", "three"], &["fourteen", "x", "y"]], &[]);
        let rows = shown(&table, 9);
        assert!(rows.iter().all(|row| width(row) <= 9), "{rows:?}");
        assert!(rows.concat().contains("fourteen"));
    }

    proptest! {
        #[test]
        fn no_row_is_wider_than_the_room_and_no_letter_is_lost(
            rows in proptest::collection::vec(
                proptest::collection::vec("[a-z日 ]{0,30}", 1..5), 1..5),
            columns in 1_u16..90,
        ) {
            let mut table = Table::of(vec![Side::Left, Side::Right, Side::Middle]);
            for row in &rows {
                table.begin_row();
                for cell in row {
                    table.begin_cell();
                    table.say(cell);
                }
            }
            let lines = table.laid(columns);
            let mut letters: Vec<char> = lines.text.chars().filter(|c| *c != ' ').collect();
            let mut all: Vec<char> = rows.concat().concat().chars().filter(|c| *c != ' ').collect();
            letters.sort_unstable();
            all.sort_unstable();
            prop_assert_eq!(letters, all);
            for at in 0..=lines.starts.len() {
                let row = row(&lines.text, &lines.starts, at);
                // A letter of two columns has nowhere to go where there is only one.
                prop_assert!(width(row.trim_end()) <= usize::from(columns.max(2)), "{row:?}");
            }
        }
    }
}
