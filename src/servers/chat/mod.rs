//! The tool shape of the built-in servers that talk, so that one adapter serves them all.
//!
//! Tools: `chat`, `list_sessions`, `reset_session`, `list_models`. While an answer is on its way,
//! its text arrives as ordered `notifications/progress` (see [`deltas`]); the result carries the
//! whole of it again. A server whose model takes tools passes them on and calls none ([`tool_use`]). Owns tools, arguments, results, failures and sessions; where answers come from is
//! the business of the server.

mod arguments;
mod coalescer;
mod deltas;
mod failure;
mod reply;
mod sessions;
mod talker;
mod tool_use;

pub(super) use arguments::{ChatArguments, ToolChoice, tools};
pub(super) use coalescer::Channel;
pub(super) use deltas::DeltaSink;
pub(super) use failure::{Failure, FailureKind};
pub(super) use reply::{Reply, Usage};
pub(super) use sessions::{MAX_SESSIONS, Pending, Sessions, Turn};
pub(super) use talker::{Lending, Talker, serve_call};
#[cfg(test)]
pub(super) use tool_use::ToolResult;
pub(super) use tool_use::{LentTool, ToolCall, ToolStep};
