//! The terms of a vote, and how it was closed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::core::voting::{Ballots, Count, Outcome, Rule, Setup, Voice, count_with};
use crate::core::{MemberName, Timestamp};

/// The terms of a vote, as it was set up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Terms {
    /// How it is counted.
    pub setup: Setup,
    /// What the vote of each member weighs under the weighted rule, by its record at the time.
    pub weights: BTreeMap<MemberName, f64>,
    /// Until when ballots are taken.
    pub closes: Timestamp,
}

impl Terms {
    /// Counts ballots as they would be counted under another rule, with every vote weighing the same, or
    /// with other voices besides. For show.
    #[must_use]
    pub fn count_by(&self, ballots: &Ballots, rule: Rule, equal: bool, besides: &[Voice]) -> Count {
        let setup = if rule == self.setup.rule {
            self.setup
        } else {
            let second = rule.standard_second();
            Setup {
                rule,
                second,
                ..self.setup
            }
        };
        let even = BTreeMap::new();
        let weights = if equal { &even } else { &self.weights };
        count_with(ballots, &setup, weights, besides)
    }
}

/// How far a vote went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Course {
    /// Ballots are taken.
    Open,
    /// It was counted.
    Closed,
    /// The conflict left it before it was counted.
    BrokenOff,
}

impl Course {
    /// Its name.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
            Self::BrokenOff => "broken off",
        }
    }
}

/// How a vote was closed: what the room counted, to be held against a recount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    /// The vote.
    pub epoch: u64,
    /// How it ended.
    pub outcome: Outcome,
    /// The candidate that wins under each rule, where one does.
    pub winners: BTreeMap<Rule, usize>,
}
