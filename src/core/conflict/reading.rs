//! An answer as the detector reads it: the final answer in normal form, or why it says nothing.
//!
//! What is read is the prompt, a final answer that was given apart, and the text. There is no way to
//! hand in what the right answer is.

use crate::core::conflict::extract::{self, Found};
use crate::core::conflict::normal::latex::unwrapped;
use crate::core::conflict::normal::literal::{Literal, literal, unquoted};
use crate::core::conflict::normal::maths::{Maths, maths};
use crate::core::conflict::normal::{Normal, yes_no};
use crate::core::conflict::question::{Expects, Question};
use crate::core::text::clipped;
use crate::core::{Answer, AnswerKind, FinalAnswer};

/// The longest answer that is shown as it was written, in bytes.
const WRITTEN_MAX: usize = 512;
/// The longest text that is read as a final answer as a whole, in bytes.
const SHORT: usize = 400;

/// What an answer says.
#[derive(Debug, Clone, PartialEq)]
pub enum Reading {
    /// A final answer.
    Said(Box<Said>),
    /// Nothing that could be compared; it is shown, but it is no candidate.
    Silent(Silence),
}

/// A final answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    /// In normal form.
    pub form: Normal,
    /// As it was written, cut where it is long; untrusted.
    pub written: String,
}

/// Why an answer says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Silence {
    /// There are no words.
    Empty,
    /// It declines to answer.
    Refused,
    /// It ends before it comes to an answer.
    CutOff,
}

impl Silence {
    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Refused => "refused",
            Self::CutOff => "cut off",
        }
    }
}

impl Reading {
    /// Reads the answer of a member.
    #[must_use]
    pub fn of_answer(question: &Question, answer: &Answer) -> Self {
        match &answer.block {
            Some(block) => Self::of_block(question, block),
            None => Self::of_text(question, answer.text.as_str()),
        }
    }

    /// Reads a final answer that was given apart from its text.
    #[must_use]
    pub fn of_field(question: &Question, field: &str) -> Self {
        if field.trim().is_empty() && question.expects != Expects::Literal {
            return Self::Silent(Silence::Empty);
        }
        said(typed(question, field), field)
    }

    /// Reads a whole text.
    #[must_use]
    pub fn of_text(question: &Question, text: &str) -> Self {
        if text.trim().is_empty() {
            return Self::Silent(Silence::Empty);
        }
        match extract::find(question, text) {
            Some(Found::Block(block)) => Self::of_block(question, &block),
            Some(Found::Field(field)) => Self::of_field(question, &field),
            Some(Found::Option(letter)) => {
                said(Normal::Choice(letter.to_string()), &letter.to_string())
            }
            Some(Found::Program { text, language }) => {
                said(Normal::program(&text, language.as_deref()), &text)
            }
            Some(Found::Silence(silence)) => Self::Silent(silence),
            None if text.len() <= SHORT => said(typed(question, text), text.trim()),
            None => said(Normal::prose(text), text.trim()),
        }
    }

    fn of_block(question: &Question, block: &FinalAnswer) -> Self {
        let value = &block.value;
        if value.trim().is_empty() && question.expects != Expects::Literal {
            return Self::Silent(Silence::Empty);
        }
        let form = match block.kind {
            AnswerKind::Choice => match question.option(value) {
                Some(letter) => Normal::Choice(letter.to_string()),
                None => Normal::of(block.kind, value),
            },
            AnswerKind::Number | AnswerKind::Text => typed(question, value),
            AnswerKind::YesNo | AnswerKind::Code | AnswerKind::Json => {
                Normal::of(block.kind, value)
            }
        };
        said(form, value)
    }
}

fn said(form: Normal, written: &str) -> Reading {
    Reading::Said(Box::new(Said {
        form,
        written: clipped(written, WRITTEN_MAX),
    }))
}

/// A final answer as the question wants it, or as what it looks like.
pub(super) fn typed(question: &Question, text: &str) -> Normal {
    let wanted = match question.expects {
        Expects::Choice => question
            .option(text)
            .or_else(|| extract::choice::option(question, text))
            .map(|letter| Normal::Choice(letter.to_string())),
        Expects::Literal => Some(Normal::Literal(as_literal(text))),
        Expects::YesNo => yes_no(text).map(Normal::YesNo),
        Expects::Code => Some(program(text)),
        Expects::Number | Expects::Open => None,
    };
    wanted.unwrap_or_else(|| untyped(question, text))
}

fn untyped(question: &Question, text: &str) -> Normal {
    let bare = without_quotes(unwrapped(text));
    if let Some(found) = maths(question.without_base(bare)) {
        return Normal::Maths(found);
    }
    if bare.len() <= 8
        && let Some(yes) = yes_no(bare)
        && !bare.contains(' ')
        && bare.len() > 1
    {
        return Normal::YesNo(yes);
    }
    if bare.starts_with(['[', '{', '('])
        && let Some(found) = literal(bare)
    {
        return Normal::Literal(found);
    }
    if question.expects == Expects::Number
        && let Some(found) = extract::number::last(bare)
    {
        return Normal::Maths(Maths::Value(found));
    }
    if bare.contains("@@ -")
        && let Some(found) = crate::core::conflict::normal::diff::diff(bare)
    {
        return Normal::Diff(found);
    }
    Normal::prose(text)
}

/// The code of a text that may stand in a fence.
fn program(text: &str) -> Normal {
    match extract::fence::program(text) {
        Some((inner, language)) => Normal::program(&inner, language.as_deref()),
        None => Normal::program(text, None),
    }
}

fn without_quotes(text: &str) -> &str {
    let mut bare = text.trim();
    loop {
        let before = bare;
        for quote in ["\\\"", "\"", "'", "`", "___"] {
            if let Some(inner) = bare
                .strip_prefix(quote)
                .and_then(|rest| rest.strip_suffix(quote))
                && !inner.contains(quote)
                && !inner.trim().is_empty()
            {
                bare = inner.trim();
            }
        }
        if let Some((_, inner)) = bare
            .split_once(':')
            .filter(|(name, _)| name.eq_ignore_ascii_case("answer"))
        {
            bare = inner.trim();
        }
        if bare == before {
            return bare;
        }
    }
}

/// What a program gives. Words without quotes are a string with all of its blanks.
fn as_literal(text: &str) -> Literal {
    let trimmed = text.trim();
    if let Some(found) = literal(trimmed) {
        return found;
    }
    let ticked = trimmed
        .strip_prefix('`')
        .and_then(|rest| rest.strip_suffix('`'));
    if let Some(inner) = ticked.filter(|inner| !inner.contains('`')) {
        return as_literal(inner);
    }
    if let Some(right) = extract::literal::asserted(trimmed) {
        return as_literal(right);
    }
    if trimmed.starts_with("\\\"") || trimmed.starts_with("\\'") {
        let plain = unquoted(trimmed);
        if let Some(found) = literal(&plain) {
            return found;
        }
    }
    Literal::Text(unquoted(text))
}
