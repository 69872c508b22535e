//! Tasks that have not begun are moved in the queue: past the row above or below, or ahead of all others of
//! their priority. Marked ones go together and keep their order.

use std::collections::BTreeSet;

use crate::core::{Command, Priority, Spot, State, TaskId};
use crate::ui::action::{Action, Shift};
use crate::ui::model::lineup::Place;
use crate::ui::model::{Model, Pane, Step};
use crate::ui::status::plural;
use crate::ui::theme::Role;
use crate::ui::update::{Intent, bulk};

/// Moves the marked tasks, or the selected one.
pub(super) fn shift(model: &mut Model, state: &State, how: Shift) -> Vec<Intent> {
    if model.list() != Pane::Queue {
        model.tell("tasks are moved in the queue", Role::Muted);
        return Vec::new();
    }
    let meant = bulk::meant(model, state).into_iter();
    let waiting: BTreeSet<TaskId> = meant
        .filter(|task| task.is_waiting())
        .map(crate::core::Task::id)
        .collect();
    if waiting.is_empty() {
        let told = none_waits(model);
        model.tell(told, Role::Muted);
        return Vec::new();
    }
    let moves = match how {
        Shift::Up => past(shown(model, &waiting).iter(), &waiting, Spot::AheadOf),
        Shift::Down => past(shown(model, &waiting).iter().rev(), &waiting, Spot::Behind),
        Shift::First => first(model, &waiting),
    };
    if moves.is_empty() {
        let told = stays(model, how);
        model.tell(told, Role::Muted);
    } else if moves.len() > 1 {
        model.tell(
            format!("{} moved", plural(moves.len(), "task")),
            Role::Muted,
        );
    }
    if !moves.is_empty() {
        let moved: BTreeSet<TaskId> = moves.iter().map(|(task, _)| *task).collect();
        let back = Priority::ALL.iter().flat_map(|priority| {
            let stood: Vec<TaskId> = model.lineup.open_of(*priority).map(Place::task).collect();
            back(&stood, &moved)
        });
        model.step = Some(Step::Moved(back.collect()));
    }
    commands(moves)
}

/// Moves tasks back to where they stood.
pub(super) fn undo(model: &mut Model, back: Vec<(TaskId, Spot)>) -> Vec<Intent> {
    let told = match back.as_slice() {
        [(task, _)] => format!("{task} is where it was"),
        several => format!("{} are where they were", plural(several.len(), "task")),
    };
    model.tell(told, Role::Muted);
    commands(back)
}

fn commands(moves: Vec<(TaskId, Spot)>) -> Vec<Intent> {
    let command = |(task, to)| Intent::Command(Command::MoveTask { task, to });
    moves.into_iter().map(command).collect()
}

/// What brings the moved ones of a priority back to where they stood: each ahead of the next one that
/// stayed; those behind all that stayed, behind the last of these.
fn back(stood: &[TaskId], moved: &BTreeSet<TaskId>) -> Vec<(TaskId, Spot)> {
    let last = stood.iter().rposition(|id| !moved.contains(id));
    let Some(last) = last else {
        // All of them moved among each other.
        let pairs = stood.iter().zip(stood.iter().skip(1));
        return pairs.map(|(id, next)| (*next, Spot::Behind(*id))).collect();
    };
    let (ahead, behind) = stood.split_at(last);
    let among = ahead
        .iter()
        .enumerate()
        .filter(|(_, id)| moved.contains(id));
    let among = among.filter_map(|(at, id)| {
        let mut after = stood.iter().skip(at).filter(|id| !moved.contains(id));
        Some((*id, Spot::AheadOf(*after.next()?)))
    });
    let pairs = behind.iter().zip(behind.iter().skip(1));
    let at_end = pairs.map(|(id, next)| (*next, Spot::Behind(*id)));
    among.chain(at_end).collect()
}

/// Why nothing can be moved.
fn none_waits(model: &Model) -> String {
    if !bulk::is_for_marked(model) {
        return "only tasks that have not begun can be moved".to_owned();
    }
    let marked = plural(model.lists.marked.len(), "task");
    let unmark = model.key(Action::Back);
    format!("{marked} marked, and none of them waits; {unmark} takes the marks off")
}

/// The rows among which they are moved: those in sight, on the board those of the column.
fn shown<'m>(model: &'m Model, waiting: &BTreeSet<TaskId>) -> &'m [Place] {
    let column = waiting.first().and_then(|id| model.lineup.stands(*id));
    match column.filter(|_| model.is_board()) {
        Some(column) => model.lineup.column(column),
        None => model.lineup.rows(),
    }
}

/// Each beside the next row that stays, where that is of its priority.
fn past<'p>(
    rows: impl Iterator<Item = &'p Place>,
    waiting: &BTreeSet<TaskId>,
    beside: fn(TaskId) -> Spot,
) -> Vec<(TaskId, Spot)> {
    let mut stays: Option<(TaskId, Priority)> = None;
    let mut moves = Vec::new();
    for place in rows {
        let Place::Open(priority, _, id) = *place else {
            continue;
        };
        if !waiting.contains(&id) {
            stays = Some((id, priority.0));
        } else if let Some((other, _)) = stays.filter(|(_, at)| *at == priority.0) {
            moves.push((id, beside(other)));
        }
    }
    moves
}

/// Each ahead of the first one of its priority that stays.
fn first(model: &Model, waiting: &BTreeSet<TaskId>) -> Vec<(TaskId, Spot)> {
    let mut moves = Vec::new();
    for priority in Priority::ALL {
        let mut rows = model.lineup.open_of(*priority).map(Place::task);
        let Some(ahead) = rows.find(|id| !waiting.contains(id)) else {
            continue;
        };
        let behind = |id: &TaskId| {
            let place = model.lineup.place(*id);
            place > model.lineup.place(ahead)
                && matches!(place, Some(Place::Open(at, ..)) if at.0 == *priority)
        };
        let mut meant: Vec<TaskId> = waiting.iter().copied().filter(behind).collect();
        meant.sort_by_key(|id| model.lineup.place(*id));
        moves.extend(meant.into_iter().map(|id| (id, Spot::AheadOf(ahead))));
    }
    moves
}

/// Why nothing moves.
fn stays(model: &Model, how: Shift) -> String {
    let (end, key, more) = match how {
        Shift::Up | Shift::First => ("first", Action::Raise, "more"),
        Shift::Down => ("last", Action::Lower, "less"),
    };
    let key = model.key(key);
    format!("it is the {end} of its priority here; {key} makes it {more} urgent")
}

#[cfg(test)]
mod tests {
    use std::cmp::Reverse;

    use pretty_assertions::assert_eq;

    use super::*;

    fn rows(of: &[(Priority, u64)]) -> Vec<Place> {
        let open = |(at, (priority, id)): (usize, &(Priority, u64))| {
            Place::Open(Reverse(*priority), i64::try_from(at).unwrap(), TaskId(*id))
        };
        of.iter().enumerate().map(open).collect()
    }

    #[test]
    fn what_brings_them_back_gives_the_order_of_before() {
        let stood: Vec<TaskId> = (1..=6).map(TaskId).collect();
        let all = |ids: &[u64]| ids.iter().copied().map(TaskId).collect::<BTreeSet<_>>();
        for (moved, after) in [
            (&[3][..], [3, 1, 2, 4, 5, 6]),
            (&[5, 6], [5, 6, 1, 2, 3, 4]),
            (&[1, 3, 6], [2, 1, 4, 3, 6, 5]),
            (&[6], [6, 1, 2, 3, 4, 5]),
        ] {
            let mut order: Vec<TaskId> = after.map(TaskId).to_vec();
            for (task, to) in back(&stood, &all(moved)) {
                order.retain(|id| *id != task);
                let beside = order.iter().position(|id| *id == to.beside()).unwrap();
                let at = match to {
                    Spot::AheadOf(_) => beside,
                    Spot::Behind(_) => beside + 1,
                };
                order.insert(at, task);
            }
            assert_eq!(order, stood, "{moved:?}");
        }
    }

    #[test]
    fn marked_ones_go_together_and_not_past_another_priority() {
        let (high, normal) = (Priority::High, Priority::Normal);
        let rows = rows(&[
            (high, 9),
            (normal, 1),
            (normal, 2),
            (normal, 3),
            (normal, 4),
        ]);
        let waiting = |ids: &[u64]| ids.iter().copied().map(TaskId).collect::<BTreeSet<_>>();
        let up = |ids: &[u64]| past(rows.iter(), &waiting(ids), Spot::AheadOf);
        let down = |ids: &[u64]| past(rows.iter().rev(), &waiting(ids), Spot::Behind);
        let ahead = |id, of| (TaskId(id), Spot::AheadOf(TaskId(of)));
        let behind = |id, of| (TaskId(id), Spot::Behind(TaskId(of)));
        assert_eq!(up(&[2, 3]), [ahead(2, 1), ahead(3, 1)]);
        assert_eq!(down(&[2, 3]), [behind(3, 4), behind(2, 4)]);
        assert_eq!(up(&[1]), []);
        assert_eq!(up(&[1, 3]), [ahead(3, 2)]);
        assert_eq!(down(&[4]), []);
        assert_eq!(down(&[9]), []);
    }
}
