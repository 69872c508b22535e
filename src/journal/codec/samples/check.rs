//! Checks of results.

use std::collections::{BTreeMap, BTreeSet};

use crate::core::{CheckEnd, CheckId, CheckName, Checked, Checks, Event, TaskId, TaskKind, Text};

/// All of them.
pub(super) fn all() -> Vec<Event> {
    let kinds = BTreeSet::from([TaskKind::Code, TaskKind::Debugging]);
    let some = BTreeMap::from([(name(), kinds), (lint(), BTreeSet::new())]);
    let set = [Checks::default(), Checks::new(some).unwrap()];
    let ends = [
        CheckEnd::Passed,
        CheckEnd::Failed { code: 101 },
        CheckEnd::TimedOut,
        CheckEnd::NotStarted {
            why: "there is no program `cargo`".to_owned(),
        },
        CheckEnd::Interrupted,
    ];
    let (check, task) = (CheckId(4), TaskId(41));
    let ended = ends.into_iter().map(|end| Checked::Ended {
        check,
        task,
        end,
        tail: Text::from("test login ... ok\n\u{1b}[31mred"),
    });
    let name = name();
    set.into_iter()
        .map(|checks| Checked::Set { checks })
        .chain([Checked::Started { check, task, name }])
        .chain(ended)
        .map(|what| Event::Checked { what })
        .collect()
}

fn name() -> CheckName {
    CheckName::new("tests").unwrap()
}

fn lint() -> CheckName {
    CheckName::new("lint").unwrap()
}
