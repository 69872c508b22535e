//! Supervised connections to MCP servers; the only place that names rmcp's client side.
//!
//! Owns processes (through the guard), framing with our own line limit, the ordered tap that puts
//! every notification of a call into that call's own bounded channel in wire order, deadlines,
//! cancellation, restart with backoff and the circuit breaker. It does not know what a model is:
//! what a notification *means* is the business of [`crate::members`].

pub mod guard;
mod reply;
mod signal;
mod spec;
mod tree;

pub use reply::{Block, CallError, ConnectError, ToolReply};
pub use signal::{Ask, AskReply, Signal};
pub use spec::{Limits, ServerSpec, ToolInfo, Transport};
