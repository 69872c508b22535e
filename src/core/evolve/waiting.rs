//! Tasks that have not begun: given another text, moved in the queue.

use crate::core::evolve::task::before;
use crate::core::{Analysis, Spot, State, TaskId, TaskKind, Text};

/// What a member said of the former text counts for the new one no more.
pub(super) fn reworded(
    state: &mut State,
    id: TaskId,
    prompt: &Text,
    kind: TaskKind,
    analysis: Option<&Analysis>,
) {
    let task = state.tasks.get(&id);
    let waits = task.filter(|task| task.is_waiting());
    let Some(task) = waits else {
        return;
    };
    let mut order = task.order.clone();
    order.prompt = prompt.clone();
    order.kind = kind;
    let before = before(state, &order, None);
    state.queue.reword(id, &task.order, &order, before);
    if let Some(task) = state.tasks.get_mut(&id) {
        task.order = order;
        task.analysis = analysis.cloned();
        task.look = None;
    }
}

pub(super) fn moved(state: &mut State, id: TaskId, to: Spot) {
    let priority = |id: TaskId| state.tasks.get(&id).map(|task| task.order.priority);
    if priority(id) != priority(to.beside()) {
        return;
    }
    if let Some(task) = state.tasks.get(&id) {
        state.queue.shift(id, &task.order, to);
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use crate::core::appraisal::Appraisers;
    use crate::core::fixture::{Room, order};
    use crate::core::{Command, KindBy, Spot, State, Strategy, TaskId, TaskKind, TaskOrder, Text};

    fn waiting(state: &State) -> Vec<u64> {
        state.open_tasks().map(|task| task.id().0).collect()
    }

    #[test]
    fn the_room_works_tasks_in_the_order_that_the_operator_gave_them() {
        let mut room = Room::of(&["codex"]);
        let (first, calls) = room.add(TaskOrder::new("a"));
        for text in ["b", "c", "d"] {
            room.add(TaskOrder::new(text));
        }
        room.command(&Command::MoveTask {
            task: TaskId(4),
            to: Spot::AheadOf(TaskId(2)),
        });
        assert_eq!(waiting(&room.state), [1, 4, 2, 3]);
        room.answer(calls[0], crate::core::fixture::said("done"));
        assert!(room.state.task(first).unwrap().outcome().is_some());
        let begun: Vec<u64> = room
            .state
            .open_tasks()
            .filter(|task| task.started().is_some())
            .map(|task| task.id().0)
            .collect();
        assert_eq!(begun, [4]);
    }

    #[test]
    fn another_text_is_what_its_member_is_given() {
        let mut room = Room::of(&["codex"]);
        let (_, calls) = room.add(TaskOrder::new("a"));
        let (task, _) = room.add(TaskOrder {
            kind_by: KindBy::Open,
            ..order(Strategy::Auto, &[])
        });
        let before = room.state.task(task).unwrap().order().prompt.clone();
        let after = Text::from("Deploy the new release to the cluster");
        room.command(&Command::Reword {
            task,
            before: Some(before),
            after: after.clone(),
        });
        let known = room.state.task(task).unwrap();
        assert_eq!(known.order().prompt, after);
        let guess = &known.analysis().unwrap().guess;
        assert_eq!(
            (known.order().kind, guess.kind),
            (TaskKind::Operations, TaskKind::Operations)
        );
        let events = room.answer(calls[0], crate::core::fixture::said("done"));
        drop(events);
        let (_, call) = room.state.calls_in_flight().next().unwrap();
        assert_eq!(call.task(), task);
    }

    #[test]
    fn a_long_text_that_comes_instead_of_a_short_one_is_looked_at_first() {
        let mut room = Room::of(&["codex", "gpt"]);
        room.command(&Command::SetAppraisers(Appraisers {
            above: Some(100),
            ..Appraisers::default()
        }));
        let (_, calls) = room.add(order(Strategy::Solo, &["codex"]));
        let (task, _) = room.add(TaskOrder {
            after: vec![TaskId(1)],
            ..order(Strategy::Auto, &[])
        });
        let before = room.state.task(task).unwrap().order().prompt.clone();
        let unread = |room: &Room| room.state.queue.unread().count();
        assert_eq!(unread(&room), 0);
        let after = Text::from("x ".repeat(400));
        room.command(&Command::Reword {
            task,
            before: Some(before),
            after,
        });
        // It waits for the first one still.
        assert_eq!(unread(&room), 0);
        room.answer(calls[0], crate::core::fixture::said("done"));
        let known = room.state.task(task).unwrap();
        assert!(known.look().is_some() || unread(&room) > 0);
    }
}
