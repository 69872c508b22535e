//! Template: asks whether two answers of the grey zone say the same.
//!
//! How the reply is read is the core's: [`judged`](crate::core::conflict::judged).

use super::labelled::{again, answers, question};
use crate::core::Text;
use crate::core::conflict::judged::SHAPE;
use crate::core::ladder::Labelled;

/// What the template needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JudgeInput<'a> {
    /// The question as it was put to those who answered.
    pub question: &'a str,
    /// One answer.
    pub one: &'a Text,
    /// The other.
    pub other: &'a Text,
    /// What was wrong with the first try, when it is asked for again.
    pub faults: Option<&'a str>,
}

/// The question, the two answers in frames, and how to judge them.
#[must_use]
pub fn judge(input: &JudgeInput<'_>) -> String {
    let pair = [("A", input.one), ("B", input.other)].map(|(label, text)| Labelled {
        label: label.to_owned(),
        text: text.clone(),
    });
    format!(
        "{}\n\nTwo answers to it:\n\n{}\n\n\
         {}Do these two answers say the same? They do when whoever acts on one of them acts as on the \
         other; wording, language, length and order say nothing. They do not when one says what the \
         other denies, or answers something else. Do not say which one is right, and use no tools.\n\
         Reply with one JSON object like this and with nothing else, \"same\" being true or false:\n\
         {SHAPE}",
        question(input.question),
        answers(&pair),
        again("judgement", input.faults),
    )
}
