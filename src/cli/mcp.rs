//! `synod mcp …`: the built-in servers on stdin and stdout, and the client of the conformance suite.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use clap::Subcommand;

use crate::cli::Project;
use crate::config::EnvSource;
use crate::mcp::{GuardCommand, Options, TICKET, conform, install_tls, relay};
use crate::servers::memory::MemoryOptions;
use crate::servers::openai::{Api, ApiKey, OpenAiOptions};
use crate::servers::rehearsal::{Persona, RehearsalOptions};
use crate::servers::room::RoomOptions;
use crate::servers::{memory, openai, rehearsal, room};

/// Which server.
#[derive(Debug, Subcommand)]
pub(super) enum Server {
    /// A member: any OpenAI-compatible endpoint
    Openai {
        /// Where the API is, up to and with its version
        #[arg(long, default_value = "https://api.openai.com/v1")]
        base_url: String,
        /// The model to ask for
        #[arg(long)]
        model: String,
        /// Which API the endpoint speaks: chat or responses
        #[arg(long, default_value = "chat")]
        api: Api,
        /// The environment variable that holds the key
        #[arg(long, default_value = "OPENAI_API_KEY")]
        key_env: String,
        /// System prompt of every session
        #[arg(long)]
        system: Option<String>,
    },
    /// The shared memory: six tools over a folder of documents
    Memory {
        /// The folder
        #[arg(long)]
        dir: PathBuf,
    },
    /// What the room of this project knows, for its members and any other client of MCP; it only reads
    Room,
    /// A member that plays a part; never a real model
    Rehearsal {
        /// Which part
        #[arg(long)]
        persona: Persona,
        /// Seed of its behaviour: the same seed says the same
        #[arg(long)]
        seed: u64,
        /// Its name, for show
        #[arg(long)]
        name: Option<String>,
        /// Milliseconds a word; 0 is as fast as it can
        #[arg(long)]
        pace: Option<u64>,
    },
    /// The way of an agent to a server that the room hands it; started by the agent
    #[command(hide = true)]
    Relay {
        /// What the server is called
        name: String,
        /// Where the room listens for it
        #[arg(long)]
        room: PathBuf,
    },
    /// Take the client's part in the MCP conformance suite: connect, call every tool once, close
    ///
    /// Made for `conformance client --command "synod mcp conformance"` of the npm package
    /// @modelcontextprotocol/conformance, which adds the URL and sets `MCP_CONFORMANCE_SCENARIO`.
    /// Forms are accepted as their defaults fill them. Scenarios that need OAuth are refused. It
    /// exits with 0 when every call had a reply.
    #[command(hide = true)]
    Conformance {
        /// Where the suite's server listens (streamable HTTP)
        url: String,
    },
}

/// Serves until stdin ends.
pub(super) fn serve(
    server: Server,
    project: Option<&Path>,
    env: &EnvSource,
) -> anyhow::Result<ExitCode> {
    if let Server::Relay { name, room } = &server {
        let ticket = env.get(TICKET).unwrap_or_default();
        let carried = relay(room, ticket);
        let told = || format!("the room cannot be reached for `{name}`; is it still running?");
        return carried.with_context(told).map(|()| ExitCode::SUCCESS);
    }
    super::runtime()?.block_on(attend(server, project, env))?;
    Ok(ExitCode::SUCCESS)
}

async fn attend(server: Server, project: Option<&Path>, env: &EnvSource) -> anyhow::Result<()> {
    match server {
        Server::Room => {
            let socket = Project::find(project, env)?.socket;
            Ok(room::serve(RoomOptions { socket }).await?)
        }
        // It needs no runtime.
        Server::Relay { .. } => Ok(()),
        Server::Conformance { url } => {
            install_tls();
            let options = Options::new(GuardCommand::own()?);
            let scenario = env.get("MCP_CONFORMANCE_SCENARIO");
            Ok(conform(&url, scenario, &options).await?)
        }
        Server::Openai {
            base_url,
            model,
            api,
            key_env,
            system,
        } => {
            let key = env.get(&key_env).and_then(ApiKey::found);
            let options = OpenAiOptions {
                base_url,
                model,
                api,
                key_env,
                key,
                system,
                ..OpenAiOptions::default()
            };
            Ok(openai::serve(options).await?)
        }
        Server::Memory { dir } => Ok(memory::serve(MemoryOptions::new(dir)).await?),
        Server::Rehearsal {
            persona,
            seed,
            name,
            pace,
        } => {
            let pace = pace.map(Duration::from_millis);
            let options = RehearsalOptions {
                persona,
                seed,
                name,
                pace,
            };
            Ok(rehearsal::serve(options).await?)
        }
    }
}
