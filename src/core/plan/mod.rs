//! Plans: a goal split into steps that wait for one another, and how far the work on them is.
//!
//! Owns what a plan is, how it is read from a member's answer and from the operator's text, and what its
//! task needs next. Who makes a plan, and when its steps are added, is the business of
//! [`follow`](crate::core::follow()) and [`decide`](crate::core::decide()).
//!
//! **Invariant:** a plan has 1 to [`STEPS_MAX`] steps with keys that differ; each waits only for steps that
//! stand before it.

mod course;
mod event;
mod flaw;
mod read;
mod written;

use serde::{Deserialize, Serialize};

pub use course::{Part, Placed, PlanStage, Planning, Stands};
pub use event::Planned;
pub use flaw::Flaw;
pub use read::{SCHEMA, read};
pub use written::{HEAD, text, written};

use crate::core::{KindBy, MemberName, State, Strategy, TaskId, TaskKind, TaskOrder, Text};

/// The most steps of a plan.
pub const STEPS_MAX: usize = 24;
/// The longest key of a step, in characters.
pub const KEY_MAX: usize = 32;
/// The longest prompt of a step, in bytes.
pub const STEP_MAX: usize = 8 * 1024;
/// The longest acceptance note, in bytes.
pub const ACCEPT_MAX: usize = 1024;
/// Before the acceptance note, where it is told and where it is written.
const DONE_WHEN: &str = "Done when:";

/// A goal split into steps, in an order in which they can be worked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Plan(pub Vec<PlanStep>);

/// One step of a plan. Its texts are untrusted until the operator has approved them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanStep {
    /// By what other steps name it: letters, digits, `-` and `_`.
    pub key: String,
    /// What is to be done.
    pub prompt: Text,
    /// What sort of work it is; without it its text says so.
    pub kind: Option<TaskKind>,
    /// How it is worked.
    pub strategy: Strategy,
    /// Who shall work it; empty leaves it to routing.
    pub members: Vec<MemberName>,
    /// The keys of the steps that must be done first.
    pub after: Vec<String>,
    /// When it is done well; empty where nothing was said.
    pub accept: String,
}

impl Plan {
    /// The steps, each after all for which it waits.
    #[must_use]
    pub fn steps(&self) -> &[PlanStep] {
        &self.0
    }

    /// The place of a step.
    #[must_use]
    pub fn place(&self, key: &str) -> Option<usize> {
        self.0.iter().position(|step| step.key == key)
    }

    /// The orders of its steps, when the first of them gets the number `first` and each further one the
    /// next. What the planned task says of urgency, deadline, count and origin is theirs too, and what it
    /// waits for is waited for by those that wait for no step.
    pub(crate) fn orders(&self, planned: &TaskOrder, first: TaskId) -> Vec<TaskOrder> {
        let number = |place: usize| TaskId(first.0.saturating_add(place as u64));
        let orders = self.0.iter().map(|step| {
            let after = step.after.iter().filter_map(|key| self.place(key));
            let after: Vec<TaskId> = after.map(number).collect();
            TaskOrder {
                after: if after.is_empty() {
                    planned.after.clone()
                } else {
                    after
                },
                ..step.order(planned)
            }
        });
        orders.collect()
    }
}

impl PlanStep {
    /// What is ordered for it, whatever it waits for.
    pub(crate) fn order(&self, planned: &TaskOrder) -> TaskOrder {
        let prompt = if self.accept.is_empty() {
            self.prompt.clone()
        } else {
            Text::from(format!("{}\n\n{DONE_WHEN} {}", self.prompt, self.accept))
        };
        TaskOrder {
            prompt,
            kind: self.kind.unwrap_or(TaskKind::General),
            kind_by: match self.kind {
                Some(_) => KindBy::Given,
                None => KindBy::Open,
            },
            priority: planned.priority,
            strategy: self.strategy,
            members: self.members.clone(),
            after: Vec::new(),
            deadline: planned.deadline,
            rule: planned.rule,
            policy: planned.policy,
            // What the planned task names is for its own result; a step's kind says by what that one is checked.
            check: None,
            origin: planned.origin,
        }
    }
}

/// The planned task of which a task is a step now; none where that was planned anew or is forgotten.
#[must_use]
pub fn planned(state: &State, step: TaskId) -> Option<TaskId> {
    let part = state.task(step)?.part()?;
    let planning = state.task(part.of)?.planning();
    let mut placed = planning.placed().iter();
    placed.any(|one| one.task == step).then_some(part.of)
}

#[cfg(test)]
mod tests;
