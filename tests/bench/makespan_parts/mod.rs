//! The two ways of working the same plan.

pub(crate) mod bare;
pub(crate) mod room;
