//! What a task waits for and what it holds up: as lines for its detail, and as ties between rows of the list.
//!
//! Only what is still to come is tied to what waits for it: a task that is done holds up nothing. Of the many
//! that one task may hold up the first ones are looked at, so a frame costs the same however many there are.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::core::{Outcome, State, Task, TaskId};
use crate::ui::graph::Tie;
use crate::ui::model::lineup::Lineup;
use crate::ui::status;
use crate::ui::text::{clip, line};

/// So many of those that a task holds up are looked at.
pub(crate) const MOST: usize = 64;

/// The tasks that are held up by one, those of them that are looked at.
pub(crate) fn held_up(id: TaskId, state: &State) -> impl Iterator<Item = &Task> {
    let open = state.dependents(id).take(MOST);
    let open = open.filter_map(move |it| state.task(it));
    // A planned task waits for its steps in another way, and says so itself.
    open.filter(move |task| task.order().after.contains(&id))
}

/// What a task hangs on in the list: those for which it waits, else the plan of which it is a step.
fn sources(task: &Task, state: &State) -> Vec<TaskId> {
    let is_tied = |id: &TaskId| state.task(*id).is_some_and(|source| binds(source, task));
    let after = task.order().after.iter().copied();
    let mut sources: Vec<TaskId> = after.filter(is_tied).take(MOST).collect();
    if sources.is_empty() {
        let plan = task.part().map(|part| part.of);
        sources.extend(plan.filter(is_tied));
    }
    sources
}

/// The ties between the rows in sight, and from them to rows out of sight.
pub(crate) fn ties(lineup: &Lineup, sight: &Range<usize>, state: &State) -> Vec<Tie> {
    let mut ties: BTreeMap<TaskId, Tie> = BTreeMap::new();
    let shown = lineup.rows().get(sight.clone()).unwrap_or_default();
    let tasks = shown.iter().filter_map(|place| state.task(place.task()));
    let tasks: Vec<&Task> = tasks.collect();
    let mut tie = |of: TaskId, to: TaskId| {
        if let Some(at) = lineup.position(to) {
            let tie = ties.entry(of).or_default();
            if sight.contains(&at) {
                tie.rows.insert(at - sight.start);
            } else if at < sight.start {
                tie.above = true;
            } else {
                tie.below = true;
            }
        }
    };
    for task in tasks {
        for source in sources(task, state) {
            tie(source, source);
            tie(source, task.id());
        }
        let steps = task.planning().placed().iter().take(MOST);
        let steps = steps.filter_map(|step| state.task(step.task));
        let below = held_up(task.id(), state).chain(steps);
        let below: BTreeSet<TaskId> = below
            .filter(|other| sources(other, state).contains(&task.id()))
            .map(Task::id)
            .collect();
        for other in below {
            tie(task.id(), task.id());
            tie(task.id(), other);
        }
    }
    ties.into_values().collect()
}

/// Whether the tie between a task and one that waits for it is drawn: both are to come, or both are over.
fn binds(source: &Task, other: &Task) -> bool {
    source.is_ended() == other.is_ended()
}

/// What it waits for and what it holds up, `columns` wide; empty where there is neither.
pub(crate) fn lines(task: &Task, state: &State, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let before: Vec<TaskId> = task.order().after.clone();
    let is_done = |id: &TaskId| {
        let task = state.task(*id);
        task.is_none_or(|it| matches!(it.outcome(), Some(Outcome::Done { .. })))
    };
    let head = if task.is_ended() || before.iter().all(is_done) {
        "came after"
    } else {
        "waits for"
    };
    branch(&mut lines, head, &before, state, columns);
    let held: Vec<TaskId> = held_up(task.id(), state).map(Task::id).collect();
    let head = if task.is_ended() {
        "came before"
    } else {
        "holds up"
    };
    branch(&mut lines, head, &held, state, columns);
    lines
}

fn branch(lines: &mut Vec<String>, head: &str, of: &[TaskId], state: &State, columns: usize) {
    let Some((last, _)) = of.split_last() else {
        return;
    };
    lines.push(head.to_owned());
    for id in of {
        let stem = if id == last { "╰" } else { "├" };
        let row = match state.task(*id) {
            Some(task) => {
                let status = status::task(task, state);
                let headline = task.order().prompt.headline();
                format!("{stem} {} {id}  {}  {headline}", status.glyph, status.word)
            }
            None => format!("{stem} · {id}  only in the journal"),
        };
        lines.push(clip(&line(&row), columns).into_owned());
    }
}
