//! How large a task is: the tokens of its prompt, and those that its answer is expected to have.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::core::{Kinds, TaskKind};

/// How many characters make a token, roughly, in English and in code.
const CHARS_PER_TOKEN: u64 = 4;
/// How many answers a mean reaches back to.
const REACH: u64 = 32;

/// The size of a task, in tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Size {
    /// Of the prompt as it was written.
    pub prompt: u64,
    /// Of the answer of one member, as expected.
    pub answer: u64,
}

/// How long answers are, by kind of task.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Lengths(BTreeMap<TaskKind, Length>);

/// A mean that forgets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
struct Length {
    /// In thousandths of a token, so that whole numbers lose little.
    mean: u64,
    answers: u64,
}

/// Roughly how many tokens a text has.
#[must_use]
pub fn tokens(text: &str) -> u64 {
    (text.chars().count() as u64).div_ceil(CHARS_PER_TOKEN)
}

impl Lengths {
    /// How many tokens an answer on a kind of task is expected to have: the mean of those that came,
    /// else a guess by the kind.
    #[must_use]
    pub fn expected(&self, kind: TaskKind, kinds: &Kinds) -> u64 {
        let known = self.0.get(&kind);
        known.map_or_else(|| usual(kinds.like(kind)), |length| length.mean / 1000)
    }

    /// Learns how long an answer was. What the room does not have any more is forgotten.
    pub(crate) fn learn(&mut self, kind: TaskKind, tokens: u64, kinds: &Kinds) {
        if tokens == 0 || !kinds.has(kind) {
            return;
        }
        self.0.retain(|kind, _| kinds.has(*kind));
        let begin = Length {
            mean: usual(kinds.like(kind)) * 1000,
            answers: 1,
        };
        let length = self.0.entry(kind).or_insert(begin);
        length.answers = (length.answers + 1).min(REACH);
        // Nobody's answer has a thousand million tokens, whatever a server says.
        let new = tokens.min(1_000_000_000) * 1000;
        let rest = length.mean * (length.answers - 1);
        length.mean = (rest + new) / length.answers;
    }
}

/// How long answers are before one came.
fn usual(kind: TaskKind) -> u64 {
    match kind {
        TaskKind::Factual => 150,
        // What a room's own is like was asked before.
        TaskKind::General | TaskKind::Own(_) => 350,
        TaskKind::Reasoning => 500,
        TaskKind::Creative | TaskKind::Review | TaskKind::Operations => 600,
        TaskKind::Debugging | TaskKind::Analysis => 700,
        TaskKind::Planning => 900,
        TaskKind::Code => 1000,
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{Lengths, tokens};
    use crate::core::{Kinds, TaskKind};

    #[test]
    fn answers_tell_how_long_the_next_one_will_be() {
        let kinds = Kinds::default();
        let mut lengths = Lengths::default();
        assert_eq!(lengths.expected(TaskKind::Code, &kinds), 1000);
        lengths.learn(TaskKind::Code, 3000, &kinds);
        assert_eq!(lengths.expected(TaskKind::Code, &kinds), 2000);
        for _ in 0..500 {
            lengths.learn(TaskKind::Code, 200, &kinds);
        }
        assert_eq!(lengths.expected(TaskKind::Code, &kinds), 200);
        assert_eq!(lengths.expected(TaskKind::Factual, &kinds), 150);
        lengths.learn(TaskKind::Code, u64::MAX, &kinds);
        assert!(lengths.expected(TaskKind::Code, &kinds) < 1_000_000_000);
        let lost = TaskKind::stored("lost").unwrap();
        let before = lengths.clone();
        lengths.learn(lost, 7, &kinds);
        assert_eq!(lengths, before);
    }

    #[test]
    fn tokens_are_reckoned_by_characters() {
        assert_eq!(
            (tokens(""), tokens("four chars and more"), tokens("ä")),
            (0, 5, 1)
        );
    }
}
