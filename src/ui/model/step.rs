//! The last step of this console in the queue, as long as it can be taken back.

use crate::core::{Spot, TaskId, Text};

/// What was done last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// A task was given another text.
    Reworded(Reworded),
    /// Tasks were moved: what brings them back to where they stood, in this order.
    Moved(Vec<(TaskId, Spot)>),
}

/// A task that was given another text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reworded {
    pub(crate) task: TaskId,
    pub(crate) before: Text,
    pub(crate) after: Text,
}
