//! A program that was built without the feature `otel` sends nothing, and says so where it was told to.

use crate::cli::Place;
use crate::cli::room::telemetry::is_wanted;
use crate::config::{Loaded, Trust};
use crate::core::State;
use crate::engine::Handle;
use crate::journal::sqlite::SqliteJournal;
use tokio_util::task::TaskTracker;

/// There is none.
#[derive(Debug)]
pub(in crate::cli::room) enum Export {}

impl Export {
    #[expect(
        clippy::unnecessary_wraps,
        reason = "with the feature it can fail and may be there"
    )]
    pub(in crate::cli::room) fn prepare(
        place: &Place,
        loaded: &Loaded,
        trust: &Trust,
    ) -> anyhow::Result<Option<Self>> {
        if is_wanted(place, loaded, trust) {
            tracing::warn!(
                "no telemetry is sent: this program was built without it; `cargo build --features otel` has it"
            );
        }
        Ok(None)
    }

    pub(in crate::cli::room) fn start(
        self,
        _state: State,
        _journal: SqliteJournal,
        _engine: Handle,
        _tasks: &TaskTracker,
    ) {
        match self {}
    }
}
