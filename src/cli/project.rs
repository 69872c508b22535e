//! Which project a command is about, and where its room lives.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::config::{EnvSource, PROJECT_FILE};
use crate::journal::sqlite::Reader;
use crate::link::socket_path;

/// The folder of a room within its project.
const ROOM_FOLDER: &str = ".synod";

/// A project and its room's folder.
#[derive(Debug, Clone)]
pub(super) struct Project {
    /// The project's folder, absolute.
    pub(super) root: PathBuf,
    /// The room's folder in it; may not be there yet.
    pub(super) room: PathBuf,
    /// Where the room listens.
    pub(super) socket: PathBuf,
}

impl Project {
    /// The project named, or the one around the current folder.
    pub(super) fn find(named: Option<&Path>, env: &EnvSource) -> anyhow::Result<Self> {
        let root = if let Some(folder) = named {
            folder.canonicalize().with_context(|| {
                format!(
                    "there is no folder {}; name another one with --project",
                    folder.display()
                )
            })?
        } else {
            let here = std::env::current_dir()
                .context("the current folder is gone; change to another one")?;
            around(&here).unwrap_or(here)
        };
        if !root.is_dir() {
            bail!("{} is no folder; name one with --project", root.display());
        }
        let room = root.join(ROOM_FOLDER);
        let runtime = env
            .get("XDG_RUNTIME_DIR")
            .map_or_else(std::env::temp_dir, PathBuf::from);
        let socket = socket_path(&room, &runtime)?;
        Ok(Self { root, room, socket })
    }

    /// The journal of its room, to read in.
    pub(super) fn journal(&self) -> anyhow::Result<Reader> {
        if !self.room.join("room.db").exists() {
            bail!(
                "{} has no journal yet; `synod` makes one",
                self.root.display()
            );
        }
        Ok(Reader::open(&self.room)?)
    }

    /// The project's name, for show.
    pub(super) fn name(&self) -> String {
        self.root.file_name().map_or_else(
            || "/".to_owned(),
            |name| name.to_string_lossy().into_owned(),
        )
    }
}

/// The nearest folder above that looks like a project.
fn around(here: &Path) -> Option<PathBuf> {
    let marks = [ROOM_FOLDER, PROJECT_FILE, ".git"];
    here.ancestors()
        .find(|folder| marks.iter().any(|mark| folder.join(mark).exists()))
        .map(Path::to_owned)
}
