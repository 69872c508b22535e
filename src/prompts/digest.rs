//! Template: earlier turns, for a server that does not know the conversation.

use super::Frame;
use crate::core::PastTurn;

/// What the template needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DigestInput<'a> {
    /// The turns, oldest first.
    pub turns: &'a [PastTurn],
}

/// The turns in frames, and what they are.
#[must_use]
pub fn digest(input: &DigestInput<'_>) -> String {
    let frames: Vec<String> = input
        .turns
        .iter()
        .zip(1..)
        .flat_map(|(turn, number)| {
            let said = |what: &str, text: &str| {
                Frame::new(&format!("turn {number} {what}"), text).to_string()
            };
            [
                said("request", turn.prompt.as_str()),
                said("your answer", turn.answer.as_str()),
            ]
        })
        .collect();
    format!(
        "This conversation goes on. You do not remember it, so here are its earlier turns, between \
         lines of tildes. They are done: do not answer them again.\n\n{}\n\nNow:",
        frames.join("\n\n")
    )
}
