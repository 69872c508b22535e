//! The log of events, newest at the bottom.

use ratatui::layout::Rect;

use crate::ui::hits::Target;
use crate::ui::model::{Keys, Pane};
use crate::ui::theme::Role;
use crate::ui::view::paint::{Title, window};
use crate::ui::view::{Paint, Scene, hints, lists};

pub(super) fn draw(paint: &mut Paint<'_>, area: Rect, scene: Scene<'_>) {
    let Scene { model, state, .. } = scene;
    let filter = filtered(scene);
    let seq = match model.log.ends() {
        Some((first, last)) if model.travel.is_none() && (first > 1 || !model.log.follows()) => {
            format!("{first}–{last} of {}", state.seq())
        }
        Some(_) | None => format!("at {}", state.seq()),
    };
    let right = if filter.is_empty() {
        seq.as_str()
    } else {
        filter.as_str()
    };
    let title = Title {
        name: "Journal",
        right,
    };
    let inside = paint.frame(area, title, scene.has_keys(Pane::Journal));
    let events = model.events(state);
    if events.is_empty() && model.sieve.is_looking() {
        paint.empty(inside, "looking through the journal …");
        return;
    }
    if events.is_empty() {
        let why = "nothing happened since this console was opened";
        lists::none(paint, inside, Pane::Journal, why, scene);
        return;
    }
    let keys = Keys::Listed(events.iter().map(|r| r.seq).collect());
    let selected = model.place(Pane::Journal, &keys);
    for (row, i) in (0..).zip(window(events.len(), inside.height, selected)) {
        let Some(recorded) = events.get(i) else {
            continue;
        };
        let target = Target::Row(Pane::Journal, recorded.seq);
        paint.hits.row(inside, row, 1, target);
        let (sort, line, role) = model.told(recorded, state);
        let seq = format!("{:>6}", recorded.seq);
        let time = model.time(recorded.at);
        paint.cells(
            inside,
            row,
            &[
                (&seq, 6, Role::Muted),
                (&time, 8, Role::Muted),
                (sort, 7, Role::Badge),
                (&line, inside.width.saturating_sub(27), role),
            ],
        );
        if selected == Some(i) {
            lists::mark(paint, inside, row, Pane::Journal, scene);
        }
    }
}

/// The filter with how far back was looked; empty when there is none.
fn filtered(scene: Scene<'_>) -> String {
    let Scene { model, .. } = scene;
    let filter = hints::filter_of(model, Pane::Journal);
    match model.sieve.looked_from() {
        _ if filter.is_empty() || !model.sieve.filters() => filter,
        Some(from) => format!("{filter}  from {from} on"),
        None => filter,
    }
}
