//! One tool call in flight: its signals in order, its deadlines, its cancellation, its answer.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use rmcp::model::{CallToolRequest, CallToolRequestParams, ClientRequest};
use serde_json::{Map, Value};
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep_until};

use crate::mcp::answer::{self, Answer};
use crate::mcp::connection::Connection;
use crate::mcp::link::{InFlight, Link};
use crate::mcp::reply::{CallError, ToolReply};
use crate::mcp::routes::{Arrival, Reply};
use crate::mcp::signal::{Ask, AskAnswer, AskReply, Signal};
use crate::mcp::spec::Limits;
use crate::mcp::tap::ROOTS;

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
    idle_ends: Instant,
    total_ends: Instant,
    state: State,
    rounds: u8,
}

#[derive(Debug)]
enum State {
    Running(Box<InFlight>),
    /// The server wants input before it goes on.
    Asking(Box<Inputs>),
    /// The outcome is known and not yet taken.
    Over(Box<Result<ToolReply, CallError>>),
}

#[derive(Debug, Default)]
struct Inputs {
    to_ask: VecDeque<Ask>,
    waiting: Vec<Waiting>,
    answers: BTreeMap<String, Value>,
    server_state: Option<String>,
    /// The server refused the call until something was done elsewhere: the call is repeated as it
    /// was, or ends with this error.
    refusal: Option<CallError>,
}

/// A question that is not answered yet.
#[derive(Debug)]
struct Waiting {
    key: String,
    method: String,
    answer: oneshot::Receiver<AskAnswer>,
}

impl ActiveCall {
    pub(crate) async fn start(
        connection: Connection,
        link: Arc<Link>,
        tool: &str,
        arguments: Map<String, Value>,
        limits: Limits,
    ) -> Self {
        let now = Instant::now();
        let params = CallToolRequestParams::new(tool.to_owned()).with_arguments(arguments.clone());
        let state = request(&link, params).await;
        Self {
            link,
            _connection: connection,
            tool: tool.to_owned(),
            arguments,
            limits,
            idle_ends: now + limits.idle,
            total_ends: now + limits.total,
            state,
            rounds: 0,
        }
    }

    /// The next signal, or the end. All that came before the answer on the wire is delivered
    /// before it (unless the total limit passes first). Safe to cancel. After [`Step::Done`] it only says [`CallError::Cancelled`].
    pub async fn next(&mut self) -> Step {
        loop {
            if Instant::now() >= self.total_ends && !matches!(self.state, State::Over(_)) {
                self.expire();
            }
            let event = match &mut self.state {
                State::Running(call) => running(call, self.idle_ends, self.total_ends).await,
                State::Asking(inputs) => asking(inputs, self.total_ends).await,
                State::Over(_) => Event::Over,
            };
            match event {
                Event::Arrived(Arrival::Signal(signal)) => {
                    self.stay();
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
                Event::Answered => self.stay(),
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
        self.state = State::Over(Box::new(Err(error)));
    }

    /// The server gave a sign of life.
    fn stay(&mut self) {
        self.idle_ends = Instant::now() + self.limits.idle;
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
            Reply::Result(result) => match answer::read(result) {
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
            },
        };
        self.state = State::Over(Box::new(outcome));
    }

    fn refused(&mut self, code: i32, message: String) {
        let server = self.link.server.clone();
        let refusal = match &mut self.state {
            State::Asking(inputs) => inputs.refusal.take(),
            State::Running(_) | State::Over(_) => None,
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
        let params = CallToolRequestParams::new(self.tool.clone());
        let mut params = params.with_arguments(self.arguments.clone());
        if inputs.refusal.is_none() {
            params.input_responses = Some(inputs.answers.clone());
            params.request_state.clone_from(&inputs.server_state);
        }
        self.state = request(&self.link, params).await;
        self.stay();
    }
}

impl Drop for ActiveCall {
    fn drop(&mut self) {
        if let State::Running(call) = &self.state {
            self.link.abandon(call, "nobody waits for it any more");
        }
    }
}

impl Inputs {
    fn new(
        questions: BTreeMap<String, (String, Value)>,
        server_state: Option<String>,
        roots: &Value,
    ) -> Self {
        let mut inputs = Self {
            server_state,
            ..Self::default()
        };
        for (key, (method, params)) in questions {
            if method == ROOTS {
                inputs.answers.insert(key, roots.clone());
                continue;
            }
            let (reply, answer) = AskReply::channel();
            inputs.to_ask.push_back(Ask {
                method: method.clone(),
                params,
                reply,
            });
            inputs.waiting.push(Waiting {
                key,
                method,
                answer,
            });
        }
        inputs
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
    /// What was asked for was refused, and there is no way to tell the server but the end.
    Refused {
        code: i32,
        message: String,
    },
    Over,
}

async fn request(link: &Link, params: CallToolRequestParams) -> State {
    let request = ClientRequest::CallToolRequest(CallToolRequest::new(params));
    match link.request(request).await {
        Ok(call) => State::Running(Box::new(call)),
        Err(error) => State::Over(Box::new(Err(error))),
    }
}

async fn running(call: &mut InFlight, idle_ends: Instant, total_ends: Instant) -> Event {
    let asked = *call.asks.borrow_and_update() > 0;
    tokio::select! {
        biased;
        arrival = call.arrivals.recv() => arrival.map_or(Event::Closed, Event::Arrived),
        // The clock stands still while the server waits for us; it starts anew with the answer.
        Ok(()) = call.asks.changed() => Event::Answered,
        why = call.sending.failed() => Event::Unsent(why),
        () = sleep_until(total_ends) => Event::Deadline,
        () = sleep_until(idle_ends), if !asked => Event::Idle,
    }
}

async fn asking(inputs: &mut Inputs, total_ends: Instant) -> Event {
    if let Some(ask) = inputs.to_ask.pop_front() {
        return Event::Ask(ask);
    }
    while let Some(waiting) = inputs.waiting.last_mut() {
        let answer = tokio::select! {
            answer = &mut waiting.answer => {
                answer.unwrap_or_else(|_| AskAnswer::unheard(&waiting.method))
            }
            () = sleep_until(total_ends) => return Event::Deadline,
        };
        let answer = match answer {
            AskAnswer::Result(answer) => answer,
            AskAnswer::Error { code, message } => return Event::Refused { code, message },
        };
        if inputs.refusal.is_some() && answer.get("action") != Some(&Value::from("accept")) {
            return Event::Refused {
                code: 0,
                message: "it was declined".to_owned(),
            };
        }
        inputs
            .answers
            .insert(std::mem::take(&mut waiting.key), answer);
        inputs.waiting.pop();
    }
    Event::Complete
}
