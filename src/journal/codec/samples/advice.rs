//! What the room recommends.

use std::collections::{BTreeMap, BTreeSet};

use crate::core::advice::{About, Advised, Figures, Setting, Sort};
use crate::core::metrics::Share;
use crate::core::{
    Actor, Event, LessonId, Limit, MemberName, SessionId, Span, TaskKind, Timestamp,
};

/// All of them.
pub(super) fn all() -> Vec<Event> {
    let member = MemberName::new("codex").unwrap();
    let kind = TaskKind::Code;
    let keys = vec![
        About::Budget {
            limit: Limit::Money,
        },
        About::Context {
            session: SessionId(3),
        },
        About::Restarts {
            member: member.clone(),
        },
        About::Timeout {
            member: member.clone(),
        },
        About::Kind {
            member: member.clone(),
            kind,
        },
        About::Lesson {
            lesson: LessonId(7),
        },
        About::Change {
            member: member.clone(),
            at: Timestamp(1_700_000_000_000),
        },
        About::Voter {
            member: member.clone(),
        },
        About::Council { kind },
    ];
    let bare = Figures {
        seen: Share { of: 5, n: 40 },
        ..Figures::default()
    };
    let whole = Figures {
        beside: Some(Share { of: 31, n: 36 }),
        took: Some(Span(480_000)),
        limit: Some(Span(600_000)),
        ..bare
    };
    let by = [Actor::Operator, Actor::Room];
    let figures = [bare, whole];
    let mut all = vec![
        Advised::Set {
            setting: Setting::default(),
        },
        Advised::Set {
            setting: Setting {
                apply: BTreeSet::from(Sort::BY_ITSELF),
                limits: BTreeMap::from([(member.clone(), Span(1_800_000))]),
            },
        },
        Advised::Barred {
            member: member.clone(),
            kind,
            barred: true,
        },
        Advised::Barred {
            member: member.clone(),
            kind,
            barred: false,
        },
        Advised::Limited {
            member: member.clone(),
            total: Some(Span(1_200_000)),
        },
        Advised::Limited {
            member,
            total: None,
        },
    ];
    for ((about, by), figures) in keys
        .into_iter()
        .zip(by.into_iter().cycle())
        .zip(figures.into_iter().cycle())
    {
        all.push(Advised::Applied {
            about: about.clone(),
            by,
            figures,
        });
        all.push(Advised::Dismissed {
            about: about.clone(),
            by,
            figures,
        });
        all.push(Advised::Withdrawn {
            about,
            by,
            since: Share { of: 2, n: 12 },
        });
    }
    all.into_iter()
        .map(|what| Event::Advised { what })
        .collect()
}
