//! Looks up what consoles ask for: in the journal, and in what the room keeps in the shared memory.

use tokio::sync::watch;

use crate::cli::room::documents;
use crate::core::HubStatus;
use crate::engine::Handle;
use crate::journal::Journal;
use crate::journal::sqlite::SqliteJournal;
use crate::link::{Archive, Query, QueryError, QueryReply, TRANSCRIPT_PAGE};

/// Journal and documents as consoles see them: read only, a page or a document at a time.
#[derive(Debug, Clone)]
pub(in crate::cli) struct RoomArchive {
    pub(super) journal: SqliteJournal,
    pub(super) engine: Handle,
    pub(super) hub: watch::Receiver<HubStatus>,
}

impl Archive for RoomArchive {
    async fn query(&self, query: Query) -> Result<QueryReply, QueryError> {
        match query {
            Query::Events { from, limit } => {
                let events = self.journal.read(from, limit.min(TRANSCRIPT_PAGE)).await;
                let events = events.map_err(|error| QueryError {
                    why: error.to_string(),
                })?;
                Ok(QueryReply::Events(events))
            }
            Query::Document { name } => {
                let now = self.engine.subscribe().await;
                let state = now.map_err(|error| QueryError {
                    why: error.to_string(),
                })?;
                let status = self.hub.borrow();
                let of_name = status.documents.iter().find(|known| known.name == name);
                let rev = of_name.map_or(0, |known| known.rev);
                let text = documents::text(&state.state, &name, rev);
                Ok(QueryReply::Document { name, text })
            }
        }
    }
}
