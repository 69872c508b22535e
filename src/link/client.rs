//! The console's side: a replica of the room that is kept up to date.

use std::path::Path;
use std::time::Duration;

use tokio::net::UnixStream;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::core::{Command, Delta, Event, HubStatus, LiveTexts, Recorded, State, evolve};
use crate::engine::{Accepted, CommandError};
use crate::link::codec::{self, CodecError};
use crate::link::frame::{FromRoom, Query, QueryError, QueryReply, ToRoom, VERSION, Welcome};
use crate::link::server::FRAMES_WAITING;
use crate::link::session::{Archive, Desk, attend};

/// How long a room may take for its welcome.
const WELCOME_WITHIN: Duration = Duration::from_secs(10);
/// Commands that may wait to be sent; a further one is refused at once instead of waited for.
const COMMANDS_WAITING: usize = 256;

/// Why a console is not attached.
#[derive(Debug, thiserror::Error)]
pub enum AttachError {
    /// Nobody listens there.
    #[error("no room listens here")]
    NoRoom,
    /// The room is of another version, or full.
    #[error("{why}")]
    Declined {
        /// What happened and what to do.
        why: String,
    },
    /// It listens but does not answer.
    #[error(
        "the room does not answer, or is of another build: run `synod stop`, then `synod` again"
    )]
    Silent,
}

/// The process that listens at `path`, whatever its version.
pub async fn listener(path: &Path) -> Option<i32> {
    let stream = UnixStream::connect(path).await.ok()?;
    stream.peer_cred().ok()?.pid()
}

/// Says why the connection ends, unless the room has just gone.
async fn broken(told: &mpsc::Sender<FromRoom>, error: &CodecError) {
    let what = match error {
        CodecError::Io(_) => return,
        CodecError::Unsent { .. } => "what was to be sent is too long for the room",
        CodecError::Frame(_) | CodecError::TooLong { .. } => "the room was not understood",
    };
    let why = format!("{what}: {error}; run `synod` again");
    drop(told.send(FromRoom::Declined { why }).await);
}

/// A replica of a room and the way to it.
#[derive(Debug)]
pub struct Client {
    state: State,
    live: LiveTexts,
    hub: HubStatus,
    pid: u32,
    consoles: usize,
    incoming: mpsc::Receiver<FromRoom>,
    outgoing: mpsc::Sender<ToRoom>,
    next_id: u64,
    /// Ends with the client.
    _links: JoinSet<()>,
}

/// What the room told, already folded into the replica.
#[derive(Debug, Clone, PartialEq)]
pub enum Happening {
    /// Facts.
    Events(Vec<Recorded>),
    /// Live text.
    Deltas(Vec<Delta>),
    /// The replica was replaced, because it fell too far behind.
    Resynced,
    /// How a command went.
    Reply {
        /// The number that [`Client::send`] gave.
        id: u64,
        /// Its outcome.
        result: Result<Accepted, CommandError>,
    },
    /// What a query brought.
    Answer {
        /// The number that [`Client::ask`] gave.
        id: u64,
        /// Its outcome.
        result: Result<QueryReply, QueryError>,
    },
    /// The shared memory changed its state.
    Hub,
    /// Consoles came or went.
    Presence,
    /// The journal cannot be written.
    Stalled {
        /// What the system said and what to do.
        why: String,
    },
    /// The journal can be written again.
    Recovered,
    /// The room goes on, but tells this console nothing more.
    Declined {
        /// What happened and what to do.
        why: String,
    },
    /// The room has ended, or the connection to it.
    Closed,
}

impl Client {
    /// Attaches to the room that listens at `path`.
    pub async fn connect(path: &Path) -> Result<Self, AttachError> {
        let stream = UnixStream::connect(path)
            .await
            .map_err(|_| AttachError::NoRoom)?;
        let (reader, writer) = stream.into_split();
        let (outgoing, requests) = mpsc::channel(COMMANDS_WAITING);
        let (frames, incoming) = mpsc::channel(FRAMES_WAITING);
        let mut links = JoinSet::new();
        let to_console = frames.downgrade();
        links.spawn(async move {
            let told = frames.clone();
            if let Err(error) = codec::read_all(reader, frames, codec::FROM_ROOM).await {
                broken(&told, &error).await;
            }
        });
        links.spawn(async move {
            let written = codec::write_all(requests, writer, codec::FROM_CONSOLE, |_, _| None);
            if let (Err(error), Some(told)) = (written.await, to_console.upgrade()) {
                broken(&told, &error).await;
            }
        });
        Self::greet(incoming, outgoing, links).await
    }

    /// Attaches to a room in the same process.
    pub async fn local<A: Archive>(desk: Desk<A>) -> Result<Self, AttachError> {
        let (outgoing, requests) = mpsc::channel(COMMANDS_WAITING);
        let (frames, incoming) = mpsc::channel(FRAMES_WAITING);
        let mut links = JoinSet::new();
        links.spawn(attend(desk, requests, frames));
        Self::greet(incoming, outgoing, links).await
    }

    async fn greet(
        mut incoming: mpsc::Receiver<FromRoom>,
        outgoing: mpsc::Sender<ToRoom>,
        links: JoinSet<()>,
    ) -> Result<Self, AttachError> {
        let hello = ToRoom::Hello {
            version: VERSION.to_owned(),
        };
        outgoing
            .send(hello)
            .await
            .map_err(|_| AttachError::Silent)?;
        let first = tokio::time::timeout(WELCOME_WITHIN, incoming.recv()).await;
        let welcome = match first.map_err(|_| AttachError::Silent)? {
            Some(FromRoom::Welcome(welcome)) => *welcome,
            Some(FromRoom::Declined { why }) => return Err(AttachError::Declined { why }),
            Some(_) | None => return Err(AttachError::Silent),
        };
        let Welcome {
            state,
            live,
            hub,
            pid,
            ..
        } = welcome;
        Ok(Self {
            state,
            live,
            hub,
            pid,
            consoles: 1,
            incoming,
            outgoing,
            next_id: 1,
            _links: links,
        })
    }

    /// The state as far as this console knows it.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Live text of the calls in flight.
    #[must_use]
    pub fn live(&self) -> &LiveTexts {
        &self.live
    }

    /// How the shared memory stands.
    #[must_use]
    pub fn hub(&self) -> &HubStatus {
        &self.hub
    }

    /// The room's process.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// How many consoles are attached, this one included.
    #[must_use]
    pub fn consoles(&self) -> usize {
        self.consoles
    }

    /// Sends a command without waiting; [`Happening::Reply`] tells how it went under the number
    /// given. `None` when too many wait already, or the room is gone.
    pub fn send(&mut self, command: Command) -> Option<u64> {
        let id = self.next_id;
        self.put(ToRoom::Command {
            id,
            command: Box::new(command),
        })
    }

    /// Asks without waiting; [`Happening::Answer`] brings the answer under the number given.
    pub fn ask(&mut self, query: Query) -> Option<u64> {
        let id = self.next_id;
        self.put(ToRoom::Query { id, query })
    }

    /// Says that the answer to the query of this number is not wanted any more. An answer that is on
    /// its way may still come.
    pub fn withdraw(&mut self, id: u64) {
        // Where the way is full the answer comes all the same.
        drop(self.outgoing.try_send(ToRoom::Withdraw { id }));
    }

    fn put(&mut self, request: ToRoom) -> Option<u64> {
        let id = self.next_id;
        self.outgoing.try_send(request).ok()?;
        self.next_id += 1;
        Some(id)
    }

    /// The next thing that the room tells. Safe to cancel.
    pub async fn next(&mut self) -> Happening {
        loop {
            let Some(frame) = self.incoming.recv().await else {
                return Happening::Closed;
            };
            if let Some(happening) = self.fold(frame) {
                return happening;
            }
        }
    }

    fn fold(&mut self, frame: FromRoom) -> Option<Happening> {
        match frame {
            FromRoom::Welcome(welcome) => {
                let Welcome {
                    state,
                    live,
                    hub,
                    pid,
                    ..
                } = *welcome;
                (self.state, self.live, self.hub, self.pid) = (state, live, hub, pid);
                Some(Happening::Resynced)
            }
            FromRoom::Events(mut events) => {
                // A snapshot may overlap with what was on its way.
                events.retain(|recorded| recorded.seq > self.state.seq());
                for recorded in &events {
                    evolve(&mut self.state, recorded);
                    if let Event::CallEnded { call, .. } = recorded.event {
                        self.live.end(call);
                    }
                }
                (!events.is_empty()).then_some(Happening::Events(events))
            }
            FromRoom::Deltas(deltas) => {
                for delta in &deltas {
                    self.live.push(delta);
                }
                Some(Happening::Deltas(deltas))
            }
            FromRoom::Reply { id, result } => Some(Happening::Reply { id, result }),
            FromRoom::Answer { id, result } => Some(Happening::Answer { id, result }),
            FromRoom::Hub(hub) => {
                self.hub = *hub;
                Some(Happening::Hub)
            }
            FromRoom::Presence { consoles } => {
                self.consoles = consoles;
                Some(Happening::Presence)
            }
            FromRoom::Stalled { why } => Some(Happening::Stalled { why }),
            FromRoom::Recovered => Some(Happening::Recovered),
            FromRoom::Closed => Some(Happening::Closed),
            FromRoom::Declined { why } => Some(Happening::Declined { why }),
        }
    }
}
