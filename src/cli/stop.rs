//! `synod stop`: ends the room process of a project in good order.
//!
//! By signal, not by command: it has to work on a room of another version, whose frames this one
//! cannot read.

use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};
use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use tokio::time::{sleep, timeout};

use crate::cli::Place;
use crate::link::listener;

/// The guards need up to 6 s, the hub up to 3.
const PATIENCE: Duration = Duration::from_secs(15);
/// How often it is looked whether the process is gone.
const LOOK: Duration = Duration::from_millis(10);

/// Stops the room and waits until its process is gone.
pub(super) fn stop(place: &Place) -> anyhow::Result<ExitCode> {
    super::runtime()?.block_on(async {
        let Some(room) = listener(&place.project.socket).await else {
            let root = place.project.root.display();
            writeln!(std::io::stdout(), "no room runs in {root}")?;
            return Ok(ExitCode::SUCCESS);
        };
        let room =
            Pid::from_raw(room).context("the system does not say which process the room is")?;
        kill_process(room, Signal::TERM).context("the room's process cannot be told to end")?;
        let gone = async {
            while test_kill_process(room).is_ok() {
                sleep(LOOK).await;
            }
        };
        if timeout(PATIENCE, gone).await.is_err() {
            bail!(
                "the room does not end; its process is {}",
                room.as_raw_nonzero()
            );
        }
        writeln!(std::io::stdout(), "the room has stopped")?;
        Ok(ExitCode::SUCCESS)
    })
}
