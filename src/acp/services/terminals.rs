//! The commands that run for an agent in one turn. What each writes is kept up to a bound, and none outlives
//! its turn: a command is ended with its whole tree when it is given back, when the turn is over, or when the room
//! or the agent is gone.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

use crate::mcp::{Errand, Options, Ran, Tail, run_errand};

/// Commands of one turn that are not given back yet.
const MOST: usize = 16;
/// The most that is kept of what a command writes, in bytes.
pub(super) const OUTPUT_MAX: usize = 1024 * 1024;

/// The commands of one turn.
#[derive(Debug, Default)]
pub(super) struct Terminals {
    known: Mutex<BTreeMap<String, Terminal>>,
}

/// A command that was started.
#[derive(Debug, Clone)]
pub(super) struct Terminal {
    tail: Arc<Tail>,
    _stop: Arc<DropGuard>,
    kill: CancellationToken,
    ended: watch::Receiver<Option<Ran>>,
}

/// There are too many of them.
#[derive(Debug, thiserror::Error)]
#[error("{MOST} commands of this turn are not given back: release one before another is started")]
pub(super) struct TooMany;

impl Terminals {
    /// Starts a command under a name that was never used before.
    pub(super) fn start(
        &self,
        id: String,
        errand: Errand,
        most: usize,
        options: &Options,
        tasks: &TaskTracker,
    ) -> Result<Terminal, TooMany> {
        let mut known = self.known();
        if known.len() >= MOST {
            return Err(TooMany);
        }
        let tail = Arc::new(Tail::new(most.min(OUTPUT_MAX)));
        let kill = CancellationToken::new();
        let (over, ended) = watch::channel(None);
        let (writes, stop, options) = (Arc::clone(&tail), kill.clone(), options.clone());
        tasks.spawn(async move {
            let ran = run_errand(&errand, &options, &writes, &stop).await;
            // Nobody may listen any more.
            drop(over.send(Some(ran)));
        });
        let terminal = Terminal {
            tail,
            _stop: Arc::new(kill.clone().drop_guard()),
            kill,
            ended,
        };
        known.insert(id, terminal.clone());
        Ok(terminal)
    }

    /// A command of this turn that was not given back.
    pub(super) fn get(&self, id: &str) -> Option<Terminal> {
        self.known().get(id).cloned()
    }

    /// Takes one back.
    pub(super) fn release(&self, id: &str) -> Option<Terminal> {
        self.known().remove(id)
    }

    /// Ends all of them, and waits until they are.
    pub(super) async fn end(&self) {
        let all = std::mem::take(&mut *self.known());
        for terminal in all.values() {
            terminal.kill();
        }
        for mut terminal in all.into_values() {
            terminal.ended().await;
        }
    }

    /// Orders the end of all of them.
    pub(super) fn kill(&self) {
        for terminal in self.known().values() {
            terminal.kill();
        }
    }

    fn known(&self) -> MutexGuard<'_, BTreeMap<String, Terminal>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
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
