//! One program that is run to its end below a guard: no server, just its exit code and the end of what
//! it wrote. The check of a result is one.
//!
//! It is given nothing to read, its streams are always drained, and whatever ends it (itself, its limit,
//! whoever runs it) nothing of its tree is alive afterwards.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rustix::process::Signal;
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::mcp::connection::Options;
use crate::mcp::guard::{COMPLAINT, NO_INPUT};
use crate::mcp::process::{GuardCommand, Process, Program, Streams};
use crate::mcp::tree;

/// How long what is still in the pipes may take to be read once nobody is alive who writes.
const REST: Duration = Duration::from_secs(1);

/// What is to be run.
#[derive(Clone, PartialEq, Eq)]
pub struct Errand {
    /// Under which name its guard is noted.
    pub name: String,
    /// Program and arguments; never empty, never given to a shell.
    pub command: Vec<String>,
    /// The whole environment of the process. Holds secrets: `Debug` shows the names only.
    pub env: BTreeMap<String, String>,
    /// Working directory.
    pub cwd: PathBuf,
    /// How long it may take.
    pub limit: Duration,
}

/// How it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ran {
    /// By itself, with this exit code; 128 and more where a signal ended it.
    Ended(i32),
    /// It took too long and was ended.
    TimedOut,
    /// It was stopped, or ended from outside together with its guard.
    Stopped,
    /// It could not be run, and why.
    NotStarted(String),
}

/// Runs it to its end, or until `stop` is cancelled. What it writes to stdout and stderr goes into `tail`.
/// Returns within about 8 s after the limit or the stop.
pub async fn run_errand(
    errand: &Errand,
    options: &Options,
    tail: &Tail,
    stop: &CancellationToken,
) -> Ran {
    let program = Program {
        server: &errand.name,
        command: &errand.command,
        env: &errand.env,
        cwd: &errand.cwd,
    };
    let mut guard: GuardCommand = options.guard.clone();
    guard.args.push(NO_INPUT.to_owned());
    let (mut process, streams) = match Process::start(&program, &guard, options.registry.clone()) {
        Ok(started) => started,
        Err(error) => return Ran::NotStarted(error.to_string()),
    };
    let Streams {
        stdin,
        stdout,
        stderr,
    } = streams;
    let work = async {
        let ran = tokio::select! {
            biased;
            code = process.exited() => code.map_or(Ran::Stopped, Ran::Ended),
            () = stop.cancelled() => Ran::Stopped,
            () = sleep(errand.limit) => Ran::TimedOut,
        };
        if !matches!(ran, Ran::Ended(_)) {
            // It reads nothing, so that it would not notice the end of its input.
            tree::signal(process.pid(), Signal::TERM);
        }
        drop(stdin);
        process.end().await;
        ran
    };
    let mut work = pin!(work);
    let mut reading = pin!(async { tokio::join!(tail.drain(stdout), tail.drain(stderr)) });
    let mut read = false;
    let ran = loop {
        tokio::select! {
            ran = &mut work => break ran,
            _ = &mut reading, if !read => read = true,
        }
    };
    if !read {
        drop(timeout(REST, &mut reading).await);
    }
    if !matches!(ran, Ran::Ended(126 | 127)) {
        return ran;
    }
    // The guard says itself what it could not run; with these codes a program may end as well.
    let (said, _) = tail.read();
    match said.strip_prefix(COMPLAINT.as_bytes()) {
        Some(why) => Ran::NotStarted(String::from_utf8_lossy(why).trim().to_owned()),
        None => ran,
    }
}

/// The last bytes of two streams, in the order in which they were read. It can be read at any time.
#[derive(Debug)]
pub struct Tail {
    most: usize,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    bytes: Vec<u8>,
    /// Whether there was more before them.
    cut: bool,
}

impl Tail {
    /// One of at most `most` bytes.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self {
            most,
            kept: Mutex::default(),
        }
    }

    /// What is there so far, and whether there was more before it.
    #[must_use]
    pub fn read(&self) -> (Vec<u8>, bool) {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let surplus = kept.bytes.len().saturating_sub(self.most);
        let last = kept.bytes.get(surplus..).unwrap_or_default();
        (last.to_vec(), kept.cut || surplus > 0)
    }

    /// Reads a stream to its end; must always run, as a full pipe would stop the program.
    async fn drain(&self, mut stream: impl AsyncRead + Unpin) {
        let mut buffer = vec![0; 8 * 1024];
        while let Ok(count @ 1..) = stream.read(&mut buffer).await {
            self.push(buffer.get(..count).unwrap_or_default());
        }
    }

    fn push(&self, more: &[u8]) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.bytes.extend_from_slice(more);
        if kept.bytes.len() > 2 * self.most {
            let surplus = kept.bytes.len() - self.most;
            kept.bytes.drain(..surplus);
            kept.cut = true;
        }
    }
}

impl std::fmt::Debug for Errand {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<&str> = self.env.keys().map(String::as_str).collect();
        f.debug_struct("Errand")
            .field("name", &self.name)
            .field("command", &self.command)
            .field("env", &names)
            .field("cwd", &self.cwd)
            .field("limit", &self.limit)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::Tail;

    #[test]
    fn of_much_output_the_end_is_kept() {
        let tail = Tail::new(10);
        tail.push(b"0123456789");
        assert_eq!(tail.read(), (b"0123456789".to_vec(), false));
        for number in 0..1_000 {
            tail.push(format!("{number}\n").as_bytes());
        }
        assert_eq!(tail.read(), (b"7\n998\n999\n".to_vec(), true));
    }
}
