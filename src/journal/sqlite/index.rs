//! The search index over transcripts: a projection that can be made again from the events.
//!
//! It is kept up behind the appends, when nothing has come for a while, and without a flush of its
//! own: what a crash takes from it is indexed at the next start.

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use super::error::RowError;
use super::rows::{self, Head};
use super::tail::Tail;
use crate::core::{CallId, Event, Recorded, SessionId, TaskId};
use crate::journal::Hit;
use crate::journal::transcript::{excerpt, transcript, words};

/// How many events are indexed at once, so that an append never waits long.
const TOGETHER: usize = 128;
/// How many bytes of events are indexed at once.
const TOGETHER_BYTES: usize = 1024 * 1024;

/// How many events after a task its first call is looked for.
const NEAR: u64 = 10_000;

/// Indexes the next events that are not yet; false when there are none.
pub(super) fn catch_up(conn: &mut Connection) -> Result<bool, RowError> {
    conn.pragma_update(None, "synchronous", "NORMAL")?;
    let done = some_more(conn);
    conn.pragma_update(None, "synchronous", "FULL")?;
    done
}

fn some_more(conn: &mut Connection) -> Result<bool, RowError> {
    let from = indexed(conn)? + 1;
    let events = rows::page(conn, from, TOGETHER, TOGETHER_BYTES)?;
    let Some(last) = events.last() else {
        return Ok(false);
    };
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for recorded in &events {
        add(&tx, recorded.seq, &recorded.event)?;
    }
    note(&tx, last.seq)?;
    tx.commit()?;
    Ok(true)
}

/// The place up to which events are indexed.
pub(super) fn indexed(conn: &Connection) -> rusqlite::Result<u64> {
    let mut query = conn.prepare_cached("SELECT value FROM meta WHERE key = 'indexed'")?;
    let found: Option<String> = query.query_row([], |row| row.get(0)).optional()?;
    Ok(found.and_then(|text| text.parse().ok()).unwrap_or(0))
}

fn note(conn: &Connection, seq: u64) -> rusqlite::Result<()> {
    let mut insert =
        conn.prepare_cached("INSERT OR REPLACE INTO meta (key, value) VALUES ('indexed', ?1)")?;
    insert.execute([seq.to_string()])?;
    Ok(())
}

/// Adds an event to the index, if it has anything to be found.
fn add(conn: &Connection, seq: u64, event: &Event) -> rusqlite::Result<()> {
    if let Event::CallStarted { call, task, .. } = event {
        let mut insert =
            conn.prepare_cached("INSERT OR REPLACE INTO calls (call, task) VALUES (?1, ?2)")?;
        insert.execute([call.0.cast_signed(), task.0.cast_signed()])?;
    }
    if let Some(found) = transcript(event) {
        let mut insert =
            conn.prepare_cached("INSERT INTO transcripts (rowid, text) VALUES (?1, ?2)")?;
        insert.execute(params![seq.cast_signed(), found.text])?;
    }
    Ok(())
}

/// Makes the whole index again from the events.
pub(super) fn rebuild(conn: &mut Connection) -> Result<(), RowError> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    tx.execute("DELETE FROM calls", [])?;
    tx.execute(
        "INSERT INTO transcripts (transcripts) VALUES ('delete-all')",
        [],
    )?;
    let mut failed = None;
    let head = rows::follow_chain(&tx, Head::NONE, |recorded| {
        if failed.is_none() {
            failed = add(&tx, recorded.seq, &recorded.event).err();
        }
    })?;
    if let Some(error) = failed {
        return Err(error.into());
    }
    note(&tx, head.seq)?;
    tx.commit()?;
    Ok(())
}

/// Events whose text has all words of the query, latest first; also those that are not yet indexed.
pub(super) fn search(conn: &Connection, query: &str, limit: usize) -> Result<Vec<Hit>, RowError> {
    let words = words(query);
    if words.is_empty() {
        return Ok(Vec::new());
    }
    // Quoted words only, so that no query is a syntax error; the last may be a beginning.
    let quoted: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
    let fts = quoted.join(" ") + "*";
    // One look at the file, so that nothing is indexed between the two.
    let tx = conn.unchecked_transaction()?;
    let tail = Tail::read(&tx)?;
    let mut seqs = tail.matching(&tx, &fts)?;
    seqs.extend(matching(&tx, "transcripts", &fts, limit)?);
    seqs.truncate(limit);
    let mut hits = Vec::new();
    for seq in seqs {
        if let Some(recorded) = rows::one(&tx, seq)? {
            hits.extend(hit(&tx, &tail, &recorded, &words)?);
        }
    }
    Ok(hits)
}

/// The places in an index that match, latest first.
pub(super) fn matching(
    conn: &Connection,
    table: &str,
    fts: &str,
    limit: usize,
) -> rusqlite::Result<Vec<u64>> {
    let mut query = conn.prepare_cached(&format!(
        "SELECT rowid FROM {table} WHERE {table} MATCH ?1 ORDER BY rowid DESC LIMIT ?2",
    ))?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    query
        .query_map(params![fts, limit], |row| {
            row.get::<_, i64>(0).map(i64::cast_unsigned)
        })?
        .collect()
}

fn hit(
    conn: &Connection,
    tail: &Tail,
    recorded: &Recorded,
    words: &[String],
) -> Result<Option<Hit>, RowError> {
    let Some(found) = transcript(&recorded.event) else {
        return Ok(None);
    };
    let task = match (found.task, found.call) {
        (None, Some(call)) => match tail.task_of(call) {
            Some(task) => Some(task),
            None => task_of(conn, call)?,
        },
        (task, _) => task,
    };
    let session = match found.call {
        Some(call) => session_of_call(conn, recorded.seq, call)?,
        None => match task {
            Some(task) => session_of_task(conn, recorded.seq, task)?,
            None => None,
        },
    };
    Ok(Some(Hit {
        seq: recorded.seq,
        at: recorded.at,
        call: found.call,
        task,
        session,
        excerpt: excerpt(found.text, words),
    }))
}

fn task_of(conn: &Connection, call: CallId) -> Result<Option<TaskId>, RowError> {
    let mut query = conn.prepare_cached("SELECT task FROM calls WHERE call = ?1")?;
    let task = query
        .query_row([call.0.cast_signed()], |row| row.get::<_, i64>(0))
        .optional()?;
    Ok(task.map(|task| TaskId(task.cast_unsigned())))
}

/// The session of a call that ended at `ended`: its start is not far before.
fn session_of_call(
    conn: &Connection,
    ended: u64,
    call: CallId,
) -> Result<Option<SessionId>, RowError> {
    let query = "SELECT seq FROM events WHERE seq < ?1 AND kind = 'call_started'
        AND json_extract(body, '$.call') = ?2 ORDER BY seq DESC LIMIT 1";
    session_at(
        conn,
        query,
        params![ended.cast_signed(), call.0.cast_signed()],
    )
}

/// The session of the first call of a task that was added at `added`, unless it came much later.
fn session_of_task(
    conn: &Connection,
    added: u64,
    task: TaskId,
) -> Result<Option<SessionId>, RowError> {
    let query = "SELECT seq FROM events WHERE seq > ?1 AND seq < ?3 AND kind = 'call_started'
        AND json_extract(body, '$.task') = ?2 ORDER BY seq LIMIT 1";
    let until = added.saturating_add(NEAR).cast_signed();
    session_at(
        conn,
        query,
        params![added.cast_signed(), task.0.cast_signed(), until],
    )
}

fn session_at(
    conn: &Connection,
    query: &str,
    values: impl rusqlite::Params,
) -> Result<Option<SessionId>, RowError> {
    let mut query = conn.prepare_cached(query)?;
    let seq = query.query_row(values, |row| row.get::<_, i64>(0));
    let Some(seq) = seq.optional()? else {
        return Ok(None);
    };
    let started = rows::one(conn, seq.cast_unsigned())?;
    Ok(started.and_then(|recorded| {
        if let Event::CallStarted { session, .. } = recorded.event {
            Some(session)
        } else {
            None
        }
    }))
}
