//! Words, numbers and negations of a text, for comparing and for finding. English stop words are left
//! out; other languages are compared by all of their words.

use std::collections::BTreeSet;

/// Words that say nothing of what a text is about.
const STOP: &[&str] = &[
    "a", "about", "all", "an", "and", "any", "are", "as", "at", "be", "been", "but", "by", "can",
    "could", "did", "do", "does", "for", "from", "had", "has", "have", "here", "how", "i", "if",
    "in", "into", "is", "it", "its", "may", "me", "must", "my", "of", "on", "or", "our", "please",
    "shall", "should", "so", "some", "such", "than", "that", "the", "their", "them", "then",
    "there", "these", "they", "this", "those", "to", "us", "was", "we", "were", "what", "when",
    "where", "which", "who", "why", "will", "with", "would", "yes", "you", "your",
];

/// Words that turn a claim into its contrary.
const NEGATIONS: &[&str] = &[
    "cannot",
    "false",
    "incorrect",
    "neither",
    "never",
    "no",
    "none",
    "nor",
    "not",
    "wrong",
    "without",
];

/// Small numbers that are written out.
const NUMBERS: [(&str, &str); 13] = [
    ("zero", "0"),
    ("one", "1"),
    ("two", "2"),
    ("three", "3"),
    ("four", "4"),
    ("five", "5"),
    ("six", "6"),
    ("seven", "7"),
    ("eight", "8"),
    ("nine", "9"),
    ("ten", "10"),
    ("eleven", "11"),
    ("twelve", "12"),
];

/// Takes the words of a text in order, in small letters, with `n't` as `not` and numbers in one form.
pub(crate) fn each_word(text: &str, mut take: impl FnMut(&str)) {
    let mut plain = text.to_lowercase();
    if plain.contains(['\'', '\u{2019}', '\u{2212}']) {
        plain = plain
            .replace('\u{2019}', "'")
            .replace('\u{2212}', "-")
            .replace("can't", "cannot")
            .replace("won't", "will not")
            .replace("n't", " not");
    }
    for piece in plain.split(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '-'))) {
        let piece = piece.trim_end_matches(['.', '-']);
        match number(piece.trim_start_matches('.')) {
            Some(number) => take(&number),
            None => {
                for word in piece.split(['.', '-']).filter(|word| !word.is_empty()) {
                    take(written(word));
                }
            }
        }
    }
}

fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    each_word(text, |word| words.push(word.to_owned()));
    words
}

/// A number that is written out, as digits; a word without the plural's ending.
fn written(word: &str) -> &str {
    if word.len() <= 6
        && let Some((_, digits)) = NUMBERS.iter().find(|(name, _)| *name == word)
    {
        return digits;
    }
    let bare = word.strip_suffix('s');
    let plural = bare.filter(|bare| bare.len() > 3 && !bare.ends_with(['s', 'u', 'i']));
    plural.unwrap_or(word)
}

/// Digits with an optional sign and one point, without zeros that say nothing.
fn number(piece: &str) -> Option<String> {
    let bare = piece.strip_prefix('-').unwrap_or(piece);
    let (whole, part) = bare.split_once('.').unwrap_or((bare, ""));
    let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(part) {
        return None;
    }
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let part = part.trim_end_matches('0');
    let sign = if bare.len() < piece.len() { "-" } else { "" };
    Some(if part.is_empty() {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{part}")
    })
}

fn is_number(word: &str) -> bool {
    word.trim_start_matches('-')
        .starts_with(|c: char| c.is_ascii_digit())
        && number(word).is_some()
}

/// The words that say what a text is about, in order and with repetitions.
pub(crate) fn terms(text: &str) -> Vec<String> {
    let mut words = words(text);
    words.retain(|word| {
        let known = |list: &[&str]| list.contains(&word.as_str());
        !known(STOP) && !known(NEGATIONS) && (is_number(word) || word.chars().count() > 1)
    });
    words
}

/// What of a text makes a claim: what it is about, its numbers, and whether it is negated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Gist {
    /// Its terms but the numbers.
    pub(crate) about: BTreeSet<String>,
    /// Its numbers.
    pub(crate) numbers: BTreeSet<String>,
    /// An odd count of negations.
    pub(crate) negated: bool,
}

impl Gist {
    pub(crate) fn of(text: &str) -> Self {
        let negations = words(text)
            .iter()
            .filter(|word| NEGATIONS.contains(&word.as_str()))
            .count();
        let (numbers, about) = terms(text).into_iter().partition(|word| is_number(word));
        Self {
            about,
            numbers,
            negated: negations % 2 == 1,
        }
    }
}

/// How much two sets have in common, in hundredths of what both have together; 100 for two that are
/// empty.
pub(crate) fn overlap(a: &BTreeSet<String>, b: &BTreeSet<String>) -> usize {
    let union = a.union(b).count();
    (a.intersection(b).count() * 100)
        .checked_div(union)
        .unwrap_or(100)
}

#[cfg(test)]
mod tests {
    use super::{Gist, terms, words};

    #[test]
    fn words_and_numbers_have_one_form() {
        assert_eq!(
            words("Retries: 3.0, -0.50; don\u{2019}t use v1.2-rc."),
            ["retrie", "3", "-0.5", "do", "not", "use", "v1", "2", "rc"]
        );
        assert_eq!(words("three tests"), ["3", "test"]);
        assert_eq!(
            words("process status class"),
            ["process", "status", "class"]
        );
        assert_eq!(words("... - ."), Vec::<String>::new());
    }

    #[test]
    fn terms_leave_out_what_says_nothing() {
        assert_eq!(
            terms("Why is the login test not of a kind?"),
            ["login", "test", "kind"]
        );
    }

    #[test]
    fn two_negations_are_none() {
        assert!(Gist::of("It does not block").negated);
        assert!(!Gist::of("It is not the case that it never blocks").negated);
    }
}
