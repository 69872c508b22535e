//! How a tool is called: plainly, or as a task that runs on the server and is asked about.

use std::ops::ControlFlow;

use serde_json::Value;
use tokio::time::Instant;

use crate::mcp::call::{ActiveCall, State};
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
            Way::Plain => Turn::Result(result),
        };
        let server = self.link.server.clone();
        let error = match turn {
            Turn::Result(result) => return ControlFlow::Continue(result),
            Turn::Wait(pause, news) => {
                self.clock.stay();
                self.state = State::Pausing(Instant::now() + pause, news.map(Box::new));
                return ControlFlow::Break(());
            }
            Turn::Ended(what) => CallError::Rpc {
                server,
                code: 0,
                message: what,
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

    /// Whether the server refused a plain call because it wants a task. Over HTTP it is only then
    /// heard of: rmcp's types drop what such a server says of tasks before.
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
