//! The state that a room's journal tells of, whether the room runs or not.

use crate::cli::Place;
use crate::core::{State, evolve};
use crate::journal::READ_PAGE_MAX;

/// Folds the whole journal of the project's room.
pub(super) fn replayed(place: &Place) -> anyhow::Result<State> {
    let reader = place.project.journal()?;
    let mut state = State::new();
    loop {
        let page = reader.read(state.seq() + 1, READ_PAGE_MAX)?;
        if page.is_empty() {
            return Ok(state);
        }
        for recorded in &page {
            evolve(&mut state, recorded);
        }
    }
}
