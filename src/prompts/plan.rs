//! Template: asks for a plan of a task, as one JSON object.
//!
//! How the object is read is the core's: [`plan`](crate::core::plan).

use super::{Leave, leave_line};
use crate::core::plan::{SCHEMA, STEPS_MAX};
use crate::core::{MemberName, TaskKind};

/// What the template needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanInput<'a> {
    /// The goal as it was typed.
    pub task: &'a str,
    /// What the member may do.
    pub leave: Leave,
    /// Of what kinds steps can be.
    pub kinds: &'a [TaskKind],
    /// Who can be named for a step.
    pub members: &'a [MemberName],
    /// What is to be mended in the last plan, when it is asked for again.
    pub flaw: Option<&'a str>,
}

/// The goal, and how to split it into steps.
#[must_use]
pub fn plan(input: &PlanInput<'_>) -> String {
    let words = |words: Vec<&str>| words.join(", ");
    let kinds = words(input.kinds.iter().map(TaskKind::word).collect());
    let members = words(input.members.iter().map(MemberName::as_str).collect());
    let again = input.flaw.map_or_else(String::new, |flaw| {
        format!("Your last answer was no plan that can be worked: {flaw}. Give the whole plan again.\n\n")
    });
    format!(
        "{}{}\n\n\
         {again}Do not do this yet: split it into steps that can be given to several workers. Give as few \
         steps as do it well, one where one is enough, and at most {STEPS_MAX}. A person reads the plan \
         before anything is done. Reply with one JSON object of this schema and with nothing else:\n\
         {SCHEMA}\n\
         - key: a short name of the step, by which others name it.\n\
         - prompt: what is to be done, so that it can be understood alone. Whoever works the step sees \
         neither the task above nor the other steps, only the results of those in its `after`.\n\
         - accept: how one sees that the step is done well, in a sentence or two.\n\
         - after: the keys of the steps whose results it needs. Steps that do not need each other are \
         worked at the same time. Do not add a step that only puts results together: that is done after \
         the last one.\n\
         Only where it matters:\n\
         - kind: one of {kinds}.\n\
         - strategy: without it the room decides between one worker and several; solo is one worker; \
         council is several who answer and are compared, for what must be right; race is the first answer of several; debate, chain and think are \
         several who talk it over, several one after the other, and one who thinks in steps.\n\
         - members: who shall work it, of {members}; without it the best one is chosen.",
        input.task,
        leave_line(input.leave),
    )
}
