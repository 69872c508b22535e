//! Template: earlier turns, for a server that does not know the conversation.

use super::Frame;
use crate::core::PastTurn;

/// What the template needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DigestInput<'a> {
    /// What stands for the turns before these; empty where nothing does.
    pub earlier: &'a str,
    /// The turns, oldest first.
    pub turns: &'a [PastTurn],
}

/// The turns in frames, and what they are.
#[must_use]
pub fn digest(input: &DigestInput<'_>) -> String {
    let mut frames = Vec::new();
    if !input.earlier.is_empty() {
        frames.push(Frame::new("digest of the turns before", input.earlier).to_string());
    }
    frames.extend(turns(input.turns, "your answer"));
    format!(
        "This conversation goes on. You do not remember it, so here are its earlier turns, between \
         lines of tildes. They are done: do not answer them again.\n\n{}\n\nNow:",
        frames.join("\n\n")
    )
}

/// Turns in frames; what was answered is called as it is whose it is.
pub(super) fn turns<'a>(
    turns: &'a [PastTurn],
    answer: &'a str,
) -> impl Iterator<Item = String> + 'a {
    turns.iter().zip(1..).flat_map(move |(turn, number)| {
        let said =
            |what: &str, text: &str| Frame::new(&format!("turn {number} {what}"), text).to_string();
        [
            said("request", turn.prompt.as_str()),
            said(answer, turn.answer.as_str()),
        ]
    })
}
