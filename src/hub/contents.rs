//! What is in the memory folder, as it is known from one moment to the next: kept by the watch, asked
//! by consoles. Cheap to clone.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::core::Timestamp;
use crate::core::document::{Catalog, DocumentOwner, DocumentPage, DocumentRow};
use crate::hub::document::Prefix;

/// All documents that were seen in the folder.
#[derive(Debug, Clone)]
pub struct Contents {
    prefix: Prefix,
    catalog: Arc<Mutex<Catalog>>,
    /// The place of the last change.
    changed: watch::Sender<u64>,
}

impl Contents {
    pub(super) fn new(prefix: Prefix) -> Self {
        Self {
            prefix,
            catalog: Arc::default(),
            changed: watch::Sender::new(Catalog::default().last()),
        }
    }

    /// Whose the document of a name is.
    #[must_use]
    pub fn owner(&self, name: &str) -> DocumentOwner {
        if self.prefix.document(name).is_some() {
            DocumentOwner::Room
        } else if self.prefix.is_kept(name) {
            DocumentOwner::KeptAside
        } else {
            DocumentOwner::Note
        }
    }

    /// The next part of what has changed after a place, as soon as something has. Waits for ever
    /// where nothing changes any more.
    pub async fn after(&self, place: u64) -> DocumentPage {
        let mut changed = self.changed.subscribe();
        if place != 0 {
            // The sender lives in `self`.
            drop(changed.wait_for(|last| *last != place).await);
        }
        self.lock().page(place)
    }

    /// The next part of what has changed after a place, which may be nothing.
    #[must_use]
    pub fn page(&self, place: u64) -> DocumentPage {
        self.lock().page(place)
    }

    /// Ends when something has changed after a place.
    pub async fn wait(&self, place: u64) {
        let mut changed = self.changed.subscribe();
        drop(changed.wait_for(|last| *last != place).await);
    }

    /// How many documents there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.lock().len()
    }

    pub(super) fn put(&self, name: String, bytes: u64, at: Timestamp) {
        let owner = self.owner(&name);
        let row = DocumentRow {
            name,
            bytes,
            at,
            owner,
        };
        self.change(|catalog| catalog.put(row));
    }

    pub(super) fn remove(&self, name: &str) {
        self.change(|catalog| catalog.remove(name));
    }

    pub(super) fn begin_pass(&self) {
        self.lock().begin_pass();
    }

    pub(super) fn end_pass(&self) {
        self.change(Catalog::end_pass);
    }

    fn change(&self, change: impl FnOnce(&mut Catalog) -> bool) {
        let mut catalog = self.lock();
        if change(&mut catalog) {
            let last = catalog.last();
            drop(catalog);
            self.changed.send_replace(last);
        }
    }

    /// A catalog is never left half changed.
    fn lock(&self) -> MutexGuard<'_, Catalog> {
        self.catalog.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
