//! Template: a blind ballot on the candidates of a conflict.
//!
//! How the ballot is read is the core's: [`read`](crate::core::voting::read()).

use super::labelled::{again, material, question};
use super::{Leave, leave_line};
use crate::core::ladder::Labelled;
use crate::core::voting::{APPROVES, SCHEMA, SCORE_MAX};

/// What the template needs. A second look at a close call is put in the same words: only the answers and
/// their order are others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BallotInput<'a> {
    /// The question as it was put to those who answered.
    pub question: &'a str,
    /// The contested claims, when the vote is on them alone; empty when it is on whole answers.
    pub claims: &'a [String],
    /// The candidates on the voter's sheet, in its order.
    pub answers: &'a [Labelled],
    /// What the voter may do.
    pub leave: Leave,
    /// What was wrong with the first try, when it is asked for again.
    pub faults: Option<&'a str>,
}

/// The question, the candidates in frames, and how to vote.
#[must_use]
pub fn ballot(input: &BallotInput<'_>) -> String {
    let labels: Vec<&str> = input.answers.iter().map(|it| it.label.as_str()).collect();
    format!(
        "{}\n\nAnswers of several models to it, under neutral labels:\n\n{}\n\n\
         {}Judge which of these answers serves the question best: by what is right, and not by \
         length, tone or place. Do not answer the question yourself.{}\n\n\
         Reply with one JSON object of this schema and with nothing else:\n\
         {SCHEMA}\n\
         - ranking: all of {}, best first; labels in one inner list are tied.\n\
         - scores: one for each, from 0 (worthless) to {SCORE_MAX} (could not be better); {APPROVES} \
         and more means that you approve of it.\n\
         - confidence: how sure you are of your ranking, from 0 to 1.\n\
         - reason: one line that names what decided, in words that are clear without the labels: others \
         know the answers by other ones.\n\
         - abstain: true when you cannot judge this; then only the reason counts. To abstain is no \
         fault.",
        question(input.question),
        material(input.claims, input.answers),
        again("ballot", input.faults),
        leave_line(input.leave),
        labels.join(", "),
    )
}
