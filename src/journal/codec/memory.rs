//! What others did to the shared memory, and what became of it.

use serde::{Deserialize, Serialize};

use super::wire_words;
use crate::core::{self, Event, TaskId, Text};

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
