//! The room itself: opened, resumed, closed, its budget, its upkeep, and reports that came for nothing.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::wire_words;
use crate::core::{self, Event, MemberName, Span};

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Opened {
    pub(super) name: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Resumed {}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Closed {}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BudgetSet {
    tokens: Option<u64>,
    micro_usd: Option<u64>,
    time_ms: Option<Span>,
    per: Period,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "the stored names say the unit")]
pub(super) struct UpkeepSet {
    rest_after_ms: Option<Span>,
    rest_of_ms: BTreeMap<MemberName, Option<Span>>,
    archive_after_ms: Option<Span>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReportStale {
    pub(super) about: String,
}

wire_words!(Period = core::Period { Day = "day", Room = "room" });

impl From<Opened> for Event {
    fn from(wire: Opened) -> Self {
        Self::RoomOpened { name: wire.name }
    }
}

impl From<Resumed> for Event {
    fn from(Resumed {}: Resumed) -> Self {
        Self::RoomResumed
    }
}

impl From<Closed> for Event {
    fn from(Closed {}: Closed) -> Self {
        Self::RoomClosed
    }
}

impl From<&core::Budget> for BudgetSet {
    fn from(budget: &core::Budget) -> Self {
        let core::Budget {
            tokens,
            micro_usd,
            time,
            per,
        } = *budget;
        Self {
            tokens,
            micro_usd,
            time_ms: time,
            per: per.into(),
        }
    }
}

impl From<BudgetSet> for Event {
    fn from(wire: BudgetSet) -> Self {
        let budget = core::Budget {
            tokens: wire.tokens,
            micro_usd: wire.micro_usd,
            time: wire.time_ms,
            per: wire.per.into(),
        };
        Self::BudgetSet { budget }
    }
}

impl From<&core::Upkeep> for UpkeepSet {
    fn from(upkeep: &core::Upkeep) -> Self {
        let core::Upkeep {
            rest_after,
            rest_of,
            archive_after,
        } = upkeep;
        Self {
            rest_after_ms: *rest_after,
            rest_of_ms: rest_of.clone(),
            archive_after_ms: *archive_after,
        }
    }
}

impl From<UpkeepSet> for Event {
    fn from(wire: UpkeepSet) -> Self {
        let upkeep = core::Upkeep {
            rest_after: wire.rest_after_ms,
            rest_of: wire.rest_of_ms,
            archive_after: wire.archive_after_ms,
        };
        Self::UpkeepSet { upkeep }
    }
}

impl From<ReportStale> for Event {
    fn from(wire: ReportStale) -> Self {
        Self::ReportStale { about: wire.about }
    }
}
