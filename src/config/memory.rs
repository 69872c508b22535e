//! `[memory]`: how long the shared memory holds old work, and how much of it.

use std::time::Duration;

use super::effective::{Values, or_none, quoted};
use super::item::Item;
use super::place::Origin;
use super::read::Table;
use super::value::{Amount, Lull, Name};

/// What becomes of results and conflicts that are old.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Old {
    /// A summary stands in their place.
    Summary,
    /// They are removed, and a line in an index stands for them.
    Archive,
}

impl Old {
    const WORDS: [(&'static str, Self); 2] =
        [("summary", Self::Summary), ("archive", Self::Archive)];

    /// The word in the file.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Summary => "summary",
            Self::Archive => "archive",
        }
    }
}

/// The `[memory]` table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Memory {
    /// How long the results and conflicts of ended tasks stay whole.
    pub keep: Lull,
    /// How many bytes of them there are at most.
    pub most: Amount,
    /// What becomes of those that are older, or too many.
    pub old: Old,
    /// The member that writes the digests of sessions, and where it is set; the room does without.
    pub digest: Option<(Name, Origin)>,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            keep: Lull::After(Duration::from_hours(30 * 24)),
            most: Amount::UpTo(64_000_000),
            old: Old::Summary,
            digest: None,
        }
    }
}

impl Memory {
    pub(super) fn apply(&mut self, table: &mut Table<'_, '_>) {
        table.set(&mut self.keep, "keep", Item::lull);
        table.set(&mut self.most, "most", Item::amount);
        table.set(&mut self.old, "old", |item| item.word(&Old::WORDS));
        let named = |item: Item<'_>| Ok(Some((item.name()?, item.origin())));
        table.set(&mut self.digest, "digest", named);
    }

    pub(super) fn values(&self) -> Values {
        let digest = self.digest.as_ref();
        let digest = digest.map(|(name, _)| quoted(name.as_str()));
        vec![
            ("memory.keep".to_owned(), quoted(&self.keep.text())),
            ("memory.most".to_owned(), quoted(&self.most.text())),
            ("memory.old".to_owned(), quoted(self.old.word())),
            ("memory.digest".to_owned(), or_none(digest, "by rules")),
        ]
    }
}
