//! The hub without Serena: this program's own memory server over the same folder.

use std::collections::BTreeMap;
use std::path::Path;

use crate::hub::gateway::LIMITS;
use crate::mcp::{ServerSpec, Transport};

/// The name of the hub server in the room.
pub const NAME: &str = "memory";

/// How the built-in memory server is started for a project: `exe` is this program.
#[must_use]
pub fn spec(exe: &Path, project: &Path, env: BTreeMap<String, String>) -> ServerSpec {
    let folder = project.join(".serena").join("memories");
    let text = |path: &Path| path.to_string_lossy().into_owned();
    let command = vec![
        text(exe),
        "mcp".to_owned(),
        "memory".to_owned(),
        "--dir".to_owned(),
        text(&folder),
    ];
    ServerSpec {
        name: NAME.to_owned(),
        transport: Transport::Stdio {
            command,
            env,
            cwd: project.to_owned(),
        },
        limits: LIMITS,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::Path;

    use super::spec;
    use crate::mcp::Transport;

    #[test]
    fn it_keeps_the_same_files_as_serena() {
        let spec = spec(Path::new("/bin/synod"), Path::new("/p"), BTreeMap::new());
        let Transport::Stdio { command, .. } = spec.transport else {
            panic!("not a process");
        };
        assert_eq!(
            command,
            [
                "/bin/synod",
                "mcp",
                "memory",
                "--dir",
                "/p/.serena/memories"
            ]
        );
    }
}
