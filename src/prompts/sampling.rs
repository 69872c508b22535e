//! Template: a conversation that a server wants continued by a model.

use super::Frame;

/// What the template needs. All texts are the server's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SamplingInput<'a> {
    /// What the model shall be like; empty when nothing was said.
    pub system: &'a str,
    /// The conversation, oldest first.
    pub said: &'a [Said],
    /// How many tokens are wanted at most; 0 when nothing was said.
    pub max_tokens: u64,
}

/// One message of the conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Whether the model said it.
    pub by_model: bool,
    /// What was said.
    pub text: String,
}

/// The conversation in frames, and what is to be done with it.
#[must_use]
pub fn sampling(input: &SamplingInput<'_>) -> String {
    let mut parts = vec![
        "A tool server wants the next message of a conversation from you. What it sent stands \
         between lines of tildes. Give that message alone, and use no tools."
            .to_owned(),
    ];
    if input.max_tokens > 0 {
        parts.push(format!("Use at most {} tokens.", input.max_tokens));
    }
    if !input.system.is_empty() {
        parts.push(Frame::new("how to answer", input.system).to_string());
    }
    parts.extend(input.said.iter().map(|said| {
        let who = if said.by_model { "you" } else { "user" };
        Frame::new(who, &said.text).to_string()
    }));
    parts.join("\n\n")
}
