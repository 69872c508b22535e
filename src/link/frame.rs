//! What room and console say to each other. One JSON object a line.

use serde::{Deserialize, Serialize};

use crate::core::{
    CallId, Checkup, Command, Delta, DocumentReply, DocumentWish, Filter, Granted, HubStatus,
    LiveTexts, Offerer, Offerings, Recorded, SessionId, State, TaskId, Timestamp, Wish,
};
use crate::engine::{Accepted, CommandError};

/// The version of these frames. Room and console must have the same: they are one binary, and the
/// state that they exchange is its own type.
pub const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "/13");

/// How many events one query gives at most.
pub const TRANSCRIPT_PAGE: usize = 500;

/// How many events that pass a filter one query gives at most.
pub const SIFTED_MAX: usize = 200;

/// How many places one search gives at most.
pub const FOUND_MAX: usize = 100;

/// From a console to the room.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToRoom {
    /// The first frame.
    Hello {
        /// [`VERSION`] of the console.
        version: String,
    },
    /// An intent.
    Command {
        /// Chosen by the console; the reply returns it.
        id: u64,
        /// What is wanted.
        command: Box<Command>,
    },
    /// A question that changes nothing.
    Query {
        /// Chosen by the console; the reply returns it.
        id: u64,
        /// What is asked.
        query: Query,
    },
    /// A query's answer is not wanted any more. One that was under way is given up unanswered.
    Withdraw {
        /// The query's id.
        id: u64,
    },
}

/// A question about what is no longer in the state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Query {
    /// Events from a place on, at most [`TRANSCRIPT_PAGE`].
    Events {
        /// The first place.
        from: u64,
        /// How many.
        limit: usize,
    },
    /// The events that pass a filter, of a stretch of the journal that the room chooses: it looks until it has
    /// found [`SIFTED_MAX`], or has looked for long enough.
    Sift {
        /// Chosen by the console; the reply returns it.
        ask: u64,
        /// What is wanted.
        filter: Filter,
        /// The first place to look at.
        from: u64,
        /// It is looked at earlier ones from there on; else at later ones.
        back: bool,
    },
    /// The room as it was after an event, and what happened around it.
    Past {
        /// The event's place.
        at: u64,
    },
    /// Something of the documents of the shared memory.
    Documents {
        /// Chosen by the console, never twice, in one count with those of [`Query::Wish`]; the reply
        /// returns it.
        ask: u64,
        /// What is wanted.
        wish: DocumentWish,
    },
    /// Places that have all these words, in the documents that people and models wrote, in the transcripts, latest
    /// first, and then in those that the room keeps of itself: at most [`FOUND_MAX`].
    Search {
        /// The words; the last one may be a beginning.
        words: String,
    },
    /// Write a session's transcript to a file, as Markdown.
    Export {
        /// Which.
        session: SessionId,
        /// The file, relative to the project's folder; empty: a new one in that folder.
        path: String,
    },
    /// The examination of the room's servers.
    Checkup(CheckupWish),
    /// What the servers offer, as soon as it is other than at this revision. At 0 nothing is
    /// offered.
    Offerings {
        /// The revision that is known.
        after: u64,
    },
    /// Something of what a server offers.
    Wish {
        /// Chosen by the console, never twice; the reply returns it.
        ask: u64,
        /// Whose server.
        from: Offerer,
        /// What is wanted.
        wish: Wish,
    },
}

/// What is wanted of an examination. There is one at a time in a room, for all consoles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckupWish {
    /// Begin one, unless one is under way; nothing is sent to a model.
    Begin,
    /// The same with two real prompts to each member, which may cost something.
    BeginWithPrompts,
    /// News after this revision, as soon as there are any.
    After(u64),
}

/// A stretch of the journal through which was looked. Without any event in it its first place is behind its last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sifted {
    /// The first place.
    pub first: u64,
    /// The last place.
    pub last: u64,
    /// The events in it that pass, oldest first.
    pub events: Vec<Recorded>,
}

/// The room at an earlier time: folding the events into the state, one after the other, gives how it was
/// after each of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Past {
    /// How it was before the first of the events.
    pub state: State,
    /// What happened then, without gaps; at most [`TRANSCRIPT_PAGE`].
    pub events: Vec<Recorded>,
}

/// A place in the transcripts, or in the documents of the shared memory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// When it was said; nothing for a document.
    pub at: Option<Timestamp>,
    /// The task to which it belongs.
    pub task: Option<TaskId>,
    /// The session in which it was said.
    pub session: Option<SessionId>,
    /// The call that said it; nothing for a prompt.
    #[serde(default)]
    pub call: Option<CallId>,
    /// The document that it is of; then it is no place in a transcript.
    pub document: Option<String>,
    /// The text around the first word, on one line; untrusted.
    pub excerpt: String,
}

/// What a query brought.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QueryReply {
    /// Events in order.
    Events(Vec<Recorded>),
    /// Events that pass a filter.
    Sifted {
        /// The question's number.
        ask: u64,
        /// What was looked through, and what passed.
        sifted: Sifted,
    },
    /// The room at an earlier time.
    Past(Box<Past>),
    /// Something of the documents.
    Documents {
        /// The wish's number.
        ask: u64,
        /// What it brought, or why it brought nothing.
        result: Result<DocumentReply, QueryError>,
    },
    /// The examination as far as it is.
    Checkup(Checkup),
    /// Places in documents and transcripts.
    Found {
        /// What was looked for.
        words: String,
        /// The places: documents first, then what was said, latest first.
        places: Vec<Found>,
    },
    /// A transcript was written.
    Exported {
        /// Whose.
        session: SessionId,
        /// The file.
        path: String,
    },
    /// What the servers offer.
    Offerings(Offerings),
    /// What a wish brought.
    Granted {
        /// The wish's number.
        ask: u64,
        /// What it brought, or why it was not granted.
        result: Result<Granted, QueryError>,
    },
}

/// Why a query brought nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("{why}")]
pub struct QueryError {
    /// What happened and what to do.
    pub why: String,
}

/// From the room to a console.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FromRoom {
    /// The first frame, and again when the console fell too far behind.
    Welcome(Box<Welcome>),
    /// The console is of another version, or the room takes no more.
    Declined {
        /// What happened and what to do.
        why: String,
    },
    /// Facts, in order, without gaps.
    Events(Vec<Recorded>),
    /// Live text.
    Deltas(Vec<Delta>),
    /// How a command went.
    Reply {
        /// The command's id.
        id: u64,
        /// Its outcome.
        result: Result<Accepted, CommandError>,
    },
    /// What a query brought.
    Answer {
        /// The query's id.
        id: u64,
        /// Its outcome.
        result: Result<QueryReply, QueryError>,
    },
    /// The shared memory changed its state.
    Hub(Box<HubStatus>),
    /// How many consoles are attached.
    Presence {
        /// This one included.
        consoles: usize,
    },
    /// The journal cannot be written.
    Stalled {
        /// What the system said and what to do.
        why: String,
    },
    /// The journal can be written again.
    Recovered,
    /// The room has ended.
    Closed,
}

/// All that a console needs to begin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Welcome {
    /// [`VERSION`] of the room.
    pub version: String,
    /// The room's process.
    pub pid: u32,
    /// The state.
    pub state: State,
    /// Live text of the calls in flight.
    pub live: LiveTexts,
    /// How the shared memory stands.
    pub hub: HubStatus,
}
