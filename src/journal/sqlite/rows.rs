//! Events as rows: written with their hashes and blobs, read back and checked against both.

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::Value;

use super::error::RowError;
use crate::core::{Event, Recorded, Timestamp};
use crate::journal::blobs::{self, REDACTED};
use crate::journal::chain::{Digest, Link};
use crate::journal::codec;

/// The last event of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) seq: u64,
    pub(super) hash: Digest,
}

impl Head {
    /// Before the first event.
    pub(super) const NONE: Self = Self {
        seq: 0,
        hash: Digest::ZERO,
    };
}

/// The columns of [`stored`], in order.
const COLUMNS: &str = "seq, at, kind, version, body, prev_hash, hash";

/// A row as it is stored.
#[derive(Debug)]
pub(super) struct Stored {
    seq: u64,
    at: u64,
    kind: String,
    version: u16,
    body: String,
    prev_hash: Vec<u8>,
    hash: Vec<u8>,
}

/// Writes one event after `head` and returns the new head.
pub(super) fn write(
    conn: &Connection,
    head: Head,
    at: Timestamp,
    event: &Event,
) -> rusqlite::Result<Head> {
    let mut encoded = codec::encode(event);
    let blobs = blobs::take_out(&mut encoded.body);
    let body = encoded.body.to_string();
    let seq = head.seq + 1;
    let link = Link {
        seq,
        at: at.0,
        kind: encoded.kind,
        version: encoded.version,
        body: &body,
    };
    let hash = link.hash(&head.hash);
    // A text that was redacted once stays redacted.
    let mut keep = conn
        .prepare_cached("INSERT INTO blobs (hash, body) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?;
    for blob in &blobs {
        keep.execute(params![blob.hash.as_bytes(), blob.text])?;
    }
    let mut insert = conn.prepare_cached(
        "INSERT INTO events (seq, at, kind, version, body, prev_hash, hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    insert.execute(params![
        seq.cast_signed(),
        at.0.cast_signed(),
        encoded.kind,
        encoded.version,
        body,
        head.hash.as_bytes(),
        hash.as_bytes(),
    ])?;
    Ok(Head { seq, hash })
}

/// The last event.
pub(super) fn head(conn: &Connection) -> Result<Head, RowError> {
    let sql = "SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1";
    let found = conn
        .query_row(sql, [], |row| {
            Ok((
                row.get::<_, i64>(0)?.cast_unsigned(),
                row.get::<_, Vec<u8>>(1)?,
            ))
        })
        .optional()?;
    let Some((seq, hash)) = found else {
        return Ok(Head::NONE);
    };
    let hash = digest(seq, &hash)?;
    Ok(Head { seq, hash })
}

/// The hash of the event at `seq`, if there is one.
pub(super) fn hash_at(conn: &Connection, seq: u64) -> Result<Option<Digest>, RowError> {
    let hash = conn
        .query_row(
            "SELECT hash FROM events WHERE seq = ?1",
            [seq.cast_signed()],
            |row| row.get::<_, Vec<u8>>(0),
        )
        .optional()?;
    hash.map(|hash| digest(seq, &hash)).transpose()
}

/// Hands every event after `head` to `each`, checking that it follows the one before; returns the
/// new head.
pub(super) fn follow_chain(
    conn: &Connection,
    head: Head,
    mut each: impl FnMut(Recorded),
) -> Result<Head, RowError> {
    let mut head = head;
    let sql = format!("SELECT {COLUMNS} FROM events WHERE seq > ?1 ORDER BY seq");
    let mut query = conn.prepare(&sql)?;
    let mut rows = query.query([head.seq.cast_signed()])?;
    while let Some(row) = rows.next()? {
        let stored = stored(row)?;
        head = stored.check(head)?;
        each(stored.read(conn)?);
    }
    Ok(head)
}

/// Events from `from` on: at most `limit`, and fewer when they are larger than `bytes` together.
pub(super) fn page(
    conn: &Connection,
    from: u64,
    limit: usize,
    bytes: usize,
) -> Result<Vec<Recorded>, RowError> {
    let sql = format!("SELECT {COLUMNS} FROM events WHERE seq >= ?1 ORDER BY seq LIMIT ?2");
    let mut query = conn.prepare_cached(&sql)?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut rows = query.query([i64::try_from(from).unwrap_or(i64::MAX), limit])?;
    let (mut events, mut size) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        let stored = stored(row)?;
        let (recorded, larger) = stored.read_sized(conn)?;
        size += larger;
        if size > bytes && !events.is_empty() {
            break;
        }
        events.push(recorded);
    }
    Ok(events)
}

/// The event at `seq`, if there is one.
pub(super) fn one(conn: &Connection, seq: u64) -> Result<Option<Recorded>, RowError> {
    Ok(page(conn, seq, 1, 0)?
        .pop()
        .filter(|found| found.seq == seq))
}

impl Stored {
    /// Checks that it follows `head` and is what its hash says; returns it as the new head.
    fn check(&self, head: Head) -> Result<Head, RowError> {
        let damaged = |why: &str| RowError::Damaged {
            seq: self.seq,
            why: why.to_owned(),
        };
        if self.seq != head.seq + 1 {
            return Err(damaged(&format!("{} is missing before it", head.seq + 1)));
        }
        if self.prev_hash != head.hash.as_bytes() {
            return Err(damaged("it does not follow the event before it"));
        }
        let link = Link {
            seq: self.seq,
            at: self.at,
            kind: &self.kind,
            version: self.version,
            body: &self.body,
        };
        let hash = link.hash(&head.hash);
        if self.hash != hash.as_bytes() {
            return Err(damaged("it is not what its hash says"));
        }
        Ok(Head {
            seq: self.seq,
            hash,
        })
    }

    fn read(self, conn: &Connection) -> Result<Recorded, RowError> {
        self.read_sized(conn).map(|(recorded, _)| recorded)
    }

    /// The event, and how many bytes it takes with its blobs.
    fn read_sized(self, conn: &Connection) -> Result<(Recorded, usize), RowError> {
        let seq = self.seq;
        let mut size = self.body.len();
        let mut body: Value =
            serde_json::from_str(&self.body).map_err(|error| RowError::Damaged {
                seq,
                why: format!("its body is no JSON: {error}"),
            })?;
        blobs::put_back(&mut body, &mut |name| {
            let text = blob(conn, seq, name)?;
            size += text.len();
            Ok::<_, RowError>(text)
        })?;
        let event = codec::decode(&self.kind, self.version, body)
            .map_err(|source| RowError::Unknown { seq, source })?;
        let at = Timestamp(self.at);
        Ok((Recorded { seq, at, event }, size))
    }
}

fn stored(row: &Row<'_>) -> Result<Stored, RowError> {
    let seq = row.get::<_, i64>(0)?.cast_unsigned();
    let read = || {
        Ok(Stored {
            seq,
            at: row.get::<_, i64>(1)?.cast_unsigned(),
            kind: row.get(2)?,
            version: row.get(3)?,
            body: row.get(4)?,
            prev_hash: row.get(5)?,
            hash: row.get(6)?,
        })
    };
    read().map_err(|error: rusqlite::Error| RowError::Damaged {
        seq,
        why: error.to_string(),
    })
}

fn blob(conn: &Connection, seq: u64, name: &str) -> Result<String, RowError> {
    let damaged = |why: &str| RowError::Damaged {
        seq,
        why: format!("{why} ({name})"),
    };
    let hash = Digest::from_hex(name).ok_or_else(|| damaged("a text has no proper name"))?;
    let mut query = conn.prepare_cached("SELECT body FROM blobs WHERE hash = ?1")?;
    let found: Option<Option<String>> = query
        .query_row([hash.as_bytes()], |row| row.get(0))
        .optional()?;
    match found {
        Some(Some(text)) if Digest::of(&text) == hash => Ok(text),
        Some(Some(_)) => Err(damaged("a text is not what its hash says")),
        Some(None) => Ok(REDACTED.to_owned()),
        None => Err(damaged("a text is missing")),
    }
}

fn digest(seq: u64, bytes: &[u8]) -> Result<Digest, RowError> {
    Digest::from_slice(bytes).ok_or_else(|| RowError::Damaged {
        seq,
        why: "its hash has the wrong length".to_owned(),
    })
}
