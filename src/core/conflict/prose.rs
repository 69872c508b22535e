//! Free text against free text. Words alone prove little, so most of it ends in the grey zone: equal
//! words in equal order agree, a negation or a number that only one has contradicts where the rest is
//! much alike, and of the rest only a reader can say what it means.

use std::collections::BTreeSet;

use crate::core::conflict::verdict::{Doubt, Verdict};
use crate::core::lesson::words::{Gist, overlap};
use crate::core::text::head;

/// How many bytes of a text are taken apart into words.
const COMPARED_MAX: usize = 32 * 1024;
/// From how many hundredths of shared words on a negation or a number decides.
const ALIKE: usize = 40;
/// Answers of at most this many words are names: without a common word they differ.
const NAME: usize = 3;
/// The longest name of a writing that sets no blanks between its words, in bytes.
const UNSPACED_NAME: usize = 40;
/// Words that can go without a change of what is said. The article `a` is told apart from a label by its
/// place ([`is_article`]).
const FILLERS: [&str; 6] = ["an", "the", "it", "is", "that", "please"];

/// A text in normal form.
#[derive(Debug, Clone, PartialEq)]
pub struct Prose {
    /// Small letters, single blanks, no mark at the end.
    text: String,
    /// The words in order, without fillers and without the marks at their ends.
    words: Vec<String>,
    gist: Gist,
    script: Script,
    /// Not all of it was taken apart.
    long: bool,
}

/// The writing of most letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    Cyrillic,
    Greek,
    Arabic,
    Hebrew,
    Indic,
    East,
    None,
}

impl Prose {
    /// Takes a text apart.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let compared = head(text, COMPARED_MAX);
        Self {
            text: folded(text),
            words: telling(compared),
            gist: Gist::of(compared),
            script: script(compared),
            long: compared.len() < text.len(),
        }
    }

    /// In one form, for keys.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The words that tell something, in order. Where they are not the same, texts do not agree unless
    /// they are the same as a whole.
    pub(super) fn words(&self) -> &[String] {
        &self.words
    }

    pub(super) fn compare(&self, other: &Self) -> Verdict {
        if self.text == other.text {
            return Verdict::Agree;
        }
        if self.script != other.script {
            return Verdict::Doubt(Doubt::Language);
        }
        if self.long || other.long {
            return Verdict::Doubt(Doubt::Length);
        }
        let (mine, yours) = (&self.gist, &other.gist);
        let same_claim = mine.negated == yours.negated && mine.numbers == yours.numbers;
        if !self.words.is_empty() && self.words == other.words {
            return Verdict::Agree;
        }
        if !same_claim && overlap(&mine.about, &yours.about) >= ALIKE {
            return Verdict::Conflict;
        }
        if self.is_name() && other.is_name() && is_disjoint(&mine.about, &yours.about) {
            return Verdict::Conflict;
        }
        Verdict::Doubt(Doubt::Wording)
    }

    /// Whether it is so short that it names something and says nothing about it.
    fn is_name(&self) -> bool {
        let says = !self.gist.about.is_empty() || !self.gist.numbers.is_empty();
        let spaced = !matches!(self.script, Script::East | Script::None);
        let short = spaced || self.text.len() <= UNSPACED_NAME;
        says && short && self.text.split(' ').count() <= NAME
    }
}

/// The words of a text that tell something, in order, in small letters.
fn telling(text: &str) -> Vec<String> {
    let written: Vec<&str> = text.split_whitespace().collect();
    let mut found = Vec::with_capacity(written.len());
    for (at, word) in written.iter().enumerate() {
        let next = written.get(at + 1).copied();
        let small = bare(word).to_lowercase();
        if !small.is_empty() && !FILLERS.contains(&small.as_str()) && !is_article(word, at, next) {
            found.push(small);
        }
    }
    found
}

/// Whether an `a` is the article and no label: `a lock`, but `plan A`, `A, B` and `option a`.
fn is_article(word: &str, at: usize, next: Option<&str>) -> bool {
    let written = word.trim_start_matches(['"', '\'', '(']);
    let before_a_word = next.is_some_and(|next| {
        let next = bare(next);
        next.chars().count() > 1 && !FILLERS.contains(&next.to_lowercase().as_str())
    });
    before_a_word && (written == "a" || (written == "A" && at == 0))
}

/// A word without the marks around it. Those of a measure stay: `5'`, `5"`, `5!`.
fn bare(word: &str) -> &str {
    let mut word = word.trim_start_matches(['"', '\'', '(']);
    loop {
        let before = word;
        word = word.trim_end_matches(['.', ',', ';', ':', '?', ')']);
        let rest = word.strip_suffix(['"', '\'', '!']);
        word = rest
            .filter(|rest| !rest.ends_with(|c: char| c.is_ascii_digit()))
            .unwrap_or(word);
        if word == before {
            return word;
        }
    }
}

fn is_disjoint(a: &BTreeSet<String>, b: &BTreeSet<String>) -> bool {
    a.intersection(b).next().is_none()
}

/// Small letters, single blanks, no mark at the end.
pub(super) fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.extend(word.chars().flat_map(char::to_lowercase));
    }
    out.truncate(out.trim_end_matches(['.', '!', ' ']).len());
    out
}

fn script(text: &str) -> Script {
    const ALL: [Script; 7] = [
        Script::Latin,
        Script::Cyrillic,
        Script::Greek,
        Script::Arabic,
        Script::Hebrew,
        Script::Indic,
        Script::East,
    ];
    let mut counts = [0_usize; 7];
    for found in text.chars().map(script_of) {
        if let Some(at) = ALL.iter().position(|one| *one == found)
            && let Some(count) = counts.get_mut(at)
        {
            *count += 1;
        }
    }
    let most = ALL.iter().zip(counts).rev().max_by_key(|(_, count)| *count);
    match most {
        Some((script, count)) if count > 0 => *script,
        Some(_) | None => Script::None,
    }
}

fn script_of(c: char) -> Script {
    match c {
        'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' => Script::Latin,
        '\u{400}'..='\u{52f}' => Script::Cyrillic,
        '\u{370}'..='\u{3ff}' => Script::Greek,
        '\u{600}'..='\u{6ff}' => Script::Arabic,
        '\u{590}'..='\u{5ff}' => Script::Hebrew,
        '\u{900}'..='\u{dff}' => Script::Indic,
        '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' => Script::East,
        _ => Script::None,
    }
}

#[cfg(test)]
mod tests {
    use super::Prose;
    use crate::core::conflict::verdict::{Doubt, Verdict};

    fn compare(a: &str, b: &str) -> Verdict {
        let (a, b) = (Prose::of(a), Prose::of(b));
        let found = a.compare(&b);
        assert_eq!(found, b.compare(&a));
        found
    }

    #[test]
    fn equal_words_agree() {
        assert_eq!(compare("The  Sun.", "the sun"), Verdict::Agree);
        assert_eq!(
            compare("It is the cache that is stale", "the cache is stale!"),
            Verdict::Agree
        );
        assert_eq!(
            compare("A \"deadlock\", please.", "deadlock"),
            Verdict::Agree
        );
    }

    #[test]
    fn a_negation_or_a_number_contradicts() {
        assert_eq!(
            compare("The request is sent twice", "The request is not sent twice"),
            Verdict::Conflict
        );
        assert_eq!(
            compare("The cache holds 100 entries", "The cache holds 200 entries"),
            Verdict::Conflict
        );
        assert_eq!(compare("Paris", "Lyon"), Verdict::Conflict);
    }

    #[test]
    fn words_that_are_left_out_of_a_search_can_turn_the_sense() {
        for (a, b) in [
            ("Use plan A", "Use plan B"),
            ("Use plan A", "Use plan"),
            ("Take plan A now", "Take plan now"),
            ("A, B", "B"),
            ("All tests pass", "Some tests pass"),
            (
                "Copy from staging to production",
                "Copy to staging from production",
            ),
            ("Use C", "Use C++"),
            ("x < y", "x > y in it"),
            ("It is .5 mm thick", "It is 5 mm thick"),
            ("It is 5' tall", "It is 5\" tall"),
            ("The", "A"),
        ] {
            assert_ne!(compare(a, b), Verdict::Agree, "{a} is not {b}");
        }
    }

    #[test]
    fn a_paragraph_without_blanks_is_no_name() {
        assert_eq!(
            compare(
                "数据库在写入时持有锁所以线程会一直等待",
                "两个线程互相等待对方释放资源因此程序停住"
            ),
            Verdict::Doubt(Doubt::Wording)
        );
        assert_eq!(compare("东京", "大阪"), Verdict::Conflict);
    }

    #[test]
    fn the_rest_is_for_a_reader() {
        let grey = Verdict::Doubt(Doubt::Wording);
        assert_eq!(
            compare(
                "Dog bites man in the park today",
                "Man bites dog in the park today"
            ),
            grey
        );
        assert_eq!(
            compare(
                "The lock is taken twice by one thread",
                "A deadlock: the same worker waits for itself"
            ),
            grey
        );
        assert_eq!(compare("Paris", "Paris in France"), grey);
        assert_eq!(
            compare("It is a deadlock", "The threads wait for ever"),
            grey
        );
        assert_eq!(
            compare("The cache is stale", "Кэш устарел"),
            Verdict::Doubt(Doubt::Language)
        );
        let long = "word ".repeat(20_000);
        assert_eq!(
            compare(&long, &format!("{long} other")),
            Verdict::Doubt(Doubt::Length)
        );
        assert_eq!(compare(&long, &long), Verdict::Agree);
    }
}
