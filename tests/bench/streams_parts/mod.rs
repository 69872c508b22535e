//! What the bench of streams is made of.

pub(crate) mod stage;
pub(crate) mod streamer;
pub(crate) mod tap;
