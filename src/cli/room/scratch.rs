//! Where PAL may write. With some models it saves generated code to a file of its own below its
//! workspace, which shall not be the user's project: PAL counts as one that only speaks.

use std::collections::BTreeMap;
use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

/// The variable that confines what PAL writes, and the folder that it may be told to work in.
const ROOT: &str = "PAL_WORKSPACE_ROOT";

/// The folder could not be made.
#[derive(Debug, thiserror::Error)]
#[error("cannot make the folder {} for what PAL writes: {source}; is it writable?", folder.display())]
pub(super) struct ScratchError {
    folder: PathBuf,
    source: io::Error,
}

/// The folder in which PAL is told to work: the operator's, or one in the room.
pub(super) fn pal(
    room: &Path,
    env: &mut BTreeMap<String, String>,
) -> Result<PathBuf, ScratchError> {
    if let Some(root) = env.get(ROOT) {
        return Ok(PathBuf::from(root));
    }
    let folder = room.join("pal");
    match DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&folder)
    {
        Ok(()) => {}
        Err(source) => return Err(ScratchError { folder, source }),
    }
    env.insert(ROOT.to_owned(), folder.to_string_lossy().into_owned());
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::Path;

    use super::pal;

    #[test]
    fn pal_writes_into_the_room_unless_the_operator_says_where() {
        let room = tempfile::tempdir().unwrap();
        let mut env = BTreeMap::new();
        let folder = pal(room.path(), &mut env).unwrap();
        assert!(folder.is_dir());
        assert_eq!(Path::new(&env["PAL_WORKSPACE_ROOT"]), folder);
        let mut env = BTreeMap::from([("PAL_WORKSPACE_ROOT".to_owned(), "/else".to_owned())]);
        assert_eq!(pal(room.path(), &mut env).unwrap(), Path::new("/else"));
    }
}
