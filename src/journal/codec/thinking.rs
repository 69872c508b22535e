//! Thinking sessions: how many thoughts are taken, the thoughts, and who keeps them.

use serde::{Deserialize, Serialize};

use crate::core::{self, CallId, Event, TaskId, Text};

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Bounded {
    pub(super) most: u32,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Proposed {
    pub(super) task: TaskId,
    pub(super) call: CallId,
    pub(super) thought: Thought,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Thought {
    number: u32,
    text: Text,
    revises: Option<u32>,
    branch: Option<Branch>,
    total: u32,
    needs_more: bool,
    more: bool,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Branch {
    id: String,
    from: u32,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Recorded {
    pub(super) task: TaskId,
    pub(super) number: u32,
    pub(super) keeper: Keeper,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Keeper {
    Tool { history: u32, replayed: u32 },
    Room { why: String },
}

impl From<Bounded> for Event {
    fn from(wire: Bounded) -> Self {
        Self::ThoughtsBounded { most: wire.most }
    }
}

impl From<Proposed> for Event {
    fn from(wire: Proposed) -> Self {
        Self::ThoughtProposed {
            task: wire.task,
            call: wire.call,
            thought: wire.thought.into(),
        }
    }
}

impl From<Recorded> for Event {
    fn from(wire: Recorded) -> Self {
        Self::ThoughtRecorded {
            task: wire.task,
            number: wire.number,
            keeper: wire.keeper.into(),
        }
    }
}

impl From<&core::Thought> for Thought {
    fn from(thought: &core::Thought) -> Self {
        let core::Thought {
            number,
            text,
            revises,
            branch,
            total,
            needs_more,
            more,
        } = thought.clone();
        Self {
            number,
            text,
            revises,
            branch: branch.map(|core::Branch { id, from }| Branch { id, from }),
            total,
            needs_more,
            more,
        }
    }
}

impl From<Thought> for core::Thought {
    fn from(wire: Thought) -> Self {
        Self {
            number: wire.number,
            text: wire.text,
            revises: wire.revises,
            branch: wire
                .branch
                .map(|Branch { id, from }| core::Branch { id, from }),
            total: wire.total,
            needs_more: wire.needs_more,
            more: wire.more,
        }
    }
}

impl From<&core::Keeper> for Keeper {
    fn from(keeper: &core::Keeper) -> Self {
        match keeper.clone() {
            core::Keeper::Tool { history, replayed } => Self::Tool { history, replayed },
            core::Keeper::Room { why } => Self::Room { why },
        }
    }
}

impl From<Keeper> for core::Keeper {
    fn from(wire: Keeper) -> Self {
        match wire {
            Keeper::Tool { history, replayed } => Self::Tool { history, replayed },
            Keeper::Room { why } => Self::Room { why },
        }
    }
}
