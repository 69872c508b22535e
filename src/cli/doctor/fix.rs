//! What `synod doctor --fix` may do: only what loses nothing and can be done again.
//!
//! A remedy looks once more before it acts, as the world may have changed since it was found.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::PathBuf;

use rustix::fs::{FlockOperation, flock};

use crate::cli::doctor::{edit, folder};
use crate::config::Name;
use crate::core::{Aspect, Check};
use crate::hub::exclude::{Excluded, exclude};

/// A finding, and what would mend it by itself.
#[derive(Debug)]
pub(super) struct Finding {
    /// What was found.
    pub(super) check: Check,
    /// What would mend it.
    pub(super) remedy: Option<Remedy>,
}

impl From<Check> for Finding {
    fn from(check: Check) -> Self {
        Self {
            check,
            remedy: None,
        }
    }
}

/// One thing that can be mended without asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Remedy {
    /// Give a folder another mode.
    Chmod {
        /// The folder.
        path: PathBuf,
        /// The mode.
        mode: u32,
    },
    /// Remove a socket that nobody listens at.
    RemoveSocket {
        /// The socket.
        path: PathBuf,
        /// The folder of the room, whose lock says whether a room is about to listen.
        room: PathBuf,
    },
    /// Make a folder, for its owner alone.
    MakeFolder {
        /// The folder.
        path: PathBuf,
    },
    /// Keep the room out of git.
    Exclude {
        /// The project.
        project: PathBuf,
    },
    /// Set a variable in the `env` of a member or a server.
    SetVariable {
        /// The configuration's file.
        file: PathBuf,
        /// `member` or `server`.
        table: &'static str,
        /// Its name.
        owner: Name,
        /// Name and value of the variable.
        variable: (&'static str, &'static str),
    },
}

/// Why something could not be mended.
#[derive(Debug, thiserror::Error)]
pub(super) enum FixError {
    /// The system refused.
    #[error("{}: {error}", path.display())]
    Io {
        /// What was to be changed.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// The file is written in a way that only a person should change.
    #[error("{}: {reason}", path.display())]
    ByHand {
        /// The file.
        path: PathBuf,
        /// What to do in it.
        reason: String,
    },
}

impl Remedy {
    /// What it mends.
    pub(super) fn aspect(&self) -> Aspect {
        match self {
            Self::Chmod { .. } => Aspect::Modes,
            Self::RemoveSocket { .. } => Aspect::Socket,
            Self::MakeFolder { .. } => Aspect::Found,
            Self::Exclude { .. } => Aspect::Git,
            Self::SetVariable { .. } => Aspect::Drives,
        }
    }

    /// Does it; one sentence on what was done, `None` when there was nothing to do any more.
    pub(super) fn apply(&self) -> Result<Option<String>, FixError> {
        match self {
            Self::Chmod { path, mode } => {
                let failed = |error| io_error(path, error);
                let found = fs::metadata(path).map_err(failed)?.permissions().mode() & 0o7777;
                if found == *mode {
                    return Ok(None);
                }
                fs::set_permissions(path, fs::Permissions::from_mode(*mode)).map_err(failed)?;
                Ok(Some(format!("gave {} mode {mode:04o}", path.display())))
            }
            Self::RemoveSocket { path, room } => remove_socket(path, room),
            Self::MakeFolder { path } => {
                if path.exists() {
                    return Ok(None);
                }
                let mut builder = DirBuilder::new();
                builder.recursive(true).mode(0o700);
                builder
                    .create(path)
                    .map_err(|error| io_error(path, error))?;
                Ok(Some(format!("made {}", path.display())))
            }
            Self::Exclude { project } => {
                let excluded = exclude(project).map_err(|error| io_error(project, error))?;
                Ok(match excluded {
                    Excluded::Added(file) => {
                        Some(format!("added .synod/ and .serena/ to {}", file.display()))
                    }
                    Excluded::Already | Excluded::NoRepository => None,
                })
            }
            Self::SetVariable {
                file,
                table,
                owner,
                variable,
            } => {
                edit::set_variable(file, table, owner.as_str(), *variable)?;
                let (name, value) = variable;
                Ok(Some(format!(
                    "set {name} = \"{value}\" for {table} {owner} in {}",
                    file.display()
                )))
            }
        }
    }
}

/// Removes a socket while holding the room's lock, so that no room begins to listen at it meanwhile.
fn remove_socket(path: &PathBuf, room: &std::path::Path) -> Result<Option<String>, FixError> {
    let lock = room.join("room.lock");
    let lock = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&lock)
        .map_err(|error| io_error(&lock, error))?;
    let held = flock(&lock, FlockOperation::NonBlockingLockExclusive).is_ok();
    if !held || !path.exists() || folder::is_alive(path) {
        return Ok(None);
    }
    fs::remove_file(path).map_err(|error| io_error(path, error))?;
    Ok(Some(format!(
        "removed {}, at which nobody listened",
        path.display()
    )))
}

fn io_error(path: &std::path::Path, error: io::Error) -> FixError {
    FixError::Io {
        path: path.to_owned(),
        error,
    }
}

/// Mends all that can be; one finding each, for those that had something to mend.
pub(super) fn mend(remedies: &[Remedy]) -> Vec<Check> {
    let mended = |remedy: &Remedy| match remedy.apply() {
        Ok(Some(done)) => Some(Check::mended(remedy.aspect(), done)),
        Ok(None) => None,
        Err(error) => Some(Check::failed(
            remedy.aspect(),
            "could not be mended",
            error.to_string(),
        )),
    };
    remedies.iter().filter_map(mended).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;
    use std::os::unix::net::UnixListener;

    use rustix::fs::{FlockOperation, flock};

    use super::{Remedy, mend};
    use crate::core::CheckState;

    #[test]
    fn what_was_mended_needs_no_mending_again() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("a/b");
        let make = Remedy::MakeFolder {
            path: folder.clone(),
        };
        let said = make.apply().unwrap().unwrap();
        assert_eq!(said, format!("made {}", folder.display()));
        assert_eq!(make.apply().unwrap(), None);
        let mode = fs::metadata(&folder).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }

    #[test]
    fn a_socket_of_a_room_that_is_starting_is_left_alone() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("room.sock");
        drop(UnixListener::bind(&path).unwrap());
        let remedy = Remedy::RemoveSocket {
            path: path.clone(),
            room: home.path().to_owned(),
        };
        let lock = fs::File::create(home.path().join("room.lock")).unwrap();
        flock(&lock, FlockOperation::NonBlockingLockExclusive).unwrap();
        assert_eq!(remedy.apply().unwrap(), None);
        assert!(path.exists());
        drop(lock);
        assert!(remedy.apply().unwrap().is_some());
        assert!(!path.exists());
    }

    #[test]
    fn what_cannot_be_mended_is_a_failure() {
        let remedy = Remedy::Chmod {
            path: "/nowhere/at/all".into(),
            mode: 0o700,
        };
        let told = mend(&[remedy]);
        assert_eq!(told[0].state, CheckState::Failed);
        assert!(
            told[0]
                .fix
                .as_ref()
                .unwrap()
                .advice
                .contains("/nowhere/at/all")
        );
    }
}
