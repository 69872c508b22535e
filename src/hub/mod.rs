//! The room's documents in the shared-memory server.
//!
//! Every document is a projection of the state, so nothing here is ever the only copy of anything:
//! a hub that was away, slow or edited by others is simply brought up to date again.
//!
//! - [`document`]: which documents there are, and their names;
//! - [`project`]: state → text, pure;
//! - [`dirty`]: event → documents that may have changed, pure;
//! - [`memory`]: the port to the memory tools; [`gateway`] speaks it over MCP;
//! - [`writer`]: what is written when, and what is done after a doubt; no I/O;
//! - [`run`]: the loop around all of it;
//! - [`serena`], [`builtin`], [`exclude`]: what a hub server needs before it is started.
//!
//! It does not watch for foreign edits: it notices them when it writes, when it reads a document
//! back some seconds after a write, and when the hub comes back.

pub mod builtin;
pub mod connect;
pub mod dirty;
pub mod document;
pub mod exclude;
#[cfg(test)]
mod fake;
pub mod gateway;
mod job;
pub mod memory;
pub mod project;
pub mod run;
mod said;
pub mod seal;
pub mod serena;
#[cfg(test)]
mod story;
pub mod writer;

pub use document::{DocumentName, Prefix};
pub use gateway::Gateway;
pub use memory::{Connector, HubError, Memory};
pub use run::{Hub, Input};
