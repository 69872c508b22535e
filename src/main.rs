//! The composition root: parse, wire, run, exit code.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};
use synod::servers::memory::MemoryOptions;
use synod::servers::openai::{Api, ApiKey, OpenAiOptions};
use synod::servers::rehearsal::{Persona, RehearsalOptions};
use synod::servers::{ServeError, memory, openai, rehearsal};

#[derive(Debug, Parser)]
#[command(version, about)]
enum Words {
    /// The built-in MCP servers, on stdin and stdout.
    #[command(subcommand)]
    Mcp(Server),
}

#[derive(Debug, Subcommand)]
enum Server {
    /// Any OpenAI-compatible endpoint.
    Openai {
        #[arg(long, default_value = "https://api.openai.com/v1")]
        base_url: String,
        #[arg(long)]
        model: String,
        #[arg(long, default_value = "chat")]
        api: Api,
        #[arg(long, default_value = "OPENAI_API_KEY")]
        key_env: String,
        #[arg(long)]
        system: Option<String>,
    },
    /// The shared memory.
    Memory {
        #[arg(long)]
        dir: PathBuf,
    },
    /// A member that plays a part.
    Rehearsal {
        #[arg(long)]
        persona: Persona,
        #[arg(long)]
        seed: u64,
        #[arg(long)]
        name: Option<String>,
        /// Milliseconds per word.
        #[arg(long)]
        pace: Option<u64>,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    let Words::Mcp(server) = Words::parse();
    match serve(server).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("synod: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(server: Server) -> Result<(), ServeError> {
    match server {
        Server::Openai {
            base_url,
            model,
            api,
            key_env,
            system,
        } => {
            #[expect(
                clippy::disallowed_methods,
                reason = "the key is named by the person who starts the server"
            )]
            let key = std::env::var(&key_env)
                .ok()
                .and_then(|key| ApiKey::found(&key));
            openai::serve(OpenAiOptions {
                base_url,
                model,
                api,
                key_env,
                key,
                system,
                ..OpenAiOptions::default()
            })
            .await
        }
        Server::Memory { dir } => memory::serve(MemoryOptions::new(dir)).await,
        Server::Rehearsal {
            persona,
            seed,
            name,
            pace,
        } => {
            rehearsal::serve(RehearsalOptions {
                persona,
                seed,
                name,
                pace: pace.map(Duration::from_millis),
            })
            .await
        }
    }
}
