//! The tool shape of the built-in servers that talk, so that one adapter serves them all.
//!
//! Tools: `chat`, `list_sessions`, `reset_session`, `list_models`. While an answer is on its way,
//! its text arrives as ordered `notifications/progress` (see [`deltas`]); the result carries the
//! whole of it again. Owns tools, arguments, results, failures and sessions; where answers come from is
//! the business of the server.

mod arguments;
mod coalescer;
mod deltas;
mod failure;
mod reply;
mod sessions;
mod talker;

pub(super) use arguments::{ChatArguments, tools};
pub(super) use coalescer::Channel;
pub(super) use deltas::DeltaSink;
pub(super) use failure::{Failure, FailureKind};
pub(super) use reply::{Reply, Usage};
pub(super) use sessions::{MAX_SESSIONS, Sessions, Turn};
pub(super) use talker::{Talker, serve_call};
