//! The slate: the candidates of a vote with their authors, and which of them a voter is shown.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Panel;
use crate::core::MemberName;

/// The most candidates that one vote can have.
pub const CANDIDATES_MAX: usize = 1_000;

/// The candidates of a vote, by number from 0. Texts are kept elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(
    try_from = "Vec<BTreeSet<MemberName>>",
    into = "Vec<BTreeSet<MemberName>>"
)]
pub struct Slate {
    authors: Vec<BTreeSet<MemberName>>,
    own: BTreeMap<MemberName, usize>,
}

/// Why candidates can not be voted on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SlateFault {
    /// One member stands behind two candidates.
    #[error("{member} is an author of two candidates, and has one head: keep its last answer")]
    TwoAnswers {
        /// Who.
        member: MemberName,
    },
    /// There are too many.
    #[error("there are {given} candidates; {CANDIDATES_MAX} are the most that a vote can have")]
    TooMany {
        /// How many.
        given: usize,
    },
}

impl Slate {
    /// Candidates by their authors. A candidate without authors is nobody's own.
    pub fn new(authors: Vec<BTreeSet<MemberName>>) -> Result<Self, SlateFault> {
        if authors.len() > CANDIDATES_MAX {
            return Err(SlateFault::TooMany {
                given: authors.len(),
            });
        }
        let mut own = BTreeMap::new();
        for (candidate, names) in authors.iter().enumerate() {
            for member in names {
                if own.insert(member.clone(), candidate).is_some() {
                    let member = member.clone();
                    return Err(SlateFault::TwoAnswers { member });
                }
            }
        }
        Ok(Self { authors, own })
    }

    /// How many candidates there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.authors.len()
    }

    /// Whether there is nothing to vote on.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.authors.is_empty()
    }

    /// The authors of a candidate.
    pub fn authors(&self, candidate: usize) -> impl Iterator<Item = &MemberName> {
        self.authors.get(candidate).into_iter().flatten()
    }

    /// The candidate that a member wrote.
    #[must_use]
    pub fn own(&self, member: &MemberName) -> Option<usize> {
        self.own.get(member).copied()
    }

    /// Whether a voter must not judge a candidate: it or one of its family is an author.
    #[must_use]
    pub fn is_hidden(&self, panel: &Panel, voter: &MemberName, candidate: usize) -> bool {
        self.authors(candidate)
            .any(|author| panel.related(author, voter))
    }

    /// The candidates that a voter is shown.
    #[must_use]
    pub fn presented_to(&self, panel: &Panel, voter: &MemberName) -> Vec<usize> {
        (0..self.len())
            .filter(|candidate| !self.is_hidden(panel, voter, *candidate))
            .collect()
    }
}

impl TryFrom<Vec<BTreeSet<MemberName>>> for Slate {
    type Error = SlateFault;

    fn try_from(authors: Vec<BTreeSet<MemberName>>) -> Result<Self, SlateFault> {
        Self::new(authors)
    }
}

impl From<Slate> for Vec<BTreeSet<MemberName>> {
    fn from(slate: Slate) -> Self {
        slate.authors
    }
}
