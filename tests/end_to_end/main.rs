//! Tests of one level: the real binary, in a real terminal or on the command line.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]
