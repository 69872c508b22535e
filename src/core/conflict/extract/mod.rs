//! Finds the final answer in a whole text, the surest marks first: the block that a council asks for,
//! a field of JSON, a box, an option that is named, `the answer is …`, an assertion, code in a fence,
//! and, where the question wants one, the last number.
//!
//! Of a very long text only the beginning and the end are looked at.

pub mod choice;
pub mod fence;
pub mod field;
pub mod literal;
pub mod marked;
pub mod number;
pub mod silence;

use crate::core::FinalAnswer;
use crate::core::conflict::block;
use crate::core::conflict::normal::Normal;
use crate::core::conflict::question::{Expects, Question};
use crate::core::conflict::reading::{Silence, typed};
use crate::core::text::head;

/// How many bytes at the beginning of a text are looked at …
const FRONT: usize = 64 * 1024;
/// … and at its end.
const BACK: usize = 192 * 1024;

/// Where the final answer of a text was found.
#[derive(Debug, Clone, PartialEq)]
pub enum Found {
    /// In the block that a council asks for.
    Block(FinalAnswer),
    /// In words that say that they are the answer.
    Field(String),
    /// An option of the question.
    Option(char),
    /// Code or a diff.
    Program {
        /// Without its fence.
        text: String,
        /// What the fence calls it.
        language: Option<String>,
    },
    /// It has none.
    Silence(Silence),
}

/// Finds the final answer; `None` for prose that has none apart from itself.
#[must_use]
pub fn find(question: &Question, text: &str) -> Option<Found> {
    let front = head(text, FRONT);
    let back = if text.len() <= BACK {
        text
    } else {
        let at = text.ceil_char_boundary(text.len() - BACK);
        text.get(at..).unwrap_or_default()
    };
    if let Some(block) = block::parse(back).block {
        return Some(Found::Block(block));
    }
    if let Some(field) = field::answer(back) {
        return Some(Found::Field(field));
    }
    if question.expects == Expects::Choice
        && let Some(letter) =
            choice::option(question, front).or_else(|| choice::option(question, back))
    {
        return Some(Found::Option(letter));
    }
    if let Some(inner) = marked::boxed(back) {
        return Some(Found::Field(inner.to_owned()));
    }
    if question.expects == Expects::Literal
        && let Some(right) = back.lines().rev().find_map(literal::asserted)
    {
        return Some(Found::Field(right.to_owned()));
    }
    if question.expects != Expects::Code
        && let Some(phrase) = marked::phrase(back)
        && fits(question, phrase)
    {
        return Some(Found::Field(phrase.to_owned()));
    }
    if let Some((text, language)) = fence::diff(back) {
        return Some(Found::Program { text, language });
    }
    if question.expects == Expects::Code
        && let Some((text, language)) = fence::program(back)
    {
        return Some(Found::Program { text, language });
    }
    if let Some(silence) = silence::of(front, back) {
        return Some(Found::Silence(silence));
    }
    match question.expects {
        Expects::Literal => literal::shown(back).map(|shown| Found::Field(shown.to_owned())),
        Expects::YesNo => {
            marked::yes_no(back).map(|yes| Found::Field(if yes { "yes" } else { "no" }.to_owned()))
        }
        Expects::Number => number::last_line(back).map(|line| Found::Field(line.to_owned())),
        Expects::Choice | Expects::Code | Expects::Open => None,
    }
}

/// Whether what is called the answer is one of the kind that is asked for.
fn fits(question: &Question, phrase: &str) -> bool {
    match typed(question, phrase) {
        Normal::Prose(_) => question.expects == Expects::Open,
        Normal::Choice(_)
        | Normal::Maths(_)
        | Normal::YesNo(_)
        | Normal::Literal(_)
        | Normal::Code(_)
        | Normal::Diff(_) => true,
    }
}

#[cfg(test)]
mod tests;
