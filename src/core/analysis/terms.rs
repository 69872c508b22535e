//! A prompt as a vector: its words and marks, hashed into a fixed number of places.
//!
//! The hashing trick with a sign (Weinberger and others, "Feature Hashing for Large Scale Multitask
//! Learning", 2009): no vocabulary is kept, so memory is bounded and a word that was never seen before
//! is learned like any other. Words count by the logarithm of how often they stand there; how rare they
//! are is the classifier's to say.

use crate::core::analysis::features::{Mark, features};
use crate::core::analysis::number::ln;
use crate::core::analysis::sample::pieces;

/// How many places there are.
pub(super) const PLACES: usize = 16_384;
/// Longer words are no words: encoded data, keys.
const WORD_MAX: usize = 48;
/// How much a mark counts beside all words together, which count 1.
const MARK: f32 = 0.3;
/// How much the first word counts, where it says what to do.
const VERB: f32 = 0.5;

/// One word or mark of a prompt.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Term<'a> {
    /// Its place, below [`PLACES`].
    pub(super) place: u16,
    /// How much it counts, with its sign; not yet weighed by how rare it is.
    pub(super) count: f32,
    /// What stands there.
    pub(super) what: What<'a>,
}

/// What a term is, to be named as a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What<'a> {
    /// A word as it was written first.
    Word(&'a str),
    /// The first word, which says what to do.
    Verb(&'a str),
    /// Something that was seen.
    Mark(Mark),
}

/// The words of a prompt, each once with how much it counts, by place; then its marks.
///
/// Words are kept apart from marks, because the length of a prompt weighs down the former alone.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Terms<'a> {
    pub(super) words: Vec<Term<'a>>,
    pub(super) marks: Vec<Term<'a>>,
}

/// Takes a prompt apart.
pub(super) fn terms(prompt: &str) -> Terms<'_> {
    let mut words: Vec<Term<'_>> = Vec::new();
    for piece in pieces(prompt) {
        each_word(piece, |hash, word| {
            let (place, sign) = placed(hash);
            words.push(Term {
                place,
                count: sign,
                what: What::Word(word),
            });
        });
    }
    // Stable: of the same word the first stays.
    words.sort_by_key(|term| term.place);
    words.dedup_by(|later, first| {
        let same = later.place == first.place;
        if same {
            first.count += later.count;
        }
        same
    });
    // Two words of one place and contrary signs may leave nothing.
    words.retain(|term| term.count != 0.0);
    for term in &mut words {
        term.count = (1.0 + ln(term.count.abs())).copysign(term.count);
    }
    let seen = features(prompt);
    let mut marks: Vec<Term<'_>> = seen
        .marks()
        .map(|mark| marked(hash(b"!", mark.name()), MARK, What::Mark(mark)))
        .collect();
    if let Some(verb) = &seen.verb {
        let written = first_of(prompt, verb);
        marks.push(marked(verb_hash(verb), VERB, What::Verb(written)));
    }
    Terms { words, marks }
}

/// The place and sign of every word of a text, for words that hint at a kind.
pub(super) fn hints(text: &str) -> Vec<(u16, f32)> {
    let mut places = Vec::new();
    each_word(text, |hash, _| places.push(placed(hash)));
    places
}

/// The place and sign of a first word.
pub(super) fn verb_place(verb: &str) -> (u16, f32) {
    placed(verb_hash(verb))
}

/// The place and sign of a mark.
pub(super) fn mark_place(mark: Mark) -> (u16, f32) {
    placed(hash(b"!", mark.name()))
}

fn verb_hash(verb: &str) -> u32 {
    hash(b"^", stem(verb))
}

fn marked(hash: u32, counts: f32, what: What<'_>) -> Term<'_> {
    let (place, sign) = placed(hash);
    Term {
        place,
        count: sign * counts,
        what,
    }
}

/// Where a word is first written.
fn first_of<'a>(prompt: &'a str, word: &str) -> &'a str {
    let mut words = prompt.split(|c: char| !c.is_alphanumeric());
    words
        .find(|one| one.eq_ignore_ascii_case(word))
        .unwrap_or_default()
}

#[expect(clippy::cast_possible_truncation, reason = "below PLACES")]
fn placed(hash: u32) -> (u16, f32) {
    let place = hash as usize % PLACES;
    (place as u16, if hash >> 31 == 0 { 1.0 } else { -1.0 })
}

/// FNV-1a, and the last steps of `MurmurHash3`, which spread its low and high bits.
fn hash(before: &[u8], word: &str) -> u32 {
    let mut hash: u32 = 0x811c_9dc5;
    for byte in before.iter().copied().chain(word.bytes()) {
        hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    }
    hash = (hash ^ (hash >> 16)).wrapping_mul(0x85eb_ca6b);
    hash = (hash ^ (hash >> 13)).wrapping_mul(0xc2b2_ae35);
    hash ^ (hash >> 16)
}

/// Every word of a text with its hash, in order: in small letters, without common endings. Writing
/// without spaces is taken in pairs of characters.
fn each_word<'a>(text: &'a str, mut take: impl FnMut(u32, &'a str)) {
    let mut small = String::new();
    for word in text.split(|c: char| !c.is_alphanumeric()) {
        if word.is_empty() {
            continue;
        }
        if word.starts_with(is_unspaced) {
            pairs(word, &mut take);
            continue;
        }
        if word.len() > WORD_MAX {
            continue;
        }
        small.clear();
        if word.is_ascii() {
            small.push_str(word);
            small.make_ascii_lowercase();
        } else {
            small.extend(word.chars().flat_map(char::to_lowercase));
        }
        if is_common(&small) {
            continue;
        }
        if small.starts_with(|c: char| c.is_ascii_digit())
            && small.bytes().all(|byte| byte.is_ascii_digit())
        {
            take(hash(&[], "0"), word);
        } else {
            take(hash(&[], stem(&small)), word);
        }
    }
}

/// Whether a word stands in texts of every kind.
fn is_common(word: &str) -> bool {
    matches!(
        word,
        "a" | "an"
            | "and"
            | "are"
            | "as"
            | "at"
            | "be"
            | "been"
            | "but"
            | "by"
            | "for"
            | "from"
            | "had"
            | "has"
            | "have"
            | "i"
            | "if"
            | "in"
            | "into"
            | "is"
            | "it"
            | "its"
            | "me"
            | "my"
            | "of"
            | "on"
            | "or"
            | "our"
            | "that"
            | "the"
            | "their"
            | "them"
            | "then"
            | "there"
            | "these"
            | "they"
            | "this"
            | "those"
            | "to"
            | "us"
            | "was"
            | "we"
            | "were"
            | "will"
            | "with"
            | "would"
            | "you"
            | "your"
    )
}

fn pairs<'a>(word: &'a str, take: &mut impl FnMut(u32, &'a str)) {
    let mut last: Option<usize> = None;
    for (at, c) in word.char_indices() {
        if let Some(pair) = last.and_then(|from| word.get(from..at + c.len_utf8())) {
            take(hash(&[], pair), pair);
        }
        last = Some(at);
    }
}

/// Whether words are written in it without spaces between them.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{0E00}'..='\u{0EFF}' | '\u{2E80}'..='\u{A4CF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// Endings of words, and how much must be left without them.
const ENDINGS: [(&str, usize); 7] = [
    ("ings", 4),
    ("ing", 3),
    ("ies", 3),
    ("ed", 3),
    ("es", 3),
    ("s", 3),
    ("e", 3),
];

/// An English word without its common endings: `fixes`, `fixed` and `fixing` are one.
fn stem(word: &str) -> &str {
    let ends = matches!(word.as_bytes().last(), Some(b's' | b'g' | b'd' | b'e'));
    if !ends || !word.is_ascii() {
        return word;
    }
    for (ending, least) in ENDINGS {
        let Some(rest) = word.strip_suffix(ending) else {
            continue;
        };
        let is_ending = rest.len() >= least && !(ending == "s" && rest.ends_with('s'));
        if is_ending {
            let rest = rest.strip_suffix('e').unwrap_or(rest);
            // `debugging`, `planned`
            let (one, two) = rest
                .as_bytes()
                .split_last()
                .map_or((None, None), |(last, before)| {
                    (Some(*last), before.last().copied())
                });
            let doubled = one == two && ending != "s" && !matches!(one, Some(b'l' | b's') | None);
            return if doubled && rest.len() > 3 {
                rest.split_at(rest.len() - 1).0
            } else {
                rest
            };
        }
    }
    word
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{PLACES, Terms, What, stem, terms};

    #[test]
    fn words_of_one_stem_are_one_word() {
        for (words, one) in [
            (&["fix", "fixes", "fixed", "fixing"][..], "fix"),
            (&["debug", "debugs", "debugging", "debugged"], "debug"),
            (&["plan", "plans", "planned", "planning"], "plan"),
            (&["write", "writes", "writing"], "writ"),
            (&["class", "classes"], "class"),
            (&["test", "tests", "tested", "testing"], "test"),
        ] {
            for word in words {
                assert_eq!(stem(word), one, "{word}");
            }
        }
    }

    #[test]
    fn a_word_counts_once_and_more_the_more_often_it_stands_there() {
        let many = terms("Login, login: LOGIN! test");
        assert_eq!(many.words.len(), 2);
        let login = many
            .words
            .iter()
            .find(|term| term.what == What::Word("Login"));
        assert!((login.unwrap().count.abs() - (1.0 + 3.0_f32.ln())).abs() < 1e-4);
        assert!(
            many.words
                .iter()
                .all(|term| usize::from(term.place) < PLACES)
        );
    }

    #[test]
    fn the_first_word_counts_where_it_says_what_to_do() {
        let fix = terms("Please fix the login");
        assert_eq!(fix.marks.last().unwrap().what, What::Verb("fix"));
        assert_eq!(terms("the login, fix it").marks, []);
    }

    #[test]
    fn what_holds_no_words_has_no_terms() {
        let long = "x".repeat(1 << 20);
        for nothing in ["", "  ", "🙂🙃", "!?…", "the of and", &long] {
            let found = terms(nothing);
            assert_eq!(found.words, [], "{}", nothing.len());
        }
        assert_eq!(terms("").marks, Terms::default().marks);
        assert_eq!(terms("你好世界").words.len(), 3);
        assert!(!terms("שלום עולם").words.is_empty());
    }
}
