//! The counting form of a vote: for each voter its heads, ranks and scores, with nothing in it that a
//! rule does not count.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Ballot, Ballots, SCORE_MAX, Vote};
use crate::core::MemberName;

/// The rank of a candidate that a voter was not shown.
pub(super) const MISSING: u16 = u16::MAX;

/// What becomes of candidates in what their own authors judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counting {
    /// They are missing.
    Recused,
    /// They stand before all others, with the best score.
    OwnIn,
    /// Nothing but authorship is counted.
    Authors,
}

/// What one voter has to say.
#[derive(Debug, Clone, PartialEq)]
pub struct Voice {
    heads: Vec<usize>,
    ranks: Vec<u16>,
    scores: Vec<f64>,
    /// A candidate that stands before all others, those that are missing included.
    own: Option<usize>,
    weight: f64,
}

impl Voice {
    /// A voter that says nothing but which candidate is its own.
    #[must_use]
    pub fn author(candidates: usize, own: usize) -> Self {
        let mut ranks = vec![1; candidates];
        let mut scores = vec![0.0; candidates];
        if let (Some(rank), Some(score)) = (ranks.get_mut(own), scores.get_mut(own)) {
            (*rank, *score) = (0, SCORE_MAX);
        }
        Self {
            heads: vec![own],
            ranks,
            scores,
            own: Some(own),
            weight: 1.0,
        }
    }

    /// A voter that judged. Candidates that are not in the levels are missing.
    #[must_use]
    pub fn judge(
        candidates: usize,
        levels: &[Vec<usize>],
        scores: impl IntoIterator<Item = (usize, f64)>,
    ) -> Self {
        let mut voice = Self {
            heads: Vec::new(),
            ranks: vec![MISSING; candidates],
            scores: vec![f64::NAN; candidates],
            own: None,
            weight: 1.0,
        };
        for (level, tied) in (0_u16..).zip(levels) {
            for candidate in tied {
                if let Some(rank) = voice.ranks.get_mut(*candidate) {
                    *rank = level;
                }
            }
        }
        for (candidate, score) in scores {
            if let Some(place) = voice.scores.get_mut(candidate) {
                *place = score;
            }
        }
        voice.heads = voice.first();
        voice
    }

    fn of(candidates: usize, ballot: &Ballot) -> Self {
        let scores = ballot.scores().iter().map(|(it, score)| (*it, *score));
        Self::judge(candidates, ballot.ranking(), scores)
    }

    /// The same voter with its own candidate as first preference, before the judged ones.
    #[must_use]
    pub fn standing_by(mut self, own: usize, counting: Counting) -> Self {
        match counting {
            Counting::Authors => return Self::author(self.ranks.len(), own).weighing(self.weight),
            Counting::OwnIn => {
                for rank in self.ranks.iter_mut().filter(|rank| **rank != MISSING) {
                    *rank += 1;
                }
                if let (Some(rank), Some(score)) =
                    (self.ranks.get_mut(own), self.scores.get_mut(own))
                {
                    (*rank, *score) = (0, SCORE_MAX);
                }
                self.own = Some(own);
            }
            Counting::Recused => {}
        }
        self.heads = vec![own];
        self
    }

    /// The same voter with a weight, which counts under the weighted rule only.
    #[must_use]
    pub fn weighing(mut self, weight: f64) -> Self {
        self.weight = weight;
        self
    }

    /// The candidates ranked first; none where all that are ranked stand on one level.
    fn first(&self) -> Vec<usize> {
        let ranked = || self.ranks.iter().filter(|rank| **rank != MISSING);
        let (best, worst) = (ranked().min(), ranked().max());
        if best == worst {
            return Vec::new();
        }
        let first = self
            .ranks
            .iter()
            .enumerate()
            .filter(|(_, rank)| Some(*rank) == best);
        first.map(|(candidate, _)| candidate).collect()
    }

    /// Its first preferences; several share one head, none is no head.
    pub(super) fn heads(&self) -> &[usize] {
        &self.heads
    }

    pub(super) fn ranks(&self) -> &[u16] {
        &self.ranks
    }

    pub(super) fn own(&self) -> Option<usize> {
        self.own
    }

    pub(super) fn weight(&self) -> f64 {
        self.weight
    }

    /// The candidates that it judged, with their ranks.
    pub(super) fn ranked(&self) -> impl Iterator<Item = (usize, u16)> {
        let all = self.ranks.iter().copied().enumerate();
        all.filter(|(_, rank)| *rank != MISSING)
    }

    /// The candidates that it judged, with their scores.
    pub(super) fn scored(&self) -> impl Iterator<Item = (usize, f64)> {
        let all = self.scores.iter().copied().enumerate();
        all.filter(|(_, score)| !score.is_nan())
    }

    fn restricted(&self, kept: &[usize]) -> Self {
        let at = |candidate: usize| kept.iter().position(|it| *it == candidate);
        let take = |candidate: &usize| self.ranks.get(*candidate).copied().unwrap_or(MISSING);
        let score = |candidate: &usize| self.scores.get(*candidate).copied().unwrap_or(f64::NAN);
        let mut voice = Self {
            heads: self.heads.iter().filter_map(|it| at(*it)).collect(),
            ranks: kept.iter().map(take).collect(),
            scores: kept.iter().map(score).collect(),
            own: self.own.and_then(at),
            weight: self.weight,
        };
        if voice.heads.is_empty() {
            voice.heads = voice.first();
        }
        voice
    }
}

/// The voices of a vote.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Profile {
    candidates: usize,
    voices: Vec<Voice>,
}

impl Profile {
    /// A profile of these voices, each made for so many candidates.
    #[must_use]
    pub fn new(candidates: usize, voices: Vec<Voice>) -> Self {
        Self { candidates, voices }
    }

    /// What the voters of a vote say. Who may not vote, has left or abstained has no voice, except that
    /// an author stands by its answer. An author that was left with fewer than two candidates, or
    /// whose ballot is missing, counts by authorship alone. A weight that is none (not above 0, or no
    /// finite number) is taken as 1.
    #[must_use]
    pub fn of(ballots: &Ballots, weights: &BTreeMap<MemberName, f64>, counting: Counting) -> Self {
        let candidates = ballots.slate().len();
        let mut voices = Vec::new();
        for voter in ballots.panel().voters() {
            if ballots.has_departed(voter) {
                continue;
            }
            let own = ballots.slate().own(voter);
            let ballot = match ballots.counted(voter) {
                Some(Vote::Ranked(ballot)) if counting != Counting::Authors => Some(ballot),
                Some(Vote::Ranked(_) | Vote::Abstained(_)) | None => None,
            };
            let voice = match (own, ballot) {
                (Some(own), Some(ballot)) => {
                    Voice::of(candidates, &ballot).standing_by(own, counting)
                }
                (Some(own), None) => Voice::author(candidates, own),
                (None, Some(ballot)) => Voice::of(candidates, &ballot),
                (None, None) => continue,
            };
            let weight = weights
                .get(voter)
                .copied()
                .filter(|it| it.is_finite() && *it > 0.0);
            let weight = weight.unwrap_or(1.0);
            voices.push(voice.weighing(weight));
        }
        Self { candidates, voices }
    }

    /// Gives the voices these weights, in their order; a voice for which there is none keeps its own.
    pub fn weigh(&mut self, weights: impl IntoIterator<Item = f64>) {
        for (voice, weight) in self.voices.iter_mut().zip(weights) {
            voice.weight = weight;
        }
    }

    /// The same with more voices, each made for as many candidates.
    #[must_use]
    pub fn and(mut self, besides: &[Voice]) -> Self {
        self.voices.extend_from_slice(besides);
        self
    }

    /// How many candidates there are.
    #[must_use]
    pub fn candidates(&self) -> usize {
        self.candidates
    }

    /// The voices, in the order of their voters' names.
    #[must_use]
    pub fn voices(&self) -> &[Voice] {
        &self.voices
    }

    /// The same voices on some of the candidates only, numbered by their place in `kept`.
    #[must_use]
    pub fn restricted(&self, kept: &[usize]) -> Self {
        Self {
            candidates: kept.len(),
            voices: self.voices.iter().map(|it| it.restricted(kept)).collect(),
        }
    }

    /// Whether each candidate was judged by somebody.
    #[must_use]
    pub fn knows_all(&self) -> bool {
        (0..self.candidates).all(|candidate| {
            let mut voices = self.voices.iter();
            voices.any(|voice| {
                voice
                    .ranks
                    .get(candidate)
                    .is_some_and(|rank| *rank != MISSING)
            })
        })
    }
}
