//! Lines that were laid for a ring: with roles in them, something before them, and the text as it came.

use super::line::Line;
use super::{Mark, Ring};
use crate::ui::page::table::Table;
use crate::ui::theme::Role;

/// A line as it is shown, and as it came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Laid {
    /// What stands before its first row; the others keep the room.
    pub(crate) lead: String,
    pub(crate) text: String,
    /// Where each role of the text ends.
    pub(crate) bits: Vec<(usize, Role)>,
    pub(crate) raw: Raw,
    /// It is a line of code.
    pub(crate) code: bool,
    /// It is in the text and not on the screen.
    pub(crate) hidden: bool,
    /// It goes on where the line before ends.
    pub(crate) glued: bool,
    /// The table of which the text is made, at each width anew.
    pub(crate) table: Option<Box<Table>>,
}

/// The text from which a line was made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Raw {
    /// The line itself.
    #[default]
    Same,
    /// Another one, perhaps of several lines.
    Source(Box<str>),
    /// It is in that of a line before.
    Nothing,
}

impl Raw {
    /// What a shown line was made from.
    pub(crate) fn of(source: &str, shown: &str) -> Self {
        if source == shown {
            Self::Same
        } else {
            Self::Source(source.into())
        }
    }
}

impl Laid {
    /// A text of one role.
    pub(crate) fn of(text: &str, role: Role) -> Self {
        Self {
            text: text.to_owned(),
            bits: vec![(text.len(), role)],
            ..Self::default()
        }
    }
}

impl Ring {
    /// Puts lines in place of all after a mark: first those that are done, then those that may yet change.
    /// Gives the mark between them. Unless the end is followed, what is in sight stays there.
    pub(crate) fn lay(&mut self, from: Mark, done: Vec<Laid>, tail: Vec<Laid>) -> Mark {
        let follows = self.follows();
        let (before, back, fresh) = (self.rows, self.back, self.fresh);
        self.cut(from);
        for laid in done {
            self.put(laid, follows);
        }
        let mark = self.mark();
        for laid in tail {
            self.put(laid, follows);
        }
        self.end_line();
        if !follows {
            let more = self.rows.cast_signed() - before.cast_signed();
            self.back = back.saturating_add_signed(more);
            self.held = true;
            self.fresh = fresh.saturating_add_signed(more);
        }
        self.evict();
        mark
    }

    fn put(&mut self, laid: Laid, follows: bool) {
        let mut line = Line {
            laid,
            ..Line::default()
        };
        if !follows {
            // How far the window is from the end is counted in rows as they are.
            line.wrap(self.columns);
        }
        self.rows += line.rows();
        self.lines.push_back(line);
    }
}
