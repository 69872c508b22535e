//! Attaches to the room of a project, and starts its process when none is alive.

use std::io::Write;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, bail};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;
use tokio::time::{Instant, sleep, timeout};

use crate::cli::room::{READY, TAKEN};
use crate::cli::{Place, absent, confirm, git};
use crate::config::Owner;
use crate::link::{AttachError, Client};

/// How long a room process may take to listen. A large journal is folded before.
const READY_WITHIN: Duration = Duration::from_mins(1);
/// How often it is looked whether the room that another console is starting listens by now.
const LOOK: Duration = Duration::from_millis(20);

/// The room of the project, started if it has to be.
pub(super) async fn attach_or_start(place: &Place) -> anyhow::Result<Client> {
    match Client::connect(&place.project.socket).await {
        Err(AttachError::NoRoom) => {}
        attached => return Ok(attached?),
    }
    tell_once(place);
    tell_left_out(place);
    let started = start(place).await?;
    // Of two consoles that start at once one finds the journal taken: the room of the other will do,
    // as soon as it listens.
    let deadline = Instant::now() + READY_WITHIN;
    loop {
        match (Client::connect(&place.project.socket).await, &started) {
            (Err(AttachError::NoRoom), Started::Taken(_)) if Instant::now() < deadline => {
                sleep(LOOK).await;
            }
            (Err(AttachError::NoRoom), Started::Taken(why)) => bail!("{why}"),
            (Err(AttachError::NoRoom), Started::Ready) => bail!(
                "the room process started but does not listen; see {}",
                log_path(place).display()
            ),
            (attached, _) => return Ok(attached?),
        }
    }
}

/// What became of the attempt to start the room.
enum Started {
    /// It listens.
    Ready,
    /// Another process runs it, or is about to; with the words for when it never listens.
    Taken(String),
}

/// Says what is done with the project when it gets a room.
fn tell_once(place: &Place) {
    if let Some(line) = git::keep_out(place) {
        drop(writeln!(std::io::stderr(), "synod: {line}"));
    }
}

/// Says what the room will leave out. A broken configuration is told by the room itself.
fn tell_left_out(place: &Place) {
    let Ok(loaded) = crate::config::load(&place.env, &place.project.root, &place.overrides) else {
        return;
    };
    let unconfirmed =
        confirm::unconfirmed(&loaded, &place.project.root, &confirm::load(&place.env));
    let mut stderr = std::io::stderr().lock();
    for item in &unconfirmed {
        let line = format!("synod: left out until you confirm it with `synod init`: {item}");
        drop(writeln!(stderr, "{line}"));
    }
    for (name, why) in absent::company(place).left_out {
        let is_hers = |owner: &Owner| matches!(owner, Owner::Member(member) if member.as_str() == name.as_str());
        if !unconfirmed.iter().any(|item| is_hers(&item.owner)) {
            drop(writeln!(stderr, "synod: left out of the room: {why}"));
        }
    }
}

/// Starts the room process and waits for its word that it listens.
async fn start(place: &Place) -> anyhow::Result<Started> {
    let program = own_program()?;
    let mut command = Command::new(program);
    command
        // What `ps` shows; the file's own name says nothing.
        .arg0("synod")
        .arg("--project")
        .arg(&place.project.root)
        .arg("room");
    if let Some(hub) = place.overrides.hub {
        command.args(["--hub", hub.word()]);
    }
    // It outlives this console: nothing of ours is kept open in it, and it makes a session of its own.
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .current_dir(&place.project.root);
    let mut child = command
        .spawn()
        .context("the room process could not be started")?;
    let Some(stdout) = child.stdout.take() else {
        bail!("the room process has no output")
    };
    let mut line = String::new();
    let read = timeout(READY_WITHIN, BufReader::new(stdout).read_line(&mut line)).await;
    match read {
        Ok(Ok(_)) if line.trim_end() == READY => Ok(Started::Ready),
        Ok(Ok(0)) => bail!(
            "the room process ended without a word; see {}",
            log_path(place).display()
        ),
        Ok(Ok(_)) => match line.trim_end().strip_prefix(TAKEN) {
            Some(why) => Ok(Started::Taken(why.to_owned())),
            None => bail!("{}", line.trim_end()),
        },
        Ok(Err(error)) => Err(error).context("the room process could not be heard"),
        Err(_) => bail!(
            "the room process did not listen within {} s; see {}",
            READY_WITHIN.as_secs(),
            log_path(place).display()
        ),
    }
}

fn log_path(place: &Place) -> std::path::PathBuf {
    place.project.room.join("room.log")
}

/// The running program, also when its file was replaced meanwhile.
fn own_program() -> anyhow::Result<std::path::PathBuf> {
    if cfg!(target_os = "linux") {
        return Ok(Path::new("/proc/self/exe").to_owned());
    }
    std::env::current_exe().context("this program's own file cannot be found")
}
