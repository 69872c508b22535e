//! The way to a hub server that the room keeps running under a supervisor.

use std::sync::Arc;

use crate::hub::gateway::{Gateway, TOOLS};
use crate::hub::memory::{Connector, HubError};
use crate::hub::said::shortened;
use crate::mcp::{CallError, ConnectError, Connection, Supervisor};

/// The memory tools of a connection, looked for on the server where its list is too long to be kept.
///
/// # Errors
/// When one of them is not there, or the server does not say.
pub async fn speak(connection: Connection) -> Result<Gateway<Connection>, HubError> {
    for tool in TOOLS {
        let found = connection.tool(tool).await;
        if found.map_err(|error| silent(&error))?.is_none() {
            let tool = tool.to_owned();
            return Err(HubError::NoTool { tool });
        }
    }
    Ok(Gateway::new(connection))
}

impl Connector for Supervisor {
    type Memory = Gateway<Connection>;

    async fn connect(&self) -> Result<Self::Memory, HubError> {
        let connection = self.get().await.map_err(|error| unreachable(&error))?;
        speak(connection).await
    }

    async fn restart(&self) {
        Self::restart(self).await;
    }
}

/// For a room that lets others look at its hub as well.
impl Connector for Arc<Supervisor> {
    type Memory = Gateway<Connection>;

    async fn connect(&self) -> Result<Self::Memory, HubError> {
        Connector::connect(&**self).await
    }

    async fn restart(&self) {
        Connector::restart(&**self).await;
    }
}

fn silent(error: &CallError) -> HubError {
    HubError::Unreachable {
        why: shortened(&error.to_string()),
        retry_in: None,
    }
}

fn unreachable(error: &ConnectError) -> HubError {
    let retry_in = match error {
        ConnectError::BreakerOpen { retry_in, .. } => Some(*retry_in),
        ConnectError::NotFound { .. }
        | ConnectError::Spawn { .. }
        | ConnectError::Ended { .. }
        | ConnectError::Handshake { .. } => None,
    };
    HubError::Unreachable {
        why: shortened(&error.to_string()),
        retry_in,
    }
}
