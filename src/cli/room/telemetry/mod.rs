//! What the room tells an OpenTelemetry collector, where the program is built with the feature `otel` and an
//! address is named: spans and metrics of turns and tasks, read from the journal's events as they come.
//!
//! Owns who may say where to. It is a reader like a console: it folds the events with the same `evolve`, and
//! nothing waits for it.

#[cfg(feature = "otel")]
mod export;
#[cfg(feature = "otel")]
mod otlp;
#[cfg(any(feature = "otel", test))]
mod post;
#[cfg(any(feature = "otel", test))]
mod signal;
#[cfg(not(feature = "otel"))]
mod without;

#[cfg(feature = "otel")]
pub(super) use export::Export;
#[cfg(not(feature = "otel"))]
pub(super) use without::Export;

use tokio_util::task::TaskTracker;

use crate::cli::{Place, confirm};
use crate::config::{Loaded, Owner, Trust};
use crate::core::State;
use crate::engine::Handle;
use crate::journal::sqlite::SqliteJournal;

/// Follows the room from a state on, where anything is to be sent.
pub(super) fn follow(
    export: Option<Export>,
    state: &State,
    journal: &SqliteJournal,
    engine: &Handle,
    tasks: &TaskTracker,
) {
    if let Some(export) = export {
        export.start(state.clone(), journal.clone(), engine.clone(), tasks);
    }
}

/// Whether anything is to be sent, and by whose word. What a project's file says holds once it is confirmed.
fn is_wanted(place: &Place, loaded: &Loaded, trust: &Trust) -> bool {
    let set = &loaded.config.telemetry;
    if set.traces_to().or_else(|| set.metrics_to()).is_none() {
        return false;
    }
    let unconfirmed = confirm::unconfirmed(loaded, &place.project.root, trust);
    let confirmed = unconfirmed
        .iter()
        .all(|item| item.owner != Owner::Telemetry);
    if !confirmed {
        tracing::warn!("where telemetry is sent is not confirmed, so none is: run `synod init`");
    }
    confirmed
}
