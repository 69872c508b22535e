//! Begins the next check of a result: one at a time, and never while a call may change files. Before
//! another call begins, so that what is checked is what the result left behind.

use crate::core::{CheckId, Checked, Event, State};

/// The start of a check that is due.
pub(super) fn next(state: &State) -> Vec<Event> {
    if state.files_in_use() {
        return Vec::new();
    }
    let Some((task, name)) = state.check_due() else {
        return Vec::new();
    };
    let check = CheckId(state.checking.last.saturating_add(1));
    vec![Event::Checked {
        what: Checked::Started { check, task, name },
    }]
}
