//! A member's persistent conversation and its turns, and what can be done with it.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::core::{
    Actor, Allowed, CallId, Dial, DialWish, Failure, HandedServer, MemberName, Purpose,
    SessionDigest, SessionId, State, TaskId, Text, Timestamp, Usage,
};

/// How many turns of a session the state keeps; older ones are in the journal.
pub const TURNS_KEPT: usize = 64;
/// How many names that a server had for a session the state keeps.
pub const FORMER_KEPT: usize = 16;
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
    /// When something was last done with it.
    pub(crate) touched: Timestamp,
    pub(crate) server: AtServer,
    pub(crate) turns: VecDeque<Turn>,
    pub(crate) turns_ever: u64,
    pub(crate) busy: Option<CallId>,
    pub(crate) closed: bool,
    pub(crate) archived: bool,
    /// How many turns a reset forgot, of all that there ever were.
    pub(crate) forgotten: u64,
    pub(crate) forked: Option<Forked>,
    /// The place in the journal where it was chosen for the next turns; 0: never.
    pub(crate) chosen: u64,
    pub(crate) allowed: Allowed,
    /// Whether the room asked in it for itself.
    pub(crate) own: bool,
    /// What stands for its older turns.
    #[serde(default)]
    pub(crate) digest: Option<SessionDigest>,
    /// What its agent said it can be set to, in the agent's order.
    #[serde(default)]
    pub(crate) dials: Vec<Dial>,
    /// What the operator wishes of these, one wish a dial, in the order of the wishes.
    #[serde(default)]
    pub(crate) wishes: Vec<DialWish>,
}

/// Where a fork comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Forked {
    pub(crate) from: SessionId,
    /// How many turns its origin ever had then; `None`: one was being made.
    pub(crate) at: Option<u64>,
    /// How many turns it began with.
    pub(crate) inherited: u64,
}

/// What the server has of a conversation, as far as is known here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AtServer {
    pub(crate) handle: Option<Handle>,
    pub(crate) restored_by: Restored,
    /// Handles that were given up, latest last, at most [`FORMER_KEPT`].
    pub(crate) former: VecDeque<String>,
    /// The servers that the agent was handed with it.
    #[serde(default)]
    pub(crate) handed: Vec<HandedServer>,
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
    /// Nobody can tell what it still knows: its process ended, the call before was given up, or it
    /// did not prove that it went on.
    InDoubt,
}

/// How a conversation stands with its server, in the words that are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Continuity {
    /// Nothing was said before.
    New,
    /// The server has the whole conversation.
    Continued,
    /// The server was told a digest of the earlier turns.
    Replayed,
    /// What the server has is not known; the next turn finds out, or tells it anew.
    InDoubt,
}

/// What the operator wants of a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionOrder {
    /// Open another session that knows what was said in this one up to now.
    Fork {
        /// With whom; `None`: with the same member.
        member: Option<MemberName>,
        /// What to call it; blank: after the one that it comes from.
        title: String,
    },
    /// Call it otherwise.
    Rename {
        /// What to call it.
        title: String,
    },
    /// Hide it; its member's next turn is made in another one.
    Archive,
    /// Bring it back.
    Unarchive,
    /// Forget the conversation: the next turn begins a new one. The transcript stays.
    Reset,
    /// Make its member's next turns in it.
    Choose,
    /// Set a dial of it from its next turn on.
    Set {
        /// The dial.
        dial: String,
        /// The word of the value; `None`: as the configuration and the agent have it.
        value: Option<String>,
    },
}

/// What was done to a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionChange {
    /// It is called otherwise.
    Renamed {
        /// What it is called.
        title: String,
    },
    /// It was hidden.
    Archived {
        /// By whom.
        by: Actor,
    },
    /// It was brought back.
    Unarchived,
    /// Its turns so far are not told to its server any more.
    Reset,
    /// Its member's next turns are made in it.
    Chosen,
    /// How its server came to know the conversation turned out.
    Restored {
        /// How.
        by: Restored,
    },
    /// Which servers its agent was handed, and whether it has them, became known.
    Handed {
        /// All of them.
        servers: Vec<HandedServer>,
    },
    /// Its agent said what it can be set to.
    Dials {
        /// All of it.
        dials: Vec<Dial>,
    },
    /// A dial of it is set to another value.
    Dialled {
        /// The dial.
        dial: String,
        /// The word of the value.
        value: String,
    },
    /// The operator wishes a dial of it to be set from the next turn on.
    Wished {
        /// The dial.
        dial: String,
        /// The word of the value; `None`: nothing is wished any more.
        value: Option<String>,
    },
    /// Its agent could not be set to what was wished, which is wished no more.
    Unfulfilled {
        /// What was wished.
        wish: DialWish,
    },
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
    /// Whether the room asks in it for itself: it is no conversation of the operator's, and no document.
    #[must_use]
    pub fn is_the_rooms(&self) -> bool {
        self.own
    }

    /// What the first session of a member is called unless the operator calls it otherwise.
    pub const FIRST_TITLE: &str = "main";

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
        self.server.handle.as_ref()
    }

    /// How the server came to know the conversation.
    #[must_use]
    pub fn restored_by(&self) -> Restored {
        self.server.restored_by
    }

    /// The servers that its agent was handed with it, and whether it has them.
    #[must_use]
    pub fn handed(&self) -> &[HandedServer] {
        &self.server.handed
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

    /// How it stands with its server.
    #[must_use]
    pub fn continuity(&self) -> Continuity {
        let told = self.turns_ever - self.forgotten.min(self.turns_ever);
        match self.server.restored_by {
            _ if told == 0 => Continuity::New,
            Restored::Live if told == 1 => Continuity::New,
            Restored::Live | Restored::ByHandle => Continuity::Continued,
            Restored::ByReplay => Continuity::Replayed,
            Restored::InDoubt => Continuity::InDoubt,
        }
    }

    /// The kept turns that its server knows or is told, oldest first: those after the last reset.
    #[must_use]
    pub fn remembered(&self) -> impl DoubleEndedIterator<Item = &Turn> + ExactSizeIterator {
        let dropped = self.turns_ever.saturating_sub(self.turns.len() as u64);
        let skipped = self.forgotten.saturating_sub(dropped);
        let skipped = usize::try_from(skipped).unwrap_or(usize::MAX);
        self.turns.iter().skip(skipped)
    }

    /// What stands for its older turns, once there were many.
    #[must_use]
    pub fn digest(&self) -> Option<&SessionDigest> {
        self.digest.as_ref()
    }

    /// The remembered turns that no digest covers, with their numbers from 1 over all that there ever
    /// were, oldest first.
    pub(crate) fn undigested(&self) -> impl DoubleEndedIterator<Item = (u64, &Turn)> {
        let covered = self.digest.as_ref().map_or(0, |digest| digest.through);
        let first = 1 + self
            .turns_ever
            .saturating_sub(self.remembered().len() as u64);
        let numbered = self.remembered().enumerate();
        numbered
            .map(move |(place, turn)| (first + place as u64, turn))
            .filter(move |(number, _)| *number > covered)
    }

    /// Whether a digest of the turns up to one is of use: somebody may be told it, and it says more
    /// than the one that there is.
    pub(crate) fn wants_digest(&self, through: u64) -> bool {
        let covered = self.digest.as_ref().map_or(0, |digest| digest.through);
        self.takes_turns() && through > self.forgotten && through > covered
    }

    /// How many turns the last reset forgot, of all that there ever were.
    #[must_use]
    pub fn forgotten(&self) -> u64 {
        self.forgotten
    }

    /// Whether it is hidden.
    #[must_use]
    pub fn is_archived(&self) -> bool {
        self.archived
    }

    /// Whether turns are made in it.
    #[must_use]
    pub fn takes_turns(&self) -> bool {
        !self.closed && !self.archived
    }

    /// The session from which it was forked.
    #[must_use]
    pub fn forked_from(&self) -> Option<SessionId> {
        self.forked.map(|forked| forked.from)
    }

    /// The handle of the session of which this one is a fork, where the server can fork it now: nothing
    /// was said in it since, and this one is only about to make its first turn.
    pub(crate) fn origin<'a>(&self, state: &'a State) -> Option<&'a Handle> {
        let forked = self.forked.filter(|_| self.server.handle.is_none())?;
        let begins = self.turns_ever == forked.inherited + 1 && self.forgotten == 0;
        let origin = state.session(forked.from)?;
        let as_it_was = origin.busy.is_none() && forked.at == Some(origin.turns_ever);
        let theirs = origin.member == self.member;
        (begins && as_it_was && theirs).then(|| origin.handle())?
    }

    /// Whether, and how recently, it was chosen for its member's next turns: the later the higher.
    #[must_use]
    pub fn chosen(&self) -> u64 {
        self.chosen
    }

    /// When something was last done with it.
    #[must_use]
    pub fn touched(&self) -> Timestamp {
        self.touched
    }

    /// The handle that its server last had for it and that must not be gone on with.
    #[must_use]
    pub fn former_handle(&self) -> Option<&str> {
        self.server.former.back().map(String::as_str)
    }

    /// Whether its server once knew it by this handle, and does no more.
    #[must_use]
    pub fn had_handle(&self, handle: &str) -> bool {
        self.server.former.iter().any(|one| one == handle)
    }

    /// Gives the handle up.
    pub(crate) fn let_go(&mut self) {
        let Some(handle) = self.server.handle.take() else {
            return;
        };
        self.server.handed.clear();
        self.server.former.retain(|one| *one != handle.value);
        self.server.former.push_back(handle.value);
        while self.server.former.len() > FORMER_KEPT {
            self.server.former.pop_front();
        }
    }

    /// What the operator allowed for the rest of it.
    #[must_use]
    pub fn allowed(&self) -> &Allowed {
        &self.allowed
    }

    /// What its agent said it can be set to, in the agent's order; nothing before its first turn.
    #[must_use]
    pub fn dials(&self) -> &[Dial] {
        &self.dials
    }

    /// The dial of this word.
    #[must_use]
    pub fn dial(&self, id: &str) -> Option<&Dial> {
        self.dials.iter().find(|dial| dial.id == id)
    }

    /// What the operator wishes its dials to be set to.
    #[must_use]
    pub fn wishes(&self) -> &[DialWish] {
        &self.wishes
    }

    /// The word of the value that is wished of a dial.
    #[must_use]
    pub fn wished(&self, dial: &str) -> Option<&str> {
        let wish = self.wishes.iter().find(|wish| wish.dial == dial);
        wish.map(|wish| wish.value.as_str())
    }

    /// What is wished of a dial and not set yet.
    #[must_use]
    pub fn awaits(&self, dial: &Dial) -> Option<&str> {
        self.wished(&dial.id).filter(|value| *value != dial.current)
    }

    /// Whether it was put away for good.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.closed
    }
}
