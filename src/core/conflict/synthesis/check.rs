//! Holds a result against the answers that it says to stand on.

use super::{Contribution, Part, Passage, Source, Synthesis};
use crate::core::conflict::claims::quote::Quotable;

/// What is wrong with a passage, by its number from 0.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// It names no answer.
    #[error("passage {passage} names no answer")]
    NoSource {
        /// Which.
        passage: usize,
    },
    /// It names an answer that is not there, or other authors of it.
    #[error(
        "passage {passage} names candidate {candidate}, which is not there or not by these authors"
    )]
    Stranger {
        /// Which.
        passage: usize,
        /// The number that it names.
        candidate: usize,
    },
    /// Its words are not in the answer.
    #[error("passage {passage} has words that are not in candidate {candidate}")]
    NotInAnswer {
        /// Which.
        passage: usize,
        /// The number that it names.
        candidate: usize,
    },
}

impl Synthesis {
    /// Whether every passage names answers that exist, and has words that are in each of them.
    ///
    /// # Errors
    /// Everything that does not hold.
    pub fn check(&self, candidates: &[Contribution]) -> Result<(), Vec<Flaw>> {
        let quotable: Vec<Quotable> = candidates
            .iter()
            .map(|it| Quotable::of(it.text.as_str()))
            .collect();
        let mut flaws = Vec::new();
        for (number, passage) in self.passages.iter().enumerate() {
            if passage.sources.is_empty() {
                flaws.push(Flaw::NoSource { passage: number });
            }
            for source in &passage.sources {
                let candidate = source.candidate;
                match (candidates.get(candidate), quotable.get(candidate)) {
                    (Some(of), Some(words)) if of.authors == source.authors => {
                        if !is_in(passage, source, of, words) {
                            flaws.push(Flaw::NotInAnswer {
                                passage: number,
                                candidate,
                            });
                        }
                    }
                    (Some(_) | None, _) => flaws.push(Flaw::Stranger {
                        passage: number,
                        candidate,
                    }),
                }
            }
        }
        if flaws.is_empty() { Ok(()) } else { Err(flaws) }
    }
}

fn is_in(passage: &Passage, source: &Source, of: &Contribution, words: &Quotable) -> bool {
    match passage.part {
        Part::Winner | Part::Whole => passage.text == of.text && source.quote.is_none(),
        Part::Claim => source
            .quote
            .as_ref()
            .is_some_and(|quote| words.holds(quote)),
        Part::Idea | Part::Remark => {
            words.holds(source.quote.as_deref().unwrap_or(passage.text.as_str()))
        }
    }
}
