//! The clipboard: whether the terminal is asked to keep a text (OSC 52) or a program of the system is, and
//! that program at work.
//!
//! Over SSH the system's clipboard is that of another machine, and in a multiplexer that of whoever
//! attaches last, so there the terminal is asked. A program has little time, is ended with all that it
//! started when it takes longer, and is waited for beside the loop of the console. What `wl-copy`, `xclip` and
//! `xsel` leave behind serves the text until something else is copied; without it a copy would end with
//! the console.

use std::future::pending;
use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::config::Clipboard as Wish;

/// How long a program may take over a text.
const PATIENCE: Duration = Duration::from_secs(2);

/// A program that takes a text from its stdin to the clipboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Program {
    name: &'static str,
    arguments: &'static [&'static str],
    /// The variable without which there is nothing that it could talk to.
    needs: Option<&'static str>,
}

const PROGRAMS: [Program; 3] = [
    Program {
        name: "wl-copy",
        arguments: &[],
        needs: Some("WAYLAND_DISPLAY"),
    },
    Program {
        name: "xclip",
        arguments: &["-selection", "clipboard"],
        needs: Some("DISPLAY"),
    },
    Program {
        name: "xsel",
        arguments: &["--clipboard", "--input"],
        needs: Some("DISPLAY"),
    },
];

const MACOS: [Program; 1] = [Program {
    name: "pbcopy",
    arguments: &[],
    needs: None,
}];

/// Who keeps what is copied.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Clipboard {
    /// The terminal is asked to.
    #[default]
    Terminal,
    /// This program is.
    Program(Helper),
    /// A program is wanted, and there is none; the terminal is asked instead.
    Missing,
    /// Nobody.
    Off,
}

/// A program that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Helper {
    name: &'static str,
    path: PathBuf,
    arguments: &'static [&'static str],
}

impl Clipboard {
    /// Who keeps it by these variables; `find` looks for a program.
    #[must_use]
    pub fn of<'a>(
        wish: Wish,
        variable: impl Fn(&str) -> Option<&'a str>,
        find: impl Fn(&str) -> Option<PathBuf>,
    ) -> Self {
        const ELSEWHERE: [&str; 4] = ["SSH_TTY", "SSH_CONNECTION", "TMUX", "STY"];
        let is_elsewhere = ELSEWHERE.iter().any(|name| variable(name).is_some());
        match wish {
            Wish::Osc52 => return Self::Terminal,
            Wish::Off => return Self::Off,
            Wish::Auto if is_elsewhere => return Self::Terminal,
            Wish::Auto | Wish::Native => {}
        }
        let known: &[Program] = if cfg!(target_os = "macos") {
            &MACOS
        } else {
            &PROGRAMS
        };
        let fit = known
            .iter()
            .filter(|it| it.needs.is_none_or(|name| variable(name).is_some()));
        let mut found = fit.filter_map(|it| {
            let path = find(it.name)?;
            Some(Helper {
                name: it.name,
                path,
                arguments: it.arguments,
            })
        });
        match (found.next(), wish) {
            (Some(helper), _) => Self::Program(helper),
            (None, Wish::Native) => Self::Missing,
            (None, Wish::Auto | Wish::Osc52 | Wish::Off) => Self::Terminal,
        }
    }
}

/// Why a program did not take a text, and the text.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) why: String,
    pub(crate) text: String,
}

type Job = Pin<Box<dyn Future<Output = Result<(), Refused>> + Send>>;

/// The copy that is under way, if one is.
#[derive(Default)]
pub(crate) struct Copying(Option<Job>);

impl Copying {
    /// Begins to copy. A copy that is still under way is given up: nobody would see what it brings.
    pub(crate) fn begin(&mut self, helper: Helper, text: String) {
        self.0 = Some(Box::pin(async move {
            let why = hand_over(&helper, &text).await;
            why.map_err(|why| Refused { why, text })
        }));
    }

    /// Waits for the end of the copy; for ever where there is none.
    pub(crate) async fn done(&mut self) -> Result<(), Refused> {
        let Some(copy) = &mut self.0 else {
            return pending().await;
        };
        let copied = copy.await;
        self.0 = None;
        copied
    }

    /// Waits for a copy that is under way, and not for one that is not.
    pub(crate) async fn finish(&mut self) -> Result<(), Refused> {
        if self.0.is_none() {
            return Ok(());
        }
        self.done().await
    }
}

/// Gives a program the text; why it did not take it, in a sentence.
async fn hand_over(helper: &Helper, text: &str) -> Result<(), String> {
    let name = helper.name;
    let mut running = Running::start(&helper.path, helper.arguments)
        .map_err(|error| format!("{name} cannot be started: {error}"))?;
    match timeout(PATIENCE, running.take(text)).await {
        Ok(Ok(status)) if status.success() => {
            // What it left behind has the text.
            running.group = None;
            Ok(())
        }
        Ok(Ok(status)) => Err(format!("{name} ended with {status}")),
        Ok(Err(error)) => Err(format!("{name} cannot be heard: {error}")),
        Err(_) => {
            running.end().await;
            Err(format!("{name} took longer than {} s", PATIENCE.as_secs()))
        }
    }
}

/// A program with all that it starts; dropped, it is ended.
struct Running {
    child: Child,
    /// All of it, until it has done what it should.
    group: Option<Pid>,
}

impl Running {
    fn start(path: &Path, arguments: &[&str]) -> io::Result<Self> {
        let child = Command::new(path)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()?;
        let id = child.id().and_then(|id| i32::try_from(id).ok());
        let group = id.and_then(Pid::from_raw);
        Ok(Self { child, group })
    }

    async fn take(&mut self, text: &str) -> io::Result<std::process::ExitStatus> {
        if let Some(mut stdin) = self.child.stdin.take() {
            // Whoever does not read to the end says so when it ends.
            drop(stdin.write_all(text.as_bytes()).await);
        }
        self.child.wait().await
    }

    /// Ends it and waits until it is gone.
    async fn end(&mut self) {
        self.end_group();
        drop(self.child.wait().await);
    }

    fn end_group(&mut self) {
        if let Some(group) = self.group.take() {
            // It may be gone already, which is what is wanted.
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end_group();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by(wish: Wish, variables: &[&str], programs: &[&str]) -> Clipboard {
        Clipboard::of(
            wish,
            |name| variables.contains(&name).then_some("1"),
            |name| {
                programs
                    .contains(&name)
                    .then(|| Path::new("/bin").join(name))
            },
        )
    }

    fn name(clipboard: &Clipboard) -> &str {
        match clipboard {
            Clipboard::Terminal => "terminal",
            Clipboard::Program(helper) => helper.name,
            Clipboard::Missing => "missing",
            Clipboard::Off => "off",
        }
    }

    #[cfg(not(target_os = "macos"))]
    #[test]
    fn the_terminal_keeps_it_where_the_screen_is_elsewhere_and_a_program_where_it_is_here() {
        let all = ["wl-copy", "xclip", "xsel"];
        let x11 = ["xclip", "xsel"];
        for (wish, variables, programs, who) in [
            (
                Wish::Auto,
                &["WAYLAND_DISPLAY", "DISPLAY"][..],
                &all[..],
                "wl-copy",
            ),
            (Wish::Auto, &["WAYLAND_DISPLAY", "DISPLAY"], &x11, "xclip"),
            (Wish::Auto, &["DISPLAY"], &["xsel"], "xsel"),
            (Wish::Auto, &["DISPLAY"], &["wl-copy"], "terminal"),
            (Wish::Auto, &[], &all, "terminal"),
            (Wish::Auto, &["DISPLAY", "SSH_TTY"], &all, "terminal"),
            (Wish::Auto, &["DISPLAY", "SSH_CONNECTION"], &all, "terminal"),
            (Wish::Auto, &["DISPLAY", "TMUX"], &all, "terminal"),
            (Wish::Native, &["DISPLAY", "TMUX"], &all, "xclip"),
            (Wish::Native, &["DISPLAY"], &[], "missing"),
            (Wish::Osc52, &["DISPLAY"], &all, "terminal"),
            (Wish::Off, &["DISPLAY"], &all, "off"),
        ] {
            let found = by(wish, variables, programs);
            assert_eq!(name(&found), who, "{wish:?} {variables:?} {programs:?}");
        }
    }
}
