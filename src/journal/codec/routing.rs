//! How members are chosen: what was set, why a task went to whom, what the operator says of results.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::kind::TaskKind;
use super::wire_words;
use crate::core::forecast;
use crate::core::routing::{chosen, convene, limits, policy, setting, whether};
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

wire_words!(Several = whether::Several {
    Never = "never",
    Auto = "auto",
    Always = "always",
});

wire_words!(Need = limits::Need {
    Words = "words",
    Look = "look",
    Act = "act",
});

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Set {
    policy: Policy,
    kinds: BTreeMap<TaskKind, Policy>,
    order: Vec<MemberName>,
    further: f64,
    several: BTreeMap<TaskKind, Several>,
    needs: BTreeMap<TaskKind, Need>,
    most_usd: Option<f64>,
    rewards: Rewards,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rewards {
    choice: f64,
    thumb: f64,
    check: f64,
    replaced: f64,
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

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Convened {
    how: Convening,
    members: u32,
    credit: f64,
    councils: f64,
    differ: f64,
    because: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Convening {
    One,
    Cascade { first: usize, most: usize },
    Everybody,
}

impl From<&setting::Setting> for Set {
    fn from(setting: &setting::Setting) -> Self {
        let setting::Setting {
            policy,
            kinds,
            order,
            further,
            several,
            needs,
            most_usd,
            rewards,
        } = setting.clone();
        let (kinds, several) = (kinds.into_iter(), several.into_iter());
        Self {
            policy: policy.into(),
            kinds: kinds.map(|(kind, it)| (kind.into(), it.into())).collect(),
            order,
            further,
            several: several.map(|(kind, it)| (kind.into(), it.into())).collect(),
            needs: needs
                .into_iter()
                .map(|(kind, it)| (kind.into(), it.into()))
                .collect(),
            most_usd,
            rewards: Rewards {
                choice: rewards.choice,
                thumb: rewards.thumb,
                check: rewards.check,
                replaced: rewards.replaced,
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
        let (kinds, several) = (wire.kinds.into_iter(), wire.several.into_iter());
        let rewards = wire.rewards;
        Self::RoutingSet {
            setting: setting::Setting {
                policy: wire.policy.into(),
                kinds: kinds.map(|(kind, it)| (kind.into(), it.into())).collect(),
                order: wire.order,
                further: wire.further,
                several: several.map(|(kind, it)| (kind.into(), it.into())).collect(),
                needs: wire
                    .needs
                    .into_iter()
                    .map(|(kind, it)| (kind.into(), it.into()))
                    .collect(),
                most_usd: wire.most_usd,
                rewards: setting::Rewards {
                    choice: rewards.choice,
                    thumb: rewards.thumb,
                    check: rewards.check,
                    replaced: rewards.replaced,
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

impl From<&whether::Convened> for Convened {
    fn from(convened: &whether::Convened) -> Self {
        Self {
            how: match convened.how {
                convene::Convening::One => Convening::One,
                convene::Convening::Cascade { first, most } => Convening::Cascade { first, most },
                convene::Convening::Everybody => Convening::Everybody,
            },
            members: convened.members,
            credit: convened.credit,
            councils: convened.councils,
            differ: convened.differ,
            because: convened.because.clone(),
        }
    }
}

impl From<Convened> for whether::Convened {
    fn from(wire: Convened) -> Self {
        Self {
            how: match wire.how {
                Convening::One => convene::Convening::One,
                Convening::Cascade { first, most } => convene::Convening::Cascade { first, most },
                Convening::Everybody => convene::Convening::Everybody,
            },
            members: wire.members,
            credit: wire.credit,
            councils: wire.councils,
            differ: wire.differ,
            because: wire.because,
        }
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Forecast {
    seconds: Option<Seconds>,
    usd: Option<f64>,
    agree: Option<f64>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Seconds {
    likely: f64,
    most: f64,
}

impl From<forecast::Forecast> for Forecast {
    fn from(forecast: forecast::Forecast) -> Self {
        let forecast::Forecast {
            seconds,
            usd,
            agree,
        } = forecast;
        Self {
            seconds: seconds.map(|it| Seconds {
                likely: it.likely,
                most: it.most,
            }),
            usd,
            agree,
        }
    }
}

impl From<Forecast> for forecast::Forecast {
    fn from(wire: Forecast) -> Self {
        Self {
            seconds: wire.seconds.map(|it| forecast::Seconds {
                likely: it.likely,
                most: it.most,
            }),
            usd: wire.usd,
            agree: wire.agree,
        }
    }
}
