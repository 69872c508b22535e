//! The members' runner with real servers behind it: what the engine orders, and what comes back.

mod agents;
mod claude;
pub(crate) mod codex;
mod driven;
mod endpoint;
mod everything;
mod gemini;
mod offered;
mod pal;
pub(crate) mod rehearsal;
mod sessions;
mod thinking;
mod tools;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use synod::core::{
    Access, Answer, AskId, CallId, CallOrder, Delta, DeltaKind, Effect, Ending, Failure, Handle,
    Health, MemberName, MemberSpec, Purpose, Reach, Report, Request, SessionId, TaskId, TaskKind,
    Text, Timestamp,
};
use synod::mcp::{GuardCommand, Handover, Limits, Options, ServerSpec, Transport};
use synod::members::{Adapter, Members, Outlets, Prices, Setup, Shelf, ThinkingTool, ToolServer};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::support::soon;

/// How servers are started.
pub(super) fn options() -> Options {
    Options::new(GuardCommand {
        program: PathBuf::from(env!("CARGO_BIN_EXE_synod")),
        args: vec!["guard".to_owned()],
    })
}

/// A place where the engine would stand.
pub(super) struct Stand {
    pub(super) effects: mpsc::Sender<Effect>,
    pub(super) reports: mpsc::Receiver<Report>,
    pub(super) deltas: mpsc::Receiver<Delta>,
    pub(super) shelf: Shelf,
    running: JoinSet<()>,
}

/// What was heard of a call up to its end.
#[derive(Debug)]
pub(super) struct Heard {
    pub(super) reports: Vec<Report>,
    pub(super) deltas: Vec<Delta>,
    pub(super) ending: Ending,
}

impl Stand {
    /// Starts the members and connects all of them.
    pub(super) async fn with(setups: Vec<Setup>) -> Self {
        let none = ThinkingTool::Absent("none is configured".to_owned());
        Self::with_thinking(setups, none).await
    }

    /// The same, with a tool that records thoughts.
    pub(super) async fn with_thinking(setups: Vec<Setup>, tool: ThinkingTool) -> Self {
        Self::of(setups, |members| members.with_thinking(tool)).await
    }

    /// The same, with tools that are lent.
    pub(super) async fn lending(setups: Vec<Setup>, servers: Vec<ToolServer>) -> Self {
        Self::of(setups, |members| members.lending(servers)).await
    }

    /// The same, with a way on which agents are handed servers.
    pub(super) async fn handing(setups: Vec<Setup>, handover: Handover) -> Self {
        let mut options = options();
        options.handover = Some(handover);
        Self::under(options, setups, |members| members).await
    }

    async fn of(setups: Vec<Setup>, more: impl FnOnce(Members) -> Members) -> Self {
        Self::under(options(), setups, more).await
    }

    /// The same, with servers started in another way.
    pub(super) async fn under(
        options: Options,
        setups: Vec<Setup>,
        more: impl FnOnce(Members) -> Members,
    ) -> Self {
        // Small on purpose: the runner must cope with full channels.
        let (reports_in, reports) = mpsc::channel(4);
        let (deltas_in, deltas) = mpsc::channel(4);
        let (effects, inbox) = mpsc::channel(4);
        let outlets = Outlets {
            reports: reports_in,
            deltas: deltas_in,
        };
        let specs: Vec<MemberSpec> = setups.iter().map(|setup| setup.spec.clone()).collect();
        let members = Members::new(setups, options, outlets, || Timestamp(1_000));
        let members = more(members);
        let shelf = members.shelf();
        let mut running = JoinSet::new();
        running.spawn(members.run(inbox));
        let stand = Self {
            effects,
            reports,
            deltas,
            shelf,
            running,
        };
        for spec in specs {
            let spec = Box::new(spec);
            stand.order(Effect::Connect { spec }).await;
        }
        stand
    }

    pub(super) async fn order(&self, effect: Effect) {
        soon("an effect is taken", self.effects.send(effect))
            .await
            .unwrap();
    }

    pub(super) async fn start(&self, order: CallOrder) {
        self.order(Effect::StartCall(Box::new(order))).await;
    }

    /// The next report that is not about health.
    pub(super) async fn report(&mut self) -> Report {
        loop {
            let report = soon("a report", self.reports.recv()).await.unwrap();
            if !matches!(report, Report::Health { .. }) {
                return report;
            }
        }
    }

    /// Waits for a health that `wanted` accepts.
    pub(super) async fn health(&mut self, wanted: impl Fn(&Health) -> bool) -> Health {
        loop {
            let report = soon("a change of health", self.reports.recv()).await;
            if let Some(Report::Health { health, .. }) = report
                && wanted(&health)
            {
                return health;
            }
        }
    }

    /// Waits for live text of a call.
    pub(super) async fn delta(&mut self, call: CallId) -> Delta {
        loop {
            let delta = soon("live text", self.deltas.recv()).await.unwrap();
            if delta.call == call {
                return delta;
            }
        }
    }

    /// Listens to one call until it ends.
    pub(super) async fn ended(&mut self, call: CallId) -> Heard {
        let (mut reports, mut deltas) = (Vec::new(), Vec::new());
        loop {
            let next = async {
                tokio::select! {
                    Some(delta) = self.deltas.recv() => Ok(delta),
                    Some(report) = self.reports.recv() => Err(report),
                }
            };
            match soon("the end of a call", next).await {
                Ok(delta) => deltas.push(delta),
                Err(Report::Ended {
                    call: ended,
                    ending,
                }) => {
                    assert_eq!(ended, call, "{ending:?}");
                    // All of it was sent before the end, on the other channel.
                    while let Ok(delta) = self.deltas.try_recv() {
                        deltas.push(delta);
                    }
                    return Heard {
                        reports,
                        deltas,
                        ending,
                    };
                }
                Err(Report::Health { .. }) => {}
                Err(report) => reports.push(report),
            }
        }
    }

    /// Listens to one call until it ends, or asks for something; then gives what was reported before.
    pub(super) async fn until_asked(
        &mut self,
        call: CallId,
    ) -> Result<Heard, (AskId, Request, Vec<Report>)> {
        let (mut reports, mut deltas) = (Vec::new(), Vec::new());
        loop {
            let next = async {
                tokio::select! {
                    Some(delta) = self.deltas.recv() => Ok(delta),
                    Some(report) = self.reports.recv() => Err(report),
                }
            };
            match soon("a question or the end of a call", next).await {
                Ok(delta) => deltas.push(delta),
                Err(Report::Asked { ask, request, .. }) => return Err((ask, request, reports)),
                Err(Report::Ended { ending, .. }) => {
                    while let Ok(delta) = self.deltas.try_recv() {
                        deltas.push(delta);
                    }
                    assert!(deltas.iter().all(|delta| delta.call == call), "{deltas:?}");
                    return Ok(Heard {
                        reports,
                        deltas,
                        ending,
                    });
                }
                Err(Report::Health { .. }) => {}
                Err(report) => reports.push(report),
            }
        }
    }

    /// Listens until `count` calls have ended.
    pub(super) async fn all_ended(&mut self, count: usize) -> BTreeMap<CallId, Ending> {
        let mut ended = BTreeMap::new();
        while ended.len() < count {
            let next = async {
                tokio::select! {
                    Some(_) = self.deltas.recv() => None,
                    Some(report) = self.reports.recv() => Some(report),
                }
            };
            if let Some(Report::Ended { call, ending }) = soon("the end of calls", next).await {
                ended.insert(call, ending);
            }
        }
        ended
    }

    /// Makes a call and listens to its end.
    pub(super) async fn work(&mut self, order: CallOrder) -> Heard {
        let call = order.call;
        self.start(order).await;
        self.ended(call).await
    }

    /// Shuts down; what is still reported is returned.
    pub(super) async fn close(mut self) -> Vec<Report> {
        self.order(Effect::Shutdown).await;
        soon("the members' end", self.running.join_next()).await;
        let mut rest = Vec::new();
        while let Ok(report) = self.reports.try_recv() {
            rest.push(report);
        }
        rest
    }
}

impl Heard {
    pub(super) fn answer(&self) -> &Answer {
        match &self.ending {
            Ending::Answered(answer) => answer,
            Ending::Failed { .. } | Ending::Cancelled { .. } | Ending::Interrupted => {
                panic!("no answer: {:?}", self.ending)
            }
        }
    }

    pub(super) fn failure(&self) -> &Failure {
        match &self.ending {
            Ending::Failed { failure, .. } => failure,
            Ending::Answered(_) | Ending::Cancelled { .. } | Ending::Interrupted => {
                panic!("no failure: {:?}", self.ending)
            }
        }
    }

    /// The live text of one kind.
    pub(super) fn live(&self, kind: DeltaKind) -> String {
        self.deltas
            .iter()
            .filter(|delta| delta.kind == kind)
            .map(|delta| delta.text.as_str())
            .collect()
    }

    /// The last handle that was reported.
    pub(super) fn handle(&self) -> Option<Handle> {
        self.reports.iter().rev().find_map(|report| match report {
            Report::Bound { handle, .. } => Some(handle.clone()),
            Report::Unbound { .. }
            | Report::Asked { .. }
            | Report::Withdrawn { .. }
            | Report::Told { .. }
            | Report::Checked { .. }
            | Report::Ended { .. }
            | Report::Restored { .. }
            | Report::Dials { .. }
            | Report::Listed { .. }
            | Report::Handed { .. }
            | Report::ThoughtRecorded { .. }
            | Report::Edited { .. }
            | Report::EditGone { .. }
            | Report::NoteSettled { .. }
            | Report::Health { .. } => None,
        })
    }

    pub(super) fn was_unbound(&self) -> bool {
        self.reports
            .iter()
            .any(|report| matches!(report, Report::Unbound { .. }))
    }
}

pub(super) fn order(call: u64, member: &str, prompt: &str) -> CallOrder {
    CallOrder {
        call: CallId(call),
        task: TaskId(1),
        kind: TaskKind::General,
        session: SessionId(1),
        member: MemberName::new(member).unwrap(),
        purpose: Purpose::Answer,
        access: Access::Read,
        prompt: Text::from(prompt),
        known: Vec::new(),
        documents: Vec::new(),
        inputs: Vec::new(),
        handle: None,
        former: None,
        origin: None,
        earlier: None,
        history: Vec::new(),
        limit: None,
        deadline: None,
        thinking: None,
        planning: None,
        digest: None,
        appraisal: None,
        wishes: Vec::new(),
        inquiry: None,
    }
}

/// A member whose server is a program.
pub(crate) fn setup(
    name: &str,
    adapter: Adapter,
    command: Vec<String>,
    env: BTreeMap<String, String>,
) -> Setup {
    Setup {
        spec: MemberSpec {
            name: MemberName::new(name).unwrap(),
            family: "test".to_owned(),
            strengths: BTreeMap::new(),
            parallel: 2,
            reach: Reach::Text,
            rehearsal: false,
            model: None,
        },
        adapter,
        server: ServerSpec {
            name: name.to_owned(),
            transport: Transport::Stdio {
                command,
                env,
                cwd: std::env::temp_dir(),
            },
            limits: Limits {
                // Codex is silent while it starts, on a busy machine for 20 s and more; below the
                // patience of the tests, so that they say what failed.
                idle: Duration::from_secs(50),
                total: Duration::from_mins(2),
            },
        },
        prices: Prices {
            input_per_mtok_micro_usd: 1_000_000,
            output_per_mtok_micro_usd: 2_000_000,
        },
    }
}
