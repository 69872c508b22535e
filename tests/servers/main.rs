//! Tests of one level; each module covers one subject.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod guard;
