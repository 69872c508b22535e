//! The guard: a small process between the room and one server, which ends the server's whole tree.
//!
//! The room starts `synod guard -- <command…>` for every server on stdio. The server inherits the
//! guard's stdin, stdout and stderr, so that no byte passes through the guard. When the room is gone
//! (its end of the pipe to stdin closes, `kill -9` included), it gives the server 1.5 s to end by
//! itself, then sends SIGTERM to every descendant, waits 1.5 s, and sends SIGKILL until none is left.
//! When the server exits, or the guard is told to end, it begins with SIGTERM. Descendants are found
//! by parentage, not by group or session: on Linux the guard is a child subreaper, so that an orphan
//! becomes its child. Elsewhere orphans that left the tree before the end began are missed.
//!
//! It is one thread around `poll(2)`: no async runtime, no lock, nothing that blocks, so that nothing
//! can make it hang, and a hard limit (5.8 s) ends it even when a process cannot be killed.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Signal, WaitOptions};
use signal_hook::consts::{SIGCHLD, SIGHUP, SIGINT, SIGTERM};

use crate::mcp::tree;

/// How long the server may take to exit once its stdin is closed, and then again after SIGTERM. Twice
/// this leaves a busy machine as much again before the promise of 6 s is broken.
const PATIENCE: Duration = Duration::from_millis(1_500);
/// The end, whatever is still alive: the room promises that nothing outlives it by 6 s.
const HARD_LIMIT: Duration = Duration::from_millis(5_800);
/// How often the tree is looked at while it is being ended: the death of a grandchild wakes nobody.
const RESCAN: Duration = Duration::from_millis(50);

/// The word before `--` with which the program is given nothing to read.
pub(crate) const NO_INPUT: &str = "--no-input";
/// What stands before what the guard itself says.
pub(crate) const COMPLAINT: &str = "synod guard: ";

/// Runs the guard to its end; `args` is what follows the word `guard`: an optional `--no-input`, an
/// optional `--`, then the command. The exit code is the server's (128 + n when signal n ended it), 127 when the program
/// does not exist, 126 when it cannot be run, 2 when no command was given.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let mut command: Vec<OsString> = args.into_iter().collect();
    let reads = command.first().is_none_or(|first| first != NO_INPUT);
    if !reads {
        command.remove(0);
    }
    if command.first().is_some_and(|first| first == "--") {
        command.remove(0);
    }
    let Some((program, arguments)) = command.split_first() else {
        complain("no command given; usage: guard -- PROGRAM [ARGUMENT…]");
        return ExitCode::from(2);
    };
    match Guard::start(program, arguments, reads).and_then(Guard::serve) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            complain(&format!(
                "cannot run `{}`: {error}",
                program.to_string_lossy()
            ));
            ExitCode::from(if error.kind() == io::ErrorKind::NotFound {
                127
            } else {
                126
            })
        }
    }
}

fn complain(what: &str) {
    drop(writeln!(io::stderr(), "{COMPLAINT}{what}"));
}

/// Where the guard stands between serving and being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Serving,
    /// The room is gone, and the server reads the end of its stdin.
    Closing,
    Terminating,
    Killing,
}

struct Guard {
    server: Child,
    /// The server's exit code, once it has exited.
    code: Option<u8>,
    phase: Phase,
    /// When the present phase has lasted long enough.
    phase_ends: Option<Instant>,
    /// When the guard gives up.
    hard_end: Option<Instant>,
    /// Who had SIGTERM already.
    told: BTreeSet<i32>,
    children: UnixStream,
    orders: UnixStream,
}

impl Guard {
    fn start(program: &OsString, arguments: &[OsString], reads: bool) -> io::Result<Self> {
        #[cfg(target_os = "linux")]
        let _ = rustix::process::set_child_subreaper(Some(rustix::process::getpid()));
        // The signals become readable bytes before there is a child that could cause one.
        let children = listen(&[SIGCHLD])?;
        let orders = listen(&[SIGTERM, SIGINT, SIGHUP])?;
        let server = Command::new(program)
            .args(arguments)
            .stdin(if reads {
                Stdio::inherit()
            } else {
                Stdio::null()
            })
            // A server that signals its own group must not hit the guard.
            .process_group(0)
            .spawn()?;
        // The room must see the end of the server's output even while the guard is still at work.
        let nowhere = std::fs::File::create("/dev/null")?;
        rustix::stdio::dup2_stdout(&nowhere)?;
        Ok(Self {
            server,
            code: None,
            phase: Phase::Serving,
            phase_ends: None,
            hard_end: None,
            told: BTreeSet::new(),
            children,
            orders,
        })
    }

    /// Watches until there is a reason to end the server, then ends the tree.
    fn serve(mut self) -> io::Result<u8> {
        let own = i32::try_from(std::process::id()).unwrap_or(0);
        loop {
            self.reap();
            if self.code.is_some() && matches!(self.phase, Phase::Serving | Phase::Closing) {
                self.enter(Phase::Terminating);
            }
            if self.phase != Phase::Serving {
                let seen = self.advance(own);
                // A look at the tree is no snapshot: a child whose parent dies in the middle of it
                // belongs to nobody. Only the system knows that there is none left.
                let childless = self.reap();
                let late = self.hard_end.is_some_and(|end| now() >= end);
                if late || (childless && seen == 0) {
                    return Ok(self.code.unwrap_or(1));
                }
            }
            self.wait()?;
        }
    }

    /// One look at the tree, and what is due to those in it; gives how many it saw.
    fn advance(&mut self, own: i32) -> usize {
        let now = now();
        if self.phase_ends.is_some_and(|end| now >= end) {
            self.enter(match self.phase {
                Phase::Serving | Phase::Closing => Phase::Terminating,
                Phase::Terminating | Phase::Killing => Phase::Killing,
            });
        }
        let alive = tree::descendants(own);
        for process in &alive {
            match self.phase {
                Phase::Serving | Phase::Closing => {}
                Phase::Terminating => {
                    if self.told.insert(process.pid) {
                        tree::signal(process.pid, Signal::TERM);
                        // A stopped process would not notice.
                        tree::signal(process.pid, Signal::CONT);
                    }
                }
                Phase::Killing => tree::signal(process.pid, Signal::KILL),
            }
        }
        alive.len()
    }

    fn enter(&mut self, phase: Phase) {
        let now = now();
        if self.hard_end.is_none() {
            self.hard_end = Some(now + HARD_LIMIT);
        }
        if phase != self.phase {
            self.phase = phase;
            self.phase_ends = Some(now + PATIENCE);
        }
    }

    /// Sleeps until the room hangs up, a signal comes, or the next look at the tree is due.
    fn wait(&mut self) -> io::Result<()> {
        let stdin = io::stdin();
        let mut fds = vec![
            PollFd::new(&self.children, PollFlags::IN),
            PollFd::new(&self.orders, PollFlags::IN),
        ];
        let timeout = if self.phase == Phase::Serving {
            // Only the hang-up, which poll reports unasked: what there is to read is the server's.
            fds.push(PollFd::from_borrowed_fd(stdin.as_fd(), PollFlags::empty()));
            None
        } else {
            Some(timespec(RESCAN))
        };
        match poll(&mut fds, timeout.as_ref()) {
            Ok(_) => {}
            Err(rustix::io::Errno::INTR) => return Ok(()),
            Err(error) => return Err(error.into()),
        }
        let mut came = fds.iter().map(|fd| !fd.revents().is_empty());
        let child_died = came.next() == Some(true);
        let ordered = came.next() == Some(true);
        let hung_up = came.next() == Some(true);
        drop(fds);

        if child_died {
            drain(&mut self.children);
        }
        if ordered {
            drain(&mut self.orders);
            if matches!(self.phase, Phase::Serving | Phase::Closing) {
                self.enter(Phase::Terminating);
            }
        }
        if hung_up && self.phase == Phase::Serving {
            self.enter(Phase::Closing);
        }
        Ok(())
    }

    /// Takes every child that has exited, adopted orphans included; true when none is left.
    fn reap(&mut self) -> bool {
        loop {
            match rustix::process::wait(WaitOptions::NOHANG) {
                Ok(Some((pid, status))) => {
                    if u32::try_from(pid.as_raw_nonzero().get()) == Ok(self.server.id()) {
                        let code = status.exit_status().unwrap_or_else(|| {
                            128 + status.terminating_signal().unwrap_or(Signal::KILL.as_raw())
                        });
                        self.code = Some(u8::try_from(code).unwrap_or(u8::MAX));
                    }
                }
                Ok(None) => return false,
                Err(error) => return error == rustix::io::Errno::CHILD,
            }
        }
    }
}

/// A stream that becomes readable when one of `signals` arrives.
fn listen(signals: &[i32]) -> io::Result<UnixStream> {
    let (reader, writer) = UnixStream::pair()?;
    reader.set_nonblocking(true)?;
    for signal in signals {
        signal_hook::low_level::pipe::register(*signal, writer.try_clone()?)?;
    }
    Ok(reader)
}

fn drain(stream: &mut UnixStream) {
    let mut bytes = [0; 64];
    while matches!(stream.read(&mut bytes), Ok(count) if count > 0) {}
}

fn timespec(duration: Duration) -> Timespec {
    Timespec {
        tv_sec: i64::try_from(duration.as_secs()).unwrap_or(i64::MAX),
        tv_nsec: i64::from(duration.subsec_nanos()),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the guard is its own process without a tokio clock that tests could pause"
)]
fn now() -> Instant {
    Instant::now()
}
