//! `synod metrics`: figures of members and kinds of tasks from the journal, whether the room runs or not, as
//! a table, as JSON or as the text that Prometheus reads.

mod course;
mod forecasts;
mod json;
mod prometheus;
mod table;

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;

use crate::cli::replayed::replayed;
use crate::cli::{Misused, Place};
use crate::core::metrics::{Figures, Table, Window};
use crate::core::{MemberName, State, TaskKind};
use crate::engine::{Clock as _, SystemClock};
use crate::ui::suggest::nearest;

/// Options.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// How far back: hour, day, week, month or ever
    #[arg(long, default_value_t = Window::Ever)]
    window: Window,
    /// Only this member, kind by kind
    #[arg(long, value_name = "NAME")]
    member: Option<String>,
    /// Only this kind of task
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
    /// A row for each member, or for each kind of task with all members together
    #[arg(long, value_enum, default_value_t, conflicts_with_all = ["member", "kind"])]
    by: By,
    /// What calls that ended came to, step by step: of all members, of one, or of all on one kind; since ever
    /// looks back 30 days
    #[arg(long, conflicts_with = "by")]
    over_time: bool,
    /// One JSON object a line: for each member one of all kinds (`kind` is null) and one of each kind; what is
    /// not known is null
    #[arg(long)]
    json: bool,
    /// How what was foretold of tasks turned out, since ever: times, prices, agreements
    #[arg(long, conflicts_with_all = ["window", "member", "kind", "by", "over_time"])]
    forecasts: bool,
    /// Write all figures since ever as Prometheus text to this file, in one step; `-` prints them
    #[arg(long, value_name = "FILE", conflicts_with_all = ["window", "member", "kind", "by", "over_time", "json", "forecasts"])]
    prometheus: Option<PathBuf>,
}

/// What rows are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
enum By {
    #[default]
    Member,
    Kind,
}

/// What is asked for.
struct Asked {
    window: Window,
    member: Option<MemberName>,
    kind: Option<TaskKind>,
    by: By,
}

/// Prints or writes what is asked for.
pub(super) fn metrics(place: &Place, args: &Args) -> anyhow::Result<ExitCode> {
    let state = replayed(place)?;
    if let Some(file) = &args.prometheus {
        write(file, &prometheus::text(&state))?;
        return Ok(ExitCode::SUCCESS);
    }
    if args.forecasts {
        let turned = state.foresight().track().turned();
        let text = if args.json {
            forecasts::json(&turned)
        } else {
            forecasts::text(&turned)
        };
        std::io::stdout().lock().write_all(text.as_bytes())?;
        return Ok(ExitCode::SUCCESS);
    }
    let asked = Asked {
        window: args.window,
        member: args
            .member
            .as_deref()
            .map(|it| member(&state, it))
            .transpose()?,
        kind: args
            .kind
            .as_deref()
            .map(|it| kind(&state, it))
            .transpose()?,
        by: args.by,
    };
    // Figures slide with the time that goes by, not only with what happens. A clock that was set back since
    // does not make the last events vanish.
    let now = SystemClock::default().now().max(state.at());
    if args.over_time {
        let text = course::told(state.metrics(), &asked, now, args.json)?;
        std::io::stdout().lock().write_all(text.as_bytes())?;
        return Ok(ExitCode::SUCCESS);
    }
    let figures = state.metrics().over(asked.window, now);
    let text = if args.json {
        json::lines(&state, &figures, &asked)
    } else {
        table::text(&state, &figures, &asked)
    };
    std::io::stdout().lock().write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// Members of the room and those that left and are remembered, by name.
fn members(state: &State) -> BTreeSet<&MemberName> {
    let here = state.members().map(|member| &member.spec().name);
    here.chain(state.metrics().members()).collect()
}

fn member(state: &State, word: &str) -> Result<MemberName, Misused> {
    let known = members(state);
    if let Some(found) = known.iter().find(|name| name.as_str() == word) {
        return Ok((*found).clone());
    }
    let names = || known.iter().map(|name| name.as_str());
    Err(Misused(match nearest(word, names()) {
        Some(near) => format!("there is no member `{word}`: did you mean `{near}`?"),
        None if known.is_empty() => format!("there is no member `{word}`: the room never had one"),
        None => {
            let all: Vec<&str> = names().collect();
            format!("there is no member `{word}`: use one of {}", all.join(", "))
        }
    }))
}

fn kind(state: &State, word: &str) -> Result<TaskKind, Misused> {
    state.kinds().read(word).map_err(|unknown| {
        let all: Vec<TaskKind> = state.kinds().all().collect();
        Misused(match nearest(word, all.iter().map(TaskKind::word)) {
            Some(near) => format!("there is no kind of task `{word}`: did you mean `{near}`?"),
            None => unknown.to_string(),
        })
    })
}

/// Figures of a member on a kind, or on all.
fn of(table: &Table, member: &MemberName, kind: Option<TaskKind>) -> Figures {
    match kind {
        None => table.of_member(member),
        Some(kind) => {
            let found = table.kinds_of(member).find(|(one, _)| *one == kind);
            found
                .map(|(_, figures)| figures.clone())
                .unwrap_or_default()
        }
    }
}

/// Puts a text into the place of a file, whole or not at all.
fn write(file: &Path, text: &str) -> anyhow::Result<()> {
    if file == Path::new("-") {
        return Ok(std::io::stdout().lock().write_all(text.as_bytes())?);
    }
    replace(file, text).with_context(|| format!("{} cannot be written", file.display()))
}

fn replace(file: &Path, text: &str) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        Some(_) | None => Path::new("."),
    };
    // Whoever gathers the figures is often another user.
    let mode = std::fs::metadata(file).map_or(0o644, |known| known.permissions().mode() & 0o777);
    let mut fresh = tempfile::NamedTempFile::new_in(folder)?;
    fresh.write_all(text.as_bytes())?;
    fresh
        .as_file()
        .set_permissions(std::fs::Permissions::from_mode(mode))?;
    fresh.as_file().sync_all()?;
    fresh.persist(file).map_err(|error| error.error)?;
    Ok(())
}
