//! The doctor inside the room: one examination at a time, for all consoles that look.
//!
//! It starts servers of its own beside those that work, ends them again, and uses the shared memory
//! that the room keeps. It ends with the room.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::cli::Place;
use crate::cli::doctor::{By, Plan, Prompts, Scope};
use crate::core::{Checkup, HubKind, HubStatus};
use crate::link::CheckupWish;
use crate::mcp::{Options, Supervisor};

/// The examinations of a room.
#[derive(Debug, Clone)]
pub(super) struct Checkups {
    pub(super) place: Place,
    pub(super) options: Options,
    pub(super) hub: Weak<Supervisor>,
    pub(super) kind: HubKind,
    /// What the hub tells.
    pub(super) status: watch::Receiver<HubStatus>,
    pub(super) tasks: TaskTracker,
    /// Falls with the room.
    pub(super) stop: CancellationToken,
    /// The last one.
    pub(super) last: Arc<Mutex<Option<watch::Receiver<Checkup>>>>,
}

impl Checkups {
    /// Begins an examination or waits for news of it; all that is known then.
    pub(super) async fn answer(&self, wish: CheckupWish) -> Checkup {
        let mut seen = match wish {
            CheckupWish::Begin => self.begin(Prompts::Leave),
            CheckupWish::BeginWithPrompts => self.begin(Prompts::Send),
            CheckupWish::After(revision) => {
                let last = self.last().clone();
                let Some(mut seen) = last else {
                    return Checkup::default();
                };
                // Without a sender nothing changes any more.
                let news = |now: &Checkup| now.revision() != revision || now.is_over();
                drop(seen.wait_for(news).await);
                seen
            }
        };
        seen.borrow_and_update().clone()
    }

    fn begin(&self, prompts: Prompts) -> watch::Receiver<Checkup> {
        let mut last = self.last();
        if let Some(seen) = last.as_ref().filter(|seen| is_under_way(seen)) {
            return seen.clone();
        }
        let scope = Scope {
            place: self.place.clone(),
            prompts,
            by: By::Room {
                hub: self.hub.clone(),
                kind: self.kind,
                meter: self.status.borrow().meter,
            },
            options: self.options.clone(),
            tasks: self.tasks.clone(),
        };
        let plan = Plan::new(scope, Vec::new());
        let (checkup, seen) = watch::channel(plan.checkup());
        *last = Some(seen.clone());
        let stop = self.stop.clone();
        self.tasks.spawn(async move {
            stop.run_until_cancelled(plan.run(checkup)).await;
        });
        seen
    }

    fn last(&self) -> std::sync::MutexGuard<'_, Option<watch::Receiver<Checkup>>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether somebody still works at it.
fn is_under_way(seen: &watch::Receiver<Checkup>) -> bool {
    seen.has_changed().is_ok() && !seen.borrow().is_over()
}
