//! A machine of its own for one test: home, project, programs and everything that Synod writes in
//! one folder that goes with the test, and no room left running.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::processes;

/// A fresh machine with one empty project and no programs.
#[derive(Debug)]
pub(crate) struct Home {
    folder: TempDir,
    project: PathBuf,
    /// In front of the machine's own, empty folder of programs.
    path: Option<String>,
}

impl Home {
    pub(crate) fn new() -> Self {
        Self::with_project("project")
    }

    /// A machine whose user has never seen a console.
    pub(crate) fn never_used() -> Self {
        let home = Self::new();
        fs::remove_file(home.welcomed()).unwrap();
        home
    }

    /// What keeps that the user was welcomed.
    pub(crate) fn welcomed(&self) -> PathBuf {
        self.user().join(".local/state/synod/welcomed")
    }

    /// A machine whose project lies at this path below its folder.
    pub(crate) fn with_project(path: &str) -> Self {
        let folder = TempDir::with_prefix("synod").unwrap();
        let project = folder.path().join(path);
        for part in [
            &project,
            &folder.path().join("home"),
            &folder.path().join("bin"),
        ] {
            fs::create_dir_all(part).unwrap();
        }
        let home = Self {
            folder,
            project,
            path: None,
        };
        let mark = home.welcomed();
        fs::create_dir_all(mark.parent().unwrap()).unwrap();
        fs::write(mark, "").unwrap();
        home
    }

    /// The same machine with these folders of programs on PATH.
    pub(crate) fn with_path(mut self, path: String) -> Self {
        self.path = Some(path);
        self
    }

    pub(crate) fn project(&self) -> &Path {
        &self.project
    }

    /// A file of the room.
    pub(crate) fn room(&self, file: &str) -> PathBuf {
        self.project.join(".synod").join(file)
    }

    /// A file of the shared memory as the built-in hub and Serena keep it.
    pub(crate) fn memory(&self, name: &str) -> PathBuf {
        self.project
            .join(".serena/memories")
            .join(format!("{name}.md"))
    }

    /// The home folder of the machine's user.
    pub(crate) fn user(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// Writes the project's synod.toml.
    pub(crate) fn write_config(&self, toml: &str) {
        fs::write(self.project.join("synod.toml"), toml).unwrap();
    }

    /// Writes a theme of the user's own.
    pub(crate) fn write_theme(&self, name: &str, toml: &str) {
        let folder = self.user().join(".config/synod/themes");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(name), toml).unwrap();
    }

    /// Writes the project's synod.toml and confirms it.
    pub(crate) fn configure(&self, toml: &str) {
        self.write_config(toml);
        let confirmed = self.synod(&["init", "--yes"]);
        assert!(confirmed.status.success(), "{}", text(&confirmed.stderr));
    }

    /// Puts a program of these lines on the machine; gives its path.
    pub(crate) fn install(&self, name: &str, script: &str) -> String {
        let path = self.folder.path().join("bin").join(name);
        // By a process of its own: what this one has open, whatever another test starts just now
        // inherits for a moment, and a file open for writing cannot be started.
        let mut writer = Command::new("sh")
            .args(["-c", r#"cat > "$0" && chmod 755 "$0""#])
            .arg(&path)
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = writer.stdin.take().unwrap();
        write!(lines, "#!/bin/sh\n{script}\n").unwrap();
        drop(lines);
        assert!(writer.wait().unwrap().success());
        path.to_str().unwrap().to_owned()
    }

    /// The variables of the machine; nothing of the real one.
    pub(crate) fn env(&self) -> Vec<(String, String)> {
        let user = self.user().to_str().unwrap().to_owned();
        let bin = self.folder.path().join("bin").to_str().unwrap().to_owned();
        let path = self
            .path
            .as_ref()
            .map_or(bin.clone(), |path| format!("{bin}:{path}"));
        [
            ("HOME", user.as_str()),
            ("PATH", &path),
            ("XDG_RUNTIME_DIR", &user),
            ("TMPDIR", &user),
            ("TERM", "xterm-256color"),
            ("COLORTERM", "truecolor"),
            ("LANG", "C.UTF-8"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(binary());
        command
            .args(args)
            .env_clear()
            .envs(self.env())
            .current_dir(&self.project)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs a subcommand to its end.
    pub(crate) fn synod(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// Runs a subcommand that has to succeed; gives what it printed.
    pub(crate) fn ok(&self, args: &[&str]) -> String {
        let output = self.synod(args);
        let told = text(&output.stderr);
        assert!(
            output.status.success(),
            "{args:?}: {}: {told}",
            output.status
        );
        text(&output.stdout)
    }

    /// Runs a subcommand that has to fail with this code and exactly one line about it; gives it.
    pub(crate) fn refused(&self, code: i32, args: &[&str]) -> String {
        let output = self.synod(args);
        let told = text(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{args:?}: {told}");
        assert_eq!(
            told.lines().count(),
            1,
            "{args:?}: one sentence, not: {told}"
        );
        told
    }

    /// All events of the journal.
    pub(crate) fn journal(&self) -> Vec<Value> {
        lines(&self.ok(&["journal", "--json"]))
    }
}

impl Drop for Home {
    /// Stops the room, and is loud when one of its processes stays.
    fn drop(&mut self) {
        let rooms = processes::rooms_of(&self.project);
        let below: Vec<u32> = rooms
            .iter()
            .flat_map(|room| processes::descendants(*room))
            .chain(rooms.clone())
            .collect();
        if rooms.is_empty() || std::thread::panicking() {
            drop(self.synod(&["stop"]));
            return;
        }
        drop(self.ok(&["stop"]));
        processes::wait_gone(&below, processes::ORPHAN);
    }
}

pub(crate) fn binary() -> &'static str {
    env!("CARGO_BIN_EXE_synod")
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// JSON objects, one a line.
pub(crate) fn lines(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}
