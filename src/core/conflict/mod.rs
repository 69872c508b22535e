//! Whether answers agree, and how it was settled when they do not.
//!
//! The way of an answer: the prompt says what kind of answer it wants ([`question`]); the final answer is
//! found in the text ([`block`], [`extract`]) and brought into a normal form ([`normal`], [`prose`]), or it
//! says nothing ([`reading`]); two of them are compared and all of them grouped ([`verdict`]); the groups of
//! a council are its candidates ([`detect`]). In the grey zone a judge says whether two are the same
//! ([`judged`]).
//!
//! Candidates can be taken apart into claims, so that a vote is on the contested ones ([`claims`]), and the
//! result can be made of more than one of them ([`synthesis`]).

pub mod block;
pub mod claims;
pub mod detect;
pub mod extract;
pub mod judged;
pub mod normal;
pub mod prose;
pub mod question;
pub mod reading;
pub mod synthesis;
pub mod verdict;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::core::ladder::Fallback;
use crate::core::voting::Rule;
use crate::core::{Actor, CallId, MemberName, Text};

/// One of the distinct answers of a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// What sets it apart: the final answer as written, or the first line of the text, cut where it
    /// is long; untrusted.
    pub label: String,
    /// The calls that gave it, oldest first; never empty.
    pub calls: Vec<CallId>,
}

/// How a conflict was settled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The candidate that stands; `None` when the result was written by hand.
    pub chosen: Option<usize>,
    /// The words of the operator, when the result was written by hand.
    pub text: Option<Text>,
    /// Who settled it.
    pub by: Actor,
    /// On which ground.
    pub ground: Ground,
    /// Who stood for another candidate to the end.
    pub dissent: Vec<Dissent>,
    /// When it should be settled anew, in words; empty where nobody disagreed.
    pub reopen_if: String,
}

/// On which ground a conflict was settled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    /// By the operator's word.
    Operator,
    /// By a vote under this rule.
    Vote {
        /// The rule that was set.
        rule: Rule,
    },
    /// All answers were merged: none was to be left out.
    Merged,
    /// All came to one answer in a round.
    Consensus {
        /// Which, from 1.
        round: u32,
    },
    /// An expert judged.
    Expert {
        /// Who.
        member: MemberName,
    },
    /// Nobody could settle it.
    Fallback {
        /// What was set for that.
        fallback: Fallback,
    },
}

impl fmt::Display for Ground {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operator => f.write_str("by the operator"),
            Self::Vote { rule } => write!(f, "by a vote under {rule}"),
            Self::Merged => f.write_str("merged, as none was to be left out"),
            Self::Consensus { round } => write!(f, "by consensus in round {round}"),
            Self::Expert { member } => write!(f, "by {member} as the expert"),
            Self::Fallback { fallback } => write!(f, "by the fallback, {}", fallback.word()),
        }
    }
}

/// One who stood for another candidate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dissent {
    /// Who.
    pub member: MemberName,
    /// For which candidate.
    pub candidate: usize,
    /// Its reason, in one line, if it gave one; untrusted.
    pub because: String,
}

impl Decision {
    /// The operator's choice of a candidate, or own words, with nobody against it.
    #[must_use]
    pub fn by_operator(chosen: Option<usize>, text: Option<Text>) -> Self {
        Self {
            chosen,
            text,
            by: Actor::Operator,
            ground: Ground::Operator,
            dissent: Vec::new(),
            reopen_if: String::new(),
        }
    }
}
