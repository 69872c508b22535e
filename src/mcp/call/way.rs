//! How a tool is called: plainly, or as a task that runs on the server and is asked about. A plain
//! call becomes a task when the server makes it one.

use std::ops::ControlFlow;

use serde_json::Value;
use tokio::time::Instant;

use crate::mcp::call::inputs::Inputs;
use crate::mcp::call::{ActiveCall, MAX_ROUNDS, State, TOO_OFTEN};
use crate::mcp::remote_task::{self, RemoteTask, Turn};
use crate::mcp::reply::{CallError, ToolReply};

/// How the tool is called.
#[derive(Debug)]
pub(super) enum Way {
    Plain,
    /// As a remote task; none has been started yet.
    Augmented,
    /// The remote task runs.
    Remote(RemoteTask),
}

impl ActiveCall {
    /// Takes out what is about a remote task and says what is next; goes on with a tool's result.
    pub(super) fn of_task(&mut self, result: Value) -> ControlFlow<(), Value> {
        let turn = match &mut self.way {
            Way::Remote(task) => task.answered(result),
            Way::Augmented => match RemoteTask::started(&result) {
                Some(task) => {
                    let pause = task.pause();
                    self.way = Way::Remote(task);
                    Turn::Wait(pause, None)
                }
                None => Turn::Result(result),
            },
            Way::Plain => match RemoteTask::made(&result) {
                Some(task) => {
                    let pause = task.pause();
                    self.way = Way::Remote(task);
                    Turn::Wait(pause, None)
                }
                None => Turn::Result(result),
            },
        };
        let server = self.link.server.clone();
        let error = match turn {
            Turn::Result(result) => return ControlFlow::Continue(result),
            Turn::Wait(pause, news) => {
                self.clock.stay();
                self.state = State::Pausing(Instant::now() + pause, news.map(Box::new));
                return ControlFlow::Break(());
            }
            Turn::Input(questions) if self.rounds < MAX_ROUNDS => {
                self.ask(Inputs::new(questions, None, &self.link.roots));
                return ControlFlow::Break(());
            }
            Turn::Input(_) => {
                self.end_task();
                CallError::Malformed {
                    server,
                    what: TOO_OFTEN.to_owned(),
                }
            }
            Turn::Ended(code, message) => CallError::Rpc {
                server,
                code,
                message,
            },
            Turn::Senseless => CallError::Malformed {
                server,
                what: "it does not say how its task stands".to_owned(),
            },
        };
        self.way = Way::Plain;
        self.state = State::Over(Box::new(Err(error)));
        ControlFlow::Break(())
    }

    /// Whether the server refused a plain call because it wants a task. Over HTTP the first call of
    /// a tool is how that is heard of: see the module's documentation.
    pub(super) fn wants_task(&self, reply: &ToolReply) -> bool {
        matches!(self.way, Way::Plain) && reply.is_error && remote_task::is_wanted(&reply.words())
    }

    /// Ends the remote task, if there is one.
    pub(super) fn end_task(&mut self) {
        if let Way::Remote(task) = std::mem::replace(&mut self.way, Way::Plain) {
            self.link.abandon_task(&task.id);
        }
    }
}
