//! The room as a server of MCP: what a running room knows, for its members and for any other client.
//!
//! `synod mcp room` serves on stdio and attaches to the room by its socket, as a console does; the room itself serves
//! the same tools over HTTP. Both tell what stands there: who does what, the queue, results, conflicts, and the
//! documents of the shared memory. They change nothing. What they tell was mostly written by models: it is handed on
//! as data, with a word that it is no instruction.
//!
//! - `tools`: the tools as listed, and their arguments as read.
//! - `handler`: calls in, structured results out.
//! - `caller`: who makes a call.
//! - `http`: the listening end inside the room.
//! - `liaison`: the one that is attached, and attaches again when the room was started anew.
//! - `problem`: what can go wrong, and what to do.
//!
//! Owns no state of the room: that is the link's replica. How documents look is the hub's business.

mod caller;
mod handler;
mod http;
mod liaison;
mod problem;
mod tools;

use std::path::PathBuf;

use tokio_util::sync::CancellationToken;

pub use http::{Endpoint, EndpointError, forget, listens_at};

use super::ServeError;

/// What a person sets for `synod mcp room`.
#[derive(Debug, Clone)]
pub struct RoomOptions {
    /// Where the room listens.
    pub socket: PathBuf,
}

/// Serves on stdin and stdout until stdin ends. The room may be started later: a call without one says so.
///
/// # Errors
/// When the client does not speak MCP, or by a fault of its own.
pub async fn serve(options: RoomOptions) -> Result<(), ServeError> {
    let (liaison, attached) = liaison::attach(liaison::BySocket(options.socket));
    let serving = super::stdio::serve(handler::Room::new(liaison), CancellationToken::new());
    tokio::select! {
        served = serving => served,
        // The server holds a way to it as long as it serves.
        () = attached => Ok(()),
    }
}
