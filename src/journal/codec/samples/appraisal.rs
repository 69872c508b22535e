//! Appraisals: what is set of them, asked for, given, done without.

use super::{codex, sql};
use crate::core::appraisal::{Appraisal, Appraised, Appraisers, Appraising, Stakes};
use crate::core::{Event, TaskId, TaskKind};

pub(super) fn all() -> Vec<Event> {
    let task = TaskId(41);
    let set = |above, by| Appraised::Set {
        appraisers: Appraisers { above, by },
    };
    let asked = |by, again| Appraised::Asked {
        task,
        asked: Appraising {
            by: TaskId(by),
            again,
        },
    };
    let given = |kind, answer, stakes, why: &str| Appraised::Given {
        task,
        appraisal: Appraisal {
            by: codex(),
            kind,
            answer,
            stakes,
            why: why.to_owned(),
        },
    };
    let all = [
        set(None, None),
        set(Some(2_000), Some(codex())),
        asked(42, None),
        asked(43, Some(TaskId(42))),
        given(TaskKind::Review, Some(800), Stakes::High, "It moves money."),
        given(sql(), None, Stakes::Usual, ""),
        given(TaskKind::General, None, Stakes::Low, ""),
        Appraised::Without {
            task,
            why: "codex cannot be asked now".to_owned(),
        },
    ];
    all.into_iter()
        .map(|what| Event::Appraised { what })
        .collect()
}
