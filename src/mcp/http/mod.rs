//! Streamable HTTP: rmcp's own transport with our limits.
//!
//! Its messages are typed before they reach us, so fields that the standard does not know are lost
//! here; the server's stream tells which call a question belongs to.

use std::time::Duration;

use rmcp::transport::StreamableHttpClientTransport;
use rmcp::transport::streamable_http_client::StreamableHttpClientTransportConfig;

use crate::config::Secret;
use crate::mcp::source::Typed;

/// As many calls at once as the largest council has members, with room for the room's own.
const CONCURRENT: usize = 64;

/// The transport of HTTP.
pub(crate) type Http = Typed<StreamableHttpClientTransport<reqwest::Client>>;

/// A source for `url`; connects with the first message.
pub(crate) fn source(url: &str, bearer: Option<&Secret>, event_limit: usize) -> Http {
    let mut config = StreamableHttpClientTransportConfig::with_uri(url)
        .max_concurrent_requests(CONCURRENT)
        .max_sse_event_size(event_limit)
        .control_request_timeout(Duration::from_secs(5));
    if let Some(bearer) = bearer {
        config = config.auth_header(bearer.reveal());
    }
    Typed(StreamableHttpClientTransport::from_config(config))
}

/// Chooses the TLS implementation of the whole process. Must run once, before the first HTTP
/// connection, also for plain `http:`; without it the HTTP client cannot be built. A second call
/// changes nothing.
pub fn install_tls() {
    drop(rustls::crypto::ring::default_provider().install_default());
}

#[cfg(test)]
mod tests;
