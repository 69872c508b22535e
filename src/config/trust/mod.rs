//! What the operator has confirmed: nothing that a project's file names is started, and no leave
//! that it gives is used, before one confirmation of its exact content.
//!
//! A confirmation is remembered by a hash of everything that decides what happens: project folder,
//! command, environment, folder, address. Change one word and it is asked for again. The content of
//! the programs themselves is not part of it.

mod confirmable;

use std::collections::BTreeMap;
use std::fs::{DirBuilder, File};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::env::EnvSource;
use super::layers::read_file;

pub(super) use confirmable::shell_words;
pub use confirmable::{Confirmable, Fingerprint, Owner};

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

#[cfg(test)]
mod tests;
