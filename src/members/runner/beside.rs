//! Servers that belong to no member: those of tools and the hub. What they offer beside tools lies on
//! the shelf with the rest.

use std::sync::{Arc, Weak};

use futures_util::future::join_all;
use tokio_util::task::TaskTracker;

use super::shelf::Shelf;
use crate::core::Offerer;
use crate::mcp::{Options, ServerSpec, Start, Supervisor};

/// The servers that no member has.
#[derive(Debug, Default)]
pub(super) struct Beside {
    own: Vec<(Offerer, Arc<Supervisor>)>,
    hub: Weak<Supervisor>,
}

impl Beside {
    /// Starts `servers`, as nothing is known of what they offer before; somebody else keeps the hub.
    pub(super) fn new(
        servers: Vec<ServerSpec>,
        hub: Weak<Supervisor>,
        options: &Options,
        tasks: &TaskTracker,
    ) -> Self {
        let start = |spec: ServerSpec| {
            let from = Offerer::Server(spec.name.clone());
            let server = Supervisor::start(spec, options.clone(), Start::Eagerly, tasks);
            (from, Arc::new(server))
        };
        Self {
            own: servers.into_iter().map(start).collect(),
            hub,
        }
    }

    /// All of them, as far as they are there.
    pub(super) fn all(&self) -> impl Iterator<Item = (Offerer, Arc<Supervisor>)> {
        let hub = self.hub.upgrade().map(|hub| (Offerer::Hub, hub));
        self.own.iter().cloned().chain(hub)
    }

    /// Ends those of which nobody waits for news until they are asked again: a member was put to rest.
    pub(super) fn rest(&self, shelf: &Shelf) {
        for (from, server) in &self.own {
            if !shelf.is_followed(from) {
                server.rest();
            }
        }
    }

    /// Ends all but the hub, and waits until their processes are gone.
    pub(super) async fn shutdown(&self) {
        join_all(self.own.iter().map(|(_, server)| server.shutdown())).await;
    }
}
