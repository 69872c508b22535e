//! Makes Serena ready to be the room's hub: six memory tools, those that are lent, nothing listening, nothing sent home,
//! no language server, no command of the project run.
//!
//! Its settings are in a home of the room's own; the user's `~/.serena` is never touched. In the
//! project only `.serena/project.yml` is made, and only if it is not there.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::hub::gateway::{LIMITS, TOOLS};
use crate::mcp::{ServerSpec, Transport};

/// The name of the hub server in the room.
pub const NAME: &str = "serena";

/// Written anew before each start: Serena adds to it, and without the last two lines it would run
/// the start-up command of any project.
const CONFIG: &str = "\
language_backend: LSP
agent_interface: tools
web_dashboard: false
web_dashboard_open_on_launch: false
gui_log_window: false
log_level: 40
tool_timeout: 240
default_max_tool_answer_chars: 50000000
trusted_project_path_patterns: []
projects: []
";

/// The tools of the process: those of the memory, and those that are lent to members.
fn context(lent: &[String]) -> String {
    let lent = lent.iter().map(String::as_str);
    let tools: Vec<&str> = TOOLS.into_iter().chain(lent).collect();
    format!(
        "description: the hub of a room\nprompt: null\nfixed_tools: [{}]\nsingle_project: true\n",
        tools.join(", ")
    )
}

const PROJECT: &str = "\
project_name: synod
language_servers: []
encoding: utf-8
";

/// Where Serena is and what it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setup {
    /// The program `serena` and what stands before its own arguments.
    pub command: Vec<String>,
    /// The user's project folder.
    pub project: PathBuf,
    /// The room's folder, `.synod/` of the project.
    pub room: PathBuf,
    /// What its environment shall have besides: `PATH`, `HOME`, the locale.
    pub env: BTreeMap<String, String>,
    /// Tools that only read and that are lent to members from the same process; names of Serena's
    /// own, made of letters and `_`.
    pub lent: Vec<String>,
}

/// Why Serena could not be made ready.
#[derive(Debug, thiserror::Error)]
#[error("cannot make Serena ready: writing {} failed: {source}; is the folder writable?", path.display())]
pub struct PrepareError {
    /// What could not be written.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

/// Writes Serena's settings and tells how it is started.
pub fn prepare(setup: &Setup) -> Result<ServerSpec, PrepareError> {
    let home = setup.room.join("serena");
    put(&home, "serena_config.yml", CONFIG)?;
    put(&home.join("contexts"), "synod.yml", &context(&setup.lent))?;
    let settings = setup.project.join(".serena");
    if !settings.join("project.yml").exists() {
        put(&settings, "project.yml", PROJECT)?;
    }

    let mut command = setup.command.clone();
    let project = setup.project.to_string_lossy().into_owned();
    let arguments = [
        "start-mcp-server",
        "--project",
        &project,
        "--context",
        "synod",
    ];
    command.extend(arguments.map(str::to_owned));
    let mut env = setup.env.clone();
    let home = home.to_string_lossy().into_owned();
    env.insert("SERENA_HOME".to_owned(), home);
    env.insert("SERENA_USAGE_REPORTING".to_owned(), "false".to_owned());
    Ok(ServerSpec {
        name: NAME.to_owned(),
        transport: Transport::Stdio {
            command,
            env,
            cwd: setup.project.clone(),
        },
        limits: LIMITS,
    })
}

/// Replaces a file as a whole; its folder is made for the owner alone if it is not there.
fn put(folder: &Path, name: &str, text: &str) -> Result<(), PrepareError> {
    let path = folder.join(name);
    let write = || {
        fs::create_dir_all(folder)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(text.as_bytes())?;
        file.persist(&path)?;
        Ok(())
    };
    write().map_err(|source| PrepareError {
        path: path.clone(),
        source,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fs;

    use super::{Setup, prepare};
    use crate::mcp::Transport;

    fn setup(folder: &std::path::Path) -> Setup {
        Setup {
            command: vec!["/opt/serena".to_owned()],
            project: folder.to_owned(),
            room: folder.join(".synod"),
            env: BTreeMap::from([("PATH".to_owned(), "/bin".to_owned())]),
            lent: vec!["find_symbol".to_owned()],
        }
    }

    #[test]
    fn its_home_is_the_rooms_own_and_the_start_is_pinned() {
        let folder = tempfile::tempdir().unwrap();
        let spec = prepare(&setup(folder.path())).unwrap();
        let Transport::Stdio { command, env, cwd } = spec.transport else {
            panic!("not a process");
        };
        let project = folder.path().to_str().unwrap();
        let expected = [
            "/opt/serena",
            "start-mcp-server",
            "--project",
            project,
            "--context",
            "synod",
        ];
        assert_eq!(command, expected);
        assert_eq!(cwd, folder.path());
        let home = folder.path().join(".synod/serena");
        assert_eq!(env.get("SERENA_HOME").map(String::as_str), home.to_str());
        assert_eq!(
            env.get("SERENA_USAGE_REPORTING").map(String::as_str),
            Some("false")
        );
        assert_eq!(env.get("PATH").map(String::as_str), Some("/bin"));
        let config = fs::read_to_string(home.join("serena_config.yml")).unwrap();
        assert!(
            config.contains("trusted_project_path_patterns: []"),
            "{config}"
        );
        let context = fs::read_to_string(home.join("contexts/synod.yml")).unwrap();
        assert!(
            context.contains("fixed_tools: [write_memory, ") && context.contains(", find_symbol]"),
            "{context}"
        );
    }

    #[test]
    fn settings_of_the_room_are_put_right_and_those_of_the_project_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        prepare(&setup(folder.path())).unwrap();
        let project = folder.path().join(".serena/project.yml");
        let config = folder.path().join(".synod/serena/serena_config.yml");
        assert!(
            fs::read_to_string(&project)
                .unwrap()
                .contains("language_servers: []")
        );
        fs::write(&project, "project_name: mine\n").unwrap();
        fs::write(&config, "web_dashboard: true\n").unwrap();

        prepare(&setup(folder.path())).unwrap();
        assert_eq!(
            fs::read_to_string(&project).unwrap(),
            "project_name: mine\n"
        );
        assert!(
            !fs::read_to_string(&config)
                .unwrap()
                .contains("web_dashboard: true")
        );
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_named() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(".synod"), "a file").unwrap();
        let error = prepare(&setup(folder.path())).unwrap_err().to_string();
        assert!(
            error.contains("serena_config.yml") && error.contains("writable"),
            "{error}"
        );
    }
}
