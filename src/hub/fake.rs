//! A hub in memory, with seeded faults, for the tests of this layer.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use crate::hub::gateway::LIMITS;
use crate::hub::memory::{Connector, HubError, Memory, Removed};

/// How likely each fault is, per thousand calls.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Faults {
    /// The call times out and has no effect.
    pub(crate) dropped: u32,
    /// The call times out and has had its effect.
    pub(crate) unanswered: u32,
    /// The call times out and has its effect up to 25 s later.
    pub(crate) late: u32,
    /// The call is refused, after its effect or instead of it.
    pub(crate) refused: u32,
    /// The disk is full or not to be written: refused, without effect.
    pub(crate) full: u32,
    /// The server dies.
    pub(crate) dies: u32,
    /// A connection fails.
    pub(crate) no_connection: u32,
}

/// The folder behind all servers, and the dice.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) documents: BTreeMap<String, String>,
    pub(crate) faults: Faults,
    /// Longest time of a call without a fault, in milliseconds.
    pub(crate) latency: u64,
    /// Changing calls so far.
    pub(crate) writes: usize,
    /// What was changed, in order.
    pub(crate) order: Vec<String>,
    /// Calls in flight per document, and the most ever.
    in_flight: BTreeMap<String, usize>,
    pub(crate) most_in_flight: usize,
    pub(crate) overlaps: usize,
    /// What each document had when it was last read.
    read: BTreeMap<String, String>,
    /// Texts that were removed and are not what was read before. A server can only be told to remove a
    /// document, so what is written between the last look and the removal is lost.
    pub(crate) snatched: Vec<String>,
    late: Vec<(Instant, Change)>,
    old: BTreeMap<String, String>,
    dice: fastrand::Rng,
    /// Number of the server that is alive, if one is; odd numbers are alive.
    server: watch::Sender<u64>,
}

#[derive(Debug, Clone)]
enum Change {
    None,
    Write(String, String),
    Edit(String, String, String),
    Delete(String),
    Rename(String, String),
}

/// A handle to the world; it is the connector, and each connection is one more.
#[derive(Debug, Clone)]
pub(crate) struct Fake {
    pub(crate) world: Arc<Mutex<World>>,
    server: u64,
}

enum Fault {
    None,
    Dropped,
    Unanswered,
    Late,
    RefusedBefore,
    RefusedAfter,
    Full,
    Dies,
}

impl Fake {
    pub(crate) fn new(seed: u64) -> Self {
        let world = World {
            documents: BTreeMap::new(),
            faults: Faults::default(),
            latency: 110,
            writes: 0,
            order: Vec::new(),
            in_flight: BTreeMap::new(),
            most_in_flight: 0,
            overlaps: 0,
            read: BTreeMap::new(),
            snatched: Vec::new(),
            late: Vec::new(),
            old: BTreeMap::new(),
            dice: fastrand::Rng::with_seed(seed),
            server: watch::Sender::new(0),
        };
        Self {
            world: Arc::new(Mutex::new(world)),
            server: 0,
        }
    }

    pub(crate) fn with<T>(&self, f: impl FnOnce(&mut World) -> T) -> T {
        f(&mut self.world.lock().unwrap())
    }

    /// The server that is alive, if one is, dies.
    pub(crate) fn kill(&self) {
        self.with(World::kill);
    }

    fn dead() -> HubError {
        HubError::Unreachable {
            why: "its process ended".to_owned(),
            retry_in: None,
        }
    }

    async fn call(&self, name: &str, tool: &str, change: Change) -> Result<(), HubError> {
        let began = self.with(|world| world.begin(name));
        let _end = End { fake: self, name };
        let (fault, wait) = began;
        sleep(Duration::from_millis(wait)).await;
        let silent = HubError::TimedOut {
            tool: tool.to_owned(),
        };
        let refused = HubError::Refused {
            tool: tool.to_owned(),
            said: "something odd".to_owned(),
        };
        if self.with(|world| *world.server.borrow() != self.server) {
            return Err(Self::dead());
        }
        match fault {
            Fault::None => self.with(|world| world.apply(change)),
            Fault::Dropped => {
                sleep(LIMITS.total).await;
                Err(silent)
            }
            Fault::Unanswered => {
                // Whether it worked is not known to the caller.
                drop(self.with(|world| world.apply(change)));
                sleep(LIMITS.total).await;
                Err(silent)
            }
            Fault::Late => {
                self.with(|world| {
                    let delay = Duration::from_millis(world.dice.u64(0..25_000));
                    let due = Instant::now() + LIMITS.total + delay;
                    world.late.push((due, change));
                });
                sleep(LIMITS.total).await;
                Err(silent)
            }
            Fault::RefusedBefore => Err(refused),
            Fault::Full => {
                let name = name.to_owned();
                Err(match change {
                    Change::None => return Ok(()),
                    Change::Write(..) => HubError::DiskFull { name },
                    Change::Edit(..) | Change::Delete(_) | Change::Rename(..) => {
                        HubError::ReadOnly { name }
                    }
                })
            }
            Fault::RefusedAfter => {
                drop(self.with(|world| world.apply(change)));
                Err(refused)
            }
            Fault::Dies => {
                self.kill();
                Err(Self::dead())
            }
        }
    }
}

/// Counts a call out again, also when it is dropped.
struct End<'a> {
    fake: &'a Fake,
    name: &'a str,
}

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.fake.with(|world| {
            if let Some(count) = world.in_flight.get_mut(self.name) {
                *count -= 1;
            }
        });
    }
}

impl World {
    fn begin(&mut self, name: &str) -> (Fault, u64) {
        let count = self.in_flight.entry(name.to_owned()).or_default();
        *count += 1;
        self.overlaps += usize::from(*count > 1);
        let all = self.in_flight.values().sum();
        self.most_in_flight = self.most_in_flight.max(all);
        (self.fault(), self.dice.u64(1..=self.latency))
    }

    fn fault(&mut self) -> Fault {
        let faults = self.faults;
        let mut roll = self.dice.u32(0..1000);
        for (share, fault) in [
            (faults.dropped, Fault::Dropped),
            (faults.unanswered, Fault::Unanswered),
            (faults.late, Fault::Late),
            (faults.refused, Fault::RefusedBefore),
            (faults.refused, Fault::RefusedAfter),
            (faults.full, Fault::Full),
            (faults.dies, Fault::Dies),
        ] {
            if roll < share {
                return fault;
            }
            roll -= share;
        }
        Fault::None
    }

    /// Late calls take their effect now if their time has come.
    fn latecomers(&mut self) {
        let now = Instant::now();
        let (due, later) = std::mem::take(&mut self.late)
            .into_iter()
            .partition(|(at, _)| *at <= now);
        self.late = later;
        for (_, change) in due {
            drop(self.change(change));
        }
    }

    fn apply(&mut self, change: Change) -> Result<(), HubError> {
        self.latecomers();
        self.change(change)
    }

    fn change(&mut self, change: Change) -> Result<(), HubError> {
        let missing = |name: String| Err(HubError::Missing { name });
        let changed = match &change {
            Change::None => None,
            Change::Write(name, _)
            | Change::Edit(name, ..)
            | Change::Delete(name)
            | Change::Rename(name, _) => Some(name.clone()),
        };
        match change {
            Change::None => return Ok(()),
            Change::Write(name, text) => {
                self.documents.insert(name, text);
            }
            Change::Edit(name, old, new) => {
                let Some(text) = self.documents.get_mut(&name) else {
                    return missing(name);
                };
                if text.matches(&old).count() != 1 {
                    return Err(HubError::Lost { name });
                }
                *text = text.replace(&old, &new);
            }
            Change::Delete(name) => {
                let text = self.documents.remove(&name);
                let read = self.read.get(&name);
                self.snatched.extend(text.filter(|text| read != Some(text)));
            }
            Change::Rename(from, to) => {
                let Some(text) = self.documents.remove(&from) else {
                    return missing(from);
                };
                self.documents.insert(to, text);
            }
        }
        self.writes += 1;
        self.order.extend(changed);
        Ok(())
    }

    /// Documents as they are now, to be put back later: an old copy of the folder.
    pub(crate) fn copy(&mut self) {
        self.old = self.documents.clone();
    }

    /// The server comes back with the old files.
    pub(crate) fn restore(&mut self) {
        self.kill();
        for (name, text) in &self.old {
            self.documents.insert(name.clone(), text.clone());
        }
    }

    fn kill(&mut self) {
        self.server.send_if_modified(|server| {
            let alive = *server % 2 == 1;
            *server += u64::from(alive);
            alive
        });
    }
}

impl Memory for Fake {
    async fn read(&self, name: &str) -> Result<Option<String>, HubError> {
        self.call(name, "read_memory", Change::None).await?;
        Ok(self.with(|world| {
            let text = world.documents.get(name).cloned();
            world.read.remove(name);
            let read = text.clone().map(|text| (name.to_owned(), text));
            world.read.extend(read);
            text
        }))
    }

    async fn write(&self, name: &str, text: &str) -> Result<(), HubError> {
        let change = Change::Write(name.to_owned(), text.to_owned());
        self.call(name, "write_memory", change).await
    }

    async fn edit(&self, name: &str, old: &str, new: &str) -> Result<(), HubError> {
        let change = Change::Edit(name.to_owned(), old.to_owned(), new.to_owned());
        self.call(name, "edit_memory", change).await
    }

    async fn list(&self, topic: &str) -> Result<Vec<String>, HubError> {
        self.call(topic, "list_memories", Change::None).await?;
        Ok(self.with(|world| world.documents.keys().cloned().collect()))
    }

    async fn delete(&self, name: &str) -> Result<Removed, HubError> {
        let change = Change::Delete(name.to_owned());
        self.call(name, "delete_memory", change).await?;
        Ok(Removed::Gone)
    }

    async fn rename(&self, from: &str, to: &str) -> Result<(), HubError> {
        let change = Change::Rename(from.to_owned(), to.to_owned());
        self.call(from, "rename_memory", change).await
    }

    async fn closed(&self) {
        let mut server = self.with(|world| world.server.subscribe());
        let mine = self.server;
        drop(server.wait_for(|now| *now != mine).await);
    }
}

impl Connector for Fake {
    type Memory = Self;

    async fn connect(&self) -> Result<Self, HubError> {
        let wait = self.with(|world| world.dice.u64(1..2000));
        sleep(Duration::from_millis(wait)).await;
        self.with(|world| {
            if world.dice.u32(0..1000) < world.faults.no_connection {
                return Err(Self::dead());
            }
            world
                .server
                .send_modify(|server| *server += u64::from(*server % 2 == 0));
            Ok(Self {
                world: Arc::clone(&self.world),
                server: *world.server.borrow(),
            })
        })
    }

    async fn restart(&self) {
        self.kill();
        // What the dead server had queued died with it.
        self.with(|world| world.late.clear());
    }
}
