//! What the text of a task alone says of it: of what kind it is, how sure that is and why, and how large
//! it is. Pure, the same everywhere, and a matter of microseconds.
//!
//! The kind is guessed by a [`Classifier`] that learns from every kind that was given by hand and from
//! every correction. A guess that is not sure enough is none: the task is `general` then. How well it
//! guesses is printed by `cargo bench --bench analysis`.

mod classifier;
mod features;
mod number;
mod packed;
mod sample;
mod seeds;
mod size;
mod terms;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use classifier::{Classifier, Verdict};
pub use features::{Asking, Features, Script, features};
pub use size::{Lengths, Size, tokens};

use crate::core::{Kinds, TaskKind};

/// From which share on, in thousandths, a guess is taken. Above it nine of ten are right: of the prompts that
/// are kept for the bench without a correction, and of recorded ones after some thousand.
pub const SURE: u16 = 550;

/// What a text says of its task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Analysis {
    /// The likeliest kind.
    pub guess: Guess,
    /// How large it is.
    pub size: Size,
}

/// The likeliest kind of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guess {
    /// Which.
    pub kind: TaskKind,
    /// How likely, in thousandths.
    pub share: u16,
    /// What spoke most for it, in small letters, at most three; untrusted.
    pub why: Vec<String>,
}

/// What a room has learned about the texts of its tasks.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Reader {
    /// Shared, so that a copy of a state costs nothing.
    classifier: Arc<Classifier>,
    lengths: Lengths,
}

impl Guess {
    /// The kind that a task is given by it: `general` where it is not sure.
    #[must_use]
    pub fn taken(&self) -> TaskKind {
        if self.is_sure() {
            self.kind
        } else {
            TaskKind::General
        }
    }

    /// Whether it is sure enough to be taken.
    #[must_use]
    pub fn is_sure(&self) -> bool {
        self.share >= SURE
    }

    /// How likely it is, in hundredths.
    #[must_use]
    pub fn percent(&self) -> u16 {
        self.share.saturating_add(5) / 10
    }
}

impl Reader {
    /// The classifier, for those who want every share.
    #[must_use]
    pub fn classifier(&self) -> &Classifier {
        &self.classifier
    }

    /// Of what kind a text is most likely.
    #[must_use]
    pub fn guess(&self, prompt: &str) -> Guess {
        let Verdict { shares, why } = self.classifier.verdict(prompt);
        // There is always `general`.
        let (kind, share) = shares.first().copied().unwrap_or((TaskKind::General, 0.0));
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a share is between 0 and 1"
        )]
        let share = (share * 1000.0).round() as u16;
        Guess { kind, share, why }
    }

    /// What a text says of its task. `named`: the kind that whoever wrote it named.
    #[must_use]
    pub fn analyse(&self, prompt: &str, named: Option<TaskKind>, kinds: &Kinds) -> Analysis {
        let guess = self.guess(prompt);
        let kind = named.unwrap_or_else(|| guess.taken());
        let size = Size {
            prompt: tokens(prompt),
            answer: self.expected(kind, kinds),
        };
        Analysis { guess, size }
    }

    /// How many tokens an answer on a kind of task is expected to have.
    #[must_use]
    pub fn expected(&self, kind: TaskKind, kinds: &Kinds) -> u64 {
        self.lengths.expected(kind, kinds)
    }

    /// Learns that a text is of a kind, as somebody said.
    pub(crate) fn learn(&mut self, kind: TaskKind, prompt: &str) {
        Arc::make_mut(&mut self.classifier).learn(kind, prompt);
    }

    /// Learns how long an answer on a kind of task was, in tokens.
    pub(crate) fn answered(&mut self, kind: TaskKind, tokens: u64, kinds: &Kinds) {
        self.lengths.learn(kind, tokens, kinds);
    }

    /// Takes the room's own kinds in.
    pub(crate) fn know(&mut self, before: &Kinds, now: &Kinds) {
        Arc::make_mut(&mut self.classifier).know(before, now);
    }
}

#[cfg(test)]
mod tests;
