//! Holds the Gemini CLI to reading, which its MCP server has no word for.
//!
//! The server starts whatever `gemini` comes first on its PATH. A folder of the room stands there, in
//! which `gemini` starts the real one with a policy of the CLI's highest rank: no setting of the user
//! or of the project outweighs it. Everything but the tools that read is denied, those of MCP
//! servers included.

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use crate::config::find_program;

/// The rules, highest priority first in force.
const POLICY: &str = "\
[[rule]]
toolName = \"*\"
decision = \"deny\"
priority = 900

[[rule]]
toolName = [\"read_file\", \"read_many_files\", \"list_directory\", \"glob\", \"grep_search\"]
decision = \"allow\"
priority = 950
";

/// The CLI could not be held to reading.
#[derive(Debug, thiserror::Error)]
pub(super) enum ReadingError {
    /// The policy is one of the Gemini CLI, and another program is to be driven.
    #[error(
        "only the Gemini CLI can be held to reading: take GEMINI_MCP_BACKEND out of the member's \
         env, or `read_only` out of the member"
    )]
    Backend,
    /// There is no room for the policy.
    #[error("cannot hold the Gemini CLI to reading: writing into {} failed: {source}; is the folder writable?", folder.display())]
    Write {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// Puts the reading `gemini` in front of the PATH of a server. Without a `gemini` nothing is done:
/// the server says so itself.
pub(super) fn hold(room: &Path, env: &mut BTreeMap<String, String>) -> Result<(), ReadingError> {
    if env
        .get("GEMINI_MCP_BACKEND")
        .is_none_or(|backend| backend != "gemini")
    {
        return Err(ReadingError::Backend);
    }
    let path = env.get("PATH").cloned().unwrap_or_default();
    let Some(gemini) = find_program("gemini", &path, Path::new("/")) else {
        return Ok(());
    };
    let folder = room.join("gemini");
    write(&folder, &gemini).map_err(|source| ReadingError::Write {
        folder: folder.clone(),
        source,
    })?;
    env.insert("PATH".to_owned(), format!("{}:{path}", folder.display()));
    Ok(())
}

fn write(folder: &Path, gemini: &Path) -> io::Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    let policy = folder.join("reading.toml");
    put(folder, &policy, POLICY, 0o600)?;
    let script = format!(
        "#!/bin/sh\nexec {} --admin-policy {} \"$@\"\n",
        quoted(gemini),
        quoted(&policy)
    );
    put(folder, &folder.join("gemini"), &script, 0o700)
}

/// Replaces a file as a whole: another room process may be starting it.
fn put(folder: &Path, file: &Path, text: &str, mode: u32) -> io::Result<()> {
    let mut new = tempfile::NamedTempFile::new_in(folder)?;
    new.write_all(text.as_bytes())?;
    fs::set_permissions(new.path(), Permissions::from_mode(mode))?;
    new.persist(file)?;
    Ok(())
}

/// A path as one word of a shell.
fn quoted(path: &Path) -> String {
    format!("'{}'", path.to_string_lossy().replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;
    use std::process::Command;

    use super::{ReadingError, hold};
    use crate::config::script::script;

    #[test]
    fn the_policy_stands_before_every_word_of_the_server() {
        let home = tempfile::tempdir().unwrap();
        let bin = home.path().join("it's bin");
        script(&bin.join("gemini"), "printf '%s|' \"$@\"");
        let room = home.path().join(".synod");
        let mut env = BTreeMap::from([
            ("PATH".to_owned(), bin.display().to_string()),
            ("GEMINI_MCP_BACKEND".to_owned(), "gemini".to_owned()),
        ]);
        hold(&room, &mut env).unwrap();
        let held = room.join("gemini");
        assert!(env["PATH"].starts_with(&format!("{}:", held.display())));
        // The shell reads what was written just now: to be started it could still be busy.
        let said = Command::new("sh")
            .arg(held.join("gemini"))
            .args(["-p", "a b"])
            .output();
        let policy = held.join("reading.toml");
        assert_eq!(
            String::from_utf8(said.unwrap().stdout).unwrap(),
            format!("--admin-policy|{}|-p|a b|", policy.display())
        );
        assert_eq!(
            fs::metadata(&room).unwrap().permissions().mode() & 0o777,
            0o700
        );
    }

    #[test]
    fn another_backend_is_refused_and_a_missing_program_left_to_the_server() {
        let mut env = BTreeMap::from([("GEMINI_MCP_BACKEND".to_owned(), "agy".to_owned())]);
        let room = tempfile::tempdir().unwrap();
        assert!(matches!(
            hold(room.path(), &mut env),
            Err(ReadingError::Backend)
        ));
        env.insert("GEMINI_MCP_BACKEND".to_owned(), "gemini".to_owned());
        hold(room.path(), &mut env).unwrap();
        assert!(!room.path().join("gemini").exists());
    }
}
