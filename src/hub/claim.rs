//! One room for one memory folder: two that write the same documents would undo each other's work
//! without end. An advisory lock on a file in the folder, which is no document.
//!
//! The system lets go of the lock when the process ends, however it ends; the file stays and means
//! nothing then.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

/// The file that is locked.
const FILE: &str = ".synod.lock";
/// How many bytes of the owner's words are read.
const WORDS: u64 = 4096;

/// A memory folder that is ours, for as long as this lives.
#[derive(Debug)]
pub struct Claim {
    _file: File,
}

/// Why a memory folder cannot be ours.
#[derive(Debug, thiserror::Error)]
pub enum ClaimError {
    /// Another room has it.
    #[error(
        "another room ({owner}) keeps its documents in {}; close that room, or give this project a memory folder of its own",
        folder.display()
    )]
    Taken {
        /// The memory folder.
        folder: PathBuf,
        /// The other room and its process, as it wrote them down.
        owner: String,
    },
    /// The folder cannot be written.
    #[error("the memory folder {} cannot be used: {source}; is it writable?", folder.display())]
    Unusable {
        /// The memory folder.
        folder: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl Claim {
    /// Takes a memory folder, which is made if it is not there, for the room in `room`. `None` where
    /// the file system has no locks.
    ///
    /// # Errors
    /// When another room has it, or it cannot be written.
    pub fn take(folder: &Path, room: &Path) -> Result<Option<Self>, ClaimError> {
        let unusable = |source| ClaimError::Unusable {
            folder: folder.to_owned(),
            source,
        };
        fs::create_dir_all(folder).map_err(unusable)?;
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(folder.join(FILE))
            .map_err(unusable)?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(Errno::WOULDBLOCK) => {
                return Err(ClaimError::Taken {
                    folder: folder.to_owned(),
                    owner: owner(&mut file),
                });
            }
            Err(Errno::NOLCK | Errno::NOTSUP | Errno::NOSYS) => return Ok(None),
            Err(errno) => return Err(unusable(errno.into())),
        }
        let sign = |file: &mut File| {
            file.set_len(0)?;
            file.rewind()?;
            writeln!(file, "{}, process {}", room.display(), std::process::id())
        };
        sign(&mut file).map_err(unusable)?;
        Ok(Some(Self { _file: file }))
    }
}

/// What the owner wrote down of itself, on one line.
fn owner(file: &mut File) -> String {
    let mut words = String::new();
    let read = file.take(WORDS).read_to_string(&mut words);
    let words = crate::core::text::one_line(&words, 300);
    if read.is_err() || words.is_empty() {
        return "which does not say where it is".to_owned();
    }
    words
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::{Claim, ClaimError};

    #[test]
    fn the_second_room_is_told_who_has_the_folder_whatever_way_leads_to_it() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("a/.serena/memories");
        let first = Claim::take(&folder, &dir.path().join("a/.synod")).unwrap();
        symlink(dir.path().join("a/.serena"), dir.path().join("b")).unwrap();
        let other = dir.path().join("b/memories");
        let second = Claim::take(&other, &dir.path().join("b/.synod"));
        let Err(ClaimError::Taken { owner, .. }) = &second else {
            panic!("both have it: {second:?}");
        };
        let expected = format!("a/.synod, process {}", std::process::id());
        assert!(owner.ends_with(&expected), "{owner}");
        drop(first);
        assert!(Claim::take(&other, dir.path()).unwrap().is_some());
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_named() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("file"), "").unwrap();
        let error = Claim::take(&dir.path().join("file/memories"), dir.path()).unwrap_err();
        assert!(error.to_string().contains("file/memories"), "{error}");
    }
}
