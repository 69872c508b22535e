//! Template: asks for the answer to a task after the last thought about it.

use super::thought::so_far;
use super::{Leave, leave_line};
use crate::core::Thought;

/// What the template needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConcludeInput<'a> {
    /// The task as it was typed.
    pub task: &'a str,
    /// What the member may do.
    pub leave: Leave,
    /// All thoughts, in order.
    pub thoughts: &'a [Thought],
}

/// The task, the thoughts in frames, and the request to conclude.
#[must_use]
pub fn conclude(input: &ConcludeInput<'_>) -> String {
    format!(
        "{}{}\n\n{}\
         The thinking is over. Now answer the task itself, in your own words and not as JSON. Give \
         the whole answer: who reads it has not seen the thoughts.",
        input.task,
        leave_line(input.leave),
        so_far(input.thoughts),
    )
}
