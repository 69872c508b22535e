//! Breaks one logical line into screen rows.
//!
//! Greedy word wrap by columns; a word longer than the row is cut between graphemes. Works on
//! clean text only (see `text`). Does not keep rows: `ring` does.
//!
//! Invariant: text appended to a line never changes a row before the last one, so a stream only
//! ever re-wraps from the start of its last row.

use unicode_segmentation::UnicodeSegmentation;

use crate::ui::text::width;

/// Appends to `starts` the byte offset of each row after the first, for the text from `from` on.
///
/// `from` must be a row start of the same line at the same width. A width of 0 counts as 1.
pub(crate) fn row_starts(text: &str, from: usize, columns: u16, starts: &mut Vec<u32>) {
    let columns = usize::from(columns.max(1));
    let tail = &text[from..];
    let mut used = 0;
    let mut row = 0;
    // Start of the word that would move to the next row, and the columns before it.
    let mut word: Option<(usize, usize)> = None;
    let mut after_space = false;
    let mut step = |at: usize, wide: usize, space: bool| {
        if space {
            // A space past the edge hangs there instead of opening a row.
            used += wide;
            after_space = true;
            return;
        }
        if after_space && at > row {
            word = Some((at, used));
        }
        after_space = false;
        if used + wide > columns && at > row {
            let (start, before) = match word {
                Some((start, before)) if start > row => (start, before),
                _ => (at, used),
            };
            row = start;
            used -= before;
            word = None;
            starts.push(u32::try_from(from + start).unwrap_or(u32::MAX));
            if used + wide > columns && at > row {
                row = at;
                used = 0;
                starts.push(u32::try_from(from + at).unwrap_or(u32::MAX));
            }
        }
        used += wide;
    };
    if tail.is_ascii() {
        for (at, byte) in tail.bytes().enumerate() {
            step(at, 1, byte == b' ');
        }
    } else {
        for (at, grapheme) in tail.grapheme_indices(true) {
            step(at, width(grapheme), grapheme == " ");
        }
    }
}

/// The rows of a line at a width, without the spaces that hang over the edge.
#[must_use]
pub fn rows(text: &str, columns: u16) -> Vec<&str> {
    let mut starts = Vec::new();
    row_starts(text, 0, columns, &mut starts);
    (0..=starts.len()).map(|i| row(text, &starts, i)).collect()
}

/// Row `i` of a wrapped line.
pub(crate) fn row<'a>(text: &'a str, starts: &[u32], i: usize) -> &'a str {
    let at = |i: usize| starts.get(i).map_or(text.len(), |&s| s as usize);
    let start = if i == 0 { 0 } else { at(i - 1) };
    let end = at(i);
    let row = text.get(start..end).unwrap_or_default();
    if i < starts.len() {
        row.trim_end_matches(' ')
    } else {
        row
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use proptest::prelude::*;

    use super::*;
    use crate::ui::text;

    #[test]
    fn words_move_whole() {
        assert_eq!(rows("the quick brown fox", 10), ["the quick", "brown fox"]);
        assert_eq!(rows("", 10), [""]);
        assert_eq!(
            rows("  indented text here", 12),
            ["  indented", "text here"]
        );
    }

    #[test]
    fn long_words_are_cut() {
        assert_eq!(rows("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(rows("ab cdefghij", 4), ["ab", "cdef", "ghij"]);
        assert_eq!(rows("日本語テキスト", 5), ["日本", "語テ", "キス", "ト"]);
    }

    proptest! {
        #[test]
        fn rows_fit_and_lose_only_spaces(line in "[ab 日é👩]{0,80}", columns in 2u16..20) {
            let rows = rows(&line, columns);
            for row in &rows {
                prop_assert!(text::width(row.trim_end()) <= usize::from(columns), "{:?}", rows);
            }
            let squeeze = |s: &str| s.replace(' ', "");
            prop_assert_eq!(squeeze(&rows.concat()), squeeze(&line));
        }

        #[test]
        fn appending_never_changes_earlier_rows(line in "[ab 日]{0,60}", more in "[ab 日]{0,60}", columns in 2u16..20) {
            let mut before = Vec::new();
            row_starts(&line, 0, columns, &mut before);
            let whole = format!("{line}{more}");
            let mut fresh = Vec::new();
            row_starts(&whole, 0, columns, &mut fresh);
            let from = before.last().map_or(0, |&s| s as usize);
            let mut grown = before.clone();
            row_starts(&whole, from, columns, &mut grown);
            prop_assert_eq!(grown, fresh);
        }
    }
}
