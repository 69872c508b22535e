//! Commands about tasks: add, call off, work again, reorder.

use std::collections::BTreeSet;

use crate::core::decide::command::{known_member, open_task};
use crate::core::decide::{cancel_calls, check, plan};
use crate::core::routing::{fewest, suited_to, works_together};
use crate::core::task::order::PROMPT_MAX;
use crate::core::{
    Analysis, Event, KindBy, Outcome, Planned, Priority, Reach, Refusal, State, Strategy, TaskId,
    TaskKind, TaskOrder, Text,
};

/// How many members a task may name.
const NAMED_MAX: usize = 32;
/// For how many tasks a task may wait.
const AFTER_MAX: usize = 64;

pub(super) fn add_task(state: &State, order: &TaskOrder) -> Result<Vec<Event>, Refusal> {
    check_order(state, order)?;
    known_kind(state, order.kind)?;
    check::known(state, order.check.as_ref())?;
    let (order, analysis) = if (order.strategy, order.kind_by) == (Strategy::Plan, KindBy::Open) {
        (planning(order), None)
    } else {
        let (order, analysis) = analysed(state, order.clone());
        (order, Some(Box::new(analysis)))
    };
    Ok(vec![Event::TaskAdded {
        task: state.next_task(),
        order,
        analysis,
    }])
}

/// To make a plan is planning, whatever the text is about; so its text teaches nothing.
fn planning(order: &TaskOrder) -> TaskOrder {
    TaskOrder {
        kind: TaskKind::Planning,
        kind_by: KindBy::Given,
        ..order.clone()
    }
}

/// An order with its kind, and what its text says of it.
pub(super) fn analysed(state: &State, mut order: TaskOrder) -> (TaskOrder, Analysis) {
    let named = (order.kind_by != KindBy::Open).then_some(order.kind);
    let prompt = order.prompt.as_str();
    let analysis = state.reader().analyse(prompt, named, state.kinds());
    if named.is_none() {
        order.kind = analysis.guess.taken();
        order.kind_by = KindBy::Text;
    }
    (order, analysis)
}

/// Says of what kind a task is. Nothing happens where somebody said so before; where its text did, that
/// is confirmed.
pub(super) fn relabel(state: &State, id: TaskId, kind: TaskKind) -> Result<Vec<Event>, Refusal> {
    let task = state.task(id).filter(|task| !task.is_the_rooms());
    let order = task.ok_or(Refusal::NoSuchTask { task: id })?.order();
    known_kind(state, kind)?;
    let was_said = match order.kind_by {
        KindBy::Given | KindBy::Corrected => true,
        KindBy::Open | KindBy::Text => false,
    };
    if was_said && order.kind == kind {
        return Ok(Vec::new());
    }
    Ok(vec![Event::TaskRelabelled { task: id, kind }])
}

/// Whether the room could work a task.
pub(crate) fn check_order(state: &State, order: &TaskOrder) -> Result<(), Refusal> {
    check_text(&order.prompt)?;
    if state.members.is_empty() {
        return Err(Refusal::NoMembers);
    }
    for name in &order.members {
        let member = known_member(state, name)?;
        if works_together(order.strategy) && member.spec().reach == Reach::Unguarded {
            return Err(Refusal::Unguarded {
                member: name.clone(),
            });
        }
    }
    let available = if order.members.is_empty() {
        suited_to(state, order.strategy)
    } else if order.strategy == Strategy::Chain {
        order.members.len()
    } else {
        order.members.iter().collect::<BTreeSet<_>>().len()
    };
    if available < fewest(order.strategy) {
        return Err(match order.strategy {
            Strategy::Auto | Strategy::Solo | Strategy::Think | Strategy::Plan => {
                Refusal::NoMembers
            }
            Strategy::Race | Strategy::Council | Strategy::Debate | Strategy::Chain => {
                Refusal::TooFewMembers {
                    strategy: order.strategy.word().to_owned(),
                }
            }
        });
    }
    at_most(NAMED_MAX, "members for a task", order.members.len())?;
    at_most(AFTER_MAX, "tasks to wait for", order.after.len())?;
    order
        .after
        .iter()
        .try_for_each(|task| may_be_waited_for(state, *task))
}

/// Whether a task may have that text.
pub(super) fn check_text(prompt: &Text) -> Result<(), Refusal> {
    if prompt.is_empty() {
        return Err(Refusal::EmptyPrompt);
    }
    if prompt.len() > PROMPT_MAX {
        return Err(Refusal::PromptTooLong {
            bytes: prompt.len(),
            limit: PROMPT_MAX,
        });
    }
    Ok(())
}

/// A kind that the room has now. One that it lost stays with the tasks that had it.
pub(super) fn known_kind(state: &State, kind: TaskKind) -> Result<(), Refusal> {
    let known = state.kinds().read(kind.word());
    known
        .map(|_| ())
        .map_err(|unknown| Refusal::NoSuchKind(unknown.to_string()))
}

fn at_most(limit: usize, what: &str, count: usize) -> Result<(), Refusal> {
    if count <= limit {
        return Ok(());
    }
    Err(Refusal::TooMany {
        what: what.to_owned(),
        limit,
    })
}

fn may_be_waited_for(state: &State, id: TaskId) -> Result<(), Refusal> {
    if id >= state.next_task() || id.0 == 0 {
        Err(Refusal::NoSuchTask { task: id })
    } else if state.task(id).is_none() {
        Err(Refusal::Forgotten { task: id })
    } else {
        Ok(())
    }
}

/// Changes a task's priority; nothing happened where it had that one already.
pub(super) fn reprioritise(
    state: &State,
    id: TaskId,
    priority: Priority,
) -> Result<Vec<Event>, Refusal> {
    if open_task(state, id)?.order.priority == priority {
        return Ok(Vec::new());
    }
    Ok(vec![Event::TaskReprioritised { task: id, priority }])
}

pub(super) fn cancel_task(state: &State, id: TaskId) -> Result<Vec<Event>, Refusal> {
    let task = open_task(state, id)?;
    let mut events = cancel_calls(state, task);
    events.push(Event::TaskConcluded {
        task: id,
        outcome: Outcome::Cancelled,
    });
    Ok(events)
}

/// Works a task again. A step of a plan takes those with it that could not be worked without it, and its
/// planned task goes on.
pub(super) fn retry_task(state: &State, id: TaskId) -> Result<Vec<Event>, Refusal> {
    let task = state.task(id).ok_or(Refusal::NoSuchTask { task: id })?;
    match task.outcome() {
        Some(Outcome::Failed { .. } | Outcome::Cancelled) if !task.is_the_rooms() => {}
        Some(_) | None => return Err(Refusal::NotRetryable { task: id }),
    }
    let (tasks, planned) = plan::worked_again(state, id).unwrap_or_else(|| (vec![id], None));
    let mut events = Vec::new();
    for task in tasks {
        let again = state.task(task).ok_or(Refusal::NoSuchTask { task })?;
        let order = TaskOrder {
            deadline: None,
            strategy: again.asked_strategy(),
            ..again.order.clone()
        };
        check_order(state, &order)?;
        events.push(Event::TaskReopened { task, order });
    }
    if let Some(task) = planned.filter(|task| !plan::remembers_steps(state, *task)) {
        return Err(Refusal::StepsForgotten { task });
    }
    events.extend(planned.map(|task| Event::Planned {
        what: Planned::Resumed { task },
    }));
    Ok(events)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use pretty_assertions::assert_eq;

    use crate::core::fixture::{Room, cancelled, name, order, said};
    use crate::core::state::ENDED_KEPT;
    use crate::core::task::order::PROMPT_MAX;
    use crate::core::{
        Command, Event, FailureKind, Kinds, Outcome, OwnKind, Phase, Priority, Reach, Refusal,
        Strategy, TaskId, TaskKind, TaskOrder, Timestamp,
    };

    fn refused(room: &Room, order: TaskOrder) -> Refusal {
        room.refused(&Command::AddTask(order))
    }

    #[test]
    fn a_task_gets_the_next_number() {
        let mut room = Room::of(&["codex"]);
        room.command(&Command::AddTask(TaskOrder::new("a")));
        let order = TaskOrder::new("b");
        let events = room.command(&Command::AddTask(order.clone()));
        let [
            Event::TaskAdded {
                task,
                order: added,
                analysis: Some(analysis),
            },
        ] = events.as_slice()
        else {
            panic!("{events:?}");
        };
        assert_eq!((*task, added), (TaskId(2), &order));
        assert_eq!(analysis.size.prompt, 1);
    }

    #[test]
    fn a_kind_that_the_room_lost_stays_with_its_tasks_and_takes_no_new_ones() {
        let sql = TaskKind::stored("sql").unwrap();
        let TaskKind::Own(name) = sql else {
            panic!("{sql:?}");
        };
        let wanted = TaskOrder {
            kind: sql,
            ..TaskOrder::new("a")
        };
        let mut room = Room::of(&["codex"]);
        let refusal = refused(&room, wanted.clone()).to_string();
        assert!(refusal.starts_with("`sql` is no kind of task"), "{refusal}");
        let own = BTreeMap::from([(name, OwnKind::default())]);
        room.command(&Command::SetKinds(Kinds::new(own).unwrap()));
        let (task, calls) = room.add(wanted.clone());
        assert_eq!(
            room.command(&Command::SetKinds(Kinds::default())),
            [Event::KindsSet {
                kinds: Kinds::default()
            }]
        );
        assert!(matches!(refused(&room, wanted), Refusal::NoSuchKind { .. }));
        room.fail(calls[0], FailureKind::Refused);
        room.command(&Command::RetryTask { task });
        assert_eq!(room.state.task(task).unwrap().order().kind, sql);
    }

    #[test]
    fn orders_that_cannot_be_worked_are_refused() {
        let room = Room::with(&[("codex", Reach::Text), ("bare", Reach::Unguarded)]);
        assert_eq!(refused(&room, TaskOrder::new(" \n")), Refusal::EmptyPrompt);
        let bytes = PROMPT_MAX + 1;
        assert_eq!(
            refused(&room, TaskOrder::new("x".repeat(bytes))),
            Refusal::PromptTooLong {
                bytes,
                limit: PROMPT_MAX
            }
        );
        assert_eq!(
            refused(&room, order(Strategy::Solo, &["nobody"])),
            Refusal::NoSuchMember {
                member: name("nobody")
            }
        );
        assert_eq!(
            refused(&room, order(Strategy::Race, &["codex", "bare"])),
            Refusal::Unguarded {
                member: name("bare")
            }
        );
        let empty = Room::of(&[]);
        assert_eq!(refused(&empty, TaskOrder::new("a")), Refusal::NoMembers);
    }

    #[test]
    fn a_member_counts_once_except_in_a_chain() {
        let room = Room::with(&[("codex", Reach::Text), ("bare", Reach::Unguarded)]);
        let too_few = |strategy: &str| Refusal::TooFewMembers {
            strategy: strategy.to_owned(),
        };
        let twice = ["codex", "codex"];
        assert_eq!(
            refused(&room, order(Strategy::Council, &twice)),
            too_few("council")
        );
        // One of the two must not work together with others.
        assert_eq!(refused(&room, order(Strategy::Race, &[])), too_few("race"));
        assert_eq!(
            refused(&room, order(Strategy::Chain, &["codex"])),
            too_few("chain")
        );
        assert!(
            crate::core::decide(
                &room.state,
                &Command::AddTask(order(Strategy::Chain, &twice))
            )
            .is_ok()
        );
    }

    #[test]
    fn long_lists_are_refused() {
        let room = Room::of(&["codex", "gpt"]);
        let many = vec!["codex"; 33];
        assert_eq!(
            refused(&room, order(Strategy::Chain, &many)),
            Refusal::TooMany {
                what: "members for a task".to_owned(),
                limit: 32
            }
        );
        let after = TaskOrder {
            after: vec![TaskId(1); 65],
            ..TaskOrder::new("a")
        };
        assert_eq!(
            refused(&room, after),
            Refusal::TooMany {
                what: "tasks to wait for".to_owned(),
                limit: 64
            }
        );
    }

    #[test]
    fn a_task_waits_only_for_what_the_room_remembers() {
        let mut room = Room::of(&["codex"]);
        let (first, _) = room.add(TaskOrder::new("a"));
        let after = |id| TaskOrder {
            after: vec![TaskId(id)],
            ..TaskOrder::new("b")
        };
        for id in [0, 2] {
            let task = TaskId(id);
            assert_eq!(refused(&room, after(id)), Refusal::NoSuchTask { task });
        }
        room.command(&Command::CancelTask { task: first });
        for _ in 0..ENDED_KEPT {
            let (task, _) = room.add(TaskOrder::new("a"));
            room.command(&Command::CancelTask { task });
        }
        assert_eq!(refused(&room, after(1)), Refusal::Forgotten { task: first });
    }

    #[test]
    fn cancelling_a_task_ends_its_calls() {
        let mut room = Room::of(&["codex"]);
        let (task, calls) = room.add(TaskOrder::new("a"));
        assert_eq!(
            room.command(&Command::CancelTask { task }),
            [
                Event::CallEnded {
                    call: calls[0],
                    ending: cancelled()
                },
                Event::TaskConcluded {
                    task,
                    outcome: Outcome::Cancelled
                },
            ]
        );
        let cancel = Command::CancelTask { task };
        assert_eq!(room.refused(&cancel), Refusal::TaskOver { task });
    }

    #[test]
    fn a_failed_task_is_worked_again_from_the_start_and_without_its_deadline() {
        let mut room = Room::of(&["codex"]);
        let (task, calls) = room.add(TaskOrder {
            deadline: Some(Timestamp(u64::MAX)),
            ..TaskOrder::new("a")
        });
        let retry = Command::RetryTask { task };
        assert_eq!(room.refused(&retry), Refusal::NotRetryable { task });
        room.fail(calls[0], FailureKind::Refused);
        let order = TaskOrder::new("a");
        let events = room.command(&retry);
        assert_eq!(events, [Event::TaskReopened { task, order }]);
        let known = room.state.task(task).unwrap();
        assert_eq!((known.phase(), known.calls().len()), (&Phase::Queued, 0));
        let again = crate::core::fixture::started(&room.follow());
        room.answer(again[0], said("done"));
        assert_eq!(room.refused(&retry), Refusal::NotRetryable { task });
    }

    #[test]
    fn a_new_priority_is_noted_once() {
        let mut room = Room::of(&["codex"]);
        let (task, _) = room.add(TaskOrder::new("a"));
        let priority = Priority::High;
        let set = Command::SetPriority { task, priority };
        let event = Event::TaskReprioritised { task, priority };
        assert_eq!(room.command(&set), [event]);
        assert_eq!(room.command(&set), []);
    }
}
