//! Whether the welcome comes up by itself: once for each user, in the first room of theirs that has not
//! worked yet. A file in the user's state folder keeps that it did.

use std::fs::{DirBuilder, OpenOptions};
use std::os::unix::fs::DirBuilderExt as _;

use crate::config::EnvSource;
use crate::core::State;

/// The file that keeps it; it has nothing in it.
const MARK: &str = "welcomed";

/// Whether it is to come up now. It is kept at once, so that of two consoles one welcomes. Where it
/// cannot be kept it does not come up: it would do so every time.
pub(super) fn claim(env: &EnvSource, room: &State) -> bool {
    if room.tasks().len() > 0 {
        return false;
    }
    let Some(folder) = env.state_dir() else {
        return false;
    };
    let made = DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&folder);
    let mark = folder.join(MARK);
    made.is_ok()
        && OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(mark)
            .is_ok()
}

#[cfg(test)]
mod tests {
    use super::claim;
    use crate::config::EnvSource;
    use crate::core::TaskOrder;
    use crate::core::fixture::Room;

    #[test]
    fn it_comes_up_once_and_only_where_it_can_be_kept() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("deep/state");
        let env = EnvSource::of_pairs([("XDG_STATE_HOME", state.to_str().unwrap())]);
        let mut room = Room::of(&["codex"]);
        assert!(claim(&env, &room.state));
        assert!(!claim(&env, &room.state));
        // A room that has worked before needs no welcome, and the next one shall have it.
        std::fs::remove_file(state.join("synod/welcomed")).unwrap();
        let _task = room.add(TaskOrder::new("How many?"));
        assert!(!claim(&env, &room.state));
        assert!(!state.join("synod/welcomed").exists());
        let nowhere = EnvSource::of_pairs([("PATH", "/bin")]);
        assert!(!claim(&nowhere, &Room::of(&["codex"]).state));
        std::fs::write(folder.path().join("file"), "").unwrap();
        let file = folder.path().join("file");
        let broken = EnvSource::of_pairs([("XDG_STATE_HOME", file.to_str().unwrap())]);
        assert!(!claim(&broken, &Room::of(&["codex"]).state));
    }
}
