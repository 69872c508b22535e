//! Conversations: opened, forked, bound to the server's handle, unbound, changed, put away; and the
//! lists of servers.

use serde::{Deserialize, Serialize};

use super::attention::Actor;
use super::dial::Dial;
use super::wire_words;
use crate::core::session::Restored as CoreRestored;
use crate::core::{self, Event, MemberName, SessionId, Timestamp};

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

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Forked {
    pub(super) session: SessionId,
    pub(super) from: SessionId,
    pub(super) member: MemberName,
    pub(super) title: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Changed {
    pub(super) session: SessionId,
    pub(super) change: Change,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Change {
    Renamed { title: String },
    Archived { by: Actor },
    Unarchived,
    Reset,
    Chosen,
    Restored { by: Restored },
    Handed { servers: Vec<HandedServer> },
    Dials { dials: Vec<Dial> },
    Dialled { dial: String, value: String },
    Wished { dial: String, value: Option<String> },
    Unfulfilled { dial: String, value: String },
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HandedServer {
    name: String,
    trouble: Option<String>,
}

wire_words!(Restored = CoreRestored {
    Live = "live",
    ByHandle = "by_handle",
    ByReplay = "by_replay",
    InDoubt = "in_doubt",
});

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    pub(super) member: MemberName,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Listed {
    pub(super) member: MemberName,
    pub(super) asked: Timestamp,
    pub(super) listing: Listing,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Listing {
    Sessions(Vec<ListedSession>),
    Unsupported,
    Failed { why: String },
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ListedSession {
    handle: String,
    turns: Option<u64>,
}

impl From<Forked> for Event {
    fn from(wire: Forked) -> Self {
        Self::SessionForked {
            session: wire.session,
            from: wire.from,
            member: wire.member,
            title: wire.title,
        }
    }
}

impl From<&core::SessionChange> for Change {
    fn from(change: &core::SessionChange) -> Self {
        match change {
            core::SessionChange::Renamed { title } => Self::Renamed {
                title: title.clone(),
            },
            core::SessionChange::Archived { by } => Self::Archived { by: (*by).into() },
            core::SessionChange::Unarchived => Self::Unarchived,
            core::SessionChange::Reset => Self::Reset,
            core::SessionChange::Chosen => Self::Chosen,
            core::SessionChange::Restored { by } => Self::Restored { by: (*by).into() },
            core::SessionChange::Handed { servers } => Self::Handed {
                servers: servers.iter().cloned().map(HandedServer::from).collect(),
            },
            core::SessionChange::Dials { dials } => Self::Dials {
                dials: dials.iter().map(Dial::from).collect(),
            },
            core::SessionChange::Dialled { dial, value } => Self::Dialled {
                dial: dial.clone(),
                value: value.clone(),
            },
            core::SessionChange::Wished { dial, value } => Self::Wished {
                dial: dial.clone(),
                value: value.clone(),
            },
            core::SessionChange::Unfulfilled { wish } => Self::Unfulfilled {
                dial: wish.dial.clone(),
                value: wish.value.clone(),
            },
        }
    }
}

impl From<core::HandedServer> for HandedServer {
    fn from(server: core::HandedServer) -> Self {
        let core::HandedServer { name, trouble } = server;
        Self { name, trouble }
    }
}

impl From<HandedServer> for core::HandedServer {
    fn from(wire: HandedServer) -> Self {
        let HandedServer { name, trouble } = wire;
        Self { name, trouble }
    }
}

impl From<Changed> for Event {
    fn from(wire: Changed) -> Self {
        let change = match wire.change {
            Change::Renamed { title } => core::SessionChange::Renamed { title },
            Change::Archived { by } => core::SessionChange::Archived { by: by.into() },
            Change::Unarchived => core::SessionChange::Unarchived,
            Change::Reset => core::SessionChange::Reset,
            Change::Chosen => core::SessionChange::Chosen,
            Change::Restored { by } => core::SessionChange::Restored { by: by.into() },
            Change::Handed { servers } => core::SessionChange::Handed {
                servers: servers.into_iter().map(Into::into).collect(),
            },
            Change::Dials { dials } => core::SessionChange::Dials {
                dials: dials.into_iter().map(core::Dial::from).collect(),
            },
            Change::Dialled { dial, value } => core::SessionChange::Dialled { dial, value },
            Change::Wished { dial, value } => core::SessionChange::Wished { dial, value },
            Change::Unfulfilled { dial, value } => core::SessionChange::Unfulfilled {
                wish: core::DialWish { dial, value },
            },
        };
        Self::SessionChanged {
            session: wire.session,
            change,
        }
    }
}

impl From<Asked> for Event {
    fn from(wire: Asked) -> Self {
        Self::SessionsAsked {
            member: wire.member,
        }
    }
}

impl From<&core::Listing> for Listing {
    fn from(listing: &core::Listing) -> Self {
        match listing {
            core::Listing::Sessions(all) => Self::Sessions(
                all.iter()
                    .map(|one| ListedSession {
                        handle: one.handle.clone(),
                        turns: one.turns,
                    })
                    .collect(),
            ),
            core::Listing::Unsupported => Self::Unsupported,
            core::Listing::Failed { why } => Self::Failed { why: why.clone() },
        }
    }
}

impl From<Listed> for Event {
    fn from(wire: Listed) -> Self {
        let listing = match wire.listing {
            Listing::Sessions(all) => core::Listing::Sessions(
                all.into_iter()
                    .map(|ListedSession { handle, turns }| core::ListedSession { handle, turns })
                    .collect(),
            ),
            Listing::Unsupported => core::Listing::Unsupported,
            Listing::Failed { why } => core::Listing::Failed { why },
        };
        Self::SessionsListed {
            member: wire.member,
            asked: wire.asked,
            listing,
        }
    }
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
