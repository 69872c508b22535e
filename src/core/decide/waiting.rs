//! Commands about tasks that have not begun: another text, another place in the queue.

use crate::core::appraisal::Look;
use crate::core::decide::command::open_task;
use crate::core::decide::queue::{analysed, check_text};
use crate::core::{Event, KindBy, Refusal, Spot, State, TaskId, TaskOrder, Text};

/// Gives a task another text; nothing happened where it has that one already. Its kind follows from the
/// text where it did before.
pub(super) fn reword(
    state: &State,
    id: TaskId,
    before: Option<&Text>,
    after: &Text,
) -> Result<Vec<Event>, Refusal> {
    let task = open_task(state, id)?;
    let no = |why: &str| {
        let (task, why) = (id, why.to_owned());
        Err(Refusal::NotReworded { task, why })
    };
    if task.is_the_rooms() {
        return no("the room itself asks it");
    }
    if !task.is_waiting() {
        return no("it has begun. Cancel it, and send its text anew as a task of its own");
    }
    if matches!(task.look, Some(Look::Asked(_))) {
        return no("a member is looking at it; try again once it has said what it thinks of it");
    }
    if before.is_some_and(|before| task.order.prompt != *before) {
        return no("somebody else changed it meanwhile; look at it again");
    }
    check_text(after)?;
    if task.order.prompt == *after {
        return Ok(Vec::new());
    }
    let (kind, analysis) = if task.analysis.is_some() {
        let kind_by = match task.order.kind_by {
            KindBy::Text | KindBy::Open => KindBy::Open,
            named @ (KindBy::Given | KindBy::Corrected) => named,
        };
        let order = TaskOrder {
            prompt: after.clone(),
            kind_by,
            ..task.order.clone()
        };
        let (order, analysis) = analysed(state, order);
        (order.kind, Some(Box::new(analysis)))
    } else {
        (task.order.kind, None)
    };
    Ok(vec![Event::TaskReworded {
        task: id,
        prompt: after.clone(),
        kind,
        analysis,
    }])
}

/// Moves a task; nothing happened where it stands there already.
pub(super) fn shift(state: &State, id: TaskId, to: Spot) -> Result<Vec<Event>, Refusal> {
    let task = open_task(state, id)?;
    let beside = open_task(state, to.beside())?;
    let no = |why: String| Err(Refusal::NotMoved { task: id, why });
    if !task.is_waiting() {
        return no("it has begun, so its place decides nothing any more".to_owned());
    }
    let (priority, other) = (task.order.priority, beside.order.priority);
    if priority != other {
        let beside = beside.id;
        return no(format!(
            "it is {priority} and {beside} is {other}; to go past it, give it another priority"
        ));
    }
    if id == beside.id || state.queue.stands(id, priority, to) {
        return Ok(Vec::new());
    }
    Ok(vec![Event::TaskMoved { task: id, to }])
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use crate::core::fixture::Room;
    use crate::core::task::order::PROMPT_MAX;
    use crate::core::{
        Command, Event, KindBy, Priority, Refusal, Spot, TaskId, TaskKind, TaskOrder, Text,
    };

    /// A room of which the first task is at work and the others wait.
    fn room() -> Room {
        let mut room = Room::of(&["codex"]);
        for text in ["a", "b", "c"] {
            room.add(TaskOrder {
                kind_by: KindBy::Open,
                ..TaskOrder::new(text)
            });
        }
        room
    }

    fn reword(task: u64, before: &str, after: &str) -> Command {
        Command::Reword {
            task: TaskId(task),
            before: Some(Text::from(before)),
            after: Text::from(after),
        }
    }

    fn moved(task: u64, to: Spot) -> Command {
        let task = TaskId(task);
        Command::MoveTask { task, to }
    }

    fn why(refusal: &Refusal) -> String {
        refusal.to_string()
    }

    #[test]
    fn only_a_task_that_has_not_begun_takes_another_text() {
        let mut room = room();
        assert!(why(&room.refused(&reword(1, "a", "x"))).contains("it has begun"));
        assert!(why(&room.refused(&reword(2, "a", "x"))).contains("somebody else"));
        assert_eq!(room.refused(&reword(2, "b", " ")), Refusal::EmptyPrompt);
        let long = "x".repeat(PROMPT_MAX + 1);
        let refused = room.refused(&reword(2, "b", &long));
        assert!(
            matches!(refused, Refusal::PromptTooLong { .. }),
            "{refused}"
        );
        let task = TaskId(9);
        assert_eq!(
            room.refused(&reword(9, "b", "x")),
            Refusal::NoSuchTask { task }
        );
        assert_eq!(room.command(&reword(2, "b", "b")), []);
        room.command(&Command::CancelTask { task: TaskId(2) });
        let task = TaskId(2);
        assert_eq!(
            room.refused(&reword(2, "b", "x")),
            Refusal::TaskOver { task }
        );
    }

    #[test]
    fn a_kind_that_was_said_stays_and_one_of_the_text_follows_it() {
        let mut room = room();
        let text = "Deploy the new release to the cluster";
        let kind_of = |events: &[Event]| match events {
            [Event::TaskReworded { kind, .. }] => *kind,
            other => panic!("{other:?}"),
        };
        assert_eq!(
            kind_of(&room.command(&reword(2, "b", text))),
            TaskKind::Operations
        );
        let (task, kind) = (TaskId(3), TaskKind::Creative);
        room.command(&Command::Relabel { task, kind });
        assert_eq!(kind_of(&room.command(&reword(3, "c", text))), kind);
    }

    #[test]
    fn a_task_is_moved_among_those_of_its_priority_only() {
        let mut room = room();
        assert!(why(&room.refused(&moved(1, Spot::Behind(TaskId(2))))).contains("it has begun"));
        let (task, priority) = (TaskId(3), Priority::High);
        room.command(&Command::SetPriority { task, priority });
        let refused = why(&room.refused(&moved(2, Spot::AheadOf(TaskId(3)))));
        assert!(refused.contains("it is normal and #3 is high"), "{refused}");
        room.add(TaskOrder::new("d"));
        let there = Spot::AheadOf(TaskId(2));
        let event = Event::TaskMoved {
            task: TaskId(4),
            to: there,
        };
        assert_eq!(room.command(&moved(4, there)), [event]);
        assert_eq!(room.command(&moved(4, there)), []);
        assert_eq!(room.command(&moved(2, Spot::Behind(TaskId(4)))), []);
    }
}
