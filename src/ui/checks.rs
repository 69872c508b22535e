//! Checks of results in words: one glyph and one word for how one stands, and events for the Journal
//! screen.

use crate::core::{CheckEnd, CheckId, CheckName, CheckRun, Checked, Checks, State, Task, TaskId};
use crate::ui::lessons::Told;
use crate::ui::theme::Role;

/// The glyph and the role of an end.
fn look(end: &CheckEnd) -> (&'static str, Role) {
    match end {
        CheckEnd::Passed => ("✓", Role::Ok),
        CheckEnd::Failed { .. } => ("✗", Role::Error),
        CheckEnd::TimedOut => ("✗", Role::Warn),
        CheckEnd::NotStarted { .. } | CheckEnd::Interrupted => ("–", Role::Warn),
    }
}

/// How a check stands: `✓ tests passed`, `✗ tests failed (exit 101)`, `◔ tests running`.
#[must_use]
pub fn brief(checked: &CheckRun) -> String {
    let name = checked.name();
    match checked.over() {
        Some(over) => ended(name, &over.end),
        None => format!("◔ {name} running"),
    }
}

/// How a check ended: `✓ tests passed`.
#[must_use]
pub fn ended(name: &CheckName, end: &CheckEnd) -> String {
    format!("{} {name} {end}", look(end).0)
}

/// What is to be told at once: a check that did not pass, unless the operator stopped it.
pub(crate) fn trouble(task: TaskId, end: &CheckEnd, state: &State) -> Option<String> {
    let told = match end {
        CheckEnd::Passed | CheckEnd::Interrupted => return None,
        CheckEnd::NotStarted { why } => format!(": {why}"),
        CheckEnd::Failed { .. } | CheckEnd::TimedOut => String::new(),
    };
    let checked = state.task(task).and_then(Task::checked)?;
    Some(format!("{task}: {}{told}", ended(checked.name(), end)))
}

pub(crate) fn told(what: &Checked) -> Told {
    match what {
        Checked::Set { checks } => set(checks),
        Checked::Started { check, task, name } => started(*check, *task, name),
        Checked::Ended {
            check, task, end, ..
        } => over(*check, *task, end),
    }
}

fn set(checks: &Checks) -> Told {
    let names: Vec<&str> = checks.all().keys().map(CheckName::as_str).collect();
    let what = if names.is_empty() {
        "has no checks of results".to_owned()
    } else {
        format!("checks of results: {}", names.join(", "))
    };
    ("room", what, Role::Muted)
}

fn started(check: CheckId, task: TaskId, name: &CheckName) -> Told {
    let what = format!("{check} {name} runs on the result of {task}");
    ("check", what, Role::Text)
}

fn over(check: CheckId, task: TaskId, end: &CheckEnd) -> Told {
    let (glyph, role) = look(end);
    let why = match end {
        CheckEnd::NotStarted { why } => format!(": {why}"),
        CheckEnd::Passed | CheckEnd::Failed { .. } | CheckEnd::TimedOut | CheckEnd::Interrupted => {
            String::new()
        }
    };
    let what = format!("{check} {glyph} {end} on the result of {task}{why}");
    ("check", what, role)
}
