//! The world around a room: the clock, the members' servers, the operator, and what goes wrong.

mod ending;
mod hands;
mod recording;

use std::collections::{BTreeMap, BTreeSet};

use crate::beside::Beside;
use crate::fault::{Fault, verdict};
use crate::meddler::meddling;
use crate::member::{IDLE, answered, asked, bound, failed, silence, unsent};
use crate::plan::{Answering, BEGIN, LENGTH, Operation, Plan, moved, name, reworded};
use crate::room::Room;
use crate::{dials, invariants, ladder, learning, plans};
use fastrand::Rng;
use synod::core::session::Restored;
use synod::core::{
    AskId, CallId, CallOrder, CheckId, Command, Effect, FailureKind, Health, MemberName, Reply,
    Report, Span, Subject, Task, TaskId, TaskOrder, Text, Timestamp, expire, follow, note,
};

/// More turns of the world than any plan needs.
const TURNS_MAX: u32 = 20_000;

/// What a run leaves behind.
pub(crate) struct Run {
    pub(crate) journal: Vec<synod::core::Recorded>,
}

/// Runs a plan to its end; an error says which invariant broke.
pub(crate) fn run(plan: &Plan) -> Result<Run, String> {
    World::new(plan).live()
}

/// Runs a plan with the shared memory beside the room.
pub(crate) fn run_with_memory(plan: &Plan) -> Result<Run, String> {
    let mut world = World::new(plan);
    world.beside = Some(Beside::new(plan.seed));
    world.live()
}

/// Runs a plan and prints the events as they come.
pub(crate) fn run_aloud(plan: &Plan) -> Result<Run, String> {
    let mut world = World::new(plan);
    world.room.aloud = true;
    world.live()
}

enum Due {
    Operation(Operation),
    Report(Report),
    Resume,
}

struct World<'a> {
    plan: &'a Plan,
    room: Room,
    up: bool,
    now: Timestamp,
    due: BTreeMap<(Timestamp, u64), Due>,
    scheduled: u64,
    flights: BTreeMap<CallId, CallOrder>,
    started: BTreeSet<CallId>,
    replied: BTreeSet<(CallId, AskId)>,
    answers_after_reply: BTreeMap<CallId, Report>,
    past: Vec<Report>,
    resting: BTreeSet<MemberName>,
    /// How many thoughts the tool's process of each task was told.
    told: BTreeMap<TaskId, usize>,
    /// The check whose command runs.
    checking: Option<CheckId>,
    /// The shared memory, where there is one.
    beside: Option<Beside>,
}

impl<'a> World<'a> {
    fn new(plan: &'a Plan) -> Self {
        Self {
            plan,
            room: Room::default(),
            up: false,
            now: BEGIN,
            due: BTreeMap::new(),
            scheduled: 0,
            flights: BTreeMap::new(),
            started: BTreeSet::new(),
            replied: BTreeSet::new(),
            answers_after_reply: BTreeMap::new(),
            past: Vec::new(),
            resting: BTreeSet::new(),
            told: BTreeMap::new(),
            checking: None,
            beside: None,
        }
    }

    fn live(mut self) -> Result<Run, String> {
        self.resume()?;
        for spec in self.plan.roster.clone() {
            self.command(&Command::Enroll(spec))?;
        }
        for (at, operation) in self.plan.operations.clone() {
            self.schedule(at, Due::Operation(operation));
        }
        self.until_quiet()?;
        self.now = self.now.max(BEGIN.after(LENGTH));
        self.everything_ended_or_waits_for_the_operator()?;
        self.operator_settles_everything()?;
        self.operator_mends_a_plan()?;
        self.memory_agrees()?;
        self.room.restarted()?;
        invariants::hold(&self.room.journal)?;
        ladder::adds_up(&self.room.journal)?;
        Ok(Run {
            journal: self.room.journal,
        })
    }

    fn schedule(&mut self, at: Timestamp, due: Due) {
        self.scheduled += 1;
        self.due.insert((at, self.scheduled), due);
    }

    fn soon(&mut self, wait: Span, report: Report) {
        self.schedule(self.now.after(wait), Due::Report(report));
    }

    fn until_quiet(&mut self) -> Result<(), String> {
        for _ in 0..TURNS_MAX {
            let wakeup = self
                .up
                .then(|| self.room.state.next_wakeup(self.now))
                .flatten();
            if wakeup.is_some_and(|at| at <= self.now) {
                return Err(format!("the room wakes at {wakeup:?} again and again"));
            }
            let due = self.due.first_key_value().map(|((at, _), _)| *at);
            match due.into_iter().chain(wakeup).min() {
                None => return Ok(()),
                Some(at) => self.wait_until(at)?,
            }
            if due.is_some_and(|at| at <= self.now)
                && let Some((_, due)) = self.due.pop_first()
            {
                self.happen(due)?;
            }
            if self.up {
                let effects = self.room.tick(self.now)?;
                self.perform(effects)?;
            }
        }
        Err("the room never falls quiet".to_owned())
    }

    /// Time passes, for the shared memory too.
    fn wait_until(&mut self, at: Timestamp) -> Result<(), String> {
        let wait = at.since(self.now);
        self.now = self.now.max(at);
        let Some(beside) = &mut self.beside else {
            return Ok(());
        };
        for report in beside.pass(&self.room.journal, wait) {
            if self.up {
                self.report(&report)?;
            }
        }
        Ok(())
    }

    /// After quiet the shared memory is as the journal has it.
    fn memory_agrees(&mut self) -> Result<(), String> {
        let Some(beside) = &mut self.beside else {
            return Ok(());
        };
        beside.calm();
        // Writes that were given up may come late, and are looked for.
        for turn in 0..200 {
            self.wait_until(self.now.after(Span::secs(5)))?;
            self.operator_settles_everything()?;
            let quiet = self.beside.as_ref().is_some_and(Beside::is_quiet);
            if turn > 40 && quiet {
                break;
            }
        }
        let beside = self.beside.as_ref();
        let agrees = beside.map(|beside| beside.agrees(&self.room.state, &self.room.journal));
        agrees.unwrap_or(Ok(()))
    }

    fn happen(&mut self, due: Due) -> Result<(), String> {
        match due {
            Due::Resume => self.resume(),
            Due::Operation(operation) if !self.up => {
                self.schedule(self.now.after(Span::secs(3)), Due::Operation(operation));
                Ok(())
            }
            Due::Operation(operation) => self.operate(operation),
            Due::Report(report) => self.report(&report),
        }
    }

    fn resume(&mut self) -> Result<(), String> {
        self.up = true;
        let effects = self.room.resume(self.now)?;
        if let Some(beside) = &mut self.beside {
            beside.opened(&self.room.state, &self.room.journal);
        }
        self.perform(effects)
    }

    fn report(&mut self, report: &Report) -> Result<(), String> {
        if let Report::Ended { call, .. } = report {
            self.flights.remove(call);
            self.past.push(report.clone());
        }
        if let Report::Checked { check, .. } = report {
            self.checking = self.checking.filter(|running| running != check);
        }
        let effects = self.room.report(self.now, report)?;
        self.perform(effects)
    }

    fn command(&mut self, command: &Command) -> Result<bool, String> {
        match self.room.command(self.now, command)? {
            Ok(effects) => self.perform(effects).map(|()| true),
            Err(_) => Ok(false),
        }
    }

    // ─── The operator and fate ───

    fn operate(&mut self, operation: Operation) -> Result<(), String> {
        let command = match operation {
            Operation::Add(order) => Some(Command::AddTask(*order)),
            Operation::Cancel(pick) => self.task(pick).map(|task| Command::CancelTask { task }),
            Operation::Retry(pick) => {
                let ended = self.room.state.ended_tasks().map(Task::id);
                picked(ended, pick).map(|task| Command::RetryTask { task })
            }
            Operation::Prioritise(pick, priority) => self
                .task(pick)
                .map(|task| Command::SetPriority { task, priority }),
            Operation::Reword(pick) => self.waiting(pick).map(|task| reworded(task, pick)),
            Operation::Move(pick, beside, ahead) => {
                let both = self.waiting(pick).zip(self.waiting(beside));
                both.map(|(task, beside)| moved(task, beside, ahead))
            }
            Operation::CancelCall(pick) => {
                let calls = self.room.state.calls_in_flight().map(|(call, _)| call);
                picked(calls, pick).map(|call| Command::CancelCall { call })
            }
            Operation::Settle(pick, how) => self.settling(pick, how),
            Operation::OpenSession(pick) => self.member(pick).map(|member| Command::OpenSession {
                member,
                title: "further".to_owned(),
            }),
            Operation::CloseSession(pick) => {
                let sessions = self.room.state.sessions().map(synod::core::Session::id);
                picked(sessions, pick).map(|session| Command::CloseSession { session })
            }
            Operation::Session(pick, order) => {
                let sessions = self.room.state.sessions().map(synod::core::Session::id);
                picked(sessions, pick).map(|session| Command::Session { session, order })
            }
            Operation::ListSessions(pick) => self
                .member(pick)
                .map(|member| Command::ListSessions { member }),
            Operation::SetUpkeep(upkeep) => Some(Command::SetUpkeep(upkeep)),
            Operation::SetRouting(setting) => Some(Command::SetRouting(*setting)),
            Operation::SetChecks(checks) => Some(Command::SetChecks(checks)),
            Operation::StopCheck => {
                let checked = self.room.state.being_checked();
                checked.map(|task| Command::StopCheck { task })
            }
            Operation::Enroll(spec) => Some(Command::Enroll(*spec)),
            Operation::Dismiss(pick) => self.member(pick).map(|member| Command::Dismiss { member }),
            Operation::RestartMember(pick) => self
                .member(pick)
                .map(|member| Command::RestartMember { member }),
            Operation::SetBudget(budget) => Some(Command::SetBudget(budget)),
            Operation::BoundThoughts(most) => Some(Command::BoundThoughts { most }),
            Operation::SetRetention(retention) => Some(Command::SetRetention(retention)),
            Operation::SetDigester(by) => Some(Command::SetDigester(by.map(name))),
            Operation::SetAppraisers(set) => Some(Command::SetAppraisers(set)),
            Operation::SetLadder(ladder) => Some(Command::SetLadder(*ladder)),
            Operation::Contest(pick, order) => {
                let disputed = ladder::disputed(&self.room.state, &order);
                picked(disputed, pick).map(|task| Command::Contest { task, order })
            }
            Operation::SetSharing(sharing) => Some(Command::SetSharing(sharing)),
            Operation::Lesson(pick) => Some(learning::word(&self.room.state, pick)),
            Operation::Pin(pick) => Some(learning::pin(self.task(pick), pick)),
            Operation::CloseRoom => return self.close(),
            Operation::KillRoom => return self.die(),
            Operation::Snapshot => {
                self.room.take_snapshot();
                None
            }
            // Where there is a memory only the hub tells of it, and what it tells is so.
            Operation::Meddle(_) if self.beside.is_some() => None,
            Operation::Meddle(pick) => {
                let report = meddling(&self.room.state, pick);
                return self.report(&report);
            }
            Operation::Ghost(pick) => {
                return match picked(self.past.clone().into_iter(), pick) {
                    Some(report) => self.report(&report),
                    None => Ok(()),
                };
            }
        };
        command.map_or(Ok(()), |command| self.command(&command).map(|_| ()))
    }

    fn task(&self, pick: usize) -> Option<TaskId> {
        picked(self.room.state.open_tasks().map(Task::id), pick)
    }

    fn waiting(&self, pick: usize) -> Option<TaskId> {
        picked(self.room.state.queued().map(Task::id), pick)
    }

    fn member(&self, pick: usize) -> Option<MemberName> {
        let names = self.room.state.members().map(|one| one.spec().name.clone());
        picked(names, pick)
    }

    fn settling(&self, pick: usize, how: Answering) -> Option<Command> {
        let item = picked(self.room.state.attention().cloned(), pick)?;
        let reply = match how {
            Answering::Yes | Answering::ByText => Reply::Allow,
            Answering::No => Reply::Deny {
                reason: "no".to_owned(),
            },
        };
        Some(match (item.subject, how) {
            (Subject::Choice { task }, Answering::Yes) => Command::Choose {
                task,
                candidate: pick % 2,
                among: None,
            },
            (Subject::Choice { task }, Answering::ByText) => Command::DecideByText {
                task,
                text: Text::from("43"),
            },
            (Subject::Plan { task }, Answering::ByText) => {
                plans::edit(&self.room.state, task, pick)
            }
            (
                Subject::Choice { .. }
                | Subject::Plan { .. }
                | Subject::Asked { .. }
                | Subject::Interrupted { .. }
                | Subject::LoggedOut { .. }
                | Subject::Edited { .. }
                | Subject::Proposed { .. }
                | Subject::Lessons { .. }
                | Subject::Budget { .. },
                Answering::Yes | Answering::No | Answering::ByText,
            ) => Command::Answer {
                attention: item.id,
                reply,
            },
        })
    }

    fn close(&mut self) -> Result<(), String> {
        self.command(&Command::CloseRoom)?;
        let (state, now) = (&self.room.state, self.now.after(Span::DAY));
        let mut events = expire(state, now);
        events.extend(follow(state, now));
        for report in &self.past {
            events.extend(note(state, now, report));
        }
        let order = TaskOrder::new("too late");
        if !events.is_empty()
            || state.next_wakeup(now).is_some()
            || synod::core::decide(state, &Command::AddTask(order)).is_ok()
        {
            return Err(format!("a closed room does something: {events:?}"));
        }
        self.die()
    }

    /// The room process ends; its servers end with it.
    fn die(&mut self) -> Result<(), String> {
        self.up = false;
        if let Some(beside) = &mut self.beside {
            beside.died();
        }
        self.room.restarted()?;
        self.flights.clear();
        self.resting.clear();
        self.answers_after_reply.clear();
        self.told.clear();
        self.checking = None;
        self.due
            .retain(|_, due| matches!(due, Due::Operation(_) | Due::Resume));
        self.schedule(self.now.after(Span::secs(2)), Due::Resume);
        Ok(())
    }

    // ─── The servers ───

    fn perform(&mut self, effects: Vec<Effect>) -> Result<(), String> {
        if self.room.dead {
            return self.die();
        }
        for effect in effects {
            match effect {
                Effect::StartCall(order) => self.call(&order)?,
                Effect::CancelCall { call, .. } => {
                    self.flights.remove(&call);
                }
                Effect::Reply { call, ask, .. } => {
                    if !self.replied.insert((call, ask)) {
                        return Err(format!("{ask} of {call} is answered twice"));
                    }
                    if let Some(report) = self.answers_after_reply.remove(&call) {
                        self.soon(Span::secs(1), report);
                    }
                }
                Effect::RecordThought(order) => self.record(&order)?,
                Effect::EndThinking { task } => {
                    self.told.remove(&task);
                }
                Effect::RunCheck { check, .. } => self.check(check)?,
                Effect::StopCheck { check } => {
                    self.checking = self.checking.filter(|running| *running != check);
                }
                Effect::Connect { spec } => self.comes_up(&spec.name, Span(20)),
                Effect::Restart { member } => {
                    self.calls_crash(&member);
                    self.comes_up(&member, Span(50));
                }
                Effect::Disconnect { member } => self.calls_crash(&member),
                Effect::PutAway { handle, .. } => {
                    let used = self.flights.values().any(|order| {
                        let known = order.handle.as_ref();
                        known.is_some_and(|known| known.value == handle)
                    });
                    if used {
                        return Err(format!("{handle} is put away at work"));
                    }
                }
                Effect::Rest { member } => {
                    if self.flights.values().any(|order| order.member == member) {
                        return Err(format!("{member} is put to rest at work"));
                    }
                    self.resting.insert(member);
                }
                Effect::ListSessions { member, asked } => self.lists(&member, asked),
                Effect::Shutdown => {
                    self.flights.clear();
                    self.checking = None;
                }
            }
        }
        Ok(())
    }

    fn comes_up(&mut self, member: &MemberName, wait: Span) {
        let health = |health| Report::Health {
            member: member.clone(),
            health,
        };
        let (starting, ready) = (
            health(Health::Starting),
            health(Health::Ready {
                protocol: "2025-11-25".to_owned(),
            }),
        );
        self.soon(wait, starting);
        self.soon(Span(wait.0 * 2), ready);
    }

    fn calls_crash(&mut self, member: &MemberName) {
        let (gone, left): (BTreeMap<_, _>, BTreeMap<_, _>) = std::mem::take(&mut self.flights)
            .into_iter()
            .partition(|(_, order)| order.member == *member);
        self.flights = left;
        for order in gone.values() {
            self.answers_after_reply.remove(&order.call);
            self.soon(Span(1), failed(order, FailureKind::Crashed, "I was just"));
        }
    }

    fn server_dies(&mut self, member: &MemberName, health: Health) {
        self.calls_crash(member);
        let report = Report::Health {
            member: member.clone(),
            health,
        };
        self.soon(Span(0), report);
    }

    fn call(&mut self, order: &CallOrder) -> Result<(), String> {
        if !self.started.insert(order.call) {
            return Err(format!("{} is ordered twice", order.call));
        }
        let mut rng = Rng::with_seed(self.plan.seed ^ (order.call.0 << 32));
        let latency = Span(rng.u64(10..20_000));
        self.flights.insert(order.call, order.clone());
        if self.resting.remove(&order.member) {
            self.comes_up(&order.member, Span(20));
        }
        for told in learning::told(order).into_iter().chain(dials::told(order)) {
            self.soon(Span(2), told);
        }
        if !order.history.is_empty() && order.handle.is_none() {
            let (call, by) = (order.call, Restored::ByReplay);
            self.soon(Span(latency.0 / 3), Report::Restored { call, by });
        }
        self.has_servers(order.call, Span(latency.0 / 2));
        if order.handle.is_none() && rng.bool() {
            self.soon(Span(latency.0 / 4), bound(order, &mut rng));
        }
        match verdict(&self.plan.faults, self.now, &mut rng) {
            None if rng.u8(0..8) == 0 => self.asks_first(order, &mut rng, 1),
            None => self.soon(latency, answered(order, &mut rng, 0)),
            Some(Fault::Delay) => {
                self.soon(Span(latency.0 * 10), answered(order, &mut rng, 0));
            }
            Some(Fault::Silence) => self.soon(IDLE, silence(order)),
            Some(Fault::Duplicate) => {
                let report = answered(order, &mut rng, 0);
                self.soon(latency, report.clone());
                self.soon(Span(latency.0 * 2), report);
                let unbound = Report::Unbound { call: order.call };
                self.soon(Span(latency.0 / 2), unbound.clone());
                self.soon(Span(latency.0 * 2), unbound);
            }
            Some(Fault::Unsent) => {
                let report = unsent(order);
                self.soon(Span(latency.0 / 10), report);
            }
            Some(Fault::Error(kind)) => self.soon(latency, failed(order, kind, "")),
            Some(Fault::Crash) => {
                let (why, at) = ("exited (1)".to_owned(), self.now.after(Span::secs(8)));
                self.server_dies(&order.member, Health::Restarting { why, at });
                self.comes_up(&order.member, Span::secs(8));
            }
            Some(Fault::Down) => {
                let why = "cannot be started".to_owned();
                self.server_dies(&order.member, Health::Down { why });
                if rng.bool() {
                    self.comes_up(&order.member, Span::secs(120));
                }
            }
            Some(Fault::Garbage) => {
                self.soon(latency, failed(order, FailureKind::Malformed, "%§&"));
            }
            Some(Fault::Huge) => self.soon(latency, answered(order, &mut rng, 100_000)),
            Some(Fault::Flood) => self.asks_first(order, &mut rng, 40),
            Some(Fault::RoomDies(batches)) => {
                self.room.dies_after = Some(batches);
                self.soon(latency, answered(order, &mut rng, 0));
            }
        }
        Ok(())
    }

    /// Asks before it answers, some things twice.
    fn asks_first(&mut self, order: &CallOrder, rng: &mut Rng, questions: u64) {
        let answer = answered(order, rng, 0);
        self.answers_after_reply.insert(order.call, answer);
        for ask in 0..questions {
            self.soon(Span::secs(1), asked(order, ask));
            self.soon(Span::secs(rng.u64(2..60)), asked(order, ask));
        }
        self.soon(Span::secs(3600), silence(order));
    }
}

pub(crate) fn picked<T>(all: impl Iterator<Item = T>, pick: usize) -> Option<T> {
    let mut all: Vec<T> = all.collect();
    if all.is_empty() {
        return None;
    }
    let index = pick % all.len();
    Some(all.swap_remove(index))
}
