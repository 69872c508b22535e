//! The rows of what a session can be set to, and of the values of one setting.

use ratatui::layout::Rect;

use crate::core::{Dial, SessionId, State};
use crate::ui::dials;
use crate::ui::text::{cells, width};
use crate::ui::theme::Role;
use crate::ui::view::Paint;

/// Columns of the widest name and of the widest value that leave room for the rest.
const NAME: u16 = 24;
const VALUE: u16 = 40;

/// A setting with what it is, and what it will be.
pub(super) fn dial(
    paint: &mut Paint<'_>,
    inside: Rect,
    at: u16,
    (session, ids): (SessionId, &[String]),
    id: &str,
    state: &State,
) {
    let session = state.session(session);
    let known = session.and_then(|it| Some((it, it.dial(id)?)));
    let Some((session, dial)) = known else {
        paint.cells(inside, at, &[(id, inside.width, Role::Muted)]);
        return;
    };
    let name = widest(ids.iter().map(String::as_str), NAME);
    let values = ids.iter().filter_map(|it| session.dial(it));
    let value = widest(values.map(|it| it.current.as_str()), VALUE);
    let awaited = session.awaits(dial);
    let awaited = awaited.map(|value| format!("→ {value}, {}", dials::when(dial.sort)));
    let (rest, role) = match &awaited {
        Some(awaited) => (awaited.as_str(), Role::Accent),
        None if dial.name == dial.id => ("", Role::Muted),
        None => (dial.name.as_str(), Role::Muted),
    };
    let left = inside.width.saturating_sub(name + value + 4);
    paint.cells(
        inside,
        at,
        &[
            (id, name, Role::Title),
            (&dial.current, value, Role::Text),
            (rest, left, role),
        ],
    );
}

/// A value of a setting, with a mark where it is set or wished; none takes a wish back.
pub(super) fn value(
    paint: &mut Paint<'_>,
    inside: Rect,
    at: u16,
    (session, id): (SessionId, &str),
    (values, value): (&[Option<String>], Option<&str>),
    state: &State,
) {
    let session = state.session(session);
    let Some((session, dial)) = session.and_then(|it| Some((it, it.dial(id)?))) else {
        return;
    };
    let (glyph, word) = mark(dial, session.awaits(dial), value);
    let words = values
        .iter()
        .map(|it| it.as_deref().unwrap_or(dials::UNSET));
    let widest = widest(words, VALUE);
    let (about, role) = match value {
        None => (dials::TAKEN_BACK, Role::Muted),
        Some(value) => match dial.unasked(value) {
            Some(unasked) => (dials::unasked(unasked), Role::Warn),
            None if dial.called(value) == value => ("", Role::Muted),
            None => (dial.called(value), Role::Muted),
        },
    };
    paint.cells(
        inside,
        at,
        &[
            (glyph, 1, Role::Ok),
            (word, 4, Role::Ok),
            (value.unwrap_or(dials::UNSET), widest, Role::Title),
            (about, inside.width.saturating_sub(widest + 11), role),
        ],
    );
}

fn mark(dial: &Dial, awaited: Option<&str>, value: Option<&str>) -> (&'static str, &'static str) {
    match value {
        Some(value) if value == dial.current => ("◉", "now"),
        Some(value) if Some(value) == awaited => ("→", "next"),
        Some(_) | None => ("○", ""),
    }
}

fn widest<'a>(words: impl Iterator<Item = &'a str>, most: u16) -> u16 {
    let widest = words.map(width).max();
    cells(widest.unwrap_or_default()).min(most)
}
