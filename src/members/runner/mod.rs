//! Carries the room's effects out: keeps the members' servers, makes calls, passes replies on.
//!
//! One loop takes the effects and never waits for a server: each call is a task of its own. What
//! comes of it goes back as [`Report`]s, live text as [`Delta`]s. Owns no state of the room. What the
//! servers offer beside tools is looked up past the loop, on the [`Shelf`].

mod beside;
mod call;
mod clock;
mod crew;
mod listen;
mod live;
mod offered;
mod shelf;
mod tools;
mod wire;

use std::collections::BTreeMap;
use std::sync::{Arc, Weak};

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use beside::Beside;
use call::CallTask;
use crew::{Crew, report_health};
pub use shelf::{Shelf, Ungranted};

use crate::core::{
    AskId, CallId, CallOrder, Delta, Effect, Ending, Failure, FailureKind, Health, MemberName,
    Offerer, Reply, Report, Text, Timestamp,
};
use crate::mcp::{Options, ServerSpec, Supervisor};
use crate::members::attachments::Attachments;
use crate::members::checks::{CheckCommands, Checkers, Clean};
use crate::members::library::Library;
use crate::members::setup::Setup;
use crate::members::thinking::{Thinkers, ThinkingTool};
use crate::members::tools::{ToolServer, Toolbox};

/// More questions than a server asks at once within one call; a further reply waits in a task.
const REPLIES: usize = 8;

/// Tells the time. The members have no clock of their own.
pub type Now = fn() -> Timestamp;

/// Where outcomes and live text go.
#[derive(Debug, Clone)]
pub struct Outlets {
    /// Outcomes of effects.
    pub reports: mpsc::Sender<Report>,
    /// Live text of calls.
    pub deltas: mpsc::Sender<Delta>,
}

/// All members of a room and their servers.
#[derive(Debug)]
pub struct Members {
    setups: BTreeMap<MemberName, Setup>,
    options: Options,
    outlets: Outlets,
    now: Now,
    nonce: Arc<str>,
    crews: BTreeMap<MemberName, Arc<Crew>>,
    calls: BTreeMap<CallId, InFlight>,
    thinkers: Thinkers,
    checkers: Checkers,
    toolbox: Arc<Toolbox>,
    beside: Beside,
    shelf: Shelf,
    tasks: TaskTracker,
    /// Falls with the shutdown: from then on nobody reads reports, and nobody may wait for that.
    closing: CancellationToken,
    attachments: Option<Attachments>,
    library: Option<Arc<dyn Library>>,
}

#[derive(Debug)]
struct InFlight {
    replies: mpsc::Sender<(AskId, Reply)>,
    cancel: CancellationToken,
}

impl Members {
    /// Takes the members as configured. Nothing is started before the room orders it.
    #[must_use]
    pub fn new(setups: Vec<Setup>, options: Options, outlets: Outlets, now: Now) -> Self {
        let by_name = setups
            .into_iter()
            .map(|setup| (setup.spec.name.clone(), setup));
        let (tasks, closing) = (TaskTracker::new(), CancellationToken::new());
        let thinkers = Thinkers::new(
            options.clone(),
            outlets.reports.clone(),
            tasks.clone(),
            closing.clone(),
        );
        let checkers = Checkers::new(
            options.clone(),
            outlets.reports.clone(),
            tasks.clone(),
            closing.clone(),
        );
        Self {
            setups: by_name.collect(),
            options,
            outlets,
            now,
            nonce: format!("{:08x}", fastrand::u32(..)).into(),
            crews: BTreeMap::new(),
            calls: BTreeMap::new(),
            thinkers,
            checkers,
            toolbox: Arc::default(),
            beside: Beside::default(),
            shelf: Shelf::default(),
            tasks,
            closing,
            attachments: None,
            library: None,
        }
    }

    /// Keeps what answers hold beside text in `attachments`; without, only labels are left of it.
    #[must_use]
    pub fn keeping(mut self, attachments: Attachments) -> Self {
        self.attachments = Some(attachments);
        self
    }

    /// Reads pinned documents in `library`; without, calls are told that they cannot be read.
    #[must_use]
    pub fn reading(mut self, library: Arc<dyn Library>) -> Self {
        self.library = Some(library);
        self
    }

    /// Has thoughts recorded by `tool`; without it the room alone keeps them.
    #[must_use]
    pub fn with_thinking(mut self, tool: ThinkingTool) -> Self {
        self.thinkers.use_tool(tool);
        self
    }

    /// Checks results by `commands`, and keeps of what they wrote what `clean` lets through; without, no
    /// check is started.
    #[must_use]
    pub fn checking(mut self, commands: CheckCommands, clean: Clean) -> Self {
        self.checkers.know(commands, clean);
        self
    }

    /// Lends the tools of `servers` to the members that can use them.
    #[must_use]
    pub fn lending(mut self, servers: Vec<ToolServer>) -> Self {
        self.toolbox = Arc::new(Toolbox::new(servers, &self.options, &self.tasks));
        self
    }

    /// Asks `servers`, which it starts, and the `hub` for what they offer beside tools.
    #[must_use]
    pub fn offering(mut self, servers: Vec<ServerSpec>, hub: Weak<Supervisor>) -> Self {
        self.beside = Beside::new(servers, hub, &self.options, &self.tasks);
        self
    }

    /// The way to what the servers offer beside their tools.
    #[must_use]
    pub fn shelf(&self) -> Shelf {
        self.shelf.clone()
    }

    /// Carries `effects` out until [`Effect::Shutdown`] or their end. Returns when every call has
    /// been given up and no process of any server is left.
    pub async fn run(mut self, mut effects: mpsc::Receiver<Effect>) {
        self.show_offers();
        while let Some(effect) = effects.recv().await {
            match effect {
                Effect::StartCall(order) => self.start_call(*order),
                Effect::CancelCall { call, .. } => self.cancel(call),
                Effect::Reply { call, ask, reply } => self.reply(call, ask, reply),
                Effect::RecordThought(order) => self.thinkers.record(*order),
                Effect::EndThinking { task } => self.thinkers.end(task),
                Effect::RunCheck { check, name } => self.checkers.run(check, &name),
                Effect::StopCheck { check } => self.checkers.stop(check),
                Effect::Connect { spec } => self.connect(&spec.name),
                Effect::Disconnect { member } => self.disconnect(&member),
                Effect::Restart { member } => self.restart(&member),
                Effect::Rest { member } => self.rest(&member),
                Effect::PutAway {
                    member,
                    handle,
                    for_good,
                } => self.put_away(&member, handle, for_good),
                Effect::ListSessions { member, asked } => self.list_sessions(member, asked),
                Effect::Shutdown => break,
            }
        }
        self.shut_down().await;
    }

    /// Lays on the shelf what the servers offer that belong to no member.
    fn show_offers(&self) {
        let lent = self.toolbox.own();
        let lent =
            lent.map(|(name, server)| (Offerer::Server(name.to_owned()), Arc::clone(server)));
        for (from, server) in self.beside.all().chain(lent) {
            self.show(from, &server);
        }
    }

    fn show(&self, from: Offerer, server: &Arc<Supervisor>) {
        self.shelf.enter(&from, Arc::downgrade(server));
        if let Offerer::Server(_) = &from {
            // How a member's server is, and the hub, is in the room's state.
            self.spawn(self.shelf.clone().watch(from.clone(), server.health()));
        }
        self.spawn(self.shelf.clone().keep(from, server.present()));
    }

    fn start_call(&mut self, order: CallOrder) {
        self.calls.retain(|_, call| !call.replies.is_closed());
        let call = order.call;
        let Some(crew) = self.crews.get(&order.member) else {
            let why = format!("{} has no server in this room", order.member);
            let failure = Failure {
                unsent: true,
                ..Failure::new(
                    FailureKind::NotInstalled,
                    format!("{why}; add it to synod.toml and start the room again"),
                )
            };
            let ending = Ending::Failed {
                failure,
                partial: Text::from(""),
            };
            self.report(Report::Ended { call, ending });
            return;
        };
        let (replies, inbox) = mpsc::channel(REPLIES);
        let cancel = self.closing.child_token();
        let task = CallTask {
            order,
            crew: Arc::clone(crew),
            toolbox: Arc::clone(&self.toolbox),
            outlets: self.outlets.clone(),
            replies: inbox,
            cancel: cancel.clone(),
            nonce: Arc::clone(&self.nonce),
            now: self.now,
            attachments: self.attachments.clone(),
            library: self.library.clone(),
        };
        self.tasks.spawn(task.run());
        self.calls.insert(call, InFlight { replies, cancel });
    }

    fn cancel(&mut self, call: CallId) {
        if let Some(call) = self.calls.remove(&call) {
            call.cancel.cancel();
        }
    }

    fn reply(&self, call: CallId, ask: AskId, reply: Reply) {
        let Some(call) = self.calls.get(&call) else {
            // The call is over, and its questions with it.
            return;
        };
        if let Err(mpsc::error::TrySendError::Full(reply)) = call.replies.try_send((ask, reply)) {
            let replies = call.replies.clone();
            self.spawn(async move { drop(replies.send(reply).await) });
        }
    }

    fn connect(&mut self, member: &MemberName) {
        if self.crews.contains_key(member) {
            return;
        }
        let Some(setup) = self.setups.get(member) else {
            let why = format!(
                "{member} is not in the configuration any more; add it to synod.toml or remove it \
                 from the room"
            );
            self.report(Report::Health {
                member: member.clone(),
                health: Health::Down { why },
            });
            return;
        };
        let crew = Crew::start(setup.clone(), &self.options, &self.tasks);
        self.spawn(report_health(
            crew.health(),
            member.clone(),
            setup.adapter.clone(),
            self.now,
            self.outlets.reports.clone(),
        ));
        let crew = Arc::new(crew);
        if let Some(first) = crew.first() {
            self.show(member.clone().into(), first);
        }
        self.crews.insert(member.clone(), crew);
    }

    fn disconnect(&mut self, member: &MemberName) {
        if let Some(crew) = self.crews.remove(member) {
            self.shelf.leave(&member.clone().into());
            self.tasks.spawn(async move { crew.shutdown().await });
        }
    }

    fn restart(&self, member: &MemberName) {
        if let Some(crew) = self.crews.get(member) {
            let crew = Arc::clone(crew);
            self.spawn(async move { crew.restart().await });
        }
    }

    /// Ordered from here and not from a task: a call that is ordered next must find it resting.
    fn rest(&self, member: &MemberName) {
        if let Some(crew) = self.crews.get(member) {
            crew.rest();
            let is_followed = |name: &str| {
                let from = Offerer::Server(name.to_owned());
                self.shelf.is_followed(&from)
            };
            self.toolbox.rest(is_followed);
            self.beside.rest(&self.shelf);
        }
    }

    fn put_away(&self, member: &MemberName, handle: String, for_good: bool) {
        let crew = self.crews.get(member);
        if let Some(connection) = crew.and_then(|crew| crew.put_away(&handle, for_good)) {
            self.spawn(async move { connection.put_away(&handle, for_good).await });
        }
    }

    fn list_sessions(&self, member: MemberName, asked: Timestamp) {
        let Some(crew) = self.crews.get(&member).map(Arc::clone) else {
            return;
        };
        let reports = self.outlets.reports.clone();
        self.spawn(async move {
            let listing = crew.list_sessions().await;
            let listed = Report::Listed {
                member,
                asked,
                listing,
            };
            drop(reports.send(listed).await);
        });
    }

    /// Reports from a task, so that the loop of effects never waits for the room.
    fn report(&self, report: Report) {
        let reports = self.outlets.reports.clone();
        self.spawn(async move { drop(reports.send(report).await) });
    }

    /// Starts a task that ends with the shutdown, done or not.
    fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let closing = self.closing.clone();
        self.tasks.spawn(async move {
            closing.run_until_cancelled(work).await;
        });
    }

    async fn shut_down(self) {
        // Cancels every call as well.
        self.closing.cancel();
        let all = self.crews.values().map(|crew| crew.shutdown());
        let all = futures_util::future::join_all(all);
        futures_util::future::join3(all, self.toolbox.shutdown(), self.beside.shutdown()).await;
        self.tasks.close();
        self.tasks.wait().await;
    }
}
