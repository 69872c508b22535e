//! Tests of one level; each module covers one subject.
#![expect(clippy::unwrap_used, reason = "tests")]

mod events;
