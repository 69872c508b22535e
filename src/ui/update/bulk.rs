//! What is done to the marked tasks, or to the selected one where none is marked: cancelled, worked again, made
//! more or less urgent.
//!
//! For several it is asked once, and the question says what comes of it.

use std::collections::BTreeSet;

use crate::core::{Outcome, Phase, Priority, State, Task, TaskId};
use crate::ui::action::Action;
use crate::ui::model::{Model, Pane};
use crate::ui::overlay::{Confirm, Overlay, Verdict};
use crate::ui::status::plural;
use crate::ui::theme::Role;

/// The marked tasks, in the order of their numbers, where they are in sight; else the selected one.
pub(super) fn meant<'s>(model: &Model, state: &'s State) -> Vec<&'s Task> {
    if !is_for_marked(model) {
        return model.task(state).into_iter().collect();
    }
    let marked = model.lists.marked.iter();
    marked.filter_map(|id| state.task(*id)).collect()
}

/// Whether the marked ones are meant: where they are in sight.
pub(super) fn is_for_marked(model: &Model) -> bool {
    matches!(model.list(), Pane::Queue | Pane::Votes) && !model.lists.marked.is_empty()
}

/// Asks whether the open ones shall be cancelled.
pub(super) fn cancel(model: &mut Model, state: &State) {
    let open = meant(model, state).into_iter().filter(|it| !it.is_ended());
    let open: Vec<&Task> = open.collect();
    let ids: Vec<TaskId> = open.iter().map(|task| task.id()).collect();
    let question = match open.as_slice() {
        [] => {
            model.tell("no open task is selected", Role::Muted);
            return;
        }
        [one] => {
            let again = model.key(Action::Retry);
            let id = one.id();
            let ends = ending_too(&open, state);
            format!("Cancel task {id}? What it works on is stopped; {again} works it again.{ends}")
        }
        more => format!("Cancel {}", consequence(more, state)),
    };
    ask(
        model,
        question,
        "Keep",
        ("Cancel", Verdict::CancelTasks(ids)),
    );
}

/// `12 tasks, 3 of which are working? That is stopped, and 2 others that wait for them fail.`
fn consequence(tasks: &[&Task], state: &State) -> String {
    let count = tasks.len();
    let works = |task: &&&Task| *task.phase() == Phase::Working;
    let working = tasks.iter().filter(works).count();
    let stops = match working {
        0 => "?".to_owned(),
        1 => ", 1 of which is working? What it works on is stopped.".to_owned(),
        more => format!(", {more} of which are working? What they work on is stopped."),
    };
    format!("{count} tasks{stops}{}", ending_too(tasks, state))
}

/// What is said of those that wait for tasks, or for what waits for them, and end with them.
fn ending_too(tasks: &[&Task], state: &State) -> String {
    let meant: BTreeSet<TaskId> = tasks.iter().map(|task| task.id()).collect();
    let mut found = BTreeSet::new();
    let mut next: Vec<TaskId> = meant.iter().copied().collect();
    while let Some(id) = next.pop() {
        let held = state.dependents(id).filter(|it| !meant.contains(it));
        let new = held.filter(|it| found.insert(*it));
        next.extend(new.collect::<Vec<_>>());
    }
    let them = if tasks.len() == 1 { "it" } else { "them" };
    match found.len() {
        0 => String::new(),
        1 => format!(" 1 other waits for {them} and ends too."),
        more => format!(" {more} others wait for {them} and end too."),
    }
}

/// Asks whether the failed and cancelled ones shall be worked again.
pub(super) fn retry(model: &mut Model, state: &State) {
    let again = meant(model, state).into_iter();
    let again = again.filter(|task| {
        let outcome = task.outcome();
        let failed = matches!(outcome, Some(Outcome::Failed { .. } | Outcome::Cancelled));
        failed && !task.is_the_rooms()
    });
    let tasks: Vec<TaskId> = again.map(Task::id).collect();
    let marked = model.lists.marked.len();
    let question = match tasks.len() {
        0 => {
            model.tell(
                "only failed and cancelled tasks can be worked again",
                Role::Muted,
            );
            return;
        }
        all if all == marked => {
            let count = plural(all, "task");
            format!("Work {count} again, each from its beginning?")
        }
        some => format!(
            "Work {} again, each from its beginning? Of the marked ones {} have not failed.",
            plural(some, "task"),
            marked - some
        ),
    };
    ask(
        model,
        question,
        "Leave them",
        ("Work again", Verdict::RetryTasks(tasks)),
    );
}

/// Asks whether the open ones shall be moved up or down by one priority.
pub(super) fn priority(model: &mut Model, state: &State, action: Action) {
    let raises = action == Action::Raise;
    let open: Vec<&Task> = meant(model, state)
        .into_iter()
        .filter(|task| !task.is_ended())
        .collect();
    let to = |task: &&Task| Some((task.id(), next(task.order().priority, raises)?));
    let tasks: Vec<(TaskId, Priority)> = open.iter().filter_map(to).collect();
    let how = if raises { "more" } else { "less" };
    if tasks.is_empty() {
        let told = format!("no marked task is open and can be {how} urgent");
        model.tell(told, Role::Muted);
        return;
    }
    let count = plural(tasks.len(), "task");
    let rest = match model.lists.marked.len() - tasks.len() {
        0 => String::new(),
        1 => " 1 other stays as it is.".to_owned(),
        more => format!(" {more} others stay as they are."),
    };
    let question = format!("Make {count} {how} urgent, each by one step?{rest}");
    let word = if raises { "Raise" } else { "Lower" };
    ask(
        model,
        question,
        "Leave them",
        (word, Verdict::Prioritise(tasks)),
    );
}

/// The next priority, where there is one.
pub(super) fn next(from: Priority, up: bool) -> Option<Priority> {
    let all = Priority::ALL;
    let at = all.iter().position(|it| *it == from)?;
    let to = if up { at + 1 } else { at.checked_sub(1)? };
    all.get(to).copied()
}

fn ask(model: &mut Model, question: String, no: &str, (yes, verdict): (&str, Verdict)) {
    model.overlays.push(Overlay::Confirm(Confirm {
        question,
        answers: vec![(no.to_owned(), Verdict::Stay), (yes.to_owned(), verdict)],
        chosen: 0,
    }));
}
