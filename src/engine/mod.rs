//! The shell around the core: the only owner of time and order.
