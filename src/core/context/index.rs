//! The words of what calls may be told, so that nothing has to be read again to be found; and the
//! order in which it answers a query: Okapi BM25.
//!
//! Only an index: all of it could be read from lessons and results. `evolve` keeps the two in step.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize, Serializer};

use super::hash;
use crate::core::lesson::words;
use crate::core::{LessonId, TaskId};

/// A piece must share as many words with the query, …
const SHARED_MIN: usize = 2;
/// … and as many hundredths of the query's words or of the words of its own subject.
const SHARE_MIN: usize = 40;
/// How many words of a query are looked for.
const QUERY_MAX: usize = 48;

/// Where a piece comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Source {
    /// A lesson.
    Lesson(LessonId),
    /// The result of a task.
    Result(TaskId),
}

/// A word, by its hash.
type Word = u64;

/// The words of all pieces.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(from = "Vec<(Source, Entry)>")]
pub(crate) struct Index {
    entries: BTreeMap<Source, Entry>,
    /// How often a word is in a piece.
    holding: BTreeMap<(Word, Source), u32>,
    /// How many words all pieces have.
    length: u64,
}

/// The words of one piece.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
struct Entry {
    /// How many words it has.
    length: u32,
    /// The words that say what it is about.
    subject: BTreeSet<Word>,
    /// Its distinct words, with how often they are.
    words: BTreeMap<Word, u32>,
}

impl Entry {
    fn of(subject: &str, rest: &str) -> Self {
        let mut entry = Self {
            subject: words::terms(subject)
                .iter()
                .map(|word| hash(word))
                .collect(),
            ..Self::default()
        };
        for text in [subject, rest] {
            words::each_word(text, |word| {
                entry.length = entry.length.saturating_add(1);
                *entry.words.entry(hash(word)).or_default() += 1;
            });
        }
        entry
    }
}

impl From<Vec<(Source, Entry)>> for Index {
    fn from(entries: Vec<(Source, Entry)>) -> Self {
        let mut index = Self::default();
        for (source, entry) in entries {
            index.insert(source, entry);
        }
        index
    }
}

impl Serialize for Index {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(&self.entries)
    }
}

/// What is looked for.
#[derive(Debug)]
pub(crate) struct Query(BTreeSet<Word>);

impl Query {
    /// The first distinct words of a text; `None` when they are too few to find anything by.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let mut query = BTreeSet::new();
        for word in words::terms(text) {
            if query.len() == QUERY_MAX {
                break;
            }
            query.insert(hash(&word));
        }
        (query.len() >= SHARED_MIN).then_some(Self(query))
    }
}

impl Index {
    /// Takes a piece in, in place of what was known of its source.
    pub(crate) fn put(&mut self, source: Source, subject: &str, rest: &str) {
        self.remove(source);
        self.insert(source, Entry::of(subject, rest));
    }

    fn insert(&mut self, source: Source, entry: Entry) {
        for (word, often) in &entry.words {
            self.holding.insert((*word, source), *often);
        }
        self.length += u64::from(entry.length);
        self.entries.insert(source, entry);
    }

    /// Forgets a piece.
    pub(crate) fn remove(&mut self, source: Source) {
        let Some(entry) = self.entries.remove(&source) else {
            return;
        };
        for word in entry.words.keys() {
            self.holding.remove(&(*word, source));
        }
        self.length = self.length.saturating_sub(u64::from(entry.length));
    }

    /// Those that share enough with the query and have a weight, best first. By the weight a piece
    /// counts more or less than its words say.
    pub(crate) fn ranked(
        &self,
        query: &Query,
        weight: impl Fn(Source) -> Option<u64>,
    ) -> Vec<Source> {
        let mut shared: BTreeMap<Source, Vec<(f64, u32)>> = BTreeMap::new();
        let count = float(self.entries.len());
        for word in &query.0 {
            let holding = || self.holding.range(on(*word));
            let with = float(holding().count());
            let rarity = (1.0 + (count - with + 0.5) / (with + 0.5)).ln();
            for ((_, source), often) in holding() {
                shared.entry(*source).or_default().push((rarity, *often));
            }
        }
        let words = float(usize::try_from(self.length).unwrap_or(usize::MAX));
        let mean = (words / count.max(1.0)).max(1.0);
        let score = |entry: &Entry, shared: &[(f64, u32)]| {
            // The usual constants of BM25: k1 = 1.2, b = 0.75.
            let size = f64::from(entry.length) / mean;
            let terms = shared.iter().map(|(rarity, often)| {
                let often = f64::from(*often);
                rarity * often * 2.2 / (often + 1.2 * (0.25 + 0.75 * size))
            });
            terms.sum::<f64>()
        };
        let mut scored: Vec<(f64, Source)> = shared
            .iter()
            .filter_map(|(source, shared)| {
                let entry = self.entries.get(source)?;
                if !bears(query, entry, shared.len()) {
                    return None;
                }
                let weight = u32::try_from(weight(*source)?).unwrap_or(u32::MAX);
                Some((score(entry, shared) * f64::from(weight), *source))
            })
            .collect();
        // Of equals, lessons come before results, and the later before the earlier.
        let late = |source: &Source| match source {
            Source::Lesson(id) => (0, std::cmp::Reverse(id.0)),
            Source::Result(id) => (1, std::cmp::Reverse(id.0)),
        };
        scored.sort_by(|(a, one), (b, other)| b.total_cmp(a).then(late(one).cmp(&late(other))));
        scored.into_iter().map(|(_, source)| source).collect()
    }
}

/// All places of a word.
fn on(word: Word) -> std::ops::RangeInclusive<(Word, Source)> {
    (word, Source::Lesson(LessonId(0)))..=(word, Source::Result(TaskId(u64::MAX)))
}

/// Whether a piece shares enough words with the query to be about the same.
fn bears(query: &Query, entry: &Entry, shared: usize) -> bool {
    if shared < SHARED_MIN {
        return false;
    }
    if shared * 100 >= SHARE_MIN * query.0.len() {
        return true;
    }
    let about = query.0.intersection(&entry.subject).count();
    about * 100 >= SHARE_MIN * entry.subject.len().max(1)
}

fn float(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::{Index, Query, Source};
    use crate::core::{LessonId, TaskId};

    fn found(index: &Index, text: &str) -> Vec<Source> {
        index.ranked(&Query::of(text).unwrap(), |_| Some(100))
    }

    #[test]
    fn what_shares_rare_words_comes_first_and_what_is_gone_is_not_found() {
        let mut index = Index::default();
        for id in 1..20 {
            let text = format!("The build of part {id} is slow");
            index.put(Source::Result(TaskId(id)), &text, "Give it more memory.");
        }
        let login = Source::Lesson(LessonId(1));
        index.put(login, "login test fails", "wait for the build token");
        assert_eq!(
            found(&index, "Why does the login test of the build fail?")[0],
            login
        );
        let before = index.clone();
        index.put(Source::Result(TaskId(40)), "another login test", "it fails");
        index.remove(Source::Result(TaskId(40)));
        assert_eq!(index, before);
        index.remove(login);
        assert!(!found(&index, "Why does the login test of the build fail?").contains(&login));
    }

    #[test]
    fn it_comes_back_from_its_stored_form_as_it_was() {
        let mut index = Index::default();
        index.put(
            Source::Result(TaskId(3)),
            "how many tests fail",
            "three, three of them",
        );
        index.put(Source::Lesson(LessonId(7)), "tests fail", "when they wait");
        let stored = serde_json::to_string(&index).unwrap();
        assert_eq!(serde_json::from_str::<Index>(&stored).unwrap(), index);
    }

    #[test]
    fn a_query_of_one_word_finds_nothing() {
        assert!(Query::of("the login").is_none());
    }
}
