//! Whether words are really in an answer. Blanks, the size of letters, quotation marks and marks of
//! emphasis say nothing; every other letter counts.

use std::ops::Range;

use crate::core::text::head;

/// How much of an answer is searched, in bytes.
const SEARCHED_MAX: usize = 4 * 1024 * 1024;
/// Up to here in the order of characters, writings set blanks between their words.
const SPACED_UNTIL: char = '\u{590}';

/// An answer in the form in which quotes are looked for.
#[derive(Debug)]
pub(in crate::core::conflict) struct Quotable(String);

impl Quotable {
    pub(in crate::core::conflict) fn of(text: &str) -> Self {
        Self(plain(head(text, SEARCHED_MAX)))
    }

    /// Whether the words are in the answer, from the beginning of a word to the end of one.
    pub(in crate::core::conflict) fn holds(&self, quote: &str) -> bool {
        self.place(quote).is_some()
    }

    /// Whether two quotes of the answer share words of it, or one is a part of the other.
    pub(in crate::core::conflict) fn overlap(&self, one: &str, other: &str) -> bool {
        let shared = match (self.place(one), self.place(other)) {
            (Some(one), Some(other)) => one.start < other.end && other.start < one.end,
            (Some(_) | None, _) => false,
        };
        shared || Self::of(one).holds(other) || Self::of(other).holds(one)
    }

    /// Where the words are, in bytes of the form.
    fn place(&self, quote: &str) -> Option<Range<usize>> {
        let plain = plain(quote);
        let ends: &[char] = &['.', ',', ';', ':', '…', ' '];
        let quote = plain.trim_end_matches(ends).trim_start_matches(['…', ' ']);
        if !quote.contains(char::is_alphanumeric) {
            return None;
        }
        let mut found = self.0.match_indices(quote).filter(|(at, found)| {
            let (before, rest) = self.0.split_at(*at);
            let (_, after) = rest.split_at(found.len());
            !is_joined(before, found) && !is_joined(found, after)
        });
        let (start, _) = found.next()?;
        Some(start..start + quote.len())
    }
}

/// Whether the end of one text and the beginning of the next are one word.
fn is_joined(one: &str, next: &str) -> bool {
    let letter = |c: char| c.is_alphanumeric() && c < SPACED_UNTIL;
    one.chars().next_back().is_some_and(letter) && next.chars().next().is_some_and(letter)
}

/// Small letters, single blanks, one kind of mark, and no marks around words.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        let word: Vec<char> = word
            .chars()
            .filter(|c| !c.is_control())
            .flat_map(char::to_lowercase)
            .map(one_mark)
            .collect();
        if !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
        push_bare(&word, &mut out);
    }
    out
}

fn one_mark(c: char) -> char {
    match c {
        '“' | '”' | '„' | '‟' | '«' | '»' => '"',
        '‘' | '’' | '‚' | '‛' | '‹' | '›' | '`' | '´' => '\'',
        _ => c,
    }
}

/// A word without the marks that stand before or behind it. Those inside stay, such as in `it's` and `2*3`,
/// so do those of a measure, such as `5"`, and a word of marks alone.
fn push_bare(word: &[char], out: &mut String) {
    let is_mark = |c: &char| matches!(c, '"' | '\'' | '*');
    let mut runs = word.chunk_by(|a, b| is_mark(a) == is_mark(b)).peekable();
    let mut left: Option<char> = None;
    while let Some(run) = runs.next() {
        let marks = run.first().is_some_and(is_mark);
        let right = runs.peek().and_then(|next| next.first()).copied();
        let inside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let measure = left.is_some_and(|c| c.is_ascii_digit()) && !run.contains(&'*');
        let alone = left.is_none() && right.is_none();
        if !marks || alone || (inside(left) && (inside(right) || measure)) {
            out.extend(run);
        }
        left = run.last().copied();
    }
}

#[cfg(test)]
mod tests {
    use super::Quotable;

    #[test]
    fn words_are_found_whatever_is_around_them() {
        let answer = Quotable::of(
            "First, **the `sleep`** races\nwith the “Token Refresh”; it's 5\" wide, 2*3 = 6. 缓存已经过期。",
        );
        for quote in [
            "the sleep races with the token refresh",
            "The 'Sleep' races",
            "\"the token refresh\"",
            "it’s 5\" wide",
            "2*3 = 6.",
            "已经过期",
            "races  with…",
        ] {
            assert!(answer.holds(quote), "{quote}");
        }
        for quote in [
            "the sleep does not race",
            "leep races",
            "the sleep rac",
            "it's 5' wide",
            "23 = 6",
            "",
            "…",
            "\"\"",
            "the sleep … refresh",
        ] {
            assert!(!answer.holds(quote), "{quote}");
        }
    }

    #[test]
    fn quotes_that_share_words_overlap() {
        let answer = Quotable::of("The sleep races and the cache is stale. Restart it.");
        assert!(answer.overlap("races and the cache", "the cache is stale"));
        assert!(answer.overlap("Restart it", "restart"));
        assert!(!answer.overlap("the sleep races", "the cache is stale"));
        assert!(!answer.overlap("the sleep races", "nowhere"));
    }

    #[test]
    fn hostile_texts_end() {
        let marks = Quotable::of(&"* \" ".repeat(300_000));
        assert!(!marks.holds("a"));
        let run = Quotable::of(&format!("a{}b", "*\"".repeat(300_000)));
        assert!(!run.holds("a b"));
        let long = Quotable::of(&"ab ".repeat(400_000));
        assert!(!long.holds(&"b a".repeat(100)));
    }
}
