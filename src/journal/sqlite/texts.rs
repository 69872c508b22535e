//! A search index over any texts that have names, thrown away with the room process: a private
//! database that is nowhere in sight, with the words of the texts but not the texts themselves.
//!
//! Each method blocks for the time of its work; who calls it does so on a thread that may.

use rusqlite::{Connection, OptionalExtension, params};

use super::index::matching;
use crate::journal::transcript::{excerpt, words};

/// The layout. Beginnings of up to three letters have lists of their own, for results as one types.
const SCHEMA: &str = "
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    PRAGMA cache_size = -16384;
    CREATE TABLE names (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE);
    CREATE VIRTUAL TABLE texts USING fts5(
        name, text, content = '', contentless_delete = 1, prefix = '1 2 3');
";

/// An index over texts with names.
#[derive(Debug)]
pub struct TextIndex {
    conn: Connection,
}

/// The index cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the documents cannot be searched: {0}")]
pub struct IndexError(#[from] rusqlite::Error);

impl TextIndex {
    /// An empty index. What does not fit into memory goes into a file that nobody else sees.
    pub fn open() -> Result<Self, IndexError> {
        let conn = Connection::open("")?;
        conn.execute_batch(SCHEMA)?;
        Ok(Self { conn })
    }

    /// Takes in texts and removals together, which is far cheaper than one by one. A `None` removes.
    pub fn put<'a>(
        &mut self,
        texts: impl IntoIterator<Item = (&'a str, Option<&'a str>)>,
    ) -> Result<(), IndexError> {
        let tx = self.conn.transaction()?;
        for (name, text) in texts {
            let mut known = tx.prepare_cached("SELECT id FROM names WHERE name = ?1")?;
            let id: Option<i64> = known.query_row([name], |row| row.get(0)).optional()?;
            if let Some(id) = id {
                tx.prepare_cached("DELETE FROM texts WHERE rowid = ?1")?
                    .execute([id])?;
                tx.prepare_cached("DELETE FROM names WHERE id = ?1")?
                    .execute([id])?;
            }
            if let Some(text) = text {
                tx.prepare_cached("INSERT INTO names (name) VALUES (?1)")?
                    .execute([name])?;
                let id = tx.last_insert_rowid();
                tx.prepare_cached("INSERT INTO texts (rowid, name, text) VALUES (?1, ?2, ?3)")?
                    .execute(params![id, name, text])?;
            }
        }
        tx.commit()?;
        Ok(())
    }

    /// Begins anew.
    pub fn clear(&mut self) -> Result<(), IndexError> {
        *self = Self::open()?;
        Ok(())
    }

    /// Names of the texts with all words of the query, the last of which may be a beginning; those
    /// that were taken in last come first.
    pub fn search(&self, query: &str, limit: usize) -> Result<Vec<String>, IndexError> {
        let words = words(query);
        let Some((last, whole)) = words.split_last() else {
            return Ok(Vec::new());
        };
        // Quoted words only, so that no query is a syntax error.
        let whole = whole.iter().map(|word| format!("\"{word}\" AND "));
        let fts = format!("{}\"{last}\"*", whole.collect::<String>());
        let ids = matching(&self.conn, "texts", &fts, limit)?;
        let mut name = self
            .conn
            .prepare_cached("SELECT name FROM names WHERE id = ?1")?;
        let mut names = Vec::with_capacity(ids.len());
        for id in ids {
            let found = name
                .query_row([id.cast_signed()], |row| row.get(0))
                .optional()?;
            names.extend(found);
        }
        Ok(names)
    }
}

/// The text around the first place where a word of the query begins, on one line.
#[must_use]
pub fn surroundings(text: &str, query: &str) -> String {
    excerpt(text, &words(query))
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{TextIndex, surroundings};

    #[test]
    fn texts_are_found_by_words_and_names_and_forgotten_when_they_go() {
        let mut index = TextIndex::open().unwrap();
        index
            .put([
                ("plan", Some("First the Größe of the tests")),
                ("notes/login", Some("the token races with the sleep")),
                ("other", Some("nothing")),
            ])
            .unwrap();
        let found = |index: &TextIndex, query: &str| index.search(query, 10).unwrap();
        assert_eq!(found(&index, "the"), ["notes/login", "plan"]);
        assert_eq!(found(&index, "the GRÖ"), ["plan"]);
        assert_eq!(found(&index, "login"), ["notes/login"]);
        assert_eq!(found(&index, "sleep tok"), ["notes/login"]);
        assert_eq!(found(&index, "slee tok"), [""; 0]);
        assert_eq!(found(&index, "\" OR * ( NEAR"), [""; 0]);
        assert_eq!(found(&index, ""), [""; 0]);
        index
            .put([("plan", Some("the second")), ("notes/login", None)])
            .unwrap();
        assert_eq!(found(&index, "the"), ["plan"]);
        assert_eq!(found(&index, "first"), [""; 0]);
        assert_eq!(index.search("the", 0).unwrap(), [""; 0]);
        index.clear().unwrap();
        assert_eq!(found(&index, "the"), [""; 0]);
        assert_eq!(surroundings("a\nb wanted\tc", "WANT"), "a b wanted c");
    }
}
