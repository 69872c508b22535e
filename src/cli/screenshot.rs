//! `synod screenshot`: draws each screen of a seeded rehearsal to SVG and PNG, and a tour of it as an animated
//! SVG and a recording of a terminal, the same bytes on every run.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;

use crate::cli::Place;
use crate::ui::console::Settings;
use crate::ui::shot::{SIZE, album, cast, film, png, sealed, svg, tour};
use crate::ui::theme::Theme;

/// Options.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Where the pictures go
    #[arg(long, default_value = "screenshots")]
    out: PathBuf,
    /// Columns of the terminal
    #[arg(long, default_value_t = SIZE.0)]
    columns: u16,
    /// Rows of the terminal
    #[arg(long, default_value_t = SIZE.1)]
    rows: u16,
    /// Frames of the tour that are drawn to PNG as well, by their places
    #[arg(long, value_delimiter = ',')]
    stills: Vec<usize>,
}

/// Draws all pictures.
pub(super) fn draw(place: &Place, args: &Args) -> anyhow::Result<ExitCode> {
    let name = place.overrides.theme.as_deref().unwrap_or("synod-dark");
    let theme = Theme::find(name)?;
    let appearance = theme.appearance();
    let settings = Settings {
        theme,
        ..Settings::default()
    };
    std::fs::create_dir_all(&args.out)
        .with_context(|| format!("{} cannot be made", args.out.display()))?;
    for picture in album(&settings, args.columns, args.rows)? {
        let drawn = svg(&picture.buffer, appearance);
        write(
            &args.out.join(format!("{}.svg", picture.name)),
            drawn.as_bytes(),
        )?;
        write(
            &args.out.join(format!("{}.png", picture.name)),
            &sealed(&png(&drawn)?, &drawn),
        )?;
    }
    let frames = tour(&settings)?;
    let films = [
        ("tour.svg", film(&frames, appearance)),
        ("tour.cast", cast(&frames, "Synod")),
    ];
    for (name, drawn) in films {
        write(&args.out.join(name), drawn.as_bytes())?;
    }
    for at in args.stills.iter().copied() {
        if let Some(frame) = frames.get(at) {
            let drawn = svg(&frame.buffer, appearance);
            let name = format!("tour-{at:03}.png");
            write(&args.out.join(name), &png(&drawn)?)?;
        }
    }
    writeln!(
        std::io::stderr(),
        "the pictures are in {}",
        args.out.display()
    )?;
    Ok(ExitCode::SUCCESS)
}

fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    std::fs::write(path, bytes).with_context(|| format!("{} cannot be written", path.display()))
}
