//! What is needed to reach a server, and what it said of itself. Data only.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;

use crate::config::Secret;

/// How one server is reached and how patient we are with it.
#[derive(Debug, Clone, PartialEq)]
pub struct ServerSpec {
    /// The name under which the room knows the server; unique in the room.
    pub name: String,
    /// Process or address.
    pub transport: Transport,
    /// Deadlines of each request.
    pub limits: Limits,
}

/// The two transports of MCP.
#[derive(Debug, Clone, PartialEq)]
pub enum Transport {
    /// A child process that speaks newline-delimited JSON-RPC on stdin and stdout.
    Stdio {
        /// Program and arguments; never empty, never given to a shell.
        command: Vec<String>,
        /// The whole environment of the process. Nothing is inherited.
        env: BTreeMap<String, String>,
        /// Working directory.
        cwd: PathBuf,
    },
    /// Streamable HTTP.
    Http {
        /// Endpoint, for instance `http://127.0.0.1:8080/mcp`.
        url: String,
        /// Bearer token without the word `Bearer`; goes into each request and nowhere else.
        bearer: Option<Secret>,
    },
}

/// Deadlines of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How long a server may be silent (no notification of this call, no answer).
    pub idle: Duration,
    /// How long the call may take in all, without the time in which its server waits for our answers.
    pub total: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            idle: Duration::from_secs(90),
            total: Duration::from_mins(30),
        }
    }
}

/// A tool as the server lists it.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolInfo {
    /// Name to call it by.
    pub name: String,
    /// What the server says that it does; untrusted text.
    pub description: String,
    /// JSON Schema of the arguments.
    pub input_schema: Value,
    /// Whether a call of it can or must be a remote task.
    pub task: TaskSupport,
    /// Whether the server says that it only reads (`readOnlyHint`).
    pub reads: bool,
}

/// Whether a tool can be called as a remote task.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TaskSupport {
    /// Only plainly.
    #[default]
    None,
    /// Either way; it is called plainly.
    Optional,
    /// Only as a task.
    Required,
}
