//! Servers that are handed over to agents: the agent starts a relay, and the room keeps the server.
//!
//! An agent takes servers with a session and starts them itself. What it is given here is no command and
//! no address of the operator's, but our own program as a **relay** between its stdin and stdout and a
//! socket of the room, with a **ticket** in its environment that stands for one server in one session.
//! So the secrets of a server stay in the room, its processes stand under the room's guard, and the
//! room sees whether the agent really came for it: agents say nothing of one that is dead.
//!
//! - `gate`: the socket; takes relays in by their tickets.
//! - `bridge`: one relay and its server, a process or an address, until either ends.
//! - `witness`: what of the messages between them tells how they stand.
//! - `relay`: the relay itself, in its own process.
//!
//! **Invariant:** a ticket lives as long as what was handed over is held ([`Handed`]); with it end the
//! servers that were started by it.

mod bridge;
mod gate;
mod relay;
#[cfg(test)]
mod tests;
mod witness;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use relay::{TICKET, relay};

use crate::core::text::one_line;
use crate::mcp::connection::Options;
use crate::mcp::process::GuardCommand;
use crate::mcp::spec::ServerSpec;

/// The way on which servers are handed over; clones are the same one.
#[derive(Debug, Clone)]
pub struct Handover {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    /// What an agent starts, before the name of the server.
    relay: Vec<String>,
    /// Where the relay finds the room.
    socket: String,
    tickets: Mutex<BTreeMap<String, Arc<Slot>>>,
    stop: CancellationToken,
}

/// A server that an agent is to have.
#[derive(Debug, Clone, PartialEq)]
pub struct ToHand {
    /// What the operator calls it.
    pub name: String,
    /// How it is reached, or why it cannot be: then the agent hears nothing of it.
    pub server: Result<ServerSpec, String>,
}

/// One server in one session.
#[derive(Debug)]
struct Slot {
    name: String,
    spec: Option<ServerSpec>,
    standing: watch::Sender<Standing>,
    revoked: CancellationToken,
    /// Falls when whoever was handed it has ended.
    ended: CancellationToken,
}

/// How a server that was handed over stands with its agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// The agent has not come for it yet.
    Awaited,
    /// The agent has come, and the server has not answered the handshake yet.
    Coming,
    /// The handshake was answered; the server has tools, and the agent has not asked for them yet.
    Met,
    /// The agent has all that it asked for.
    There,
    /// It is not there, and why.
    Failed(String),
    /// It is not handed over, and why.
    Refused(String),
}

/// The longest reason that is kept, in bytes.
const WHY_MAX: usize = 400;

impl Standing {
    /// Why the agent has not got it, in words; none where it has.
    #[must_use]
    pub fn trouble(&self) -> Option<String> {
        match self {
            Self::Awaited => Some("the agent has not come for it".to_owned()),
            Self::Coming => Some("it has not answered the agent's handshake yet".to_owned()),
            Self::Met => Some("the agent has not asked for its tools".to_owned()),
            Self::There => None,
            Self::Failed(why) | Self::Refused(why) => Some(why.clone()),
        }
    }

    fn is_settled(&self) -> bool {
        *self == Self::There || self.is_wrong()
    }

    fn is_wrong(&self) -> bool {
        match self {
            Self::Failed(_) | Self::Refused(_) => true,
            Self::Awaited | Self::Coming | Self::Met | Self::There => false,
        }
    }

    /// With a reason of one line and no great length: servers say anything.
    fn clipped(self) -> Self {
        match self {
            Self::Failed(why) => Self::Failed(one_line(&why, WHY_MAX)),
            other @ (Self::Refused(_) | Self::Awaited | Self::Coming | Self::Met | Self::There) => {
                other
            }
        }
    }
}

impl Handover {
    /// Listens on `socket`, in a folder that only the user can enter, until `stop` falls.
    ///
    /// # Errors
    /// When nothing can listen there.
    pub fn bind(
        socket: &Path,
        options: &Options,
        tasks: &TaskTracker,
        stop: &CancellationToken,
    ) -> std::io::Result<Self> {
        let listener = gate::listen(socket)?;
        let handover = Self::new(socket, &options.guard, stop);
        tasks.spawn(gate::attend(
            listener,
            handover.clone(),
            options.clone(),
            tasks.clone(),
        ));
        Ok(handover)
    }

    /// A way at whose end nobody listens yet.
    pub(crate) fn new(socket: &Path, own: &GuardCommand, stop: &CancellationToken) -> Self {
        let program = own.program_for_others().to_string_lossy().into_owned();
        Self {
            shared: Arc::new(Shared {
                relay: vec![program, "mcp".to_owned(), "relay".to_owned()],
                socket: socket.to_string_lossy().into_owned(),
                tickets: Mutex::default(),
                stop: stop.clone(),
            }),
        }
    }

    /// Hands `servers` over, until `ended` falls at the latest; what comes back holds them.
    #[must_use]
    pub fn hand(&self, servers: &[ToHand], ended: &CancellationToken) -> Handed {
        let entries = servers.iter().map(|ToHand { name, server }| {
            let ticket = format!("{:016x}{:016x}", fastrand::u64(..), fastrand::u64(..));
            let refused = |why: &String| Standing::Refused(why.clone());
            let standing = server.as_ref().err().map_or(Standing::Awaited, refused);
            let slot = Arc::new(Slot {
                name: name.clone(),
                spec: server.as_ref().ok().cloned(),
                standing: watch::Sender::new(standing),
                revoked: self.shared.stop.child_token(),
                ended: ended.clone(),
            });
            self.tickets().insert(ticket.clone(), Arc::clone(&slot));
            Entry { ticket, slot }
        });
        Handed {
            entries: entries.collect(),
            from: self.clone(),
        }
    }

    fn slot(&self, ticket: &str) -> Option<Arc<Slot>> {
        self.tickets().get(ticket).map(Arc::clone)
    }

    fn tickets(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Arc<Slot>>> {
        let tickets = self.shared.tickets.lock();
        tickets.unwrap_or_else(PoisonError::into_inner)
    }
}

impl Slot {
    fn stands(&self, standing: Standing) {
        self.standing.send_replace(standing);
    }

    fn standing(&self) -> Standing {
        self.standing.borrow().clone()
    }
}

/// Servers that were handed over. Dropping it takes them back, and ends what was started of them.
#[derive(Debug)]
pub struct Handed {
    entries: Vec<Entry>,
    from: Handover,
}

#[derive(Debug)]
struct Entry {
    ticket: String,
    slot: Arc<Slot>,
}

impl Handed {
    /// What an agent is told of them, in the form of `mcpServers` of the Agent Client Protocol.
    #[must_use]
    pub fn message(&self) -> Value {
        let Shared { relay, socket, .. } = &*self.from.shared;
        let (program, words) = relay.split_first().unzip();
        let entries = self.entries.iter().filter(|it| it.slot.spec.is_some());
        let entries = entries.map(|entry| {
            let name = entry.slot.name.as_str();
            let mut args = words.map(<[String]>::to_vec).unwrap_or_default();
            args.extend([name, "--room", socket].map(str::to_owned));
            json!({
                "name": name,
                "command": program,
                "args": args,
                "env": [{"name": TICKET, "value": entry.ticket}],
            })
        });
        Value::Array(entries.collect())
    }

    /// How each of them stands, once all are settled or `until` has come.
    pub async fn standings(&self, until: Instant) -> Vec<(String, Standing)> {
        let mut all = Vec::new();
        for Entry { slot, .. } in &self.entries {
            let mut standing = slot.standing.subscribe();
            let settled = standing.wait_for(Standing::is_settled);
            drop(timeout_at(until, settled).await);
            all.push((slot.name.clone(), slot.standing()));
        }
        all
    }
}

impl Drop for Handed {
    fn drop(&mut self) {
        for Entry { ticket, slot } in &self.entries {
            self.from.tickets().remove(ticket);
            slot.revoked.cancel();
        }
    }
}
