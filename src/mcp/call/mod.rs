//! One tool call in flight: its signals in order, its deadlines, its cancellation, its answer.

mod clock;
mod inputs;
mod way;

use std::ops::ControlFlow;
use std::sync::Arc;

use rmcp::model::{CallToolRequest, CallToolRequestParams, ClientRequest};
use serde_json::{Map, Value};
use tokio::time::{Instant, sleep_until};

use crate::mcp::answer::{self, Answer};
use crate::mcp::call::clock::Clock;
use crate::mcp::call::inputs::{Inputs, asking};
use crate::mcp::call::way::Way;
use crate::mcp::connection::Connection;
use crate::mcp::link::{InFlight, Link};
use crate::mcp::remote_task;
use crate::mcp::reply::{CallError, ToolReply};
use crate::mcp::routes::{Arrival, Reply};
use crate::mcp::signal::{Ask, Signal};
use crate::mcp::spec::{Limits, TaskSupport};

/// How often a server may ask for input within one call (MCP 2026-07-28).
const MAX_ROUNDS: u8 = 10;

/// What [`ActiveCall::next`] delivers.
#[derive(Debug)]
pub enum Step {
    /// Something came while the call runs.
    Signal(Signal),
    /// The call is over; nothing follows.
    Done(Result<ToolReply, CallError>),
}

/// A call that is running. It must be polled by [`next`](Self::next): that is where its deadlines
/// are kept, and while its channel is full the whole connection waits for it. Dropping it gives it
/// up and tells the server.
#[derive(Debug)]
pub struct ActiveCall {
    link: Arc<Link>,
    /// The connection lives as long as its calls.
    _connection: Connection,
    tool: String,
    arguments: Map<String, Value>,
    limits: Limits,
    clock: Clock,
    state: State,
    rounds: u8,
    way: Way,
}

#[derive(Debug)]
enum State {
    Running(Box<InFlight>),
    /// The next request is sent at this time; something may be told before.
    Pausing(Instant, Option<Box<Signal>>),
    /// The server wants input before it goes on.
    Asking(Box<Inputs>),
    /// The outcome is known and not yet taken.
    Over(Box<Result<ToolReply, CallError>>),
}

impl State {
    /// Whether the server waits for an answer of ours.
    fn waits_for_us(&self) -> bool {
        match self {
            Self::Running(call) => *call.asks.borrow() > 0,
            Self::Asking(_) => true,
            Self::Pausing(..) | Self::Over(_) => false,
        }
    }
}

impl ActiveCall {
    pub(crate) async fn start(
        connection: Connection,
        link: Arc<Link>,
        tool: &str,
        arguments: Map<String, Value>,
        limits: Limits,
    ) -> Self {
        let clock = Clock::new(limits);
        let is_remote = link.abilities.tasks
            && matches!(
                tokio::time::timeout(limits.idle, connection.tool(tool)).await,
                Ok(Ok(Some(tool))) if tool.task == TaskSupport::Required
            );
        let mut call = Self {
            link,
            _connection: connection,
            tool: tool.to_owned(),
            arguments,
            limits,
            clock,
            state: State::Pausing(Instant::now(), None),
            rounds: 0,
            way: if is_remote {
                Way::Augmented
            } else {
                Way::Plain
            },
        };
        call.send().await;
        call
    }

    /// Sends the request that is next.
    async fn send(&mut self) {
        let request = match &self.way {
            Way::Plain => {
                let params = CallToolRequestParams::new(self.tool.clone());
                let params = params.with_arguments(self.arguments.clone());
                ClientRequest::CallToolRequest(CallToolRequest::new(params))
            }
            Way::Augmented => remote_task::request(&self.tool, &self.arguments, self.limits.total),
            Way::Remote(task) => task.next(),
        };
        self.state = sent(&self.link, request).await;
    }

    /// The next signal, or the end. All that came before the answer on the wire is delivered
    /// before it (unless the total limit passes first). Safe to cancel. After [`Step::Done`] it only says [`CallError::Cancelled`].
    pub async fn next(&mut self) -> Step {
        loop {
            self.clock.turn(self.state.waits_for_us());
            let ends = self.clock.ends();
            if Instant::now() >= ends && !matches!(self.state, State::Over(_)) {
                self.expire();
            }
            let event = match &mut self.state {
                State::Running(call) => running(call, self.clock.idle_ends(), ends).await,
                State::Asking(inputs) => asking(inputs, ends).await,
                State::Pausing(until, news) => match news.take() {
                    Some(news) => Event::Told(news),
                    None => pausing(*until, ends).await,
                },
                State::Over(_) => Event::Over,
            };
            match event {
                Event::Arrived(Arrival::Signal(signal)) => {
                    self.clock.stay();
                    return Step::Signal(signal);
                }
                Event::Arrived(Arrival::Reply(reply)) => self.answered(reply),
                Event::Arrived(Arrival::TooLong { bytes }) => {
                    self.give_up(
                        "its message was too long",
                        CallError::Malformed {
                            server: self.link.server.clone(),
                            what: format!("a line of {bytes} bytes, which is over the limit"),
                        },
                    );
                }
                Event::Answered => self.clock.stay(),
                Event::Unsent(why) => {
                    self.link.log.note(&why);
                    self.give_up("it could not be sent", self.link.closed().await);
                }
                Event::Closed => {
                    let error = self.link.closed().await;
                    self.state = State::Over(Box::new(Err(error)));
                }
                Event::Idle => self.give_up(
                    "it was silent for too long",
                    CallError::Idle {
                        server: self.link.server.clone(),
                        limit: self.limits.idle,
                    },
                ),
                Event::Deadline => self.expire(),
                Event::Ask(ask) => return Step::Signal(Signal::Ask(ask)),
                Event::Complete => self.repeat().await,
                Event::Told(news) => return Step::Signal(*news),
                Event::Due => self.send().await,
                Event::Refused { code, message } => self.refused(code, message),
                Event::Over => {
                    let rest = State::Over(Box::new(Err(CallError::Cancelled)));
                    if let State::Over(outcome) = std::mem::replace(&mut self.state, rest) {
                        return Step::Done(*outcome);
                    }
                }
            }
        }
    }

    /// Gives the call up: tells the server, and the call is over here at once, whatever the server
    /// does. What it had sent and was not read is dropped. No effect on a call that is over.
    pub fn cancel(&mut self, reason: &str) {
        if !matches!(self.state, State::Over(_)) {
            self.give_up(reason, CallError::Cancelled);
        }
    }

    /// The total limit has passed. An answer that is here already is still taken: it is the reader
    /// who was late.
    fn expire(&mut self) {
        if let State::Running(call) = &mut self.state {
            while let Ok(arrival) = call.arrivals.try_recv() {
                if let Arrival::Reply(reply) = arrival {
                    return self.answered(reply);
                }
            }
        }
        self.give_up(
            "it took too long",
            CallError::Deadline {
                server: self.link.server.clone(),
                limit: self.limits.total,
            },
        );
    }

    fn give_up(&mut self, reason: &str, error: CallError) {
        if let State::Running(call) = &self.state {
            self.link.abandon(call, reason);
        }
        self.end_task();
        self.state = State::Over(Box::new(Err(error)));
    }

    fn answered(&mut self, reply: Reply) {
        let server = self.link.server.clone();
        let malformed = |what: &str| CallError::Malformed {
            server: server.clone(),
            what: what.to_owned(),
        };
        let outcome = match reply {
            Reply::Error {
                code,
                message,
                data,
            } => {
                let error = CallError::Rpc {
                    server,
                    code,
                    message,
                };
                let questions = answer::elsewhere(code, &data);
                if questions.is_empty() || self.rounds == MAX_ROUNDS {
                    Err(error)
                } else {
                    let mut inputs = Inputs::new(questions, None, &self.link.roots);
                    inputs.refusal = Some(error);
                    self.ask(inputs);
                    return;
                }
            }
            Reply::Result(result) => {
                let ControlFlow::Continue(result) = self.of_task(result) else {
                    return;
                };
                match answer::read(result) {
                    Ok(Answer::Reply(reply)) if self.wants_task(&reply) => {
                        self.way = Way::Augmented;
                        self.state = State::Pausing(Instant::now(), None);
                        return;
                    }
                    Ok(Answer::Reply(reply)) => Ok(reply),
                    Err(what) => Err(malformed(what)),
                    Ok(Answer::InputRequired { .. }) if self.rounds == MAX_ROUNDS => {
                        Err(malformed("one more request for input after ten of them"))
                    }
                    Ok(Answer::InputRequired { questions, state }) => {
                        let inputs = Inputs::new(questions, state, &self.link.roots);
                        self.ask(inputs);
                        return;
                    }
                }
            }
        };
        match &outcome {
            Ok(_) => self.way = Way::Plain,
            Err(_) => self.end_task(),
        }
        self.state = State::Over(Box::new(outcome));
    }

    fn refused(&mut self, code: i32, message: String) {
        let server = self.link.server.clone();
        let refusal = match &mut self.state {
            State::Asking(inputs) => inputs.refusal.take(),
            State::Running(_) | State::Pausing(..) | State::Over(_) => None,
        };
        let error = refusal.unwrap_or(CallError::Rpc {
            server,
            code: i64::from(code),
            message,
        });
        self.state = State::Over(Box::new(Err(error)));
    }

    fn ask(&mut self, inputs: Inputs) {
        self.rounds += 1;
        self.state = State::Asking(Box::new(inputs));
    }

    /// Sends the call again with the input that the server asked for.
    async fn repeat(&mut self) {
        let State::Asking(inputs) = &self.state else {
            return;
        };
        if inputs.refusal.is_some() {
            // As it was; a task that was refused is over.
            if matches!(self.way, Way::Remote(_)) {
                self.way = Way::Augmented;
            }
            self.send().await;
        } else {
            let params = CallToolRequestParams::new(self.tool.clone());
            let mut params = params.with_arguments(self.arguments.clone());
            params.input_responses = Some(inputs.answers.clone());
            params.request_state.clone_from(&inputs.server_state);
            let request = ClientRequest::CallToolRequest(CallToolRequest::new(params));
            self.state = sent(&self.link, request).await;
        }
        self.clock.stay();
    }
}

impl Drop for ActiveCall {
    fn drop(&mut self) {
        if let State::Running(call) = &self.state {
            self.link.abandon(call, "nobody waits for it any more");
        }
        self.end_task();
    }
}

/// What woke a call.
enum Event {
    Arrived(Arrival),
    /// The last open question has its answer.
    Answered,
    Closed,
    /// The request never reached the server.
    Unsent(String),
    Idle,
    Deadline,
    /// A question of [`State::Asking`] to be passed on.
    Ask(Ask),
    /// All input is there.
    Complete,
    /// Something is to be told before the next request.
    Told(Box<Signal>),
    /// It is time for the next request.
    Due,
    /// What was asked for was refused, and there is no way to tell the server but the end.
    Refused {
        code: i32,
        message: String,
    },
    Over,
}

async fn pausing(until: Instant, ends: Instant) -> Event {
    sleep_until(until.min(ends)).await;
    if until <= ends {
        Event::Due
    } else {
        Event::Deadline
    }
}

async fn sent(link: &Link, request: ClientRequest) -> State {
    match link.request(request).await {
        Ok(call) => State::Running(Box::new(call)),
        Err(error) => State::Over(Box::new(Err(error))),
    }
}

async fn running(call: &mut InFlight, idle_ends: Instant, ends: Instant) -> Event {
    let asked = *call.asks.borrow_and_update() > 0;
    tokio::select! {
        biased;
        arrival = call.arrivals.recv() => arrival.map_or(Event::Closed, Event::Arrived),
        // Silence counts for nothing while the server waits for us, and anew from the answer on.
        Ok(()) = call.asks.changed() => Event::Answered,
        why = call.sending.failed() => Event::Unsent(why),
        () = sleep_until(ends) => Event::Deadline,
        () = sleep_until(idle_ends), if !asked => Event::Idle,
    }
}
