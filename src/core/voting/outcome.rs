//! How a vote ends: one candidate, a tie that names the next steps, or no decision and why.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Rule, Unworkable};

/// How a vote ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// One candidate stands.
    Winner {
        /// Which.
        candidate: usize,
        /// What it stands on.
        ground: Ground,
    },
    /// Several are equal. None is preferred by its place in a list.
    Tie {
        /// Which, at least two.
        among: Vec<usize>,
        /// What comes next, in order.
        next: Vec<NextStep>,
    },
    /// The vote decides nothing. It approves of nothing either.
    NoDecision {
        /// Why.
        why: NoDecision,
    },
}

/// What a winner stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    /// The heads of its authors, before any judging.
    Heads(Rule),
    /// The rule.
    Rule(Rule),
    /// The second rule: the first one left it tied with others.
    SecondRule(Rule),
    /// Two voters to one, authors counted, for it and against each that leads only because its
    /// authors did not judge it.
    TwoToOne(Rule),
}

/// What is done about a tie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NextStep {
    /// The tied ones are counted under another rule.
    SecondRule(Rule),
    /// A member with a good record judges.
    Expert,
    /// The operator decides.
    Operator,
}

/// Why a vote decides nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoDecision {
    /// Nobody is registered.
    #[error("the panel is empty: nobody may vote")]
    EmptyPanel,
    /// There is nothing to vote on.
    #[error("there are no candidates")]
    NoCandidates,
    /// Too few responded.
    #[error("the quorum is lost: {present} of the {needed} voters that are needed responded")]
    QuorumLost {
        /// How many responded.
        present: usize,
        /// How many are needed.
        needed: usize,
    },
    /// Everybody who responded abstained.
    #[error("nobody voted: all who responded abstained")]
    NoVotes,
    /// The rule wants more than half.
    #[error("no candidate has more than half of the heads")]
    NoMajority,
    /// The rule wants all.
    #[error("the voters are not of one mind")]
    NotUnanimous,
    /// The rule can not work for this panel.
    #[error("{why}")]
    Unworkable {
        /// Why not.
        why: Unworkable,
    },
}

impl Outcome {
    /// The candidate that stands.
    #[must_use]
    pub fn winner(&self) -> Option<usize> {
        match self {
            Self::Winner { candidate, .. } => Some(*candidate),
            Self::Tie { .. } | Self::NoDecision { .. } => None,
        }
    }
}

impl fmt::Display for NextStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SecondRule(rule) => write!(f, "{rule}"),
            Self::Expert => f.write_str("expert"),
            Self::Operator => f.write_str("operator"),
        }
    }
}
