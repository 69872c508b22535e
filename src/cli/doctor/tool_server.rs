//! A `[[server]]` of the configuration: how it is started, and the tools that are called.

use crate::cli::Place;
use crate::cli::doctor::server::Expected;
use crate::config::{Reach, ResolveError, Server, ServerAdapter};
use crate::mcp::{Limits, ServerSpec, Transport};

/// What is expected of a tool server.
///
/// # Errors
/// When it cannot be started as written.
pub(super) fn expected(server: &Server, place: &Place) -> Result<Expected, ResolveError> {
    let resolved = server.resolve(&place.env, &place.project.root)?;
    let transport = match resolved.reach {
        Reach::Process { command } => Transport::Stdio {
            command,
            env: resolved.env,
            cwd: resolved.cwd,
        },
        Reach::Http { url, bearer } => Transport::Http {
            url,
            bearer: bearer.map(|secret| secret.reveal().to_owned()),
        },
        Reach::BuiltIn { .. } => {
            let owner = server.name.clone();
            return Err(ResolveError::Unreachable { owner });
        }
    };
    let tools = match server.adapter {
        ServerAdapter::SequentialThinking => vec!["sequentialthinking".to_owned()],
        ServerAdapter::Generic => Vec::new(),
    };
    Ok(Expected {
        server: ServerSpec {
            name: server.name.to_string(),
            transport,
            limits: Limits {
                idle: server.timeout.idle,
                total: server.timeout.total,
            },
        },
        tools,
        rehearsal: false,
        api: None,
    })
}
