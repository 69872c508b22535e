//! The Memory screen: the tree of documents or what a search found at the left, the document at the
//! right; the history of a document, and the editor, above them.

use std::collections::BTreeSet;

use ratatui::layout::Rect;

use crate::core::document::{DocumentOwner, DocumentRow};
use crate::core::{HubState, State};
use crate::ui::action::Action;
use crate::ui::composer::size;
use crate::ui::hits::Target;
use crate::ui::library::editor::{Editor, Saving};
use crate::ui::library::tree::TreeRow;
use crate::ui::library::{Search, Standing, author, info, standing};
use crate::ui::model::{Model, Pane};
use crate::ui::overlay::{History, Overlay};
use crate::ui::page::Page;
use crate::ui::pick::pins;
use crate::ui::retention;
use crate::ui::seeking;
use crate::ui::text::{cells, columns, line, width};
use crate::ui::theme::Role;
use crate::ui::view::lists::mark;
use crate::ui::view::overlays::document_area;
use crate::ui::view::paint::{Title, window};
use crate::ui::view::{Paint, Scene, lessons, lists};
use crate::ui::wrap;

/// Columns of the size and of the age of a document.
const FACT: u16 = 8;

/// The tree, or what was found.
pub(super) fn tree(paint: &mut Paint<'_>, area: Rect, scene: Scene<'_>) {
    let library = &scene.model.library;
    let right = health(scene);
    let title = Title {
        name: "Memory",
        right: &right,
    };
    let inside = paint.frame(area, title, scene.has_keys(Pane::Library));
    if let Some(search) = &library.search {
        found(paint, inside, search, scene);
        return;
    }
    amount(paint, area, scene);
    lessons::proposals(paint, area, scene);
    let rows = library.rows();
    if rows.is_empty() {
        middle(paint, inside, &nothing(scene));
        return;
    }
    let pinned: BTreeSet<&str> = scene.state.pins().map(|pin| &*pin.document).collect();
    for (row, i) in (0..).zip(window(rows.len(), inside.height, Some(library.at()))) {
        let Some(it) = rows.get(i) else { continue };
        paint
            .hits
            .row(inside, row, 1, Target::Row(Pane::Library, i as u64));
        tree_row(paint, inside, row, it, &pinned, scene);
        if i == library.at() {
            mark(paint, inside, row, Pane::Library, scene);
        }
    }
}

/// How the hub is, and what waits for it.
pub(super) fn health(scene: Scene<'_>) -> String {
    if scene.model.travel.is_some() {
        return lists::AS_NOW.to_owned();
    }
    let hub = &scene.model.beside.hub;
    let word = match &hub.state {
        HubState::Starting => "starts",
        HubState::CatchingUp { .. } => "catches up",
        HubState::Ready => "ready",
        HubState::Down { .. } => "down",
    };
    let waits = hub.pending.max(scene.state.notebook().open().len());
    let full = retention::meter(&hub.meter).map_or_else(String::new, |full| format!(" {full}"));
    let health = format!("{} {word}{full}", hub.kind.word());
    match waits {
        0 => health,
        waits => format!("outbox {waits}  {health}"),
    }
}

/// How much there is, on the frame below.
fn amount(paint: &mut Paint<'_>, area: Rect, scene: Scene<'_>) {
    let (count, bytes) = scene.model.library.size();
    if count == 0 || area.height == 0 {
        return;
    }
    let many = if count == 1 { "" } else { "s" };
    let bytes = size(usize::try_from(bytes).unwrap_or(usize::MAX));
    let bottom = Rect {
        y: area.y + area.height - 1,
        height: 1,
        ..area
    };
    let text = format!(" {count} document{many}  {bytes} ");
    paint.text(bottom, 0, 2, &text, Role::Muted);
}

/// A sentence in the middle of a pane, over as many rows as it takes.
pub(super) fn middle(paint: &mut Paint<'_>, area: Rect, text: &str) {
    let text = line(text);
    let rows = wrap::rows(&text, area.width);
    let top = area.height.saturating_sub(cells(rows.len())) / 2;
    for (row, text) in (top..).zip(rows) {
        let left = area.width.saturating_sub(columns(text)) / 2;
        paint.text(area, row, left, text, Role::Muted);
    }
}

/// Why there is nothing, and what would change that.
fn nothing(scene: Scene<'_>) -> String {
    let new = scene.key(Action::NewNote);
    match &scene.model.beside.hub.state {
        HubState::Down { why } => format!("the shared memory is down: {why}"),
        HubState::Starting => "the documents come with the server".to_owned(),
        HubState::CatchingUp { .. } | HubState::Ready if !scene.model.library.complete => {
            "the documents are being listed".to_owned()
        }
        HubState::CatchingUp { .. } | HubState::Ready => {
            format!("no documents yet: {new} writes a note, a task brings its own")
        }
    }
}

fn tree_row(
    paint: &mut Paint<'_>,
    inside: Rect,
    row: u16,
    it: &TreeRow,
    pinned: &BTreeSet<&str>,
    scene: Scene<'_>,
) {
    let (label, depth) = it.label();
    let set_in = cells(depth * 2).min(inside.width / 2);
    match it {
        TreeRow::Folder { count, folded, .. } => {
            let glyph = if *folded { "▸" } else { "▾" };
            paint.text(inside, row, set_in, glyph, Role::Muted);
            let count = count.to_string();
            paint.right(inside, row, &count, Role::Muted);
            let name = Rect {
                width: inside.width.saturating_sub(columns(&count) + 1),
                ..inside
            };
            paint.text(name, row, set_in + 2, label, Role::Title);
        }
        TreeRow::Document { name, .. } => {
            let Some(document) = scene.model.library.document(name) else {
                return;
            };
            let (glyph, _, role) = stands(document, scene);
            paint.text(inside, row, set_in, glyph, role);
            let end = facts(paint, inside, row, document, scene);
            let name = Rect {
                width: inside.width.saturating_sub(end + 1),
                ..inside
            };
            let used = paint.text(name, row, set_in + 2, label, Role::Text);
            if pinned.contains(&*document.name) {
                paint.text(inside, row, set_in + 2 + used + 1, "◉", Role::Accent);
            }
        }
    }
}

/// Age, size, revision and author at the right, as many as there is room for; gives the columns used.
fn facts(
    paint: &mut Paint<'_>,
    inside: Rect,
    row: u16,
    document: &DocumentRow,
    scene: Scene<'_>,
) -> u16 {
    let bytes = size(usize::try_from(document.bytes).unwrap_or(usize::MAX));
    let rev = info(&scene.model.beside.hub, &document.name);
    let rev = rev.map_or_else(String::new, |info| format!("rev {}", info.rev));
    let by = author(document, scene.state.notebook());
    let facts = [
        lists::written(document.at, scene),
        bytes,
        rev,
        by.to_owned(),
    ];
    let shown = match inside.width {
        0..34 => 1,
        34..52 => 2,
        52..64 => 3,
        _ => 4,
    };
    let mut end = 0;
    for text in facts.iter().take(shown) {
        let cell = Rect {
            width: inside.width.saturating_sub(end),
            ..inside
        };
        paint.right(cell, row, text, Role::Muted);
        end += FACT.max(columns(text) + 1);
    }
    end
}

/// How a document stands: glyph, word and role.
fn stands(document: &DocumentRow, scene: Scene<'_>) -> (&'static str, &'static str, Role) {
    let info = info(&scene.model.beside.hub, &document.name);
    match standing(document, info, scene.state.notebook()) {
        Standing::Current => ("✓", "current", Role::Ok),
        Standing::Pending => ("◌", "waits in the outbox", Role::Warn),
        Standing::Trouble => ("✕", "cannot be written", Role::Error),
        Standing::KeptAside => ("◧", "kept aside", Role::Muted),
        Standing::Note => ("·", "note", Role::Muted),
    }
}

fn found(paint: &mut Paint<'_>, inside: Rect, search: &Search, scene: Scene<'_>) {
    let typing = matches!(scene.model.overlays.last(), Some(Overlay::Lookup));
    let mut used = paint.text(inside, 0, 0, "/", Role::Accent);
    used += paint.text(inside, 0, used, search.input.text(), Role::Text);
    if typing {
        paint.text(inside, 0, used, "▌", Role::Accent);
    }
    let places = &search.found.places;
    let left = search.found.of.saturating_sub(search.found.indexed);
    let count = match (places.len(), left) {
        _ if search.words.is_empty() => String::new(),
        (found, 0) => format!("{found} found"),
        (found, _) => format!("{found} found, {left} not read yet"),
    };
    paint.right(inside, 0, &count, Role::Muted);
    let list = Rect {
        y: inside.y + 2,
        height: inside.height.saturating_sub(2),
        ..inside
    }
    .intersection(inside);
    if let Some(why) = &search.failed {
        middle(paint, list, why);
        return;
    }
    if places.is_empty() {
        let text = if search.words.is_empty() {
            "words of any document; the last may be a beginning".to_owned()
        } else {
            let back = scene.key(Action::Back);
            format!(
                "no document has `{}` in it; {back} ends the search",
                search.words
            )
        };
        middle(paint, list, &text);
        return;
    }
    let sight = window(places.len(), list.height / 2, Some(search.chosen));
    for (index, i) in (0..).zip(sight) {
        let Some(place) = places.get(i) else { continue };
        let row = index * 2;
        paint.text(list, row, 0, &place.name, Role::Title);
        paint.text(list, row + 1, 2, &place.excerpt, Role::Muted);
        if i == search.chosen {
            let pane = Pane::Library;
            if typing || scene.has_keys(pane) {
                let wide = Rect {
                    x: list.x - 1,
                    width: list.width + 2,
                    ..list
                };
                paint.select(wide, row);
            } else {
                mark(paint, list, row, pane, scene);
            }
        }
    }
}

/// The document that is looked at.
pub(super) fn reader(paint: &mut Paint<'_>, area: Rect, scene: Scene<'_>) {
    let library = &scene.model.library;
    let reader = &library.reader;
    let name = reader.name.as_deref().unwrap_or("Document");
    let right = seeking::titled(
        scene.model,
        Pane::Reader,
        &reader.page,
        &reader.page.below(),
    );
    let title = Title {
        name,
        right: &right,
    };
    let inside = paint.frame(area, title, scene.has_keys(Pane::Reader));
    let Some(name) = reader.name.as_deref() else {
        let text = if matches!(library.row(), Some(TreeRow::Folder { .. })) {
            format!("{} folds and unfolds it", scene.key(Action::Enter))
        } else {
            "no document is selected".to_owned()
        };
        paint.empty(inside, &text);
        return;
    };
    if let Some(document) = library.document(name) {
        about(paint, inside, document, scene);
    }
    let text = below(inside, about_rows(scene.model, scene.state));
    if reader.text.is_none() && reader.ask.is_some() && reader.page.len() == 0 {
        paint.empty(text, "it is being read");
        return;
    }
    page(paint, text, &reader.page);
}

/// How many rows there are about the document, the empty one below them included.
pub(super) fn about_rows(model: &Model, state: &State) -> u16 {
    let name = model.library.reader.name.as_deref();
    let pinned = name.is_some_and(|name| pins(name, state).next().is_some());
    if pinned { 3 } else { 2 }
}

/// Where a text stands below so many rows.
pub(super) fn below(inside: Rect, rows: u16) -> Rect {
    Rect {
        y: inside.y + rows.min(inside.height),
        height: inside.height.saturating_sub(rows),
        ..inside
    }
}

/// Whose a document is, how it stands, and what can be done with it.
fn about(paint: &mut Paint<'_>, inside: Rect, document: &DocumentRow, scene: Scene<'_>) {
    let (glyph, word, role) = stands(document, scene);
    let hub = &scene.model.beside.hub;
    let info = info(hub, &document.name);
    let mut used = paint.text(inside, 0, 0, glyph, role) + 1;
    used += paint.text(inside, 0, used, word, role) + 2;
    let by = match document.owner {
        DocumentOwner::Room => "by the room".to_owned(),
        DocumentOwner::KeptAside | DocumentOwner::Note => {
            format!("by {}", author(document, scene.state.notebook()))
        }
    };
    let mut facts = vec![by];
    facts.extend(info.map(|info| format!("rev {}", info.rev)));
    facts.push(size(usize::try_from(document.bytes).unwrap_or(usize::MAX)));
    facts.push(match lists::written(document.at, scene).as_str() {
        "now" => "just now".to_owned(),
        time if scene.model.travel.is_some() => format!("at {time}"),
        age => format!("{age} ago"),
    });
    if let Some(pinned) = pinned(&document.name, scene) {
        paint.text(inside, 1, 0, &pinned, Role::Accent);
    }
    used += paint.text(inside, 0, used, &facts.join("  "), Role::Muted) + 2;
    if let Some(trouble) = info.and_then(|info| info.trouble.as_deref()) {
        paint.text(inside, 0, used, trouble, Role::Error);
    }
}

/// To which tasks a document is pinned.
fn pinned(name: &str, scene: Scene<'_>) -> Option<String> {
    const NAMED: usize = 3;
    let all: Vec<String> = pins(name, scene.state)
        .map(|task| task.map_or_else(|| "every task".to_owned(), |task| task.to_string()))
        .collect();
    let named = all.get(..NAMED.min(all.len()))?.join(", ");
    match all.len().checked_sub(NAMED) {
        _ if all.is_empty() => None,
        Some(more) if more > 0 => Some(format!("◉ pinned to {named} and {more} more")),
        Some(_) | None => Some(format!("◉ pinned to {named}")),
    }
}

/// The rows of a page in sight.
pub(super) fn page(paint: &mut Paint<'_>, area: Rect, page: &Page) {
    for (row, it) in (0..area.height).zip(page.window()) {
        let mut column = cells(width(it.lead));
        if it.first || it.lead.contains('▎') {
            paint.text(area, row, 0, it.lead, Role::Muted);
        }
        let begins = column;
        let bytes: usize = it.bits.iter().map(|(text, _)| text.len()).sum();
        let bytes = it.from..it.from + bytes;
        paint.addresses(area, (row, begins), it.whole, &bytes);
        let whole: String = if it.hits.is_empty() {
            String::new()
        } else {
            it.bits.iter().map(|(text, _)| *text).collect()
        };
        let last = it.bits.len().saturating_sub(1);
        for (index, (text, role)) in it.bits.into_iter().enumerate() {
            // A blank that hangs over the edge is no text that was cut.
            let shown = if index == last {
                text.trim_end_matches(' ')
            } else {
                text
            };
            column += paint.text(area, row, column, shown, role);
        }
        paint.hits(area, (row, begins), &whole, &it.hits);
    }
}

/// How a document came to be as it is.
pub(super) fn history(paint: &mut Paint<'_>, area: Rect, history: &History) {
    let right = history.page.as_ref().map_or_else(String::new, Page::below);
    let title = Title {
        name: &format!("History of {}", history.name),
        right: &right,
    };
    let frame = document_area(area);
    paint.ground(frame);
    let inside = paint.frame(frame, title, true);
    match &history.page {
        Some(it) => page(paint, inside, it),
        None => paint.empty(inside, "the journal is being read"),
    }
}

/// The text that is being written, over the panes.
pub(super) fn editor(paint: &mut Paint<'_>, body: Rect, editor: &Editor, scene: Scene<'_>) {
    let save = scene.model.key(Action::Save);
    let back = scene.model.key(Action::Back);
    let right = match &editor.saving {
        Saving::Writing if editor.theirs.is_some() => "changed meanwhile".to_owned(),
        Saving::Writing if editor.is_changed() => format!("{save} saves, {back} leaves"),
        Saving::Writing | Saving::Failed(_) => format!("{back} leaves"),
        Saving::Sent | Saving::Ordered(_) => match &scene.model.beside.hub.state {
            HubState::Ready | HubState::CatchingUp { .. } => "is being saved".to_owned(),
            HubState::Starting | HubState::Down { .. } => {
                format!("waits in the outbox; {back} leaves it there")
            }
        },
    };
    let new = if editor.draft.base.is_none() {
        " (new)"
    } else {
        ""
    };
    let title = Title {
        name: &format!("{}{new}", editor.draft.title()),
        right: &right,
    };
    paint.ground(body);
    let inside = paint.frame(body, title, true);
    let told = match (&editor.saving, &editor.theirs) {
        (Saving::Failed(why), _) => Some(why.as_str()),
        (Saving::Writing, Some(_)) => Some("somebody else changed it while you write"),
        (Saving::Writing | Saving::Sent | Saving::Ordered(_), _) => None,
    };
    let mut text = inside;
    if let Some(told) = told {
        paint.text(inside, 0, 0, &format!("▲ {told}"), Role::Warn);
        text = below(inside, 2);
    }
    editor.render(text, paint.buf);
    if editor.text().is_empty() && told.is_none() {
        paint.text(text, 0, 1, "Markdown, or anything else", Role::Muted);
    }
}
