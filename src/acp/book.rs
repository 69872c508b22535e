//! Which sessions of an agent are known here, and which of them lies idle for longest. What a session is,
//! and what is done with it, is [`session`](super::session)'s.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::session::{Seat, Sitting};

/// Sessions that are remembered at most; the agent itself forgets none.
const KNOWN_MAX: usize = 4096;

/// The sessions of one agent process.
#[derive(Debug, Default)]
pub(super) struct Book {
    pages: Mutex<Pages>,
}

#[derive(Debug, Default)]
struct Pages {
    known: BTreeMap<String, Page>,
    uses: u64,
}

#[derive(Debug)]
struct Page {
    sitting: Arc<tokio::sync::Mutex<Sitting>>,
    /// When it was used last, counted in uses.
    used: u64,
}

impl Book {
    /// A session, which counts as used.
    pub(super) fn get(&self, id: &str) -> Option<Arc<tokio::sync::Mutex<Sitting>>> {
        let mut pages = self.pages();
        let used = pages.turn();
        let page = pages.known.get_mut(id)?;
        page.used = used;
        Some(Arc::clone(&page.sitting))
    }

    /// Forgets a session.
    pub(super) fn remove(&self, id: &str) -> Option<Arc<tokio::sync::Mutex<Sitting>>> {
        self.pages().known.remove(id).map(|page| page.sitting)
    }

    /// Knows one more; the one that was not used for longest is forgotten where there are too many.
    pub(super) fn add(&self, sitting: Sitting) -> Arc<tokio::sync::Mutex<Sitting>> {
        let id = sitting.id.clone();
        let sitting = Arc::new(tokio::sync::Mutex::new(sitting));
        let mut pages = self.pages();
        if pages.known.len() >= KNOWN_MAX {
            let oldest = pages.known.iter().min_by_key(|(_, page)| page.used);
            if let Some(oldest) = oldest.map(|(id, _)| id.clone()) {
                pages.known.remove(&oldest);
            }
        }
        let used = pages.turn();
        let page = Page {
            sitting: Arc::clone(&sitting),
            used,
        };
        pages.known.insert(id, page);
        sitting
    }

    /// The session that was not used for longest of those that the agent has open and nobody holds, where
    /// these are more than `kept`.
    pub(super) fn surplus(&self, kept: usize) -> Option<Seat> {
        let mut idle: Vec<(u64, Seat)> = self
            .pages()
            .known
            .values()
            .filter_map(|page| {
                let seat = Arc::clone(&page.sitting).try_lock_owned().ok()?;
                seat.open.then_some((page.used, seat))
            })
            .collect();
        if idle.len() <= kept {
            return None;
        }
        let oldest = idle.iter().enumerate().min_by_key(|(_, (used, _))| *used);
        let oldest = oldest.map(|(at, _)| at)?;
        Some(idle.swap_remove(oldest).1)
    }

    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pages {
    fn turn(&mut self) -> u64 {
        self.uses += 1;
        self.uses
    }
}
