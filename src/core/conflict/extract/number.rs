//! The last number of a text, for questions that want one.

use crate::core::conflict::normal::maths::{Maths, maths};
use crate::core::conflict::normal::quantity::{Quantity, quantity};

/// The longest text that is read as an answer with a few words around it, in bytes.
const ANSWER_MAX: usize = 100;
/// How often a number may be repeated.
const NUMBERS_MAX: usize = 16;

/// The last number of a text, as it is written.
#[must_use]
pub fn written(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    let end = bytes.iter().rposition(u8::is_ascii_digit)? + 1;
    let is_part = |b: &u8| b.is_ascii_digit() || matches!(b, b',' | b'.');
    let from = bytes
        .get(..end)?
        .iter()
        .rposition(|b| !is_part(b))
        .map_or(0, |at| at + 1);
    let digits = text.get(from..end)?;
    let skipped = digits.len() - digits.trim_start_matches([',', '.']).len();
    let from = from + skipped;
    let minus = from > 0
        && bytes.get(from - 1) == Some(&b'-')
        && from.checked_sub(2).is_none_or(|at| {
            matches!(
                bytes.get(at),
                Some(b' ' | b'$' | b'(' | b'=' | b'\n' | b'*')
            )
        });
    let percent = usize::from(bytes.get(end) == Some(&b'%'));
    text.get(from - usize::from(minus)..end + percent)
}

/// The last line that has a number in it.
#[must_use]
pub fn last_line(text: &str) -> Option<&str> {
    let mut lines = text.lines().rev();
    lines.find(|line| line.bytes().any(|b| b.is_ascii_digit()))
}

/// The number that a short text comes to: what stands behind its last `=`, before its first `or`, or the
/// only number of its last sentence. Of several numbers in a sentence none is the answer for sure, and where
/// a whole calculation stands in the place of an answer, a reader should look at it.
#[must_use]
pub fn last(text: &str) -> Option<Quantity> {
    if text.len() > ANSWER_MAX {
        return all_one(text);
    }
    let behind = text.rsplit_once(['=', '≈']).map(|(_, right)| right);
    let before = text.split_once(" or ").map(|(left, _)| left);
    let timed = text.replace(":00", "");
    behind
        .and_then(value)
        .or_else(|| before.and_then(value))
        .or_else(|| quantity(&timed))
        .or_else(|| only(text))
}

/// The only number of the last sentence that has one.
fn only(text: &str) -> Option<Quantity> {
    let mut rest = text.trim_end().trim_end_matches(['.', '"', '*', ' ']);
    loop {
        let at = rest.rfind(". ").max(rest.rfind('\n'));
        let sentence = at.map_or(rest, |at| rest.get(at + 1..).unwrap_or_default());
        if written(sentence).is_some() {
            return all_one(sentence);
        }
        rest = rest.get(..at?)?;
    }
}

/// The number of a text whose numbers are all the same.
fn all_one(text: &str) -> Option<Quantity> {
    let number = written(text)?;
    let found = quantity(number)?;
    let mut earlier = text.get(..text.rfind(number)?)?;
    for _ in 0..NUMBERS_MAX {
        let Some(other) = written(earlier) else {
            return Some(found);
        };
        if quantity(other).is_none_or(|other| !other.number().same(found.number())) {
            return None;
        }
        earlier = earlier.get(..earlier.rfind(other)?)?;
    }
    None
}

fn value(text: &str) -> Option<Quantity> {
    let bare = text.trim().trim_end_matches(['"', '$', '.', ' ']);
    quantity(bare).or_else(|| match maths(bare)? {
        Maths::Value(value) => Some(value),
        Maths::Working { .. } | Maths::Formula { .. } | Maths::Many { .. } => None,
    })
}

#[cfg(test)]
mod tests {
    use super::{last, written};

    #[test]
    fn the_last_number_is_found() {
        for (text, number) in [
            ("3 * $16 + 2 = $50. So she spent $50.00.", "50.00"),
            ("it is -5 degrees", "-5"),
            ("from 3-5", "5"),
            ("1,250 people", "1,250"),
            ("8% of them", "8%"),
            ("v.5", "5"),
        ] {
            assert_eq!(written(text), Some(number), "{text}");
        }
        assert_eq!(written("none"), None);
    }

    #[test]
    fn a_calculation_comes_to_its_last_value() {
        for (text, number) in [
            ("20 * 28 + 10 * 28 = 560 + 280 = 840", "840"),
            ("0.40 * 0.20 = 0.08", "0.08"),
            ("225 minutes or 3 hours 45 minutes", "225"),
            ("2:00 pm", "2"),
            ("It is 3 and 4. So the total is 12 eggs.", "12"),
            ("the total is 12", "12"),
        ] {
            let found = last(text).map(|one| one.number().to_string());
            assert_eq!(found.as_deref(), Some(number), "{text}");
        }
        for text in [
            "6 red ones and 4 blue ones",
            "30 hamsters + 15 guinea pigs",
            "none at all",
            "",
        ] {
            assert_eq!(last(text), None, "{text}");
        }
    }
}
