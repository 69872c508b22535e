//! What a console shows of the shared memory: plain data. The documents themselves are the hub's
//! business; the core only has the words, because they cross the socket.

use serde::{Deserialize, Serialize};

use crate::core::{TaskId, Text, Timestamp};

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
    /// What others keep beside our documents, as far as it is known.
    pub notes: Notes,
    /// How much there is of results and conflicts.
    pub meter: Meter,
}

/// How much there is of results and conflicts, and how much of the limit on whole ones is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Meter {
    /// How many documents, summaries included.
    pub documents: usize,
    /// Their size together, in bytes.
    pub bytes: u64,
    /// The size of those that are whole, in bytes, as reckoned from their texts.
    pub whole: u64,
    /// How many bytes of whole ones there may be, beyond which the oldest age.
    pub limit: Option<u64>,
}

impl Meter {
    /// From how many hundredths on it is nearly full.
    pub const NEARLY: u64 = 80;

    /// How full it is, in hundredths, where there is a limit. What is a summary already has no part in
    /// it, for nothing more becomes of that.
    #[must_use]
    pub fn percent(&self) -> Option<u64> {
        let limit = self.limit.filter(|limit| *limit > 0)?;
        Some(self.whole.saturating_mul(100) / limit)
    }

    /// Whether there is little room left, or none.
    #[must_use]
    pub fn is_nearly_full(&self) -> bool {
        self.percent()
            .is_some_and(|percent| percent >= Self::NEARLY)
    }
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
            notes: Notes::default(),
            meter: Meter::default(),
        }
    }
}

/// What was written into the shared memory from outside the room, under names of its own: notes of
/// people and of other programs. They are never changed, and are not in the journal.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Notes {
    /// How many there are.
    pub count: usize,
    /// Their size together, in bytes.
    pub bytes: u64,
    /// Those that changed last, latest first; a few.
    pub latest: Vec<Note>,
}

/// One note from outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Its name; untrusted.
    pub name: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// When its file was last changed.
    pub at: Timestamp,
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

/// A change of a document of ours by somebody else, before the operator has said what becomes of it.
/// All of its texts are untrusted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutsideEdit {
    /// Name of the document, without any prefix.
    pub document: String,
    /// By what their text is known again.
    pub digest: String,
    /// What they changed, as a unified diff from ours to theirs; shortened where it is long.
    pub diff: Text,
    /// What of it the room can take over.
    pub import: Import,
}

/// What the room can take over of a foreign edit: its documents follow from its journal, so only what
/// can become an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Import {
    /// A result that was written by hand.
    Result {
        /// Of which task.
        task: TaskId,
        /// The new result.
        text: Text,
    },
    /// Nothing.
    Nothing {
        /// Why not, in words.
        why: String,
    },
}

/// What became of a foreign edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Settled {
    /// What could be taken over was; then ours was put in its place.
    Imported,
    /// It was saved under a name of its own; then ours was put in its place.
    KeptAside,
    /// Ours was put in its place.
    Overwritten,
}

/// The last word on a text that somebody else gave a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Verdict {
    pub(crate) document: String,
    pub(crate) digest: String,
    pub(crate) how: Settled,
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
