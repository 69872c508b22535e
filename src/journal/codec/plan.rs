//! Plans: proposed, changed, approved, gone on with.

use serde::{Deserialize, Serialize};

use super::kind::TaskKind;
use super::task::Strategy;
use crate::core::{self, CallId, Event, MemberName, Planned, TaskId, Text};

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Proposed {
    pub(super) task: TaskId,
    pub(super) call: CallId,
    pub(super) steps: Vec<Step>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Edited {
    pub(super) task: TaskId,
    pub(super) steps: Vec<Step>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Approved {
    pub(super) task: TaskId,
    pub(super) steps: Vec<TaskId>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Resumed {
    pub(super) task: TaskId,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Step {
    key: String,
    prompt: Text,
    kind: Option<TaskKind>,
    strategy: Strategy,
    members: Vec<MemberName>,
    after: Vec<String>,
    accept: String,
}

/// The stored form of a plan.
pub(super) fn steps(plan: &core::Plan) -> Vec<Step> {
    plan.steps().iter().map(Into::into).collect()
}

fn plan(steps: Vec<Step>) -> core::Plan {
    core::Plan(steps.into_iter().map(Into::into).collect())
}

impl From<Proposed> for Event {
    fn from(wire: Proposed) -> Self {
        Self::Planned {
            what: Planned::Proposed {
                task: wire.task,
                call: wire.call,
                plan: plan(wire.steps),
            },
        }
    }
}

impl From<Edited> for Event {
    fn from(wire: Edited) -> Self {
        Self::Planned {
            what: Planned::Edited {
                task: wire.task,
                plan: plan(wire.steps),
            },
        }
    }
}

impl From<Approved> for Event {
    fn from(wire: Approved) -> Self {
        Self::Planned {
            what: Planned::Approved {
                task: wire.task,
                steps: wire.steps,
            },
        }
    }
}

impl From<Resumed> for Event {
    fn from(wire: Resumed) -> Self {
        Self::Planned {
            what: Planned::Resumed { task: wire.task },
        }
    }
}

impl From<&core::PlanStep> for Step {
    fn from(step: &core::PlanStep) -> Self {
        let core::PlanStep {
            key,
            prompt,
            kind,
            strategy,
            members,
            after,
            accept,
        } = step.clone();
        Self {
            key,
            prompt,
            kind: kind.map(Into::into),
            strategy: strategy.into(),
            members,
            after,
            accept,
        }
    }
}

impl From<Step> for core::PlanStep {
    fn from(wire: Step) -> Self {
        Self {
            key: wire.key,
            prompt: wire.prompt,
            kind: wire.kind.map(Into::into),
            strategy: wire.strategy.into(),
            members: wire.members,
            after: wire.after,
            accept: wire.accept,
        }
    }
}
