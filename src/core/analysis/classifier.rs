//! Which kind a prompt is of: a linear classifier of many classes that goes on learning.
//!
//! Multinomial logistic regression on hashed TF-IDF, learned by one step of gradient descent for each
//! labelled prompt, with a rate for each place that falls with how often it was seen (H. Brendan
//! `McMahan` and others, "Ad Click Prediction: a View from the Trenches", 2013). It begins with the words of
//! `seeds` rather than with nothing. Weights are whole numbers of a fixed size, so memory
//! is bounded and the same labels give the same weights everywhere.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::core::analysis::number::{exp, ln};
use crate::core::analysis::packed;
use crate::core::analysis::seeds;
use crate::core::analysis::terms::{PLACES, Term, What, terms};
use crate::core::{Kinds, OwnKind, TaskKind};

/// How far the first label of a word moves its weight.
const RATE: f32 = 3.0;
/// How fast that falls with the number of prompts that a word stands in.
const FALL: f32 = 0.03;
/// Classes that are off by less are left alone.
const SLIGHT: f32 = 0.003;
/// So many steps of a stored weight are a weight of 1.
const STEPS: f32 = 2048.0;
/// How rare a word is, is reckoned as if so many prompts without it had been seen before: of the first few
/// labels nothing of that can be told.
const AS_IF: f32 = 100.0;
/// What speaks for `general` before anything is known of a prompt.
const GENERAL: f32 = 0.5;

/// What was learned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Classifier {
    /// A weight for each place.
    #[serde(with = "packed::rows")]
    rows: BTreeMap<TaskKind, Vec<i16>>,
    /// In how many labelled prompts a word of each place stood.
    #[serde(with = "packed::counts")]
    seen: Vec<u16>,
    /// Labelled prompts.
    learned: u32,
}

/// How likely each kind is, and why the likeliest.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// Every kind with its share, the likeliest first; they add up to 1.
    pub shares: Vec<(TaskKind, f32)>,
    /// What spoke most for the first of them, in the words of the prompt, at most three.
    pub why: Vec<String>,
}

/// One place of a prompt, weighed.
struct Weighed<'a> {
    place: usize,
    value: f32,
    what: What<'a>,
}

impl Default for Classifier {
    fn default() -> Self {
        let seeded = |kind: &TaskKind| {
            let mut row = vec![0; PLACES];
            seeds::plant(&mut row, *kind);
            (*kind, row)
        };
        Self {
            rows: TaskKind::ALL.iter().map(seeded).collect(),
            seen: vec![0; PLACES],
            learned: 0,
        }
    }
}

impl Classifier {
    /// How many labels it has learned from.
    #[must_use]
    pub fn learned(&self) -> u32 {
        self.learned
    }

    /// Says of what kind a prompt is. Where no word or mark of it is known, all kinds but `general` are
    /// as likely as each other.
    #[must_use]
    pub fn verdict(&self, prompt: &str) -> Verdict {
        let found = self.weighed(prompt);
        let mut shares = self.shares(&found);
        shares.sort_by(|(one, a), (other, b)| b.total_cmp(a).then(one.cmp(other)));
        let why = shares.first();
        let why = why.map_or_else(Vec::new, |(kind, _)| self.reasons(*kind, &found));
        Verdict { shares, why }
    }

    /// Learns that a prompt is of a kind. A kind that the room does not have teaches nothing.
    pub(crate) fn learn(&mut self, kind: TaskKind, prompt: &str) {
        if !self.rows.contains_key(&kind) {
            return;
        }
        let found = self.weighed(prompt);
        for (class, share) in self.shares(&found) {
            let off = share - if class == kind { 1.0 } else { 0.0 };
            let Some(row) = self.rows.get_mut(&class).filter(|_| off.abs() >= SLIGHT) else {
                continue;
            };
            for one in &found {
                let seen = self.seen.get(one.place).copied().unwrap_or_default();
                let rate = RATE / (1.0 + FALL * f32::from(seen)).sqrt();
                if let Some(weight) = row.get_mut(one.place) {
                    *weight = moved(*weight, -rate * off * one.value);
                }
            }
        }
        for one in &found {
            if let Some(seen) = self.seen.get_mut(one.place) {
                *seen = seen.saturating_add(1);
            }
        }
        self.learned = self.learned.saturating_add(1);
    }

    /// Takes the room's own kinds in, and drops those that it lost. What was learned of the others stays.
    pub(crate) fn know(&mut self, before: &Kinds, now: &Kinds) {
        self.rows.retain(|kind, _| now.has(*kind));
        for (name, own) in now.own() {
            let had = before.own().get(name);
            let row = self.rows.entry(TaskKind::Own(*name));
            let row = row.or_insert_with(|| vec![0; PLACES]);
            let words = |own: &OwnKind| own.words.clone();
            if had.map(words).as_ref() != Some(&own.words) {
                if let Some(had) = had {
                    seeds::uproot_own(row, had);
                }
                seeds::plant_own(row, own);
            }
        }
    }

    /// The places of a prompt as they count: by how rare they are, and the words together as 1.
    fn weighed<'a>(&self, prompt: &'a str) -> Vec<Weighed<'a>> {
        let found = terms(prompt);
        let rarity = |term: &Term<'_>| {
            let seen = self.seen.get(usize::from(term.place)).copied();
            #[expect(clippy::cast_precision_loss, reason = "a count of labels")]
            let all = self.learned as f32 + AS_IF;
            1.0 + ln(all / (f32::from(seen.unwrap_or_default()) + 1.0)).max(0.0)
        };
        let weigh = |term: &Term<'a>, factor: f32| Weighed {
            place: usize::from(term.place),
            value: term.count * factor,
            what: term.what,
        };
        let mut words: Vec<Weighed<'a>> = found
            .words
            .iter()
            .map(|term| weigh(term, rarity(term)))
            .collect();
        let length = words.iter().map(|one| one.value * one.value).sum::<f32>();
        let length = length.sqrt();
        for one in &mut words {
            // Not zero where there is a word.
            one.value /= length;
        }
        words.extend(found.marks.iter().map(|term| weigh(term, 1.0)));
        words
    }

    fn shares(&self, found: &[Weighed<'_>]) -> Vec<(TaskKind, f32)> {
        let scores = self.rows.iter().map(|(kind, row)| {
            let begin = if *kind == TaskKind::General {
                GENERAL
            } else {
                0.0
            };
            let score = found.iter().map(|one| one.value * weight(row, one.place));
            (*kind, begin + score.sum::<f32>())
        });
        let mut shares: Vec<(TaskKind, f32)> = scores.collect();
        let most = shares
            .iter()
            .fold(f32::MIN, |most, (_, score)| most.max(*score));
        for (_, score) in &mut shares {
            *score = exp(*score - most);
        }
        let sum: f32 = shares.iter().map(|(_, share)| *share).sum();
        for (_, share) in &mut shares {
            // The highest is exp(0).
            *share /= sum;
        }
        shares
    }

    /// The three that spoke more for a kind than for the others on average.
    fn reasons(&self, kind: TaskKind, found: &[Weighed<'_>]) -> Vec<String> {
        let Some(own) = self.rows.get(&kind) else {
            return Vec::new();
        };
        #[expect(clippy::cast_precision_loss, reason = "some thirty kinds")]
        let kinds = self.rows.len() as f32;
        let gain = |one: &Weighed<'_>| {
            let all = self.rows.values().map(|row| weight(row, one.place));
            one.value * (weight(own, one.place) - all.sum::<f32>() / kinds)
        };
        let gains = found.iter().map(|one| (gain(one), one.what));
        let mut gains: Vec<(f32, What<'_>)> = gains.filter(|(gain, _)| *gain > 0.05).collect();
        gains.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        let mut why: Vec<String> = Vec::new();
        for (_, what) in gains {
            let word = named(what);
            // The first word counts twice: as one, and because it is first.
            if why.len() < 3 && !why.contains(&word) {
                why.push(word);
            }
        }
        why
    }
}

fn named(what: What<'_>) -> String {
    match what {
        What::Word(word) | What::Verb(word) => word.to_lowercase(),
        What::Mark(mark) => mark.name().to_owned(),
    }
}

fn weight(row: &[i16], place: usize) -> f32 {
    f32::from(row.get(place).copied().unwrap_or_default()) / STEPS
}

/// A weight that was moved by so much.
#[expect(clippy::cast_possible_truncation, reason = "it saturates")]
pub(super) fn moved(weight: i16, by: f32) -> i16 {
    let by = (by * STEPS).round() as i32;
    let sum = i32::from(weight).saturating_add(by);
    sum.clamp(i32::from(i16::MIN), i32::from(i16::MAX)) as i16
}
