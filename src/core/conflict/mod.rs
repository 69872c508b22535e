//! Whether answers agree, and how it was settled when they do not.

pub mod block;
pub mod detect;
pub mod normal;

use serde::{Deserialize, Serialize};

use crate::core::{Actor, CallId, Text};

/// One of the distinct answers of a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// What sets it apart: the final answer as written, or the first line of the text, cut where it
    /// is long; untrusted.
    pub label: String,
    /// The calls that gave it, oldest first; never empty.
    pub calls: Vec<CallId>,
}

/// How a conflict was settled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The candidate that stands; `None` when the result was written by hand.
    pub chosen: Option<usize>,
    /// The words of the operator, when the result was written by hand.
    pub text: Option<Text>,
    /// Who settled it.
    pub by: Actor,
}
