//! `synod stop`: ends the room process of a project in good order.

use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::bail;
use rustix::process::{Pid, test_kill_process};
use tokio::time::{sleep, timeout};

use crate::cli::Place;
use crate::core::Command;
use crate::link::{AttachError, Client, Happening};

/// The guards need up to 6 s, the hub up to 3.
const PATIENCE: Duration = Duration::from_secs(15);
/// How often it is looked whether the process is gone.
const LOOK: Duration = Duration::from_millis(10);

/// Stops the room and waits until its process has let go.
pub(super) fn stop(place: &Place) -> anyhow::Result<ExitCode> {
    super::runtime()?.block_on(async {
        let mut client = match Client::connect(&place.project.socket).await {
            Ok(client) => client,
            Err(AttachError::NoRoom) => {
                writeln!(
                    std::io::stdout(),
                    "no room runs in {}",
                    place.project.root.display()
                )?;
                return Ok(ExitCode::SUCCESS);
            }
            Err(error) => return Err(error.into()),
        };
        if client.send(Command::CloseRoom).is_none() {
            bail!(
                "the room takes no commands; end its process {} by hand",
                client.pid()
            );
        }
        let pid = client.pid();
        let closed = async { while client.next().await != Happening::Closed {} };
        let ended = async {
            closed.await;
            while is_alive(pid) {
                sleep(LOOK).await;
            }
        };
        if timeout(PATIENCE, ended).await.is_err() {
            bail!("the room does not end; its process is {pid}");
        }
        writeln!(std::io::stdout(), "the room has stopped")?;
        Ok(ExitCode::SUCCESS)
    })
}

fn is_alive(pid: u32) -> bool {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
    pid.is_some_and(|pid| test_kill_process(pid).is_ok())
}
