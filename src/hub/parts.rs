//! Long documents: the parts in which they are kept, and the index that stands in their place. Pure.
//!
//! The whole of a long document is its text at revision 0 with an empty checksum. A part is a head of
//! `name: value` lines between `---` and below it a piece of the whole, exactly; the pieces joined in
//! their order are the whole. The index names the parts with their sizes and the digests of their pieces.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::hub::document::DocumentName;
use crate::hub::seal::{seal, sum};

/// The longest text of a result or a conflict that is one document: what a swap can take.
const WHOLE_MAX: usize = 64 * 1024;
/// The same for a document that changes often as a whole. As the argument of a call over HTTP it stays
/// far below the 4 MiB that Serena takes there.
const LIVE_MAX: usize = 1024 * 1024;
/// The longest piece.
const PIECE_MAX: usize = 48 * 1024;
/// Where in a piece a line break is looked for, so that lines stay whole where they are short.
const BREAK_FROM: usize = PIECE_MAX / 4 * 3;

/// The longest text of a document, in bytes, beyond which it is kept in parts.
#[must_use]
pub fn whole_max(document: &DocumentName) -> usize {
    match document {
        DocumentName::State
        | DocumentName::Queue
        | DocumentName::QueuePage(_)
        | DocumentName::Context { .. } => LIVE_MAX,
        DocumentName::Result(_)
        | DocumentName::Archive(_)
        | DocumentName::Conflict(_)
        | DocumentName::Lesson { .. }
        | DocumentName::Part { .. } => WHOLE_MAX,
    }
}

/// The pieces of a whole, in order.
pub(in crate::hub) fn pieces(whole: &str) -> impl Iterator<Item = &str> {
    let mut rest = whole;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (piece, after) = rest.split_at(piece_end(rest));
        rest = after;
        Some(piece)
    })
}

/// Where the first piece of a text ends: behind the last line break if that is late enough, and never
/// inside a character.
fn piece_end(text: &str) -> usize {
    if text.len() <= PIECE_MAX {
        return text.len();
    }
    let end = text.floor_char_boundary(PIECE_MAX);
    let line = text.get(..end).and_then(|piece| piece.rfind('\n'));
    line.map(|at| at + 1)
        .filter(|at| *at >= BREAK_FROM)
        .unwrap_or(end)
}

/// How many parts a whole has.
pub(in crate::hub) fn count(whole: &str) -> u32 {
    u32::try_from(pieces(whole).count()).unwrap_or(u32::MAX)
}

/// The part with a piece at a revision.
pub(in crate::hub) fn part(of: &DocumentName, number: u32, piece: &str, rev: u64) -> String {
    seal(&format!(
        "---\nschema: synod/part/1\nrev: {rev}\nsum: \ndocument: {of}\npart: {number}\n---\n{piece}"
    ))
}

/// What a document is before it goes: a text of ours that says nothing. `None` for those that never
/// go.
pub(in crate::hub) fn stone(document: &DocumentName, rev: u64) -> Option<String> {
    let framed = |schema: &str, field: &str, number: u64| {
        seal(&format!(
            "---\nschema: synod/{schema}/1\nrev: {rev}\nsum: \n{field}: {number}\n---\n"
        ))
    };
    match document {
        DocumentName::Part { of, number } => Some(part(of, *number, "", rev)),
        DocumentName::Result(task) => Some(framed("result", "task", task.0)),
        DocumentName::Archive(page) => Some(framed("archive", "page", *page)),
        DocumentName::Conflict(task) => {
            let fields =
                json!({"schema": "synod/conflict/1", "rev": rev, "sum": "", "task": task.0});
            Some(seal(&format!("{fields:#}\n")))
        }
        DocumentName::State
        | DocumentName::Queue
        | DocumentName::QueuePage(_)
        | DocumentName::Context { .. }
        | DocumentName::Lesson { .. } => None,
    }
}

/// The piece that a part has; `None` for a text that is no part.
#[must_use]
pub fn piece(part: &str) -> Option<&str> {
    let head = part.strip_prefix("---\nschema: synod/part/1\n")?;
    head.split_once("\n---\n").map(|(_, piece)| piece)
}

/// The index of a long document at a revision.
pub(in crate::hub) fn index(of: &DocumentName, whole: &str, rev: u64) -> String {
    let parts = (1..).zip(pieces(whole)).map(|(number, piece)| {
        let of = Box::new(of.clone());
        (DocumentName::Part { of, number }.to_string(), piece)
    });
    let is_json = match of {
        DocumentName::State
        | DocumentName::Queue
        | DocumentName::QueuePage(_)
        | DocumentName::Context { .. }
        | DocumentName::Conflict(_) => true,
        DocumentName::Result(_)
        | DocumentName::Archive(_)
        | DocumentName::Lesson { .. }
        | DocumentName::Part { .. } => false,
    };
    let draft = if is_json {
        let parts: Vec<Value> = parts
            .map(|(name, piece)| json!({"name": name, "bytes": piece.len(), "sum": sum(piece)}))
            .collect();
        let fields = json!({
            "schema": "synod/parts/1",
            "rev": rev,
            "sum": "",
            "document": of.to_string(),
            "bytes": whole.len(),
            "parts": parts,
        });
        format!("{fields:#}\n")
    } else {
        let mut text = format!(
            "---\nschema: synod/parts/1\nrev: {rev}\nsum: \ndocument: {of}\nbytes: {}\n---\n\n\
             This document is too long to be one. It is what stands below the heads of these, in \
             this order:\n\n| document | bytes | sum |\n|---|---|---|\n",
            whole.len()
        );
        for (name, piece) in parts {
            // Writing to a string cannot fail.
            writeln!(text, "| {name} | {} | {} |", piece.len(), sum(piece)).ok();
        }
        text
    };
    seal(&draft)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{PIECE_MAX, count, index, part, piece, pieces};
    use crate::core::TaskId;
    use crate::hub::document::DocumentName;
    use crate::hub::seal::{revision, sum};

    /// Texts of up to some pieces, of characters of every width, with and without lines.
    fn text() -> impl Strategy<Value = String> {
        let words =
            prop::collection::vec("[a\u{e4}\u{20ac}\u{1f980}\\n\" ]{1,12}|---\nsum: \n", 1..6);
        (words, 0..3 * PIECE_MAX).prop_map(|(words, length)| {
            let words = words.concat();
            let mut text = words.repeat(length / words.len() + 1);
            text.truncate(text.floor_char_boundary(length));
            text
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn the_pieces_of_the_parts_joined_are_the_whole(text in text(), rev in any::<u64>()) {
            let of = DocumentName::Result(TaskId(7));
            let parts: Vec<String> = (1..)
                .zip(pieces(&text))
                .map(|(number, piece)| part(&of, number, piece, rev))
                .collect();
            prop_assert_eq!(parts.len(), usize::try_from(count(&text)).unwrap());
            let joined: String = parts.iter().map(|part| piece(part).unwrap()).collect();
            prop_assert_eq!(&joined, &text);
            let index = index(&of, &text, rev);
            for (number, part) in (1..).zip(&parts) {
                prop_assert!(part.len() < PIECE_MAX + 300);
                prop_assert_eq!(revision(part), Some(rev));
                let piece = piece(part).unwrap();
                let row = format!("| results/7/part-{number} | {} | {} |", piece.len(), sum(piece));
                prop_assert!(index.contains(&row), "{}", index);
            }
            prop_assert_eq!(revision(&index), Some(rev));
        }
    }

    #[test]
    fn a_piece_ends_with_a_line_where_one_ends_near_and_else_with_a_character() {
        let lines = format!("{}\n", "x".repeat(99)).repeat(1000);
        for piece in pieces(&lines) {
            assert!(piece.ends_with('\n'));
        }
        let wide = "\u{20ac}".repeat(40_000);
        let first = pieces(&wide).next().map(str::len);
        assert_eq!(first, Some(PIECE_MAX - PIECE_MAX % 3));
    }

    #[test]
    fn the_index_of_json_is_json() {
        let of = DocumentName::Conflict(TaskId(7));
        let index = index(&of, &"x".repeat(100_000), 3);
        let value: serde_json::Value = serde_json::from_str(&index).unwrap();
        assert_eq!(value["parts"][2]["name"], "conflicts/7.json/part-3");
        assert_eq!(
            (revision(&index), value["bytes"].as_u64()),
            (Some(3), Some(100_000))
        );
        assert_eq!(piece(&index), None);
    }
}
