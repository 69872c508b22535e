//! Figures of the journal.

fn main() {}
