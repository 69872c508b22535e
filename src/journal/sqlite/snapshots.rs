//! Snapshots of the state: a cache that saves folding the journal from its first event. One that
//! does not fit is left out, never believed.
//!
//! The newest two are kept for the next start, and some older ones, spread evenly over the journal, for
//! whoever wants to see the room as it was.

use rusqlite::{Connection, params};

use super::error::RowError;
use super::rows::{self, Head};
use crate::core::State;
use crate::journal::chain::Digest;

/// The shape and meaning of the state; raise it when `evolve` or the state's fields change, so
/// that older snapshots are folded anew.
pub const SNAPSHOT_VERSION: u32 = 14;

/// How many of the newest snapshots are kept whatever their size.
const NEWEST: usize = 2;
/// How many snapshots are kept at most.
const KEPT: usize = 16;
/// How many bytes those may have together that are not among the newest.
const OLDER_BYTES: u64 = 64 * 1024 * 1024;

/// A snapshot ready to be stored.
#[derive(Debug)]
pub(super) struct Snapshot {
    seq: u64,
    digest: Digest,
    body: String,
}

/// The newest snapshot that fits, and why the newest ones do not.
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

    /// Stores it and drops those that are too many, and those of other versions. A state of events that
    /// are not in the journal is not stored.
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
        tx.execute("DELETE FROM snapshots WHERE version != ?1", [version()])?;
        let mut stored = sizes(&tx)?;
        while let Some(place) = surplus(&stored) {
            let (seq, _) = stored.remove(place);
            tx.execute("DELETE FROM snapshots WHERE seq = ?1", [seq.cast_signed()])?;
        }
        tx.commit()?;
        Ok(())
    }
}

/// Place and bytes of each snapshot, oldest first.
fn sizes(conn: &Connection) -> rusqlite::Result<Vec<(u64, u64)>> {
    let mut query = conn.prepare("SELECT seq, octet_length(body) FROM snapshots ORDER BY seq")?;
    let rows = query.query_map([], |row| {
        let (seq, bytes) = (row.get::<_, i64>(0)?, row.get::<_, i64>(1)?);
        Ok((seq.cast_unsigned(), bytes.cast_unsigned()))
    })?;
    rows.collect()
}

/// Which of these snapshots, given by place and bytes, is to go first: the one without which the way
/// from those before to those behind it grows least.
fn surplus(stored: &[(u64, u64)]) -> Option<usize> {
    let older = stored.len().saturating_sub(NEWEST);
    let bytes: u64 = stored.iter().take(older).map(|(_, bytes)| bytes).sum();
    if stored.len() <= KEPT && bytes <= OLDER_BYTES {
        return None;
    }
    let starts = std::iter::once(0).chain(stored.iter().map(|(seq, _)| *seq));
    let ends = stored.iter().skip(1).map(|(seq, _)| *seq);
    let ways = starts.zip(ends).take(older).map(|(from, to)| to - from);
    let shortest = ways.enumerate().min_by_key(|(_, way)| *way);
    shortest.map(|(place, _)| place)
}

/// Looks for the newest snapshot that fits the journal and this version, of an event at or before `at`.
pub(super) fn newest(conn: &Connection, at: u64) -> Result<Found, RowError> {
    let mut found = Found::default();
    let mut query = conn.prepare(
        "SELECT seq, version, chain, digest, body FROM snapshots WHERE seq <= ?1 ORDER BY seq DESC",
    )?;
    let most = i64::try_from(at).unwrap_or(i64::MAX);
    let mut rows = query.query([most])?;
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
            Err(why) if found.passed_over.len() < NEWEST => found
                .passed_over
                .push(format!("that of event {seq}: {why}")),
            Err(_) => {}
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

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{KEPT, NEWEST, OLDER_BYTES, surplus};

    /// What is left after a snapshot of so many bytes at every ten thousandth of so many events.
    fn left(events: u64, bytes: u64) -> Vec<u64> {
        let mut stored = Vec::new();
        for seq in (10_000..=events).step_by(10_000) {
            stored.push((seq, bytes));
            while let Some(place) = surplus(&stored) {
                stored.remove(place);
            }
        }
        stored.into_iter().map(|(seq, _)| seq).collect()
    }

    #[test]
    fn the_newest_stay_and_the_others_are_spread_over_the_journal() {
        let seqs = left(1_000_000, 1000);
        assert_eq!(seqs.len(), KEPT);
        assert_eq!(seqs[KEPT - NEWEST..], [990_000, 1_000_000]);
        let ways = std::iter::once(0).chain(seqs.iter().copied());
        let longest = ways.zip(&seqs).map(|(from, to)| to - from).max();
        // Even would be 1,000,000 / 15; a way is at most about twice as long.
        assert!(longest.unwrap() <= 150_000, "{seqs:?}");
    }

    #[test]
    fn large_ones_are_few_and_the_newest_stay_whatever_their_size() {
        assert_eq!(left(1_000_000, OLDER_BYTES / 3).len(), NEWEST + 3);
        assert_eq!(left(100_000, OLDER_BYTES + 1), [90_000, 100_000]);
        assert_eq!(left(20_000, 1), [10_000, 20_000]);
    }
}
