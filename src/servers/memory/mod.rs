//! `synod mcp memory`: the shared memory of a room without any other program.
//!
//! Offers the six memory tools of Serena (`write_memory`, `read_memory`, `list_memories`,
//! `delete_memory`, `rename_memory`, `edit_memory`) over the same files, `<folder>/<name>.md`, with
//! the same arguments and the texts that a client relies on; so a room can change from one to the
//! other and keep its documents. The result is `{"result": text}` and the same text as content.
//!
//! Where it differs it is stricter:
//! - a name has one spelling: `.`, `..`, empty parts, control characters, backslashes and names
//!   too long for a file are refused; `global/…` is refused, there being no second folder;
//! - symbolic links that lead out of the folder are refused;
//! - a write is on the disk (file and folder synced) before it is reported;
//! - reading creates nothing, and every byte of a text comes back, CRLF included;
//! - renaming never replaces a document, and leaves the text of others alone;
//! - requests on different names run at the same time, those on one name in turn;
//! - `edit_memory` in `regex` mode is refused, except `\A\Z`, which matches the empty document and
//!   thereby completes compare-and-swap.
//!
//! Two servers on one folder do not know of each other: a lost update between them is possible.

mod edit;
mod files;
mod handler;
mod locks;
mod name;
mod problem;
mod tools;

use std::path::PathBuf;

use tokio_util::sync::CancellationToken;

use super::ServeError;

/// What a person sets for `synod mcp memory`.
#[derive(Debug, Clone)]
pub struct MemoryOptions {
    /// The folder of the memories itself, for instance `<project>/.serena/memories`. Made when
    /// it is not there.
    pub dir: PathBuf,
    /// Characters that `write_memory` accepts unless a call sets its own limit.
    pub max_chars: usize,
}

impl MemoryOptions {
    /// A server over `dir` with the usual limit of 50 million characters.
    #[must_use]
    pub fn new(dir: PathBuf) -> Self {
        Self {
            dir,
            max_chars: 50_000_000,
        }
    }
}

/// Serves on stdin and stdout until stdin ends.
pub async fn serve(options: MemoryOptions) -> Result<(), ServeError> {
    let folder = files::Folder::open(&options.dir).map_err(|error| ServeError::Folder {
        path: options.dir.display().to_string(),
        why: error.to_string(),
    })?;
    let handler = handler::Memory::new(folder, options.max_chars);
    super::stdio::serve(handler, CancellationToken::new()).await
}
