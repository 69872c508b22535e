//! The order that is kept up from events is the one that the state says, whatever happened.

use proptest::collection::vec;
use proptest::prelude::*;

use super::passing::Said;
use super::{AT_ONCE, Column, Entry, Lineup, Place, Rows, asked};
use crate::core::{
    Command, Ending, Event, Failure, FailureKind, MemberName, MemberSpec, Outcome, Priority, Reach,
    Reply, Request, Span, Spot, State, Strategy as Way, TaskId, TaskKind, TaskOrder, Text,
    Timestamp,
};
use crate::ui::room::Room;
use crate::ui::stage::Stage;

const MEMBERS: [&str; 3] = ["codex", "gpt", "claude"];

fn stage() -> Stage {
    let mut stage = Stage::open("test", Timestamp(1_000_000));
    for name in MEMBERS {
        let spec = MemberSpec {
            name: MemberName::new(name).unwrap(),
            family: name.to_owned(),
            strengths: std::collections::BTreeMap::new(),
            parallel: 1,
            reach: Reach::Text,
            rehearsal: true,
            model: None,
        };
        stage.seat(spec).unwrap();
    }
    stage
}

/// One thing happens, as far as the core allows it.
fn step(stage: &mut Stage, (kind, a, b): (u8, u8, u8)) {
    let task = TaskId(u64::from(a % 40));
    let member = MEMBERS[usize::from(a) % MEMBERS.len()];
    let command = match kind % 14 {
        0..=2 => Command::AddTask(TaskOrder {
            priority: Priority::ALL[usize::from(a) % Priority::ALL.len()],
            strategy: Way::ALL[usize::from(b) % Way::ALL.len()],
            after: (b % 3 == 0).then_some(task).into_iter().collect(),
            ..TaskOrder::new(format!("why {}?", a % 8))
        }),
        12 => Command::MoveTask {
            task,
            to: if b % 2 == 0 {
                Spot::AheadOf(TaskId(u64::from(b % 40)))
            } else {
                Spot::Behind(TaskId(u64::from(b % 40)))
            },
        },
        13 if a % 3 == 0 => Command::Relabel {
            task,
            kind: TaskKind::ALL[usize::from(b) % TaskKind::ALL.len()],
        },
        13 => Command::Reword {
            task,
            before: None,
            after: Text::from(format!("why not {}?", b % 8)),
        },
        3 => Command::CancelTask { task },
        4 => Command::RetryTask { task },
        5 => Command::SetPriority {
            task,
            priority: Priority::ALL[usize::from(b) % Priority::ALL.len()],
        },
        6 | 7 => {
            stage.answer(member, "because", if b % 2 == 0 { "42" } else { "43" }, 10);
            return;
        }
        8 => {
            let failure = Failure::new(
                if b % 2 == 0 {
                    FailureKind::Auth
                } else {
                    FailureKind::Refused
                },
                "no",
            );
            let failed = Ending::Failed {
                failure,
                partial: Text::from(""),
            };
            stage.end(member, failed);
            return;
        }
        9 => {
            let command = vec!["ls".to_owned()];
            stage.ask(
                member,
                Request::Exec {
                    command,
                    cwd: String::new(),
                },
            );
            return;
        }
        10 => {
            let Some(item) = stage.state().attention().next() else {
                return;
            };
            let reply = if b % 2 == 0 {
                Reply::Allow
            } else {
                Reply::Deny {
                    reason: String::new(),
                }
            };
            Command::Answer {
                attention: item.id,
                reply,
            }
        }
        _ => {
            stage.advance(Span::secs(u64::from(b)));
            return;
        }
    };
    // What is refused did not happen.
    drop(stage.command(&command));
}

/// What the order should be, from all tasks.
fn naive(state: &State, needle: &str) -> (Rows, Vec<Place>) {
    let asked = asked(state);
    let open = state.open_tasks().chain(state.ended_tasks());
    let open: Vec<_> = open.collect();
    let entry = |id: TaskId| Entry::of(state.task(id).unwrap(), state, &asked);
    let mut said = Said::default();
    let passing = open.iter().filter(|task| said.has(task, state, needle));
    let entries: Vec<Entry> = passing.map(|task| entry(task.id())).collect();
    let mut rows = Rows::default();
    for entry in entries {
        rows.all.push(entry.place);
        rows.columns[entry.column.index()].push(entry.place);
    }
    let all = open.iter().map(|task| entry(task.id()));
    let compared = all.filter(|entry| entry.compared).map(|it| it.place);
    (rows, compared.collect())
}

/// Tells it all that happened since.
fn hear(lineup: &mut Lineup, stage: &Stage, from: u64) {
    let from = usize::try_from(from).unwrap();
    let fresh = stage.recorded().get(from..).unwrap();
    lineup.heard(fresh, stage.state());
}

proptest! {
    #[test]
    fn the_order_is_that_of_the_state_after_any_history(
        steps in vec(any::<(u8, u8, u8)>(), 0..120),
        needles in vec(proptest::sample::select(vec!["", "why 1", "queued", "after", "codex", "co", "working", "no"]), 1..4),
    ) {
        let mut stage = stage();
        let mut lineup = Lineup::default();
        lineup.follow(stage.state(), needles[0]);
        for (number, input) in steps.into_iter().enumerate() {
            let needle = needles[number / 8 % needles.len()];
            let before = stage.state().seq();
            step(&mut stage, input);
            hear(&mut lineup, &stage, before);
            // No event is missing, so nothing was read anew.
            if lineup.spread == stage.state().ranks_spread() {
                prop_assert_eq!(lineup.seq, Some(stage.state().seq()));
            }
            lineup.follow(stage.state(), needle);
            let (rows, compared) = naive(stage.state(), needle);
            prop_assert_eq!(lineup.shown(), &rows);
            prop_assert_eq!(&lineup.compared, &compared);
            for (at, place) in rows.all.iter().enumerate() {
                prop_assert_eq!(lineup.position(place.task()), Some(at));
            }
        }
    }
}

#[test]
fn what_the_state_forgets_is_forgotten_and_what_comes_at_once_is_read_anew() {
    let mut stage = stage();
    let mut lineup = Lineup::default();
    lineup.follow(stage.state(), "");
    let mut forgot = false;
    for number in 1..=260 {
        let (task, before) = (TaskId(number), stage.state().seq());
        let (order, outcome) = (TaskOrder::new("a"), Outcome::Cancelled);
        stage.happened(vec![
            Event::TaskAdded {
                task,
                order,
                analysis: None,
            },
            Event::TaskConcluded { task, outcome },
        ]);
        let fresh = &stage.recorded()[usize::try_from(before).unwrap()..];
        forgot |= lineup.heard(fresh, stage.state());
    }
    assert!(forgot);
    assert_eq!(lineup.rows().len(), stage.state().tasks().len());
    assert_eq!(lineup.count(Column::Ended), lineup.rows().len());
    let before = stage.state().seq();
    let many = (0..=AT_ONCE as u64).map(|number| Event::TaskAdded {
        task: TaskId(1_000 + number),
        order: TaskOrder::new("b"),
        analysis: None,
    });
    stage.happened(many.collect());
    hear(&mut lineup, &stage, before);
    assert_eq!(lineup.seq, None);
    lineup.follow(stage.state(), "");
    assert_eq!(lineup.open(), AT_ONCE + 1);
}
