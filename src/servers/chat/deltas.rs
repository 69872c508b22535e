//! Sends the text of an answer to the client while it grows.
//!
//! On the wire, each piece is one `notifications/progress` with the token of the request:
//!
//! ```json
//! {"progressToken": 3, "progress": 120, "message": "streaming",
//!  "_meta": {"synod/delta": "the text that is new"}}
//! ```
//!
//! `progress` counts the characters sent so far, so it grows with each notification as MCP asks.
//! Text that the model only thinks comes as `synod/reasoning`. A notice (a retry, for instance)
//! has only a `message` and counts as one character.
//! Each notification is awaited until it is written, so the order holds, the result comes last,
//! and a slow client slows the upstream instead of filling our memory. A request without a
//! progress token gets no notifications.

use rmcp::model::{MetaObject, NotificationMetaObject, ProgressNotificationParam, ProgressToken};
use rmcp::service::{Peer, RequestContext, RoleServer};
use serde_json::Value;
use tokio::time::Instant;

use super::coalescer::{Batch, Channel, Coalescer};

/// `_meta` key of new answer text.
const DELTA: &str = "synod/delta";
/// `_meta` key of new reasoning text.
const REASONING: &str = "synod/reasoning";

/// The way of one answer's text to the client.
#[derive(Debug)]
pub(in crate::servers) struct DeltaSink {
    peer: Peer<RoleServer>,
    token: Option<ProgressToken>,
    coalescer: Coalescer,
    sent: u64,
    started: bool,
}

impl DeltaSink {
    /// A sink for the request of `context`.
    pub(in crate::servers) fn new(context: &RequestContext<RoleServer>) -> Self {
        Self {
            peer: context.peer.clone(),
            token: context.meta.get_progress_token(),
            coalescer: Coalescer::default(),
            sent: 0,
            started: false,
        }
    }

    /// Whether any text has been given to the sink; after that a retry would repeat it.
    pub(in crate::servers) fn started(&self) -> bool {
        self.started
    }

    /// Takes new text; sends it now or holds it until [`Self::due`].
    pub(in crate::servers) async fn push(&mut self, channel: Channel, text: &str) {
        self.started |= !text.is_empty();
        for batch in self.coalescer.push(Instant::now(), channel, text) {
            self.send(batch).await;
        }
    }

    /// Waits until held text must be sent; for ever when none is held.
    pub(in crate::servers) async fn due(&self) {
        match self.coalescer.due() {
            Some(at) => tokio::time::sleep_until(at).await,
            None => std::future::pending().await,
        }
    }

    /// Sends what is held.
    pub(in crate::servers) async fn flush(&mut self) {
        if let Some(batch) = self.coalescer.take(Instant::now()) {
            self.send(batch).await;
        }
    }

    /// Tells the client something about the work itself.
    pub(in crate::servers) async fn notice(&mut self, message: String) {
        self.sent += 1;
        self.notify(message, None).await;
    }

    async fn send(&mut self, batch: Batch) {
        self.sent += batch.text.chars().count() as u64;
        let key = match batch.channel {
            Channel::Text => DELTA,
            Channel::Reasoning => REASONING,
        };
        let mut meta = MetaObject::new();
        meta.insert(key.to_owned(), Value::String(batch.text));
        self.notify("streaming".to_owned(), Some(NotificationMetaObject(meta)))
            .await;
    }

    async fn notify(&self, message: String, meta: Option<NotificationMetaObject>) {
        let Some(token) = self.token.clone() else {
            return;
        };
        #[expect(
            clippy::cast_precision_loss,
            reason = "an answer has far fewer than 2^52 characters"
        )]
        let progress = self.sent as f64;
        let mut param = ProgressNotificationParam::new(token, progress);
        param.message = Some(message);
        param.meta = meta;
        // A client that has gone is noticed by the serving loop, which cancels this call.
        drop(self.peer.notify_progress(param).await);
    }
}
