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
//! - `errand`: a program that is no server, run to its end below a guard.
//! - `lines`, `source`: bytes to lines (64 MiB at most) to raw messages; noise is skipped.
//! - `handshake`, `opener`: agree on 2026-07-28 or 2025-11-25, list the tools, hand over to rmcp.
//! - `tap`, `routes`: each message of a call into that call's channel, in wire order.
//! - `call`, `link`, `answer`: one call with its deadlines, and what it gave; `remote_task` for a
//!   call that the server works on as a task, `attachment` for what is no text.
//! - `abilities`, `lookup`, `tools`, `resources`, `server_prompts`, `news`, `ear`: what the server
//!   offers, listed up to a bound, and read again when it says that it has changed; a server of
//!   2026-07-28 says so only while it is listened to.
//! - `connection`, `supervisor`, `patience`: open, use, close; restart with backoff and breaker.
//! - `http`: the other transport behind the same tap.
//! - `handover`: servers that agents are given, kept here and reached by a relay.
//! - `conformance`: what the public conformance suite wants to see of a client.
//!
//! What rmcp 3.9 does not let through: over HTTP its client gives typed messages, and its `Tool` and
//! its capabilities know nothing of the tasks of 2025-11-25 (`execution.taskSupport`, `tasks`). So a
//! tool that demands a task is called plainly once, refuses before it has done anything, and is
//! called as a task from then on. Only an HTTP client of our own could avoid that one refusal. Over
//! stdio, where messages are read raw, the list of tools says it beforehand. In 2026-07-28 the server
//! makes a call a task itself, and there is nothing to know beforehand; its `notifications/tasks` are
//! not waited for, as no subscription of rmcp's can name a task: the task is asked how it stands.
//!
//! What is not MCP's own here (processes, lines, the log, keeping a connection up, the deadlines of a
//! call) serves [`crate::acp`] too.
//!
//! rmcp's own log is chatty and repeats message bodies: filter the target `rmcp` to `warn`.

mod abilities;
mod answer;
mod attachment;
mod call;
mod conformance;
mod connection;
mod ear;
mod errand;
pub mod guard;
mod handover;
mod handshake;
mod http;
mod lines;
mod link;
mod log;
mod lookup;
mod news;
mod offers;
mod opener;
mod patience;
mod process;
mod registry;
mod remote_task;
mod reply;
mod resources;
mod routes;
mod server_prompts;
mod signal;
mod source;
mod spec;
mod supervisor;
mod tap;
mod tools;
mod tree;

pub use attachment::{Attachment, Kept, Payload};
pub(crate) use call::CallClock;
pub use call::{ActiveCall, Step};
pub use conformance::{ConformanceError, conform};
pub(crate) use connection::End as ConnectionEnd;
pub use connection::{Connection, LINE_LIMIT, Options};
pub use errand::{Errand, Ran, Tail, run_errand};
pub use handover::{Handed, Handover, Standing, TICKET, ToHand, relay};
pub use http::{install_tls, shown};
pub(crate) use lines::{Line, Lines};
pub(crate) use log::Log;
pub use log::{LogLine, LogSource, Strays};
pub use news::{News, Update};
pub use offers::{Offers, Services};
pub use patience::{Backoff, Breaker};
pub use process::GuardCommand;
pub(crate) use process::{Process, Program, Running};
pub use registry::{Registry, Started, sweep};
pub use reply::{Block, CallError, ConnectError, ToolReply};
pub use resources::{ResourceInfo, Subscribed};
pub use server_prompts::{PromptArgument, PromptInfo, PromptMessage, Speaker};
pub use signal::{Ask, AskAnswer, AskReply, Signal};
pub use spec::{Limits, ServerSpec, TaskSupport, ToolInfo, Transport};
pub use supervisor::{Connect, Health, Start, Supervisor};
pub use tools::Tools;
