//! Head to head: how many voters prefer each candidate to each other one.

use serde::{Deserialize, Serialize};

use super::Profile;
use super::profile::MISSING;

/// How many voters are counted before the small sums are added to the large ones.
const PART: usize = 60_000;

/// The pairwise matrix of a profile. A voter counts for a pair when it was shown both.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Pairwise {
    candidates: usize,
    prefer: Vec<u32>,
}

impl Pairwise {
    /// Counts the pairs.
    #[must_use]
    pub fn of(profile: &Profile) -> Self {
        let candidates = profile.candidates();
        let mut prefer = vec![0; candidates * candidates];
        let mut below = Vec::with_capacity(candidates);
        for voices in profile.voices().chunks(PART) {
            // Small numbers are counted several at once.
            let mut part = vec![0_u16; candidates * candidates];
            for voice in voices {
                below.clear();
                // Nothing is above the best rank, so what is missing is below nobody …
                let known = |rank: &u16| if *rank == MISSING { 0 } else { *rank };
                below.extend(voice.ranks().iter().map(known));
                for (candidate, rank) in voice.ranked() {
                    let row = row(&mut part, candidate, candidates);
                    for (count, other) in row.iter_mut().zip(&below) {
                        *count += u16::from(rank < *other);
                    }
                }
                if let Some(own) = voice.own() {
                    // … but whom an author does not stand by.
                    let row = row(&mut part, own, candidates);
                    for (count, other) in row.iter_mut().zip(voice.ranks()) {
                        *count += u16::from(*other == MISSING);
                    }
                }
            }
            for (sum, more) in prefer.iter_mut().zip(part) {
                *sum += u32::from(more);
            }
        }
        Self { candidates, prefer }
    }

    /// How many candidates there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.candidates
    }

    /// Whether there are no candidates.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.candidates == 0
    }

    /// How many voters prefer `one` to `other`.
    #[must_use]
    pub fn prefer(&self, one: usize, other: usize) -> u32 {
        let known = one < self.candidates && other < self.candidates;
        let place = if known {
            one * self.candidates + other
        } else {
            usize::MAX
        };
        self.prefer.get(place).copied().unwrap_or_default()
    }

    /// By how many voters `one` is ahead of `other`; negative when it is behind.
    #[must_use]
    pub fn margin(&self, one: usize, other: usize) -> i64 {
        i64::from(self.prefer(one, other)) - i64::from(self.prefer(other, one))
    }

    /// Whether at least two voters prefer `one` for each that prefers `other`.
    #[must_use]
    pub fn is_two_to_one(&self, one: usize, other: usize) -> bool {
        let (ahead, behind) = (self.prefer(one, other), self.prefer(other, one));
        ahead > 0 && ahead >= behind.saturating_mul(2)
    }

    /// The candidate that is ahead of each other one, if there is one.
    #[must_use]
    pub fn condorcet(&self) -> Option<usize> {
        (0..self.candidates).find(|one| {
            let mut others = (0..self.candidates).filter(|other| other != one);
            others.all(|other| self.margin(*one, other) > 0)
        })
    }
}

/// The counts of one candidate before each.
fn row(counts: &mut [u16], candidate: usize, candidates: usize) -> &mut [u16] {
    let row = candidate * candidates..(candidate + 1) * candidates;
    counts.get_mut(row).unwrap_or_default()
}
