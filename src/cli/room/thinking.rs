//! From the configuration to the thinking tool of a room.

use crate::cli::{Place, confirm};
use crate::config::{Layer, Loaded, Owner, Reach, ResolvedServer, Server, ServerAdapter, Trust};
use crate::mcp::{Limits, ServerSpec, Transport};
use crate::members::ThinkingTool;

/// What is said where no server is configured.
const NONE: &str = "no sequential-thinking server is configured: run `synod init`, or add a \
                    [[server]] with adapter = \"sequential-thinking\" to synod.toml";

/// The first thinking server that is configured; where it cannot be used, why.
pub(super) fn tool(place: &Place, loaded: &Loaded, trust: &Trust) -> ThinkingTool {
    let mut servers = loaded.config.servers.iter();
    let Some(server) = servers.find(|one| one.adapter == ServerAdapter::SequentialThinking) else {
        return ThinkingTool::Absent(NONE.to_owned());
    };
    if !is_confirmed(place, loaded, trust, server) {
        let name = &server.name;
        let why = format!("you have not confirmed how `{name}` is started: run `synod init`");
        return ThinkingTool::Absent(why);
    }
    match server.resolve(&place.env, &place.project.root) {
        Ok(resolved) => ThinkingTool::of(spec(server, resolved)),
        Err(error) => ThinkingTool::Absent(error.to_string()),
    }
}

/// Whether it may be started: one of the project's file only once it was confirmed.
pub(super) fn is_confirmed(place: &Place, loaded: &Loaded, trust: &Trust, server: &Server) -> bool {
    let owner = Owner::Server(server.name.clone());
    let unconfirmed = confirm::unconfirmed(loaded, &place.project.root, trust);
    server.origin.layer != Layer::Project || unconfirmed.iter().all(|item| item.owner != owner)
}

/// How a tool server is reached.
pub(in crate::cli) fn spec(server: &Server, resolved: ResolvedServer) -> ServerSpec {
    let ResolvedServer { reach, env, cwd } = resolved;
    let transport = match reach {
        Reach::Process { command } => Transport::Stdio { command, env, cwd },
        Reach::Http { url, bearer } => Transport::Http { url, bearer },
        // Only members can be built in.
        Reach::BuiltIn { url, .. } => Transport::Http {
            url: url.unwrap_or_default(),
            bearer: None,
        },
    };
    ServerSpec {
        name: server.name.to_string(),
        transport,
        limits: Limits {
            idle: server.timeout.idle,
            total: server.timeout.total,
        },
    }
}
