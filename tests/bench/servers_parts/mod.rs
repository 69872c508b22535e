//! What the bench of the servers is made of.

pub(crate) mod bare;
pub(crate) mod entry;
pub(crate) mod ours;
pub(crate) mod table;
