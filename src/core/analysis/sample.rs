//! The part of a prompt that is looked at: all of it, or its beginning and its end.
//!
//! Bounds the cost of an analysis. A long prompt says what is wanted before or after what is pasted.

use crate::core::text::head;

/// So much of the beginning is looked at, in bytes.
const FIRST: usize = 24 * 1024;
/// And so much of the end.
const LAST: usize = 8 * 1024;

/// The pieces that are looked at, in order; the second one is empty for a prompt that is looked at whole.
pub(super) fn pieces(prompt: &str) -> [&str; 2] {
    if prompt.len() <= FIRST + LAST {
        return [prompt, ""];
    }
    let end = prompt.ceil_char_boundary(prompt.len() - LAST);
    [head(prompt, FIRST), prompt.split_at(end).1]
}
