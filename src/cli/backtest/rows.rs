//! The rows of a table: what is replayed, and what it is called.

use std::fmt;

use super::hindsight::Hindsight;
use super::pool::Pool;
use crate::core::routing::policy::Policy;
use crate::core::routing::replay::Way;
use crate::core::voting::Rule;

/// How many calls a task `learned` is tried with where nothing is said.
const CALLS: [f64; 3] = [1.0, 1.2, 2.0];
/// How many the weighted rule is tried to ask first where nothing is said.
const CASCADE: usize = 3;

/// A row.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Row {
    /// What was best, now that all is known.
    Hindsight(Hindsight),
    /// Members are chosen by a policy, with so many calls a task at most.
    Policy(Policy, f64),
    /// A rule counts answers: of all, or of so many first and of the others only where these differ.
    Rule(Rule, Option<usize>, Option<f64>),
}

/// What is wanted of the table.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    pub(super) policies: Vec<Policy>,
    pub(super) rules: Vec<Rule>,
    pub(super) cascades: Vec<usize>,
    pub(super) threshold: Option<f64>,
    pub(super) calls: Vec<f64>,
    pub(super) against: Option<Row>,
}

impl Row {
    /// How it is replayed; nothing for what is read off the records.
    pub(super) fn way(&self) -> Option<Way> {
        match self {
            Self::Hindsight(_) => None,
            Self::Policy(policy, calls) => Some(Way::Policy {
                policy: *policy,
                further: calls - 1.0,
            }),
            Self::Rule(rule, cascade, threshold) => Some(Way::Rule {
                rule: *rule,
                cascade: *cascade,
                threshold: *threshold,
            }),
        }
    }

    /// Whether it is about a rule.
    pub(super) fn is_rule(&self) -> bool {
        matches!(self, Self::Rule(..))
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hindsight(hindsight) => f.write_str(hindsight.words()),
            Self::Policy(policy, calls) if *calls > 1.0 => write!(f, "{policy}, ≤ {calls} calls"),
            Self::Policy(policy, _) => write!(f, "{policy}"),
            Self::Rule(rule, None, _) => write!(f, "{rule}"),
            Self::Rule(rule, Some(first), None) => write!(f, "{rule}, first {first}"),
            Self::Rule(rule, Some(first), Some(sure)) => {
                write!(f, "{rule}, first {first}, sure at {sure}")
            }
        }
    }
}

impl Wanted {
    /// The rows for a pool, and what cannot be replayed of what is wanted, in words.
    pub(super) fn rows(&self, pool: &Pool) -> (Vec<Row>, Vec<String>) {
        let mut rows: Vec<Row> = Hindsight::of(pool)
            .into_iter()
            .map(Row::Hindsight)
            .collect();
        let mut left_out = Vec::new();
        let is_open = self.policies.is_empty() && self.rules.is_empty();
        let policies = if is_open { Policy::ALL } else { &self.policies };
        let (has_seconds, has_costs) = (
            pool.has(|given| given.seconds.is_some()),
            pool.has(|given| given.cost.is_some()),
        );
        for policy in policies {
            let lacks = match policy {
                Policy::Fastest if !has_seconds => Some("how long an answer took (`seconds`)"),
                Policy::Cheapest if !has_costs => Some("what an answer cost (`cost`)"),
                Policy::Fixed
                | Policy::RoundRobin
                | Policy::Strength
                | Policy::LeastLoaded
                | Policy::Fastest
                | Policy::Cheapest
                | Policy::Performance
                | Policy::Thompson
                | Policy::Learned => None,
            };
            if let Some(lacks) = lacks {
                left_out.push(format!("`{policy}` is left out: no record says {lacks}"));
                continue;
            }
            let most: &[f64] = match policy {
                Policy::Learned if self.calls.is_empty() => &CALLS,
                Policy::Learned => &self.calls,
                Policy::Fixed
                | Policy::RoundRobin
                | Policy::Strength
                | Policy::LeastLoaded
                | Policy::Fastest
                | Policy::Cheapest
                | Policy::Performance
                | Policy::Thompson => &[1.0],
            };
            rows.extend(most.iter().map(|most| Row::Policy(*policy, *most)));
        }
        let heads: Vec<Rule> = Rule::ALL
            .into_iter()
            .filter(|rule| rule.counts_heads())
            .collect();
        let rules = if is_open { &heads } else { &self.rules };
        for rule in rules {
            rows.push(Row::Rule(*rule, None, None));
            let standard = [CASCADE];
            let is_weighted = *rule == Rule::Weighted;
            let cascades: &[usize] = if is_weighted && self.cascades.is_empty() {
                if pool.members.len() > CASCADE {
                    &standard
                } else {
                    &[]
                }
            } else if is_open && !is_weighted {
                &[]
            } else {
                &self.cascades
            };
            let cascades = cascades.iter();
            rows.extend(cascades.map(|first| Row::Rule(*rule, Some(*first), self.threshold)));
        }
        if let Some(base) = self.against.iter().find(|base| !rows.contains(base)) {
            rows.push(base.clone());
        }
        (rows, left_out)
    }
}
