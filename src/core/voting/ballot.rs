//! A ballot: what one voter thinks of the candidates on its sheet, and what can be wrong with one.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Sheet;
use crate::core::text::one_line;

/// The best score; 0 is the worst.
pub const SCORE_MAX: f64 = 10.0;
/// The least score that approves of a candidate.
pub const APPROVES: f64 = 6.0;
/// The longest reason that is kept, in bytes.
pub const REASON_MAX: usize = 400;
/// How many faults of one text are told.
pub const FAULTS_MAX: usize = 32;

/// A whole ballot. Made by [`Ballot::new`], so that one which is there fits its sheet, or by
/// [`Ballot::stored`] of what such a one said. To clone one costs little, however long it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ballot {
    ranking: Arc<Vec<Vec<usize>>>,
    scores: Arc<BTreeMap<usize, f64>>,
    confidence: Option<f64>,
    reason: String,
}

/// What a voter answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Vote {
    /// It voted.
    Ranked(Ballot),
    /// It counts for nobody.
    Abstained(Abstention),
}

/// Why a voter counts for nobody.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Abstention {
    /// It said so. It is present for a quorum.
    Chosen {
        /// Its reason, in one line; untrusted.
        reason: String,
    },
    /// Its ballot could not be read, also not after one repair. It is not present for a quorum: what
    /// can not be read does not even say that somebody wished to abstain.
    Unreadable {
        /// What was wrong with the last one.
        faults: Faults,
    },
}

/// What is wrong with a ballot. Each is one sentence that a model can act upon.
#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// There is no ballot in the text.
    #[error("there is no JSON object with a `ranking` in the answer")]
    NoBallot,
    /// A label that nobody gave.
    #[error("there is no candidate `{label}` on the sheet")]
    UnknownLabel {
        /// As written, cut; untrusted.
        label: String,
    },
    /// A candidate that is not for this voter: its own, or one of its family.
    #[error("candidate number {candidate} is not on the sheet")]
    NotPresented {
        /// Its number on the slate.
        candidate: usize,
    },
    /// A candidate stands in two places.
    #[error("`{label}` is ranked twice")]
    RankedTwice {
        /// Which.
        label: String,
    },
    /// A candidate has no place.
    #[error("`{label}` is not ranked; rank every candidate, ties are allowed")]
    Unranked {
        /// Which.
        label: String,
    },
    /// A candidate has two scores.
    #[error("`{label}` has two scores")]
    ScoredTwice {
        /// Which.
        label: String,
    },
    /// A candidate has no score.
    #[error("`{label}` has no score; score every candidate from 0 to 10")]
    Unscored {
        /// Which.
        label: String,
    },
    /// Something that should be a number is none; also NaN and the infinite ones.
    #[error("{what} is no number")]
    NotANumber {
        /// Of what.
        what: String,
    },
    /// A number is too small or too large.
    #[error("{what} is {value}; it goes from 0 to {most}")]
    OutOfRange {
        /// Of what.
        what: String,
        /// As written.
        value: f64,
        /// The largest that is taken.
        most: f64,
    },
}

/// What is wrong with a ballot, or with another text of a member; not empty where it says why. One more
/// than [`FAULTS_MAX`] stands for all that follow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Faults<F = Fault>(pub Vec<F>);

impl<F> Default for Faults<F> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<F> From<F> for Faults<F> {
    fn from(fault: F) -> Self {
        Self(vec![fault])
    }
}

impl<F: fmt::Display> fmt::Display for Faults<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.0.iter().take(FAULTS_MAX).enumerate() {
            let before = if index == 0 { "" } else { "; " };
            write!(f, "{before}{fault}")?;
        }
        if self.0.len() > FAULTS_MAX {
            f.write_str("; and more")?;
        }
        Ok(())
    }
}

impl<F> Faults<F> {
    /// Adds one, within the bound.
    pub(crate) fn add(&mut self, fault: F) {
        if !self.is_full() {
            self.0.push(fault);
        }
    }

    /// Whether no more of them are kept.
    pub(crate) fn is_full(&self) -> bool {
        self.0.len() > FAULTS_MAX
    }
}

impl<F: fmt::Debug + fmt::Display> std::error::Error for Faults<F> {}

impl Ballot {
    /// A ballot that fits a sheet: each of its candidates ranked once and scored once, nothing else,
    /// and every number in its range.
    pub fn new(
        sheet: &Sheet,
        ranking: Vec<Vec<usize>>,
        scores: BTreeMap<usize, f64>,
        confidence: Option<f64>,
        reason: &str,
    ) -> Result<Self, Faults> {
        let ballot = Self::raw(ranking, scores, confidence, reason);
        ballot.check(sheet)?;
        Ok(ballot)
    }

    /// A ballot that was written down and is read again where its sheet is not at hand: it fits a sheet
    /// of the candidates that it judges. Whether that is its voter's is for [`Ballot::check`].
    pub fn stored(
        ranking: Vec<Vec<usize>>,
        scores: BTreeMap<usize, f64>,
        confidence: Option<f64>,
        reason: &str,
    ) -> Result<Self, Faults> {
        let ballot = Self::raw(ranking, scores, confidence, reason);
        let ranked = ballot.ranking.iter().flatten();
        let judged: BTreeSet<usize> = ranked.chain(ballot.scores.keys()).copied().collect();
        let name = |candidate| format!("candidate {candidate}");
        let named = judged.iter().map(|one| (name(*one), *one));
        ballot.check_with(named, |one| judged.contains(&one).then(|| name(one)))?;
        Ok(ballot)
    }

    fn raw(
        ranking: Vec<Vec<usize>>,
        scores: BTreeMap<usize, f64>,
        confidence: Option<f64>,
        reason: &str,
    ) -> Self {
        let levels = ranking.into_iter();
        Self {
            ranking: Arc::new(levels.filter(|level| !level.is_empty()).collect()),
            scores: Arc::new(scores),
            confidence,
            reason: one_line(reason, REASON_MAX),
        }
    }

    /// Whether it fits a sheet. One that comes from outside the process may not.
    pub fn check(&self, sheet: &Sheet) -> Result<(), Faults> {
        self.check_with(sheet.labels(), |candidate| sheet.label_of(candidate))
    }

    /// Whether it is about these candidates, each with its name, which `name` finds again.
    fn check_with(
        &self,
        named: impl Iterator<Item = (String, usize)>,
        name: impl Fn(usize) -> Option<String>,
    ) -> Result<(), Faults> {
        let mut faults = Faults::default();
        let mut ranked = BTreeSet::new();
        for candidate in self.ranking.iter().flatten() {
            if faults.is_full() {
                break;
            }
            match name(*candidate) {
                None => faults.add(Fault::NotPresented {
                    candidate: *candidate,
                }),
                Some(label) if !ranked.insert(*candidate) => {
                    faults.add(Fault::RankedTwice { label });
                }
                Some(_) => {}
            }
        }
        for (candidate, score) in &*self.scores {
            if faults.is_full() {
                break;
            }
            let fault = match name(*candidate) {
                None => Some(Fault::NotPresented {
                    candidate: *candidate,
                }),
                Some(label) => in_range(&format!("the score of `{label}`"), *score, SCORE_MAX),
            };
            if let Some(fault) = fault {
                faults.add(fault);
            }
        }
        for (label, candidate) in named {
            if !ranked.contains(&candidate) {
                faults.add(Fault::Unranked {
                    label: label.clone(),
                });
            }
            if !self.scores.contains_key(&candidate) {
                faults.add(Fault::Unscored { label });
            }
        }
        if let Some(fault) = self
            .confidence
            .and_then(|confidence| in_range("the confidence", confidence, 1.0))
        {
            faults.add(fault);
        }
        if faults.0.is_empty() {
            Ok(())
        } else {
            Err(faults)
        }
    }

    /// Levels of candidates, the best first; those of one level are tied.
    #[must_use]
    pub fn ranking(&self) -> &[Vec<usize>] {
        &self.ranking
    }

    /// Scores by candidate, 0 to 10.
    #[must_use]
    pub fn scores(&self) -> &BTreeMap<usize, f64> {
        &self.scores
    }

    /// How sure the voter says to be, 0 to 1.
    #[must_use]
    pub fn confidence(&self) -> Option<f64> {
        self.confidence
    }

    /// Its reason, in one line; untrusted.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// The level of a candidate, counted from 0.
    #[must_use]
    pub fn level(&self, candidate: usize) -> Option<usize> {
        self.ranking
            .iter()
            .position(|level| level.contains(&candidate))
    }

    /// The same ballot with two levels and all between them made one, at their mean score.
    pub(super) fn levelled(&self, one: usize, other: usize) -> Self {
        let (first, last) = (one.min(other), one.max(other));
        let mut ballot = self.clone();
        if last >= ballot.ranking.len() {
            return ballot;
        }
        let ranking = Arc::make_mut(&mut ballot.ranking);
        let level: Vec<usize> = ranking.drain(first..=last).flatten().collect();
        let scores = level.iter().filter_map(|it| ballot.scores.get(it));
        let (sum, number) = scores.fold((0.0, 0.0), |(sum, number), score| {
            (sum + score, number + 1.0)
        });
        let mean: f64 = sum / f64::max(number, 1.0);
        let scores = Arc::make_mut(&mut ballot.scores);
        for candidate in &level {
            scores.insert(*candidate, mean.clamp(0.0, SCORE_MAX));
        }
        ranking.insert(first, level);
        ballot
    }
}

/// What is wrong with a number that goes from 0 to `most`.
pub(super) fn in_range(what: &str, value: f64, most: f64) -> Option<Fault> {
    let what = what.to_owned();
    if !value.is_finite() {
        Some(Fault::NotANumber { what })
    } else if (0.0..=most).contains(&value) {
        None
    } else {
        Some(Fault::OutOfRange { what, value, most })
    }
}
