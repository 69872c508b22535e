//! The look at the machine for the welcome: what `synod init` would find, looked for beside the loop of a
//! console. No program is started for it, and nothing leaves the machine.

use std::future::pending;
use std::path::PathBuf;

use tokio::sync::oneshot;

use crate::config::EnvSource;
use crate::config::discover::{Discovery, Versions, discover};

/// Where is looked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Machine {
    /// Its variables.
    pub env: EnvSource,
    /// The project, which may name servers too.
    pub project: PathBuf,
}

/// The look that is under way, if one is. It has a thread of its own, for files are read; nobody waits for
/// that one at the end.
#[derive(Debug, Default)]
pub(crate) struct Around(Option<oneshot::Receiver<Discovery>>);

impl Around {
    /// Begins to look; where that is under way already, it is begun anew. Without a machine there is
    /// nothing to be found.
    pub(crate) fn begin(&mut self, machine: Option<Machine>) {
        let (found, look) = oneshot::channel();
        self.0 = Some(look);
        std::thread::spawn(move || {
            // Whoever does not listen any more misses nothing.
            drop(found.send(machine.map_or_else(Discovery::default, |it| survey(&it))));
        });
    }

    /// Waits for what was found; for ever where nobody looks.
    pub(crate) async fn done(&mut self) -> Discovery {
        let Some(look) = &mut self.0 else {
            return pending().await;
        };
        let found = look.await;
        self.0 = None;
        found.unwrap_or_default()
    }
}

fn survey(machine: &Machine) -> Discovery {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.map_or_else(
        |_| Discovery::default(),
        |runtime| runtime.block_on(discover(&machine.env, &machine.project, Versions::Leave)),
    )
}
