//! Words that say that they are the answer: `\boxed{…}`, `The answer is …`, `Answer: …`, `#### …`.

use crate::core::conflict::normal::latex::argument;

/// What comes before an answer, in small letters.
const MARKS: [&str; 9] = [
    "final answer is",
    "answer is",
    "answer would be",
    "answer will be",
    "answer should be",
    "answer:",
    "answer**:",
    "answer =",
    "####",
];
/// The longest phrase that is taken for an answer, in bytes.
const PHRASE_MAX: usize = 400;

/// What the last box holds.
#[must_use]
pub fn boxed(text: &str) -> Option<&str> {
    let (_, rest) = text.rsplit_once("\\boxed{")?;
    let from = text.len() - rest.len() - 1;
    let (inner, _) = argument(text.get(from..)?);
    (!inner.trim().is_empty() && inner.len() <= PHRASE_MAX).then_some(inner)
}

/// The phrase behind the last of the marks.
#[must_use]
pub fn phrase(text: &str) -> Option<&str> {
    let lower = text.to_ascii_lowercase();
    let last = MARKS
        .iter()
        .filter_map(|mark| Some((lower.rfind(mark)?, mark.len())));
    let (at, length) = last.max_by_key(|(at, length)| (*at + *length, *length))?;
    let rest = text.get(at + length..)?;
    let rest = rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '*' | '='));
    let line = rest.lines().next()?;
    let phrase = sentence(line).trim_end_matches(['*', ' ']);
    let phrase = phrase.strip_prefix("simply ").unwrap_or(phrase);
    (!phrase.is_empty() && phrase.len() <= PHRASE_MAX).then_some(phrase)
}

/// The beginning of a line up to the end of its sentence.
pub(super) fn sentence(line: &str) -> &str {
    let mut from = 0;
    while let Some(at) = line.get(from..).and_then(|rest| rest.find(". ")) {
        let end = from + at;
        let next = line.get(end + 2..).unwrap_or_default();
        if next.starts_with(|c: char| c.is_uppercase() || c == '(') {
            return line.get(..end).unwrap_or(line);
        }
        from = end + 2;
    }
    let line = line.trim_end();
    line.strip_suffix('.').unwrap_or(line)
}

/// What a text says to a question of yes or no: the last bracketed word, or the word it begins with,
/// or that of its last line.
#[must_use]
pub fn yes_no(text: &str) -> Option<bool> {
    let lower = text.to_ascii_lowercase();
    let last = |mark: &str| lower.rfind(mark);
    match (last("[yes]"), last("[no]")) {
        (None, None) => {}
        (yes, no) => return Some(yes > no),
    }
    let word = |line: &str| {
        let first = line.trim_start_matches(|c: char| !c.is_alphanumeric());
        let first = first.split(|c: char| !c.is_alphanumeric()).next()?;
        match first {
            "yes" | "true" | "correct" => Some(true),
            "no" | "false" | "incorrect" => Some(false),
            _ => None,
        }
    };
    word(&lower).or_else(|| word(lower.trim_end().lines().next_back()?))
}

#[cfg(test)]
mod tests {
    use super::{boxed, phrase, yes_no};

    #[test]
    fn the_last_box_counts() {
        assert_eq!(
            boxed("\\boxed{1} so \\boxed{\\frac{1}{2}}."),
            Some("\\frac{1}{2}")
        );
        assert_eq!(boxed("\\boxed{}"), None);
        assert_eq!(boxed("none"), None);
    }

    #[test]
    fn the_phrase_ends_with_its_sentence() {
        for (text, found) in [
            ("So the answer is 5. It was easy.", "5"),
            ("The answer is 3.5.", "3.5"),
            ("**Answer:** 12 apples\nbecause", "12 apples"),
            ("work\n#### 18", "18"),
            ("The final answer is: $x = 2$.", "$x = 2$"),
            ("Answer:\n42", "42"),
            ("The answer is 1. No, the answer is 2.", "2"),
        ] {
            assert_eq!(phrase(text), Some(found), "{text}");
        }
        assert_eq!(phrase("no mark at all"), None);
        assert_eq!(phrase("the answer is"), None);
    }

    #[test]
    fn yes_and_no_are_seen() {
        assert_eq!(yes_no("First [No], but then [Yes]"), Some(true));
        assert_eq!(yes_no("No, because yes would be odd."), Some(false));
        assert_eq!(yes_no("It is prime.\n**Yes**"), Some(true));
        assert_eq!(yes_no("perhaps"), None);
    }
}
