//! Template: a task for one member alone, or for each of a race.

use super::{Leave, leave_line};

/// What the template needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerInput<'a> {
    /// The task as it was typed.
    pub task: &'a str,
    /// What the member may do.
    pub leave: Leave,
}

/// The task as it was typed, and nothing that need not be said.
#[must_use]
pub fn answer(input: &AnswerInput<'_>) -> String {
    format!("{}{}", input.task, leave_line(input.leave))
}
