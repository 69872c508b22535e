//! A member's persistent conversation and its turns.

use std::collections::{BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};

use crate::core::{
    CallId, Failure, MemberName, Purpose, RequestKind, SessionId, TaskId, Text, Timestamp, Usage,
};

/// How many turns of a session the state keeps; older ones are in the journal.
pub const TURNS_KEPT: usize = 64;
/// How many bytes of a prompt or an answer the state keeps; the whole is in the journal.
pub const TURN_TEXT_KEPT: usize = 32 * 1024;

/// The server's own name for a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handle {
    /// `threadId`, `sessionId` or the like; untrusted.
    pub value: String,
    /// Whether it still works after the server's process was started anew.
    pub survives_restart: bool,
}

/// A member's conversation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Session {
    pub(crate) id: SessionId,
    pub(crate) member: MemberName,
    pub(crate) title: String,
    pub(crate) opened_at: Timestamp,
    pub(crate) handle: Option<Handle>,
    pub(crate) restored_by: Restored,
    pub(crate) turns: VecDeque<Turn>,
    pub(crate) turns_ever: u64,
    pub(crate) busy: Option<CallId>,
    pub(crate) closed: bool,
    pub(crate) allowed: BTreeSet<RequestKind>,
}

/// How the server came to know the conversation so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Restored {
    /// It took part from the first turn.
    Live,
    /// It took the conversation up again by its handle.
    ByHandle,
    /// It was told the earlier turns in a digest.
    ByReplay,
}

/// One prompt and its answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Turn {
    /// The call that made it.
    pub call: CallId,
    /// The task for which it was made.
    pub task: TaskId,
    /// Why the call was made.
    pub purpose: Purpose,
    /// What the operator (or the strategy) asked, at most [`TURN_TEXT_KEPT`] bytes.
    pub prompt: Text,
    /// When it began.
    pub started: Timestamp,
    /// How it stands.
    pub state: TurnState,
}

/// How a turn stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TurnState {
    /// In flight; its live text is not part of the state.
    Running,
    /// Answered.
    Answered {
        /// When.
        at: Timestamp,
        /// At most [`TURN_TEXT_KEPT`] bytes of it.
        text: Text,
        /// The final answer as the member wrote it, if it gave one.
        value: Option<String>,
        /// What it used.
        usage: Usage,
    },
    /// Failed.
    Failed {
        /// When.
        at: Timestamp,
        /// Why.
        failure: Failure,
        /// The text up to there, at most [`TURN_TEXT_KEPT`] bytes.
        partial: Text,
    },
    /// Cancelled, by the operator or because its task was over.
    Cancelled {
        /// When.
        at: Timestamp,
        /// The text up to there, at most [`TURN_TEXT_KEPT`] bytes.
        partial: Text,
    },
    /// The room process ended in the middle; its text is lost.
    Interrupted {
        /// When this was noticed.
        at: Timestamp,
    },
}

impl Session {
    /// Its name.
    #[must_use]
    pub fn id(&self) -> SessionId {
        self.id
    }

    /// Whose it is.
    #[must_use]
    pub fn member(&self) -> &MemberName {
        &self.member
    }

    /// What the operator calls it.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// When it was opened.
    #[must_use]
    pub fn opened_at(&self) -> Timestamp {
        self.opened_at
    }

    /// The server's handle, when it has one.
    #[must_use]
    pub fn handle(&self) -> Option<&Handle> {
        self.handle.as_ref()
    }

    /// How the server came to know the conversation.
    #[must_use]
    pub fn restored_by(&self) -> Restored {
        self.restored_by
    }

    /// The last [`TURNS_KEPT`] turns, oldest first.
    #[must_use]
    pub fn turns(&self) -> impl DoubleEndedIterator<Item = &Turn> + ExactSizeIterator {
        self.turns.iter()
    }

    /// How many turns it ever had.
    #[must_use]
    pub fn turns_ever(&self) -> u64 {
        self.turns_ever
    }

    /// The call it works on.
    #[must_use]
    pub fn busy(&self) -> Option<CallId> {
        self.busy
    }

    /// What the operator allowed for the rest of it.
    #[must_use]
    pub fn allowed(&self) -> &BTreeSet<RequestKind> {
        &self.allowed
    }

    /// Whether it was put away for good.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.closed
    }
}
