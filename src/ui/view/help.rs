//! Draws the help: what there is to press, and what it does.

use ratatui::layout::Rect;

use crate::ui::action::{Action, Context};
use crate::ui::help::{Help, Keys, Row};
use crate::ui::text::{cells, columns};
use crate::ui::theme::Role;
use crate::ui::view::overlays::{dialog, listed};
use crate::ui::view::paint::{Title, beyond};
use crate::ui::view::{Paint, Scene};

/// Columns of the keys.
const KEYS: u16 = 16;
/// Columns of where they work, where that is said.
const PLACE: u16 = 16;

pub(super) fn draw(paint: &mut Paint<'_>, area: Rect, help: &Help, scene: Scene<'_>) {
    let keymap = &scene.model.setup.keymap;
    let rows = help.rows(keymap);
    let filter = help.filter.text();
    let most = area.height.saturating_sub(2);
    // While something is looked for the frame stays where it is.
    let height = if help.typing || !filter.is_empty() {
        most
    } else {
        cells(rows.len() + 2).min(most)
    };
    let lines = usize::from(height.saturating_sub(2));
    let scroll = help.scroll.min(rows.len().saturating_sub(lines));
    let more = beyond(rows.len(), &(scroll..scroll + lines));
    let back = keymap.name(Action::Back, Context::Overlay);
    let right = if filter.is_empty() {
        listed([more, format!("{back} closes")])
    } else {
        listed([format!("/{filter}"), more])
    };
    let title = Title {
        name: "Keys",
        right: &right,
    };
    let inside = dialog(paint, area, 96, height, title);
    if rows.is_empty() {
        paint.empty(inside, &format!("no key does that; {back} shows all"));
    }
    for (row, line) in (0..inside.height).zip(rows.iter().skip(scroll)) {
        match line {
            Row::Head(text) => {
                paint.text(inside, row, 0, text, Role::Title);
            }
            Row::Keys(keys) => one(paint, inside, row, keys),
        }
    }
}

fn one(paint: &mut Paint<'_>, inside: Rect, row: u16, keys: &Keys) {
    let placed = inside.width > 76 && !keys.place.is_empty();
    let taken = KEYS + 2 + if placed { PLACE + 2 } else { 0 };
    let shown = that_fit(&keys.labels, KEYS);
    let place = if placed { keys.place.as_str() } else { "" };
    paint.cells(
        inside,
        row,
        &[
            (&shown, KEYS, Role::Key),
            (&keys.doc, inside.width.saturating_sub(taken), Role::Text),
            (place, PLACE, Role::Muted),
        ],
    );
}

/// As many of the labels as fit whole; the first one always.
fn that_fit(labels: &[String], room: u16) -> String {
    let mut shown = String::new();
    for label in labels {
        let whole = columns(&shown) + 1 + columns(label);
        if shown.is_empty() {
            shown.clone_from(label);
        } else if whole <= room {
            shown = format!("{shown} {label}");
        }
    }
    shown
}
