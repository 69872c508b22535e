//! What every rule says of the same ballots.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Outcome, Rule};

/// The outcome under each rule, second rules apart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Robustness {
    verdicts: BTreeMap<Rule, Outcome>,
}

impl Robustness {
    pub(super) fn new(verdicts: impl IntoIterator<Item = (Rule, Outcome)>) -> Self {
        Self {
            verdicts: verdicts.into_iter().collect(),
        }
    }

    /// What a rule says.
    #[must_use]
    pub fn verdict(&self, rule: Rule) -> Option<&Outcome> {
        self.verdicts.get(&rule)
    }

    /// All verdicts.
    pub fn verdicts(&self) -> impl Iterator<Item = (Rule, &Outcome)> {
        self.verdicts.iter().map(|(rule, outcome)| (*rule, outcome))
    }

    /// Under how many rules a candidate wins.
    #[must_use]
    pub fn wins(&self, candidate: usize) -> usize {
        let winners = self.verdicts.values().filter_map(Outcome::winner);
        winners.filter(|winner| *winner == candidate).count()
    }

    /// The candidate that wins under at least twice as many rules as elect others, with that number;
    /// `None` where it depends on the rule, or no rule elects anybody.
    #[must_use]
    pub fn firm(&self) -> Option<(usize, usize)> {
        let winners = || self.verdicts.values().filter_map(Outcome::winner);
        winners().find_map(|candidate| {
            let wins = self.wins(candidate);
            let others = winners().count() - wins;
            (wins > 0 && wins >= others * 2).then_some((candidate, wins))
        })
    }
}

impl fmt::Display for Robustness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rules = self.verdicts.len();
        let elects = self.verdicts.values().any(|it| it.winner().is_some());
        match self.firm() {
            Some((_, wins)) => write!(f, "wins under {wins} of {rules}"),
            None if elects => f.write_str("rule-dependent"),
            None => f.write_str("no rule elects anybody"),
        }
    }
}
