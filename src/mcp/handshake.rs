//! Agrees on a protocol version with a server.
//!
//! MCP 2026-07-28 has no `initialize`; a client asks `server/discover`. Older servers answer that
//! with an error, and then `initialize` follows on the same connection. rmcp's own `Auto` mode does
//! the same, but waits 10 s for a server that is silent to the question, and gives up when the
//! answer comes late. This one sends `initialize` after 2.5 s of silence *without* dropping the
//! question: a server that merely starts slowly answers both, and `initialize` then decides. 2.5 s,
//! because every known legacy server answers the question with an error as soon as it runs, and
//! Serena, which is asked in vain by a hastier client, needs 1.5 s to start.

use std::time::Duration;

use rmcp::model::{
    ClientCapabilities, ClientConfig, ClientJsonRpcMessage, ClientNotification, ClientRequest,
    ClientResult, DiscoverRequest, DiscoverRequestParams, ElicitationCapability,
    FormElicitationCapability, Implementation, InitializeRequest, InitializedNotification,
    JsonRpcMessage, ProtocolVersion, RequestId, RequestMetaObject, ServerPeerInfo, ServerRequest,
    TASKS_EXTENSION_ID, UrlElicitationCapability,
};
use serde_json::{Map, Value};
use tokio::time::{Instant, sleep_until};

use crate::mcp::abilities::Abilities;
use crate::mcp::log::Log;
use crate::mcp::offers::Offers;
use crate::mcp::source::{Inbound, Source, raw_result};

/// Outside the range that rmcp counts up from 0, and still a 32-bit number.
const DISCOVER: i64 = 2_000_000_001;
const INITIALIZE: i64 = 2_000_000_002;

/// What was agreed.
#[derive(Debug)]
pub(crate) struct Agreed {
    pub(crate) info: ServerPeerInfo,
    pub(crate) abilities: Abilities,
    pub(crate) name: String,
    pub(crate) version: String,
}

/// Which questions to begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Opening {
    /// `server/discover`, then `initialize` if need be.
    Discover {
        /// Silence after which `initialize` is sent too.
        patience: Duration,
    },
    /// `initialize` only: for servers that end at the sight of anything else.
    Initialize,
}

/// Why nothing was agreed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Disagreement {
    /// The server ended (or the connection broke) before `initialize` had been sent.
    #[error("it ended at the first message")]
    EndedAtDiscover,
    #[error("it ended before it answered")]
    Ended,
    #[error("the connection broke: {0}")]
    Broken(String),
    #[error("it refused to initialize: {0}")]
    Refused(String),
}

/// What Synod says of itself.
pub(crate) fn client_config(offers: &Offers, server: &str) -> ClientConfig {
    let mut capabilities = ClientCapabilities::default();
    capabilities.elicitation = Some(
        ElicitationCapability::new()
            .with_form(FormElicitationCapability::default())
            .with_url(UrlElicitationCapability::default()),
    );
    offers.announce(server, &mut capabilities);
    let name = Implementation::new("synod", env!("CARGO_PKG_VERSION"));
    ClientConfig::new(capabilities, name)
        .with_protocol_version(ProtocolVersion::LATEST_WITH_INITIALIZE)
}

/// The same in 2026-07-28, where a server may go on with a call as a task of its own.
pub(crate) fn modern(mut config: ClientConfig) -> ClientConfig {
    let extensions = config.capabilities.extensions.get_or_insert_default();
    extensions.insert(TASKS_EXTENSION_ID.to_owned(), Map::new());
    config
}

/// Talks until a version is agreed. Has no deadline of its own.
pub(crate) async fn shake<S: Source>(
    source: &mut S,
    opening: Opening,
    config: &ClientConfig,
    log: &Log,
) -> Result<Agreed, Disagreement> {
    let mut talk = Talk {
        source,
        config,
        log,
        initialize_sent: false,
        modern: None,
    };
    let result = talk.run(opening).await;
    match result {
        Err(Disagreement::Ended | Disagreement::Broken(_)) if !talk.initialize_sent => {
            Err(Disagreement::EndedAtDiscover)
        }
        other => other,
    }
}

struct Talk<'a, S> {
    source: &'a mut S,
    config: &'a ClientConfig,
    log: &'a Log,
    initialize_sent: bool,
    /// A good answer to `server/discover` that came after `initialize` had been sent.
    modern: Option<Agreed>,
}

impl<S: Source> Talk<'_, S> {
    async fn run(&mut self, opening: Opening) -> Result<Agreed, Disagreement> {
        let mut initialize_at = match opening {
            Opening::Discover { patience } => {
                self.send(discover(self.config.clone())).await?;
                Some(Instant::now() + patience)
            }
            Opening::Initialize => {
                self.initialize().await?;
                None
            }
        };
        loop {
            let inbound = tokio::select! {
                inbound = self.source.receive() => inbound.ok_or(Disagreement::Ended)?,
                () = until(initialize_at) => {
                    initialize_at = None;
                    self.initialize().await?;
                    continue;
                }
            };
            let Inbound::Message(message) = inbound else {
                self.log.stale("an overlong message before the start");
                continue;
            };
            let (id, answer) = match *message {
                JsonRpcMessage::Response(response) => {
                    (Some(response.id), Ok(raw_result(response.result)))
                }
                JsonRpcMessage::Error(error) => (error.id, Err(error.error.message.into_owned())),
                JsonRpcMessage::Request(request)
                    if matches!(request.request, ServerRequest::PingRequest(_)) =>
                {
                    let pong = ClientResult::empty(());
                    self.send(JsonRpcMessage::response(pong, request.id))
                        .await?;
                    continue;
                }
                // Logging before the start is allowed and of no use to anybody.
                JsonRpcMessage::Notification(_) | JsonRpcMessage::Request(_) => continue,
            };
            let for_initialize = match id {
                Some(RequestId::Number(DISCOVER)) => false,
                Some(RequestId::Number(INITIALIZE)) => true,
                // An error without an id answers what was asked last.
                None if answer.is_err() => self.initialize_sent,
                Some(_) | None => {
                    self.log.stale("an answer to nothing before the start");
                    continue;
                }
            };
            if for_initialize {
                return self.initialized(answer).await;
            }
            let modern = answer.ok().and_then(|result| discovered(&result));
            match (modern, self.initialize_sent) {
                (Some(agreed), false) => return Ok(agreed),
                (Some(agreed), true) => self.modern = Some(agreed),
                (None, false) => {
                    initialize_at = None;
                    self.initialize().await?;
                }
                (None, true) => {}
            }
        }
    }

    async fn initialize(&mut self) -> Result<(), Disagreement> {
        self.initialize_sent = true;
        let request = InitializeRequest::new(self.config.clone());
        self.send(JsonRpcMessage::request(
            ClientRequest::InitializeRequest(request),
            RequestId::Number(INITIALIZE),
        ))
        .await
    }

    async fn initialized(&mut self, answer: Result<Value, String>) -> Result<Agreed, Disagreement> {
        let refused = match answer.as_ref().map(agreed) {
            Ok(Some(agreed)) => {
                let done = InitializedNotification::default();
                let done = ClientNotification::InitializedNotification(done);
                self.send(JsonRpcMessage::notification(done)).await?;
                return Ok(agreed);
            }
            Ok(None) => "its answer names no protocol version".to_owned(),
            Err(message) => message.clone(),
        };
        self.modern.take().ok_or(Disagreement::Refused(refused))
    }

    async fn send(&mut self, message: ClientJsonRpcMessage) -> Result<(), Disagreement> {
        let sent = self.source.send(message).await;
        sent.map_err(|error| Disagreement::Broken(error.to_string()))
    }
}

async fn until(when: Option<Instant>) {
    match when {
        Some(when) => sleep_until(when).await,
        None => std::future::pending().await,
    }
}

fn discover(config: ClientConfig) -> ClientJsonRpcMessage {
    let config = modern(config);
    let mut request = DiscoverRequest::new(DiscoverRequestParams {});
    request
        .extensions
        .insert(RequestMetaObject::with_client_context(
            ProtocolVersion::V_2026_07_28,
            config.client_info,
            config.capabilities,
        ));
    JsonRpcMessage::request(
        ClientRequest::DiscoverRequest(request),
        RequestId::Number(DISCOVER),
    )
}

/// A `server/discover` result that offers 2026-07-28.
fn discovered(result: &Value) -> Option<Agreed> {
    let versions = result.get("supportedVersions")?.as_array()?;
    let wanted = ProtocolVersion::V_2026_07_28;
    if !versions.iter().any(|version| version == wanted.as_str()) {
        return None;
    }
    let meta = result.get("_meta");
    let server = meta.and_then(|meta| meta.get("io.modelcontextprotocol/serverInfo"));
    Some(agree(wanted, result, server.or(result.get("serverInfo"))))
}

/// An `initialize` result.
fn agreed(result: &Value) -> Option<Agreed> {
    let version = result.get("protocolVersion")?.clone();
    let version = serde_json::from_value(version).ok()?;
    Some(agree(version, result, result.get("serverInfo")))
}

fn agree(version: ProtocolVersion, result: &Value, server: Option<&Value>) -> Agreed {
    let capabilities = result.get("capabilities").cloned().unwrap_or_default();
    let abilities = if version == ProtocolVersion::V_2026_07_28 {
        Abilities::modern(&capabilities)
    } else {
        Abilities::legacy(&capabilities)
    };
    let mut capabilities: rmcp::model::ServerCapabilities =
        serde_json::from_value(capabilities).unwrap_or_default();
    if abilities.tools && capabilities.tools.is_none() {
        capabilities.tools = Some(rmcp::model::ToolsCapability::default());
    }
    let text = |key: &str| {
        let value = server.and_then(|server| server.get(key));
        value.and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    Agreed {
        info: ServerPeerInfo::new(version, capabilities),
        abilities,
        name: text("name"),
        version: text("version"),
    }
}
