//! Which configuration the running room was started with, so that whoever looks can say that the
//! files have changed since. Owns one small file in the room's folder; it holds a digest and no word
//! of the configuration.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

/// Its name in the room's folder.
const FILE: &str = "configured";

/// Notes what a room begins with. Without the note nobody is told of changes; the room works.
pub(super) fn note(room: &Path, files: &[PathBuf]) {
    if let Err(error) = write(&room.join(FILE), &digest(files)) {
        tracing::warn!(%error, "it cannot be told later whether the configuration has changed");
    }
}

/// Whether the files still say what the room began with, as far as that was noted.
pub(in crate::cli) fn holds(room: &Path, files: &[PathBuf]) -> bool {
    match fs::read_to_string(room.join(FILE)) {
        Ok(noted) => noted == digest(files),
        Err(_) => true,
    }
}

fn write(path: &Path, digest: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    options.open(path)?.write_all(digest.as_bytes())
}

/// A digest of names and contents. A file that cannot be read counts as empty.
fn digest(files: &[PathBuf]) -> String {
    let mut digest = Sha256::new();
    for file in files {
        let text = fs::read(file).unwrap_or_default();
        for part in [file.as_os_str().as_bytes(), &text] {
            digest.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
            digest.update(part);
        }
    }
    format!("{:x}", digest.finalize())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{holds, note};

    #[test]
    fn a_changed_a_new_and_a_gone_file_are_seen() {
        let folder = tempfile::tempdir().unwrap();
        let (user, project) = (folder.path().join("a.toml"), folder.path().join("b.toml"));
        let both = [user.clone(), project.clone()];
        fs::write(&user, "x").unwrap();
        fs::write(&project, "y").unwrap();
        assert!(holds(folder.path(), &both), "nothing was noted");
        note(folder.path(), &both);
        assert!(holds(folder.path(), &both));
        assert!(!holds(folder.path(), &both[..1]));
        fs::write(&project, "z").unwrap();
        assert!(!holds(folder.path(), &both));
    }
}
