//! What stands above a session's text: what it is set to, where it comes from, and what its server says it has.

use crate::core::{ListedSession, Listing, ServerSessions};
use crate::ui::dials;
use crate::ui::handed;
use crate::ui::model::Model;
use crate::ui::status::{Seat, plural};
use crate::ui::telling::digested;
use crate::ui::theme::Role;

/// How many names of foreign and stale sessions are shown.
const NAMES_SHOWN: usize = 4;

/// The lines for a pane of so many rows, each with its look; none where there is nothing to say, or where the
/// text would be left with less than two thirds of the pane.
pub(super) fn of(seat: Seat<'_>, model: &Model, height: u16) -> Vec<(String, Role)> {
    let notes = all(seat, model);
    if rows(&notes).saturating_mul(3) > height {
        return Vec::new();
    }
    notes
}

fn all(seat: Seat<'_>, model: &Model) -> Vec<(String, Role)> {
    let mut notes = Vec::new();
    let Some(session) = seat.session else {
        return notes;
    };
    notes.extend(dials::set(session).into_iter().map(|it| (it, Role::Muted)));
    let awaited = dials::awaited(session).into_iter();
    notes.extend(awaited.map(|it| (it, Role::Accent)));
    if let Some(origin) = session.forked_from() {
        notes.push((format!("forked from {origin}"), Role::Muted));
    }
    notes.extend(session.digest().map(|it| (digested(it), Role::Muted)));
    notes.extend(handed::notes(session.handed()));
    let Some(list) = seat.member.listed() else {
        return notes;
    };
    let at = model.time_of_day(list.at);
    match &list.listing {
        Listing::Unsupported => {
            let text = "its server keeps no list of sessions".to_owned();
            notes.push((text, Role::Muted));
        }
        Listing::Failed { why } => {
            notes.push((
                format!("no list of its server's sessions: {why}"),
                Role::Warn,
            ));
        }
        Listing::Sessions(all) => {
            let different = differences(list);
            if !(all.is_empty() && different.is_empty()) {
                let sessions = plural(all.len(), "session");
                notes.push((format!("{sessions} at its server, {at}"), Role::Muted));
            }
            notes.extend(different);
        }
    }
    notes
}

/// How many rows they take, with one of air below them.
pub(super) fn rows(notes: &[(String, Role)]) -> u16 {
    match u16::try_from(notes.len()) {
        Ok(0) => 0,
        Ok(rows) => rows + 1,
        Err(_) => u16::MAX,
    }
}

fn differences(list: &ServerSessions) -> Vec<(String, Role)> {
    let lost: Vec<String> = list.lost.iter().map(ToString::to_string).collect();
    let all = [
        ("✕ lost", lost, Role::Warn),
        ("◌ foreign", names(&list.foreign), Role::Muted),
        ("▫ stale", names(&list.stale), Role::Muted),
    ];
    all.into_iter()
        .filter(|(_, names, _)| !names.is_empty())
        .map(|(word, names, role)| {
            let more = match names.len().saturating_sub(NAMES_SHOWN) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let names = names.into_iter().take(NAMES_SHOWN).collect::<Vec<_>>();
            (format!("{word}: {}{more}", names.join(", ")), role)
        })
        .collect()
}

fn names(sessions: &[ListedSession]) -> Vec<String> {
    let named = sessions.iter().map(|one| match one.turns {
        Some(1) => format!("{} (1 turn)", one.handle),
        Some(turns) => format!("{} ({turns} turns)", one.handle),
        None => one.handle.clone(),
    });
    named.collect()
}
