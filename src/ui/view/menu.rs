//! The menu of the selected row: each action with its key, a word, and what it does.

use ratatui::layout::Rect;

use crate::ui::hits::Target;
use crate::ui::menu::Menu;
use crate::ui::text::cells;
use crate::ui::theme::Role;
use crate::ui::view::overlays::dialog;
use crate::ui::view::paint::{Title, beyond, window};
use crate::ui::view::{Paint, Scene};

/// Columns with what each action does, and without.
const WIDE: u16 = 92;
const NARROW: u16 = 40;
/// Columns of the keys and of the words.
const KEY: u16 = 10;
const WORD: u16 = 19;

pub(super) fn draw(paint: &mut Paint<'_>, area: Rect, menu: &Menu, scene: Scene<'_>) {
    let most = area.height.saturating_sub(4);
    let rows = cells(menu.fits.len()).saturating_add(2).min(most);
    let sight = window(menu.fits.len(), rows.saturating_sub(2), Some(menu.chosen));
    let right = beyond(menu.fits.len(), &sight);
    let name = match menu.of.as_str() {
        "" => "What can be done".to_owned(),
        of => format!("What can be done with {of}"),
    };
    let title = Title {
        name: &name,
        right: &right,
    };
    let wide = area.width >= WIDE + 4;
    let columns = if wide { WIDE } else { NARROW };
    let inside = dialog(paint, area, columns, rows, title);
    for (at, i) in (0..).zip(sight) {
        let Some((action, word)) = menu.fits.get(i) else {
            continue;
        };
        let labels = scene.model.setup.keymap.labels(*action, menu.context);
        let key = labels.into_iter().next().unwrap_or_default();
        let doc = action.entry().map_or("", |entry| entry.doc);
        let docs = inside.width.saturating_sub(KEY + WORD + 4);
        let text = [
            (key.as_str(), KEY, Role::Key),
            (*word, WORD, Role::Title),
            (doc, docs, Role::Muted),
        ];
        let shown = if wide { text.len() } else { 2 };
        paint.cells(inside, at, text.get(..shown).unwrap_or_default());
        let row = Rect {
            x: inside.x - 1,
            width: inside.width + 2,
            ..inside
        };
        paint.hits.row(row, at, 1, Target::Answer(i));
        if i == menu.chosen {
            paint.select(row, at);
        }
    }
}
