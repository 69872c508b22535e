//! What an expert says of the candidates.

use super::{Faults, Sheet};

/// What an expert says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opinion {
    /// The candidate that it chooses, if one.
    pub choice: Option<usize>,
    /// Why, in one line; untrusted.
    pub because: String,
}

/// Reads an opinion.
pub fn read(sheet: &Sheet, text: &str) -> Result<Opinion, Faults> {
    let _ = (sheet, text);
    Err(Faults::default())
}
