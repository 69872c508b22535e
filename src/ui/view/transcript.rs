//! A session's whole text in its frame: alone, or as one of several.

use ratatui::layout::Rect;

use crate::core::Session;
use crate::ui::action::Action;
use crate::ui::model::Pane;
use crate::ui::ring::{Ring, Row};
use crate::ui::seeking;
use crate::ui::status::{Seat, continuity, plural};
use crate::ui::text::{cells, columns};
use crate::ui::theme::Role;
use crate::ui::view::paint::Title;
use crate::ui::view::{Paint, Scene, session_notes};
use crate::ui::votes::veil;

/// The text of the selected session, beside a list.
pub(super) fn draw(paint: &mut Paint<'_>, area: Rect, scene: Scene<'_>) {
    let has_keys = scene.has_keys(Pane::Transcript);
    let Some(seat) = scene.model.seat(scene.state) else {
        nothing(
            paint,
            area,
            "Transcript",
            "no session is selected",
            has_keys,
        );
        return;
    };
    let name = seat.member.spec().name.to_string();
    let Some((session, ring)) = told(&seat, scene) else {
        let none = format!("@{name} was asked nothing yet");
        nothing(paint, area, &name, &none, has_keys);
        return;
    };
    let right = held(ring, scene, area.width).unwrap_or_else(|| {
        let how = continuity(session, seat.member);
        format!("{} {} {}", session.id(), how.glyph, how.word)
    });
    let right = seeking::titled(scene.model, Pane::Transcript, ring, &right);
    let title = Title {
        name: &called(&seat),
        right: &right,
    };
    let inside = paint.frame(area, title, has_keys);
    text(paint, inside, &seat, scene);
}

/// One of several transcripts. The one that is selected without having the keys is marked.
pub(super) fn tile(
    paint: &mut Paint<'_>,
    area: Rect,
    seat: &Seat<'_>,
    selected: bool,
    scene: Scene<'_>,
) {
    let Scene { model, state, now } = scene;
    let has_keys = selected && scene.has_keys(Pane::Transcript);
    let heard = seat.session.and_then(|s| model.transcripts.heard(s.id()));
    let status = seat.status(state, now, heard);
    let mark = if selected && !has_keys { "▸ " } else { "" };
    let name = format!("{mark}{} {}", status.glyph, called(seat));
    let told = told(seat, scene);
    let word = status.word.split_whitespace().collect::<Vec<_>>().join(" ");
    let right = match told {
        Some((session, ring)) => {
            let right = held(ring, scene, area.width.saturating_sub(columns(&name)));
            let right = right.unwrap_or_else(|| format!("{word} · {}", session.id()));
            seeking::titled_in_tile(model, seat.key, ring, &right)
        }
        None => word,
    };
    let title = Title {
        name: &name,
        right: &right,
    };
    let inside = paint.frame(area, title, has_keys);
    let top = Rect {
        width: area.width.saturating_sub(2),
        ..area
    };
    paint.text(top, 0, 3 + columns(mark), status.glyph, status.role);
    if told.is_some() {
        text(paint, inside, seat, scene);
    } else {
        let name = &seat.member.spec().name;
        paint.empty(inside, &format!("@{name} was asked nothing yet"));
    }
}

fn nothing(paint: &mut Paint<'_>, area: Rect, name: &str, why: &str, has_keys: bool) {
    let inside = paint.frame(area, Title { name, right: "" }, has_keys);
    paint.empty(inside, why);
}

/// The session of a seat with its text, if it has one.
fn told<'a>(seat: &Seat<'a>, scene: Scene<'a>) -> Option<(&'a Session, &'a Ring)> {
    let session = seat.session?;
    Some((session, scene.model.transcripts.ring(session.id())?))
}

/// What a session is called on its frame.
pub(super) fn called(seat: &Seat<'_>) -> String {
    let name = seat.member.spec().name.as_str();
    match seat.session.map_or(Session::FIRST_TITLE, Session::title) {
        Session::FIRST_TITLE => name.to_owned(),
        title => format!("{name}, {title}"),
    }
}

/// How far the text is scrolled back, as long as there is room to say it.
fn held(ring: &Ring, scene: Scene<'_>, room: u16) -> Option<String> {
    let back = ring.back();
    if back == 0 {
        return None;
    }
    let fresh = match ring.fresh() {
        0 => String::new(),
        rows => format!(", {rows} new"),
    };
    let follow = scene.key(Action::Bottom);
    let all = [
        format!(
            "held: {} below{fresh}, {follow} follows",
            plural(back as u64, "row")
        ),
        format!("held: {back} below{fresh}"),
    ];
    let mut fitting = all.into_iter().filter(|it| columns(it) + 8 <= room);
    Some(fitting.next().unwrap_or_else(|| "held".to_owned()))
}

/// What a session said, below what there is to say about it.
fn text(paint: &mut Paint<'_>, inside: Rect, seat: &Seat<'_>, scene: Scene<'_>) {
    let Scene { model, state, .. } = scene;
    let Some((session, ring)) = told(seat, scene) else {
        return;
    };
    let notes = session_notes::of(*seat, model, inside.height);
    for (row, (note, role)) in (0..).zip(&notes) {
        paint.text(inside, row, 0, note, *role);
    }
    let above = session_notes::rows(&notes).min(inside.height);
    let inside = Rect {
        y: inside.y + above,
        height: inside.height - above,
        ..inside
    };
    if model.votes.veils_session(state, session).is_some() {
        let key = model.reveals();
        paint.empty(inside, &format!("{}; {key} on it shows it", veil::HIDDEN));
        return;
    }
    let rows = ring.window();
    paint.rows(inside, &rows);
    let margin = Rect {
        x: inside.x.saturating_sub(1),
        width: 1,
        ..inside
    };
    if let Some(row) = rows.iter().position(|row| row.marked) {
        paint.text(margin, cells(row), 0, "┃", Role::Accent);
    }
    if session.busy().is_some() && ring.back() == 0 {
        cursor(paint, inside, &rows);
    }
}

/// A still mark where live text goes on.
pub(super) fn cursor(paint: &mut Paint<'_>, area: Rect, rows: &[Row<'_>]) {
    let Some(last) = rows.last() else { return };
    let column = columns(last.lead) + columns(last.text);
    let row = cells(rows.len() - 1);
    if column < area.width {
        paint.text(area, row, column, "▌", Role::Accent);
    }
}
