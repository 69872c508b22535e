//! What a connection and its calls share: the way to send a request and to give one up.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use rmcp::model::{
    CancelledNotification, CancelledNotificationParam, ClientNotification, ClientRequest,
    GetExtensions, RequestId,
};
use rmcp::service::{Peer, PeerRequestOptions, RequestHandle, RoleClient, ServiceError};
use serde_json::Value;
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;

use crate::mcp::abilities::Abilities;
use crate::mcp::ear::Ear;
use crate::mcp::log::Log;
use crate::mcp::remote_task;
use crate::mcp::reply::CallError;
use crate::mcp::routes::{Arrival, Route, Routes, Ticket};

/// A burst of deltas between two looks of the reader. More than that is held back in the pipe.
const CHANNEL: usize = 256;

#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) server: String,
    pub(crate) peer: Peer<RoleClient>,
    pub(crate) routes: Arc<Routes>,
    pub(crate) log: Arc<Log>,
    pub(crate) abilities: Abilities,
    /// The result of `roots/list`.
    pub(crate) roots: Value,
    /// Cancellations on their way out. Unbounded, because a call cancels at most once and often
    /// while it is being dropped, when nothing can be waited for.
    pub(crate) cancels: mpsc::UnboundedSender<Cancel>,
    /// What the server is listened to for.
    pub(crate) ear: Ear,
    /// The tools that refused a plain call, as they want a task.
    pub(crate) task_tools: Mutex<BTreeSet<String>>,
    /// Ends the connection.
    pub(crate) stop: CancellationToken,
}

/// What is to be given up.
#[derive(Debug)]
pub(crate) enum Cancel {
    Request {
        id: RequestId,
        reason: String,
    },
    /// A remote task.
    Task {
        id: String,
    },
}

/// A request that is on its way.
#[derive(Debug)]
pub(crate) struct InFlight {
    pub(crate) sending: Sending,
    pub(crate) arrivals: mpsc::Receiver<Arrival>,
    pub(crate) asks: watch::Receiver<usize>,
}

/// rmcp's own view of a request: it knows when it could not be sent.
#[derive(Debug)]
pub(crate) struct Sending {
    handle: RequestHandle<RoleClient>,
    /// rmcp has nothing more to say.
    settled: bool,
}

impl Link {
    /// Sends `request`; its route is entered before it is on the wire.
    pub(crate) async fn request(&self, request: ClientRequest) -> Result<InFlight, CallError> {
        self.send(request, false).await
    }

    /// Sends a request that stands as long as the connection and is no call.
    pub(crate) async fn stand(&self, request: ClientRequest) -> Result<InFlight, CallError> {
        self.send(request, true).await
    }

    async fn send(&self, mut request: ClientRequest, stands: bool) -> Result<InFlight, CallError> {
        let (to, arrivals) = mpsc::channel(CHANNEL);
        let (asks_sender, asks) = watch::channel(0);
        let route = Route {
            to,
            asks: Arc::new(asks_sender),
            stands,
        };
        request.extensions_mut().insert(Ticket::new(route));
        let options = PeerRequestOptions::no_options();
        let sent = self.peer.send_cancellable_request(request, options).await;
        match sent {
            Ok(handle) => Ok(InFlight {
                sending: Sending {
                    handle,
                    settled: false,
                },
                arrivals,
                asks,
            }),
            // The connection's own loop is gone, so nothing was put on the wire.
            Err(_) => Err(CallError::Unsent {
                server: self.server.clone(),
                stderr: self.last_words().await,
            }),
        }
    }

    /// Whether `tool` is known to refuse a plain call.
    pub(crate) fn wants_task(&self, tool: &str) -> bool {
        let known = self.task_tools.lock();
        known.unwrap_or_else(PoisonError::into_inner).contains(tool)
    }

    /// Remembers that `tool` refuses a plain call.
    pub(crate) fn learn_task(&self, tool: &str) {
        let known = self.task_tools.lock();
        let mut known = known.unwrap_or_else(PoisonError::into_inner);
        known.insert(tool.to_owned());
    }

    /// Gives up a request: nothing of it is delivered any more, and the server is told.
    pub(crate) fn abandon(&self, call: &InFlight, reason: &str) {
        let id = call.sending.handle.id.clone();
        self.routes.leave(&id);
        drop(self.cancels.send(Cancel::Request {
            id,
            reason: reason.to_owned(),
        }));
    }

    /// Nothing more of a request is delivered but what is already on its way.
    pub(crate) fn forget(&self, call: &InFlight) {
        drop(self.routes.leave(&call.sending.handle.id));
    }

    /// Gives up a remote task: the server is told.
    pub(crate) fn abandon_task(&self, id: &str) {
        drop(self.cancels.send(Cancel::Task { id: id.to_owned() }));
    }

    /// The error of a call whose connection has ended, with what the server last wrote to stderr.
    pub(crate) async fn closed(&self) -> CallError {
        CallError::Closed {
            server: self.server.clone(),
            stderr: self.last_words().await,
        }
    }

    async fn last_words(&self) -> String {
        // The end of stdout is often seen a moment before the last words on stderr.
        let patience = std::time::Duration::from_millis(300);
        drop(tokio::time::timeout(patience, self.log.drained()).await);
        self.log.last_words(8)
    }

    /// Ends the connection without waiting for it.
    pub(crate) fn hang_up(&self) {
        // First the routes: rmcp waits for answers to questions that are still open.
        self.routes.end();
        self.stop.cancel();
    }
}

impl Sending {
    /// Ends when the request could not be sent, with the reason; never if it was. Safe to cancel.
    pub(crate) async fn failed(&mut self) -> String {
        if !self.settled {
            let outcome = (&mut self.handle.rx).await;
            self.settled = true;
            // The end of the connection is seen by the channel, which may still hold something.
            if let Ok(Err(ServiceError::TransportSend(error))) = outcome {
                return error.error.to_string();
            }
        }
        std::future::pending().await
    }

    /// Ends when rmcp counts the request as over, for whatever reason; then never again. Safe to
    /// cancel.
    pub(crate) async fn over(&mut self) {
        if self.settled {
            std::future::pending::<()>().await;
        }
        // Why is of no interest: what the server says itself comes through the channel.
        drop((&mut self.handle.rx).await);
        self.settled = true;
    }
}

/// Sends the cancellations of one connection until it ends.
pub(crate) async fn send_cancels(
    peer: Peer<RoleClient>,
    mut cancels: mpsc::UnboundedReceiver<Cancel>,
    ended: CancellationToken,
) {
    let work = async {
        while let Some(cancel) = cancels.recv().await {
            let (id, reason) = match cancel {
                Cancel::Request { id, reason } => (id, reason),
                Cancel::Task { id } => {
                    let request = remote_task::cancel(&id);
                    let options = PeerRequestOptions::no_options();
                    // Nobody waits for the answer.
                    let sent = peer.send_cancellable_request(request, options).await;
                    if sent.is_err() {
                        return;
                    }
                    continue;
                }
            };
            let params = CancelledNotificationParam::new(Some(id), Some(reason));
            let notification = CancelledNotification::new(params);
            let notification = ClientNotification::CancelledNotification(notification);
            if peer.send_notification(notification).await.is_err() {
                return;
            }
        }
    };
    tokio::select! {
        () = work => {}
        () = ended.cancelled() => {}
    }
}
