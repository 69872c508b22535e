//! What is on this machine already: programs on PATH, model endpoints on loopback, MCP servers in
//! the configurations of other tools.
//!
//! Everything is listed and nothing is taken into use; importing is `init`'s work, after the
//! operator confirmed. Nothing leaves the machine: the only addresses asked are on 127.0.0.1.

mod endpoints;
mod imports;
mod programs;

use std::fmt;
use std::path::{Path, PathBuf};

use super::adapter::Adapter;
use super::env::EnvSource;
use super::launch::Launch;
use super::server::ServerAdapter;
use super::trust::shell_words;
use super::value::Name;

pub use endpoints::{PORTS, endpoints};
pub use imports::imports;
pub use programs::{Versions, programs, version_within};

/// What is said where nothing was found.
pub const NOTHING: &str =
    "Found no codex, gemini, claude or serena, no local endpoint, no MCP configuration.";

/// What a found thing can be in a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A member, by this adapter.
    Member(Adapter),
    /// A model whose adapter does not exist yet, or whose installed version cannot be driven.
    NotYet,
    /// An MCP server with tools.
    Tools(ServerAdapter),
    /// The shared memory.
    Hub,
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// What it is, for a list: `codex 0.153.4`.
    pub what: String,
    /// Where it was found.
    pub origin: FoundIn,
    /// A name that fits the rules, for the room.
    pub name: Name,
    /// What it can be.
    pub role: Role,
    /// How it would be started or reached.
    pub launch: Launch,
    /// The models that an endpoint offers, in its order; for the rest empty.
    pub models: Vec<String>,
    /// What the operator should know before using it.
    pub note: Option<String>,
}

/// Where something was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FoundIn {
    /// A program on PATH.
    Program(PathBuf),
    /// Something that answered on loopback.
    Endpoint(String),
    /// Another tool's configuration.
    File(PathBuf),
}

/// A part of another tool's configuration that could not be read; the other parts were.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// The file.
    pub path: PathBuf,
    /// What is wrong, one sentence without the file's name.
    pub reason: String,
}

/// Everything that was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Discovery {
    /// The good parts.
    pub found: Vec<Found>,
    /// The bad ones.
    pub broken: Vec<Broken>,
}

/// Looks everywhere. With [`Versions::Ask`] the programs found are run with `--version`.
pub async fn discover(env: &EnvSource, project: &Path, versions: Versions) -> Discovery {
    let (programs, endpoints) =
        futures_util::future::join(programs(env, versions), endpoints(&PORTS)).await;
    let mut discovery = imports(env, project);
    let found = std::mem::take(&mut discovery.found);
    discovery.found = programs.into_iter().chain(endpoints).chain(found).collect();
    discovery
}

impl fmt::Display for FoundIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Program(path) | Self::File(path) => write!(f, "{}", path.display()),
            Self::Endpoint(url) => f.write_str(url),
        }
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.what, self.origin)?;
        if !self.launch.command.is_empty() {
            let command = shell_words(&self.launch.command);
            write!(f, ": {}", super::problem::shown(&command))?;
        } else if let Some(url) = &self.launch.url {
            write!(f, ": {}", super::problem::shown(url))?;
        }
        match &self.note {
            Some(note) => write!(f, " — {note}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.reason)
    }
}

/// The nearest text that is a name: lower case, other characters as `-`, cut to length.
fn name_like(text: &str) -> Name {
    let mapped = text.chars().map(|c| match c.to_ascii_lowercase() {
        c @ ('a'..='z' | '0'..='9' | '_' | '-') => c,
        _ => '-',
    });
    let cut: String = mapped.take(32).collect();
    let trimmed = cut.trim_matches('-');
    Name::new(trimmed).unwrap_or_else(Name::fallback)
}
