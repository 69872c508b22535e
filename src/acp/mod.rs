//! Supervised connections to agents that speak the Agent Client Protocol (ACP); the second transport
//! under the members, beside [`crate::mcp`].
//!
//! Owns the lenient reading of an agent's lines, request ids in both directions, an agent's sessions
//! and the one prompt that may be in flight in each, permissions that are open, cancellation, and the
//! deadlines of all of it. Processes, their guard, framing, the log of what is written beside the
//! protocol, and keeping a connection up are [`crate::mcp`]'s, and used from there. What an update
//! *means* is the business of [`crate::members`].
//!
//! - `frame`: one line of an agent: a reply, a request or a notice, read as leniently as can be.
//! - `agent`: what the agent says of itself in the handshake.
//! - `routes`: who waits for which reply, and which turn listens to which session.
//! - `link`: requests, notices and answers on their way out.
//! - `reader`: lines on their way in, in wire order.
//! - `book`: which sessions are known, and which lies idle for longest.
//! - `handed`: the MCP servers that a session is given, and how they stand.
//! - `session`: begins, takes up and sets a session; one turn at a time holds it.
//! - `settings`: what a session can be set to, and what an order wants of that.
//! - `pending`: what an agent asked for in a turn and waits for.
//! - `services`: files and commands that are seen to for an agent.
//! - `turn`: one prompt from its session to its end.
//! - `connection`: open, use, close.
//!
//! Why not the official crate (`agent-client-protocol`): it is strict where today's agents are not. An
//! update with `used: null`, which one of them sends in every turn, is dropped; a reply without
//! `jsonrpc` hangs its request for ever; one byte that is no UTF-8 ends the connection; an unknown kind
//! of permission option is answered with an error, which ends a turn; and nothing has a deadline. So the
//! messages are read as JSON values here, of which each place takes what it knows.
//!
//! What the protocol lets a client do for an agent (files, terminals) is offered only to agents that the
//! operator names for it: the known ones do these things themselves, and ask for leave. One of them asks for
//! files all the same and is refused.

mod agent;
mod book;
mod connection;
mod frame;
mod handed;
mod link;
mod pending;
mod reader;
mod routes;
mod services;
mod session;
mod settings;
#[cfg(test)]
mod tests;
mod turn;

pub use agent::{Ability, Agent, Login};
pub use connection::Connection;
#[cfg(test)]
pub(crate) use turn::recorded;
pub use turn::{Order, Turn};

/// The code of the error that says that an agent does not know a session.
pub const SESSION_LOST: i64 = -32002;
/// The code of the error that says that somebody has to log in first.
pub const LOGIN_NEEDED: i64 = -32000;
/// The method of the signal that names a turn's session: `{"sessionId": …, "spent": …, "dials": …,
/// "unfulfilled": …}`, with what the session has cost before the turn, in US dollars or null, with what it can
/// be set to, and with what was wished and cannot be had. Our own, and never on the wire.
pub const BOUND: &str = "synod/bound";
/// The method of the signal that tells how the servers stand that a session was handed, when that is news:
/// `{"servers": [{"name": …, "trouble": …}]}`, with no trouble where the agent has it. Our own, and never on
/// the wire.
pub const HANDED: &str = "synod/handed";
/// The method of the signal that an agent has changed what its session is or can be set to: `{"dials": …}`.
/// Our own, and never on the wire.
pub const DIALS: &str = "synod/dials";
/// The method of the signal that the agent asked for what is not offered, and was told so: `{"method": …,
/// "path": …}`, as it named them. Our own, and never on the wire: an agent may call a request as it likes.
pub const REFUSED: &str = "synod/refused";
/// The method of the signal that tells what was done for the agent: `{"did": "read", "path": …, "line": …,
/// "limit": …, "there": …}`, `{"did": "write", "path": …, "old": …, "new": …}`, `{"did": "run", "command": …, "cwd": …}` and at
/// its end `{"did": "ran", "command": …, "how": …, "wrote": …}`, or `{"did": "fail", "method": …, "why": …}`. Our
/// own, and never on the wire.
pub const SERVED: &str = "synod/served";
/// The method by which an agent has a text file read. In the question for leave its parameters are `{"path": …,
/// "line": …, "limit": …}`, the path absolute and without links.
pub const READ_FILE: &str = "fs/read_text_file";
/// The method by which an agent has a text file written. In the question for leave its parameters are `{"path": …,
/// "old": …, "new": …}`, the path absolute and without links.
pub const WRITE_FILE: &str = "fs/write_text_file";
/// The method by which an agent has a command run. In the question for leave its parameters are `{"command": […],
/// "cwd": …}`, the command with the variables that are set for it.
pub const RUN: &str = "terminal/create";
/// The method by which updates come.
pub const UPDATE: &str = "session/update";
/// The method by which an agent asks for leave.
pub const PERMISSION: &str = "session/request_permission";
