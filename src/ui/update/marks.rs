//! Marks: on rows of the queue and of the inbox, for what is done to several at once, and on sessions that are to
//! be seen side by side.

use crate::core::approval::simple_command;
use crate::core::{Attention, AttentionId, Request, State, Subject, Task, TaskId};
use crate::ui::action::Action;
use crate::ui::model::{Model, Pane};
use crate::ui::status::{self, Seat};
use crate::ui::theme::Role;

/// Marks or unmarks the selected row and goes on to the next one.
pub(super) fn one(model: &mut Model, state: &State) {
    match model.main_pane() {
        Pane::Queue | Pane::Votes => {
            let Some(task) = model.task(state).map(Task::id) else {
                return;
            };
            if !model.lists.marked.remove(&task) {
                model.lists.marked.insert(task);
            }
        }
        Pane::Inbox => {
            let Some(item) = model.asked(state).map(|item| item.id) else {
                return;
            };
            if !model.lists.marked_items.remove(&item) {
                model.lists.marked_items.insert(item);
            }
        }
        Pane::Sessions => {
            let Some(seat) = model.selected(Pane::Sessions, state) else {
                return;
            };
            if !model.lists.marked_seats.remove(&seat) {
                model.lists.marked_seats.insert(seat);
            }
        }
        Pane::Transcript
        | Pane::Memory
        | Pane::Library
        | Pane::Reader
        | Pane::Lessons
        | Pane::Metrics
        | Pane::Figures
        | Pane::Advice
        | Pane::Journal
        | Pane::Detail => return,
    }
    super::lists::go(model, state, Action::Down);
}

/// Marks every row in the list that is like the selected one; where all of them are, unmarks them.
pub(super) fn alike(model: &mut Model, state: &State) {
    let told = match model.list() {
        Pane::Queue | Pane::Votes => tasks_alike(model, state),
        Pane::Inbox => items_alike(model, state),
        Pane::Sessions => seats_alike(model, state),
        Pane::Transcript
        | Pane::Memory
        | Pane::Library
        | Pane::Reader
        | Pane::Lessons
        | Pane::Metrics
        | Pane::Figures
        | Pane::Advice
        | Pane::Journal
        | Pane::Detail => return,
    };
    if let Some(told) = told {
        model.tell(told, Role::Muted);
    }
}

/// Tasks are alike when they are of one kind and stand alike.
fn tasks_alike(model: &mut Model, state: &State) -> Option<String> {
    let of = |task: &Task| (task.order().kind, status::task(task, state).word);
    let selected = of(model.task(state)?);
    let all: Vec<TaskId> = if model.list() == Pane::Queue {
        let rows = model.lineup.rows().iter();
        let tasks = rows.filter_map(|place| state.task(place.task()));
        let like = tasks.filter(|task| of(task) == selected);
        like.map(Task::id).collect()
    } else {
        let like = model.compared(state).into_iter();
        let like = like.filter(|task| of(task) == selected);
        like.map(Task::id).collect()
    };
    let marked = &mut model.lists.marked;
    let unmarks = all.iter().all(|id| marked.contains(id));
    for id in &all {
        if unmarks {
            marked.remove(id);
        } else {
            marked.insert(*id);
        }
    }
    let (kind, stands) = selected;
    let count = status::plural(all.len() as u64, "task");
    Some(format!("{} {count}: {kind}, {stands}", verb(unmarks)))
}

/// Sessions are alike when both work on something, or neither does.
fn seats_alike(model: &mut Model, state: &State) -> Option<String> {
    let works = |seat: &Seat<'_>| seat.session.is_some_and(|it| it.busy().is_some());
    let selected = works(&model.seat(state)?);
    let like = model.seats(state).into_iter();
    let like = like.filter(|seat| works(seat) == selected);
    let all: Vec<u64> = like.map(|seat| seat.key).collect();
    let marked = &mut model.lists.marked_seats;
    let unmarks = all.iter().all(|key| marked.contains(key));
    for key in &all {
        if unmarks {
            marked.remove(key);
        } else {
            marked.insert(*key);
        }
    }
    let count = status::plural(all.len() as u64, "session");
    let what = if selected { "at work" } else { "at rest" };
    Some(format!("{} {count}: {what}", verb(unmarks)))
}

fn items_alike(model: &mut Model, state: &State) -> Option<String> {
    let selected = model.asked(state)?.clone();
    let like = model.inbox(state).into_iter();
    let like = like.filter(|item| is_like(item, &selected));
    let all: Vec<AttentionId> = like.map(|item| item.id).collect();
    let marked = &mut model.lists.marked_items;
    let unmarks = all.iter().all(|id| marked.contains(id));
    for id in &all {
        if unmarks {
            marked.remove(id);
        } else {
            marked.insert(*id);
        }
    }
    let count = status::plural(all.len() as u64, "item");
    let sort = status::attention(&selected, state).0;
    Some(format!("{} {count}: {sort}", verb(unmarks)))
}

fn verb(unmarks: bool) -> &'static str {
    if unmarks { "unmarked" } else { "marked" }
}

/// Items are alike when they are of one sort; commands when they also run the same program, and
/// tools when they are the same.
fn is_like(one: &Attention, other: &Attention) -> bool {
    use std::mem::discriminant;
    let (
        Subject::Asked { request: one, .. },
        Subject::Asked {
            request: another, ..
        },
    ) = (&one.subject, &other.subject)
    else {
        return discriminant(&one.subject) == discriminant(&other.subject);
    };
    match (one, another) {
        (Request::Exec { command: one, .. }, Request::Exec { command: other, .. }) => {
            program(one) == program(other)
        }
        (
            Request::Tool { server, tool, .. },
            Request::Tool {
                server: on,
                tool: other,
                ..
            },
        ) => (server, tool) == (on, other),
        (
            Request::Exec { .. }
            | Request::Patch { .. }
            | Request::Form { .. }
            | Request::Url { .. }
            | Request::Sampling { .. }
            | Request::Tool { .. },
            _,
        ) => discriminant(one) == discriminant(another),
    }
}

/// What a command runs: its program where it is one simple command, else all of it.
fn program(command: &[String]) -> Vec<String> {
    let simple = simple_command(command).map(|mut words| {
        words.truncate(1);
        words
    });
    simple.unwrap_or_else(|| command.to_vec())
}
