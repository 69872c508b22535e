//! Drawing: the model and the state become cells. Nothing here changes either.
//!
//! [`prepare`](prepare()) does what drawing must not: it tells panes their size, wraps what came into sight
//! and builds the text of the selected row. [`draw`] then only copies visible rows.

mod advice;
mod bar;
mod board;
mod choice;
mod compose;
mod detail;
mod dials;
mod form;
mod help;
mod hints;
mod inbox;
mod item;
mod journal;
mod lessons;
mod library;
mod lists;
mod menu;
mod metrics;
mod offers;
mod overlays;
mod paint;
mod palette;
mod past;
mod pick;
mod prepare;
mod route;
mod session_notes;
mod session_overlays;
mod sessions;
mod tiles;
mod transcript;
mod votes;
mod welcome;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::core::{Attention, State, Timestamp};
use crate::ui::action::{Action, Context, Screen};
use crate::ui::hits::{Hits, Target};
use crate::ui::keymap::Keymap;
use crate::ui::layout::{self, Shape};
use crate::ui::model::{Model, Pane};
use crate::ui::overlay::Overlay;
use crate::ui::ring::Ring;
use crate::ui::text::columns;
use crate::ui::theme::{Role, Theme};

pub(crate) use overlays::checkup_size;
pub(crate) use paint::Paint;
pub(crate) use pick::told_of as lead;
pub use prepare::prepare;
pub(crate) use session_overlays::asked;
pub(crate) use welcome::welcome_size;

/// All that a drawing reads.
#[derive(Clone, Copy)]
pub(crate) struct Scene<'a> {
    pub(crate) model: &'a Model,
    pub(crate) state: &'a State,
    pub(crate) now: Timestamp,
}

impl Scene<'_> {
    /// What to press for an action in a list, for a sentence.
    fn key(&self, action: Action) -> String {
        self.model.setup.keymap.name(action, Context::List)
    }

    /// Whether a pane has the keys now; none has while an overlay is open.
    fn has_keys(&self, pane: Pane) -> bool {
        self.model.overlays.is_empty() && self.model.pane() == Some(pane)
    }
}

/// Draws a whole frame, and notes in `hits` what stands where. Call [`prepare`](prepare()) with the same
/// area first.
pub(crate) fn draw(
    buf: &mut Buffer,
    area: Rect,
    (theme, hits): (&Theme, &mut Hits),
    model: &Model,
    state: &State,
    now: Timestamp,
) {
    let scene = Scene { model, state, now };
    hits.clear();
    let mut paint = Paint { buf, theme, hits };
    paint.ground(area);
    if layout::shape(area) == Shape::TooSmall {
        too_small(&mut paint, area);
        return;
    }
    let parts = model.parts(area);
    bar::draw(&mut paint, parts.bar, scene);
    let now = model.time_shown(now);
    let scene = Scene { now, ..scene };
    if let Some(Overlay::Choice(choice)) = model
        .overlays
        .iter()
        .find(|o| matches!(o, Overlay::Choice(_)))
    {
        choice::draw(&mut paint, parts.body, choice, scene);
    } else {
        let shown = panes(model, area, parts.body);
        for (pane, rect) in &shown {
            paint.hits.put(*rect, Target::Pane(*pane));
            draw_pane(&mut paint, *rect, *pane, scene);
        }
        if let [(pane, rect)] = shown.as_slice() {
            of_several(&mut paint, *rect, *pane, model);
        }
        edge(&mut paint, &shown);
    }
    if model.has_ended() && model.travel.is_none() {
        let muted = theme.style(Role::Muted);
        paint.buf.set_style(parts.body, muted);
    }
    if let Some(Overlay::Editor(editor)) = model
        .overlays
        .iter()
        .find(|o| matches!(o, Overlay::Editor(_)))
    {
        library::editor(&mut paint, parts.body, editor, scene);
    }
    paint.hits.put(parts.composer, Target::Composer);
    match &model.travel {
        Some(travel) => past::draw(&mut paint, parts.composer, travel, scene),
        None => compose::draw(&mut paint, parts.composer, scene),
    }
    hints::draw(&mut paint, parts.hints, scene);
    compose::completion(&mut paint, parts, scene);
    overlays::draw(&mut paint, area, scene);
}

/// Notes where the first pane and those beside it meet.
fn edge(paint: &mut Paint<'_>, shown: &[(Pane, Rect)]) {
    if let [(_, first), (_, second), ..] = shown {
        let meet = Rect {
            x: second.x.saturating_sub(1),
            width: 2,
            ..*first
        };
        paint.hits.put(meet, Target::Edge);
    }
}

/// Says on the frame of a pane that stands alone that there are others.
fn of_several(paint: &mut Paint<'_>, area: Rect, pane: Pane, model: &Model) {
    let all = model.panes();
    let place = all.iter().position(|p| *p == pane);
    if let Some(place) = place.filter(|_| all.len() > 1 && area.height > 1) {
        let bottom = Rect {
            y: area.y + area.height - 1,
            width: area.width.saturating_sub(2),
            height: 1,
            ..area
        };
        paint.right(
            bottom,
            0,
            &format!(" pane {} of {} ", place + 1, all.len()),
            Role::Muted,
        );
    }
}

fn too_small(paint: &mut Paint<'_>, area: Rect) {
    let need = format!("needs {} × {}", layout::MIN_COLUMNS, layout::MIN_ROWS);
    let size = format!("{} × {}", area.width, area.height);
    // The longest that fits.
    let have = [format!("this terminal has {size}"), format!("has {size}")]
        .into_iter()
        .find(|text| columns(text) <= area.width)
        .unwrap_or(size);
    let top = area.height.saturating_sub(3) / 2;
    for (row, text, role) in [
        (0, "synod", Role::Title),
        (1, need.as_str(), Role::Warn),
        (2, have.as_str(), Role::Muted),
    ] {
        let columns = columns(text);
        paint.text(
            area,
            top + row,
            area.width.saturating_sub(columns) / 2,
            text,
            role,
        );
    }
}

/// Which panes are in sight, and where.
pub(crate) fn panes(model: &Model, area: Rect, body: Rect) -> Vec<(Pane, Rect)> {
    let all = model.panes();
    let alone = model.zoomed || model.is_board() || layout::shape(area) == Shape::Narrow;
    if alone || all.len() == 1 {
        return vec![(model.main_pane(), body)];
    }
    let rects: Vec<Rect> = match model.screen {
        Screen::Room => layout::room(body, model.share).to_vec(),
        Screen::Memory if model.lists.lessons => layout::split_wide(body, model.share).to_vec(),
        Screen::Sessions | Screen::Memory | Screen::Votes => {
            layout::split(body, model.share).to_vec()
        }
        Screen::Queue | Screen::Inbox | Screen::Metrics | Screen::Journal => {
            layout::split_wide(body, model.share).to_vec()
        }
    };
    all.iter().copied().zip(rects).collect()
}

fn draw_pane(paint: &mut Paint<'_>, area: Rect, pane: Pane, scene: Scene<'_>) {
    match pane {
        Pane::Sessions => sessions::draw(paint, area, scene),
        Pane::Transcript => tiles::draw(paint, area, scene),
        Pane::Queue if scene.model.is_board() => board::draw(paint, area, scene),
        Pane::Queue => lists::queue(paint, area, scene),
        Pane::Memory => lists::memory(paint, area, scene),
        Pane::Library => library::tree(paint, area, scene),
        Pane::Reader => library::reader(paint, area, scene),
        Pane::Lessons => lessons::draw(paint, area, scene),
        Pane::Votes => votes::list(paint, area, scene),
        Pane::Inbox => inbox::draw(paint, area, scene),
        Pane::Metrics => metrics::draw(paint, area, scene),
        Pane::Figures => metrics::member::draw(paint, area, scene),
        Pane::Advice => advice::draw(paint, area, scene),
        Pane::Journal => journal::draw(paint, area, scene),
        Pane::Detail => detail::draw(paint, area, scene),
    }
}

/// All about an inbox item, as plain text.
pub(crate) fn item_text(item: &Attention, state: &State, keymap: &Keymap) -> String {
    let mut ring = Ring::default();
    item::item(&mut ring, item, state, keymap, usize::from(u16::MAX));
    ring.text()
}

/// The name of a pane, with the others of a narrow screen beside it.
pub(crate) fn pane_title(pane: Pane) -> &'static str {
    match pane {
        Pane::Sessions => "Sessions",
        Pane::Transcript => "Transcript",
        Pane::Queue => "Queue",
        Pane::Memory | Pane::Library => "Memory",
        Pane::Reader => "Document",
        Pane::Lessons => "Lessons",
        Pane::Votes => "Votes",
        Pane::Inbox => "Inbox",
        Pane::Metrics => "Metrics",
        Pane::Figures => "Figures",
        Pane::Advice => "Advice",
        Pane::Journal => "Journal",
        Pane::Detail => "Detail",
    }
}

/// Whether the composer has the keys.
pub(crate) fn composing(model: &Model) -> bool {
    model.context() == Context::Composer
}
