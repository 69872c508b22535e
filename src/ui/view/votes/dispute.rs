//! Two texts of the shared memory that contradict each other: their row in the list, and both of them beside
//! it.

use ratatui::layout::Rect;

use crate::core::Attention;
use crate::ui::action::Screen;
use crate::ui::model::Pane;
use crate::ui::theme::Role;
use crate::ui::view::library::page;
use crate::ui::view::lists::age;
use crate::ui::view::paint::Title;
use crate::ui::view::{Paint, Scene};
use crate::ui::votes::dispute;

/// The one that the Votes screen shows.
pub(in crate::ui::view) fn shown(scene: Scene<'_>) -> Option<&Attention> {
    let item = scene.model.asked(scene.state)?;
    (scene.model.screen == Screen::Votes).then_some(item)
}

/// Both texts.
pub(in crate::ui::view) fn draw(
    paint: &mut Paint<'_>,
    area: Rect,
    item: &Attention,
    scene: Scene<'_>,
) {
    let sheet = &scene.model.votes.dispute;
    let name = dispute::name(item, scene.state);
    let title = Title {
        name: &format!("◐ {name}"),
        right: &sheet.page.below(),
    };
    let inside = paint.frame(area, title, scene.has_keys(Pane::Detail));
    page(paint, inside, &sheet.page);
}

/// Its row, or two, in the list.
pub(super) fn row(
    paint: &mut Paint<'_>,
    inside: Rect,
    (row, each): (u16, u16),
    (item, numbers): (&Attention, u16),
    scene: Scene<'_>,
) {
    let word = dispute::word(item).unwrap_or_default();
    let name = dispute::name(item, scene.state);
    let age = age(scene.now.since(item.since));
    paint.text(inside, row, 0, "◐", Role::Warn);
    // As the words of tasks, behind their numbers.
    let column = if each == 1 { 2 } else { 2 + numbers + 1 };
    let used = paint.text(inside, row, column, word, Role::Warn);
    let end = paint.right(inside, row, &age, Role::Muted);
    let (below, column) = if each == 1 {
        (row, column + used + 2)
    } else {
        (row + 1, column)
    };
    let room = Rect {
        width: inside
            .width
            .saturating_sub(if each == 1 { end + 1 } else { 0 }),
        ..inside
    };
    paint.text(room, below, column, &name, Role::Muted);
}
