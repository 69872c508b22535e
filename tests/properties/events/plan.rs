//! Plans: any of each.

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use synod::core::{Event, Plan, PlanStep, Planned, Strategy as Way};

use super::{call_id, kind, name, task_id, text, words};

/// Any event about a plan.
pub(super) fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        (task_id(), call_id(), plan()).prop_map(|(task, call, plan)| Event::Planned {
            what: Planned::Proposed { task, call, plan }
        }),
        (task_id(), plan()).prop_map(|(task, plan)| Event::Planned {
            what: Planned::Edited { task, plan }
        }),
        (task_id(), vec(task_id(), 0..4)).prop_map(|(task, steps)| Event::Planned {
            what: Planned::Approved { task, steps }
        }),
        task_id().prop_map(|task| Event::Planned {
            what: Planned::Resumed { task }
        }),
    ]
}

fn plan() -> impl Strategy<Value = Plan> {
    let lists = (vec(name(), 0..3), vec(words(), 0..3));
    let step = (
        words(),
        text(),
        of(kind()),
        select(Way::ALL),
        lists,
        words(),
    );
    let step = step.prop_map(
        |(key, prompt, kind, strategy, (members, after), accept)| PlanStep {
            key,
            prompt,
            kind,
            strategy,
            members,
            after,
            accept,
        },
    );
    vec(step, 0..4).prop_map(Plan)
}
