//! A `[[server]]` of the configuration: how it is started, and the tools that are called.

use crate::cli::Place;
use crate::cli::doctor::server::{Called, Expected};
use crate::cli::room::thinking::spec;
use crate::config::{ResolveError, Server, ServerAdapter};

/// What is expected of a tool server.
///
/// # Errors
/// When it cannot be started as written.
pub(super) fn expected(server: &Server, place: &Place) -> Result<Expected, ResolveError> {
    let resolved = server.resolve(&place.env, &place.project.root)?;
    let tools = match server.adapter {
        ServerAdapter::SequentialThinking => vec!["sequentialthinking".to_owned()],
        ServerAdapter::Generic => Vec::new(),
    };
    Ok(Expected {
        server: spec(server, resolved),
        tools,
        called: Called::ByTheRoom,
        rehearsal: false,
        api: None,
    })
}
