//! What a server wants to know before it goes on with a call, and what it is told.

use std::collections::{BTreeMap, VecDeque};

use serde_json::Value;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep_until};

use crate::mcp::answer::Questions;
use crate::mcp::call::event::Event;
use crate::mcp::reply::CallError;
use crate::mcp::signal::{Ask, AskAnswer, AskReply};
use crate::mcp::tap::ROOTS;

/// The input of one round.
#[derive(Debug, Default)]
pub(super) struct Inputs {
    to_ask: VecDeque<Ask>,
    waiting: Vec<Waiting>,
    pub(super) answers: BTreeMap<String, Value>,
    pub(super) server_state: Option<String>,
    /// The server refused the call until something was done elsewhere: the call is repeated as it
    /// was, or ends with this error.
    pub(super) refusal: Option<CallError>,
}

/// A question that is not answered yet.
#[derive(Debug)]
struct Waiting {
    key: String,
    method: String,
    answer: oneshot::Receiver<AskAnswer>,
}

impl Inputs {
    pub(super) fn new(questions: Questions, server_state: Option<String>, roots: &Value) -> Self {
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

/// Passes the questions on, then waits for all answers.
pub(super) async fn asking(inputs: &mut Inputs, ends: Instant) -> Event {
    if let Some(ask) = inputs.to_ask.pop_front() {
        return Event::Ask(ask);
    }
    while let Some(waiting) = inputs.waiting.last_mut() {
        let answer = tokio::select! {
            answer = &mut waiting.answer => {
                answer.unwrap_or_else(|_| AskAnswer::unheard(&waiting.method))
            }
            () = sleep_until(ends) => return Event::Deadline,
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
