//! Plans: proposed, changed, approved, gone on with.

use super::{codex, sql};
use crate::core::{CallId, Event, Plan, PlanStep, Planned, Strategy, TaskId, TaskKind, Text};

pub(super) fn all() -> Vec<Event> {
    let task = TaskId(41);
    let plain = PlanStep {
        key: "read".to_owned(),
        prompt: Text::from("Read the log.\nAll of it."),
        kind: None,
        strategy: Strategy::Solo,
        members: Vec::new(),
        after: Vec::new(),
        accept: String::new(),
    };
    let full = PlanStep {
        key: "check-2".to_owned(),
        prompt: Text::from("Which rows are missing? \u{1b}[31m"),
        kind: Some(sql()),
        strategy: Strategy::Council,
        members: vec![codex()],
        after: vec!["read".to_owned()],
        accept: "every row is named".to_owned(),
    };
    let kinds = TaskKind::ALL.iter().map(|kind| PlanStep {
        key: kind.word().to_owned(),
        kind: Some(*kind),
        ..plain.clone()
    });
    vec![
        Event::Planned {
            what: Planned::Proposed {
                task,
                call: CallId(12),
                plan: Plan(vec![plain.clone(), full.clone()]),
            },
        },
        Event::Planned {
            what: Planned::Edited {
                task,
                plan: Plan(vec![plain.clone()]),
            },
        },
        Event::Planned {
            what: Planned::Edited {
                task,
                plan: Plan(kinds.collect()),
            },
        },
        Event::Planned {
            what: Planned::Approved {
                task,
                steps: vec![TaskId(42), TaskId(43)],
            },
        },
        Event::Planned {
            what: Planned::Resumed { task },
        },
    ]
}
