//! A result made of more than one answer, in passages that each name what they stand on.
//!
//! [`compose()`] takes the answer that stands and adds what the others say beside it and nobody
//! contradicts; [`merge()`] keeps all ideas of creative answers. Both only put together what is in the
//! answers: no word of a passage is made up here, and [`Synthesis::check`] holds it against them.

pub mod check;
pub mod compose;
mod items;
mod markdown;
pub mod merge;

pub use check::Flaw;
pub use compose::compose;
pub use merge::{MERGED_MAX, merge};

use serde::{Deserialize, Serialize};

use crate::core::conflict::normal::Normal;
use crate::core::conflict::question::Question;
use crate::core::conflict::reading::Reading;
use crate::core::voting::Nature;
use crate::core::{Answer, MemberName, Text};

/// A candidate, as a result is made of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contribution {
    /// Who stands behind it.
    pub authors: Vec<MemberName>,
    /// The whole answer, or that of one of its authors; untrusted.
    pub text: Text,
    /// Whether it is prose that others can add to. Closed answers are never composed.
    pub nature: Nature,
}

impl Contribution {
    /// An answer of these authors. It is open where it is read as prose: a choice, a number, code, a
    /// diff or JSON is closed, and so is what says nothing.
    #[must_use]
    pub fn of(question: &Question, answer: &Answer, authors: Vec<MemberName>) -> Self {
        let nature = match Reading::of_answer(question, answer) {
            Reading::Said(said) if matches!(said.form, Normal::Prose(_)) => Nature::Open,
            Reading::Said(_) | Reading::Silent(_) => Nature::Closed,
        };
        Self {
            authors,
            text: answer.text.clone(),
            nature,
        }
    }
}

/// A result in passages.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Synthesis {
    /// In the order in which they are shown.
    pub passages: Vec<Passage>,
    /// What of the answers is not in it, and why.
    pub left_out: Vec<LeftOut>,
}

/// A piece of a result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    /// What it is.
    pub part: Part,
    /// What it says; untrusted.
    pub text: Text,
    /// What it stands on; never empty.
    pub sources: Vec<Source>,
}

/// What a passage is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The answer that stands, whole.
    Winner,
    /// A claim beside it, in the words of the clerk, with quotes of the answers.
    Claim,
    /// An item of a list.
    Idea,
    /// What an answer says around its list.
    Remark,
    /// An answer that is no list, whole.
    Whole,
}

/// What a passage stands on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The number of the candidate.
    pub candidate: usize,
    /// Its authors.
    pub authors: Vec<MemberName>,
    /// Its own words, where they are not those of the passage; untrusted.
    pub quote: Option<String>,
}

/// What of an answer is not in a result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// The number of the candidate.
    pub candidate: usize,
    /// Its authors.
    pub authors: Vec<MemberName>,
    /// Why.
    pub why: Why,
    /// How many passages.
    pub passages: usize,
    /// How long they are, in bytes.
    pub bytes: usize,
}

/// Why something is not in a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// There is no room for it.
    NoRoom,
    /// It only leads to a list or away from it: a title, `Here are five ideas:`.
    Framing,
    /// It cannot be told apart from a contested claim that the winner does not hold.
    Entangled,
}

impl Synthesis {
    fn leave_out(&mut self, candidate: usize, authors: &[MemberName], why: Why, bytes: usize) {
        let known = |it: &&mut LeftOut| it.candidate == candidate && it.why == why;
        match self.left_out.iter_mut().find(known) {
            Some(entry) => {
                entry.passages += 1;
                entry.bytes += bytes;
            }
            None => self.left_out.push(LeftOut {
                candidate,
                authors: authors.to_vec(),
                why,
                passages: 1,
                bytes,
            }),
        }
    }
}

fn source(candidate: usize, of: &Contribution, quote: Option<String>) -> Source {
    Source {
        candidate,
        authors: of.authors.clone(),
        quote,
    }
}

#[cfg(test)]
mod tests;
