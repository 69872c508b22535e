//! Template: a task for each member of a council.

use super::{Leave, final_block, leave_line};

/// What the template needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CouncilInput<'a> {
    /// The task as it was typed.
    pub task: &'a str,
    /// What the member may do.
    pub leave: Leave,
}

/// The task, and the request for one typed final answer at the end.
#[must_use]
pub fn council(input: &CouncilInput<'_>) -> String {
    format!(
        "{}{}\n\n\
         Several models answer this independently. Answer in your own words first.\n{}",
        input.task,
        leave_line(input.leave),
        final_block::request(),
    )
}
