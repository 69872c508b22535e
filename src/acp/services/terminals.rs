//! The commands that run for an agent in one turn. What each writes is kept up to a bound, and none outlives
//! its turn: a command is ended with its whole tree when it is given back, when the turn is over, or when the room
//! or the agent is gone.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::mcp::{Errand, Options, Ran, Tail, run_errand};

/// Commands of one turn that run, or are not given back yet.
const MOST: usize = 16;
/// The most that is kept of what a command writes, in bytes.
pub(super) const OUTPUT_MAX: usize = 1024 * 1024;

/// The commands of one turn.
#[derive(Debug, Default)]
pub(super) struct Terminals {
    all: Mutex<All>,
}

#[derive(Debug, Default)]
struct All {
    known: BTreeMap<String, Terminal>,
    /// Given back, and maybe not at their end yet.
    released: Vec<Terminal>,
}

/// A command that was started.
#[derive(Debug, Clone)]
pub(super) struct Terminal {
    tail: Arc<Tail>,
    kill: CancellationToken,
    ended: watch::Receiver<Option<Ran>>,
}

/// Why a command is not started.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotNow {
    /// There are too many of them.
    #[error(
        "{MOST} commands of this turn run or are not given back: release one before another is started"
    )]
    TooMany,
    /// The turn is over.
    #[error("the turn is over")]
    Over,
}

impl Terminals {
    /// Starts a command under a name that was never used before; it ends when `over` falls.
    pub(super) fn start(
        &self,
        id: String,
        errand: Errand,
        most: usize,
        options: &Options,
        over: &CancellationToken,
        tasks: &TaskTracker,
    ) -> Result<Terminal, NotNow> {
        let mut all = self.all();
        // Whoever ends all of them does so after this has fallen.
        if over.is_cancelled() {
            return Err(NotNow::Over);
        }
        all.released.retain(|one| one.ran().is_none());
        if all.known.len() + all.released.len() >= MOST {
            return Err(NotNow::TooMany);
        }
        let tail = Arc::new(Tail::new(most.min(OUTPUT_MAX)));
        let kill = over.child_token();
        let (end, ended) = watch::channel(None);
        let (writes, stop, options) = (Arc::clone(&tail), kill.clone(), options.clone());
        tasks.spawn(async move {
            let ran = run_errand(&errand, &options, &writes, &stop).await;
            // Nobody may listen any more.
            drop(end.send(Some(ran)));
        });
        let terminal = Terminal { tail, kill, ended };
        all.known.insert(id, terminal.clone());
        Ok(terminal)
    }

    /// A command of this turn that was not given back.
    pub(super) fn get(&self, id: &str) -> Option<Terminal> {
        self.all().known.get(id).cloned()
    }

    /// Takes one back, and ends it. False where there is none.
    pub(super) fn release(&self, id: &str) -> bool {
        let mut all = self.all();
        let Some(terminal) = all.known.remove(id) else {
            return false;
        };
        terminal.kill();
        all.released.push(terminal);
        true
    }

    /// Waits until all of them have ended, which was ordered.
    pub(super) async fn ended(&self) {
        let All { known, released } = std::mem::take(&mut *self.all());
        for mut terminal in known.into_values().chain(released) {
            terminal.ended().await;
        }
    }

    fn all(&self) -> MutexGuard<'_, All> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Terminal {
    /// What it wrote so far, cut at the front between two characters, and whether there was more.
    pub(super) fn output(&self) -> (String, bool) {
        let (bytes, cut) = self.tail.read();
        let is_inside = |byte: &u8| byte & 0b1100_0000 == 0b1000_0000;
        let from = if cut {
            bytes.iter().take_while(|byte| is_inside(byte)).count()
        } else {
            0
        };
        let text = bytes.get(from..).unwrap_or_default();
        (String::from_utf8_lossy(text).into_owned(), cut)
    }

    /// How it ended, where it has.
    pub(super) fn ran(&self) -> Option<Ran> {
        self.ended.borrow().clone()
    }

    /// Waits for its end.
    pub(super) async fn ended(&mut self) -> Ran {
        match self.ended.wait_for(Option::is_some).await {
            Ok(ran) => ran.clone().unwrap_or(Ran::Stopped),
            // The room ends.
            Err(_) => Ran::Stopped,
        }
    }

    /// Ends it; what it wrote stays.
    pub(super) fn kill(&self) {
        self.kill.cancel();
    }
}
