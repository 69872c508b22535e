//! The marks at the beginning of a line that say where a block of Markdown ends.

use std::borrow::Cow;

/// The most letters of a language's name.
const LANGUAGE: usize = 24;

/// What opened a block of code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fence {
    mark: char,
    marks: usize,
    /// Columns before it.
    pub(super) indent: usize,
}

impl Fence {
    /// The fence that a line opens.
    pub(super) fn opened_by(line: &str) -> Option<Self> {
        let text = line.trim_start_matches(' ');
        let mark = text.chars().next().filter(|c| matches!(c, '`' | '~'))?;
        let rest = text.trim_start_matches(mark);
        let marks = text.len() - rest.len();
        let inline = mark == '`' && rest.contains('`');
        (marks >= 3 && !inline).then_some(Self {
            mark,
            marks,
            indent: indent(line),
        })
    }

    /// Whether a line ends the block.
    pub(super) fn is_closed_by(self, line: &str) -> bool {
        let text = line.trim();
        text.len() >= self.marks && text.chars().all(|c| c == self.mark)
    }
}

/// The language that the line of a fence names; empty where it names none.
pub(super) fn language(line: &str) -> &str {
    let info = line.trim_start_matches([' ', '`', '~']);
    let name = info.split([' ', ',', '{', '}', ':']).next();
    let name = name.unwrap_or_default();
    if name.len() <= LANGUAGE { name } else { "" }
}

/// Whether a line is a heading.
pub(super) fn is_heading(line: &str) -> bool {
    let text = line.trim_start_matches(' ');
    let rest = text.trim_start_matches('#');
    (1..=6).contains(&(text.len() - rest.len())) && rest.starts_with(' ') && indent(line) < 4
}

/// Whether a line begins an item of a list.
pub(super) fn is_item(line: &str) -> bool {
    let text = line.trim_start_matches(' ');
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = text.len() - rest.len();
    let mark = if digits == 0 {
        ["- ", "* ", "+ "].as_slice()
    } else {
        [". ", ") "].as_slice()
    };
    digits < 10 && mark.iter().any(|mark| rest.starts_with(mark))
}

/// Columns before the text of a line.
pub(super) fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// A line without so many columns before its text.
pub(super) fn set_out(line: &str, columns: usize) -> &str {
    let columns = columns.min(indent(line));
    line.get(columns..).unwrap_or(line)
}

/// All lines of a text without so many columns before them.
pub(super) fn all_set_out(text: &str, columns: usize) -> Cow<'_, str> {
    if columns == 0 {
        return Cow::Borrowed(text);
    }
    let lines = text.split('\n').map(|line| set_out(line, columns));
    Cow::Owned(lines.collect::<Vec<&str>>().join("\n"))
}
