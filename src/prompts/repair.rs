//! Template: asks once more for a final answer that could not be read.

use super::final_block;

/// Asks for the block alone. The conversation holds the answer that it is about.
#[must_use]
pub fn repair() -> String {
    format!(
        "Your last answer had no final-answer block that can be read. Do not answer again: give \
         only the block for the answer that you gave.\n{}",
        final_block::request()
    )
}
