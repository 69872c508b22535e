//! Checks of results: which there are, how one ends, and the operator who stops it.

use crate::core::decide::reported::stale;
use crate::core::{
    CheckEnd, CheckId, CheckName, Checked, Checks, Event, Refusal, State, TaskId, Text,
};

pub(super) fn set(state: &State, checks: &Checks) -> Vec<Event> {
    if state.checks() == checks {
        return Vec::new();
    }
    vec![event(Checked::Set {
        checks: checks.clone(),
    })]
}

/// A check that the room has now, where one is named. One that it lost stays with the tasks that name it,
/// and is then not started.
pub(super) fn known(state: &State, name: Option<&CheckName>) -> Result<(), Refusal> {
    let Some(name) = name else {
        return Ok(());
    };
    let known = state.checks().read(name.as_str());
    known
        .map(drop)
        .map_err(|unknown| Refusal::NoSuchCheck(unknown.to_string()))
}

pub(super) fn stop(state: &State, task: TaskId) -> Result<Vec<Event>, Refusal> {
    if state.being_checked() != Some(task) {
        return Err(Refusal::NotChecked { task });
    }
    Ok(interrupted(state).into_iter().collect())
}

/// The end of the check that runs, if one does.
pub(super) fn interrupted(state: &State) -> Option<Event> {
    let running = state.checking.running?;
    Some(event(Checked::Ended {
        check: running.check,
        task: running.task,
        end: CheckEnd::Interrupted,
        tail: Text::from(""),
    }))
}

/// Only the check that runs can end.
pub(super) fn ended(state: &State, check: CheckId, end: &CheckEnd, tail: &Text) -> Vec<Event> {
    match state.checking.running {
        Some(running) if running.check == check => vec![event(Checked::Ended {
            check,
            task: running.task,
            end: end.clone(),
            tail: tail.clone(),
        })],
        Some(_) | None => stale(format!("end of check {check}")),
    }
}

fn event(what: Checked) -> Event {
    Event::Checked { what }
}
