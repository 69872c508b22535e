//! The way of the room: the runner of members for a model, a connection for a server of tools.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use synod::core::{
    Access, CallId, CallOrder, Delta, DeltaKind, Effect, Ending, Health, MemberName, Purpose,
    Report, SessionId, TaskId, TaskKind, Text,
};
use synod::engine::{Clock, SystemClock};
use synod::mcp::{Connection, GuardCommand, Options, Step};
use synod::members::{Members, Outlets, Setup};
use tokio::sync::mpsc;
use tokio_util::task::TaskTracker;

use super::entry::{Entry, PROMPT};
use super::table::Took;
use crate::support::model_api::{Ending as ApiEnding, ModelApi, Recorded};
use crate::support::soon;

pub(crate) enum Ours {
    Member(Box<Seat>),
    Tools(Connection, TaskTracker),
}

/// The place where the engine would stand, for one member.
pub(crate) struct Seat {
    name: MemberName,
    effects: mpsc::Sender<Effect>,
    reports: mpsc::Receiver<Report>,
    deltas: mpsc::Receiver<Delta>,
    tasks: TaskTracker,
}

impl Ours {
    /// A server that can be called, and how long that took.
    pub(crate) async fn start(entry: &Entry) -> (Self, Duration) {
        let options = Options::new(GuardCommand {
            program: PathBuf::from(env!("CARGO_BIN_EXE_synod")),
            args: vec!["guard".to_owned()],
        });
        let tasks = TaskTracker::new();
        if let Some(setup) = entry.member() {
            let (seat, took) = Seat::start(setup, options, tasks).await;
            return (Self::Member(Box::new(seat)), took);
        }
        let began = Instant::now();
        let opened = Connection::open(&entry.server, &options, &tasks).await;
        (Self::Tools(opened.unwrap(), tasks), began.elapsed())
    }

    pub(crate) async fn call(&mut self, entry: &Entry, number: u32) -> Took {
        match self {
            Self::Member(seat) => seat.call(number).await,
            Self::Tools(connection, _) => {
                let arguments = entry.arguments(number);
                let began = Instant::now();
                let mut call = connection
                    .call(entry.tool, arguments, entry.server.limits)
                    .await;
                let mut sign = None;
                loop {
                    match soon("an answer", call.next()).await {
                        Step::Signal(_) => sign = sign.or(Some(began.elapsed())),
                        Step::Done(outcome) => {
                            let whole = began.elapsed();
                            assert!(!outcome.as_ref().unwrap().is_error, "{outcome:?}");
                            let text = None;
                            return Took { sign, text, whole };
                        }
                    }
                }
            }
        }
    }

    pub(crate) async fn end(self) {
        let tasks = match self {
            Self::Member(seat) => {
                seat.effects.send(Effect::Shutdown).await.unwrap();
                seat.tasks
            }
            Self::Tools(connection, tasks) => {
                connection.close().await;
                tasks
            }
        };
        tasks.close();
        soon("the end of its processes", tasks.wait()).await;
    }
}

impl Seat {
    async fn start(setup: Setup, options: Options, tasks: TaskTracker) -> (Self, Duration) {
        // As many as the engine keeps.
        let (reports_in, reports) = mpsc::channel(1024);
        let (deltas_in, deltas) = mpsc::channel(1024);
        let (effects, inbox) = mpsc::channel(1024);
        let outlets = Outlets {
            reports: reports_in,
            deltas: deltas_in,
        };
        let spec = Box::new(setup.spec.clone());
        let name = spec.name.clone();
        let now = || SystemClock::default().now();
        tasks.spawn(Members::new(vec![setup], options, outlets, now).run(inbox));
        let mut seat = Self {
            name,
            effects,
            reports,
            deltas,
            tasks,
        };
        let began = Instant::now();
        seat.effects.send(Effect::Connect { spec }).await.unwrap();
        loop {
            match soon("the server", seat.reports.recv()).await {
                Some(Report::Health {
                    health: Health::Ready { .. },
                    ..
                }) => return (seat, began.elapsed()),
                Some(_) => {}
                None => panic!("the members have ended"),
            }
        }
    }

    async fn call(&mut self, number: u32) -> Took {
        let order = self.order(number);
        let began = Instant::now();
        let effect = Effect::StartCall(Box::new(order));
        self.effects.send(effect).await.unwrap();
        let (mut sign, mut text) = (None, None);
        loop {
            let next = async {
                tokio::select! {
                    biased;
                    Some(delta) = self.deltas.recv() => Ok(delta),
                    Some(report) = self.reports.recv() => Err(report),
                }
            };
            match soon("an answer", next).await {
                Ok(delta) => {
                    sign = sign.or(Some(began.elapsed()));
                    if delta.kind == DeltaKind::Answer {
                        text = text.or(Some(began.elapsed()));
                    }
                }
                Err(Report::Ended { ending, .. }) => {
                    let whole = began.elapsed();
                    assert!(matches!(ending, Ending::Answered(_)), "{ending:?}");
                    return Took { sign, text, whole };
                }
                Err(_) => {}
            }
        }
    }

    /// Cancels a call whose model is in the midst of its answer; how long it takes until that is known there.
    pub(crate) async fn cancel(&mut self, number: u32, model: &ModelApi) -> Duration {
        let prompt = format!("[[slow:2500]] cancelled {number}");
        let mut order = self.order(number);
        order.prompt = Text::from(prompt.as_str());
        let (call, member) = (order.call, order.member.clone());
        let effect = Effect::StartCall(Box::new(order));
        self.effects.send(effect).await.unwrap();
        let stands = |wanted| {
            let prompt = prompt.clone();
            move |requests: &Vec<Recorded>| {
                let mut turns = requests
                    .iter()
                    .filter(|one| one.body.to_string().contains(&prompt));
                turns.any(|turn| turn.ending == wanted)
            }
        };
        model.wait_for("the turn", stands(ApiEnding::Open)).await;
        let began = Instant::now();
        let cancel = Effect::CancelCall { call, member };
        self.effects.send(cancel).await.unwrap();
        model
            .wait_for("its end", stands(ApiEnding::ClientLeft))
            .await;
        began.elapsed()
    }

    /// A session of its own for each call, as the bare client has.
    fn order(&self, number: u32) -> CallOrder {
        CallOrder {
            call: CallId(number.into()),
            task: TaskId(number.into()),
            kind: TaskKind::General,
            session: SessionId(number.into()),
            member: self.name.clone(),
            purpose: Purpose::Answer,
            access: Access::Read,
            prompt: Text::from(PROMPT),
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
}
