//! One call at a time on each name.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OwnedMutexGuard;

use super::name::MemoryName;

/// Holds names for as long as it lives.
pub(super) type Held = Vec<OwnedMutexGuard<()>>;

/// Who holds what.
#[derive(Debug, Default)]
pub(super) struct NameLocks {
    book: Mutex<HashMap<MemoryName, Arc<tokio::sync::Mutex<()>>>>,
}

impl NameLocks {
    /// Waits until all of `names` are free, then holds them. Always in order of the names, so
    /// that two calls never wait for each other.
    pub(super) async fn hold(&self, names: &[&MemoryName]) -> Held {
        let mut ordered = names.to_vec();
        ordered.sort();
        ordered.dedup();
        let mut held = Vec::with_capacity(ordered.len());
        for name in ordered {
            held.push(self.lock_of(name).lock_owned().await);
        }
        held
    }

    fn lock_of(&self, name: &MemoryName) -> Arc<tokio::sync::Mutex<()>> {
        let mut book = self.book.lock().unwrap_or_else(PoisonError::into_inner);
        // A lock that only the book knows is held by nobody.
        book.retain(|_, lock| Arc::strong_count(lock) > 1);
        Arc::clone(book.entry(name.clone()).or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_name_waits_and_another_does_not() {
        let locks = NameLocks::default();
        let (a, b) = (
            MemoryName::parse("a").unwrap(),
            MemoryName::parse("b").unwrap(),
        );
        let held = locks.hold(&[&a]).await;
        let both = [&b, &a, &b];
        let mut second = Box::pin(locks.hold(&both));
        assert!(futures_util::poll!(&mut second).is_pending());
        drop(held);
        drop(second.await);
        drop(locks.hold(&[&b]).await);
        assert!(locks.book.lock().unwrap().len() <= 1);
    }
}
