//! From the configuration to the servers that a room starts for what they offer beside tools: every
//! `[[server]]` of which nothing more is known.

use crate::cli::Place;
use crate::cli::room::thinking::{self, is_confirmed};
use crate::config::{Loaded, ServerAdapter, Trust};
use crate::mcp::ServerSpec;

/// Those that were confirmed and can be reached; the log says why another is not.
pub(super) fn servers(place: &Place, loaded: &Loaded, trust: &Trust) -> Vec<ServerSpec> {
    let all = loaded.config.servers.iter();
    let generic = all.filter(|server| match server.adapter {
        ServerAdapter::Generic => true,
        // Each of its processes is one thinking session, and it offers its tool alone.
        ServerAdapter::SequentialThinking => false,
    });
    let usable = generic.filter_map(|server| {
        let name = &server.name;
        if !is_confirmed(place, loaded, trust, server) {
            tracing::warn!(%name, "you have not confirmed how it is started: run `synod init`");
            return None;
        }
        match server.resolve(&place.env, &place.project.root) {
            Ok(resolved) => Some(thinking::spec(server, resolved)),
            Err(error) => {
                tracing::warn!(%name, %error, "a server is left out");
                None
            }
        }
    });
    usable.collect()
}
