//! Where a member stands after a consensus round: it holds its answer, or changes to another one and says
//! why.

use serde::{Deserialize, Serialize};

use super::{Faults, Sheet};

/// Where a member stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Position {
    /// It holds its answer.
    Held,
    /// It changed.
    Changed {
        /// To which candidate.
        to: usize,
        /// The new evidence, in one line; untrusted.
        because: String,
    },
}

/// Reads a position.
pub fn read(sheet: &Sheet, own: Option<usize>, text: &str) -> Result<Position, Faults> {
    let _ = (sheet, own, text);
    Err(Faults::default())
}
