//! `synod.toml` and its layers, import of other tools' MCP configurations, secrets by reference.
//!
//! Owns what a configuration may say, where each value came from, what has to be confirmed before
//! it is started ([`Trust`]), and what is found on the machine ([`discover`]). It starts nothing
//! but `--version` of programs found on PATH, and that only when asked. It imports no other module
//! of this crate, and [`EnvSource`] is the only reader of the process environment.

mod adapter;
mod advice;
mod analysis;
mod check;
mod conflict;
mod console;
pub mod discover;
mod effective;
mod env;
mod handed;
mod init;
mod item;
mod kind;
mod launch;
mod layers;
mod lessons;
mod member;
mod memory;
mod place;
mod policy;
mod problem;
mod read;
mod resolve;
mod room;
mod routing;
mod sampling;
#[cfg(test)]
pub(crate) mod script;
mod server;
mod services;
mod telemetry;
mod tools;
mod trust;
mod value;

pub use adapter::{Adapter, OPENCODE_PERMISSION};
pub use advice::{Advice, SORTS};
pub use analysis::Analysis;
pub use check::Check;
pub use conflict::{Conflict, Fallback, Jury, Quorum, RULES, Rung};
pub use console::{Ascii, Clipboard, Console, Notify, Sessions, Shown};
pub use effective::{Effective, Origins, Row};
pub use env::EnvSource;
pub use handed::ROOM;
pub use init::{Choice, render};
pub use kind::{KINDS, Kind};
pub use launch::{Launch, Timeout};
pub use layers::{Config, Loaded, Overrides, PROJECT_FILE, load};
pub use lessons::{Accept, Lessons};
pub use member::{Cost, GeminiForm, GenericTool, Member, Rehearsal, Sandbox};
pub use memory::{Memory, Old};
pub use place::{Layer, Origin, Place};
pub use policy::{Policy, PolicyAction, PolicyKind};
pub(crate) use problem::nearest;
pub use problem::{ConfigError, Fault, Problem};
pub use resolve::{Reach, ResolveError, ResolvedServer, common_environment, find_program};
pub use room::{Budget, Hub, Per, RoomSettings};
pub use routing::{NEEDS, POLICIES, Routing, SEVERAL};
pub use sampling::Sampling;
pub use server::{Server, ServerAdapter};
pub use services::Service;
pub use telemetry::Telemetry;
pub use tools::{HUB_DEFAULT, Tools, ToolsFrom};
pub use trust::{Confirmable, Fingerprint, Owner, Trust, TrustError};
pub use value::{Amount, Lull, Name, Reference, Secret};
