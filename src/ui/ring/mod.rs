//! The text of one pane: cleaned, wrapped ahead of time, bounded, with scroll-back.
//!
//! Owns the logical lines of a pane and where the reader stands in them. Streamed pieces are
//! appended at the end; only the last row is wrapped again. It draws nothing: [`Ring::window`]
//! gives the visible rows and touches no other line.
//!
//! Invariants: at most [`ROWS_MAX`] rows are kept (the oldest lines go first); at the bottom the
//! pane follows the stream; scrolled up, the rows in sight stay put while text arrives and while
//! the pane changes its size.

mod cards;
mod copy;
mod laid;
mod line;
mod scroll;
mod search;
mod turns;

use std::collections::{BTreeMap, VecDeque};

use crate::ui::seek::Hits;
use crate::ui::text::Cleaner;
use crate::ui::theme::Role;
use crate::ui::wrap::row;

use cards::Card;
pub(crate) use laid::{Laid, Raw};
use line::Line;

/// Rows that a pane keeps for scroll-back.
pub const ROWS_MAX: usize = 10_000;
/// Lines that it keeps, those that are folded away included.
const LINES_MAX: usize = 2 * ROWS_MAX;
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

/// One visible row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row<'a> {
    /// Clean text, at most as wide as the pane.
    pub text: &'a str,
    /// What it is.
    pub tone: Tone,
    /// What stands before it, or as much room for it.
    pub(crate) lead: &'a str,
    /// Whether the lead is shown, or only its room is kept.
    pub(crate) first: bool,
    /// Its pieces in their roles; none where all of it has one tone.
    pub(crate) bits: Vec<(&'a str, Role)>,
    /// The line of which it is a row, and where in it that begins; nothing of a table.
    pub(crate) whole: &'a str,
    pub(crate) from: usize,
    /// It begins the turn that was gone to.
    pub marked: bool,
    /// The bytes of it that were looked for, each with whether it is the place that is looked at.
    pub(crate) hits: Vec<(std::ops::Range<usize>, bool)>,
}

/// The wrapped, bounded text of one pane.
#[derive(Debug, Clone)]
pub struct Ring {
    lines: VecDeque<Line>,
    /// Sum of the rows of all lines; lines not yet re-wrapped count as they last were.
    rows: usize,
    columns: u16,
    /// Rows between the bottom of the window and the end.
    back: usize,
    /// The window stays where it is although the end is in sight.
    held: bool,
    /// Rows that came since the window left the end.
    fresh: usize,
    height: u16,
    cleaner: Cleaner,
    /// The last line is complete: the next piece opens a new one.
    closed: bool,
    /// Lines evicted so far; makes marks stable.
    gone: u64,
    /// The lines that begin a turn, counted from the first line ever.
    heads: VecDeque<u64>,
    /// The one that was gone to.
    marked: Option<u64>,
    /// Cards by their first line.
    cards: BTreeMap<u64, Card>,
    /// What is looked for.
    hits: Option<Box<Hits>>,
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
            held: false,
            fresh: 0,
            height: 24,
            cleaner: Cleaner::default(),
            closed: true,
            gone: 0,
            heads: VecDeque::new(),
            marked: None,
            cards: BTreeMap::new(),
            hits: None,
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
        self.came(self.rows.saturating_sub(before));
        self.evict();
    }

    /// So many rows came below: unless the window follows, it stays where it is.
    fn came(&mut self, rows: usize) {
        if !self.follows() {
            self.back += rows;
            self.fresh += rows;
        }
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
        let before = self.rows;
        for part in clean.trim_end_matches('\n').split('\n') {
            let mut rest = part;
            loop {
                let mut cut = rest.len().min(LINE_MAX);
                while !rest.is_char_boundary(cut) {
                    cut -= 1;
                }
                let (now, after) = rest.split_at(cut);
                let mut line = Line {
                    laid: Laid {
                        text: now.to_owned(),
                        glued: rest.len() < part.len(),
                        ..Laid::default()
                    },
                    tone,
                    ..Line::default()
                };
                if !self.follows() {
                    // How far the window is from the end is counted in rows as they are.
                    line.wrap(self.columns);
                }
                self.rows += line.rows();
                self.lines.push_back(line);
                rest = after;
                if rest.is_empty() {
                    break;
                }
            }
        }
        self.end_line();
        self.came(self.rows - before);
        self.evict();
    }

    /// The place after all that is there now. Ends the open line.
    pub fn mark(&mut self) -> Mark {
        self.end_line();
        Mark(self.end())
    }

    /// The number of the next line, counted from the first line ever.
    fn end(&self) -> u64 {
        self.gone + self.lines.len() as u64
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
                self.fresh = self.fresh.saturating_sub(line.rows());
            }
        }
        self.drop_heads();
        self.drop_cards();
        let end = self.end();
        if let Some(hits) = &mut self.hits {
            hits.forget_from(end);
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
                    LINE_MAX.saturating_sub(last.laid.text.len())
                }
                _ => 0,
            };
            let goes_on = !self.closed && self.lines.back().is_some_and(|it| it.tone == tone);
            let mut cut = text.len().min(room);
            while !text.is_char_boundary(cut) {
                cut -= 1;
            }
            if cut == 0 {
                self.open(tone);
                if let Some(last) = self.lines.back_mut() {
                    last.laid.glued = goes_on;
                }
                continue;
            }
            let (now, rest) = text.split_at(cut);
            if let Some(last) = self.lines.back_mut() {
                let before = last.rows();
                last.laid.text.push_str(now);
                last.grow(self.columns);
                self.rows = self.rows + last.rows() - before;
            }
            text = rest;
        }
    }

    fn evict(&mut self) {
        while (self.rows > ROWS_MAX || self.lines.len() > LINES_MAX) && self.lines.len() > 1 {
            if let Some(line) = self.lines.pop_front() {
                self.rows -= line.rows();
                self.gone += 1;
            }
        }
        self.drop_heads();
        self.drop_cards();
        if let Some(hits) = &mut self.hits {
            hits.forget_before(self.gone);
        }
        self.back = self.back.min(self.scroll_max());
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
        for (number, line) in self.lines.iter().enumerate().rev() {
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
                let number = self.gone + number as u64;
                let text = row(&line.laid.text, &line.starts, i);
                let from = line.start(i);
                let to = from + text.len();
                let hits = self.hits.iter();
                out.push(Row {
                    text,
                    tone: line.tone,
                    lead: &line.laid.lead,
                    first: i == 0,
                    bits: line.bits(from, to),
                    whole: if line.laid.table.is_some() {
                        ""
                    } else {
                        &line.laid.text
                    },
                    from,
                    marked: i == 0 && self.marked == Some(number),
                    hits: hits
                        .flat_map(|hits| hits.within(number, from..to))
                        .collect(),
                });
            }
            skip = 0;
        }
        out.reverse();
        out
    }
}

#[cfg(test)]
mod tests;
