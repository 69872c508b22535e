//! The mark by which a document is known to be as a room wrote it: a checksum of the rest of it.
//!
//! With it a text of ours, from this run or an earlier one, is never taken for a foreign edit, and
//! nothing about what was written has to be remembered across a restart. It is no signature: who
//! wants to can forge it, and then the forgery is overwritten without being kept aside.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

/// How a format is known, and how it writes the checksum and the revision.
struct Format {
    begins: &'static str,
    /// Left and right of the checksum.
    sum: (&'static str, &'static str),
    rev: &'static str,
    /// What ends the part that is the room's own; in JSON a line break in a text is none.
    ends: &'static str,
}

const FORMATS: [Format; 2] = [
    Format {
        begins: "{\n",
        sum: ("\n  \"sum\": \"", "\""),
        rev: "\n  \"rev\": ",
        ends: "\n}",
    },
    Format {
        begins: "---\n",
        sum: ("\nsum: ", "\n"),
        rev: "\nrev: ",
        ends: "\n---\n",
    },
];
/// Hexadecimal digits of the checksum.
const DIGITS: usize = 16;

/// The format of a text, and how much of the text is the room's own: never what a member said.
fn format(text: &str) -> Option<(&'static Format, &str)> {
    let format = FORMATS.iter().find(|one| text.starts_with(one.begins))?;
    let (head, _) = text.split_at(text.find(format.ends)? + 1);
    Some((format, head))
}

/// Gives a draft at revision 0 another one, and fills its empty `sum`.
pub(in crate::hub) fn seal_at(draft: &str, rev: u64) -> String {
    let place =
        format(draft).and_then(|(format, head)| Some(head.find(format.rev)? + format.rev.len()));
    let (before, rest) = draft.split_at(place.unwrap_or(0));
    match rest.strip_prefix('0').filter(|_| place.is_some()) {
        Some(after) => seal(&format!("{before}{rev}{after}")),
        None => seal(draft),
    }
}

/// Fills the empty `sum` of a draft. A draft without one stays as it is.
#[must_use]
pub fn seal(draft: &str) -> String {
    let filled = format(draft).and_then(|(format, head)| {
        let (left, right) = format.sum;
        let at = head.find(&format!("{left}{right}"))? + left.len();
        let (before, after) = draft.split_at(at);
        Some(format!("{before}{}{after}", sum(draft)))
    });
    filled.unwrap_or_else(|| draft.to_owned())
}

/// The revision of a document that is as a room wrote it; `None` for any other text.
#[must_use]
pub fn revision(text: &str) -> Option<u64> {
    let (format, head) = format(text)?;
    let (left, right) = format.sum;
    let (before, rest) = text.split_at(head.find(left)? + left.len());
    let (written, after) = rest.split_at_checked(DIGITS)?;
    let draft = format!("{before}{after}");
    (after.starts_with(right) && sum(&draft) == written)
        .then(|| claimed(text))
        .flatten()
}

/// A text without its checksum, for people: it says nothing to them.
pub(in crate::hub) fn unsealed(text: &str) -> String {
    for (left, right) in FORMATS.iter().map(|format| format.sum) {
        if let Some((before, rest)) = text.split_once(left)
            && let Some((_, after)) = rest.split_once(right)
        {
            let line = after.trim_start_matches(',');
            return format!("{before}\n{}", line.trim_start_matches('\n'));
        }
    }
    text.to_owned()
}

/// The revision that a text claims to have, whoever wrote it.
#[must_use]
pub fn claimed(text: &str) -> Option<u64> {
    let head = format(text).map_or(text, |(_, head)| head);
    FORMATS.iter().find_map(|format| {
        let (_, rest) = head.split_once(format.rev)?;
        let end = rest.find(|c: char| !c.is_ascii_digit())?;
        rest.get(..end)?.parse().ok()
    })
}

/// The checksum of a text.
pub(in crate::hub) fn sum(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest
        .iter()
        .take(DIGITS / 2)
        .fold(String::with_capacity(DIGITS), |mut digits, byte| {
            // Writing to a string cannot fail.
            write!(digits, "{byte:02x}").ok();
            digits
        })
}

#[cfg(test)]
mod tests {
    use super::{claimed, revision, seal};

    const JSON: &str = "{\n  \"rev\": 7,\n  \"sum\": \"\",\n  \"text\": \"x\"\n}\n";
    const MARKDOWN: &str = "---\nrev: 7\nsum: \ntask: 1\n---\n\nsum: \n";

    #[test]
    fn a_sealed_text_is_known_again_and_any_change_is_seen() {
        for draft in [JSON, MARKDOWN] {
            let sealed = seal(draft);
            assert_eq!(revision(&sealed), Some(7), "{sealed}");
            assert_eq!(revision(draft), None);
            assert_eq!(revision(&format!("{sealed}\n")), None);
            assert_eq!(revision(&sealed.replace("rev", "Rev")), None);
            assert_eq!(revision(&sealed.replacen('7', "8", 1)), None);
            assert_eq!(claimed(&sealed.replacen('7', "8", 1)), Some(8));
        }
    }

    #[test]
    fn what_a_member_said_is_never_taken_for_the_seal() {
        let said = "{\n  \"rev\": 99,\n  \"sum\": \"\"\n}\n\nrev: 98\nsum: \n";
        let sealed = seal(&format!("{MARKDOWN}{said}"));
        assert!(sealed.ends_with(said), "{sealed}");
        assert_eq!((revision(&sealed), claimed(&sealed)), (Some(7), Some(7)));
    }

    #[test]
    fn a_text_without_a_place_for_it_is_never_ours() {
        for text in ["", "note", "\n  \"sum\": \"ä", "\nsum: 12"] {
            assert_eq!(revision(text), None);
            assert_eq!(seal(text), text);
        }
    }
}
