//! The inbox: one row an item, the most urgent first, with what stands still for it.

use ratatui::layout::Rect;

use crate::core::urgency::BLOCKED_MOST;
use crate::core::{Attention, Stake, Urgency};
use crate::ui::model::{Keys, Pane};
use crate::ui::status::{self, clock};
use crate::ui::text::{cells, width};
use crate::ui::theme::Role;
use crate::ui::view::lists::{frame, mark, none};
use crate::ui::view::{Paint, Scene};

/// Columns of the glyph and the gap after it.
const GLYPH: u16 = 2;
/// Columns of the word for what sort of item it is.
const SORT: u16 = 6;
/// Columns of who asks.
const ASKER: u16 = 8;
/// Columns between two cells.
const GAP: u16 = 2;
/// Columns that the line of an item has at least before the words at the right give way.
const LINE_LEAST: u16 = 20;

pub(super) fn draw(paint: &mut Paint<'_>, area: Rect, scene: Scene<'_>) {
    let Scene { model, state, .. } = scene;
    let items = model.inbox(state);
    let keys = Keys::Listed(items.iter().map(|item| item.id.0).collect());
    let marked = model.marked_items(state).len();
    let right = match (marked, items.len()) {
        (0, 0) => String::new(),
        (0, all) => all.to_string(),
        (marked, all) => format!("{marked} of {all} marked"),
    };
    let frame = frame(paint, area, Pane::Inbox, &right, &keys, scene);
    if items.is_empty() {
        let nothing = "nothing waits for you";
        none(paint, frame.inside, Pane::Inbox, nothing, scene);
        return;
    }
    for (row, i) in (0..).zip(frame.rows) {
        let Some(item) = items.get(i) else { continue };
        one(paint, frame.inside, row, item, scene);
        if frame.selected == Some(i) {
            mark(paint, frame.inside, row, Pane::Inbox, scene);
        }
    }
}

fn one(paint: &mut Paint<'_>, inside: Rect, row: u16, item: &Attention, scene: Scene<'_>) {
    let Scene {
        model, state, now, ..
    } = scene;
    let (sort, line) = status::attention(item, state);
    let asker = status::asker(item, state);
    let is_marked = model.lists.marked_items.contains(&item.id);
    let (glyph, role) = if is_marked {
        ("◆", Role::Accent)
    } else {
        ("◐", Role::Warn)
    };
    paint.text(inside, row, 0, glyph, role);
    let rest = Rect {
        x: inside.x + GLYPH,
        width: inside.width.saturating_sub(GLYPH),
        ..inside
    };
    let waited = clock(now.since(item.since));
    let urgency = model.urgency(item.id);
    let mut ends = vec![(waited, Role::Muted)];
    if let (Some(Stake::Expiring), Some(end)) = (urgency.map(|it| it.stake), item.expires) {
        ends = vec![(format!("denied in {}", clock(end.since(now))), Role::Warn)];
    }
    ends.extend(urgency.and_then(stands_still).map(|it| (it, Role::Muted)));
    let taken = |ends: &[(String, Role)]| -> u16 {
        ends.iter().map(|(text, _)| cells(width(text)) + GAP).sum()
    };
    let before = SORT + GAP + ASKER + GAP;
    while ends.len() > 1 && rest.width < before + LINE_LEAST + taken(&ends) {
        ends.pop();
    }
    let line_columns = rest.width.saturating_sub(before + taken(&ends));
    paint.cells(
        rest,
        row,
        &[
            (sort, SORT, Role::Warn),
            (&asker, ASKER, Role::Text),
            (&line, line_columns, Role::Text),
        ],
    );
    let mut end = inside.width;
    for (text, role) in &ends {
        let columns = cells(width(text));
        end = end.saturating_sub(columns);
        paint.text(inside, row, end, text, *role);
        end = end.saturating_sub(GAP);
    }
}

/// How much work stands still, where it is more than the one task that is asked for.
fn stands_still(urgency: &Urgency) -> Option<String> {
    match urgency.blocked {
        0 | 1 => None,
        BLOCKED_MOST.. => Some(format!("holds {BLOCKED_MOST}+")),
        n => Some(format!("holds {n}")),
    }
}
