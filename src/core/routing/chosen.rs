//! Why a task went to whom it went: the members that came into question, with what each was weighed by.

use serde::{Deserialize, Serialize};

use super::policy::{Policy, Weighed};
use crate::core::MemberName;

/// How many members are kept of those that came into question.
pub const CONSIDERED_KEPT: usize = 16;

/// A choice by a policy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Route {
    /// By which.
    pub policy: Policy,
    /// The members that came into question, best first; of many the first [`CONSIDERED_KEPT`].
    pub considered: Vec<Considered>,
}

/// A member that came into question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Considered {
    /// Who.
    pub member: MemberName,
    /// What the policy ordered it by; more is better.
    pub score: f64,
    /// How likely its result stands, 0 to 1.
    pub expected: f64,
    /// The standard deviation of that belief.
    pub deviation: f64,
    /// The weight of its results on the kind.
    pub n: f64,
    /// The strength that is declared for it, 0 to 1.
    pub strength: Option<f64>,
    /// Its calls in flight, as a share of those that it may work at once.
    pub load: f64,
    /// How long such a task is expected to take it, in seconds.
    pub seconds: Option<f64>,
    /// What such a task is expected to cost, in US dollars.
    pub price: Option<f64>,
}

impl Route {
    /// What a policy made of those that came into question.
    #[must_use]
    pub fn of(policy: Policy, ranked: &[Weighed]) -> Self {
        let considered = ranked.iter().take(CONSIDERED_KEPT);
        Self {
            policy,
            considered: considered.map(Considered::of).collect(),
        }
    }
}

impl Considered {
    fn of(weighed: &Weighed) -> Self {
        Self {
            member: weighed.name.clone(),
            score: weighed.score,
            expected: weighed.estimate.mean,
            deviation: weighed.estimate.sd,
            n: weighed.estimate.n,
            strength: weighed.strength,
            load: weighed.load,
            seconds: weighed.seconds,
            price: weighed.price,
        }
    }
}
