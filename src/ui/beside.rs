//! The count that is too long for the loop of a console: done on a thread of its own, one at a time.
//!
//! Knows nothing of votes; what is counted and what it is good for is the console's.

use tokio::task::{JoinHandle, spawn_blocking};

use crate::ui::console::{Console, Counted};
use crate::ui::room::Room;

/// The count that is under way, if one is. It ends by itself, in a fraction of a second, also where
/// nobody waits for it any more.
#[derive(Debug, Default)]
pub(super) struct Beside(Option<JoinHandle<Box<Counted>>>);

impl Beside {
    /// Begins what the console wants to have counted, unless something still is.
    pub(super) fn begin(&mut self, console: &mut Console, room: &impl Room) {
        if self.0.is_none() {
            let work = console.work(room);
            self.0 = work.map(|work| spawn_blocking(|| Box::new(work.run())));
        }
    }

    /// Waits for the end of the count; for ever where there is none. A count that failed counts for
    /// nothing, and the console asks again.
    pub(super) async fn done(&mut self) -> Box<Counted> {
        if let Some(running) = &mut self.0 {
            let counted = running.await;
            self.0 = None;
            if let Ok(counted) = counted {
                return counted;
            }
        }
        std::future::pending().await
    }
}
