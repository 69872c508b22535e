//! What happened to the plan of a task.

use serde::{Deserialize, Serialize};

use super::Plan;
use crate::core::{CallId, TaskId};

/// What happened to a plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Planned {
    /// A member split a task into steps.
    Proposed {
        /// The task.
        task: TaskId,
        /// The call that brought the plan.
        call: CallId,
        /// The plan.
        plan: Plan,
    },
    /// The operator put another plan in its place.
    Edited {
        /// The planned task.
        task: TaskId,
        /// The plan now.
        plan: Plan,
    },
    /// The operator approved a plan. The tasks of its steps were added just before.
    Approved {
        /// The planned task.
        task: TaskId,
        /// The tasks of the steps, in the order of the plan.
        steps: Vec<TaskId>,
    },
    /// A task that ended because steps of it had no result goes on: these were reopened just before.
    Resumed {
        /// The planned task.
        task: TaskId,
    },
}
