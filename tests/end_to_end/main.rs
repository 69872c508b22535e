//! Tests of one level: the real binary, in a real terminal or on the command line.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests on the real machine: its clock, its environment"
)]

mod adapters;
mod advice;
mod agents;
mod appraisals;
mod backtest;
mod bad_input;
mod bad_servers;
mod checks;
mod clipboard;
mod council;
mod detect;
mod digests;
mod doctor;
mod editor;
mod endings;
mod failures;
mod headless;
mod home;
mod journal;
mod keys;
mod lessons;
mod linear;
mod metrics;
mod offered;
#[cfg(feature = "screenshots")]
mod picture;
mod plans;
mod processes;
mod retention;
mod room_http;
mod room_server;
mod rooms;
mod screen;
mod sizes;
#[path = "../support/mod.rs"]
#[expect(dead_code, reason = "this level needs a part of it")]
mod support;
mod terminals;
mod themes;
mod thinking;
mod tools;
mod troubles;
mod verify;
mod welcome;
