//! The room's own server of MCP over HTTP: whether it is opened, who is handed it, and its thread.

use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio_util::task::TaskTracker;

use crate::cli::Place;
use crate::cli::room::roster::Roster;
use crate::config::{Loaded, ROOM, Secret};
use crate::engine;
use crate::link::{Archive, Desk};
use crate::mcp::{ServerSpec, ToHand, Transport};
use crate::members::{Adapter, HandedOver};
use crate::servers::room::{Endpoint, EndpointError, forget};

/// How long what blocks may take once nobody is served any more.
const LAST: Duration = Duration::from_secs(1);
/// Why an agent is not handed the room.
const CLOSED: &str = "the room does not listen for clients of MCP; set `mcp = true` in [room], or see .synod/room.log";

/// Listens, where the configuration lets it. A room without it works.
pub(super) fn open(place: &Place, loaded: &Loaded, roster: &Roster) -> Option<Endpoint> {
    let room = &place.project.room;
    // One of a room that was killed tells an address at which somebody else may listen now.
    forget(room);
    if !loaded.config.room.mcp {
        return None;
    }
    let members = roster.setups.iter().map(|setup| setup.spec.name.clone());
    match Endpoint::open(room, members) {
        Ok(endpoint) => Some(endpoint),
        Err(error) => {
            tracing::warn!(%error, "clients of MCP cannot come over HTTP");
            None
        }
    }
}

/// Hands the room to the agents that name it, each as itself: the connection is made here, and no token leaves
/// the room.
pub(super) fn hand_over(endpoint: Option<&Endpoint>, loaded: &Loaded, roster: &mut Roster) {
    let config = &loaded.config;
    if config.servers.iter().any(|it| it.name.as_str() == ROOM) {
        return;
    }
    let wanted = config.members.iter().filter(|member| {
        let mut names = member.servers.iter();
        names.any(|name| name.as_str() == ROOM)
    });
    for member in wanted {
        let mut setups = roster.setups.iter_mut();
        let setup = setups.find(|setup| setup.spec.name.as_str() == member.name.as_str());
        let Some(setup) = setup else { continue };
        let way = endpoint.and_then(|endpoint| endpoint.way(&setup.spec.name));
        let server = way.map(|(url, token)| ServerSpec {
            name: ROOM.to_owned(),
            transport: Transport::Http {
                url,
                bearer: Some(Secret::new(token)),
            },
            limits: setup.server.limits,
        });
        if let Adapter::Acp(options) = &mut setup.adapter {
            options.servers.push(HandedOver {
                server: ToHand {
                    name: ROOM.to_owned(),
                    server: server.ok_or_else(|| CLOSED.to_owned()),
                },
                reads: true,
            });
        }
    }
}

/// Serves until the desk stops, on a thread of its own: what strangers send takes no time of the room's.
pub(super) fn serve<A: Archive>(endpoint: Option<Endpoint>, desk: Desk<A>, tasks: &TaskTracker) {
    let Some(endpoint) = endpoint else {
        return;
    };
    let (over, ended) = oneshot::channel::<()>();
    let serving = move || {
        let served = engine::runtime().map_err(EndpointError::Listen);
        let served = served.and_then(|runtime| {
            let served = runtime.block_on(endpoint.serve(desk));
            runtime.shutdown_timeout(LAST);
            served
        });
        if let Err(error) = served {
            tracing::warn!(%error, "clients of MCP cannot come over HTTP");
        }
        drop(over);
    };
    match thread::Builder::new().name("mcp".to_owned()).spawn(serving) {
        Ok(_thread) => drop(tasks.spawn(async move { drop(ended.await) })),
        Err(error) => tracing::warn!(%error, "clients of MCP cannot come over HTTP"),
    }
}
