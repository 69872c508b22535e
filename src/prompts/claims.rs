//! Template: splits answers into atomic claims, and says how each answer stands to each of them.
//!
//! How the reply is read is the core's: [`claims`](crate::core::conflict::claims).

use super::labelled::{again, answers, question};
use crate::core::conflict::claims::{CLAIMS_MAX, SCHEMA, WORDS_MAX};
use crate::core::ladder::Labelled;

/// What the template needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimsInput<'a> {
    /// The question as it was put to those who answered.
    pub question: &'a str,
    /// The answers, whole.
    pub answers: &'a [Labelled],
    /// What was wrong with the first try, when it is asked for again.
    pub faults: Option<&'a str>,
}

/// The question, the answers in frames, and how to take them apart.
#[must_use]
pub fn claims(input: &ClaimsInput<'_>) -> String {
    format!(
        "{}\n\nThe answers to it, under neutral labels:\n\n{}\n\n\
         {}Take these answers apart into the claims that they make. Do not answer the question, do \
         not say who is right, and use no tools.\n\n\
         Reply with one JSON object of this schema and with nothing else, with at most {CLAIMS_MAX} \
         claims, those that matter most to the question first:\n\
         {SCHEMA}\n\
         - claim: one statement that can be true or false by itself, in one sentence of at most \
         {WORDS_MAX} bytes, in the language of the answers. Statements of several answers that mean \
         the same are one claim; where answers contradict each other, state what one of them says.\n\
         - stances, by label: \"agree\" where that answer says so, \"contradict\" where it says \
         something that cannot hold together with the claim, \"silent\" where it says neither.\n\
         - quote, for agree and contradict: the shortest words of that answer that show it, copied \
         letter by letter, without omissions. A stance whose quote is not in that answer counts as \
         silent.",
        question(input.question),
        answers(input.answers),
        again("list of claims", input.faults),
    )
}
