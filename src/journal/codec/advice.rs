//! What the room recommends: what was set, applied, dismissed and taken back, and what that led to.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::attention::Actor;
use super::kind::TaskKind;
use super::{Encoded, pack, wire_words};
use crate::core::advice::{self, About, Advised};
use crate::core::metrics;
use crate::core::{Event, MemberName, Span};

wire_words!(Sort = advice::Sort {
    Budget = "budget",
    Context = "context",
    Restarts = "restarts",
    Timeouts = "timeouts",
    Kinds = "kinds",
    Lessons = "lessons",
    Changes = "changes",
    Voters = "voters",
    Councils = "councils",
});

/// The key of a recommendation, as it is typed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
struct Key(About);

impl TryFrom<String> for Key {
    type Error = advice::BadKey;

    fn try_from(key: String) -> Result<Self, Self::Error> {
        key.parse().map(Self)
    }
}

impl From<Key> for String {
    fn from(key: Key) -> Self {
        key.0.to_string()
    }
}

/// So many of so many.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Share {
    of: u64,
    n: u64,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Figures {
    seen: Share,
    beside: Option<Share>,
    took: Option<Span>,
    limit: Option<Span>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Set {
    apply: Vec<Sort>,
    limits: BTreeMap<MemberName, Span>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Applied {
    about: Key,
    by: Actor,
    figures: Figures,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Dismissed {
    about: Key,
    by: Actor,
    figures: Figures,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Withdrawn {
    about: Key,
    by: Actor,
    since: Share,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Barred {
    member: MemberName,
    kind: TaskKind,
    #[serde(rename = "barred")]
    is: bool,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Limited {
    member: MemberName,
    total: Option<Span>,
}

/// Each of these is a kind of event of its own.
pub(super) fn encode(what: &Advised) -> Encoded {
    match what.clone() {
        Advised::Set { setting } => pack(&Set {
            apply: setting.apply.into_iter().map(Into::into).collect(),
            limits: setting.limits,
        }),
        Advised::Applied { about, by, figures } => pack(&Applied {
            about: Key(about),
            by: by.into(),
            figures: figures.into(),
        }),
        Advised::Dismissed { about, by, figures } => pack(&Dismissed {
            about: Key(about),
            by: by.into(),
            figures: figures.into(),
        }),
        Advised::Withdrawn { about, by, since } => pack(&Withdrawn {
            about: Key(about),
            by: by.into(),
            since: since.into(),
        }),
        Advised::Barred {
            member,
            kind,
            barred,
        } => pack(&Barred {
            member,
            kind: kind.into(),
            is: barred,
        }),
        Advised::Limited { member, total } => pack(&Limited { member, total }),
    }
}

impl From<metrics::Share> for Share {
    fn from(share: metrics::Share) -> Self {
        let metrics::Share { of, n } = share;
        Self { of, n }
    }
}

impl From<Share> for metrics::Share {
    fn from(wire: Share) -> Self {
        let Share { of, n } = wire;
        Self { of, n }
    }
}

impl From<advice::Figures> for Figures {
    fn from(figures: advice::Figures) -> Self {
        let advice::Figures {
            seen,
            beside,
            took,
            limit,
        } = figures;
        Self {
            seen: seen.into(),
            beside: beside.map(Into::into),
            took,
            limit,
        }
    }
}

impl From<Figures> for advice::Figures {
    fn from(wire: Figures) -> Self {
        Self {
            seen: wire.seen.into(),
            beside: wire.beside.map(Into::into),
            took: wire.took,
            limit: wire.limit,
        }
    }
}

impl From<Set> for Event {
    fn from(wire: Set) -> Self {
        let setting = advice::Setting {
            apply: wire.apply.into_iter().map(Into::into).collect(),
            limits: wire.limits,
        };
        let what = Advised::Set { setting };
        Self::Advised { what }
    }
}

impl From<Applied> for Event {
    fn from(wire: Applied) -> Self {
        let what = Advised::Applied {
            about: wire.about.0,
            by: wire.by.into(),
            figures: wire.figures.into(),
        };
        Self::Advised { what }
    }
}

impl From<Dismissed> for Event {
    fn from(wire: Dismissed) -> Self {
        let what = Advised::Dismissed {
            about: wire.about.0,
            by: wire.by.into(),
            figures: wire.figures.into(),
        };
        Self::Advised { what }
    }
}

impl From<Withdrawn> for Event {
    fn from(wire: Withdrawn) -> Self {
        let what = Advised::Withdrawn {
            about: wire.about.0,
            by: wire.by.into(),
            since: wire.since.into(),
        };
        Self::Advised { what }
    }
}

impl From<Barred> for Event {
    fn from(wire: Barred) -> Self {
        let what = Advised::Barred {
            member: wire.member,
            kind: wire.kind.into(),
            barred: wire.is,
        };
        Self::Advised { what }
    }
}

impl From<Limited> for Event {
    fn from(wire: Limited) -> Self {
        let what = Advised::Limited {
            member: wire.member,
            total: wire.total,
        };
        Self::Advised { what }
    }
}
