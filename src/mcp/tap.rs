//! The ordered tap: every message of a call reaches that call's own bounded channel in wire order.
//!
//! rmcp starts a task for every notification and so loses their order, and it has no backpressure.
//! This transport stands between the source and rmcp: it takes out notifications and answers before
//! rmcp sees them and puts them into the channel of the call that they belong to. The answer goes
//! through the same channel, so whatever came before it on the wire is read before it. While a
//! call's channel is full, `receive` waits, and the pressure reaches the server's pipe; a call that
//! nobody waits for any more never holds up the others.
//!
//! rmcp keeps what it is good at: ids, serialising, tasks for the server's questions, and ending.

use std::collections::VecDeque;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use rmcp::ErrorData;
use rmcp::handler::client::ClientHandler;
use rmcp::model::{
    ClientConfig, ClientJsonRpcMessage, ClientRequest, CustomRequest, CustomResult, ErrorCode,
    GetExtensions, GetMeta, JsonRpcMessage, RequestId, ServerJsonRpcMessage, ServerNotification,
    ServerRequest, ServerResult,
};
use rmcp::service::{InboundStreamOrigin, RequestContext, RoleClient};
use rmcp::transport::Transport;
use serde_json::Value;
use tokio::sync::{mpsc, oneshot, watch};
use tokio_util::sync::CancellationToken;

use crate::mcp::log::Log;
use crate::mcp::routes::{Arrival, Reply, Route, Routes, Ticket};
use crate::mcp::signal::{Ask, AskAnswer, AskReply, Signal};
use crate::mcp::source::{Inbound, Source, raw_notification, raw_request, raw_result};

/// The question where the project's folder is.
pub(crate) const ROOTS: &str = "roots/list";

/// A source whose messages are routed on their way to rmcp.
#[derive(Debug)]
pub(crate) struct Tap<S> {
    source: S,
    routes: Arc<Routes>,
    log: Arc<Log>,
    /// Taken from the wire, not yet in a channel. It outlives a cancelled `receive`.
    held: VecDeque<Held>,
    /// For rmcp; goes before `held`.
    ready: Option<ServerJsonRpcMessage>,
}

#[derive(Debug)]
struct Held {
    to: mpsc::Sender<Arrival>,
    what: Arrival,
}

impl<S: Source> Tap<S> {
    pub(crate) fn new(source: S, routes: Arc<Routes>, log: Arc<Log>) -> Self {
        Self {
            source,
            routes,
            log,
            held: VecDeque::new(),
            ready: None,
        }
    }

    fn take(&mut self, inbound: Inbound) {
        match inbound {
            Inbound::TooLong { bytes } => {
                self.log
                    .stale(&format!("a message of {bytes} bytes was over the limit"));
                for route in self.routes.all() {
                    self.hold(&route, Arrival::TooLong { bytes });
                }
            }
            Inbound::Message(message) => match *message {
                JsonRpcMessage::Response(response) => {
                    self.answer(&response.id, Reply::Result(raw_result(response.result)));
                }
                JsonRpcMessage::Error(error) if closed_by_transport(&error.error) => {
                    self.log.note(&error.error.message);
                    if let Some(id) = &error.id {
                        // The call sees the end of its channel.
                        drop(self.routes.leave(id));
                    }
                    self.ready = Some(JsonRpcMessage::Error(error));
                }
                JsonRpcMessage::Error(error) => {
                    let reply = Reply::Error {
                        code: i64::from(error.error.code.0),
                        message: error.error.message.into_owned(),
                        data: error.error.data.unwrap_or_default(),
                    };
                    match error.id {
                        Some(id) => self.answer(&id, reply),
                        None => self
                            .log
                            .stale(&format!("an error without an id: {reply:?}")),
                    }
                }
                JsonRpcMessage::Notification(n) => self.notified(n.notification),
                JsonRpcMessage::Request(r) => self.asked(r.id, r.request),
            },
        }
    }

    fn answer(&mut self, id: &RequestId, reply: Reply) {
        match self.routes.leave(id) {
            Some(route) => self.hold(&route, Arrival::Reply(reply)),
            None => self.log.stale(&format!("an answer to request {id}")),
        }
        // rmcp only has to forget the request.
        self.ready = Some(JsonRpcMessage::response(
            ServerResult::empty(()),
            id.clone(),
        ));
    }

    fn notified(&mut self, notification: ServerNotification) {
        if matches!(notification, ServerNotification::CancelledNotification(_)) {
            self.ready = Some(JsonRpcMessage::notification(notification));
            return;
        }
        let (method, params) = raw_notification(notification);
        match method.as_str() {
            "notifications/progress" => {
                let token = params.get("progressToken").unwrap_or(&Value::Null);
                match self.routes.by_token(token) {
                    Some(route) => self.hold(&route, Arrival::Signal(progress(&params))),
                    None => self.log.stale(&format!("progress for token {token}")),
                }
            }
            "notifications/message" => {
                for route in self.routes.all() {
                    self.hold(&route, Arrival::Signal(log(&params)));
                }
            }
            // The call that waits for a task asks how it stands, and hears the same.
            "notifications/tasks/status" | "notifications/tasks" => {}
            _ if self.changed(&method, &params) => {}
            _ => match self.named_call(&params) {
                Some(route) => {
                    self.hold(&route, Arrival::Signal(Signal::Custom { method, params }));
                }
                None => self.log.stale(&format!("{method} {params}")),
            },
        }
    }

    /// Whether the notification said that something has changed.
    fn changed(&self, method: &str, params: &Value) -> bool {
        let news = &self.routes.news;
        news.send_if_modified(|news| news.hear(method, params))
    }

    fn asked(&mut self, id: RequestId, request: ServerRequest) {
        if matches!(request, ServerRequest::PingRequest(_)) {
            self.ready = Some(JsonRpcMessage::request(request, id));
            return;
        }
        let origin = match request.extensions().get::<InboundStreamOrigin>() {
            Some(InboundStreamOrigin::OutboundRequest(call)) => self.routes.by_request_id(call),
            Some(InboundStreamOrigin::Unassociated) | None => None,
        };
        let (method, params) = raw_request(request);
        if method == ROOTS {
            // Belongs to no call, and needs nobody.
            let request = ServerRequest::CustomRequest(CustomRequest::new(method, None));
            self.ready = Some(JsonRpcMessage::request(request, id));
            return;
        }
        let route = origin
            .or_else(|| self.named_call(&params))
            .or_else(|| self.routes.only());
        let mut question = CustomRequest::new(method.clone(), None);
        match route {
            Some(route) => {
                let (reply, answer) = AskReply::channel();
                route.asks.send_modify(|open| *open += 1);
                question.extensions.insert(Question::new(Open {
                    answer,
                    asks: Arc::clone(&route.asks),
                    ended: self.routes.ended().clone(),
                }));
                let ask = Ask {
                    method,
                    params,
                    reply,
                };
                self.hold(&route, Arrival::Signal(Signal::Ask(ask)));
            }
            None => self
                .log
                .stale(&format!("{method} belongs to no call; declined")),
        }
        self.ready = Some(JsonRpcMessage::request(
            ServerRequest::CustomRequest(question),
            id,
        ));
    }

    /// The call that a message names itself: `_meta.requestId`, the subscription that it belongs to,
    /// or Codex's own field.
    fn named_call(&self, params: &Value) -> Option<Route> {
        let meta = |key: &str| params.get("_meta").and_then(|meta| meta.get(key));
        let named = meta("requestId")
            .or_else(|| meta("io.modelcontextprotocol/subscriptionId"))
            .or_else(|| params.get("codex_mcp_tool_call_id"))?;
        self.routes.by_id(named)
    }

    fn hold(&mut self, route: &Route, what: Arrival) {
        self.held.push_back(Held {
            to: route.to.clone(),
            what,
        });
    }
}

impl<S: Source> Transport<RoleClient> for Tap<S> {
    type Error = S::Error;

    fn send(
        &mut self,
        message: ClientJsonRpcMessage,
    ) -> impl Future<Output = Result<(), S::Error>> + Send + 'static {
        if let JsonRpcMessage::Request(out) = &message
            && let Some(ticket) = ticket(&out.request)
        {
            let token = out.request.get_meta().get_progress_token();
            self.routes.enter(&out.id, token.as_ref(), ticket);
        }
        self.source.send(message)
    }

    async fn receive(&mut self) -> Option<ServerJsonRpcMessage> {
        loop {
            // rmcp first: once the answer is delivered, the call no longer listens to rmcp. The
            // order for the call is not touched, as nothing new is read before `held` is empty.
            if let Some(message) = self.ready.take() {
                return Some(message);
            }
            while let Some(next) = self.held.front() {
                let room = next.to.clone().reserve_owned().await;
                if let (Some(held), Ok(room)) = (self.held.pop_front(), room) {
                    drop(room.send(held.what));
                }
            }
            let Some(inbound) = self.source.receive().await else {
                self.routes.end();
                return None;
            };
            self.take(inbound);
        }
    }

    async fn close(&mut self) -> Result<(), S::Error> {
        self.routes.end();
        self.source.close().await
    }
}

impl<S> Drop for Tap<S> {
    fn drop(&mut self) {
        self.routes.end();
    }
}

/// rmcp's HTTP transport makes up an answer when the server's stream breaks.
fn closed_by_transport(error: &ErrorData) -> bool {
    let data = error.data.as_ref();
    data.is_some_and(|data| {
        data.get("io.modelcontextprotocol/transportClosed")
            .is_some()
    })
}

fn ticket(request: &ClientRequest) -> Option<&Ticket> {
    request.extensions().get::<Ticket>()
}

fn progress(params: &Value) -> Signal {
    let message = params.get("message").and_then(Value::as_str);
    Signal::Progress {
        progress: params
            .get("progress")
            .and_then(Value::as_f64)
            .unwrap_or_default(),
        total: params.get("total").and_then(Value::as_f64),
        message: message.map(str::to_owned),
        meta: params.get("_meta").cloned().unwrap_or(Value::Null),
    }
}

fn log(params: &Value) -> Signal {
    let level = params.get("level").and_then(Value::as_str);
    Signal::Log {
        level: level.unwrap_or("info").to_owned(),
        data: params.get("data").cloned().unwrap_or(Value::Null),
    }
}

/// A question of the server on its way through rmcp to [`Handler`], which waits for the answer.
#[derive(Debug, Clone)]
struct Question(Arc<Mutex<Option<Open>>>);

#[derive(Debug)]
struct Open {
    answer: oneshot::Receiver<AskAnswer>,
    asks: Arc<watch::Sender<usize>>,
    ended: CancellationToken,
}

impl Question {
    fn new(open: Open) -> Self {
        Self(Arc::new(Mutex::new(Some(open))))
    }

    fn open(&self) -> Option<Open> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.asks.send_modify(|open| *open = open.saturating_sub(1));
    }
}

/// The part of rmcp that answers the server.
#[derive(Debug)]
pub(crate) struct Handler {
    pub(crate) info: ClientConfig,
    /// The result of `roots/list`.
    pub(crate) roots: Value,
}

impl ClientHandler for Handler {
    async fn on_custom_request(
        &self,
        request: CustomRequest,
        context: RequestContext<RoleClient>,
    ) -> Result<CustomResult, ErrorData> {
        if request.method == ROOTS {
            return Ok(CustomResult::new(self.roots.clone()));
        }
        let open = context
            .extensions
            .get::<Question>()
            .and_then(Question::open);
        let Some(mut open) = open else {
            return answered(AskAnswer::unheard(&request.method));
        };
        let answer = tokio::select! {
            answer = &mut open.answer => answer.ok(),
            // The server took its question back, or is gone.
            () = context.ct.cancelled() => None,
            () = open.ended.cancelled() => None,
        };
        answered(answer.unwrap_or_else(|| AskAnswer::unheard(&request.method)))
    }

    fn get_info(&self) -> ClientConfig {
        self.info.clone()
    }
}

fn answered(answer: AskAnswer) -> Result<CustomResult, ErrorData> {
    match answer {
        AskAnswer::Result(result) => Ok(CustomResult::new(result)),
        AskAnswer::Error { code, message } => Err(ErrorData::new(ErrorCode(code), message, None)),
    }
}
