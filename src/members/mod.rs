//! One adapter a server family: a prompt goes in, deltas and one answer come out.
