//! `synod session`: lists the sessions of a room, shows what one can be set to and writes one as Markdown, from
//! the journal, whether the room runs or not; and says what one shall be set to, to the room.

mod markdown;
mod outline;
mod settings;

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, anyhow, bail};

use crate::cli::Place;
use crate::cli::project::Project;
use crate::cli::telling::plain;
use crate::core::SessionId;
use crate::journal::READ_PAGE_MAX;
use crate::journal::sqlite::Reader;
use outline::{Outline, Sketch};

/// How many names are tried for a file that nobody named.
const NAMES_TRIED: u32 = 1000;

/// What is wanted.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Word {
    /// List all sessions that the room ever had, archived ones included
    List {
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Show the mode, the model and what else a session of an agent that speaks ACP is and can be set to
    Show {
        /// The session, such as s3
        #[arg(value_parser = session_id)]
        session: SessionId,
    },
    /// Set the mode, the model or something else of a session from its next turn on
    Set(settings::SetArgs),
    /// Write the whole transcript of a session as Markdown
    Export {
        /// The session, such as s3
        #[arg(value_parser = session_id)]
        session: SessionId,
        /// The file, or - for the terminal; a new one in the project's folder otherwise
        file: Option<PathBuf>,
        /// Overwrite the file if it is there
        #[arg(long)]
        force: bool,
    },
}

fn session_id(word: &str) -> Result<SessionId, String> {
    let digits = word.strip_prefix('s').unwrap_or(word);
    digits
        .parse()
        .map(SessionId)
        .map_err(|_| "name a session by its number, such as s3".to_owned())
}

/// Does what is wanted.
pub(super) fn session(place: &Place, word: &Word) -> anyhow::Result<ExitCode> {
    let project = &place.project;
    let reader = place.project.journal()?;
    match word {
        Word::List { json } => list(&reader, *json)?,
        Word::Show { session } => settings::show(place, *session)?,
        Word::Set(args) => return settings::set(place, args),
        Word::Export {
            session,
            file: Some(file),
            ..
        } if file == Path::new("-") => {
            let sketch = sketch(&reader, *session)?;
            markdown::write(&mut std::io::stdout().lock(), *session, &sketch, &reader)?;
        }
        Word::Export {
            session,
            file,
            force,
        } => {
            let written = match file {
                // A path on a command line is meant from where it is typed.
                Some(file) => {
                    let file = std::path::absolute(file)?;
                    export(project, &reader, *session, Some(&file), *force)?
                }
                None => export(project, &reader, *session, None, *force)?,
            };
            writeln!(std::io::stdout(), "{}", written.display())?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn list(reader: &Reader, json: bool) -> anyhow::Result<()> {
    let mut stdout = std::io::stdout().lock();
    for (id, sketch) in &outline(reader)?.sessions {
        let Sketch {
            member,
            title,
            archived,
            forked_from,
            ..
        } = sketch;
        let turns = sketch.turns();
        if json {
            let object = serde_json::json!({
                "session": id, "member": member, "title": title, "turns": turns,
                "opened": sketch.opened, "archived": archived, "forked_from": forked_from,
            });
            writeln!(stdout, "{object}")?;
        } else {
            let id = id.to_string();
            let word = if *archived { "archived" } else { "" };
            let title = plain(title);
            writeln!(
                stdout,
                "{id:>5}  {member:<12}  {turns:>4} turns  {word:<8}  {title}"
            )?;
        }
    }
    Ok(())
}

/// Writes a session to `to` (relative to the project), or to a new file in the project's folder. A
/// file that is there is only replaced by `force`. Gives the file.
pub(super) fn export(
    project: &Project,
    reader: &Reader,
    session: SessionId,
    to: Option<&Path>,
    force: bool,
) -> anyhow::Result<PathBuf> {
    let sketch = sketch(reader, session)?;
    let stem = format!("{}-{session}", sketch.member);
    let (mut file, path) = match to {
        Some(path) => {
            let path = project.root.join(path);
            (create(&path, force)?, path)
        }
        None => unused(project, &stem)?,
    };
    markdown::write(&mut file, session, &sketch, reader)
        .with_context(|| format!("{} is not complete", path.display()))?;
    file.sync_all()?;
    Ok(path)
}

fn create(path: &Path, force: bool) -> anyhow::Result<std::fs::File> {
    let mut options = OpenOptions::new();
    options.write(true);
    let opened = if force {
        options.create(true).truncate(true).open(path)
    } else {
        options.create_new(true).open(path)
    };
    opened.map_err(|error| {
        let path = path.display();
        if error.kind() == ErrorKind::AlreadyExists {
            anyhow!(
                "{path} is there already; name another file, or use `synod session export --force`"
            )
        } else {
            anyhow!("{path} cannot be written: {error}")
        }
    })
}

/// A file that was not there before.
fn unused(project: &Project, stem: &str) -> anyhow::Result<(std::fs::File, PathBuf)> {
    for number in 1..=NAMES_TRIED {
        let name = match number {
            1 => format!("{stem}.md"),
            number => format!("{stem}-{number}.md"),
        };
        let path = project.root.join(name);
        if !path.exists() {
            return Ok((create(&path, false)?, path));
        }
    }
    bail!("there are {NAMES_TRIED} files of that name already; name another one")
}

fn sketch(reader: &Reader, session: SessionId) -> anyhow::Result<Sketch> {
    let mut all = outline(reader)?.sessions;
    all.remove(&session).ok_or_else(|| {
        anyhow!("the room never had a session {session}; `synod session list` shows them")
    })
}

fn outline(reader: &Reader) -> anyhow::Result<Outline> {
    let mut outline = Outline::default();
    let mut next = 1;
    loop {
        let page = reader.read(next, READ_PAGE_MAX)?;
        let Some(last) = page.last() else {
            return Ok(outline);
        };
        next = last.seq + 1;
        for recorded in &page {
            outline.add(recorded);
        }
    }
}

#[cfg(test)]
mod tests;
