//! The console without a terminal: what it draws at every size, and what keys do.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

mod advice;
mod ascii;
mod asking;
mod blind;
mod checks;
mod checkup;
mod dials;
mod disputes;
mod drawing;
mod failing;
mod help;
mod hostile;
mod inbox;
mod journal;
mod keys;
mod kinds;
mod layers;
mod layouts;
mod left;
mod lessons;
mod linear;
mod memory;
mod menu;
mod metrics;
mod mouse;
mod offers;
mod outside;
mod palette;
mod past;
mod picks;
mod plans;
mod player;
mod queue;
mod scripts;
mod sessions;
mod themes;
mod thinking;
mod transcripts;
mod votes;
mod welcome;
