//! One prompt: its session, what comes while it runs, its deadlines, its cancellation, its end.
//!
//! A task drives the turn and holds its session; the handle listens to it. Dropping the handle gives
//! the turn up: the agent is told, every question that is open is answered, and the session is held
//! until the agent has done with the prompt, so that the next one never meets it. An agent that does
//! not come to an end is ended. Commands that run for the agent end with the turn.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep_until, timeout, timeout_at};
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

use super::link::No;
use super::pending::{Open, Pending};
use super::reader::cancelled;
use super::routes::Arrival;
use super::services::Workbench;
use super::session::{Desk, Seat};
use super::{BOUND, DIALS, HANDED, REFUSED, UPDATE};
use crate::core::DialWish;
use crate::mcp::{CallClock, CallError, Limits, Signal, Step, ToHand, ToolReply};

/// What a turn may be ahead of whoever listens.
const CHANNEL: usize = 256;
/// How long a session that nobody waits for any more may take to be there.
const WITHIN: Duration = Duration::from_secs(30);
/// How long an agent may go on with a prompt that was cancelled. The slowest takes 0.35 s.
const CANCEL: Duration = Duration::from_secs(2);

/// The code of the error for what is wanted in a turn that was given up.
const GIVEN_UP: i64 = -32603;

/// What is to be asked, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    /// The session that goes on; absent: a new one.
    pub session: Option<String>,
    /// The session that a new one is a fork of.
    pub fork: Option<String>,
    /// The folder in which the agent works.
    pub cwd: PathBuf,
    /// Whether the turn may write. One that may only read is set to nothing that could let it.
    pub writes: bool,
    /// The mode that the session is to be in; absent: the one that it began in.
    pub mode: Option<String>,
    /// The model that is to answer; absent: the one that is set.
    pub model: Option<String>,
    /// What the operator wishes the session to be set to; that goes before mode and model.
    pub wishes: Vec<DialWish>,
    /// What the session is begun and taken up with, in the agent's own words (`_meta`); null: nothing.
    pub settings: Value,
    /// The MCP servers that the session is to have.
    pub servers: Vec<ToHand>,
    /// The prompt.
    pub prompt: String,
}

/// A prompt in flight. It must be polled by [`next`](Self::next): that is where its deadlines are kept.
#[derive(Debug)]
pub struct Turn {
    server: String,
    told: mpsc::Receiver<Told>,
    open: watch::Receiver<Open>,
    limits: Limits,
    clock: CallClock,
    over: bool,
    _cancel: DropGuard,
}

/// What the driving task tells the handle.
#[derive(Debug)]
enum Told {
    Signal(Signal),
    Over(Box<Result<ToolReply, CallError>>),
}

impl Turn {
    /// Begins a turn; the task that drives it runs on `tasks`.
    pub(super) fn start(
        desk: Arc<Desk>,
        order: Order,
        limits: Limits,
        tasks: &TaskTracker,
    ) -> Self {
        let (to, told) = mpsc::channel(CHANNEL);
        let (waits, open) = watch::channel(Open::default());
        let cancel = CancellationToken::new();
        let server = desk.link.server.clone();
        let teller = Teller(to.clone());
        let drive = Drive {
            bench: Workbench::new(&desk.means, &order, waits.clone(), teller, tasks),
            desk,
            to,
            cancel: cancel.clone(),
            pending: Pending::new(waits),
        };
        tasks.spawn(drive.run(order));
        Self {
            server,
            told,
            open,
            limits,
            clock: CallClock::new(limits),
            over: false,
            _cancel: cancel.drop_guard(),
        }
    }

    /// The next signal, or the end. All that came before the answer on the wire is delivered before it.
    /// Safe to cancel. After [`Step::Done`] it only says [`CallError::Cancelled`].
    pub async fn next(&mut self) -> Step {
        while !self.over {
            let open = *self.open.borrow_and_update();
            self.clock.turn(open.asked > 0);
            let (idle, ends) = (self.clock.idle_ends(), self.clock.ends());
            tokio::select! {
                biased;
                told = self.told.recv() => match told {
                    Some(Told::Signal(signal)) => {
                        self.clock.stay();
                        return Step::Signal(signal);
                    }
                    Some(Told::Over(outcome)) => {
                        self.over = true;
                        return Step::Done(*outcome);
                    }
                    None => self.over = true,
                },
                Ok(()) = self.open.changed() => self.clock.stay(),
                () = sleep_until(idle), if open == Open::default() => return self.give_up(CallError::Idle {
                    server: self.server.clone(),
                    limit: self.limits.idle,
                }),
                () = sleep_until(ends) => return self.give_up(CallError::Deadline {
                    server: self.server.clone(),
                    limit: self.limits.total,
                }),
            }
        }
        Step::Done(Err(CallError::Cancelled))
    }

    fn give_up(&mut self, error: CallError) -> Step {
        self.over = true;
        self.told.close();
        Step::Done(Err(error))
    }
}

/// A way to the handle of a turn for what is told beside the agent's own words.
#[derive(Debug, Clone)]
pub(super) struct Teller(mpsc::Sender<Told>);

impl Teller {
    /// Tells something of our own.
    pub(super) async fn tell(&self, method: &str, params: Value) {
        self.send(custom(method, params)).await;
    }

    /// Passes something on. A handle that is gone wants to know nothing.
    pub(super) async fn send(&self, signal: Signal) {
        drop(self.0.send(Told::Signal(signal)).await);
    }
}

/// The task that drives a turn.
struct Drive {
    desk: Arc<Desk>,
    to: mpsc::Sender<Told>,
    cancel: CancellationToken,
    pending: Pending,
    bench: Arc<Workbench>,
}

impl Drive {
    async fn run(mut self, order: Order) {
        // Dropped handles and handles that gave up are the same here.
        let (cancel, to) = (self.cancel.clone(), self.to.clone());
        let given_up = async move {
            tokio::select! {
                () = cancel.cancelled() => {}
                () = to.closed() => {}
            }
        };
        let mut given_up = std::pin::pin!(given_up);
        let desk = Arc::clone(&self.desk);
        let seated = {
            let mut seating = std::pin::pin!(desk.seat(&order));
            tokio::select! {
                biased;
                () = &mut given_up => {
                    // One agent keeps a process for each session that is open.
                    let seated = timeout(WITHIN, seating).await;
                    if let (None, Ok(Ok(mut seat))) = (&order.session, seated) {
                        desk.leave(&mut seat).await;
                    }
                    return;
                }
                seated = &mut seating => seated,
            }
        };
        let outcome = match seated {
            Ok(mut seat) => {
                let running = self.prompt(&mut seat, order.prompt, &mut given_up);
                let Some(outcome) = running.await else {
                    return;
                };
                self.settle().await;
                if !self.tell_of_servers(&mut seat, &mut given_up).await {
                    // Whoever gives a turn up goes on in another session.
                    desk.leave(&mut seat).await;
                    return;
                }
                outcome
            }
            Err(error) => Err(error),
        };
        // A handle that is gone wants to know nothing.
        drop(self.to.send(Told::Over(Box::new(outcome))).await);
        desk.tidy().await;
    }

    /// Answers what the agent still waits for once the turn is over, and ends what runs for it.
    async fn settle(&mut self) {
        self.bench.close();
        let link = &self.desk.link;
        let answering = async {
            while let Some(settled) = self.pending.next().await {
                let settled = settled.given_up();
                link.answer(&settled.id, &settled.answer);
            }
        };
        // A file system may hang.
        drop(timeout(WITHIN, answering).await);
        self.bench.ended().await;
    }

    /// Prompts and passes on what comes; none when the turn was given up.
    async fn prompt(
        &mut self,
        seat: &mut Seat,
        prompt: String,
        given_up: &mut (impl Future<Output = ()> + Unpin),
    ) -> Option<Result<ToolReply, CallError>> {
        let desk = Arc::clone(&self.desk);
        let link = &desk.link;
        let out = self.to.clone();
        let (to, mut inbox) = mpsc::channel(CHANNEL);
        let listening = link.routes.listen(&seat.id, to.clone());
        let params = json!({
            "sessionId": seat.id,
            "prompt": [{"type": "text", "text": prompt}],
        });
        // Until the answer says otherwise.
        seat.doubtful = true;
        let bound = json!({
            "sessionId": seat.id,
            "spent": seat.spent,
            "dials": seat.dials.dials(),
            "unfulfilled": seat.unfulfilled,
        });
        let mut held = Some(custom(BOUND, bound));
        tokio::select! {
            biased;
            () = &mut *given_up => {
                // Nothing was asked yet.
                desk.leave(seat).await;
                return None;
            }
            sent = link.prompt(&params, to) => if let Err(error) = sent {
                return Some(Err(error));
            },
        }
        loop {
            tokio::select! {
                biased;
                () = &mut *given_up => {
                    // A question that nobody will read waits for no answer.
                    drop(held.take());
                    self.wind_down(&seat.id, &mut inbox).await;
                    drop((listening, inbox));
                    self.settle().await;
                    // Whoever gives a turn up goes on in another session.
                    desk.leave(seat).await;
                    return None;
                }
                Some(settled) = self.pending.next(), if !self.pending.is_empty() => {
                    link.answer(&settled.id, &settled.answer);
                }
                Ok(room) = out.reserve(), if held.is_some() => {
                    if let Some(signal) = held.take() {
                        room.send(Told::Signal(signal));
                    }
                }
                arrival = inbox.recv(), if held.is_none() => match arrival {
                    Some(Arrival::Update(params)) => {
                        seat.spent = spent(&params).or(seat.spent);
                        let update = params.get("update").unwrap_or(&Value::Null);
                        held = Some(if seat.dials.hear(update) {
                            custom(DIALS, json!({"dials": seat.dials.dials()}))
                        } else {
                            custom(UPDATE, params)
                        });
                    }
                    Some(Arrival::Refused { method, params }) => {
                        let path = params.get("path").unwrap_or(&Value::Null);
                        held = Some(custom(REFUSED, json!({"method": method, "path": path})));
                    }
                    Some(Arrival::TooLong { bytes }) => held = Some(too_long(bytes)),
                    Some(Arrival::Asked { id, params }) => {
                        held = Some(self.pending.ask(id, params, Arc::clone(&self.bench)));
                    }
                    Some(Arrival::Wanted { id, service, params }) => {
                        self.pending.serve(id, service, params, Arc::clone(&self.bench));
                    }
                    Some(Arrival::Reply(Ok(result))) => {
                        seat.doubtful = is_cut_short(&result);
                        return Some(Ok(reply(result)));
                    }
                    Some(Arrival::Reply(Err(refused))) => return Some(Err(link.refused(refused))),
                    None => return Some(Err(link.closed().await)),
                },
            }
        }
    }

    /// Tells how the servers stand that the session was handed, where that is news. False when the turn was
    /// given up meanwhile.
    async fn tell_of_servers(
        &mut self,
        seat: &mut Seat,
        given_up: &mut (impl Future<Output = ()> + Unpin),
    ) -> bool {
        let news = tokio::select! {
            () = given_up => return false,
            news = seat.kit.news() => news,
        };
        if let Some(servers) = news {
            let told = custom(HANDED, json!({"servers": servers}));
            // A handle that is gone wants to know nothing.
            drop(self.to.send(Told::Signal(told)).await);
        }
        true
    }

    /// Has the agent end the prompt. Some end only once their questions are answered, and one goes on
    /// asking.
    async fn wind_down(&mut self, session: &str, inbox: &mut mpsc::Receiver<Arrival>) {
        let link = &self.desk.link;
        link.tell("session/cancel", &json!({"sessionId": session}));
        self.bench.close();
        let ends = Instant::now() + CANCEL;
        loop {
            tokio::select! {
                Some(settled) = self.pending.next(), if !self.pending.is_empty() => {
                    let settled = settled.given_up();
                    link.answer(&settled.id, &settled.answer);
                }
                arrival = timeout_at(ends, inbox.recv()) => match arrival {
                    Ok(Some(Arrival::Asked { id, .. })) => link.answer(&id, &Ok(cancelled())),
                    Ok(Some(Arrival::Wanted { id, .. })) => link.answer(&id, &Err(over())),
                    Ok(Some(
                        Arrival::Update(_) | Arrival::Refused { .. } | Arrival::TooLong { .. },
                    )) => {}
                    Ok(Some(Arrival::Reply(_)) | None) => return,
                    Err(_) => {
                        link.log.stale("it went on with a prompt that was cancelled, and is ended");
                        link.stop.cancel();
                        return;
                    }
                },
            }
        }
    }
}

/// What a session has cost so far, where an update tells it.
fn spent(params: &Value) -> Option<f64> {
    let cost = params.pointer("/update/cost")?;
    let dollars = cost.get("currency").and_then(Value::as_str) == Some("USD");
    cost.get("amount")
        .and_then(Value::as_f64)
        .filter(|_| dollars)
}

fn custom(method: &str, params: Value) -> Signal {
    Signal::Custom {
        method: method.to_owned(),
        params,
    }
}

fn too_long(bytes: usize) -> Signal {
    Signal::Log {
        level: "warning".to_owned(),
        data: Value::from(format!(
            "a line of {bytes} bytes was over the limit and is left out"
        )),
    }
}

/// What goes back for something that is to be done in a turn that was given up.
fn over() -> No {
    No {
        code: GIVEN_UP,
        message: "the turn was given up".to_owned(),
    }
}

/// Whether the agent ended the turn before it was done.
fn is_cut_short(result: &Value) -> bool {
    result.get("stopReason").and_then(Value::as_str) == Some("cancelled")
}

fn reply(result: Value) -> ToolReply {
    ToolReply {
        blocks: Vec::new(),
        structured: Some(result),
        is_error: false,
    }
}

/// How a turn ends by the recorded answer to its prompt. Tests only.
#[cfg(test)]
pub(crate) fn recorded(line: &Value) -> Result<ToolReply, CallError> {
    use super::frame::{Frame, parse};
    let Some(Frame::Reply { outcome, .. }) = parse(line.to_string().as_bytes()) else {
        return Err(CallError::Cancelled);
    };
    outcome.map(reply).map_err(|refused| CallError::Rpc {
        server: "recorded".to_owned(),
        code: refused.code,
        message: refused.message,
    })
}
