//! How two texts of a document differ, for people to read.

use std::time::Duration;

use similar::{Algorithm, TextDiff};

use crate::core::Text;
use crate::hub::project::plain;

/// Texts beyond this are not compared line by line.
const COMPARED_MAX: usize = 1024 * 1024;
/// How many bytes of a difference are shown.
const SHOWN: usize = 16 * 1024;
/// How long a comparison may take; after that it is coarser.
const WITHIN: Duration = Duration::from_millis(100);

/// A unified diff from ours to theirs, without anything that moves a cursor.
pub(super) fn between(ours: &str, theirs: &str) -> Text {
    compared(ours, theirs, Some(("the room's", "from outside")))
}

/// A unified diff from one text of a document to the next, without anything that moves a cursor.
pub(in crate::hub) fn changed(before: &str, after: &str) -> Text {
    compared(before, after, None)
}

fn compared(ours: &str, theirs: &str, header: Option<(&str, &str)>) -> Text {
    if ours.len().max(theirs.len()) > COMPARED_MAX {
        return Text::from(format!(
            "{} bytes instead of {}; too long to be compared",
            theirs.len(),
            ours.len()
        ));
    }
    let diff = TextDiff::configure()
        .algorithm(Algorithm::Myers)
        .timeout(WITHIN)
        .diff_lines(ours, theirs);
    let mut unified = diff.unified_diff();
    unified.context_radius(2);
    if let Some((ours, theirs)) = header {
        unified.header(ours, theirs);
    }
    let unified = unified.to_string();
    Text::from(plain::text(&unified)).excerpt(SHOWN)
}

#[cfg(test)]
mod tests {
    use super::{SHOWN, between};

    #[test]
    fn what_changed_is_shown_with_its_surroundings_and_nothing_that_moves_a_cursor() {
        let ours = "a\nb\nc\nd\ne\n";
        let diff = between(ours, "a\nb\nc\nD\u{1b}[2J\u{202e}\ne\n");
        assert_eq!(
            diff.as_str(),
            "--- the room's\n+++ from outside\n@@ -2,4 +2,4 @@\n b\n c\n-d\n+D\n e\n"
        );
    }

    #[test]
    fn long_texts_give_short_differences() {
        let lines = |number: fn(u64) -> u64| {
            let lines = (0..50_000).map(|line| number(line).to_string());
            lines.collect::<Vec<_>>().join("\n")
        };
        let (many, other) = (lines(|line| line), lines(|line| line * 7 % 50_000));
        assert!(between(&many, &other).len() < SHOWN + 200);
        let huge = "x".repeat(2 << 20);
        assert_eq!(
            between("", &huge).as_str(),
            "2097152 bytes instead of 0; too long to be compared"
        );
    }
}
