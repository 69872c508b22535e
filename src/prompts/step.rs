//! Template: one step of a chain. The work of the steps before stands in frames before it.

use super::{Leave, leave_line};

/// What the template needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepInput<'a> {
    /// The task as it was typed.
    pub task: &'a str,
    /// What the member may do.
    pub leave: Leave,
    /// Which step it is, counted from 0.
    pub number: u32,
}

/// The task for the first step; for later ones the order to bring the work before it forward.
#[must_use]
pub fn step(input: &StepInput<'_>) -> String {
    let leave = leave_line(input.leave);
    if input.number == 0 {
        return format!("{}{leave}", input.task);
    }
    format!(
        "You take step {} of a chain on the task below. Build on the work above: check it, correct \
         what is wrong, add what is missing, and give the whole improved result, not only your \
         changes.{leave}\n\nTask:\n{}",
        input.number.saturating_add(1),
        input.task,
    )
}
