//! What the console bench measures with.

pub(crate) mod cost;
pub(crate) mod long_journal;
pub(crate) mod others;
pub(crate) mod spread;
pub(crate) mod terminal;
pub(crate) mod walk;
