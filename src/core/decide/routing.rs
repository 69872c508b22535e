//! How members are chosen, and what the operator says of results.

use crate::core::routing::setting::Setting;
use crate::core::{Event, Outcome, Refusal, State, TaskId};

pub(super) fn set(state: &State, setting: &Setting) -> Result<Vec<Event>, Refusal> {
    if state.learning().setting() == setting {
        return Ok(Vec::new());
    }
    setting.check().map_err(|bad| Refusal::BadRouting {
        why: bad.to_string(),
    })?;
    Ok(vec![Event::RoutingSet {
        setting: setting.clone(),
    }])
}

/// Only what members gave can be praised or blamed, and only while it is remembered who did.
pub(super) fn rate(state: &State, id: TaskId, good: Option<bool>) -> Result<Vec<Event>, Refusal> {
    let task = state.task(id).ok_or(Refusal::NoSuchTask { task: id })?;
    let has_result = matches!(task.outcome(), Some(Outcome::Done { .. }));
    if !has_result || task.is_the_rooms() {
        return Err(Refusal::NothingToRate { task: id });
    }
    if task.rated() == good {
        return Ok(Vec::new());
    }
    Ok(vec![Event::ResultRated { task: id, good }])
}
