//! Streamable HTTP: rmcp's own transport with our limits.
//!
//! Its messages are typed before they reach us, so fields that the standard does not know are lost
//! here; the server's stream tells which call a question belongs to.

mod address;

use std::future::Future;
use std::time::Duration;

use rmcp::model::{ClientJsonRpcMessage, JsonRpcMessage};
use rmcp::transport::streamable_http_client::StreamableHttpClientTransportConfig;
use rmcp::transport::{StreamableHttpClientTransport, Transport as _};

pub use address::shown;

use address::Secrets;

use crate::config::Secret;
use crate::mcp::source::{Inbound, Source};

/// As many calls at once as the largest council has members, with room for the room's own.
const CONCURRENT: usize = 64;

/// rmcp's own transport: its messages are typed already, and its limits are its own.
pub(crate) struct Http {
    transport: StreamableHttpClientTransport<reqwest::Client>,
    secrets: Secrets,
}

/// What went wrong on the way, without what is secret in the address.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct HttpError(String);

impl Http {
    fn failed(secrets: &Secrets, error: &impl ToString) -> HttpError {
        HttpError(secrets.hide(&error.to_string()))
    }
}

impl Source for Http {
    type Error = HttpError;

    fn send(
        &mut self,
        message: ClientJsonRpcMessage,
    ) -> impl Future<Output = Result<(), HttpError>> + Send + 'static {
        let sent = self.transport.send(message);
        let secrets = self.secrets.clone();
        async move { sent.await.map_err(|error| Self::failed(&secrets, &error)) }
    }

    async fn receive(&mut self) -> Option<Inbound> {
        let mut message = self.transport.receive().await?;
        // Where a stream breaks the transport makes up an answer, with the address in it.
        if let JsonRpcMessage::Error(told) = &mut message {
            told.error.message = self.secrets.hide(&told.error.message).into();
        }
        Some(Inbound::Message(Box::new(message)))
    }

    async fn close(&mut self) -> Result<(), HttpError> {
        let closed = self.transport.close().await;
        closed.map_err(|error| Self::failed(&self.secrets, &error))
    }
}

/// A source for `url`; connects with the first message.
pub(crate) fn source(url: &str, bearer: Option<&Secret>, event_limit: usize) -> Http {
    let mut config = StreamableHttpClientTransportConfig::with_uri(url)
        .max_concurrent_requests(CONCURRENT)
        .max_sse_event_size(event_limit)
        .control_request_timeout(Duration::from_secs(5));
    if let Some(bearer) = bearer {
        config = config.auth_header(bearer.reveal());
    }
    Http {
        transport: StreamableHttpClientTransport::from_config(config),
        secrets: Secrets::of(url),
    }
}

/// Chooses the TLS implementation of the whole process. Must run once, before the first HTTP
/// connection, also for plain `http:`; without it the HTTP client cannot be built. A second call
/// changes nothing.
pub fn install_tls() {
    drop(rustls::crypto::ring::default_provider().install_default());
}

#[cfg(test)]
mod tests;
