//! Live text of a call. Not an event: it is shown while the call runs and lost with the process;
//! the full text is in the event that closes the call.

use serde::{Deserialize, Serialize};

use crate::core::CallId;

/// A piece of live text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delta {
    /// The call that it belongs to.
    pub call: CallId,
    /// What it is.
    pub kind: DeltaKind,
    /// The text; untrusted.
    pub text: String,
}

/// What a piece of live text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeltaKind {
    /// Part of the answer; pieces join without a break.
    Answer,
    /// Part of the model's reasoning; pieces join without a break.
    Reasoning,
    /// A whole line about what the server does (a command, a patch, a reconnection).
    Status,
}
