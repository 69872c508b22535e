//! Where a room listens: `.synod/room.sock`, or a short path when that one is too long for a socket.

use std::fmt::Write;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// The longest path that every system takes for a Unix socket, in bytes.
const PATH_MAX: usize = 100;

/// No place for the socket.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the path {path} is too long for a socket; move the project to a shorter one")]
pub struct AddressError {
    /// The path that would be needed.
    pub path: PathBuf,
}

/// The socket of the room whose folder is `room` (the project's `.synod`). Rooms deep in the file
/// system listen under `runtime`, a folder that only the user can enter.
pub fn socket_path(room: &Path, runtime: &Path) -> Result<PathBuf, AddressError> {
    let near = room.join("room.sock");
    if fits(&near) {
        return Ok(near);
    }
    let digest = Sha256::digest(room.as_os_str().as_bytes());
    let mut name = String::new();
    for byte in digest.iter().take(8) {
        // Writing to a string cannot fail.
        let _written = write!(name, "{byte:02x}");
    }
    let far = runtime.join("synod").join(format!("{name}.sock"));
    if fits(&far) {
        Ok(far)
    } else {
        Err(AddressError { path: far })
    }
}

fn fits(path: &Path) -> bool {
    path.as_os_str().len() <= PATH_MAX
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::socket_path;

    #[test]
    fn a_deep_project_listens_under_a_short_path_of_its_own() {
        let runtime = Path::new("/run/user/1000");
        let near = socket_path(Path::new("/home/a/app/.synod"), runtime).unwrap();
        assert_eq!(near, Path::new("/home/a/app/.synod/room.sock"));
        let deep = |name: &str| {
            socket_path(Path::new(&format!("/{}/{name}", "d".repeat(120))), runtime).unwrap()
        };
        assert!(deep("a").starts_with("/run/user/1000/synod"));
        assert_ne!(deep("a"), deep("b"));
        assert!(socket_path(Path::new(&"/d".repeat(90)), Path::new(&"/r".repeat(60))).is_err());
    }
}
