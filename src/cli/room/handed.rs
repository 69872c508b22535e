//! From the configuration to the servers that an agent is handed.

use crate::cli::Place;
use crate::cli::room::thinking::{is_confirmed, spec};
use crate::config::{Loaded, Member, Server, Trust};
use crate::mcp::{ServerSpec, ToHand};
use crate::members::HandedOver;

/// The servers of a member, in its order; those that cannot be used say why.
pub(super) fn servers(
    place: &Place,
    loaded: &Loaded,
    trust: &Trust,
    member: &Member,
) -> Vec<HandedOver> {
    let names = member.servers.iter();
    let all = names.filter_map(|name| loaded.config.servers.iter().find(|it| it.name == *name));
    all.map(|server| HandedOver {
        server: ToHand {
            name: server.name.to_string(),
            server: reached(place, loaded, trust, server),
        },
        reads: server.reads,
    })
    .collect()
}

fn reached(
    place: &Place,
    loaded: &Loaded,
    trust: &Trust,
    server: &Server,
) -> Result<ServerSpec, String> {
    if !is_confirmed(place, loaded, trust, server) {
        return Err("you have not confirmed how it is started (`synod init`)".to_owned());
    }
    let resolved = server.resolve(&place.env, &place.project.root);
    let resolved = resolved.map_err(|error| error.to_string())?;
    Ok(spec(server, resolved))
}
