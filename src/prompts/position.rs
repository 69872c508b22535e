//! Template: a round of consensus, in which a member holds its answer or changes to another one.
//!
//! How the reply is read is the core's: [`position`](crate::core::voting::position).

use super::labelled::{again, arguments, material, question};
use super::{Leave, leave_line};
use crate::core::ladder::{Argument, Labelled};
use crate::core::voting::position::SHAPE;

/// What the template needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PositionInput<'a> {
    /// The question as it was put to those who answered.
    pub question: &'a str,
    /// The contested claims, when only they are discussed; empty when whole answers are.
    pub claims: &'a [String],
    /// The answers, the reader's own among them.
    pub answers: &'a [Labelled],
    /// The label of the reader's own.
    pub own: &'a str,
    /// What was said for and against them.
    pub arguments: &'a [Argument],
    /// What the member may do.
    pub leave: Leave,
    /// What was wrong with the first try, when it is asked for again.
    pub faults: Option<&'a str>,
}

/// The question, the answers and the arguments in frames, and how to say where one stands.
#[must_use]
pub fn position(input: &PositionInput<'_>) -> String {
    let own = input.own;
    format!(
        "{}\n\nAnswers of several models to it, under neutral labels; {own} is yours:\n\n{}\n\n\
         {}{}Weigh the others' answers and arguments against your own. Hold your answer unless there \
         is evidence that you had not seen: that others think otherwise is none, and to give in does \
         not help.{}\n\n\
         Reply with one JSON object like this and with nothing else:\n\
         {SHAPE}\n\
         - hold: true when you stand by {own}; false when another answer is right.\n\
         - to: the label of the answer that you change to.\n\
         - because: the new evidence that made you change, in one line. A change without it does not \
         count.",
        question(input.question),
        material(input.claims, input.answers),
        arguments(input.arguments),
        again("position", input.faults),
        leave_line(input.leave),
    )
}
