//! What room and console say to each other. One JSON object a line.

use serde::{Deserialize, Serialize};

use crate::core::{Command, Delta, HubStatus, LiveTexts, Recorded, State};
use crate::engine::{Accepted, CommandError};

/// The version of these frames. Room and console must have the same: they are one binary, and the
/// state that they exchange is its own type.
pub const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "/2");

/// How many events one query gives at most.
pub const TRANSCRIPT_PAGE: usize = 500;

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
    /// A document of the room in the shared memory, as the room has it.
    Document {
        /// Its name there.
        name: String,
    },
}

/// What a query brought.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QueryReply {
    /// Events in order.
    Events(Vec<Recorded>),
    /// A document.
    Document {
        /// Its name.
        name: String,
        /// Its text; `None` when the room has forgotten what it is about.
        text: Option<String>,
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
