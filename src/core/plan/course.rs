//! How far the work on a planned task is: drafted, waiting for leave, its steps at work, put together.

use serde::{Deserialize, Serialize};

use super::Plan;
use crate::core::text::clipped;
use crate::core::{Outcome, TaskId};

/// How many bytes of each text of a plan the state keeps once its task is over.
const KEPT_AFTER: usize = 400;

/// The plan of a task, and what became of its steps.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Planning {
    plan: Option<Plan>,
    /// How often it was written, the first time included.
    revision: u32,
    /// The tasks of its steps, in their order; empty until it is approved.
    placed: Vec<Placed>,
}

/// The task of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placed {
    /// Its number.
    pub task: TaskId,
    /// How it stands.
    pub stands: Stands,
}

/// How a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stands {
    /// It waits or is worked.
    Open,
    /// It has a result.
    Done,
    /// It ended without one.
    Broken,
}

/// What a planned task needs next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanStage {
    /// Its plan.
    Draft,
    /// The operator's leave.
    Approve,
    /// The results of its steps.
    Work,
    /// The result that is made of theirs.
    Gather,
    /// Nothing: no step is open, and some have no result.
    Broken,
}

/// Of which plan a task is a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The planned task.
    pub of: TaskId,
    /// The step's key.
    pub key: String,
}

impl Planning {
    /// The plan, once there is one.
    #[must_use]
    pub fn plan(&self) -> Option<&Plan> {
        self.plan.as_ref()
    }

    /// How often the plan was written: who changes or approves it names what they saw.
    #[must_use]
    pub fn revision(&self) -> u32 {
        self.revision
    }

    /// The tasks of the steps in their order; empty until the plan is approved.
    #[must_use]
    pub fn placed(&self) -> &[Placed] {
        &self.placed
    }

    /// How many steps have a result, and how many there are.
    #[must_use]
    pub fn progress(&self) -> (usize, usize) {
        let done = self.placed.iter();
        let done = done.filter(|one| one.stands == Stands::Done).count();
        (done, self.placed.len())
    }

    /// What is needed next.
    #[must_use]
    pub fn stage(&self) -> PlanStage {
        let any = |stands| self.placed.iter().any(|one| one.stands == stands);
        match (&self.plan, self.placed.is_empty()) {
            (None, _) => PlanStage::Draft,
            (Some(_), true) => PlanStage::Approve,
            (Some(_), false) if any(Stands::Open) => PlanStage::Work,
            (Some(_), false) if any(Stands::Broken) => PlanStage::Broken,
            (Some(_), false) => PlanStage::Gather,
        }
    }

    /// Takes a plan in, the first one or a changed one, unless its steps are at work.
    pub(crate) fn write(&mut self, plan: &Plan) {
        if self.placed.is_empty() {
            self.plan = Some(plan.clone());
            self.revision = self.revision.saturating_add(1);
        }
    }

    /// Takes the tasks of its steps in; whether they fit.
    pub(crate) fn place(&mut self, tasks: &[TaskId]) -> bool {
        let steps = self.plan.as_ref().map_or(0, |plan| plan.0.len());
        let fits = self.placed.is_empty() && steps > 0 && steps == tasks.len();
        if fits {
            let placed = tasks.iter().map(|task| Placed {
                task: *task,
                stands: Stands::Open,
            });
            self.placed = placed.collect();
        }
        fits
    }

    /// Notes how a step stands: by its outcome, or open again.
    pub(crate) fn stands(&mut self, task: TaskId, outcome: Option<&Outcome>) {
        let step = self.placed.iter_mut().find(|one| one.task == task);
        if let Some(step) = step {
            step.stands = match outcome {
                None => Stands::Open,
                Some(Outcome::Done { .. }) => Stands::Done,
                Some(Outcome::Failed { .. } | Outcome::Cancelled) => Stands::Broken,
            };
        }
    }

    /// Keeps only how its texts begin.
    pub(crate) fn shorten(&mut self) {
        let steps = self.plan.iter_mut().flat_map(|plan| &mut plan.0);
        for step in steps {
            step.prompt = clipped(step.prompt.as_str(), KEPT_AFTER).into();
            step.accept = clipped(&step.accept, KEPT_AFTER);
        }
    }
}
