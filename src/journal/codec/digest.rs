//! Digests of sessions: who writes them, one that is ordered, one that is there.

use serde::{Deserialize, Serialize};

use crate::core::{DigestOrder, Event, MemberName, SessionDigest, SessionId, TaskId, Text};

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DigesterSet {
    pub(super) member: Option<MemberName>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ordered {
    session: SessionId,
    through: u64,
    task: TaskId,
    again: Option<TaskId>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Digested {
    session: SessionId,
    through: u64,
    text: Text,
    by: Option<MemberName>,
}

impl Ordered {
    pub(super) fn new(session: SessionId, order: DigestOrder) -> Self {
        let DigestOrder {
            through,
            task,
            again,
        } = order;
        Self {
            session,
            through,
            task,
            again,
        }
    }
}

impl Digested {
    pub(super) fn new(session: SessionId, digest: SessionDigest) -> Self {
        let SessionDigest { through, text, by } = digest;
        Self {
            session,
            through,
            text,
            by,
        }
    }
}

impl From<DigesterSet> for Event {
    fn from(wire: DigesterSet) -> Self {
        let member = wire.member;
        Self::DigesterSet { member }
    }
}

impl From<Ordered> for Event {
    fn from(wire: Ordered) -> Self {
        Self::DigestOrdered {
            session: wire.session,
            order: DigestOrder {
                through: wire.through,
                task: wire.task,
                again: wire.again,
            },
        }
    }
}

impl From<Digested> for Event {
    fn from(wire: Digested) -> Self {
        Self::SessionDigested {
            session: wire.session,
            digest: SessionDigest {
                through: wire.through,
                text: wire.text,
                by: wire.by,
            },
        }
    }
}
