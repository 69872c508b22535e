//! The Sessions screen without a list: a line of tabs where one transcript shows, or several transcripts.

use ratatui::layout::Rect;

use crate::ui::hits::Target;
use crate::ui::ring::Ring;
use crate::ui::status::Seat;
use crate::ui::text::{clip, columns, line};
use crate::ui::theme::Role;
use crate::ui::tiles::Tiles;
use crate::ui::view::transcript::{self, called};
use crate::ui::view::{Paint, Scene};

/// Columns of a tab's name at most.
const NAME: usize = 24;
/// Columns between two tabs.
const GAP: u16 = 2;

pub(super) fn draw(paint: &mut Paint<'_>, area: Rect, scene: Scene<'_>) {
    let Some(tiles) = Tiles::of(scene.model, scene.state, area) else {
        transcript::draw(paint, area, scene);
        return;
    };
    if let Some(line) = tiles.tabs {
        tabs(paint, line, &tiles, scene);
    }
    let selected = tiles.selected();
    for (seat, area) in tiles.in_sight() {
        paint.hits.put(area, Target::Tile(seat.key));
        let is_selected = selected == Some(seat.key);
        transcript::tile(paint, area, &seat, is_selected, scene);
    }
    if let (Some(told), Some(last)) = (tiles.told(), tiles.areas.last()) {
        let bottom = Rect {
            y: last.bottom().saturating_sub(1),
            width: last.width.saturating_sub(2),
            height: 1,
            ..*last
        };
        paint.right(bottom, 0, &format!(" {told} "), Role::Muted);
    }
}

/// One tab: glyph and name, and what of it is worth a look.
struct Tab {
    name: String,
    badge: String,
    width: u16,
}

/// The sessions in a line, a page of them, so that the selected one is in sight.
fn tabs(paint: &mut Paint<'_>, area: Rect, tiles: &Tiles<'_>, scene: Scene<'_>) {
    let all: Vec<Tab> = tiles.seats.iter().map(|seat| tab(seat, scene)).collect();
    let inside = Rect {
        x: area.x + 1,
        width: area.width.saturating_sub(2),
        ..area
    };
    let page = page(&all, inside.width.saturating_sub(4), tiles.at);
    let (first, end) = (page.start, page.end);
    let mut column = 0;
    if first > 0 {
        column += paint.text(inside, 0, 0, "…", Role::Muted) + 1;
    }
    for (tab, seat) in all.iter().zip(&tiles.seats).take(end).skip(first) {
        let selected = tiles.selected() == Some(seat.key);
        let place = Rect {
            x: inside.x + column.min(inside.width),
            width: tab.width.min(inside.width.saturating_sub(column)),
            ..inside
        };
        draw_tab(paint, place, tab, seat, scene);
        if selected {
            paint.select(place, 0);
        }
        paint.hits.put(place, Target::Tab(seat.key));
        column += tab.width + GAP;
    }
    if end < all.len() {
        paint.text(inside, 0, column, "…", Role::Muted);
    }
}

fn draw_tab(paint: &mut Paint<'_>, area: Rect, tab: &Tab, seat: &Seat<'_>, scene: Scene<'_>) {
    let Scene { model, state, now } = scene;
    let heard = seat.session.and_then(|s| model.transcripts.heard(s.id()));
    let status = seat.status(state, now, heard);
    let mut column = 1 + paint.text(area, 0, 1, status.glyph, status.role) + 1;
    column += paint.text(area, 0, column, &tab.name, Role::Text);
    let role = if seat.asks(state).is_some() {
        Role::Warn
    } else {
        Role::Accent
    };
    paint.text(area, 0, column + 1, &tab.badge, role);
}

fn tab(seat: &Seat<'_>, scene: Scene<'_>) -> Tab {
    let name = clip(&line(&called(seat)), NAME).into_owned();
    let ring = seat
        .session
        .and_then(|it| scene.model.transcripts.ring(it.id()));
    let badge = match ring.map_or(0, Ring::fresh) {
        _ if seat.asks(scene.state).is_some() => "▲".to_owned(),
        0 => String::new(),
        fresh => format!("+{fresh}"),
    };
    // The glyph with its room, the name, the badge with its room.
    let mut width = 3 + columns(&name) + 1;
    if !badge.is_empty() {
        width += columns(&badge) + 1;
    }
    Tab { name, badge, width }
}

/// Which tabs stand in so many columns, where the one at a place must be in sight.
fn page(tabs: &[Tab], room: u16, at: usize) -> std::ops::Range<usize> {
    let (mut first, mut used) = (0, 0_u16);
    for (place, tab) in tabs.iter().enumerate() {
        let needs = tab.width.saturating_add(GAP);
        if place > first && used.saturating_add(needs) > room {
            if place > at {
                return first..place;
            }
            (first, used) = (place, 0);
        }
        used = used.saturating_add(needs);
    }
    first..tabs.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_selected_tab_is_always_on_the_page() {
        let tabs: Vec<Tab> = (0..20)
            .map(|n| Tab {
                name: String::new(),
                badge: String::new(),
                width: 5 + n % 7,
            })
            .collect();
        for room in [0, 6, 20, 60, 500] {
            for at in 0..tabs.len() {
                let page = page(&tabs, room, at);
                assert!(page.contains(&at), "{room} {at} {page:?}");
                let used: u16 = tabs[page.clone()].iter().map(|it| it.width + GAP).sum();
                assert!(used <= room || page.len() == 1, "{room} {at} {page:?}");
            }
        }
        assert_eq!(page(&[], 10, 0), 0..0);
    }
}
