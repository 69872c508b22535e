//! Properties of the core, of codecs and of texts: each module covers one subject.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod approvals;
mod conflict;
mod core;
mod events;
mod files;
mod plans;
mod prompts;
mod sessions;
mod synthesis;
mod thinking;
mod voting;
