//! What reaches a call while it runs, in wire order. Data only.

use serde_json::Value;

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
    /// Where the reply goes. Dropping it declines (a result, never an error: an error hangs Codex).
    pub reply: AskReply,
}

/// The one-shot way back for an [`Ask`].
#[derive(Debug)]
pub struct AskReply {
    sender: Option<tokio::sync::oneshot::Sender<Value>>,
}

impl AskReply {
    /// Makes a reply slot and the receiver that the connection waits on.
    #[must_use]
    pub fn channel() -> (Self, tokio::sync::oneshot::Receiver<Value>) {
        let (sender, receiver) = tokio::sync::oneshot::channel();
        (
            Self {
                sender: Some(sender),
            },
            receiver,
        )
    }

    /// Sends `result` as the JSON-RPC result. A connection that is gone is no error.
    pub fn send(mut self, result: Value) {
        if let Some(sender) = self.sender.take() {
            drop(sender.send(result));
        }
    }
}
