//! The room as the console sees it: a replica of its state, a stream of what happens, and a way to
//! send commands. The link implements it over the socket or in one process; tests in memory.

use std::future::Future;

use thiserror::Error;

use crate::core::{
    Checkup, Command, Delta, DocumentReply, Granted, HubStatus, LiveTexts, Offerings, Recorded,
    State, Timestamp,
};
use crate::link::{Found, Past, Query, QueryError, Sifted};

/// What can wake the console from the room's side.
#[derive(Debug, Clone)]
pub enum RoomEvent {
    /// Facts; the state has folded them in already.
    Events(Vec<Recorded>),
    /// A page of events that was asked for, oldest first, for the Journal screen. The first comes
    /// unasked.
    History(Vec<Recorded>),
    /// Events that pass the filter of the Journal screen, which were asked for.
    Sifted {
        /// The question's number.
        ask: u64,
        /// What was looked through, and what passed.
        sifted: Sifted,
    },
    /// The room at an earlier time, which was asked for.
    Past(Box<Past>),
    /// Something of the documents of the shared memory that was asked for.
    Documents {
        /// The wish's number.
        ask: u64,
        /// What it brought, which is untrusted, or why it brought nothing.
        result: Result<DocumentReply, QueryError>,
    },
    /// The doctor's findings so far, which were asked for.
    Checkup(Checkup),
    /// Live text.
    Deltas(Vec<Delta>),
    /// The state was replaced by a new snapshot.
    Reset,
    /// The shared memory changed its state.
    Hub,
    /// A command was refused, and why.
    Refused(String),
    /// A question was not answered, and why.
    Unanswered(String),
    /// Something that the operator should know.
    Told(String),
    /// Something that the operator wanted was done.
    Done(String),
    /// What a search brought.
    Found {
        /// What was looked for.
        words: String,
        /// The places, latest first.
        places: Vec<Found>,
    },
    /// What the members' servers offer has changed.
    Offerings(Offerings),
    /// What a wish brought.
    Granted {
        /// The wish's number.
        ask: u64,
        /// What it brought, which is untrusted, or why it was not granted.
        result: Result<Granted, QueryError>,
    },
    /// The room is gone.
    Gone {
        /// What happened and what to do, where it is not that the room has ended.
        why: Option<String>,
    },
}

/// Why a command could not be handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SendError {
    /// The way to the room is full; nothing was sent.
    #[error("the room is busy; nothing was sent, try again in a moment")]
    Full,
    /// The room is gone.
    #[error("the room is gone; nothing was sent")]
    Gone,
}

/// A room at one moment.
#[derive(Debug, Clone, Copy)]
pub struct Sight<'a> {
    /// Its state.
    pub state: &'a State,
    /// Live text of the calls in flight.
    pub live: &'a LiveTexts,
    /// How the shared memory stands.
    pub hub: &'a HubStatus,
    /// The time there.
    pub now: Timestamp,
}

/// A room that a console is attached to.
pub trait Room {
    /// The state with every event folded in that [`Room::next`] has given.
    fn state(&self) -> &State;

    /// Live text of the calls in flight.
    fn live(&self) -> &LiveTexts;

    /// How the shared memory stands.
    fn hub(&self) -> &HubStatus;

    /// The room's idea of the time.
    fn now(&self) -> Timestamp;

    /// The room at this moment.
    fn sight(&self) -> Sight<'_> {
        Sight {
            state: self.state(),
            live: self.live(),
            hub: self.hub(),
            now: self.now(),
        }
    }

    /// The next thing that happens. Dropping the future loses nothing.
    fn next(&mut self) -> impl Future<Output = RoomEvent> + Send;

    /// Something that is there already, without waiting.
    fn poll(&mut self) -> Option<RoomEvent>;

    /// Hands a command over without waiting.
    ///
    /// # Errors
    /// When it cannot be taken right now; it is not kept.
    fn send(&mut self, command: Command) -> Result<(), SendError>;

    /// Asks without waiting for what is not in the state; an event brings the answer.
    ///
    /// # Errors
    /// When it cannot be asked right now; it is not kept.
    fn query(&mut self, query: Query) -> Result<(), SendError>;

    /// Says that nobody waits any more for what the wish of this number brings.
    fn withdraw(&mut self, ask: u64);
}
