//! The port to the six memory tools, and what can go wrong behind it.

use std::time::Duration;

/// The memory tools of one server. A call may be dropped at any time; whether it then took effect
/// is unknown.
pub trait Memory: Send + Sync + 'static {
    /// The text of a document; `None` when there is no such document.
    fn read(&self, name: &str) -> impl Future<Output = Result<Option<String>, HubError>> + Send;

    /// Makes a document have this text, whatever it had before.
    fn write(&self, name: &str, text: &str) -> impl Future<Output = Result<(), HubError>> + Send;

    /// Replaces `old` by `new` where it occurs exactly once. With the whole old text as `old` this
    /// is a compare-and-swap, but for text that somebody put before or after it.
    fn edit(
        &self,
        name: &str,
        old: &str,
        new: &str,
    ) -> impl Future<Output = Result<(), HubError>> + Send;

    /// The names of all documents below a topic (a folder; empty for all), sorted.
    fn list(&self, topic: &str) -> impl Future<Output = Result<Vec<String>, HubError>> + Send;

    /// Removes a document; says whether it was there.
    fn delete(&self, name: &str) -> impl Future<Output = Result<Removed, HubError>> + Send;

    /// Gives a document another name that is still free.
    fn rename(&self, from: &str, to: &str) -> impl Future<Output = Result<(), HubError>> + Send;

    /// Ends when the server is gone.
    fn closed(&self) -> impl Future<Output = ()> + Send;
}

/// Makes connections to the hub server, again and again.
pub trait Connector: Send + Sync + 'static {
    /// What it connects to.
    type Memory: Memory;

    /// The running server, started if need be.
    fn connect(&self) -> impl Future<Output = Result<Self::Memory, HubError>> + Send;

    /// Has the server ended and started anew: it does not answer any more.
    fn restart(&self) -> impl Future<Output = ()> + Send;
}

/// Whether a removal found something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removed {
    /// It was there.
    Gone,
    /// It was not.
    WasMissing,
}

/// Why a memory tool did not do what it should.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HubError {
    /// There is no such document.
    #[error("the hub has no document {name}")]
    Missing {
        /// The document.
        name: String,
    },
    /// The document has another text than expected: compare-and-swap has lost.
    #[error("somebody else changed {name} in the hub")]
    Lost {
        /// The document.
        name: String,
    },
    /// The new name is taken.
    #[error("the hub already has a document {name}")]
    Taken {
        /// The document.
        name: String,
    },
    /// The text is longer than the server takes.
    #[error("{name} is too long for the hub; raise default_max_tool_answer_chars in its settings")]
    TooLong {
        /// The document.
        name: String,
    },
    /// The name is one that the server refuses.
    #[error("the hub refuses the name {name}: {said}")]
    Name {
        /// The document.
        name: String,
        /// The server's words; untrusted.
        said: String,
    },
    /// The file behind the document is no text.
    #[error("{name} in the hub is no UTF-8 text; move the file away")]
    NotText {
        /// The document.
        name: String,
    },
    /// The file behind the document is nothing that a document can be.
    #[error("{name} in the hub cannot be used: {why}; move the file away")]
    Unfit {
        /// The document.
        name: String,
        /// What it is.
        why: String,
    },
    /// The file behind the document lies elsewhere.
    #[error(
        "{name} in the memory folder is, or lies behind, a link that leads out; remove the link"
    )]
    LeadsOut {
        /// The document.
        name: String,
    },
    /// The document may not be changed.
    #[error("the hub cannot write {name}: read-only; make the project folder writable")]
    ReadOnly {
        /// The document.
        name: String,
    },
    /// The disk is full.
    #[error("the hub cannot write {name}: the disk is full; free some space")]
    DiskFull {
        /// The document.
        name: String,
    },
    /// The server has no project, and so no memory.
    #[error("the hub server has no project: {said}")]
    NoProject {
        /// The server's words; untrusted.
        said: String,
    },
    /// The server lacks a memory tool.
    #[error(
        "the hub server has no tool {tool}; start Serena with `--agent-interface tools` and without `read_only`"
    )]
    NoTool {
        /// The tool.
        tool: String,
    },
    /// No answer in time; whether the call took effect is unknown.
    #[error("the hub did not answer {tool} in time")]
    TimedOut {
        /// The tool.
        tool: String,
    },
    /// The server is gone or cannot be started.
    #[error("the hub cannot be reached: {why}")]
    Unreachable {
        /// What happened; may contain words of the server, so it is untrusted.
        why: String,
        /// When another try makes sense, if that is known.
        retry_in: Option<Duration>,
    },
    /// The server said something that is not understood.
    #[error("the hub refused {tool}: {said}")]
    Refused {
        /// The tool.
        tool: String,
        /// The server's words; untrusted.
        said: String,
    },
}

impl HubError {
    /// When another try to reach the server makes sense, if that is known.
    #[must_use]
    pub fn retry_in(&self) -> Option<Duration> {
        if let Self::Unreachable { retry_in, .. } = self {
            *retry_in
        } else {
            None
        }
    }

    /// Whether the server as a whole is of no use, and not just for one document.
    #[must_use]
    pub fn concerns_server(&self) -> bool {
        match self {
            Self::NoProject { .. } | Self::NoTool { .. } | Self::Unreachable { .. } => true,
            Self::Missing { .. }
            | Self::Lost { .. }
            | Self::Taken { .. }
            | Self::TooLong { .. }
            | Self::Name { .. }
            | Self::NotText { .. }
            | Self::LeadsOut { .. }
            | Self::Unfit { .. }
            | Self::ReadOnly { .. }
            | Self::DiskFull { .. }
            | Self::TimedOut { .. }
            | Self::Refused { .. } => false,
        }
    }
}
