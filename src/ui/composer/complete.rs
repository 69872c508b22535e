//! What could be meant by the word under the cursor.
//!
//! Ranks the names of the vocabulary for the option being typed. Does not change the text: the
//! widget replaces [`Completion::span`].

use std::ops::Range;

use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher};

use super::draft::{Sigil, Vocabulary};

/// At most this many candidates are offered.
const OFFERED_MAX: usize = 12;

/// The candidates for one word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// Bytes of the line that a choice replaces.
    pub span: Range<usize>,
    /// Whole words, best first, mark included.
    pub words: Vec<String>,
    /// What each of them means, in the same order; empty where that goes without saying.
    pub meanings: Vec<String>,
}

/// The completion for a line with the cursor at byte `at`; `None` where no option is being typed.
#[must_use]
pub fn complete(line: &str, at: usize, vocabulary: &Vocabulary) -> Option<Completion> {
    let before = line.get(..at)?;
    let start = before.rfind(char::is_whitespace).map_or(0, |i| {
        i + before[i..].chars().next().map_or(1, char::len_utf8)
    });
    let word = &before[start..];
    let (sigil, typed) = Sigil::of_prefix(word)?;
    let names = names(sigil, vocabulary);
    let names: Vec<String> = rank(typed, names).into_iter().take(OFFERED_MAX).collect();
    let words = names.iter().map(|name| format!("{}{name}", sigil.mark()));
    let words: Vec<String> = words.collect();
    let meaning = |name: &String| match sigil {
        Sigil::Kind => vocabulary.meanings.get(name).cloned().unwrap_or_default(),
        Sigil::Member
        | Sigil::Strategy
        | Sigil::Priority
        | Sigil::After
        | Sigil::Deadline
        | Sigil::Rule
        | Sigil::Policy
        | Sigil::Check => String::new(),
    };
    if words.is_empty() || words.first().is_some_and(|w| w == word) {
        return None;
    }
    let end = line[at..]
        .find(char::is_whitespace)
        .map_or(line.len(), |i| at + i);
    Some(Completion {
        span: start..end,
        meanings: names.iter().map(meaning).collect(),
        words,
    })
}

impl Sigil {
    fn of_prefix(word: &str) -> Option<(Self, &str)> {
        [
            Self::After,
            Self::Deadline,
            Self::Rule,
            Self::Policy,
            Self::Check,
            Self::Member,
            Self::Strategy,
            Self::Kind,
            Self::Priority,
        ]
        .into_iter()
        .find_map(|sigil| Some((sigil, word.strip_prefix(sigil.mark())?)))
    }
}

fn names(sigil: Sigil, vocabulary: &Vocabulary) -> Vec<String> {
    match sigil {
        Sigil::Member => vocabulary.members.clone(),
        Sigil::Strategy => vocabulary.strategies.clone(),
        Sigil::Kind => vocabulary.kinds.clone(),
        Sigil::Priority => vocabulary.priorities.clone(),
        // The newest tasks first: those are waited for.
        Sigil::After => vocabulary.tasks.iter().rev().map(u64::to_string).collect(),
        Sigil::Rule => vocabulary.rules.clone(),
        Sigil::Policy => vocabulary.policies.clone(),
        Sigil::Check => vocabulary.checks.clone(),
        Sigil::Deadline => ["5m", "10m", "30m", "1h"].map(str::to_owned).to_vec(),
    }
}

/// Names that match what was typed, best first; all of them in their order for nothing typed.
#[must_use]
pub fn rank<T: AsRef<str>>(typed: &str, names: Vec<T>) -> Vec<T> {
    if typed.is_empty() {
        return names;
    }
    let mut matcher = Matcher::new(Config::DEFAULT);
    Pattern::new(
        typed,
        CaseMatching::Ignore,
        Normalization::Smart,
        AtomKind::Fuzzy,
    )
    .match_list(names, &mut matcher)
    .into_iter()
    .map(|(name, _)| name)
    .collect()
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    fn vocabulary() -> Vocabulary {
        let own = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect();
        Vocabulary {
            members: own(&["codex", "claude", "gpt"]),
            strategies: own(&["solo", "council"]),
            tasks: vec![3, 12],
            ..Vocabulary::default()
        }
    }

    fn words(line: &str, at: usize) -> Vec<String> {
        complete(line, at, &vocabulary())
            .map(|c| c.words)
            .unwrap_or_default()
    }

    #[test]
    fn a_bare_mark_offers_everything() {
        assert_eq!(words("@", 1), ["@codex", "@claude", "@gpt"]);
        assert_eq!(words("after:#", 7), ["after:#12", "after:#3"]);
    }

    #[test]
    fn letters_narrow_it() {
        assert_eq!(words("hello @cl there", 9), ["@claude"]);
        assert_eq!(words("/cn", 3), ["/council"]);
        assert_eq!(
            complete("hello @cl there", 9, &vocabulary()).unwrap().span,
            6..9
        );
    }

    #[test]
    fn nothing_to_complete() {
        assert_eq!(words("@codex", 6), [""; 0]);
        assert_eq!(words("hello", 5), [""; 0]);
        assert_eq!(words("@zzz", 4), [""; 0]);
        assert_eq!(words("me@cl", 5), [""; 0]);
        assert_eq!(words("日@", 4), [""; 0]);
    }
}
