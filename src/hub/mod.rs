//! The room's documents in the shared-memory server.
//!
//! Every document is a projection of the state, so nothing here is ever the only copy of anything:
//! a hub that was away, slow or edited by others is simply brought up to date again.
//!
//! - [`document`]: which documents there are, and their names; [`layout`]: what is in them;
//! - [`project`]: state → text, pure; [`parts`]: what is too long for one document;
//! - [`dirty`]: event → documents that may have changed, and `pages`: those of the queue's pages; pure;
//! - [`memory`]: the port to the memory tools; [`gateway`] speaks it over MCP;
//! - [`writer`]: what is written when, and what is done after a doubt; no I/O;
//! - [`run`]: the loop around all of it;
//! - [`folder`], [`watch`]: what others do to the files, seen at once; [`Contents`]: all that is there;
//! - [`history`]: how a document came to be as it is, [`told`], [`renamed`]: which calls
//!   were told of it, and by which names; pure;
//! - `outside`: what a foreign text means, pure;
//! - `notebook`: what the operator changes in the notes of others;
//! - [`serena`], [`builtin`], [`exclude`]: what a hub server needs before it is started;
//! - [`claim`]: one room for one memory folder.
//!
//! A foreign edit is seen by the watch within a fraction of a second; what a watch misses is found by
//! a pass over the folder, by the next write, when a document is read back some seconds after a write,
//! and when the hub comes back. A text that a room wrote carries its checksum ([`seal`]), so that one's
//! own write is never taken for a foreign one, whatever became of the call that made it.

pub mod builtin;
pub mod claim;
pub mod connect;
mod contents;
pub mod dirty;
pub mod document;
pub mod exclude;
#[cfg(test)]
mod fake;
pub mod folder;
pub mod gateway;
pub mod history;
mod job;
pub mod layout;
pub mod memory;
mod notebook;
mod outside;
mod pages;
pub mod parts;
pub mod project;
pub mod renamed;
pub mod run;
mod said;
pub mod seal;
pub mod serena;
#[cfg(test)]
mod story;
pub mod told;
pub mod watch;
pub mod writer;

pub use contents::Contents;
pub use document::{DocumentName, Prefix};
pub use gateway::Gateway;
pub use memory::{Connector, HubError, Memory};
pub use run::{Hub, Input};
pub use watch::Watching;
