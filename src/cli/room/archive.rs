//! Looks up in the journal what consoles ask for.

use crate::journal::Journal;
use crate::journal::sqlite::SqliteJournal;
use crate::link::{Archive, Hit, Query, QueryError, QueryReply, TRANSCRIPT_PAGE};

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
        let failed = |error: crate::journal::ReadError| QueryError {
            why: error.to_string(),
        };
        match query {
            Query::Events { from, limit } => {
                let events = self
                    .journal
                    .read(from, limit.min(TRANSCRIPT_PAGE))
                    .await
                    .map_err(failed)?;
                Ok(QueryReply::Events(events))
            }
            Query::Search { words, limit } => {
                let hits = self
                    .journal
                    .search(&words, limit.min(TRANSCRIPT_PAGE))
                    .await
                    .map_err(failed)?;
                let hits = hits.into_iter().map(|hit| Hit {
                    seq: hit.seq,
                    at: hit.at,
                    call: hit.call,
                    task: hit.task,
                    excerpt: hit.excerpt,
                });
                Ok(QueryReply::Hits(hits.collect()))
            }
        }
    }
}
