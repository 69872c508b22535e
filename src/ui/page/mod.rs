//! A text with roles in it, wrapped ahead of time: Markdown, JSON, diffs, or as it is.
//!
//! Every piece passes the sanitiser on its way in. Wrapping happens in [`Page::resize`], once for a
//! width; drawing only copies the rows in sight.

pub(crate) mod diff;
pub(crate) mod json;
pub(crate) mod markdown;
mod search;
pub(crate) mod table;

use crate::ui::ring::Laid;
use crate::ui::seek::Hits;
use crate::ui::text::{cells, line, width};
use crate::ui::theme::Role;
use crate::ui::wrap::row_starts;
use table::Table;

/// One logical line: what stands before it, and its text in roles.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct PageLine {
    lead: String,
    text: String,
    /// Where each role ends.
    bits: Vec<(usize, Role)>,
    /// The table of which the text is made, at each width anew.
    table: Option<Box<Table>>,
}

/// Where a row of the screen comes from.
#[derive(Debug, Clone, Copy)]
struct Place {
    line: usize,
    from: usize,
    to: usize,
}

/// The text and where the reader stands in it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Page {
    lines: Vec<PageLine>,
    rows: Vec<Place>,
    columns: u16,
    height: u16,
    top: usize,
    /// What is looked for.
    hits: Option<Box<Hits>>,
}

/// A row to draw: its lead, and its pieces in roles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PageRow<'a> {
    /// What stands before the text, or as much room for it.
    pub(crate) lead: &'a str,
    /// Whether the lead is shown, or only its room is kept.
    pub(crate) first: bool,
    /// The line of which it is a row, and where in it that begins; nothing of a table.
    pub(crate) whole: &'a str,
    pub(crate) from: usize,
    /// The pieces.
    pub(crate) bits: Vec<(&'a str, Role)>,
    /// The bytes of them that were looked for, each with whether it is the place that is looked at.
    pub(crate) hits: Vec<(std::ops::Range<usize>, bool)>,
}

impl PageLine {
    /// A line with this before it on its first row, and room for it on the others.
    pub(crate) fn after(lead: &str) -> Self {
        Self {
            lead: line(lead).into_owned(),
            ..Self::default()
        }
    }

    /// Appends a piece.
    pub(crate) fn push(&mut self, piece: &str, role: Role) {
        let clean = line(piece);
        if clean.is_empty() {
            return;
        }
        self.text.push_str(&clean);
        let end = self.text.len();
        match self.bits.last_mut() {
            Some((upto, last)) if *last == role => *upto = end,
            Some(_) | None => self.bits.push((end, role)),
        }
    }

    /// Holds a table, and nothing else.
    fn tabulate(&mut self, table: Table) {
        self.text = table.plain().join(" ");
        self.bits = vec![(self.text.len(), Role::Text)];
        self.table = Some(Box::new(table));
    }

    /// All of it as plain text.
    fn plain(&self) -> String {
        let rows = match &self.table {
            Some(table) => table.plain(),
            None => vec![self.text.clone()],
        };
        let rows = rows.iter();
        let rows: Vec<String> = rows
            .map(|row| format!("{}{row}", self.lead).trim_end().to_owned())
            .collect();
        rows.join("\n")
    }

    /// Where its rows after the first begin, at a width.
    fn wrap(&mut self, columns: u16, starts: &mut Vec<u32>) {
        let room = columns.saturating_sub(cells(width(&self.lead)));
        match &self.table {
            Some(table) => {
                let lines = table.laid(room);
                *starts = lines.starts;
                self.text = lines.text;
                self.bits = lines.bits;
            }
            None => row_starts(&self.text, 0, room, starts),
        }
    }

    /// Whether nothing is in it.
    pub(crate) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    fn of(text: &str, role: Role) -> Self {
        let mut it = Self::default();
        it.push(text, role);
        it
    }
}

impl From<PageLine> for Laid {
    fn from(line: PageLine) -> Self {
        Self {
            lead: line.lead,
            text: line.text,
            bits: line.bits,
            table: line.table,
            ..Self::default()
        }
    }
}

impl Page {
    /// A text as it is.
    pub(crate) fn plain(text: &str) -> Self {
        let mut page = Self::default();
        page.text(text, Role::Text);
        page
    }

    /// Appends a line.
    pub(crate) fn push(&mut self, line: PageLine) {
        self.lines.push(line);
        self.columns = 0;
    }

    /// Appends lines of one role.
    pub(crate) fn text(&mut self, text: &str, role: Role) {
        for line in text.trim_end_matches('\n').split('\n') {
            self.push(PageLine::of(line, role));
        }
    }

    /// Appends an empty line, unless the last one is empty or there is none.
    pub(crate) fn gap(&mut self) {
        if self.lines.last().is_some_and(|last| !last.is_empty()) {
            self.push(PageLine::default());
        }
    }

    /// Fits the text to a pane. Cheap when nothing changed.
    pub(crate) fn resize(&mut self, columns: u16, height: u16) {
        self.height = height;
        if self.columns != columns {
            // The reader keeps the line at the top.
            let at = self.rows.get(self.top).map(|row| row.line);
            self.columns = columns;
            self.wrap();
            if let Some(line) = at {
                self.top = self.rows.partition_point(|row| row.line < line);
            }
        }
        self.top = self.top.min(self.last_top());
    }

    fn wrap(&mut self) {
        self.rows.clear();
        let mut starts = Vec::new();
        for (index, line) in self.lines.iter_mut().enumerate() {
            starts.clear();
            line.wrap(self.columns, &mut starts);
            if line.table.is_some() {
                // Its words stand elsewhere in its text now.
                self.hits = None;
            }
            let mut from = 0;
            let ends = starts.iter().map(|start| *start as usize);
            for to in ends.chain([line.text.len()]) {
                let line = index;
                self.rows.push(Place { line, from, to });
                from = to;
            }
        }
    }

    fn last_top(&self) -> usize {
        self.rows.len().saturating_sub(usize::from(self.height))
    }

    /// How many rows there are at the present width.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Rows above the window.
    pub(crate) fn top(&self) -> usize {
        self.top
    }

    /// Goes to where so many rows are above the window.
    pub(crate) fn go(&mut self, top: usize) {
        self.top = top.min(self.last_top());
    }

    /// Goes there once it is known how many rows there are.
    pub(crate) fn go_once(&mut self, top: usize) {
        self.top = top;
    }

    /// All of it as plain text, a line for a line.
    pub(crate) fn plain_text(&self) -> String {
        let lines = self.lines.iter();
        let lines: Vec<String> = lines.map(PageLine::plain).collect();
        lines.join("\n")
    }

    /// Appends all lines of another page.
    pub(crate) fn append(&mut self, other: Self) {
        self.lines.extend(other.lines);
        self.columns = 0;
    }

    /// How much lies below the window, for the frame; empty at the end.
    pub(crate) fn below(&self) -> String {
        match self.last_top().saturating_sub(self.top) {
            0 => String::new(),
            1 => "1 row below".to_owned(),
            more => format!("{more} rows below"),
        }
    }

    /// The rows in sight.
    pub(crate) fn window(&self) -> impl Iterator<Item = PageRow<'_>> {
        let rows = self.rows.iter().skip(self.top);
        rows.take(usize::from(self.height)).filter_map(|place| {
            let line = self.lines.get(place.line)?;
            let mut bits = Vec::new();
            let mut from = place.from;
            for (upto, role) in &line.bits {
                let to = (*upto).min(place.to);
                if to > from {
                    bits.extend(line.text.get(from..to).map(|piece| (piece, *role)));
                    from = to;
                }
            }
            let number = place.line as u64;
            let hits = self.hits.iter();
            Some(PageRow {
                lead: &line.lead,
                first: place.from == 0,
                whole: if line.table.is_some() { "" } else { &line.text },
                from: place.from,
                bits,
                hits: hits
                    .flat_map(|hits| hits.within(number, place.from..place.to))
                    .collect(),
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{Page, PageLine, PageRow};
    use crate::ui::seek::{Sought as _, Way};
    use crate::ui::theme::Role;

    #[test]
    fn roles_keep_their_words_over_the_rows() {
        let mut line = PageLine::after("• ");
        line.push("one ", Role::Text);
        line.push("two three\u{1b}[31m", Role::Title);
        line.push(" four", Role::Text);
        let mut page = Page::default();
        page.push(line);
        page.resize(9, 10);
        let row = |from, bits: &[(&'static str, Role)]| PageRow {
            lead: "• ",
            first: from == 0,
            whole: "one two three four",
            from,
            bits: bits.to_vec(),
            hits: Vec::new(),
        };
        let rows: Vec<PageRow<'_>> = page.window().collect();
        assert_eq!(
            rows,
            [
                row(0, &[("one ", Role::Text), ("two ", Role::Title)]),
                row(8, &[("three", Role::Title), (" ", Role::Text)]),
                row(14, &[("four", Role::Text)]),
            ]
        );
    }

    #[test]
    fn words_are_found_and_shown() {
        let mut page = Page::plain(&"some words\n".repeat(30));
        page.text("The Needle, whole", Role::Text);
        page.resize(12, 5);
        let stood = page.stand();
        page.seek(Some("needle"));
        page.nearest(stood);
        let at = |page: &Page| {
            let rows: Vec<PageRow<'_>> = page.window().collect();
            rows.iter().position(|row| !row.hits.is_empty())
        };
        assert_eq!((at(&page), page.sought().as_str()), (Some(3), "1/1"));
        assert!(page.step(Way::Newer));
        page.stand_at(stood);
        assert_eq!((page.top(), at(&page)), (0, None));
        page.seek(Some("Words"));
        assert!(!page.step(Way::Older));
        assert_eq!(page.sought(), "none");
        page.seek(None);
        assert_eq!(page.sought(), "");
    }

    #[test]
    fn the_line_at_the_top_stays_there_at_another_width() {
        let mut page = Page::plain(&"word word word word\n".repeat(100));
        page.resize(10, 5);
        page.go(101);
        page.resize(40, 5);
        assert_eq!((page.top(), page.below()), (50, "45 rows below".to_owned()));
        page.go(9999);
        assert_eq!((page.top(), page.below()), (95, String::new()));
    }
}
