//! `synod config`: every setting in force and where it comes from.

use std::io::Write;
use std::process::ExitCode;

use crate::cli::Place;

/// Options.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Show the settings in force; this is also what happens without it
    #[arg(long)]
    effective: bool,
}

/// Prints the settings.
pub(super) fn show(place: &Place, _args: &Args) -> anyhow::Result<ExitCode> {
    let loaded = crate::config::load(&place.env, &place.project.root, &place.overrides)?;
    write!(std::io::stdout().lock(), "{}", loaded.effective())?;
    Ok(ExitCode::SUCCESS)
}
