//! The composition root: parse, wire, run, exit code.

fn main() {}
