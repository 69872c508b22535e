//! Tool servers whose tools are lent to members.
//!
//! Only members whose loop the room holds can use them: their server hands a model's wish for a call
//! back instead of making it. The `runner` has each wish allowed, makes the call here and hands the
//! result in. Owns which tools go to whom, the connections, and what a call asks and gives back in
//! words; it waits for nobody's leave.
//!
//! **Invariant:** a server is one process. Serena, where it is the hub, is lent by the connection
//! that keeps the room's documents, one call at a time, so that a document waits for one call at most.

mod leave;
mod offer;
mod outcome;

pub(super) use leave::request;
pub(super) use offer::{Lent, Offer};
pub(super) use outcome::{failed, told};

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Weak};
use std::time::Duration;

use futures_util::future::join_all;
use serde_json::{Map, Value};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use tokio_util::task::TaskTracker;

use crate::core::{Access, MemberName, TaskKind};
use crate::mcp::{Connection, Limits, Options, ServerSpec, Start, Supervisor, ToolInfo};

/// The longest answer that the hub is asked for, in characters: what is longer is cut anyhow, and
/// Serena says of it how to ask for less.
const HUB_ANSWER_MAX: u64 = 60_000;
/// The argument by which Serena is told so.
const ANSWER_LIMIT: &str = "max_answer_chars";

/// Why a second process that writes memories is not used.
const SECOND_MEMORY: &str = "it is a Serena that writes memories beside the room's own, so it was \
                             ended; write server = \"hub\" instead of its command";

/// A server of tools, as configured.
#[derive(Debug, Clone)]
pub struct ToolServer {
    /// What the operator calls it.
    pub name: String,
    /// Where it is.
    pub home: ToolHome,
    /// The tools that are lent, by the server's own names.
    pub allow: Vec<String>,
    /// Those of them that only read, by the operator's word.
    pub reads: BTreeSet<String>,
    /// The kinds of tasks for which they are offered.
    pub kinds: BTreeSet<TaskKind>,
    /// To whom; absent: to every member that can use tools.
    pub members: Option<BTreeSet<MemberName>>,
    /// The folder in which its commands run.
    pub folder: PathBuf,
    /// Deadlines of one call.
    pub limits: Limits,
    /// What the operator and the model are told with each result of a tool, by its name.
    pub remarks: BTreeMap<String, String>,
}

/// Where a tool server is.
#[derive(Debug, Clone)]
pub enum ToolHome {
    /// In a process or at an address of its own; started when it is first needed.
    Own(ServerSpec),
    /// In the room's hub, as long as somebody keeps that.
    Hub(Weak<Supervisor>),
    /// Nowhere; why, in words for the operator, with what to do about it.
    Absent(String),
}

/// All tool servers of a room.
#[derive(Debug, Default)]
pub(super) struct Toolbox {
    racks: Vec<Rack>,
}

/// One of them, ready to be used.
#[derive(Debug)]
struct Rack {
    server: ToolServer,
    lane: Lane,
    /// One permit a call at the same time.
    free: Arc<Semaphore>,
}

#[derive(Debug)]
enum Lane {
    Own(Arc<Supervisor>),
    Hub(Weak<Supervisor>),
    Absent(String),
}

impl Toolbox {
    /// Starts nothing before it is needed.
    pub(super) fn new(servers: Vec<ToolServer>, options: &Options, tasks: &TaskTracker) -> Self {
        let rack = |server: ToolServer| {
            let lane = match &server.home {
                ToolHome::Own(spec) => {
                    let (spec, options) = (spec.clone(), options.clone());
                    let server = Supervisor::start(spec, options, Start::OnDemand, tasks);
                    Lane::Own(Arc::new(server))
                }
                ToolHome::Hub(hub) => Lane::Hub(Weak::clone(hub)),
                ToolHome::Absent(why) => Lane::Absent(why.clone()),
            };
            let at_once = match lane {
                Lane::Hub(_) => 1,
                Lane::Own(_) | Lane::Absent(_) => Semaphore::MAX_PERMITS,
            };
            Rack {
                server,
                lane,
                free: Arc::new(Semaphore::new(at_once)),
            }
        };
        Self {
            racks: servers.into_iter().map(rack).collect(),
        }
    }

    /// The servers meant for `member` in a task of `kind` that have to be waited for, by name.
    pub(super) fn not_ready(&self, member: &MemberName, kind: TaskKind) -> Vec<&str> {
        let meant = self.meant(member, kind).into_iter();
        let slow = meant.filter(|rack| !rack.is_ready());
        slow.map(|rack| rack.server.name.as_str()).collect()
    }

    /// What `member` may call in a task of `kind`. Servers that are needed are started and waited
    /// for, each at most this long; the offer says what is missing and why.
    pub(super) async fn offer(
        &self,
        member: &MemberName,
        kind: TaskKind,
        access: Access,
        within: Duration,
    ) -> Offer {
        let meant = self.meant(member, kind);
        let connections = meant.iter().map(|rack| timeout(within, rack.connection()));
        let connections = join_all(connections).await;
        let late = || Err(format!("it was not ready within {} s", within.as_secs()));
        let connections = connections
            .into_iter()
            .map(|it| it.unwrap_or_else(|_| late()));
        let mut offer = Offer::default();
        for (rack, connection) in meant.into_iter().zip(connections) {
            match connection {
                Ok(connection) => {
                    let listed = connection.tools();
                    if rack.is_second_memory(&listed) {
                        rack.put_away();
                        offer.note(&rack.server.name, SECOND_MEMORY);
                    } else {
                        offer.add(&rack.server, &listed, access);
                    }
                }
                Err(why) => offer.note(&rack.server.name, &why),
            }
        }
        offer
    }

    fn meant(&self, member: &MemberName, kind: TaskKind) -> Vec<&Rack> {
        let fits = |rack: &&Rack| {
            let server = &rack.server;
            let members = server.members.as_ref();
            server.kinds.contains(&kind) && members.is_none_or(|names| names.contains(member))
        };
        self.racks.iter().filter(fits).collect()
    }

    /// The connection over which a lent tool is called; the error is for the model.
    pub(super) async fn connection(&self, lent: &Lent) -> Result<Connection, String> {
        match self.rack(lent) {
            Some(rack) => rack.connection().await,
            None => Err("the server is not lent any more".to_owned()),
        }
    }

    /// Waits for its turn at a server that is called one at a time.
    pub(super) async fn turn(&self, lent: &Lent) -> Option<OwnedSemaphorePermit> {
        let free = Arc::clone(&self.rack(lent)?.free);
        // It is never closed.
        free.acquire_owned().await.ok()
    }

    /// The arguments as they are sent.
    pub(super) fn arguments(
        &self,
        lent: &Lent,
        mut arguments: Map<String, Value>,
    ) -> Map<String, Value> {
        let is_hub = matches!(self.rack(lent).map(|it| &it.lane), Some(Lane::Hub(_)));
        if is_hub && lent.takes(ANSWER_LIMIT) {
            let wanted = arguments.get(ANSWER_LIMIT).and_then(Value::as_u64);
            let most = wanted.unwrap_or(HUB_ANSWER_MAX).min(HUB_ANSWER_MAX);
            arguments.insert(ANSWER_LIMIT.to_owned(), most.into());
        }
        arguments
    }

    /// A call was given up that the server may still be at work on: what may act is ended until it is
    /// needed again. The hub is left alone, as all that it lends only reads.
    pub(super) fn abandon(&self, lent: &Lent) {
        if let Some(rack) = self.rack(lent).filter(|_| !lent.reads) {
            rack.put_away();
        }
    }

    /// Ends the servers that nobody uses now until they are needed again, but those that are to be
    /// spared: a member was put to rest.
    pub(super) fn rest(&self, is_spared: impl Fn(&str) -> bool) {
        for rack in &self.racks {
            let is_free = rack.free.available_permits() == Semaphore::MAX_PERMITS;
            if is_free && !is_spared(&rack.server.name) {
                rack.put_away();
            }
        }
    }

    /// Ends all servers that are not the hub, and waits until their processes are gone.
    pub(super) async fn shutdown(&self) {
        let own = self.racks.iter().filter_map(|rack| match &rack.lane {
            Lane::Own(server) => Some(server.shutdown()),
            Lane::Hub(_) | Lane::Absent(_) => None,
        });
        join_all(own).await;
    }

    /// The servers that are not the hub, by name.
    pub(super) fn own(&self) -> impl Iterator<Item = (&str, &Arc<Supervisor>)> {
        self.racks.iter().filter_map(|rack| match &rack.lane {
            Lane::Own(server) => Some((rack.server.name.as_str(), server)),
            Lane::Hub(_) | Lane::Absent(_) => None,
        })
    }

    fn rack(&self, lent: &Lent) -> Option<&Rack> {
        let mut racks = self.racks.iter();
        racks.find(|rack| rack.server.name == lent.server)
    }
}

impl Rack {
    /// Whether it writes memories beside the hub: neither would see what the other writes.
    fn is_second_memory(&self, listed: &[ToolInfo]) -> bool {
        let has = |name: &str| listed.iter().any(|tool| tool.name == name);
        matches!(self.lane, Lane::Own(_)) && has("write_memory") && has("edit_memory")
    }

    /// Whether nobody has to wait for it; what is absent is so at once.
    fn is_ready(&self) -> bool {
        let is_open = |server: &Supervisor| {
            let present = server.present();
            let connection = present.borrow();
            connection.as_ref().is_some_and(|it| !it.is_closed())
        };
        match &self.lane {
            Lane::Own(server) => is_open(server),
            Lane::Hub(hub) => hub.upgrade().is_none_or(|hub| is_open(&hub)),
            Lane::Absent(_) => true,
        }
    }

    /// Ends its server until it is needed again.
    fn put_away(&self) {
        if let Lane::Own(server) = &self.lane {
            server.rest();
        }
    }

    async fn connection(&self) -> Result<Connection, String> {
        let gone = || "the shared memory is not running".to_owned();
        match &self.lane {
            Lane::Own(server) => server.get().await.map_err(|error| error.to_string()),
            Lane::Hub(hub) => {
                let hub = hub.upgrade().ok_or_else(gone)?;
                hub.get().await.map_err(|error| error.to_string())
            }
            Lane::Absent(why) => Err(why.clone()),
        }
    }
}
