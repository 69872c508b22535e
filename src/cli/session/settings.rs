//! What a session can be set to, from the journal, and what is wished of it, to the room.

use std::io::Write;
use std::process::ExitCode;

use anyhow::bail;

use crate::cli::confirm::{is_interactive, yes};
use crate::cli::replayed::replayed;
use crate::cli::telling::plain;
use crate::cli::{Misused, Place, lesson};
use crate::core::{Command, Session, SessionId, SessionOrder, State, Unasked};
use crate::ui::dials;

/// What `synod session set` takes.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct SetArgs {
    /// The session, such as s3
    #[arg(value_parser = super::session_id)]
    session: SessionId,
    /// What to set: mode, model, or another word that `synod session show` names
    setting: String,
    /// One of its values; left out, it is as the configuration and the agent have it
    value: Option<String>,
    /// Do not ask before a mode in which the agent asks for nothing
    #[arg(long)]
    yes: bool,
}

/// Tells what a session is set to, what it can be, and what is wished.
pub(super) fn show(place: &Place, id: SessionId) -> anyhow::Result<()> {
    let state = replayed(place)?;
    let session = known(&state, id)?;
    let mut stdout = std::io::stdout().lock();
    for line in lines(session) {
        writeln!(stdout, "{}", plain(&line))?;
    }
    Ok(())
}

fn known(state: &State, id: SessionId) -> anyhow::Result<&Session> {
    let Some(session) = state.session(id) else {
        bail!("the room has no session {id} any more; `synod session list` shows all it had");
    };
    Ok(session)
}

fn lines(session: &Session) -> Vec<String> {
    let mut lines = vec![format!(
        "{} {} {}",
        session.id(),
        session.member(),
        session.title()
    )];
    if session.dials().is_empty() {
        lines.push(format!("{} {}", session.id(), dials::NONE));
    }
    for dial in session.dials() {
        lines.push(dials::row(Some(session), &dial.id));
        lines.extend(dial.values.iter().map(|one| {
            let value = dials::value(Some(session), &dial.id, Some(&one.value));
            format!("    {value}")
        }));
    }
    if session.dials().iter().any(|dial| !dial.sort.is_harmless()) {
        let held = "what bears on what the agent may do counts in turns that may write";
        lines.push(format!("{held}; those that only read keep what holds them"));
    }
    lines
}

/// Sets something from the session's next turn on. A mode in which an agent asks for nothing is asked about.
pub(super) fn set(place: &Place, args: &SetArgs) -> anyhow::Result<ExitCode> {
    let SetArgs {
        session,
        setting,
        value,
        yes: sure,
    } = args;
    if let Some(value) = value.as_deref().filter(|_| !sure) {
        let state = replayed(place)?;
        let dial = known(&state, *session)?.dial(setting);
        if dial.and_then(|dial| dial.unasked(value)) == Some(Unasked::Everything) {
            let what = dials::unasked(Unasked::Everything);
            let told = format!("In {setting} {value} the agent of {session} {what}.");
            if !is_interactive() {
                return Err(Misused(format!("{told} Say --yes if that is wanted.")).into());
            }
            if !yes(&format!("{told} Set it?"))? {
                return Ok(ExitCode::FAILURE);
            }
        }
    }
    let order = SessionOrder::Set {
        dial: setting.clone(),
        value: value.clone(),
    };
    let session = *session;
    lesson::say(place, Command::Session { session, order }, &["session"])
}
