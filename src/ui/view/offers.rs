//! What servers offer beside tools, on top of a screen: prompts in the palette, lists of resources.

use ratatui::layout::Rect;

use crate::core::{Offerer, Offerings, PromptOffer, ResourceEntry};
use crate::ui::action::Action;
use crate::ui::composer::size;
use crate::ui::hits::Target;
use crate::ui::overlay::{Fetched, Fetching};
use crate::ui::palette::Row;
use crate::ui::resources::Browse;
use crate::ui::text::{cells, columns, line};
use crate::ui::theme::Role;
use crate::ui::view::overlays::dialog;
use crate::ui::view::paint::{Title, window};
use crate::ui::view::{Paint, Scene};
use crate::ui::wrap;

/// Columns of whether a resource is followed.
const STATE: u16 = 10;
/// Columns from which on type and size have room.
const WIDE: u16 = 84;
/// Rows of the reason why there is no list.
const REASON_ROWS: usize = 4;

/// How much the palette found.
pub(super) fn count(found: &[Row], offerings: &Offerings) -> String {
    let count = |is: fn(&&Row) -> bool| found.iter().filter(is).count();
    let more = offerings.iter().any(|(_, offering)| offering.more);
    let more = if more { " of more" } else { "" };
    let sorts = [
        (count(|row| matches!(row, Row::Action(_))), "action", ""),
        (count(|row| matches!(row, Row::Prompt(..))), "prompt", more),
        (count(|row| matches!(row, Row::Thing(_))), "thing", ""),
    ];
    let found: Vec<String> = sorts
        .iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, sort, more)| {
            let several = if *count == 1 { "" } else { "s" };
            format!("{count} {sort}{several}{more}")
        })
        .collect();
    found.join(", ")
}

/// A prompt in the palette.
pub(super) fn prompt(
    paint: &mut Paint<'_>,
    list: Rect,
    row: u16,
    from: &Offerer,
    prompt: &PromptOffer,
) {
    let name = format!("{from} {}", line(prompt.called()));
    let named = columns(&name).clamp(18, list.width / 2);
    let about = list.width.saturating_sub(named + 2 + 8);
    let row_cells = [
        (name.as_str(), named, Role::Title),
        (prompt.description.as_str(), about, Role::Muted),
    ];
    paint.cells(list, row, &row_cells);
    paint.right(list, row, "prompt", Role::Accent);
}

/// The resources of a server in the palette.
pub(super) fn store(paint: &mut Paint<'_>, list: Rect, row: u16, from: &Offerer) {
    let name = format!("{from} resources");
    let named = columns(&name).clamp(18, list.width / 2);
    let about = format!("what {} offers to read", from.server());
    let room = list.width.saturating_sub(named + 2 + 11);
    let row_cells = [
        (name.as_str(), named, Role::Title),
        (about.as_str(), room, Role::Muted),
    ];
    paint.cells(list, row, &row_cells);
    paint.right(list, row, "resources", Role::Accent);
}

/// Something is on its way into the composer.
pub(super) fn fetching(paint: &mut Paint<'_>, area: Rect, fetching: &Fetching, scene: Scene<'_>) {
    let from = &fetching.from;
    let what = match &fetching.what {
        Fetched::Prompt(name) => format!("The prompt {} of {from}", line(name)),
        Fetched::Resource(uri) => format!("The resource {} of {from}", line(uri)),
    };
    let key = scene.model.key(Action::Back);
    let title = Title {
        name: "Fetching",
        right: &format!("{key} gives it up"),
    };
    let width = 64.min(area.width.saturating_sub(4));
    let inside = dialog(paint, area, width, 3, title);
    paint.text(inside, 0, 0, &format!("{what} is on its way."), Role::Text);
}

/// The resources of a server.
pub(super) fn resources(paint: &mut Paint<'_>, area: Rect, browse: &Browse, scene: Scene<'_>) {
    let rows = browse.rows();
    let name = format!("Resources of {}", browse.from);
    let right = summary(browse, rows.len());
    let title = Title {
        name: &name,
        right: &right,
    };
    // The frame, the list, and a row about the selected one.
    let height = cells(rows.len()).max(cells(REASON_ROWS)).saturating_add(4);
    let height = height.min(area.height.saturating_sub(4));
    let inside = dialog(paint, area, area.width.saturating_sub(4), height, title);
    let list = Rect {
        height: inside.height.saturating_sub(2),
        ..inside
    };
    if rows.is_empty() {
        return nothing(paint, inside, browse);
    }
    for (row, i) in (0..).zip(window(rows.len(), list.height, Some(browse.chosen))) {
        let Some(entry) = rows.get(i) else {
            continue;
        };
        resource(paint, list, row, entry, browse, scene);
        let wide = Rect {
            x: list.x - 1,
            width: list.width + 2,
            ..list
        };
        paint.hits.row(wide, row, 1, Target::Answer(i));
        if i == browse.chosen {
            paint.select(wide, row);
        }
    }
    let last = inside.height.saturating_sub(1);
    match (&browse.failed, rows.get(browse.chosen)) {
        (Some(why), _) => paint.text(inside, last, 0, why, Role::Error),
        (None, Some(entry)) => paint.text(inside, last, 0, &entry.description, Role::Muted),
        (None, None) => 0,
    };
}

fn summary(browse: &Browse, shown: usize) -> String {
    let Some(list) = &browse.list else {
        return String::new();
    };
    let all = list.kept.len();
    let count = match (shown == all, list.more) {
        (true, false) => format!("{all}"),
        (true, true) => format!("the first {all}"),
        (false, _) => format!("{shown} of {all}"),
    };
    match browse.filter.text() {
        "" => count,
        filter => format!("/{filter}  {count}"),
    }
}

fn nothing(paint: &mut Paint<'_>, inside: Rect, browse: &Browse) {
    match (&browse.failed, &browse.list) {
        (Some(why), _) => {
            let why = line(why);
            let rows = wrap::rows(&why, inside.width);
            for (row, text) in (0..).zip(rows.into_iter().take(REASON_ROWS)) {
                paint.text(inside, row, 0, text, Role::Error);
            }
        }
        (None, Some(list)) if list.kept.is_empty() => paint.empty(inside, "there are none"),
        (None, Some(_)) => paint.empty(inside, "nothing passes the filter"),
        (None, None) => paint.empty(inside, "the server is asked"),
    }
}

fn resource(
    paint: &mut Paint<'_>,
    list: Rect,
    row: u16,
    entry: &ResourceEntry,
    browse: &Browse,
    scene: Scene<'_>,
) {
    let beside = &scene.model.beside;
    let of = (browse.from.clone(), entry.uri.clone());
    let looked = beside.looked.get(&of).copied().unwrap_or_default();
    let (state, role) = match beside.offerings.updates(&of.0, &of.1) {
        None => ("", Role::Muted),
        Some(updates) if updates > looked => ("▲ changed", Role::Warn),
        Some(_) => ("◉ followed", Role::Ok),
    };
    let mime = entry.mime.clone();
    let bytes = entry
        .bytes
        .map(|bytes| size(usize::try_from(bytes).unwrap_or(usize::MAX)));
    let facts: Vec<String> = mime.into_iter().chain(bytes).collect();
    let facts = facts.join(", ");
    let wide = list.width >= WIDE;
    let named = if wide { 30 } else { list.width / 3 };
    let typed = if wide { 24 } else { 0 };
    let rest = list.width.saturating_sub(STATE + named + typed + 6);
    let mut row_cells = vec![
        (state, STATE, role),
        (entry.name.as_str(), named, Role::Title),
    ];
    if wide {
        row_cells.push((&facts, typed, Role::Muted));
    }
    row_cells.push((&entry.uri, rest, Role::Text));
    paint.cells(list, row, &row_cells);
}
