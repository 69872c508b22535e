//! Makes a text shorter by taking the sentences that say most of it out, in their order. Pure; no
//! model is asked.

use std::collections::{BTreeMap, BTreeSet};

use crate::core::Text;

/// Words shorter than this say little.
const WORD_MIN: usize = 4;
/// A sentence beyond this many bytes is cut, so that one cannot fill the digest.
const SENTENCE_MAX: usize = 400;

/// At most about `limit` bytes of a text: its first and its last sentence, and of the rest those
/// whose words occur most often in it. A text that fits is left as it is.
pub(crate) fn digest(text: &Text, limit: usize) -> Text {
    if text.len() <= limit {
        return text.clone();
    }
    let sentences = sentences(text.as_str());
    let weights = weights(&sentences);
    let mut order: Vec<usize> = (0..sentences.len()).collect();
    let rank = |at: &usize| {
        let edge = *at == 0 || *at + 1 == sentences.len();
        let weight = weights.get(*at).copied().unwrap_or_default();
        (std::cmp::Reverse((edge, weight)), *at)
    };
    order.sort_by_key(rank);
    let mut room = limit;
    let mut taken = BTreeSet::new();
    for at in order {
        let size = sentences.get(at).map_or(0, |one| one.len() + 1);
        if size > room {
            continue;
        }
        room -= size;
        taken.insert(at);
    }
    let kept = taken.into_iter().filter_map(|at| sentences.get(at));
    let kept: Vec<&str> = kept.map(String::as_str).collect();
    Text::from(kept.join("\n"))
}

/// Lines and the sentences in them, without blank ones.
fn sentences(text: &str) -> Vec<String> {
    text.lines()
        .flat_map(|line| line.split_inclusive(". "))
        .map(str::trim)
        .filter(|sentence| !sentence.is_empty())
        .map(|sentence| crate::core::text::clipped(sentence, SENTENCE_MAX))
        .collect()
}

/// For each sentence the mean count of its words in the whole text, in hundredths.
fn weights(sentences: &[String]) -> Vec<u64> {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for word in sentences.iter().flat_map(|sentence| words(sentence)) {
        *counts.entry(word).or_default() += 1;
    }
    let weight = |sentence: &String| {
        let words: Vec<String> = words(sentence).collect();
        let sum: u64 = words.iter().filter_map(|word| counts.get(word)).sum();
        (sum * 100)
            .checked_div(u64::try_from(words.len()).unwrap_or(u64::MAX))
            .unwrap_or_default()
    };
    sentences.iter().map(weight).collect()
}

fn words(sentence: &str) -> impl Iterator<Item = String> {
    sentence
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().count() >= WORD_MIN)
        .map(str::to_lowercase)
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::digest;
    use crate::core::Text;

    #[test]
    fn a_digest_fits_keeps_both_ends_and_what_the_text_is_about() {
        let mut text = String::from("The login test fails on slow machines. ");
        for number in 0..200 {
            writeln!(text, "Aside {number} tells nothing new to anybody here.").unwrap();
            if number % 50 == 7 {
                text.push_str("The login test waits for the login token.\n");
            }
        }
        text.push_str("So wait for the event.");
        let digest = digest(&Text::from(text), 600);
        assert!(digest.len() <= 600, "{}", digest.len());
        let said = digest.as_str();
        assert!(said.starts_with("The login test fails"), "{said}");
        assert!(said.ends_with("So wait for the event."), "{said}");
    }

    #[test]
    fn short_texts_stay_and_one_endless_line_is_cut() {
        let short = Text::from("It works.");
        assert_eq!(digest(&short, 100), short);
        let endless = Text::from("x".repeat(100_000));
        assert!(digest(&endless, 1_000).len() <= 1_000);
    }
}
