//! Members: enrolled, left, restarted, put to rest, and how their servers are.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::kind::TaskKind;
use super::wire_words;
use crate::core::{self, Event, MemberName, Timestamp};

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Enrolled {
    name: MemberName,
    family: String,
    strengths: BTreeMap<TaskKind, f64>,
    parallel: u32,
    reach: Reach,
    rehearsal: bool,
    model: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Left {
    pub(super) member: MemberName,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Restarted {
    pub(super) member: MemberName,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rested {
    pub(super) member: MemberName,
}

impl From<Rested> for Event {
    fn from(wire: Rested) -> Self {
        Self::MemberRested {
            member: wire.member,
        }
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HealthChanged {
    pub(super) member: MemberName,
    pub(super) health: Health,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Paused {
    pub(super) member: MemberName,
    pub(super) why: String,
    pub(super) until: Option<Timestamp>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MemberResumed {
    pub(super) member: MemberName,
}

wire_words!(Reach = core::Reach {
    Text = "text",
    Reads = "reads",
    Sandboxed = "sandboxed",
    Unguarded = "unguarded",
});

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Health {
    Unknown,
    Starting,
    Ready { protocol: String },
    Restarting { why: String, at: Timestamp },
    Down { why: String },
}

impl From<&core::MemberSpec> for Enrolled {
    fn from(spec: &core::MemberSpec) -> Self {
        let core::MemberSpec {
            name,
            family,
            strengths,
            parallel,
            reach,
            rehearsal,
            model,
        } = spec;
        Self {
            name: name.clone(),
            family: family.clone(),
            strengths: strengths
                .iter()
                .map(|(kind, share)| ((*kind).into(), *share))
                .collect(),
            parallel: *parallel,
            reach: (*reach).into(),
            rehearsal: *rehearsal,
            model: model.clone(),
        }
    }
}

impl From<Enrolled> for Event {
    fn from(wire: Enrolled) -> Self {
        let spec = core::MemberSpec {
            name: wire.name,
            family: wire.family,
            strengths: wire
                .strengths
                .into_iter()
                .map(|(kind, share)| (kind.into(), share))
                .collect(),
            parallel: wire.parallel,
            reach: wire.reach.into(),
            rehearsal: wire.rehearsal,
            model: wire.model,
        };
        Self::MemberEnrolled { spec }
    }
}

impl From<Left> for Event {
    fn from(wire: Left) -> Self {
        Self::MemberLeft {
            member: wire.member,
        }
    }
}

impl From<Restarted> for Event {
    fn from(wire: Restarted) -> Self {
        Self::MemberRestarted {
            member: wire.member,
        }
    }
}

impl From<HealthChanged> for Event {
    fn from(wire: HealthChanged) -> Self {
        Self::MemberHealthChanged {
            member: wire.member,
            health: wire.health.into(),
        }
    }
}

impl From<Paused> for Event {
    fn from(wire: Paused) -> Self {
        Self::MemberPaused {
            member: wire.member,
            why: wire.why,
            until: wire.until,
        }
    }
}

impl From<MemberResumed> for Event {
    fn from(wire: MemberResumed) -> Self {
        Self::MemberResumed {
            member: wire.member,
        }
    }
}

impl From<&core::Health> for Health {
    fn from(health: &core::Health) -> Self {
        match health.clone() {
            core::Health::Unknown => Self::Unknown,
            core::Health::Starting => Self::Starting,
            core::Health::Ready { protocol } => Self::Ready { protocol },
            core::Health::Restarting { why, at } => Self::Restarting { why, at },
            core::Health::Down { why } => Self::Down { why },
        }
    }
}

impl From<Health> for core::Health {
    fn from(wire: Health) -> Self {
        match wire {
            Health::Unknown => Self::Unknown,
            Health::Starting => Self::Starting,
            Health::Ready { protocol } => Self::Ready { protocol },
            Health::Restarting { why, at } => Self::Restarting { why, at },
            Health::Down { why } => Self::Down { why },
        }
    }
}
