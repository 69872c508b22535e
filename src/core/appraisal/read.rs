//! Reads an appraisal from what a member answered.
//!
//! Lenient in how words are spelled and what stands around the object, strict in what they must name.

use serde_json::Value;

use super::{Stakes, WHY_MAX};
use crate::core::json::{Fields, last_object};
use crate::core::text::one_line;
use crate::core::voting::Faults;
use crate::core::{Kinds, TaskKind};

/// What a member is asked for. Its bounds are those of this module.
pub const SCHEMA: &str = r#"{
  "type": "object",
  "properties": {
    "kind": {"type": "string"},
    "stakes": {"enum": ["low", "usual", "high"]},
    "answer_tokens": {"type": "integer", "minimum": 1, "maximum": 1000000},
    "why": {"type": "string", "maxLength": 200}
  },
  "required": ["kind", "stakes"],
  "additionalProperties": false
}"#;

/// The longest answer that can be foretold, in tokens.
pub const ANSWER_MOST: u64 = 1_000_000;
/// How much of a word that names nothing is repeated, in bytes.
const WORD_MAX: usize = 40;

/// What is wrong with an appraisal, each in one sentence that says what to mend.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// There is none in the answer.
    #[error("there is no JSON object with a `kind` and `stakes` in it")]
    Nothing,
    /// Its kind or its stakes name nothing.
    #[error("{0}")]
    Word(String),
    /// The length of the answer is none.
    #[error("`answer_tokens` is no whole number from 1 to {ANSWER_MOST}; mend it or leave it out")]
    Answer,
}

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Of what kind the task is.
    pub kind: TaskKind,
    /// How much depends on it.
    pub stakes: Stakes,
    /// How many tokens an answer will have, where it says so.
    pub answer: Option<u64>,
    /// Why, in one line.
    pub why: String,
}

/// Reads the last appraisal of an answer.
///
/// # Errors
/// Everything that is to be mended.
pub fn read(kinds: &Kinds, answer: &str) -> Result<Reading, Faults<Flaw>> {
    let fields = last_object(answer, |fields| fields.has("kind") && fields.has("stakes"));
    let fields = fields.ok_or(Flaw::Nothing)?;
    let mut faults = Faults::default();
    let word = |field: &str| fields.text(field).trim().to_lowercase();
    let cut = |word: String| one_line(&word, WORD_MAX);
    let kind = kinds.read(&cut(word("kind")));
    let stakes = cut(word("stakes")).parse::<Stakes>();
    let answer = tokens(&fields);
    let words = [
        kind.as_ref().err().map(ToString::to_string),
        stakes.as_ref().err().map(ToString::to_string),
    ];
    for said in words.into_iter().flatten() {
        faults.add(Flaw::Word(said));
    }
    match (kind, stakes, answer) {
        (Ok(kind), Ok(stakes), Ok(answer)) => Ok(Reading {
            kind,
            stakes,
            answer,
            why: one_line(&fields.text("why"), WHY_MAX),
        }),
        (_, _, Err(flaw)) => {
            faults.add(flaw);
            Err(faults)
        }
        (Err(_), ..) | (_, Err(_), _) => Err(faults),
    }
}

/// How long an answer will be; a number may stand in quotes.
fn tokens(fields: &Fields) -> Result<Option<u64>, Flaw> {
    let number = match fields.value("answer_tokens") {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Number(number)) => number.as_u64(),
        Some(Value::String(text)) => text.trim().parse().ok(),
        Some(Value::Bool(_) | Value::Array(_) | Value::Object(_)) => None,
    };
    let number = number.filter(|number| (1..=ANSWER_MOST).contains(number));
    number.map(Some).ok_or(Flaw::Answer)
}
