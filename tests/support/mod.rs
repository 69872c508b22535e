//! What the tests of several levels share: a scripted model API on loopback, a raw MCP client
//! over stdio and a plain one of HTTP, and the real servers, installed once per user and started against that API.
//!
//! A test binary takes it in by `#[path = "../support/mod.rs"] mod support;`.

pub(crate) mod ground;
pub(crate) mod hub_room;
pub(crate) mod model_api;
pub(crate) mod processes;
pub(crate) mod provision;
pub(crate) mod raw_http;
pub(crate) mod raw_mcp;

use std::time::Duration;

/// How long a condition may take before a test fails instead of hanging.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// Fails the test when `work` does not end within [`PATIENCE`].
pub(crate) async fn soon<T>(what: &str, work: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, work)
        .await
        .unwrap_or_else(|_| panic!("waited {} s in vain: {what}", PATIENCE.as_secs()))
}
