//! Template: the request for the typed final-answer block, shared by those that want one.
//!
//! How the block looks and how it is read back is the core's:
//! [`block`](crate::core::conflict::block).

pub use crate::core::conflict::block::{Parsed, SHAPE, parse};

/// Asks for one block at the end, and says how to fill it.
#[must_use]
pub fn request() -> String {
    format!(
        "End with exactly one block of this form, and write nothing after it:\n\
         {SHAPE}\n\
         - kind: \"choice\" for one of given options (value: its letter or name), \"number\", \
         \"yesno\" (value: \"yes\" or \"no\"), \"code\" (value: the program text as one JSON \
         string), \"json\", or \"text\" (value: the answer in a few words).\n\
         - confidence: how likely your value is right, from 0.0 to 1.0."
    )
}
