//! Looks up in the journal what consoles ask for.

use crate::journal::Journal;
use crate::journal::sqlite::SqliteJournal;
use crate::link::{Archive, Query, QueryError, QueryReply, TRANSCRIPT_PAGE};

/// The journal as consoles see it: read only, a page at a time.
#[derive(Debug, Clone)]
pub(in crate::cli) struct JournalArchive {
    journal: SqliteJournal,
}

impl JournalArchive {
    pub(super) fn new(journal: SqliteJournal) -> Self {
        Self { journal }
    }
}

impl Archive for JournalArchive {
    async fn query(&self, query: Query) -> Result<QueryReply, QueryError> {
        match query {
            Query::Events { from, limit } => {
                let events = self.journal.read(from, limit.min(TRANSCRIPT_PAGE)).await;
                let events = events.map_err(|error| QueryError {
                    why: error.to_string(),
                })?;
                Ok(QueryReply::Events(events))
            }
        }
    }
}
