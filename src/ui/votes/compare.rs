//! Two answers word by word: which words of each the other has not.

use std::time::Duration;

use similar::{ChangeTag, TextDiff};

use crate::ui::text::{clean, width};
use crate::ui::theme::Role;
use crate::ui::wrap::row_starts;

/// Longer texts are shown as they are, in bytes.
const COMPARED_MAX: usize = 64 * 1024;
/// How long a comparison may take; after that it is coarser.
const WITHIN: Duration = Duration::from_millis(20);
/// Texts that share less than this share of their words are two different texts: to mark all that
/// differs would mark everything.
const ALIKE: f64 = 0.2;

/// A piece of a text, and whether only this one has it.
type Piece = (String, bool);

/// Two texts compared.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Compared {
    left: Vec<Piece>,
    right: Vec<Piece>,
    /// The share of words that both have, 0 to 1; `None` where the texts are too long to be compared.
    pub(crate) alike: Option<f64>,
}

impl Compared {
    /// Compares two texts of anybody.
    pub(crate) fn new(left: &str, right: &str) -> Self {
        let (left, right) = (clean(left), clean(right));
        let plain = |text: &str| vec![(text.to_owned(), false)];
        if left.len().max(right.len()) > COMPARED_MAX {
            return Self {
                left: plain(&left),
                right: plain(&right),
                alike: None,
            };
        }
        let diff = TextDiff::configure()
            .timeout(WITHIN)
            .diff_words(left.as_ref(), right.as_ref());
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        let (mut same, mut all) = (0_u32, 0_u32);
        for change in diff.iter_all_changes() {
            let (text, tag) = (change.value(), change.tag());
            let word = u32::from(!text.trim().is_empty());
            let marks = tag != ChangeTag::Equal && word == 1;
            if tag != ChangeTag::Insert {
                ours.push((text.to_owned(), marks));
            }
            if tag != ChangeTag::Delete {
                theirs.push((text.to_owned(), marks));
            }
            let both = if tag == ChangeTag::Equal { 2 } else { 1 };
            all += word * both;
            same += if tag == ChangeTag::Equal { word * 2 } else { 0 };
        }
        let alike = f64::from(same) / f64::from(all.max(1));
        if alike < ALIKE {
            (ours, theirs) = (plain(&left), plain(&right));
        }
        Self {
            left: ours,
            right: theirs,
            alike: Some(alike),
        }
    }

    /// Whether words that differ are marked.
    pub(crate) fn marks(&self) -> bool {
        self.alike.is_some_and(|alike| alike >= ALIKE)
    }

    /// The rows of the left text at a width.
    pub(crate) fn left(&self, columns: u16) -> Vec<Row> {
        rows(&self.left, columns)
    }

    /// The rows of the right text at a width.
    pub(crate) fn right(&self, columns: u16) -> Vec<Row> {
        rows(&self.right, columns)
    }
}

/// One row of a text in its roles.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) bits: Vec<(String, Role)>,
    /// Columns that it takes.
    pub(crate) wide: usize,
}

impl Row {
    fn push(&mut self, text: &str, role: Role) {
        if text.is_empty() {
            return;
        }
        self.wide += width(text);
        match self.bits.last_mut() {
            Some((last, same)) if *same == role => last.push_str(text),
            Some(_) | None => self.bits.push((text.to_owned(), role)),
        }
    }
}

fn rows(pieces: &[Piece], columns: u16) -> Vec<Row> {
    let mut lines: Vec<Vec<(&str, Role)>> = vec![Vec::new()];
    for (text, marked) in pieces {
        let role = if *marked { Role::Title } else { Role::Text };
        for (index, part) in text.split('\n').enumerate() {
            if index > 0 {
                lines.push(Vec::new());
            }
            if let Some(line) = lines.last_mut() {
                line.push((part, role));
            }
        }
    }
    while lines.len() > 1
        && lines
            .last()
            .is_some_and(|it| it.iter().all(|it| it.0.is_empty()))
    {
        lines.pop();
    }
    lines
        .iter()
        .flat_map(|line| wrapped(line, columns))
        .collect()
}

fn wrapped(line: &[(&str, Role)], columns: u16) -> Vec<Row> {
    let whole: String = line.iter().map(|(text, _)| *text).collect();
    let mut starts = Vec::new();
    row_starts(&whole, 0, columns, &mut starts);
    let ends = starts.iter().map(|start| *start as usize);
    let (mut from, mut out) = (0, Vec::new());
    for to in ends.chain([whole.len()]) {
        // Spaces that hang over the edge are not drawn.
        let shown = whole
            .get(from..to)
            .unwrap_or_default()
            .trim_end_matches(' ');
        let end = if to == whole.len() {
            to
        } else {
            from + shown.len()
        };
        let (mut row, mut at) = (Row::default(), 0);
        for (text, role) in line {
            let (first, last) = (from.max(at), end.min(at + text.len()));
            if first < last {
                row.push(text.get(first - at..last - at).unwrap_or_default(), *role);
            }
            at += text.len();
        }
        out.push(row);
        from = to;
    }
    out
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{COMPARED_MAX, Compared, Row};
    use crate::ui::theme::Role;

    fn told(rows: &[Row]) -> Vec<String> {
        let told = |row: &Row| {
            let bits = row.bits.iter().map(|(text, role)| {
                if *role == Role::Title {
                    format!("*{text}*")
                } else {
                    text.clone()
                }
            });
            bits.collect::<String>()
        };
        rows.iter().map(told).collect()
    }

    #[test]
    fn words_that_only_one_has_are_marked_and_keep_their_place_over_the_rows() {
        let compared = Compared::new("wait for the refresh event", "wait for the second event");
        assert_eq!(
            told(&compared.left(16)),
            ["wait for the", "*refresh* event"]
        );
        assert_eq!(told(&compared.right(80)), ["wait for the *second* event"]);
        assert_eq!(compared.alike, Some(0.8));
        assert!(compared.left(16).iter().all(|row| row.wide <= 16));
    }

    #[test]
    fn two_different_texts_are_not_marked_all_over() {
        let compared = Compared::new("one two three", "vier fuenf");
        assert!(!compared.marks());
        assert_eq!(told(&compared.left(80)), ["one two three"]);
    }

    #[test]
    fn hostile_and_long_texts_are_shown_and_not_compared() {
        let long = "a\u{1b}[2J ".repeat(COMPARED_MAX);
        let compared = Compared::new(&long, "a");
        assert_eq!((compared.alike, compared.marks()), (None, false));
        let rows = compared.left(10);
        assert!(rows.iter().all(|row| row.wide <= 10));
        assert!(!told(&rows).concat().contains('\u{1b}'));
        assert_eq!(told(&Compared::new("", "").left(0)), [""]);
    }
}
