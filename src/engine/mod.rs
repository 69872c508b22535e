//! The shell around the core: the only owner of time and order.
//!
//! One task takes commands and reports in the order in which they come, lets the core decide,
//! appends the events to the journal, and only then publishes them and orders their effects.
