//! One tool call in flight: its signals in order, its deadlines, its cancellation, its answer.

mod answered;
mod clock;
mod event;
mod inputs;
mod way;

use std::sync::Arc;

use rmcp::model::{CallToolRequest, CallToolRequestParams, ClientRequest};
use serde_json::{Map, Value};
use tokio::time::Instant;

pub(crate) use clock::Clock as CallClock;

use crate::mcp::call::clock::Clock;
use crate::mcp::call::event::{Event, pausing, running};
use crate::mcp::call::inputs::{Inputs, asking};
use crate::mcp::call::way::Way;
use crate::mcp::connection::Connection;
use crate::mcp::link::{InFlight, Link};
use crate::mcp::remote_task;
use crate::mcp::reply::{CallError, ToolReply};
use crate::mcp::routes::Arrival;
use crate::mcp::signal::Signal;
use crate::mcp::spec::{Limits, TaskSupport};

/// How often a server may ask for input within one call (MCP 2026-07-28).
const MAX_ROUNDS: u8 = 10;
const TOO_OFTEN: &str = "one more request for input after ten of them";

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
        let is_remote = link.wants_task(tool)
            || link.abilities.tasks
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
}

impl Drop for ActiveCall {
    fn drop(&mut self) {
        if let State::Running(call) = &self.state {
            self.link.abandon(call, "nobody waits for it any more");
        }
        self.end_task();
    }
}

async fn sent(link: &Link, request: ClientRequest) -> State {
    match link.request(request).await {
        Ok(call) => State::Running(Box::new(call)),
        Err(error) => State::Over(Box::new(Err(error))),
    }
}
