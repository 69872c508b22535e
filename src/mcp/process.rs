//! One server process, started through the guard.
//!
//! Owns finding the program, starting the guard with exactly the configured environment, and the
//! end: closing stdin is the order to end, the guard does the rest, and if even the guard does not
//! end in time, the tree is killed from here.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use rustix::process::Signal;
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};
use tokio_util::task::TaskTracker;

use crate::mcp::registry::{Registry, Started};
use crate::mcp::reply::ConnectError;
use crate::mcp::tree;

/// The guard needs at most 5.8 s; then it is stuck.
const GUARD_LIMIT: Duration = Duration::from_secs(6);
/// How long a killed guard may take to be reaped.
const KILL_LIMIT: Duration = Duration::from_millis(500);

/// By which path a program on Linux finds its own file.
const ITSELF: &str = "/proc/self/exe";

/// How the guard is started: `program args… -- command…`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuardCommand {
    /// The program that holds the guard.
    pub program: PathBuf,
    /// What goes before `--`.
    pub args: Vec<String>,
}

impl GuardCommand {
    /// This very program, with the hidden word `guard`.
    ///
    /// # Errors
    /// When the system cannot say which file this program runs from.
    pub fn own() -> std::io::Result<Self> {
        // The link keeps pointing to the running file, even when it has been replaced meanwhile.
        let program = if cfg!(target_os = "linux") {
            PathBuf::from(ITSELF)
        } else {
            std::env::current_exe()?
        };
        Ok(Self {
            program,
            args: vec!["guard".to_owned()],
        })
    }

    /// The program under a path by which other programs find it, too.
    #[must_use]
    pub(crate) fn program_for_others(&self) -> PathBuf {
        if self.program == Path::new(ITSELF) {
            // As that of `own`, it stays right while this process lives.
            return PathBuf::from(format!("/proc/{}/exe", std::process::id()));
        }
        self.program.clone()
    }
}

/// What to run.
#[derive(Debug)]
pub(crate) struct Program<'a> {
    pub(crate) server: &'a str,
    pub(crate) command: &'a [String],
    pub(crate) env: &'a BTreeMap<String, String>,
    pub(crate) cwd: &'a Path,
}

/// The streams of a server that has just been started.
#[derive(Debug)]
pub(crate) struct Streams {
    pub(crate) stdin: ChildStdin,
    pub(crate) stdout: ChildStdout,
    pub(crate) stderr: ChildStderr,
}

/// A running guard and the tree below it.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    pid: i32,
    mark: String,
    registry: Option<Arc<Registry>>,
}

impl Process {
    /// Starts `program` below a guard, on a runtime.
    pub(crate) fn start(
        program: &Program<'_>,
        guard: &GuardCommand,
        registry: Option<Arc<Registry>>,
    ) -> Result<(Self, Streams), ConnectError> {
        check(program)?;
        let failed = |why: String| ConnectError::Spawn {
            server: program.server.to_owned(),
            why,
        };
        let mark = tree::new_mark();
        let mut command = Command::new(&guard.program);
        command
            .arg0("synod")
            .args(&guard.args)
            .arg("--")
            .args(program.command)
            .env_clear()
            .envs(program.env)
            .env(tree::MARK, &mark)
            .current_dir(program.cwd)
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command
            .spawn()
            .map_err(|error| failed(format!("its guard could not be run: {error}")))?;
        let pid = child.id().and_then(|pid| i32::try_from(pid).ok());
        let streams = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(pid), (Some(stdin), Some(stdout), Some(stderr))) = (pid, streams) else {
            return Err(failed("it ended at once".to_owned()));
        };
        if let (Some(registry), Some(started)) = (&registry, tree::started(pid)) {
            registry.add(Started {
                server: program.server.to_owned(),
                pid,
                started,
                mark: mark.clone(),
            });
        }
        let process = Self {
            child,
            pid,
            mark,
            registry,
        };
        let streams = Streams {
            stdin,
            stdout,
            stderr,
        };
        Ok((process, streams))
    }

    /// Pid of the guard.
    pub(crate) fn pid(&self) -> i32 {
        self.pid
    }

    /// Ends when the guard has ended, for whatever reason. The exit code is the server's; there is
    /// none if the guard itself was killed.
    pub(crate) async fn exited(&mut self) -> Option<i32> {
        self.child.wait().await.ok()?.code()
    }

    /// Waits for the end after stdin has been closed; at most 6.5 s. Nothing of the tree is alive
    /// afterwards. The exit code is that of [`exited`](Self::exited).
    pub(crate) async fn end(mut self) -> Option<i32> {
        let ended = tokio::time::timeout(GUARD_LIMIT, self.exited()).await;
        if ended.is_err() {
            for process in tree::descendants(self.pid) {
                tree::signal(process.pid, Signal::KILL);
            }
            tree::signal(self.pid, Signal::KILL);
            drop(tokio::time::timeout(KILL_LIMIT, self.child.wait()).await);
        }
        // A guard that was itself killed leaves orphans; they still carry its mark.
        for pid in tree::marked(&self.mark) {
            tree::signal(pid, Signal::KILL);
        }
        if let Some(registry) = &self.registry {
            registry.remove(self.pid);
        }
        ended.ok().flatten()
    }
}

/// The process of a connection, if there is one; its end is always awaited by somebody.
#[derive(Debug)]
pub(crate) struct Running {
    process: Option<Process>,
    tasks: TaskTracker,
}

impl Running {
    pub(crate) fn of(process: Process, tasks: &TaskTracker) -> Self {
        Self {
            process: Some(process),
            tasks: tasks.clone(),
        }
    }

    /// For a connection without a process.
    pub(crate) fn none(tasks: &TaskTracker) -> Self {
        Self {
            process: None,
            tasks: tasks.clone(),
        }
    }

    pub(crate) fn pid(&self) -> Option<u32> {
        let process = self.process.as_ref()?;
        u32::try_from(process.pid()).ok()
    }

    pub(crate) fn is_there(&self) -> bool {
        self.process.is_some()
    }

    pub(crate) async fn exited(&mut self) -> Option<i32> {
        match &mut self.process {
            Some(process) => process.exited().await,
            None => std::future::pending().await,
        }
    }

    pub(crate) async fn end(mut self) -> Option<i32> {
        match self.process.take() {
            Some(process) => process.end().await,
            None => None,
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(process) = self.process.take()
            && tokio::runtime::Handle::try_current().is_ok()
        {
            self.tasks.spawn(process.end());
        }
    }
}

/// Says what is wrong in words before the guard would fail without any.
fn check(program: &Program<'_>) -> Result<(), ConnectError> {
    let Some(name) = program.command.first() else {
        return Err(ConnectError::Spawn {
            server: program.server.to_owned(),
            why: "no command is configured for it".to_owned(),
        });
    };
    if !program.cwd.is_dir() {
        return Err(ConnectError::Spawn {
            server: program.server.to_owned(),
            why: format!("its folder {} does not exist", program.cwd.display()),
        });
    }
    let found = if name.contains('/') {
        program.cwd.join(name).is_file()
    } else {
        // Without a PATH the system searches one of its own.
        let path = program
            .env
            .get("PATH")
            .map_or_else(|| OsString::from("/bin:/usr/bin"), OsString::from);
        std::env::split_paths(&path).any(|folder| program.cwd.join(folder).join(name).is_file())
    };
    if found {
        return Ok(());
    }
    Err(ConnectError::NotFound {
        server: program.server.to_owned(),
        program: name.clone(),
    })
}
