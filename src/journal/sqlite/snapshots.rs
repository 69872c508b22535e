//! Snapshots of the state: a cache that saves folding the journal from its first event. One that
//! does not fit is left out, never believed.

use rusqlite::{Connection, params};

use super::error::RowError;
use super::rows::{self, Head};
use crate::core::State;
use crate::journal::chain::Digest;

/// The shape and meaning of the state; raise it when `evolve` or the state's fields change, so
/// that older snapshots are folded anew.
pub const SNAPSHOT_VERSION: u32 = 10;

/// How many snapshots are kept.
const KEPT: u32 = 2;

/// A snapshot ready to be stored.
#[derive(Debug)]
pub(super) struct Snapshot {
    seq: u64,
    digest: Digest,
    body: String,
}

/// The newest snapshot that fits, and why newer ones do not.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) state: Option<(State, Head)>,
    pub(super) passed_over: Vec<String>,
}

impl Snapshot {
    /// Makes the stored form of a state; `None` when it has none, which costs only time later.
    pub(super) fn of(state: &State) -> Option<Self> {
        let body = serde_json::to_string(state).ok()?;
        Some(Self {
            seq: state.seq(),
            digest: Digest::of(&body),
            body,
        })
    }

    /// Stores it and drops all but the newest few. A state of events that are not in the journal
    /// is not stored.
    pub(super) fn store(&self, conn: &mut Connection) -> Result<(), RowError> {
        let Some(chain) = rows::hash_at(conn, self.seq)? else {
            return Ok(());
        };
        let tx = conn.transaction()?;
        tx.execute(
            "INSERT OR REPLACE INTO snapshots (seq, version, chain, digest, body)
             VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                self.seq.cast_signed(),
                version(),
                chain.as_bytes(),
                self.digest.as_bytes(),
                self.body,
            ],
        )?;
        tx.execute(
            "DELETE FROM snapshots WHERE seq NOT IN
             (SELECT seq FROM snapshots ORDER BY seq DESC LIMIT ?1)",
            [KEPT],
        )?;
        tx.commit()?;
        Ok(())
    }
}

/// Looks for the newest snapshot that fits the journal and this version.
pub(super) fn newest(conn: &Connection) -> Result<Found, RowError> {
    let mut found = Found::default();
    let mut query =
        conn.prepare("SELECT seq, version, chain, digest, body FROM snapshots ORDER BY seq DESC")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let seq = row.get::<_, i64>(0)?.cast_unsigned();
        let columns = || Ok((row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?));
        let fitting = match columns() {
            Ok(columns) => fit(conn, seq, columns)?,
            Err(error) => Err(rusqlite::Error::to_string(&error)),
        };
        match fitting {
            Ok(state) => {
                found.state = Some(state);
                break;
            }
            Err(why) => found
                .passed_over
                .push(format!("that of event {seq}: {why}")),
        }
    }
    Ok(found)
}

type Columns = (String, Vec<u8>, Vec<u8>, String);

/// The state of a stored snapshot, or why it does not fit.
fn fit(
    conn: &Connection,
    seq: u64,
    (made_by, chain, digest, body): Columns,
) -> Result<Result<(State, Head), String>, RowError> {
    if made_by != version() {
        return Ok(Err(format!("version {made_by} made it")));
    }
    let Some(hash) = rows::hash_at(conn, seq)? else {
        return Ok(Err("the journal does not hold that event".to_owned()));
    };
    if chain != hash.as_bytes() {
        return Ok(Err("it belongs to another journal".to_owned()));
    }
    if digest != Digest::of(&body).as_bytes() {
        return Ok(Err("it is damaged".to_owned()));
    }
    Ok(match serde_json::from_str::<State>(&body) {
        Ok(state) if state.seq() == seq => Ok((state, Head { seq, hash })),
        Ok(state) => Err(format!("it holds event {}", state.seq())),
        Err(error) => Err(error.to_string()),
    })
}

fn version() -> String {
    format!("{SNAPSHOT_VERSION}+{}", env!("CARGO_PKG_VERSION"))
}
