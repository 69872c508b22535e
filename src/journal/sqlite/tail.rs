//! The last events, which the search index does not have yet: searched beside it, with the same
//! words, so that a text is found as soon as it is durable. Owns a table in memory for the time of
//! one search.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};

use super::error::RowError;
use super::index;
use super::rows;
use crate::core::{CallId, Event, TaskId};
use crate::journal::READ_PAGE_MAX;
use crate::journal::transcript::transcript;

/// How many events are looked through at most; more only wait where the index is damaged, and there
/// the latest are worth most.
const EVENTS_MAX: u64 = 8192;
/// About how many bytes of events are read at once.
const PAGE_BYTES: usize = 8 * 1024 * 1024;

const TABLE: &str = "
CREATE VIRTUAL TABLE temp.tail USING fts5(
    text, content = '', tokenize = 'unicode61 remove_diacritics 2'
)";

/// The texts behind the index, and whose calls began there.
#[derive(Debug, Default)]
pub(super) struct Tail {
    texts: Vec<(u64, String)>,
    calls: BTreeMap<CallId, TaskId>,
}

impl Tail {
    /// Reads the events behind the index.
    pub(super) fn read(conn: &Connection) -> Result<Self, RowError> {
        let head = rows::head(conn)?.seq;
        let mut from = index::indexed(conn)?.max(head.saturating_sub(EVENTS_MAX)) + 1;
        let mut tail = Self::default();
        while from <= head {
            let page = rows::page(conn, from, READ_PAGE_MAX, PAGE_BYTES)?;
            let Some(last) = page.last() else {
                break;
            };
            from = last.seq + 1;
            for recorded in &page {
                tail.take(recorded.seq, &recorded.event);
            }
        }
        Ok(tail)
    }

    fn take(&mut self, seq: u64, event: &Event) {
        if let Event::CallStarted { call, task, .. } = event {
            self.calls.insert(*call, *task);
        }
        if let Some(found) = transcript(event) {
            self.texts.push((seq, found.text.to_owned()));
        }
    }

    /// The places whose text matches, latest first.
    pub(super) fn matching(&self, conn: &Connection, fts: &str) -> rusqlite::Result<Vec<u64>> {
        if self.texts.is_empty() {
            return Ok(Vec::new());
        }
        conn.execute_batch(TABLE)?;
        {
            let mut insert = conn.prepare("INSERT INTO temp.tail (rowid, text) VALUES (?1, ?2)")?;
            for (seq, text) in &self.texts {
                insert.execute(params![seq.cast_signed(), text])?;
            }
        }
        let found = index::matching(conn, "tail", fts, self.texts.len());
        conn.flush_prepared_statement_cache();
        conn.execute_batch("DROP TABLE temp.tail")?;
        found
    }

    /// The task of a call that began behind the index.
    pub(super) fn task_of(&self, call: CallId) -> Option<TaskId> {
        self.calls.get(&call).copied()
    }
}
