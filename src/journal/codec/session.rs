//! Conversations: opened, bound to the server's handle, unbound, put away.

use serde::{Deserialize, Serialize};

use crate::core::{self, Event, MemberName, SessionId};

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Opened {
    pub(super) session: SessionId,
    pub(super) member: MemberName,
    pub(super) title: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Bound {
    pub(super) session: SessionId,
    pub(super) handle: Handle,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Handle {
    value: String,
    survives_restart: bool,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Unbound {
    pub(super) session: SessionId,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Closed {
    pub(super) session: SessionId,
}

impl From<Opened> for Event {
    fn from(wire: Opened) -> Self {
        Self::SessionOpened {
            session: wire.session,
            member: wire.member,
            title: wire.title,
        }
    }
}

impl From<Bound> for Event {
    fn from(wire: Bound) -> Self {
        let handle = core::Handle {
            value: wire.handle.value,
            survives_restart: wire.handle.survives_restart,
        };
        Self::SessionBound {
            session: wire.session,
            handle,
        }
    }
}

impl From<&core::Handle> for Handle {
    fn from(handle: &core::Handle) -> Self {
        let core::Handle {
            value,
            survives_restart,
        } = handle;
        Self {
            value: value.clone(),
            survives_restart: *survives_restart,
        }
    }
}

impl From<Unbound> for Event {
    fn from(wire: Unbound) -> Self {
        Self::SessionUnbound {
            session: wire.session,
        }
    }
}

impl From<Closed> for Event {
    fn from(wire: Closed) -> Self {
        Self::SessionClosed {
            session: wire.session,
        }
    }
}
