//! Synod: a full-screen terminal control room in which several AI models work one task queue,
//! share one memory and settle their conflicts, with the operator in the chair.

pub mod cli;
pub mod config;
pub mod core;
pub mod engine;
pub mod hub;
pub mod journal;
pub mod link;
pub mod mcp;
pub mod members;
pub mod prompts;
pub mod servers;
pub mod ui;
