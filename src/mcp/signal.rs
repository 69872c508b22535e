//! What reaches a call while it runs, in wire order. Data only.

use serde_json::{Value, json};

/// One thing that a server sent while a call was in flight.
#[derive(Debug)]
pub enum Signal {
    /// `notifications/progress` with this call's token.
    Progress {
        /// Progress so far, in the server's own unit.
        progress: f64,
        /// Where it ends, if the server knows.
        total: Option<f64>,
        /// What the server says about it; untrusted text.
        message: Option<String>,
        /// `_meta` of the notification (our own servers put text deltas there).
        meta: Value,
    },
    /// `notifications/message` (logging); goes to every call in flight on the connection.
    Log {
        /// Syslog-like level as sent.
        level: String,
        /// Payload.
        data: Value,
    },
    /// Any other notification that names this call (`codex/event`, …).
    Custom {
        /// Method as sent.
        method: String,
        /// Parameters as sent.
        params: Value,
    },
    /// The server asks something of us and waits for the reply.
    Ask(Ask),
}

/// A request from the server, with raw parameters: several servers extend the standard ones.
#[derive(Debug)]
pub struct Ask {
    /// Method, for instance `elicitation/create`.
    pub method: String,
    /// Parameters as sent.
    pub params: Value,
    /// Where the reply goes. Dropping it declines an elicitation (by a result, never by an error: an
    /// error hangs Codex) and refuses anything else.
    pub reply: AskReply,
}

/// The one-shot way back for an [`Ask`].
#[derive(Debug)]
pub struct AskReply {
    sender: Option<tokio::sync::oneshot::Sender<AskAnswer>>,
}

/// What goes back for an [`Ask`].
#[derive(Debug, Clone, PartialEq)]
pub enum AskAnswer {
    /// A JSON-RPC result.
    Result(Value),
    /// A JSON-RPC error. Codex waits for ever after one.
    Error {
        /// JSON-RPC code.
        code: i32,
        /// Message.
        message: String,
    },
}

impl AskAnswer {
    /// The answer to a question that nobody was shown, or that was dropped.
    pub(crate) fn unheard(method: &str) -> Self {
        if method == "elicitation/create" {
            return Self::Result(declined());
        }
        Self::Error {
            code: METHOD_NOT_FOUND,
            message: format!("{method} is not supported here"),
        }
    }
}

const METHOD_NOT_FOUND: i32 = -32601;

/// The standard decline and Codex's own in one.
fn declined() -> Value {
    json!({
        "action": "decline",
        "content": {},
        "decision": {"denied": {"rejection": "declined: nobody answered"}},
    })
}

impl AskReply {
    /// Makes a reply slot and the receiver that the connection waits on.
    #[must_use]
    pub fn channel() -> (Self, tokio::sync::oneshot::Receiver<AskAnswer>) {
        let (sender, receiver) = tokio::sync::oneshot::channel();
        (
            Self {
                sender: Some(sender),
            },
            receiver,
        )
    }

    /// Whether the server waits for the answer no more: it took the question back, or is gone. Wakes
    /// the task when it does.
    pub fn poll_withdrawn(&mut self, context: &mut std::task::Context<'_>) -> std::task::Poll<()> {
        match &mut self.sender {
            Some(sender) => sender.poll_closed(context),
            None => std::task::Poll::Pending,
        }
    }

    /// Sends `result` as the JSON-RPC result. A connection that is gone is no error.
    pub fn send(self, result: Value) {
        self.answer(AskAnswer::Result(result));
    }

    /// Sends a result or an error. A connection that is gone is no error.
    pub fn answer(mut self, answer: AskAnswer) {
        if let Some(sender) = self.sender.take() {
            drop(sender.send(answer));
        }
    }
}
