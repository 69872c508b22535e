//! Which documents there are, in the order in which they changed.

use std::collections::BTreeMap;

use super::{DocumentPage, DocumentRow};

/// How many changes a page tells at most.
pub const PAGE: usize = 2_000;
/// How many documents are listed at most.
pub const DOCUMENTS_MAX: usize = 200_000;
/// How many removals are remembered for those who looked before.
const GONE_MAX: usize = 4_096;

/// All documents, and the order in which they changed. Each change has the next place.
#[derive(Debug, Clone)]
pub struct Catalog {
    rows: BTreeMap<String, Placed>,
    changes: BTreeMap<u64, String>,
    gone: BTreeMap<u64, String>,
    last: u64,
    /// Removals up to this place are forgotten.
    forgotten: u64,
    pass: u32,
    bytes: u64,
}

#[derive(Debug, Clone)]
struct Placed {
    row: DocumentRow,
    place: u64,
    pass: u32,
}

impl Default for Catalog {
    /// Nothing, at the first place: 0 is where those are who know nothing.
    fn default() -> Self {
        Self {
            rows: BTreeMap::new(),
            changes: BTreeMap::new(),
            gone: BTreeMap::new(),
            last: 1,
            forgotten: 0,
            pass: 0,
            bytes: 0,
        }
    }
}

impl Catalog {
    /// A document is there; true when that is news.
    pub fn put(&mut self, row: DocumentRow) -> bool {
        let pass = self.pass;
        if let Some(known) = self.rows.get_mut(&row.name) {
            known.pass = pass;
            if known.row == row {
                return false;
            }
            self.changes.remove(&known.place);
            self.bytes = self.bytes.saturating_sub(known.row.bytes);
        } else if self.rows.len() >= DOCUMENTS_MAX {
            return false;
        }
        self.last += 1;
        let place = self.last;
        self.bytes = self.bytes.saturating_add(row.bytes);
        self.changes.insert(place, row.name.clone());
        self.rows
            .insert(row.name.clone(), Placed { row, place, pass });
        true
    }

    /// A document is gone; true when that is news.
    pub fn remove(&mut self, name: &str) -> bool {
        let Some(known) = self.rows.remove(name) else {
            return false;
        };
        self.changes.remove(&known.place);
        self.bytes = self.bytes.saturating_sub(known.row.bytes);
        self.last += 1;
        self.gone.insert(self.last, name.to_owned());
        while self.gone.len() > GONE_MAX {
            if let Some((place, _)) = self.gone.pop_first() {
                self.forgotten = place;
            }
        }
        true
    }

    /// All documents will be met again; see [`end_pass`](Self::end_pass).
    pub fn begin_pass(&mut self) {
        self.pass = self.pass.wrapping_add(1);
    }

    /// What was not put since the pass began is gone; true when that is news.
    pub fn end_pass(&mut self) -> bool {
        let pass = self.pass;
        let left = self.rows.iter().filter(|(_, placed)| placed.pass != pass);
        let names: Vec<String> = left.map(|(name, _)| name.clone()).collect();
        for name in &names {
            self.remove(name);
        }
        !names.is_empty()
    }

    /// The place of the last change.
    #[must_use]
    pub fn last(&self) -> u64 {
        self.last
    }

    /// How many documents there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The size of all of them together in bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// One document.
    #[must_use]
    pub fn row(&self, name: &str) -> Option<&DocumentRow> {
        self.rows.get(name).map(|placed| &placed.row)
    }

    /// The next part of what has changed after a place.
    #[must_use]
    pub fn page(&self, after: u64) -> DocumentPage {
        let anew = after == 0 || after < self.forgotten || after > self.last;
        let after = if anew { 0 } else { after };
        let from = after.saturating_add(1);
        let mut page = DocumentPage {
            anew,
            upto: after,
            ..DocumentPage::default()
        };
        let mut rows = self.changes.range(from..).peekable();
        // Who begins anew knows of nothing that could be gone.
        let mut gone = self
            .gone
            .range(if anew { u64::MAX } else { from }..)
            .peekable();
        for _ in 0..PAGE {
            let row_at = rows.peek().map(|(place, _)| **place);
            let gone_at = gone.peek().map(|(place, _)| **place);
            match (row_at, gone_at) {
                (None, None) => break,
                (row, other) if other.is_none_or(|other| row.is_some_and(|row| row < other)) => {
                    if let Some((place, name)) = rows.next() {
                        page.upto = *place;
                        page.rows.extend(self.row(name).cloned());
                    }
                }
                (_, _) => {
                    if let Some((place, name)) = gone.next() {
                        page.upto = *place;
                        page.gone.push(name.clone());
                    }
                }
            }
        }
        page.more = rows.peek().is_some() || gone.peek().is_some();
        if !page.more {
            page.upto = self.last;
        }
        page
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use pretty_assertions::assert_eq;

    use super::{Catalog, DocumentPage, GONE_MAX, PAGE};
    use crate::core::Timestamp;
    use crate::core::document::{DocumentOwner, DocumentRow};

    fn row(name: &str, bytes: u64) -> DocumentRow {
        DocumentRow {
            name: name.to_owned(),
            bytes,
            at: Timestamp(bytes),
            owner: DocumentOwner::Note,
        }
    }

    /// A console that takes page after page.
    #[derive(Default)]
    struct Replica {
        rows: BTreeMap<String, DocumentRow>,
        after: u64,
        pages: usize,
    }

    impl Replica {
        fn catch_up(&mut self, catalog: &Catalog) {
            loop {
                let page = catalog.page(self.after);
                self.take(&page);
                if !page.more {
                    return;
                }
            }
        }

        fn take(&mut self, page: &DocumentPage) {
            if page.anew {
                self.rows.clear();
            }
            for name in &page.gone {
                self.rows.remove(name);
            }
            for row in &page.rows {
                self.rows.insert(row.name.clone(), row.clone());
            }
            self.after = page.upto;
            self.pages += 1;
        }
    }

    #[test]
    fn a_replica_that_takes_page_after_page_has_all() {
        let (mut catalog, mut replica) = (Catalog::default(), Replica::default());
        for number in 0..3 * PAGE {
            catalog.put(row(&format!("n{number}"), 1));
        }
        replica.catch_up(&catalog);
        assert_eq!((replica.rows.len(), replica.pages), (3 * PAGE, 3));
        for round in 0..200_usize {
            for step in 0..round * 7 % 60 {
                let number = round * 7_919 + step * 104_729;
                let name = format!("n{}", number % 7_000);
                match number % 3 {
                    0 => drop(catalog.remove(&name)),
                    _ => drop(catalog.put(row(&name, number as u64 % 9))),
                }
            }
            replica.catch_up(&catalog);
            let all = catalog
                .rows
                .iter()
                .map(|(name, it)| (name.clone(), it.row.clone()));
            assert_eq!(replica.rows, all.collect());
            let bytes: u64 = replica.rows.values().map(|row| row.bytes).sum();
            assert_eq!(
                (catalog.bytes(), catalog.page(replica.after).rows.len()),
                (bytes, 0)
            );
        }
    }

    #[test]
    fn who_looked_before_more_was_removed_than_is_remembered_begins_anew() {
        let (mut catalog, mut replica) = (Catalog::default(), Replica::default());
        for number in 0..2 * GONE_MAX {
            catalog.put(row(&format!("n{number}"), 1));
        }
        replica.catch_up(&catalog);
        for number in 0..2 * GONE_MAX - 1 {
            catalog.remove(&format!("n{number}"));
        }
        assert!(catalog.page(replica.after).anew);
        replica.catch_up(&catalog);
        assert_eq!(replica.rows.len(), 1);
    }

    #[test]
    fn who_has_seen_that_there_is_nothing_is_told_no_more() {
        let catalog = Catalog::default();
        let page = catalog.page(0);
        assert!(page.anew && !page.more && page.upto == catalog.last());
        let again = catalog.page(page.upto);
        assert!(!again.anew && again.upto == page.upto);
    }

    #[test]
    fn what_a_pass_does_not_meet_is_gone() {
        let mut catalog = Catalog::default();
        for name in ["a", "b", "c"] {
            assert!(catalog.put(row(name, 1)));
        }
        catalog.begin_pass();
        assert!(!catalog.put(row("a", 1)));
        assert!(catalog.put(row("c", 2)));
        assert!(catalog.end_pass());
        assert_eq!(
            (catalog.row("b"), catalog.len(), catalog.bytes()),
            (None, 2, 3)
        );
        assert!(!catalog.remove("b"));
    }
}
