//! What an answer means for its call: the end, a question, a task; and what is sent after a question.

use std::ops::ControlFlow;

use rmcp::model::{CallToolRequest, CallToolRequestParams, ClientRequest};
use tokio::time::Instant;

use crate::mcp::answer::{self, Answer};
use crate::mcp::call::inputs::Inputs;
use crate::mcp::call::way::Way;
use crate::mcp::call::{ActiveCall, MAX_ROUNDS, State, TOO_OFTEN, sent};
use crate::mcp::reply::CallError;
use crate::mcp::routes::Reply;

impl ActiveCall {
    /// Takes the answer to the last request in.
    pub(super) fn answered(&mut self, reply: Reply) {
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
                        self.link.learn_task(&self.tool);
                        self.way = Way::Augmented;
                        self.state = State::Pausing(Instant::now(), None);
                        return;
                    }
                    Ok(Answer::Reply(reply)) => Ok(reply),
                    Err(what) => Err(malformed(what)),
                    Ok(Answer::InputRequired { .. }) if self.rounds == MAX_ROUNDS => {
                        Err(malformed(TOO_OFTEN))
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

    /// An answer of ours says that the server shall have none.
    pub(super) fn refused(&mut self, code: i32, message: String) {
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
        self.end_task();
        self.state = State::Over(Box::new(Err(error)));
    }

    pub(super) fn ask(&mut self, inputs: Inputs) {
        self.rounds += 1;
        self.state = State::Asking(Box::new(inputs));
    }

    /// Sends the input that the server asked for: to its task, or with the call again.
    pub(super) async fn repeat(&mut self) {
        let State::Asking(inputs) = &mut self.state else {
            return;
        };
        if inputs.refusal.is_some() {
            // As it was; a task that was refused is over.
            if matches!(self.way, Way::Remote(_)) {
                self.way = Way::Augmented;
            }
            self.send().await;
        } else if let Way::Remote(task) = &mut self.way {
            task.tell(std::mem::take(&mut inputs.answers));
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
