//! Normal forms of final answers by their kind, so that equal answers compare equal.
//!
//! Each form has a file. Different answers never come out as one unless they mean the same: what
//! cannot be read as its kind stays prose.

pub mod code;
pub mod diff;
pub mod digits;
pub mod expr;
pub mod latex;
pub mod literal;
pub mod maths;
pub mod number;
pub mod quantity;
mod spelled;
mod unit;

use serde_json::Value;

use self::code::code;
use self::diff::{Diff, Meeting, diff};
use self::literal::{Literal, literal};
use self::maths::{Maths, maths};
use self::quantity::Match;
use crate::core::conflict::prose::{Prose, folded};
use crate::core::conflict::verdict::{Doubt, Verdict};
use crate::core::{AnswerKind, FinalAnswer};

/// How often a key is read again.
const READ_AGAIN: usize = 8;

/// A final answer in normal form.
#[derive(Debug, Clone, PartialEq)]
pub enum Normal {
    /// An option, by its letter or name in capitals.
    Choice(String),
    /// A number with its unit, a formula, or several of them.
    Maths(Maths),
    /// Yes or no.
    YesNo(bool),
    /// A literal of a program, or JSON.
    Literal(Literal),
    /// Program text.
    Code(String),
    /// Changes to files.
    Diff(Diff),
    /// Words.
    Prose(Box<Prose>),
}

impl Normal {
    /// Whether it is a choice, a value or program text, and not words: whoever gives another one says
    /// something else.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        match self {
            Self::Choice(_)
            | Self::Maths(_)
            | Self::YesNo(_)
            | Self::Literal(_)
            | Self::Code(_)
            | Self::Diff(_) => true,
            Self::Prose(_) => false,
        }
    }

    /// How it stands to another one; the order of the two says nothing.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Verdict {
        let equal = |same: bool| {
            if same {
                Verdict::Agree
            } else {
                Verdict::Conflict
            }
        };
        match (self, other) {
            (Self::Choice(a), Self::Choice(b)) | (Self::Code(a), Self::Code(b)) => equal(a == b),
            (Self::Maths(a), Self::Maths(b)) => of_match(a.compare(b)),
            (Self::Literal(a), Self::Literal(b)) => equal(a.same(b)),
            (Self::Diff(a), Self::Diff(b)) => match a.compare(b) {
                Meeting::Same => Verdict::Agree,
                Meeting::Clash => Verdict::Conflict,
                Meeting::Apart => Verdict::Complementary,
            },
            (Self::Prose(a), Self::Prose(b)) => a.compare(b),
            (Self::Literal(Literal::Number(number)), Self::Maths(Maths::Value(value)))
            | (Self::Maths(Maths::Value(value)), Self::Literal(Literal::Number(number))) => {
                equal(value.number().same(number))
            }
            (Self::YesNo(a), Self::YesNo(b) | Self::Literal(Literal::Truth(b)))
            | (Self::Literal(Literal::Truth(a)), Self::YesNo(b)) => equal(a == b),
            (
                Self::Choice(_)
                | Self::Maths(_)
                | Self::YesNo(_)
                | Self::Literal(_)
                | Self::Code(_)
                | Self::Diff(_)
                | Self::Prose(_),
                _,
            ) => match (self.words(), other.words()) {
                (Some(a), Some(b)) if a == b => Verdict::Agree,
                (Some(_) | None, _) => Verdict::Doubt(Doubt::Kind),
            },
        }
    }

    /// What it says in words, whatever its kind; `None` for program text, where every letter counts.
    fn words(&self) -> Option<String> {
        match self {
            Self::Literal(Literal::Text(text)) => Some(folded(text)),
            Self::Choice(_)
            | Self::Maths(_)
            | Self::YesNo(_)
            | Self::Literal(_)
            | Self::Prose(_) => Some(folded(&self.key())),
            Self::Code(_) | Self::Diff(_) => None,
        }
    }

    /// One text for each form, for the journal and for searching. Agreement is asked of
    /// [`compare`](Self::compare), which also knows of roundings and units.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Choice(letter) => letter.clone(),
            Self::Maths(maths) => maths.text(),
            Self::YesNo(true) => "yes".to_owned(),
            Self::YesNo(false) => "no".to_owned(),
            Self::Literal(literal) => literal.to_string(),
            Self::Code(code) => code.clone(),
            Self::Diff(diff) => diff.text(),
            Self::Prose(prose) => prose.text().to_owned(),
        }
    }

    /// A value as written, read as a kind.
    #[must_use]
    pub fn of(kind: AnswerKind, written: &str) -> Self {
        match kind {
            AnswerKind::Choice => Self::Choice(choice(written)),
            AnswerKind::Number => maths(written).map_or_else(|| Self::prose(written), Self::Maths),
            AnswerKind::YesNo => yes_no(written).map_or_else(|| Self::prose(written), Self::YesNo),
            AnswerKind::Code => Self::program(written, None),
            AnswerKind::Json => json(written),
            AnswerKind::Text => Self::prose(written),
        }
    }

    /// Words.
    #[must_use]
    pub fn prose(text: &str) -> Self {
        Self::Prose(Box::new(Prose::of(text)))
    }

    /// Program text, or a diff.
    #[must_use]
    pub fn program(text: &str, language: Option<&str>) -> Self {
        diff(text).map_or_else(|| Self::Code(code(text, language)), Self::Diff)
    }
}

fn of_match(found: Match) -> Verdict {
    match found {
        Match::Same => Verdict::Agree,
        Match::Different => Verdict::Conflict,
        Match::Unclear => Verdict::Doubt(Doubt::Value),
    }
}

/// Makes a final answer of a kind and a value as written.
#[must_use]
pub fn final_answer(kind: AnswerKind, value: &Value, confidence: Option<f64>) -> FinalAnswer {
    let written = match value {
        Value::String(text) => text.clone(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            value.to_string()
        }
    };
    FinalAnswer {
        key: key(kind, &written),
        kind,
        value: written,
        confidence: confidence.filter(|share| (0.0..=1.0).contains(share)),
    }
}

/// The key of a value, read again until it no longer changes: a key is its own normal form.
fn key(kind: AnswerKind, written: &str) -> String {
    let mut key = Normal::of(kind, written).key();
    for _ in 0..READ_AGAIN {
        let next = Normal::of(kind, &key).key();
        if next == key {
            break;
        }
        key = next;
    }
    key
}

/// `(b)`, `B.` and `b` are the same choice.
fn choice(written: &str) -> String {
    written
        .trim_matches(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '.' | ':' | '[' | ']'))
        .to_uppercase()
}

/// The first word says it.
#[must_use]
pub fn yes_no(written: &str) -> Option<bool> {
    let word: String = written
        .trim_matches(|c: char| !c.is_alphanumeric())
        .chars()
        .take_while(|c| c.is_alphabetic())
        .flat_map(char::to_lowercase)
        .collect();
    match word.as_str() {
        "yes" | "y" | "true" | "correct" => Some(true),
        "no" | "n" | "false" | "incorrect" => Some(false),
        _ => None,
    }
}

/// JSON, whatever the order of its keys. Numbers are read by our own reader, digit by digit; only escapes
/// of half a character are left to the other one.
fn json(written: &str) -> Normal {
    let exact = || literal(written);
    let lenient = || serde_json::from_str::<Value>(written).ok();
    let read = if written.contains("\\u") {
        lenient().map(|value| Literal::from(&value)).or_else(exact)
    } else {
        exact().or_else(|| lenient().map(|value| Literal::from(&value)))
    };
    read.map_or_else(|| Normal::prose(written), Normal::Literal)
}

#[cfg(test)]
mod tests;
