//! What a member gives for a task: its text, the typed final answer in it, and what it cost.

use serde::{Deserialize, Serialize};

use crate::core::{Span, Text};

/// An answer of one call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The prose, without the final-answer block; untrusted.
    pub text: Text,
    /// The typed final answer, when the member gave one that parses.
    pub block: Option<FinalAnswer>,
    /// Tokens and money.
    pub usage: Usage,
    /// Time from the start of the call to its first text, when text was streamed.
    pub first_text: Option<Span>,
}

/// A typed final answer, normalised by its kind so that equal answers compare equal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FinalAnswer {
    /// How the value is to be read.
    pub kind: AnswerKind,
    /// The value as the member wrote it; untrusted.
    pub value: String,
    /// The value in normal form; equality of answers is equality of kind and key.
    pub key: String,
    /// The member's own confidence, 0 to 1.
    pub confidence: Option<f64>,
}

/// How a final answer is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerKind {
    /// One of a few given options.
    Choice,
    /// A number.
    Number,
    /// Yes or no.
    #[serde(rename = "yesno")]
    YesNo,
    /// Program text.
    Code,
    /// Any JSON value.
    Json,
    /// A short text.
    Text,
}

/// What a call used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Usage {
    /// Tokens read, cached ones included.
    pub input: u64,
    /// Tokens written, reasoning included.
    pub output: u64,
    /// Money in millionths of a US dollar, from the member's configured prices; without, as its server
    /// says, or 0.
    pub micro_usd: u64,
    /// Whether the tokens are our estimate because the server reported none.
    pub estimated: bool,
    /// Of the tokens read, those that came from the provider's cache, where the server says so.
    pub cached: Option<u64>,
    /// How full the model's window was at the end, where the server says so.
    pub context: Option<ContextUse>,
}

/// How much of what a model can see at once is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContextUse {
    /// Tokens that are taken.
    pub used: u64,
    /// Tokens that there is room for, above 0.
    pub window: u64,
}

impl ContextUse {
    /// What a server says of its window; `None` where it says that there is none.
    #[must_use]
    pub fn new(used: u64, window: u64) -> Option<Self> {
        (window > 0).then_some(Self { used, window })
    }

    /// The share that is taken, 0 to 1; 1 also where a server says that more is taken than there is.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        reason = "windows stay far below 2^52 tokens"
    )]
    pub fn share(self) -> f64 {
        if self.window == 0 {
            return 1.0;
        }
        (self.used as f64 / self.window as f64).min(1.0)
    }
}

impl Usage {
    /// Tokens in both directions.
    #[must_use]
    pub fn tokens(self) -> u64 {
        self.input.saturating_add(self.output)
    }
}
