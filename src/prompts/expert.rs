//! Template: an expert says which candidate of a conflict stands.
//!
//! How the reply is read is the core's: [`opinion`](crate::core::voting::opinion).

use super::labelled::{again, arguments, material, question};
use super::{Leave, leave_line};
use crate::core::ladder::{Argument, Labelled};
use crate::core::voting::opinion::SHAPE;

/// What the template needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpertInput<'a> {
    /// The question as it was put to those who answered.
    pub question: &'a str,
    /// The contested claims, when only they are judged; empty when whole answers are.
    pub claims: &'a [String],
    /// All candidates.
    pub answers: &'a [Labelled],
    /// What was said for and against them.
    pub arguments: &'a [Argument],
    /// What the expert may do.
    pub leave: Leave,
    /// What was wrong with the first try, when it is asked for again.
    pub faults: Option<&'a str>,
}

/// The question, the candidates in frames, and how to say which one stands.
#[must_use]
pub fn expert(input: &ExpertInput<'_>) -> String {
    format!(
        "{}\n\nAnswers of several models to it, under neutral labels:\n\n{}\n\n\
         {}{}These answers do not agree. Judge each of them yourself: \
         work the question out, check what they say, and name the answer that stands.{}\n\n\
         End with one JSON object like this and write nothing after it:\n\
         {SHAPE}\n\
         - choice: its label; null when none of them can stand.\n\
         - because: one line that names what decided, also against the others.",
        question(input.question),
        material(input.claims, input.answers),
        arguments(input.arguments),
        again("opinion", input.faults),
        leave_line(input.leave),
    )
}
