//! Checks of results.

use proptest::collection::btree_map;
use proptest::prelude::*;
use synod::core::{CheckEnd, CheckId, CheckName, Checked, Checks, Event, TaskKind};

use super::{task_id, text, words};

/// Any name of a check.
pub(super) fn name() -> impl Strategy<Value = CheckName> {
    "[a-z][a-z0-9_-]{0,23}".prop_map(|name| CheckName::new(&name).unwrap())
}

/// Any event about a check.
pub(super) fn event() -> BoxedStrategy<Event> {
    let end = prop_oneof![
        Just(CheckEnd::Passed),
        any::<i32>().prop_map(|code| CheckEnd::Failed { code }),
        Just(CheckEnd::TimedOut),
        words().prop_map(|why| CheckEnd::NotStarted { why }),
        Just(CheckEnd::Interrupted),
    ];
    let id = || any::<u64>().prop_map(CheckId);
    let all = btree_map(name(), any::<bool>(), 0..4).prop_map(|names| {
        // A kind has one check.
        let mut kinds = TaskKind::ALL.iter().copied();
        let all = names.into_iter().map(|(name, with)| {
            let of = kinds.next().filter(|_| with);
            (name, of.into_iter().collect())
        });
        Checks::new(all.collect()).unwrap()
    });
    let what = prop_oneof![
        all.prop_map(|checks| Checked::Set { checks }),
        (id(), task_id(), name()).prop_map(|(check, task, name)| Checked::Started {
            check,
            task,
            name
        }),
        (id(), task_id(), end, text()).prop_map(|(check, task, end, tail)| Checked::Ended {
            check,
            task,
            end,
            tail,
        }),
    ];
    what.prop_map(|what| Event::Checked { what }).boxed()
}
