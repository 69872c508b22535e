//! The welcome: what was found on this machine, where the shared memory is, how things look.
//!
//! Owns what it says, as rows of text. It looks for nothing itself: what was found is brought by the loop
//! of the console, and is what `synod init` finds. Everything here has passed the sanitiser.

use crate::config::discover::{Discovery, Found, NOTHING, Role as Part};
use crate::core::memory::{HubKind, HubState};
use crate::core::{HubStatus, State};
use crate::ui::checkup::Row;
use crate::ui::ground::Ground;
use crate::ui::pick::Pick;
use crate::ui::status::plural;
use crate::ui::text::{clip, fit, line, width};
use crate::ui::theme::Role;
use crate::ui::wrap;

/// Columns of how something stands.
const STANDS: usize = 14;
/// Columns of what it is.
const WHAT: usize = 26;
/// What is to be known of one thing takes so many rows at most; `synod init` says all of it.
const NOTE_ROWS: usize = 3;
/// So many things are listed at most, and so many files that could not be read.
const MOST: usize = 100;

/// A step of the welcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Step {
    /// What can be in the room.
    #[default]
    Servers,
    /// Where the shared memory is.
    Memory,
    /// How things look.
    Looks,
}

impl Step {
    /// All of them, in order.
    pub(crate) const ALL: [Self; 3] = [Self::Servers, Self::Memory, Self::Looks];

    /// A word for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Servers => "Models and servers",
            Self::Memory => "Shared memory",
            Self::Looks => "Looks",
        }
    }

    /// A shorter one, where there is little room.
    pub(crate) fn short(self) -> &'static str {
        match self {
            Self::Servers => "Servers",
            Self::Memory => "Memory",
            Self::Looks => "Looks",
        }
    }

    /// The step after, if there is one.
    pub(crate) fn next(self) -> Option<Self> {
        match self {
            Self::Servers => Some(Self::Memory),
            Self::Memory => Some(Self::Looks),
            Self::Looks => None,
        }
    }

    /// The step before; the first one is its own.
    pub(crate) fn before(self) -> Self {
        match self {
            Self::Servers | Self::Memory => Self::Servers,
            Self::Looks => Self::Memory,
        }
    }
}

/// The welcome, while it is open.
#[derive(Debug)]
pub(crate) struct Welcome {
    pub(crate) step: Step,
    /// What was found; `None` while it is looked for.
    pub(crate) found: Option<Discovery>,
    /// Rows scrolled in the step.
    pub(crate) scroll: usize,
    /// The list of themes.
    pub(crate) looks: Pick,
}

/// The rows of a step before its list, at so many columns.
pub(crate) fn rows(welcome: &Welcome, told: &Told<'_>, columns: u16) -> Vec<Row> {
    match welcome.step {
        Step::Servers => servers(welcome.found.as_ref(), told.state, columns),
        Step::Memory => memory(welcome.found.as_ref(), told.hub, columns),
        Step::Looks => looks(told, columns),
    }
}

/// What the rows are made of, beside what was found.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Told<'a> {
    pub(crate) state: &'a State,
    pub(crate) hub: &'a HubStatus,
    /// What the terminal said of its ground.
    pub(crate) ground: Ground,
    /// The theme that is worn.
    pub(crate) theme: &'a str,
}

fn servers(found: Option<&Discovery>, state: &State, columns: u16) -> Vec<Row> {
    let mut rows = Vec::new();
    match found {
        None => say(
            &mut rows,
            "◌ looking at programs, local endpoints and the settings of other tools",
            (0, Role::Accent),
            columns,
        ),
        Some(found) => {
            let lead = if found.found.is_empty() {
                NOTHING
            } else {
                "Found on this machine. None of it was started, and nothing was changed."
            };
            say(&mut rows, lead, (0, Role::Text), columns);
            rows.push(Row::new());
            for one in found.found.iter().take(MOST) {
                entry(&mut rows, one, (found, state), columns);
            }
            for one in found.broken.iter().take(MOST) {
                let text = format!("✕ could not be read: {one}");
                say(&mut rows, &text, (0, Role::Warn), columns);
            }
            let unseen = found.found.len().saturating_sub(MOST);
            if unseen > 0 {
                let text = format!("{unseen} more; `synod init` lists them all");
                say(&mut rows, &text, (0, Role::Muted), columns);
            }
        }
    }
    rows.push(Row::new());
    say(&mut rows, &company(state), (0, Role::Text), columns);
    let advice = "→ `synod init` in a shell asks about each, and writes synod.toml; `synod stop`, then `synod`, \
                  and they are in the room";
    say(&mut rows, advice, (0, Role::Accent), columns);
    rows
}

/// Who is in the room already.
fn company(state: &State) -> String {
    let members = state.members().len();
    let names: Vec<&str> = state
        .members()
        .map(|it| it.spec().name.as_str())
        .take(6)
        .collect();
    let more = if members > names.len() { " …" } else { "" };
    let names = format!("{}{more}", names.join(", "));
    if members == 0 {
        return "The room has no member yet.".to_owned();
    }
    if state.members().all(|it| it.spec().rehearsal) {
        return format!(
            "Until you choose, {} of a REHEARSAL work in the room ({names}): their answers are made up, all \
             around them is real.",
            plural(members, "member")
        );
    }
    format!("In the room: {names}.")
}

fn entry(rows: &mut Vec<Row>, one: &Found, (found, state): (&Discovery, &State), columns: u16) {
    let in_room = state
        .members()
        .any(|it| it.spec().name.as_str() == one.name.as_str() && !it.spec().rehearsal);
    let (stands, role) = match one.role {
        Part::Member(_) if in_room => ("● in the room", Role::Ok),
        Part::Member(_) => ("○ can join", Role::Accent),
        Part::Tools(_) => ("○ has tools", Role::Accent),
        Part::Hub => ("○ keeps memory", Role::Accent),
        Part::NotYet if is_driven(one, found) => ("✓ is driven", Role::Ok),
        Part::NotYet => ("! needs more", Role::Warn),
    };
    let what = line(&one.what);
    let place = one.origin.to_string();
    let wide = STANDS + 2 + WHAT + 2;
    let mut row = vec![
        (fit(stands, STANDS), role),
        ("  ".to_owned(), Role::Text),
        (fit(&clip(&what, WHAT), WHAT), Role::Title),
    ];
    let room = usize::from(columns).saturating_sub(wide);
    if room >= 12 {
        let place = line(&place);
        row.push(("  ".to_owned(), Role::Text));
        row.push((end_of(&place, room), Role::Muted));
    }
    rows.push(row);
    if let Some(note) = &one.note {
        let mut below = Vec::new();
        say(&mut below, note, (STANDS + 2, Role::Muted), columns);
        rows.extend(below.into_iter().take(NOTE_ROWS));
    }
}

/// Whether the server that drives a program was found too: it has the program's name.
fn is_driven(one: &Found, found: &Discovery) -> bool {
    let mut all = found.found.iter();
    all.any(|it| it.name == one.name && matches!(it.role, Part::Member(_)))
}

/// The end of a place, as much as fits: it says more than its beginning.
fn end_of(place: &str, room: usize) -> String {
    if width(place) <= room {
        return place.to_owned();
    }
    let ends = place.char_indices().rev().map(|(at, _)| &place[at..]);
    let end = ends.take_while(|it| width(it) < room).last();
    format!("…{}", end.unwrap_or_default())
}

fn memory(found: Option<&Discovery>, hub: &HubStatus, columns: u16) -> Vec<Row> {
    let mut rows = Vec::new();
    let what = "Queue, results, conflicts and lessons are documents in .serena/memories of the project. Every \
                MCP client of the project can read them; the journal in .synod is what counts.";
    say(&mut rows, what, (0, Role::Text), columns);
    rows.push(Row::new());
    let (glyph, stands, role) = match &hub.state {
        HubState::Starting => ("◌", "is starting", Role::Accent),
        HubState::Ready | HubState::CatchingUp { .. } => ("●", "keeps it", Role::Ok),
        HubState::Down { .. } => ("✕", "is down", Role::Warn),
    };
    let who = match hub.kind {
        HubKind::Serena => "Serena",
        HubKind::Builtin => "The memory built into this program",
    };
    say(
        &mut rows,
        &format!("{glyph} {who} {stands}"),
        (0, role),
        columns,
    );
    let serena = found.map(|it| it.found.iter().find(|one| one.role == Part::Hub));
    let told = match (hub.kind, serena) {
        (HubKind::Serena, _) => None,
        (HubKind::Builtin, None) => Some("◌ looking for Serena".to_owned()),
        (HubKind::Builtin, Some(Some(one))) => {
            Some(format!("○ Serena is on this machine: {}", one.origin))
        }
        (HubKind::Builtin, Some(None)) => {
            Some("○ Serena was not found; `uv tool install serena-agent` brings it".to_owned())
        }
    };
    if let Some(told) = told {
        say(&mut rows, &told, (0, Role::Muted), columns);
    }
    rows.push(Row::new());
    let choose = "To choose, write one of these below [room] in synod.toml:";
    say(&mut rows, choose, (0, Role::Text), columns);
    for (setting, about) in [
        (
            "hub = \"serena\"",
            "with its tools for code, which can be lent to members",
        ),
        ("hub = \"builtin\"", "needs nothing else on the machine"),
    ] {
        rows.push(vec![
            ("  ".to_owned(), Role::Text),
            (fit(setting, 18), Role::Key),
            (about.to_owned(), Role::Muted),
        ]);
    }
    rows.push(Row::new());
    let advice =
        "→ `synod --hub serena` does it for one start of the room; `synod stop` ends it first";
    say(&mut rows, advice, (0, Role::Accent), columns);
    rows
}

fn looks(told: &Told<'_>, columns: u16) -> Vec<Row> {
    let mut rows = Vec::new();
    let theme = line(told.theme).into_owned();
    let said = match told.ground {
        Ground::Dark => {
            format!("The terminal says that its ground is dark (OSC 11). The theme is {theme}.")
        }
        Ground::Light => {
            format!("The terminal says that its ground is light (OSC 11). The theme is {theme}.")
        }
        Ground::Silent => {
            format!("The terminal did not say what its ground is (OSC 11). The theme is {theme}.")
        }
        Ground::NotAsked => format!(
            "The terminal was not asked for its ground: a theme is set, or it has few colours. The theme is {theme}."
        ),
    };
    say(&mut rows, &said, (0, Role::Text), columns);
    rows.push(Row::new());
    rows
}

/// A sentence, wrapped and indented.
fn say(rows: &mut Vec<Row>, text: &str, (indent, role): (usize, Role), columns: u16) {
    let room = usize::from(columns).saturating_sub(indent).max(1);
    let text = line(text);
    for row in wrap::rows(&text, u16::try_from(room).unwrap_or(u16::MAX)) {
        rows.push(vec![
            (" ".repeat(indent), Role::Text),
            (row.to_owned(), role),
        ]);
    }
}
