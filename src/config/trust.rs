//! What the operator has confirmed: nothing that a project's file names is started, and no leave
//! that it gives is used, before one confirmation of its exact content.
//!
//! A confirmation is remembered by a hash of everything that decides what happens: project folder,
//! command, environment, folder, address. Change one word and it is asked for again. The content of
//! the programs themselves is not part of it.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::{DirBuilder, File};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::env::EnvSource;
use super::launch::Launch;
use super::layers::{Loaded, read_file};
use super::place::Layer;
use super::policy::PolicyAction;
use super::value::{Name, Reference};

/// SHA-256 of what was confirmed, in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Fingerprint(String);

/// One thing that has to be confirmed before it takes effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmable {
    /// Whose it is: `member codex`, `server thinking`, `hub`, `policy`.
    pub owner: String,
    /// What the operator reads and confirms, exact: the command, or the address, or the leave.
    pub what: String,
    /// The names of the variables that are set for it, and where each comes from; no values.
    pub env: Vec<String>,
    /// What is remembered.
    pub fingerprint: Fingerprint,
}

impl Confirmable {
    /// All that a project's file asks for.
    #[must_use]
    pub fn of_project(loaded: &Loaded, project: &Path) -> Vec<Self> {
        let config = &loaded.config;
        let from_project = |layer: Layer| layer == Layer::Project;
        let mut all = Vec::new();
        if let Some(command) = &config.room.hub_command
            && from_project(loaded.origins.of("room.hub_command").layer)
        {
            let launch = Launch {
                command: command.clone(),
                ..Launch::default()
            };
            all.push(Self::of_launch("hub".to_owned(), &launch, project));
        }
        for member in &config.members {
            if from_project(member.origin.layer) {
                all.push(Self::of_named(
                    "member",
                    &member.name,
                    &member.launch,
                    project,
                ));
            }
        }
        for server in &config.servers {
            if from_project(server.origin.layer) {
                all.push(Self::of_named(
                    "server",
                    &server.name,
                    &server.launch,
                    project,
                ));
            }
        }
        for policy in &config.policies {
            if from_project(policy.origin.layer) && policy.action == PolicyAction::Allow {
                let member = policy.member.as_ref().map_or("every member", Name::as_str);
                let what = format!(
                    "{member} may {} without asking: {}",
                    policy.kind.word(),
                    if policy.prefix.is_empty() {
                        "everything".to_owned()
                    } else {
                        shell_words(&policy.prefix)
                    }
                );
                let mut hash = Hash::new("policy", project);
                hash.part(member).part(policy.kind.word());
                hash.parts(policy.prefix.iter().map(String::as_str));
                all.push(Self {
                    owner: "policy".to_owned(),
                    what: visible(&what),
                    env: Vec::new(),
                    fingerprint: hash.end(),
                });
            }
        }
        all
    }

    /// What a launch asks for, whoever wrote it: for what discovery found, before it is imported.
    #[must_use]
    pub fn of_named(kind: &str, name: &Name, launch: &Launch, project: &Path) -> Self {
        Self::of_launch(format!("{kind} {name}"), launch, project)
    }

    fn of_launch(owner: String, launch: &Launch, project: &Path) -> Self {
        let Launch {
            command,
            env,
            cwd,
            url,
            bearer,
        } = launch;
        let cwd_text = cwd.as_ref().map(|cwd| cwd.to_string_lossy());
        let mut hash = Hash::new("launch", project);
        hash.parts(command.iter().map(String::as_str));
        hash.part(url.as_deref().unwrap_or_default());
        hash.part(cwd_text.as_deref().unwrap_or_default());
        let bearer_name = bearer.iter().map(|bearer| ("bearer", bearer));
        let named = env.iter().map(|(name, value)| (name.as_str(), value));
        let mut listed = Vec::new();
        for (name, reference) in bearer_name.chain(named) {
            // Values count too: `LD_PRELOAD` or `NODE_OPTIONS` decide what a command does.
            hash.part(name);
            match reference {
                Reference::Plain(value) => hash.part("plain").part(value.reveal()),
                Reference::Env { name, .. } => hash.part("env").part(name),
                Reference::File { path, .. } => hash.part("file").part(&path.to_string_lossy()),
            };
            listed.push(format!("{name} {}", reference.described()));
        }
        let mut what = match url {
            Some(url) if command.is_empty() => format!("connect to {url}"),
            Some(url) => format!("{} (for {url})", shell_words(command)),
            None if command.is_empty() => "a server that is built into Synod".to_owned(),
            None => shell_words(command),
        };
        if let Some(cwd) = cwd_text {
            what = format!("{what} (in {cwd})");
        }
        Self {
            owner,
            what: visible(&what),
            env: listed,
            fingerprint: hash.end(),
        }
    }
}

impl fmt::Display for Confirmable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.owner, self.what)?;
        for variable in &self.env {
            write!(f, "\n    with {variable}")?;
        }
        Ok(())
    }
}

/// Why a confirmation cannot be read or remembered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// There is no place for it.
    #[error(
        "the confirmation holds for this run only: there is no home directory to remember it in; \
         set HOME or XDG_STATE_HOME"
    )]
    NoHome,
    /// The file cannot be read or written.
    #[error("cannot use {}: {reason}; until then everything is asked for again", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
}

/// What was confirmed on this machine by this user.
#[derive(Debug, Clone, Default)]
pub struct Trust {
    path: Option<PathBuf>,
    confirmed: BTreeMap<Fingerprint, String>,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    version: u32,
    /// Fingerprint → what was confirmed, for a person who reads the file.
    confirmed: BTreeMap<Fingerprint, String>,
}

const VERSION: u32 = 1;

impl Trust {
    /// Reads `trust.json` of the user's state folder; an absent file is an empty one.
    pub fn load(env: &EnvSource) -> Result<Self, TrustError> {
        let Some(path) = env.state_dir().map(|dir| dir.join("trust.json")) else {
            return Ok(Self::default());
        };
        let confirmed = read(&path)?;
        Ok(Self {
            path: Some(path),
            confirmed,
        })
    }

    /// A memory that lasts as long as this value and trusts nothing yet.
    #[must_use]
    pub fn for_this_run() -> Self {
        Self::default()
    }

    /// Whether exactly this was confirmed before.
    #[must_use]
    pub fn is_trusted(&self, item: &Confirmable) -> bool {
        self.confirmed.contains_key(&item.fingerprint)
    }

    /// Remembers a confirmation. On an error it still holds for the life of this value.
    pub fn confirm(&mut self, item: &Confirmable) -> Result<(), TrustError> {
        let what = format!("{}: {}", item.owner, item.what);
        self.confirmed.insert(item.fingerprint.clone(), what);
        let Some(path) = self.path.clone() else {
            return Err(TrustError::NoHome);
        };
        self.store(&path)
    }

    fn store(&mut self, path: &Path) -> Result<(), TrustError> {
        let failed = |error: std::io::Error| io(path, error.to_string());
        let dir = path.parent().unwrap_or(Path::new("/"));
        let mut builder = DirBuilder::new();
        builder.recursive(true).mode(0o700);
        builder.create(dir).map_err(failed)?;
        // Two consoles may confirm at once: whoever writes second keeps what the first wrote.
        let lock = File::create(dir.join("trust.lock")).map_err(failed)?;
        lock.lock().map_err(failed)?;
        self.confirmed.extend(read(path)?);
        let stored = Stored {
            version: VERSION,
            confirmed: self.confirmed.clone(),
        };
        let text = serde_json::to_string_pretty(&stored).map_err(|error| failed(error.into()))?;
        // A temporary file is 0600 from its first moment.
        let mut file = tempfile::NamedTempFile::new_in(dir).map_err(failed)?;
        file.write_all(text.as_bytes()).map_err(failed)?;
        file.as_file().sync_all().map_err(failed)?;
        file.persist(path).map_err(|error| failed(error.error))?;
        Ok(())
    }
}

fn io(path: &Path, reason: String) -> TrustError {
    TrustError::Io {
        path: path.to_owned(),
        reason,
    }
}

fn read(path: &Path) -> Result<BTreeMap<Fingerprint, String>, TrustError> {
    let text = read_file(path).map_err(|error| io(path, error.to_string()))?;
    let Some(text) = text else {
        return Ok(BTreeMap::new());
    };
    let open_to_others = path
        .metadata()
        .is_ok_and(|meta| meta.permissions().mode() & 0o022 != 0);
    if open_to_others {
        let reason = "others may write to it; check it and run chmod 600 on it";
        return Err(io(path, reason.to_owned()));
    }
    let stored: Stored = serde_json::from_str(&text)
        .map_err(|error| io(path, format!("it is broken ({error}); move it away")))?;
    if stored.version != VERSION {
        return Err(io(
            path,
            "it was written by a newer Synod; update this one".to_owned(),
        ));
    }
    Ok(stored.confirmed)
}

/// A hash over parts that cannot run into each other: each is preceded by its length.
struct Hash(Sha256);

impl Hash {
    fn new(kind: &str, project: &Path) -> Self {
        let mut hash = Self(Sha256::new());
        hash.part(kind).part(&project.to_string_lossy());
        hash
    }

    fn part(&mut self, part: &str) -> &mut Self {
        self.0.update((part.len() as u64).to_le_bytes());
        self.0.update(part.as_bytes());
        self
    }

    fn parts<'a>(&mut self, parts: impl ExactSizeIterator<Item = &'a str>) {
        self.0.update((parts.len() as u64).to_le_bytes());
        for part in parts {
            self.part(part);
        }
    }

    fn end(self) -> Fingerprint {
        use fmt::Write as _;
        let mut hex = String::new();
        for byte in self.0.finalize() {
            // Writing to a String cannot fail.
            let _ = write!(hex, "{byte:02x}");
        }
        Fingerprint(hex)
    }
}

/// A command as it could be typed into a shell: one look tells where each word ends.
pub(super) fn shell_words(words: &[String]) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    let quote = |word: &String| {
        if !word.is_empty() && word.chars().all(plain) {
            word.clone()
        } else {
            format!("'{}'", word.replace('\'', "'\\''"))
        }
    };
    words.iter().map(quote).collect::<Vec<_>>().join(" ")
}

/// Control and invisible characters made visible, quotes left as they are.
fn visible(text: &str) -> String {
    let mut shown = String::new();
    for c in text.chars() {
        match c {
            '\'' | '"' | '\\' => shown.push(c),
            c => shown.extend(c.escape_debug()),
        }
    }
    shown
}

#[cfg(test)]
mod tests;
