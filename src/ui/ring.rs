//! The text of one pane: cleaned, wrapped ahead of time, bounded, with scroll-back.
//!
//! Owns the logical lines of a pane and where the reader stands in them. Streamed pieces are
//! appended at the end; only the last row is wrapped again. It draws nothing: [`Ring::window`]
//! gives the visible rows and touches no other line.
//!
//! Invariants: at most [`ROWS_MAX`] rows are kept (the oldest lines go first); at the bottom the
//! pane follows the stream; scrolled up, the rows in sight stay put while text arrives.

use std::collections::VecDeque;

use crate::ui::text::Cleaner;
use crate::ui::wrap::{row, row_starts};

/// Rows that a pane keeps for scroll-back.
pub const ROWS_MAX: usize = 10_000;
/// A longer logical line is continued in a new one, so that the bound holds for any stream.
const LINE_MAX: usize = 16 * 1024;

/// What a line of a pane is; the theme decides how it looks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tone {
    /// What a member says.
    #[default]
    Said,
    /// What a member thinks before it answers.
    Thought,
    /// What the operator asked.
    Asked,
    /// A remark of the room: restored, cancelled, waiting.
    Note,
    /// A failure.
    Failure,
}

#[derive(Debug, Clone, Default)]
struct Line {
    text: String,
    tone: Tone,
    /// Offsets of the rows after the first, at `columns`.
    starts: Vec<u32>,
    columns: u16,
}

impl Line {
    fn wrap(&mut self, columns: u16) {
        if self.columns != columns {
            self.starts.clear();
            row_starts(&self.text, 0, columns, &mut self.starts);
            self.columns = columns;
        }
    }

    fn grow(&mut self, columns: u16) {
        if self.columns == columns {
            let from = self.starts.last().map_or(0, |&s| s as usize);
            row_starts(&self.text, from, columns, &mut self.starts);
        } else {
            self.wrap(columns);
        }
    }

    fn rows(&self) -> usize {
        self.starts.len() + 1
    }
}

/// One visible row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row<'a> {
    /// Clean text, at most as wide as the pane.
    pub text: &'a str,
    /// What it is.
    pub tone: Tone,
}

/// The wrapped, bounded text of one pane.
#[derive(Debug, Clone)]
pub struct Ring {
    lines: VecDeque<Line>,
    /// Sum of the rows of all lines; lines not yet re-wrapped count as they last were.
    rows: usize,
    columns: u16,
    /// Rows between the bottom of the window and the end; 0 follows the stream.
    back: usize,
    height: u16,
    cleaner: Cleaner,
    /// The last line is complete: the next piece opens a new one.
    closed: bool,
    /// Lines evicted so far; makes marks stable.
    gone: u64,
}

/// A place in a ring to which it can be cut back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark(u64);

impl Default for Ring {
    fn default() -> Self {
        Self {
            lines: VecDeque::new(),
            rows: 0,
            columns: 80,
            back: 0,
            height: 24,
            cleaner: Cleaner::default(),
            closed: true,
            gone: 0,
        }
    }
}

impl Ring {
    /// Appends a piece of a stream. Line ends in it open new lines.
    pub fn push(&mut self, piece: &str, tone: Tone) {
        let mut clean = String::with_capacity(piece.len());
        self.cleaner.push(piece, &mut clean);
        let before = self.rows;
        let mut parts = clean.split('\n');
        if let Some(first) = parts.next()
            && !first.is_empty()
        {
            self.extend(first, tone);
        }
        for part in parts {
            if self.closed {
                self.open(tone);
            }
            self.closed = true;
            if !part.is_empty() {
                self.extend(part, tone);
            }
        }
        if self.back > 0 {
            self.back += self.rows.saturating_sub(before);
        }
        self.evict();
    }

    /// Appends whole lines of their own, whatever state the stream is in.
    pub fn push_lines(&mut self, text: &str, tone: Tone) {
        self.end_line();
        self.push(text, tone);
        self.end_line();
    }

    /// Ends the open line, if any; the next piece starts a new one.
    pub fn end_line(&mut self) {
        self.closed = true;
        self.cleaner = Cleaner::default();
    }

    /// Appends whole lines without wrapping them yet: they are wrapped when they come into sight.
    /// For transcripts of any length that are mostly never scrolled to.
    pub fn push_unwrapped(&mut self, text: &str, tone: Tone) {
        self.end_line();
        let mut clean = String::with_capacity(text.len());
        self.cleaner.push(text, &mut clean);
        for part in clean.trim_end_matches('\n').split('\n') {
            let mut rest = part;
            loop {
                let mut cut = rest.len().min(LINE_MAX);
                while !rest.is_char_boundary(cut) {
                    cut -= 1;
                }
                let (now, after) = rest.split_at(cut);
                self.lines.push_back(Line {
                    text: now.to_owned(),
                    tone,
                    ..Line::default()
                });
                self.rows += 1;
                rest = after;
                if rest.is_empty() {
                    break;
                }
            }
        }
        self.end_line();
        self.evict();
    }

    /// The place after all that is there now. Ends the open line.
    pub fn mark(&mut self) -> Mark {
        self.end_line();
        Mark(self.gone + self.lines.len() as u64)
    }

    /// Rows after a mark.
    #[must_use]
    pub fn rows_after(&self, mark: Mark) -> usize {
        let first = usize::try_from(mark.0.saturating_sub(self.gone)).unwrap_or(usize::MAX);
        self.lines.iter().skip(first).map(Line::rows).sum()
    }

    /// Removes everything after a mark. Scrolled back, the distance to the new end is kept.
    pub fn cut(&mut self, mark: Mark) {
        let keep = usize::try_from(mark.0.saturating_sub(self.gone)).unwrap_or(0);
        while self.lines.len() > keep {
            if let Some(line) = self.lines.pop_back() {
                self.rows -= line.rows();
                self.back = self.back.saturating_sub(line.rows());
            }
        }
        self.end_line();
    }

    /// Forgets everything and follows the stream again.
    pub fn clear(&mut self) {
        *self = Self {
            columns: self.columns,
            height: self.height,
            ..Self::default()
        };
    }

    fn open(&mut self, tone: Tone) {
        self.lines.push_back(Line {
            tone,
            columns: self.columns,
            ..Line::default()
        });
        self.rows += 1;
        self.closed = false;
    }

    fn extend(&mut self, mut text: &str, tone: Tone) {
        while !text.is_empty() {
            let room = match self.lines.back() {
                Some(last) if !self.closed && last.tone == tone => {
                    LINE_MAX.saturating_sub(last.text.len())
                }
                _ => 0,
            };
            let mut cut = text.len().min(room);
            while !text.is_char_boundary(cut) {
                cut -= 1;
            }
            if cut == 0 {
                self.open(tone);
                continue;
            }
            let (now, rest) = text.split_at(cut);
            if let Some(last) = self.lines.back_mut() {
                let before = last.rows();
                last.text.push_str(now);
                last.grow(self.columns);
                self.rows = self.rows + last.rows() - before;
            }
            text = rest;
        }
    }

    fn evict(&mut self) {
        while self.rows > ROWS_MAX && self.lines.len() > 1 {
            if let Some(line) = self.lines.pop_front() {
                self.rows -= line.rows();
                self.gone += 1;
            }
        }
        self.back = self.back.min(self.scroll_max());
    }

    /// How wide the pane is.
    #[must_use]
    pub fn columns(&self) -> u16 {
        self.columns
    }

    /// Says how large the window is. At a new width only what is in sight is wrapped at once;
    /// [`Ring::settle`] does the rest.
    pub fn resize(&mut self, columns: u16, height: u16) {
        let columns = columns.max(1);
        self.height = height;
        if columns != self.columns {
            let anchor = self.anchor();
            self.columns = columns;
            self.back = 0;
            if let Some((line, offset)) = anchor {
                let mut below = 0;
                for i in (line + 1..self.lines.len()).rev() {
                    below += self.wrap_line(i);
                }
                self.wrap_line(line);
                if let Some(line) = self.lines.get(line) {
                    let row = line.starts.partition_point(|&s| s as usize <= offset);
                    below += line.rows() - 1 - row;
                }
                self.back = below;
            }
        }
        self.wrap_window();
        self.back = self.back.min(self.scroll_max());
        self.wrap_window();
    }

    /// The line and byte at the bottom of the window, when scrolled back.
    fn anchor(&self) -> Option<(usize, usize)> {
        if self.back == 0 {
            return None;
        }
        let mut below = self.back;
        for (i, line) in self.lines.iter().enumerate().rev() {
            if below < line.rows() {
                let row = line.rows() - 1 - below;
                let offset = if row == 0 {
                    0
                } else {
                    line.starts.get(row - 1).copied()? as usize
                };
                return Some((i, offset));
            }
            below -= line.rows();
        }
        None
    }

    fn wrap_line(&mut self, i: usize) -> usize {
        let columns = self.columns;
        let Some(line) = self.lines.get_mut(i) else {
            return 0;
        };
        let before = line.rows();
        line.wrap(columns);
        self.rows = self.rows + line.rows() - before;
        line.rows()
    }

    fn wrap_window(&mut self) {
        let need = self.back + usize::from(self.height);
        let mut seen = 0;
        for i in (0..self.lines.len()).rev() {
            if seen >= need {
                break;
            }
            seen += self.wrap_line(i);
        }
    }

    /// Wraps up to `lines` lines that still have an older width; true when none is left.
    pub fn settle(&mut self, lines: usize) -> bool {
        let mut left = lines;
        for i in (0..self.lines.len()).rev() {
            if self.lines.get(i).is_some_and(|l| l.columns != self.columns) {
                if left == 0 {
                    return false;
                }
                left -= 1;
                self.wrap_line(i);
            }
        }
        self.evict();
        true
    }

    /// Scrolls by rows; positive goes towards older text.
    pub fn scroll(&mut self, rows: isize) {
        self.back = self.back.saturating_add_signed(rows).min(self.scroll_max());
        self.wrap_window();
        self.back = self.back.min(self.scroll_max());
    }

    /// Goes to the oldest row.
    pub fn scroll_to_top(&mut self) {
        self.settle(usize::MAX);
        self.back = self.scroll_max();
    }

    /// Goes to the newest row and follows the stream again.
    pub fn scroll_to_bottom(&mut self) {
        self.back = 0;
    }

    fn scroll_max(&self) -> usize {
        self.rows.saturating_sub(usize::from(self.height))
    }

    /// Rows below the window; 0 when it follows the stream.
    #[must_use]
    pub fn back(&self) -> usize {
        self.back
    }

    /// Rows above the window.
    #[must_use]
    pub fn above(&self) -> usize {
        self.scroll_max() - self.back
    }

    /// Rows kept.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Whether there is nothing to show.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// The rows in sight, oldest first, at most as many as the height given last.
    #[must_use]
    pub fn window(&self) -> Vec<Row<'_>> {
        self.tail(usize::from(self.height), self.back)
    }

    /// The last `height` rows at the width given last, whatever the scroll position is.
    #[must_use]
    pub fn last_rows(&self, height: usize) -> Vec<Row<'_>> {
        self.tail(height, 0)
    }

    fn tail(&self, height: usize, mut skip: usize) -> Vec<Row<'_>> {
        let mut out = Vec::with_capacity(height);
        for line in self.lines.iter().rev() {
            if out.len() >= height {
                break;
            }
            if skip >= line.rows() {
                skip -= line.rows();
                continue;
            }
            for i in (0..line.rows() - skip).rev() {
                if out.len() >= height {
                    break;
                }
                out.push(Row {
                    text: row(&line.text, &line.starts, i),
                    tone: line.tone,
                });
            }
            skip = 0;
        }
        out.reverse();
        out
    }

    /// The last line as it came, unwrapped.
    #[must_use]
    pub fn last_line(&self) -> Option<Row<'_>> {
        let line = self.lines.back()?;
        Some(Row {
            text: &line.text,
            tone: line.tone,
        })
    }

    /// The whole text, for the clipboard.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = String::new();
        for line in &self.lines {
            out.push_str(&line.text);
            out.push('\n');
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use proptest::prelude::*;

    use super::*;

    fn shown(ring: &Ring) -> Vec<&str> {
        ring.window().iter().map(|r| r.text).collect()
    }

    #[test]
    fn pieces_join_into_lines() {
        let mut ring = Ring::default();
        ring.resize(10, 3);
        for piece in ["hel", "lo wor", "ld and", " more\nne", "xt"] {
            ring.push(piece, Tone::Said);
        }
        assert_eq!(shown(&ring), ["hello", "world and", "more", "next"][1..]);
        assert_eq!(ring.rows(), 4);
    }

    #[test]
    fn empty_lines_are_kept() {
        let mut ring = Ring::default();
        ring.push("a\n\nb\n", Tone::Said);
        assert_eq!(shown(&ring), ["a", "", "b"]);
        ring.push("c", Tone::Said);
        assert_eq!(shown(&ring), ["a", "", "b", "c"]);
    }

    #[test]
    fn scrolled_back_the_sight_stays_put() {
        let mut ring = Ring::default();
        ring.resize(20, 2);
        ring.push("1\n2\n3\n4\n", Tone::Said);
        ring.scroll(1);
        assert_eq!(shown(&ring), ["2", "3"]);
        ring.push("5\n6\n", Tone::Said);
        assert_eq!(shown(&ring), ["2", "3"]);
        ring.scroll_to_bottom();
        ring.push("7\n", Tone::Said);
        assert_eq!(shown(&ring), ["6", "7"]);
        ring.scroll_to_top();
        assert_eq!(shown(&ring), ["1", "2"]);
    }

    #[test]
    fn a_new_width_keeps_the_place() {
        let mut ring = Ring::default();
        ring.resize(40, 2);
        for i in 0..50 {
            ring.push(&format!("line {i} with a few words to wrap\n"), Tone::Said);
        }
        ring.scroll(20);
        assert_eq!(shown(&ring)[1], "line 29 with a few words to wrap");
        ring.resize(12, 2);
        assert!(shown(&ring)[1].starts_with("line 29"), "{:?}", shown(&ring));
        ring.resize(40, 2);
        assert_eq!(shown(&ring)[1], "line 29 with a few words to wrap");
    }

    #[test]
    fn only_what_is_in_sight_is_wrapped_on_resize() {
        let mut ring = Ring::default();
        ring.resize(40, 5);
        for _ in 0..1000 {
            ring.push("some words that will need two rows\n", Tone::Said);
        }
        ring.resize(20, 5);
        let wrapped = ring.lines.iter().filter(|l| l.columns == 20).count();
        assert!(wrapped <= 5, "{wrapped}");
        assert!(!ring.settle(10));
        assert!(ring.settle(usize::MAX));
        assert_eq!(ring.rows(), 2000);
    }

    #[test]
    fn the_bound_holds_even_without_line_ends() {
        let mut ring = Ring::default();
        ring.resize(10, 5);
        for _ in 0..300 {
            ring.push(&"x".repeat(1000), Tone::Said);
        }
        assert!(ring.rows() <= ROWS_MAX, "{}", ring.rows());
        for _ in 0..20_000 {
            ring.push("y\n", Tone::Said);
        }
        assert_eq!(ring.rows(), ROWS_MAX);
    }

    #[test]
    fn a_tone_change_opens_a_line() {
        let mut ring = Ring::default();
        ring.push("question", Tone::Asked);
        ring.push("answer", Tone::Said);
        ring.push_lines("restored", Tone::Note);
        let tones: Vec<_> = ring.window().iter().map(|r| (r.text, r.tone)).collect();
        assert_eq!(
            tones,
            [
                ("question", Tone::Asked),
                ("answer", Tone::Said),
                ("restored", Tone::Note)
            ]
        );
    }

    #[test]
    fn a_cut_replaces_the_streamed_text() {
        let mut ring = Ring::default();
        ring.push_lines("question", Tone::Asked);
        let mark = ring.mark();
        ring.push("part of an ans", Tone::Said);
        ring.cut(mark);
        ring.push_lines("the whole answer", Tone::Said);
        assert_eq!(shown(&ring), ["question", "the whole answer"]);
    }

    #[test]
    fn a_mark_survives_eviction() {
        let mut ring = Ring::default();
        ring.push_lines(&"old\n".repeat(ROWS_MAX), Tone::Said);
        let mark = ring.mark();
        ring.push_lines(&"new\n".repeat(100), Tone::Said);
        ring.cut(mark);
        assert_eq!(ring.rows(), ROWS_MAX - 100);
        assert!(shown(&ring).iter().all(|row| *row == "old"));
    }

    #[test]
    fn unwrapped_lines_are_wrapped_in_sight() {
        let mut ring = Ring::default();
        ring.resize(10, 3);
        ring.push_unwrapped("one two three four\nfive", Tone::Said);
        ring.resize(10, 3);
        assert_eq!(shown(&ring), ["one two", "three four", "five"]);
    }

    proptest! {
        #[test]
        fn streamed_equals_whole(text in "[ab 日\n]{0,120}", cuts in proptest::collection::vec(0usize..20, 0..8), columns in 2u16..30) {
            let mut whole = Ring::default();
            whole.resize(columns, 500);
            whole.push(&text, Tone::Said);
            let mut streamed = Ring::default();
            streamed.resize(columns, 500);
            let mut chars = text.chars();
            for cut in cuts {
                let piece: String = chars.by_ref().take(cut).collect();
                streamed.push(&piece, Tone::Said);
            }
            streamed.push(chars.as_str(), Tone::Said);
            prop_assert_eq!(shown(&whole), shown(&streamed));
            prop_assert_eq!(whole.rows(), whole.window().len());
        }

        #[test]
        fn any_walk_keeps_the_counts(steps in proptest::collection::vec((0u8..4, 1u16..60), 1..40)) {
            let mut ring = Ring::default();
            for (what, n) in steps {
                match what {
                    0 => ring.push(&"word ".repeat(usize::from(n)), Tone::Said),
                    1 => ring.push("\nnext\n", Tone::Said),
                    2 => ring.resize(n, n / 3 + 1),
                    _ => ring.scroll(isize::try_from(n).unwrap() - 30),
                }
                prop_assert!(ring.window().len() <= usize::from(ring.height));
                prop_assert_eq!(ring.rows(), ring.lines.iter().map(Line::rows).sum::<usize>());
                prop_assert!(ring.back() <= ring.rows());
            }
        }
    }
}
