//! Tests of one level: the servers inside the binary, and the real ones, over stdio.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

#[path = "../support/mod.rs"]
#[allow(dead_code, reason = "other levels use the rest")]
mod support;

mod agents;
mod approvals;
mod codex;
mod conformance;
mod doctor;
mod everything;
mod guard;
mod hub;
mod hub_troubles;
mod lifecycle;
mod link;
mod members;
mod memory;
mod notes;
mod openai;
mod rehearsal;
mod room_endpoint;
mod scripted_api;
