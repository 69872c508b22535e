//! The MCP servers that ship inside the binary: [`openai`], [`memory`] and [`rehearsal`], and [`room`].
//!
//! Each is an ordinary MCP server on stdin and stdout, so that the room treats it like any other:
//! it is spawned, supervised and spoken to by the same client. Only [`room`] knows a room: it tells its
//! clients what one holds, on stdio and, inside a room, over HTTP.
//!
//! Owns what they share: the way they are served ([`stdio`]), and the tool shape of those
//! that talk ([`chat`]). It does not read the environment; callers pass what they resolved.

mod chat;
pub mod memory;
pub mod openai;
pub mod rehearsal;
pub mod room;
mod stdio;

/// Why a built-in server could not be started or came to a bad end.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// An option makes no sense; nothing was started.
    #[error("{option} cannot be used: {why}")]
    Option {
        /// The option as the person wrote it.
        option: String,
        /// What is wrong with it and what to write instead.
        why: String,
    },
    /// The HTTP client could not be made.
    #[error("cannot prepare the HTTP client: {why}")]
    Http {
        /// What the library said.
        why: String,
    },
    /// The folder of the memories cannot be used.
    #[error("cannot use the folder {path}: {why}")]
    Folder {
        /// The folder as given.
        path: String,
        /// What the system said.
        why: String,
    },
    /// The client did not open the conversation as MCP demands.
    #[error("the client on stdin did not speak MCP: {why}")]
    Handshake {
        /// What came instead.
        why: String,
    },
    /// The serving loop broke.
    #[error("the server stopped because of a fault of its own: {why}")]
    Broken {
        /// What happened.
        why: String,
    },
}
