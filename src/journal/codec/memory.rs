//! What others and the operator did to the shared memory, and what became of it.

use serde::{Deserialize, Serialize};

use super::wire_words;
use crate::core::{self, Event, Span, TaskId, Text};

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EditSettled {
    pub(super) document: String,
    pub(super) digest: String,
    pub(super) how: Settled,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ResultReplaced {
    pub(super) task: TaskId,
    pub(super) result: Text,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RetentionSet {
    keep_ms: Option<Span>,
    most_bytes: Option<u64>,
    old: Old,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ResultsAged {
    pub(super) tasks: Vec<TaskId>,
    pub(super) old: Old,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NoteOrdered {
    order: u64,
    name: String,
    change: NoteChange,
    undoes: Option<u64>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NoteSettled {
    pub(super) order: u64,
    pub(super) end: NoteEnd,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum NoteChange {
    Write { before: Option<Text>, after: Text },
    Rename { to: String, text: Text },
    Delete { before: Text },
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum NoteEnd {
    Done,
    Changed,
    Refused { why: String },
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Import {
    Result { task: TaskId, text: Text },
    Nothing { why: String },
}

wire_words!(Settled = core::Settled {
    Imported = "imported",
    KeptAside = "kept_aside",
    Overwritten = "overwritten",
});

wire_words!(Old = core::Old {
    Summary = "summary",
    Archive = "archive",
});

impl From<core::Retention> for RetentionSet {
    fn from(retention: core::Retention) -> Self {
        let core::Retention { keep, most, old } = retention;
        Self {
            keep_ms: keep,
            most_bytes: most,
            old: old.into(),
        }
    }
}

impl From<RetentionSet> for Event {
    fn from(wire: RetentionSet) -> Self {
        let retention = core::Retention {
            keep: wire.keep_ms,
            most: wire.most_bytes,
            old: wire.old.into(),
        };
        Self::RetentionSet { retention }
    }
}

impl From<ResultsAged> for Event {
    fn from(wire: ResultsAged) -> Self {
        Self::ResultsAged {
            tasks: wire.tasks,
            old: wire.old.into(),
        }
    }
}

impl From<EditSettled> for Event {
    fn from(wire: EditSettled) -> Self {
        Self::EditSettled {
            document: wire.document,
            digest: wire.digest,
            how: wire.how.into(),
        }
    }
}

impl From<ResultReplaced> for Event {
    fn from(wire: ResultReplaced) -> Self {
        Self::ResultReplaced {
            task: wire.task,
            result: wire.result,
        }
    }
}

impl From<core::Import> for Import {
    fn from(import: core::Import) -> Self {
        match import {
            core::Import::Result { task, text } => Self::Result { task, text },
            core::Import::Nothing { why } => Self::Nothing { why },
        }
    }
}

impl From<Import> for core::Import {
    fn from(wire: Import) -> Self {
        match wire {
            Import::Result { task, text } => Self::Result { task, text },
            Import::Nothing { why } => Self::Nothing { why },
        }
    }
}

impl From<&core::NoteOrder> for NoteOrdered {
    fn from(order: &core::NoteOrder) -> Self {
        Self {
            order: order.id,
            name: order.name.clone(),
            change: match order.change.clone() {
                core::NoteChange::Write { before, after } => NoteChange::Write { before, after },
                core::NoteChange::Rename { to, text } => NoteChange::Rename { to, text },
                core::NoteChange::Delete { before } => NoteChange::Delete { before },
            },
            undoes: order.undoes,
        }
    }
}

impl From<NoteOrdered> for Event {
    fn from(wire: NoteOrdered) -> Self {
        let order = core::NoteOrder {
            id: wire.order,
            name: wire.name,
            change: match wire.change {
                NoteChange::Write { before, after } => core::NoteChange::Write { before, after },
                NoteChange::Rename { to, text } => core::NoteChange::Rename { to, text },
                NoteChange::Delete { before } => core::NoteChange::Delete { before },
            },
            undoes: wire.undoes,
        };
        Self::NoteOrdered { order }
    }
}

impl From<&core::NoteEnd> for NoteEnd {
    fn from(end: &core::NoteEnd) -> Self {
        match end {
            core::NoteEnd::Done => Self::Done,
            core::NoteEnd::Changed => Self::Changed,
            core::NoteEnd::Refused { why } => Self::Refused { why: why.clone() },
        }
    }
}

impl From<NoteSettled> for Event {
    fn from(wire: NoteSettled) -> Self {
        let end = match wire.end {
            NoteEnd::Done => core::NoteEnd::Done,
            NoteEnd::Changed => core::NoteEnd::Changed,
            NoteEnd::Refused { why } => core::NoteEnd::Refused { why },
        };
        let order = wire.order;
        Self::NoteSettled { order, end }
    }
}
