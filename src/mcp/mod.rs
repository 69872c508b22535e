//! Supervised connections to MCP servers; the only place that names rmcp's client side.
//!
//! Owns processes (through the guard), framing with our own line limit, the ordered tap that puts
//! every notification of a call into that call's own bounded channel in wire order, deadlines,
//! cancellation, restart with backoff and the circuit breaker. It does not know what a model is:
//! what a notification *means* is the business of [`crate::members`].
//!
//! The way of a message, from the inside out:
//! - [`guard`]: a process between the room and the server; ends the server's whole tree.
//! - `process`, `tree`, `registry`: start a guard, look at process trees, sweep what a crash left.
//! - `lines`, `source`: bytes to lines (64 MiB at most) to raw messages; noise is skipped.
//! - `handshake`, `opener`: agree on 2026-07-28 or 2025-11-25, list the tools, hand over to rmcp.
//! - `tap`, `routes`: each message of a call into that call's channel, in wire order.
//! - `call`, `link`, `answer`: one call with its deadlines, and what it gave.
//! - `connection`, `supervisor`, `patience`: open, use, close; restart with backoff and breaker.
//! - `http`: the other transport behind the same tap.
//!
//! rmcp's own log is chatty and repeats message bodies: filter the target `rmcp` to `warn`.

mod answer;
mod call;
mod connection;
pub mod guard;
mod handshake;
mod http;
mod lines;
mod link;
mod log;
mod offers;
mod opener;
mod patience;
mod process;
mod registry;
mod reply;
mod routes;
mod signal;
mod source;
mod spec;
mod supervisor;
mod tap;
mod tree;

pub use call::{ActiveCall, Step};
pub use connection::{Connection, LINE_LIMIT, Options};
pub use http::install_tls;
pub use log::{LogLine, LogSource, Strays};
pub use offers::Offers;
pub use patience::{Backoff, Breaker};
pub use process::GuardCommand;
pub use registry::{Registry, Started, sweep};
pub use reply::{Block, CallError, ConnectError, ToolReply};
pub use signal::{Ask, AskAnswer, AskReply, Signal};
pub use spec::{Limits, ServerSpec, ToolInfo, Transport};
pub use supervisor::{Health, Start, Supervisor};
