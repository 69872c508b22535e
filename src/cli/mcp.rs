//! `synod mcp …`: the built-in servers on stdin and stdout.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Subcommand;

use crate::config::EnvSource;
use crate::servers::memory::MemoryOptions;
use crate::servers::openai::{Api, ApiKey, OpenAiOptions};
use crate::servers::rehearsal::{Persona, RehearsalOptions};
use crate::servers::{ServeError, memory, openai, rehearsal};

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
}

/// Serves until stdin ends.
pub(super) fn serve(server: Server, env: &EnvSource) -> anyhow::Result<ExitCode> {
    super::runtime()?.block_on(attend(server, env))?;
    Ok(ExitCode::SUCCESS)
}

async fn attend(server: Server, env: &EnvSource) -> Result<(), ServeError> {
    match server {
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
            openai::serve(options).await
        }
        Server::Memory { dir } => memory::serve(MemoryOptions::new(dir)).await,
        Server::Rehearsal {
            persona,
            seed,
            name,
            pace,
        } => {
            let pace = pace.map(Duration::from_millis);
            rehearsal::serve(RehearsalOptions {
                persona,
                seed,
                name,
                pace,
            })
            .await
        }
    }
}
