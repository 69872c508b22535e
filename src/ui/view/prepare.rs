//! What must be done before a frame can be drawn without waiting: sizes, wrapping, details.

use ratatui::layout::Rect;

use crate::core::{Contest, Session, State, Timestamp};
use crate::ui::action::Screen;
use crate::ui::layout;
use crate::ui::model::{Model, Pane};
use crate::ui::overlay::Overlay;
use crate::ui::seeking;
use crate::ui::status::Seat;
use crate::ui::theme::Theme;
use crate::ui::tiles::Tiles;
use crate::ui::view::{
    composing, detail, library, metrics, overlays, panes, session_notes, sessions,
};

/// Fits everything to `area`. Cheap when nothing changed.
#[expect(clippy::too_many_lines, reason = "one short arm a pane")]
pub fn prepare(model: &mut Model, state: &State, now: Timestamp, theme: &Theme, area: Rect) {
    model.size = area;
    model.follow(state);
    let now = model.time_shown(now);
    let has_keys = composing(model);
    let parts = model.parts(area);
    let inside = parts.composer.width.saturating_sub(4);
    model.composer.dress(theme, has_keys, inside);
    for (pane, rect) in panes(model, area, parts.body) {
        let (columns, rows) = (rect.width.saturating_sub(4), rect.height.saturating_sub(2));
        match pane {
            Pane::Sessions if model.screen == Screen::Room => {
                for session in sessions::on_cards(model, state, rows) {
                    if let Some(ring) = model.transcripts.ring_mut(session) {
                        ring.resize(columns.saturating_sub(sessions::INDENT), sessions::TAIL_MAX);
                    }
                }
            }
            Pane::Transcript => fit_transcripts(model, state, rect),
            Pane::Library => model.library.settle(),
            Pane::Reader => {
                let about = library::about_rows(model, state);
                let rows = library::below(Rect::new(0, 0, columns, rows), about).height;
                model.library.reader.page.resize(columns, rows);
            }
            Pane::Detail if look_at_conflict(model, state) => {
                model.votes.prepare(state, &model.setup, columns, rows);
            }
            Pane::Detail if model.screen == Screen::Votes && model.asked(state).is_some() => {
                if let Some(item) = model.asked(state) {
                    let keymap = &model.setup.keymap;
                    let sheet = &mut model.votes.dispute;
                    sheet.prepare(item, state, keymap, (columns, rows));
                }
            }
            Pane::Inbox => model.rank_inbox(state, now),
            Pane::Metrics => model.metrics.refresh(state, now),
            Pane::Figures => {
                model.metrics.refresh(state, now);
                metrics::member::fit(model, state, columns, rows);
            }
            Pane::Detail => {
                detail::build(model, state, now, columns);
                detail::fit(model, columns, rows);
            }
            Pane::Sessions
            | Pane::Queue
            | Pane::Memory
            | Pane::Lessons
            | Pane::Advice
            | Pane::Votes
            | Pane::Journal => {}
        }
    }
    seeking::keep_up(model, state);
    if let Some(Overlay::Palette(mut palette)) = model
        .overlays
        .pop_if(|it| matches!(it, Overlay::Palette(_)))
    {
        palette.refresh(model, state);
        model.overlays.push(Overlay::Palette(palette));
    }
    for overlay in &mut model.overlays {
        if let Overlay::Editor(editor) = overlay {
            editor.dress(theme);
        }
        if let Overlay::History(history) = overlay
            && let Some(page) = &mut history.page
        {
            let (columns, rows) = overlays::document_size(area);
            page.resize(columns, rows);
        }
        if let Overlay::Said(said) = overlay {
            let (columns, rows) = overlays::document_size(area);
            said.fit(columns, rows);
        }
        if let Overlay::Document(document) = overlay
            && let Some(ring) = &mut document.ring
        {
            let (columns, rows) = overlays::document_size(area);
            ring.resize(columns, rows);
            if !std::mem::replace(&mut document.sized, true) {
                ring.scroll_to_top();
                ring.scroll(isize::try_from(document.above).map_or(0, |rows| -rows));
            }
        }
        if let Overlay::Choice(choice) = overlay {
            let inside = choice_inside(parts.body);
            let sight = choice.sight(inside.width);
            let rects = layout::columns(inside, sight.len());
            let shown = choice.columns.iter_mut().skip(sight.start);
            for (column, rect) in shown.zip(rects) {
                let (columns, rows) = (rect.width.saturating_sub(4), rect.height.saturating_sub(2));
                let first = column.ring.rows() > 0 && !column.sized;
                column.ring.resize(columns, rows);
                if first {
                    column.ring.scroll_to_top();
                    column.sized = true;
                }
            }
        }
    }
}

/// Fits the transcripts that are in sight, and no others.
fn fit_transcripts(model: &mut Model, state: &State, area: Rect) {
    let shown: Vec<(Seat<'_>, Rect)> = match Tiles::of(model, state, area) {
        Some(tiles) => tiles.in_sight().collect(),
        None => model
            .seat(state)
            .map(|seat| (seat, area))
            .into_iter()
            .collect(),
    };
    for (seat, area) in shown {
        let (columns, rows) = (area.width.saturating_sub(4), area.height.saturating_sub(2));
        let above = session_notes::rows(&session_notes::of(seat, model, rows));
        let session = seat.session.map(Session::id);
        if let Some(ring) = session.and_then(|it| model.transcripts.ring_mut(it)) {
            ring.resize(columns, rows.saturating_sub(above));
        }
    }
}

/// Has the Votes screen look at the conflict of the selected row; false where it has none.
fn look_at_conflict(model: &mut Model, state: &State) -> bool {
    let conflict = model.conflict(state).map(Contest::task);
    model.votes.look_at(conflict);
    conflict.is_some()
}

/// Where the columns of answers stand: below one line that says what they answer.
pub(crate) fn choice_inside(body: Rect) -> Rect {
    Rect {
        y: body.y + 1.min(body.height),
        height: body.height.saturating_sub(1),
        ..body
    }
}
