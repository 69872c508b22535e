//! Outcomes of effects. Each names the effect it belongs to; late or unknown ones are counted.

use crate::core::session::Restored;
use crate::core::{
    AskId, CallId, CheckEnd, CheckId, Dial, DialWish, DocumentText, Ending, HandedServer, Handle,
    Health, Keeper, Listing, MemberName, NoteEnd, OutsideEdit, Request, TaskId, TaskOrder, Text,
    Timestamp,
};

/// What the engine's hands report back.
#[derive(Debug, Clone, PartialEq)]
pub enum Report {
    /// The server's own handle of the call's session became known.
    Bound {
        /// The call.
        call: CallId,
        /// The handle.
        handle: Handle,
    },
    /// The server forgot the call's session, or it must not be used any more.
    Unbound {
        /// The call.
        call: CallId,
    },
    /// The server asks something and waits.
    Asked {
        /// The call.
        call: CallId,
        /// The question's number within the call.
        ask: AskId,
        /// What is asked.
        request: Request,
    },
    /// The server waits for the answer to a question no more, though the call goes on.
    Withdrawn {
        /// The call.
        call: CallId,
        /// The question's number within the call.
        ask: AskId,
    },
    /// The call is over. Reported exactly once a call.
    Ended {
        /// The call.
        call: CallId,
        /// How.
        ending: Ending,
    },
    /// How the server came to know the call's session, where that is not plain from its handle.
    Restored {
        /// The call.
        call: CallId,
        /// How.
        by: Restored,
    },
    /// How the servers stand that the call's session was handed. Reported when it is news.
    Handed {
        /// The call.
        call: CallId,
        /// All of them.
        servers: Vec<HandedServer>,
    },
    /// What the call's session can be set to, and is.
    Dials {
        /// The call.
        call: CallId,
        /// What there is.
        dials: Vec<Dial>,
        /// What was wished and could not be had.
        unfulfilled: Vec<DialWish>,
    },
    /// Which sessions a member's server has.
    Listed {
        /// The member.
        member: MemberName,
        /// When it was asked.
        asked: Timestamp,
        /// What it said.
        listing: Listing,
    },
    /// It is settled who keeps a thought. Reported exactly once an order to record one, unless the
    /// task ended before.
    ThoughtRecorded {
        /// The task.
        task: TaskId,
        /// The call that brought the thought; a task that is worked again has other ones.
        call: CallId,
        /// Who keeps it.
        keeper: Keeper,
    },
    /// Somebody else gave a document of the room another text.
    Edited {
        /// What they did.
        edit: Box<OutsideEdit>,
        /// Tasks that they added to the queue.
        proposals: Vec<TaskOrder>,
        /// They did nothing else.
        only_proposals: bool,
    },
    /// A document has a text of the room's again, though nobody has settled what becomes of theirs.
    EditGone {
        /// Name of the document, without any prefix.
        document: String,
    },
    /// The text of a pinned document was read for a call, or could not be.
    Told {
        /// The call.
        call: CallId,
        /// The document's name.
        document: String,
        /// What became of its text.
        text: DocumentText,
    },
    /// A change of a note was carried out, or cannot be. Reported exactly once an order, unless the
    /// room ended before.
    NoteSettled {
        /// Its number.
        order: u64,
        /// What became of it.
        end: NoteEnd,
    },
    /// A check is over. Reported exactly once an order to run one.
    Checked {
        /// Which run.
        check: CheckId,
        /// How it ended.
        end: CheckEnd,
        /// The end of what its command wrote, at most
        /// [`TAIL_MAX`](crate::core::check::TAIL_MAX) bytes; untrusted.
        tail: Text,
    },
    /// A member's server changed its state.
    Health {
        /// The member.
        member: MemberName,
        /// How it is now.
        health: Health,
    },
}
