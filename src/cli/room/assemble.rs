//! Puts a room together from the layers below, and takes it apart in order.
//!
//! The order of the end: the engine closes and orders the servers to end; the hub writes its last
//! documents; consoles are told; the journal is closed last.

use std::path::Path;
use std::sync::{Arc, Weak};
use std::time::Duration;

use anyhow::Context;
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::cli::room::approvals;
use crate::cli::room::archive::RoomArchive;
use crate::cli::room::checkups::Checkups;
use crate::cli::room::documents::Memory;
use crate::cli::room::past::Pasts;
use crate::cli::room::pinned::Documents;
use crate::cli::room::roster::{Roster, roster};
use crate::cli::room::sieve::Sieve;
use crate::cli::room::{
    advice, analysis, checks, configured, conflicts, documents, endpoint, kinds, now, offered,
    routing, server_logs, telemetry, thinking, tools,
};
use crate::cli::{Place, confirm};
use crate::config::{self, Accept, Loaded, Lull};
use crate::core::{
    Budget, Command, MemberName, Old, Period, Report, Retention, Sharing, Span, State, Upkeep,
};
use crate::engine::{Engine, Handle, Ports, SystemClock};
use crate::hub::claim::Claim;
use crate::hub::folder::Folder;
use crate::journal::sqlite::{Opened, SqliteJournal};
use crate::journal::{Journal, SNAPSHOT_EVERY};
use crate::link::{Desk, Server};
use crate::mcp::{
    GuardCommand, Handover, Options, Registry, ServerSpec, Supervisor, install_tls, sweep,
};
use crate::members::{
    Attachments, CheckCommands, Members, Outlets, Shelf, ThinkingTool, ToolServer,
};
use crate::ui::text::clean;

/// Effects that may wait for the members, who always drain.
const EFFECTS: usize = 1024;
/// Reports that may wait for the engine while the disk is busy.
const REPORTS: usize = 1024;
/// Live text that may wait for the engine: a second of eight fast members.
const DELTAS: usize = 1024;
/// Servers are given 6 s to end, the hub 3 s; then the process ends and their guards do the rest.
const END_WITHIN: Duration = Duration::from_secs(9);

/// A running room.
#[derive(Debug)]
pub(in crate::cli) struct Room {
    desk: Desk<RoomArchive>,
    journal: SqliteJournal,
    stop: CancellationToken,
    closed: CancellationToken,
    hub_stop: CancellationToken,
    tasks: TaskTracker,
    /// Until the last document is written.
    claim: Option<Claim>,
}

/// The way on which agents are handed servers. A room without it works; each session that was to have some
/// says that it has not.
fn handed_over(
    socket: &Path,
    options: &Options,
    tasks: &TaskTracker,
    closed: &CancellationToken,
) -> Option<Handover> {
    match Handover::bind(socket, options, tasks, closed) {
        Ok(handover) => Some(handover),
        Err(error) => {
            tracing::warn!(%error, "agents are handed no servers: nothing can listen for them");
            None
        }
    }
}

/// How servers are started, once those are ended that an earlier room left behind.
fn starting(place: &Place, own: &GuardCommand, tasks: &TaskTracker) -> Options {
    let registry = place.project.room.join("servers.jsonl");
    for left in sweep(&registry) {
        tracing::warn!(
            server = left.server,
            "ended a server that an earlier room had left behind"
        );
    }
    let mut options = Options::new(own.clone());
    options.registry = Some(Arc::new(Registry::new(registry)));
    options.log = Some(server_logs::keep(&place.project.room, tasks));
    options
}

impl Room {
    /// Opens the journal, takes the room up, and begins to listen. Servers start meanwhile.
    pub(in crate::cli) async fn start(place: &Place) -> anyhow::Result<Self> {
        install_tls();
        let loaded = crate::config::load(&place.env, &place.project.root, &place.overrides)?;
        let Opened { journal, state, .. } = SqliteJournal::open(&place.project.room)?;
        let own = GuardCommand::own().context("this program's own file cannot be found")?;
        let tasks = TaskTracker::new();
        let mut options = starting(place, &own, &tasks);
        let program = GuardCommand {
            program: own.program,
            args: Vec::new(),
        };
        let trust = confirm::load(&place.env);
        configured::note(&place.project.room, &loaded.files);
        let export = telemetry::Export::prepare(place, &loaded, &trust)?;
        let mut roster = roster(place, &loaded, &trust, &program);
        let policy = approvals::policy(place, &loaded, &trust);
        options.offers = approvals::offers(place, &loaded, &policy);
        let tool = thinking::tool(place, &loaded, &trust);

        let claim = documents::claim(place)?;
        let memory = documents::choose(place, &loaded, &trust, &program.program);
        let (hub_status, hub) = watch::channel(memory.status());
        let (server, presence) = Server::bind(&place.project.socket).await?;
        let stop = CancellationToken::new();
        let closed = CancellationToken::new();
        // Only now is it certain that no other room listens there.
        let reached = place.project.socket.with_extension("mcp");
        options.handover = handed_over(&reached, &options, &tasks, &closed);
        let endpoint = endpoint::open(place, &loaded, &roster);
        endpoint::hand_over(endpoint.as_ref(), &loaded, &mut roster);
        let (report, reports) = mpsc::channel(REPORTS);
        let outside = report.clone();
        let hub_server = memory.start(place, options.clone(), &tasks);
        let kept = Arc::downgrade(&hub_server);
        let kind = memory.kind();
        let hub_kept = tools::Kept {
            server: kept.clone(),
            kind,
        };
        let lent = tools::servers(place, &loaded, &trust, &hub_kept);
        let checks = checks::commands(place, &loaded, &trust);
        let beside = (offered::servers(place, &loaded, &trust), kept.clone());
        let (engine, shelf) = run_engine(
            place,
            (report, reports),
            &state,
            &journal,
            &roster,
            tool,
            lent,
            checks,
            beside,
            options.clone(),
            &stop,
            &closed,
            &tasks,
        );
        telemetry::follow(export, &state, &journal, &engine, &tasks);
        let hub_stop = CancellationToken::new();
        let inlets = (&*place.project.root, outside);
        let library = Memory::keep(hub_server, inlets, &engine, hub_status, &hub_stop, &tasks);
        let archive = RoomArchive {
            journal: journal.clone(),
            engine: engine.clone(),
            library,
            checkups: Checkups {
                place: place.clone(),
                options,
                hub: kept,
                kind,
                status: hub.clone(),
                tasks: tasks.clone(),
                stop: closed.clone(),
                last: Arc::default(),
            },
            project: place.project.clone(),
            shelf,
            pasts: Pasts::default(),
            sieve: Sieve::default(),
        };
        let desk = Desk {
            engine,
            hub,
            archive,
            presence,
            stop: closed.clone(),
        };
        let room = Self {
            desk,
            journal,
            stop,
            closed,
            hub_stop,
            tasks,
            claim,
        };
        room.command(Command::SetPolicy(policy)).await;
        room.enrol(&state, &loaded, &roster).await;
        // Only now: whoever comes shall find the members.
        room.tasks.spawn(server.run(room.desk()));
        endpoint::serve(endpoint, room.desk(), &room.tasks);
        Ok(room)
    }

    /// What consoles are served from.
    pub(in crate::cli) fn desk(&self) -> Desk<RoomArchive> {
        self.desk.clone()
    }

    /// Returns once the room was closed by a command.
    pub(in crate::cli) async fn closed(&self) {
        self.closed.cancelled().await;
    }

    /// Closes the room if it is open, and ends everything in order.
    pub(in crate::cli) async fn end(self) -> anyhow::Result<()> {
        self.stop.cancel();
        self.closed.cancelled().await;
        self.hub_stop.cancel();
        // Who serves consoles can start servers, and the logs are kept as long as somebody can.
        drop(self.desk);
        self.tasks.close();
        if timeout(END_WITHIN, self.tasks.wait()).await.is_err() {
            tracing::warn!("something did not end in time; the guards end the servers");
        }
        drop(self.claim);
        self.journal.close().await;
        Ok(())
    }

    /// Brings the roster and the budget in line with the configuration.
    async fn enrol(&self, state: &State, loaded: &Loaded, roster: &Roster) {
        let budget = budget(loaded);
        if *state.budget() != budget && budget != Budget::default() {
            self.command(Command::SetBudget(budget)).await;
        }
        self.command(Command::SetUpkeep(upkeep(loaded))).await;
        self.command(Command::SetSharing(sharing(loaded))).await;
        self.command(Command::SetRetention(retention(loaded))).await;
        let most = loaded.config.room.thoughts;
        if state.most_thoughts() != most {
            self.command(Command::BoundThoughts { most }).await;
        }
        let kinds = kinds::kinds(loaded);
        self.command(Command::SetKinds(kinds.clone())).await;
        let checks = checks::known(loaded, &kinds);
        self.command(Command::SetChecks(checks)).await;
        // First in, then out: a task whose members are all gone would fail.
        for setup in &roster.setups {
            self.command(Command::Enroll(setup.spec.clone())).await;
        }
        let digester = loaded.config.memory.digest.as_ref();
        let digester = digester.and_then(|(name, _)| MemberName::new(name.as_str()).ok());
        self.command(Command::SetDigester(digester)).await;
        let appraisers = analysis::appraisers(&loaded.config.analysis);
        self.command(Command::SetAppraisers(appraisers)).await;
        let ladder = conflicts::ladder(&loaded.config.conflict, &kinds);
        self.command(Command::SetLadder(ladder)).await;
        let routing = routing::setting(&loaded.config.routing, &kinds);
        self.command(Command::SetRouting(routing)).await;
        let advised = advice::setting(&loaded.config.advice, &roster.setups);
        self.command(Command::SetAdvice(advised)).await;
        let listed: Vec<&MemberName> = roster.setups.iter().map(|setup| &setup.spec.name).collect();
        for gone in state
            .members()
            .map(|member| &member.spec().name)
            .filter(|name| !listed.contains(name))
        {
            self.command(Command::Dismiss {
                member: gone.clone(),
            })
            .await;
        }
        for (member, why) in &roster.left_out {
            tracing::warn!(%member, why, "a member is left out");
        }
    }

    async fn command(&self, command: Command) {
        if let Err(error) = self.desk.engine.command(command).await {
            tracing::warn!(%error, "the configuration could not be applied in full");
        }
    }
}

#[expect(
    clippy::too_many_arguments,
    reason = "the one place where everything meets"
)]
fn run_engine(
    place: &Place,
    (report, reports): (mpsc::Sender<Report>, mpsc::Receiver<Report>),
    state: &State,
    journal: &SqliteJournal,
    roster: &Roster,
    tool: ThinkingTool,
    lent: Vec<ToolServer>,
    checks: CheckCommands,
    (servers, hub): (Vec<ServerSpec>, Weak<Supervisor>),
    options: Options,
    stop: &CancellationToken,
    closed: &CancellationToken,
    tasks: &TaskTracker,
) -> (Handle, Shelf) {
    let (effects, orders) = mpsc::channel(EFFECTS);
    let (say, deltas) = mpsc::channel(DELTAS);
    let outlets = Outlets {
        reports: report,
        deltas: say,
    };
    let members = Members::new(roster.setups.clone(), options, outlets, now)
        .with_thinking(tool)
        .lending(lent)
        .checking(checks, clean)
        .offering(servers, hub)
        .keeping(Attachments::new(&place.project.room))
        .reading(Arc::new(Documents::new(Folder::new(documents::folder(
            &place.project.root,
        )))));
    let shelf = members.shelf();
    tasks.spawn(members.run(orders));
    let ports = Ports {
        effects,
        reports,
        deltas,
    };
    let (engine, handle) = Engine::new(
        state.clone(),
        journal.clone(),
        SystemClock::default(),
        ports,
        SNAPSHOT_EVERY,
    );
    let (name, stop, closed) = (place.project.name(), stop.clone(), closed.clone());
    tasks.spawn(async move {
        if let Err(error) = engine.run(&name, stop).await {
            tracing::error!(%error, "the room stopped");
        }
        closed.cancel();
    });
    (handle, shelf)
}

fn upkeep(loaded: &Loaded) -> Upkeep {
    let span = |lull: Lull| lull.length().map(Span::from);
    let room = &loaded.config.room;
    let of_members = loaded.config.members.iter().filter_map(|member| {
        let name = MemberName::new(member.name.as_str()).ok()?;
        Some((name, span(member.rest_after?)))
    });
    Upkeep {
        rest_after: span(room.rest_after),
        rest_of: of_members.collect(),
        archive_after: span(room.archive_after),
    }
}

fn sharing(loaded: &Loaded) -> Sharing {
    let set = &loaded.config.lessons;
    let of_members = loaded.config.members.iter().filter_map(|member| {
        let name = MemberName::new(member.name.as_str()).ok()?;
        Some((name, member.context()?))
    });
    Sharing {
        accept_all: set.accept == Accept::Auto,
        expiry: set.expiry.length().map(Span::from),
        most: set.most,
        budget: set.context,
        budget_of: of_members.collect(),
    }
}

fn retention(loaded: &Loaded) -> Retention {
    let set = &loaded.config.memory;
    Retention {
        keep: set.keep.length().map(Span::from),
        most: set.most.limit(),
        old: match set.old {
            config::Old::Summary => Old::Summary,
            config::Old::Archive => Old::Archive,
        },
    }
}

fn budget(loaded: &Loaded) -> Budget {
    let set = &loaded.config.room.budget;
    Budget {
        tokens: set.tokens,
        micro_usd: set.usd.map(super::roster::micro),
        time: set.time.map(Span::from),
        per: match set.per {
            crate::config::Per::Day => Period::Day,
            crate::config::Per::Room => Period::Room,
        },
    }
}
