//! A machine of its own for one test: home, project and everything that Synod writes in one folder
//! that goes with the test, and no room left running.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// A fresh machine with one empty project.
pub(crate) struct Home {
    folder: TempDir,
}

impl Home {
    pub(crate) fn new() -> Self {
        let folder = TempDir::with_prefix("synod").unwrap();
        for part in ["project", "home"] {
            std::fs::create_dir(folder.path().join(part)).unwrap();
        }
        Self { folder }
    }

    pub(crate) fn project(&self) -> PathBuf {
        self.folder.path().join("project")
    }

    /// Writes the project's synod.toml and confirms it.
    pub(crate) fn configure(&self, toml: &str) {
        std::fs::write(self.project().join("synod.toml"), toml).unwrap();
        let confirmed = self.synod(&["init", "--yes"]);
        assert!(confirmed.status.success(), "{}", text(&confirmed.stderr));
    }

    /// The variables of the machine. Nothing of the real one but PATH.
    pub(crate) fn env(&self) -> Vec<(String, String)> {
        let home = self.folder.path().join("home");
        let path = |path: &Path| path.to_str().unwrap().to_owned();
        vec![
            ("HOME".to_owned(), path(&home)),
            ("PATH".to_owned(), std::env::var("PATH").unwrap()),
            ("XDG_RUNTIME_DIR".to_owned(), path(&home)),
            ("TMPDIR".to_owned(), path(&home)),
            ("TERM".to_owned(), "xterm-256color".to_owned()),
            ("COLORTERM".to_owned(), "truecolor".to_owned()),
            ("LANG".to_owned(), "C.UTF-8".to_owned()),
        ]
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(binary());
        command
            .args(args)
            .env_clear()
            .envs(self.env())
            .current_dir(self.project());
        command
    }

    /// Runs a subcommand to its end.
    pub(crate) fn synod(&self, args: &[&str]) -> Output {
        self.command(args)
            .stdin(std::process::Stdio::null())
            .output()
            .unwrap()
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        if self.project().is_dir() {
            drop(self.command(&["stop"]).output());
        }
    }
}

pub(crate) fn binary() -> &'static str {
    env!("CARGO_BIN_EXE_synod")
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
