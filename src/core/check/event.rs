//! What happened to the checks of a room, and to a run of one.

use serde::{Deserialize, Serialize};

use super::{CheckEnd, CheckName, Checks};
use crate::core::{CheckId, TaskId, Text};

/// What happened to checks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Checked {
    /// Which checks the room has was set.
    Set {
        /// All of them.
        checks: Checks,
    },
    /// The result of a task is checked. The order to do so follows from this.
    Started {
        /// The number of this run.
        check: CheckId,
        /// Of which task.
        task: TaskId,
        /// By which check.
        name: CheckName,
    },
    /// A check is over.
    Ended {
        /// Which run.
        check: CheckId,
        /// Of which task.
        task: TaskId,
        /// How.
        end: CheckEnd,
        /// The end of what its command wrote; untrusted.
        tail: Text,
    },
}
