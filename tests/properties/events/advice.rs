//! Recommendations: any event of them.

use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use synod::core::advice::{About, Advised, Figures, Setting, Sort};
use synod::core::metrics::Share;
use synod::core::{Event, LessonId, Limit, SessionId, Timestamp};

use super::{actor, kind, name, span};

pub(super) fn event() -> impl Strategy<Value = Event> {
    let setting = (
        prop::collection::btree_set(select(Sort::ALL.to_vec()), 0..4),
        prop::collection::btree_map(name(), span(), 0..3),
    );
    let what = prop_oneof![
        setting.prop_map(|(apply, limits)| Advised::Set {
            setting: Setting { apply, limits },
        }),
        (about(), actor(), figures()).prop_map(|(about, by, figures)| Advised::Applied {
            about,
            by,
            figures,
        }),
        (about(), actor(), figures()).prop_map(|(about, by, figures)| Advised::Dismissed {
            about,
            by,
            figures,
        }),
        (about(), actor(), share()).prop_map(|(about, by, since)| Advised::Withdrawn {
            about,
            by,
            since,
        }),
        (name(), kind(), any::<bool>()).prop_map(|(member, kind, barred)| Advised::Barred {
            member,
            kind,
            barred,
        }),
        (name(), of(span())).prop_map(|(member, total)| Advised::Limited { member, total }),
    ];
    what.prop_map(|what| Event::Advised { what })
}

fn share() -> impl Strategy<Value = Share> {
    any::<(u64, u64)>().prop_map(|(of, n)| Share { of, n })
}

fn figures() -> impl Strategy<Value = Figures> {
    let all = (share(), of(share()), of(span()), of(span()));
    all.prop_map(|(seen, beside, took, limit)| Figures {
        seen,
        beside,
        took,
        limit,
    })
}

fn about() -> impl Strategy<Value = About> {
    let limits = [Limit::Tokens, Limit::Money, Limit::Time];
    prop_oneof![
        select(limits.to_vec()).prop_map(|limit| About::Budget { limit }),
        any::<u64>().prop_map(|id| About::Context {
            session: SessionId(id),
        }),
        name().prop_map(|member| About::Restarts { member }),
        name().prop_map(|member| About::Timeout { member }),
        (name(), kind()).prop_map(|(member, kind)| About::Kind { member, kind }),
        any::<u64>().prop_map(|id| About::Lesson {
            lesson: LessonId(id),
        }),
        (name(), any::<u64>()).prop_map(|(member, at)| About::Change {
            member,
            at: Timestamp(at),
        }),
        name().prop_map(|member| About::Voter { member }),
        kind().prop_map(|kind| About::Council { kind }),
    ]
}
