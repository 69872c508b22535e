//! Supervised connections to MCP servers; the only place that names rmcp's client side.
//!
//! Owns processes (through the guard), framing with our own line limit, the ordered tap that puts
//! every notification of a call into that call's own bounded channel in wire order, deadlines,
//! cancellation, restart with backoff and the circuit breaker. It does not know what a model is:
//! what a notification *means* is the business of [`crate::members`].

mod answer;
mod call;
mod connection;
pub mod guard;
mod handshake;
mod http;
mod lines;
mod link;
mod log;
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
pub use patience::{Backoff, Breaker};
pub use process::GuardCommand;
pub use registry::{Registry, Started, sweep};
pub use reply::{Block, CallError, ConnectError, ToolReply};
pub use signal::{Ask, AskReply, Signal};
pub use spec::{Limits, ServerSpec, ToolInfo, Transport};
pub use supervisor::{Health, Start, Supervisor};
