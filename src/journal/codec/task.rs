//! Tasks: added, reworded, moved, reprioritised, routed, delayed, reopened, concluded.

use serde::{Deserialize, Serialize};

use super::kind::TaskKind;
use super::routing::Policy;
use super::vote::Rule;
use super::wire_words;
use crate::core::analysis::Size;
use crate::core::{self, CallId, CheckName, Event, MemberName, TaskId, Text, Timestamp};

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Added {
    pub(super) task: TaskId,
    pub(super) order: Order,
    pub(super) analysis: Option<Analysis>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Analysis {
    kind: TaskKind,
    share: u16,
    why: Vec<String>,
    prompt_tokens: u64,
    answer_tokens: u64,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Relabelled {
    pub(super) task: TaskId,
    pub(super) kind: TaskKind,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Reopened {
    pub(super) task: TaskId,
    pub(super) order: Order,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Order {
    prompt: Text,
    kind: TaskKind,
    kind_by: KindBy,
    priority: Priority,
    strategy: Strategy,
    members: Vec<MemberName>,
    after: Vec<TaskId>,
    deadline: Option<Timestamp>,
    rule: Option<Rule>,
    policy: Option<Policy>,
    check: Option<CheckName>,
    origin: Origin,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Reprioritised {
    pub(super) task: TaskId,
    pub(super) priority: Priority,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Reworded {
    pub(super) task: TaskId,
    pub(super) prompt: Text,
    pub(super) kind: TaskKind,
    pub(super) analysis: Option<Analysis>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Moved {
    pub(super) task: TaskId,
    pub(super) to: Spot,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Spot {
    AheadOf(TaskId),
    Behind(TaskId),
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Routed {
    pub(super) task: TaskId,
    pub(super) council: Vec<MemberName>,
    pub(super) because: String,
    pub(super) route: Option<super::routing::Route>,
    pub(super) convened: Option<super::routing::Convened>,
    pub(super) forecast: Option<super::routing::Forecast>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Delayed {
    pub(super) task: TaskId,
    pub(super) until: Timestamp,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Concluded {
    pub(super) task: TaskId,
    pub(super) outcome: Outcome,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Outcome {
    Done {
        result: Text,
        from: Vec<CallId>,
        basis: Basis,
    },
    Failed {
        why: String,
    },
    Cancelled,
}

wire_words!(KindBy = core::KindBy {
    Given = "given",
    Open = "open",
    Text = "text",
    Corrected = "corrected",
});

wire_words!(Priority = core::Priority {
    Low = "low",
    Normal = "normal",
    High = "high",
    Urgent = "urgent",
});

wire_words!(Strategy = core::Strategy {
    Auto = "auto",
    Solo = "solo",
    Race = "race",
    Council = "council",
    Debate = "debate",
    Chain = "chain",
    Think = "think",
    Plan = "plan",
});

wire_words!(Origin = core::Origin {
    Operator = "operator",
    CommandLine = "command_line",
    Hub = "hub",
    Room = "room",
});

wire_words!(Basis = core::Basis {
    Only = "only",
    First = "first",
    Agreement = "agreement",
    LastStep = "last_step",
    Conclusion = "conclusion",
    Plan = "plan",
    Operator = "operator",
    Vote = "vote",
    Consensus = "consensus",
    Merged = "merged",
    Expert = "expert",
    Fallback = "fallback",
});

impl From<&core::TaskOrder> for Order {
    fn from(order: &core::TaskOrder) -> Self {
        let core::TaskOrder {
            prompt,
            kind,
            kind_by,
            priority,
            strategy,
            members,
            after,
            deadline,
            rule,
            policy,
            check,
            origin,
        } = order;
        Self {
            prompt: prompt.clone(),
            kind: (*kind).into(),
            kind_by: (*kind_by).into(),
            priority: (*priority).into(),
            strategy: (*strategy).into(),
            members: members.clone(),
            after: after.clone(),
            deadline: *deadline,
            rule: rule.map(Into::into),
            policy: policy.map(Into::into),
            check: check.clone(),
            origin: (*origin).into(),
        }
    }
}

impl From<Order> for core::TaskOrder {
    fn from(wire: Order) -> Self {
        Self {
            prompt: wire.prompt,
            kind: wire.kind.into(),
            kind_by: wire.kind_by.into(),
            priority: wire.priority.into(),
            strategy: wire.strategy.into(),
            members: wire.members,
            after: wire.after,
            deadline: wire.deadline,
            rule: wire.rule.map(Into::into),
            policy: wire.policy.map(Into::into),
            check: wire.check,
            origin: wire.origin.into(),
        }
    }
}

impl From<Added> for Event {
    fn from(wire: Added) -> Self {
        Self::TaskAdded {
            task: wire.task,
            order: wire.order.into(),
            analysis: wire.analysis.map(|it| Box::new(it.into())),
        }
    }
}

impl From<Relabelled> for Event {
    fn from(wire: Relabelled) -> Self {
        Self::TaskRelabelled {
            task: wire.task,
            kind: wire.kind.into(),
        }
    }
}

impl From<&core::Analysis> for Analysis {
    fn from(analysis: &core::Analysis) -> Self {
        let core::Analysis {
            guess: core::Guess { kind, share, why },
            size: Size { prompt, answer },
        } = analysis.clone();
        Self {
            kind: kind.into(),
            share,
            why,
            prompt_tokens: prompt,
            answer_tokens: answer,
        }
    }
}

impl From<Analysis> for core::Analysis {
    fn from(wire: Analysis) -> Self {
        Self {
            guess: core::Guess {
                kind: wire.kind.into(),
                share: wire.share,
                why: wire.why,
            },
            size: Size {
                prompt: wire.prompt_tokens,
                answer: wire.answer_tokens,
            },
        }
    }
}

impl From<Reopened> for Event {
    fn from(wire: Reopened) -> Self {
        Self::TaskReopened {
            task: wire.task,
            order: wire.order.into(),
        }
    }
}

impl From<Reprioritised> for Event {
    fn from(wire: Reprioritised) -> Self {
        Self::TaskReprioritised {
            task: wire.task,
            priority: wire.priority.into(),
        }
    }
}

impl From<Reworded> for Event {
    fn from(wire: Reworded) -> Self {
        Self::TaskReworded {
            task: wire.task,
            prompt: wire.prompt,
            kind: wire.kind.into(),
            analysis: wire.analysis.map(|it| Box::new(it.into())),
        }
    }
}

impl From<Moved> for Event {
    fn from(wire: Moved) -> Self {
        Self::TaskMoved {
            task: wire.task,
            to: wire.to.into(),
        }
    }
}

impl From<core::Spot> for Spot {
    fn from(to: core::Spot) -> Self {
        match to {
            core::Spot::AheadOf(task) => Self::AheadOf(task),
            core::Spot::Behind(task) => Self::Behind(task),
        }
    }
}

impl From<Spot> for core::Spot {
    fn from(to: Spot) -> Self {
        match to {
            Spot::AheadOf(task) => Self::AheadOf(task),
            Spot::Behind(task) => Self::Behind(task),
        }
    }
}

impl From<Routed> for Event {
    fn from(wire: Routed) -> Self {
        Self::TaskRouted {
            task: wire.task,
            council: wire.council,
            because: wire.because,
            route: wire.route.map(|route| Box::new(route.into())),
            convened: wire.convened.map(|it| Box::new(it.into())),
            forecast: wire.forecast.map(Into::into),
        }
    }
}

impl From<Delayed> for Event {
    fn from(wire: Delayed) -> Self {
        Self::TaskDelayed {
            task: wire.task,
            until: wire.until,
        }
    }
}

impl From<Concluded> for Event {
    fn from(wire: Concluded) -> Self {
        let outcome = match wire.outcome {
            Outcome::Done {
                result,
                from,
                basis,
            } => core::Outcome::Done {
                result,
                from,
                basis: basis.into(),
            },
            Outcome::Failed { why } => core::Outcome::Failed { why },
            Outcome::Cancelled => core::Outcome::Cancelled,
        };
        Self::TaskConcluded {
            task: wire.task,
            outcome,
        }
    }
}

impl From<&core::Outcome> for Outcome {
    fn from(outcome: &core::Outcome) -> Self {
        match outcome.clone() {
            core::Outcome::Done {
                result,
                from,
                basis,
            } => Self::Done {
                result,
                from,
                basis: basis.into(),
            },
            core::Outcome::Failed { why } => Self::Failed { why },
            core::Outcome::Cancelled => Self::Cancelled,
        }
    }
}
