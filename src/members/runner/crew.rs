//! The servers of one member, and which of them knows which conversation.
//!
//! A server that heeds cancellation is one process that works all calls. One that has to be ended
//! to stop working on a call is started once for each call that may run at the same time (a
//! **lane**), so that ending it disturbs no other call. The first lane starts with the member, the
//! others when they are first needed.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit, mpsc, watch};
use tokio_util::task::TaskTracker;

use super::Now;
use super::wire::{Lane, Wire};
use crate::core::listing::LISTED_MAX;
use crate::core::{Access, Health, Listing, MemberName, Report, Span};
use crate::mcp::{self, ConnectError, Options, ServerSpec, Start, Supervisor};
use crate::members::dialect::session_list;
use crate::members::failure;
use crate::members::setup::{Adapter, OnCancel, Setup};

/// How long a server may take to list its sessions.
const LIST_WITHIN: Duration = Duration::from_secs(10);

/// The servers of one member.
#[derive(Debug)]
pub(super) struct Crew {
    setup: Setup,
    lanes: Vec<Lane>,
    /// One permit a free lane, where lanes are given to one call at a time.
    free: Semaphore,
    book: Mutex<Book>,
}

#[derive(Debug, Default)]
struct Book {
    /// Lanes in use.
    taken: Vec<usize>,
    homes: BTreeMap<String, Home>,
}

/// Where a conversation lives.
#[derive(Debug, Clone)]
pub(super) struct Home {
    /// Its lane.
    lane: usize,
    /// The very connection that it was held over; conversations die with it.
    connection: Wire,
    /// The access with which it was opened; servers fix their sandbox then.
    access: Access,
}

/// A lane held for one call.
#[derive(Debug)]
pub(super) struct Seat<'a> {
    crew: &'a Crew,
    lane: usize,
    _permit: Option<SemaphorePermit<'a>>,
}

impl Crew {
    /// Starts the first server.
    pub(super) fn start(setup: Setup, options: &Options, tasks: &TaskTracker) -> Self {
        let count = match setup.adapter.on_cancel() {
            OnCancel::Notify => 1,
            OnCancel::EndProcesses => usize::try_from(setup.spec.parallel.max(1)).unwrap_or(1),
        };
        let lane = |lane| {
            let when = if lane == 0 {
                Start::Eagerly
            } else {
                Start::OnDemand
            };
            let spec = spec_of(&setup.server, lane);
            let mut options = options.clone();
            // What is offered to a member is offered to each of its servers.
            if options.offers.sampling.contains(&setup.server.name) {
                options.offers.sampling.insert(spec.name.clone());
            }
            Lane::start(spec, options, when, tasks, setup.adapter.is_agent())
        };
        let lanes: Vec<Lane> = (0..count).map(lane).collect();
        Self {
            setup,
            free: Semaphore::new(lanes.len()),
            lanes,
            book: Mutex::default(),
        }
    }

    /// How the member's first server is; the others come and go with calls.
    pub(super) fn health(&self) -> watch::Receiver<mcp::Health> {
        match self.lanes.first() {
            Some(first) => first.health(),
            None => watch::channel(mcp::Health::Stopped).1,
        }
    }

    /// The member's first server, which is the one that is asked for more than calls. An agent offers
    /// nothing else.
    pub(super) fn first(&self) -> Option<&Arc<Supervisor>> {
        match self.lanes.first()? {
            Lane::Mcp(server) => Some(server),
            Lane::Acp(_) => None,
        }
    }

    /// How the member is configured.
    pub(super) fn setup(&self) -> &Setup {
        &self.setup
    }

    /// Where the conversation of `handle` can be continued with `access`, if anywhere.
    pub(super) fn home(&self, handle: &str, access: Access) -> Option<Home> {
        let book = self.book();
        let home = book.homes.get(handle)?;
        let same_hold = home.access == access || self.setup.adapter.holds_each_turn();
        let fits = same_hold && !home.connection.is_closed() && self.setup.adapter.resumes();
        fits.then(|| home.clone())
    }

    /// Notes where the conversation of `handle` lives, if it can be continued at all.
    pub(super) fn settle(&self, handle: &str, home: Home) {
        if !self.setup.adapter.resumes() {
            return;
        }
        let mut book = self.book();
        book.homes.retain(|_, home| !home.connection.is_closed());
        book.homes.insert(handle.to_owned(), home);
    }

    /// Forgets a conversation.
    pub(super) fn forget(&self, handle: &str) {
        self.book().homes.remove(handle);
    }

    /// The connection over which a conversation was held in which no turn is made for now, or `for_good`.
    pub(super) fn put_away(&self, handle: &str, for_good: bool) -> Option<Wire> {
        let mut book = self.book();
        let home = if for_good {
            book.homes.remove(handle)
        } else {
            book.homes.get(handle).cloned()
        };
        home.map(|home| home.connection)
    }

    /// Waits for a lane: that of `home` if it is free.
    pub(super) async fn seat(&self, home: Option<&Home>) -> Seat<'_> {
        if self.setup.adapter.on_cancel() == OnCancel::Notify {
            return Seat {
                crew: self,
                lane: 0,
                _permit: None,
            };
        }
        // The semaphore is never closed; without a permit the lane is merely shared.
        let permit = self.free.acquire().await.ok();
        let mut book = self.book();
        let wanted = home.map(|home| home.lane);
        let lane = wanted
            .into_iter()
            .chain(0..self.lanes.len())
            .find(|lane| !book.taken.contains(lane))
            .unwrap_or_default();
        book.taken.push(lane);
        Seat {
            crew: self,
            lane,
            _permit: permit,
        }
    }

    /// Ends all servers and starts them again, except those that were not needed yet.
    pub(super) async fn restart(&self) {
        for (number, lane) in self.lanes.iter().enumerate() {
            let idle = *lane.health().borrow() == mcp::Health::Stopped;
            if number == 0 || !idle {
                lane.restart().await;
            }
        }
    }

    /// Ends all servers until the next call needs one.
    pub(super) fn rest(&self) {
        for lane in &self.lanes {
            lane.rest();
        }
    }

    /// The sessions that the servers that run say they have.
    pub(super) async fn list_sessions(&self) -> Listing {
        let list = session_list(&self.setup.adapter);
        if list.is_none() && !self.setup.adapter.is_agent() {
            return Listing::Unsupported;
        }
        let mut all = Vec::new();
        for lane in &self.lanes {
            if !matches!(*lane.health().borrow(), mcp::Health::Ready { .. }) {
                continue;
            }
            let listing = match lane.get().await {
                Ok(wire) => wire.sessions(list.as_ref(), LIST_WITHIN).await,
                Err(error) => Listing::Failed {
                    why: error.to_string(),
                },
            };
            match listing {
                Listing::Sessions(sessions) => all.extend(sessions),
                other @ (Listing::Unsupported | Listing::Failed { .. }) => return other,
            }
        }
        all.truncate(LISTED_MAX);
        Listing::Sessions(all)
    }

    /// Ends all servers and waits until their processes are gone.
    pub(super) async fn shutdown(&self) {
        let all = self.lanes.iter().map(Lane::shutdown);
        futures_util::future::join_all(all).await;
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Home {
    /// The connection over which the conversation is continued.
    pub(super) fn connection(&self) -> &Wire {
        &self.connection
    }
}

impl Seat<'_> {
    /// Whether the conversation of `home` can be continued from here.
    pub(super) fn is_at(&self, home: &Home) -> bool {
        home.lane == self.lane
    }

    /// The connection of the lane; waits while it is being made.
    pub(super) async fn connection(&self) -> Result<Wire, ConnectError> {
        match self.crew.lanes.get(self.lane) {
            Some(lane) => lane.get().await,
            None => Err(ConnectError::Spawn {
                server: self.crew.setup.server.name.clone(),
                why: "the member has no server".to_owned(),
            }),
        }
    }

    /// Makes the server stop working on a call that was given up here.
    pub(super) async fn stop_work(&self) {
        if self.crew.setup.adapter.on_cancel() == OnCancel::EndProcesses
            && let Some(lane) = self.crew.lanes.get(self.lane)
        {
            lane.restart().await;
        }
    }

    /// A home for a conversation held over `connection`.
    pub(super) fn home(&self, connection: &Wire, access: Access) -> Home {
        Home {
            lane: self.lane,
            connection: connection.clone(),
            access,
        }
    }
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        let mut book = self.crew.book();
        if let Some(at) = book.taken.iter().position(|lane| *lane == self.lane) {
            book.taken.swap_remove(at);
        }
    }
}

/// The first lane has the server's own name.
fn spec_of(server: &ServerSpec, lane: usize) -> ServerSpec {
    let name = match lane {
        0 => server.name.clone(),
        lane => format!("{}-{}", server.name, lane + 1),
    };
    ServerSpec {
        name,
        ..server.clone()
    }
}

/// Reports every change of a server's health until the server is shut down.
pub(super) async fn report_health(
    mut health: watch::Receiver<mcp::Health>,
    member: MemberName,
    adapter: Adapter,
    now: Now,
    reports: mpsc::Sender<Report>,
) {
    loop {
        let seen = health.borrow_and_update().clone();
        if let Some(health) = core_health(seen, &adapter, now) {
            let report = Report::Health {
                member: member.clone(),
                health,
            };
            if reports.send(report).await.is_err() {
                return;
            }
        }
        if health.changed().await.is_err() {
            return;
        }
    }
}

fn core_health(health: mcp::Health, adapter: &Adapter, now: Now) -> Option<Health> {
    match health {
        // Not started yet, or ended on order: no news.
        mcp::Health::Stopped => None,
        mcp::Health::Starting => Some(Health::Starting),
        mcp::Health::Ready { protocol, .. } => Some(Health::Ready { protocol }),
        mcp::Health::Restarting { why, .. } | mcp::Health::BreakerOpen { why, .. }
            if failure::is_codex_without_server(adapter, &why) =>
        {
            Some(Health::Down {
                why: failure::NO_CODEX_SERVER.to_owned(),
            })
        }
        mcp::Health::Restarting { pause, why } => Some(Health::Restarting {
            why,
            at: now().after(Span::from(pause)),
        }),
        mcp::Health::BreakerOpen {
            failures,
            retry_in,
            why,
        } => Some(Health::Down {
            why: format!(
                "it failed {failures} times, last: {why}; correct it, then restart the member \
                 (it is tried again in {} s)",
                retry_in.as_secs()
            ),
        }),
        mcp::Health::Failed { why } => Some(Health::Down {
            why: format!("{why}; correct its command or install it, then restart the member"),
        }),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::core_health;
    use crate::core::{Health, Timestamp};
    use crate::mcp;
    use crate::members::setup::{Adapter, ChatOptions};

    #[test]
    fn health_is_told_in_the_words_of_the_core() {
        let adapter = Adapter::Chat(ChatOptions::default());
        let told = |health| core_health(health, &adapter, || Timestamp(1000));
        assert_eq!(told(mcp::Health::Stopped), None);
        assert_eq!(
            told(mcp::Health::Restarting {
                pause: Duration::from_millis(500),
                why: "it ended".to_owned(),
            }),
            Some(Health::Restarting {
                why: "it ended".to_owned(),
                at: Timestamp(1500),
            })
        );
        let open = told(mcp::Health::BreakerOpen {
            failures: 5,
            retry_in: Duration::from_mins(1),
            why: "no MCP".to_owned(),
        });
        assert_eq!(
            open,
            Some(Health::Down {
                why: "it failed 5 times, last: no MCP; correct it, then restart the member \
                      (it is tried again in 60 s)"
                    .to_owned(),
            })
        );
        assert!(matches!(
            told(mcp::Health::Failed { why: String::new() }),
            Some(Health::Down { .. })
        ));
    }
}
