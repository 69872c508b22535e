//! How members are chosen: what was set, why a task went to whom, what the operator says of results.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::kind::TaskKind;
use super::wire_words;
use crate::core::routing::{chosen, policy, setting};
use crate::core::{Event, MemberName, TaskId};

wire_words!(Policy = policy::Policy {
    Fixed = "fixed",
    RoundRobin = "round_robin",
    Strength = "strength",
    LeastLoaded = "least_loaded",
    Fastest = "fastest",
    Cheapest = "cheapest",
    Performance = "performance",
    Thompson = "thompson",
    Learned = "learned",
});

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Set {
    policy: Policy,
    kinds: BTreeMap<TaskKind, Policy>,
    order: Vec<MemberName>,
    rewards: Rewards,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rewards {
    choice: f64,
    thumb: f64,
    vote: f64,
    expert: f64,
    agreement: f64,
    answered: f64,
    failed: f64,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rated {
    pub(super) task: TaskId,
    pub(super) good: Option<bool>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Route {
    policy: Policy,
    considered: Vec<Considered>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Considered {
    member: MemberName,
    score: f64,
    expected: f64,
    deviation: f64,
    n: f64,
    strength: Option<f64>,
    load: f64,
    seconds: Option<f64>,
    usd: Option<f64>,
}

impl From<&setting::Setting> for Set {
    fn from(setting: &setting::Setting) -> Self {
        let setting::Setting {
            policy,
            kinds,
            order,
            rewards,
        } = setting.clone();
        let kinds = kinds.into_iter();
        Self {
            policy: policy.into(),
            kinds: kinds.map(|(kind, it)| (kind.into(), it.into())).collect(),
            order,
            rewards: Rewards {
                choice: rewards.choice,
                thumb: rewards.thumb,
                vote: rewards.vote,
                expert: rewards.expert,
                agreement: rewards.agreement,
                answered: rewards.answered,
                failed: rewards.failed,
            },
        }
    }
}

impl From<Set> for Event {
    fn from(wire: Set) -> Self {
        let kinds = wire.kinds.into_iter();
        let rewards = wire.rewards;
        Self::RoutingSet {
            setting: setting::Setting {
                policy: wire.policy.into(),
                kinds: kinds.map(|(kind, it)| (kind.into(), it.into())).collect(),
                order: wire.order,
                rewards: setting::Rewards {
                    choice: rewards.choice,
                    thumb: rewards.thumb,
                    vote: rewards.vote,
                    expert: rewards.expert,
                    agreement: rewards.agreement,
                    answered: rewards.answered,
                    failed: rewards.failed,
                },
            },
        }
    }
}

impl From<Rated> for Event {
    fn from(wire: Rated) -> Self {
        Self::ResultRated {
            task: wire.task,
            good: wire.good,
        }
    }
}

impl From<&chosen::Route> for Route {
    fn from(route: &chosen::Route) -> Self {
        let considered = route.considered.iter().cloned();
        Self {
            policy: route.policy.into(),
            considered: considered
                .map(|one| Considered {
                    member: one.member,
                    score: one.score,
                    expected: one.expected,
                    deviation: one.deviation,
                    n: one.n,
                    strength: one.strength,
                    load: one.load,
                    seconds: one.seconds,
                    usd: one.price,
                })
                .collect(),
        }
    }
}

impl From<Route> for chosen::Route {
    fn from(wire: Route) -> Self {
        let considered = wire.considered.into_iter();
        Self {
            policy: wire.policy.into(),
            considered: considered
                .map(|one| chosen::Considered {
                    member: one.member,
                    score: one.score,
                    expected: one.expected,
                    deviation: one.deviation,
                    n: one.n,
                    strength: one.strength,
                    load: one.load,
                    seconds: one.seconds,
                    price: one.usd,
                })
                .collect(),
        }
    }
}
