//! `synod stop`: ends the room process of a project in good order.

use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::bail;

use crate::cli::Place;
use crate::core::Command;
use crate::link::{AttachError, Client, Happening};

/// The guards need up to 6 s, the hub up to 3.
const PATIENCE: Duration = Duration::from_secs(15);

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
        let closed = async { while client.next().await != Happening::Closed {} };
        if tokio::time::timeout(PATIENCE, closed).await.is_err() {
            bail!("the room does not end; its process is {}", client.pid());
        }
        writeln!(std::io::stdout(), "the room has stopped")?;
        Ok(ExitCode::SUCCESS)
    })
}
