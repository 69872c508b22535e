//! What a console shows of the shared memory: plain data. The documents themselves are the hub's
//! business; the core only has the words, because they cross the socket.

use serde::{Deserialize, Serialize};

use crate::core::Timestamp;

/// How the room's shared memory is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HubStatus {
    /// Which server keeps it.
    pub kind: HubKind,
    /// How that server is.
    pub state: HubState,
    /// The documents that the room keeps there, by name.
    pub documents: Vec<DocumentInfo>,
    /// How many of them are not yet up to date.
    pub pending: usize,
    /// The last edits of our documents by somebody else, oldest first.
    pub foreign: Vec<ForeignEdit>,
}

impl HubStatus {
    /// The status before anything was tried.
    #[must_use]
    pub fn starting(kind: HubKind) -> Self {
        Self {
            kind,
            state: HubState::Starting,
            documents: Vec::new(),
            pending: 0,
            foreign: Vec::new(),
        }
    }
}

/// Which server keeps the shared memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HubKind {
    /// Serena.
    Serena,
    /// `synod mcp memory`.
    Builtin,
}

impl HubKind {
    /// The word for it, as shown.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Serena => "serena",
            Self::Builtin => "built-in",
        }
    }
}

/// How the server of the shared memory is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HubState {
    /// It is being started.
    Starting,
    /// It is there, and the documents are being brought up to date after it was away.
    CatchingUp {
        /// How many of them are not yet up to date.
        pending: usize,
    },
    /// It is there, and all documents were up to date at least once since it came.
    Ready,
    /// It is not there; it is tried again, and nothing is lost.
    Down {
        /// What happened; may contain text of the server, so it is untrusted.
        why: String,
    },
}

/// One document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentInfo {
    /// Its name in the hub.
    pub name: String,
    /// Its revision: how many different texts it has had, 0 before the first.
    pub rev: u64,
    /// Its size in bytes.
    pub bytes: usize,
    /// When it was last written by this room process.
    pub written_at: Option<Timestamp>,
    /// Whether the hub is known to have the text that it should have.
    pub current: bool,
    /// Why it could not be written, if the last try failed; may contain text of the server.
    pub trouble: Option<String>,
}

/// Somebody else changed a document of ours. Their text was kept aside, ours put back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForeignEdit {
    /// Name of the document.
    pub name: String,
    /// Name of the document that keeps the foreign text.
    pub kept_as: String,
    /// When it was noticed.
    pub at: Timestamp,
}
