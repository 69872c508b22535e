//! The documents of the shared memory: listed, looked at, searched.

use crate::core::document::{DocumentText, Known};
use crate::core::{DocumentReply, DocumentWish, State};
use crate::link::{Query, QueryError};
use crate::ui::action::{Action, Screen};
use crate::ui::library::Search;
use crate::ui::library::tree::TreeRow;
use crate::ui::model::{Beside, Focus, Model, Pane};
use crate::ui::overlay::{History, Overlay};
use crate::ui::page::{Page, PageLine, diff};
use crate::ui::theme::Role;
use crate::ui::update::{Intent, editing, lists, pick, search};

/// A wish of this console: its number, and the intent that hands it over.
fn wish(beside: &mut Beside, wish: DocumentWish) -> (u64, Intent) {
    beside.wishes += 1;
    let ask = beside.wishes;
    (ask, Intent::Ask(Query::Documents { ask, wish }))
}

/// Asks which calls were told of something; the number of the wish, and the intent.
pub(super) fn ask_told(beside: &mut Beside, of: Known) -> (u64, Intent) {
    wish(beside, DocumentWish::Told { of })
}

/// Asks for what the Memory screen is to show and is not known.
pub(super) fn attend(model: &mut Model) -> Vec<Intent> {
    let mut intents = Vec::new();
    if model.screen != Screen::Memory || model.has_ended() {
        return intents;
    }
    let reads = !model.lists.lessons;
    let Model {
        library, beside, ..
    } = model;
    library.settle();
    if library.listing.is_none() {
        let after = library.upto;
        let (ask, intent) = wish(beside, DocumentWish::List { after });
        library.listing = Some(ask);
        intents.push(intent);
    }
    if !reads {
        return intents;
    }
    let chosen = library.chosen().map(str::to_owned);
    let of = chosen.as_deref().and_then(|name| library.document(name));
    let of = of.map(|row| (row.bytes, row.at));
    let reader = &mut library.reader;
    if reader.name != chosen {
        intents.extend(reader.ask.take().map(Intent::Withdraw));
        reader.begin(chosen.as_deref().unwrap_or_default());
        reader.name.clone_from(&chosen);
    } else if reader.ask.is_some() || reader.of == of {
        return intents;
    }
    if let Some(name) = chosen {
        let (ask, intent) = wish(beside, DocumentWish::Read { name });
        (reader.ask, reader.of) = (Some(ask), of);
        intents.push(intent);
    }
    intents
}

/// What a wish brought.
pub(super) fn came(model: &mut Model, ask: u64, result: Result<DocumentReply, QueryError>) {
    let result = result.map_err(|error| error.why);
    let library = &mut model.library;
    if library.listing == Some(ask) {
        library.listing = None;
        if let Ok(DocumentReply::Listed(page)) = result {
            library.take(page);
            library.settle();
        }
        return;
    }
    if library.reader.ask == Some(ask) {
        library.reader.take(result);
        editing::read(model);
        return;
    }
    if let Some(search) = &mut library.search
        && search.ask == Some(ask)
    {
        search.ask = None;
        search.failed = None;
        match result {
            Ok(DocumentReply::Found(found)) => {
                search.words = search.input.text().trim().to_owned();
                search.found = found;
                let last = search.found.places.len().saturating_sub(1);
                search.chosen = search.chosen.min(last);
            }
            Ok(
                DocumentReply::Listed(_)
                | DocumentReply::Read(_)
                | DocumentReply::History(_)
                | DocumentReply::Told(_),
            ) => {}
            Err(why) => search.failed = Some(why),
        }
        return;
    }
    for overlay in &mut model.overlays {
        if let Overlay::Pick(it) = overlay
            && it.waits_for() == Some(ask)
        {
            pick::came(it, &result);
        }
        if let Overlay::History(history) = overlay
            && history.ask == Some(ask)
        {
            history.ask = None;
            history.page = Some(match &result {
                Ok(DocumentReply::History(found)) => told(&model.setup, found),
                Ok(_) => Page::default(),
                Err(why) => Page::plain(why),
            });
        }
    }
}

/// A history as a page, latest first.
fn told(setup: &crate::ui::model::Setup, history: &crate::core::document::DocumentHistory) -> Page {
    let mut page = Page::default();
    let (says, role) = match (history.outside, history.revisions.is_empty()) {
        (true, true) => (
            "It was written outside of this room. Only its present text is known.",
            Role::Muted,
        ),
        (true, false) => (
            "It was changed outside of this room since. Of that only the present text is known.",
            Role::Warn,
        ),
        (false, true) => ("No event has changed it yet.", Role::Muted),
        (false, false) => ("", Role::Muted),
    };
    if !says.is_empty() {
        page.text(says, role);
        page.gap();
    }
    for revision in &history.revisions {
        page.gap();
        let mut line = PageLine::default();
        let time = setup.formatted(revision.at, "%Y-%m-%d %H:%M:%S");
        line.push(&format!("{time}  event {}  ", revision.seq), Role::Muted);
        line.push(&revision.made_by, Role::Title);
        page.push(line);
        diff::push(&mut page, revision.diff.as_str());
    }
    if history.more {
        page.gap();
        let text = "Earlier revisions are in the journal.";
        page.text(text, Role::Muted);
    }
    page
}

/// Opens what is selected: a folder folds, a document gets the keys.
pub(super) fn open(model: &mut Model) {
    let searching = model.library.search.is_some();
    match model.library.row() {
        Some(TreeRow::Folder { folded, .. }) if !searching => {
            let fold = !*folded;
            model.library.fold(fold);
        }
        Some(_) | None if model.library.chosen().is_some() => {
            model.focus = Focus::Pane(1);
            let search = model.library.search.as_ref();
            let found = search.and_then(|it| {
                let place = it.found.places.get(it.chosen)?;
                Some((place.name.clone(), it.words.clone()))
            });
            if let Some((name, words)) = found {
                search::in_document(model, &name, &words);
            }
        }
        Some(_) | None => {}
    }
}

/// Moves in the tree or in what was found, or folds.
pub(super) fn go(model: &mut Model, action: Action) {
    let half = usize::from(model.size.height / 2).max(1);
    let library = &mut model.library;
    if let Some(search) = library.search.as_mut().filter(|it| !it.words.is_empty()) {
        let count = search.found.places.len();
        search.chosen = lists::target(search.chosen, count, half, action).unwrap_or(search.chosen);
        return;
    }
    if matches!(action, Action::Left | Action::Right) {
        library.fold(action == Action::Left);
        return;
    }
    library.settle();
    if let Some(to) = lists::target(library.at(), library.rows().len(), half, action) {
        library.go(to);
    }
}

/// Scrolls the document.
pub(super) fn scroll(page: &mut Page, action: Action, half: usize) {
    let last = page.len();
    if let Some(to) = lists::target(page.top(), last, half, action) {
        page.go(to);
    }
}

/// Begins to search, or goes on with the words of the last search.
pub(super) fn search(model: &mut Model) {
    model.focus = Focus::Pane(0);
    model.library.search.get_or_insert_with(Search::default);
    model.overlays.push(Overlay::Lookup);
}

/// The words changed: what they bring is asked for, and what was asked before is taken back.
pub(super) fn look_up(model: &mut Model) -> Vec<Intent> {
    let Model {
        library, beside, ..
    } = model;
    let Some(search) = &mut library.search else {
        return Vec::new();
    };
    let mut intents: Vec<Intent> = search
        .ask
        .take()
        .map(Intent::Withdraw)
        .into_iter()
        .collect();
    search.chosen = 0;
    let words = search.input.text().trim().to_owned();
    if words.is_empty() {
        *search = Search {
            input: std::mem::take(&mut search.input),
            ..Search::default()
        };
        return intents;
    }
    let (ask, intent) = wish(beside, DocumentWish::Search { words });
    search.ask = Some(ask);
    intents.push(intent);
    intents
}

/// A key while the words are typed.
pub(super) fn looking(model: &mut Model, action: Action) {
    if action == Action::Enter {
        let blank = |search: &Search| search.input.text().trim().is_empty();
        if model.library.search.as_ref().is_some_and(blank) {
            model.library.search = None;
        }
        return;
    }
    model.overlays.push(Overlay::Lookup);
    go(model, action);
}

/// The search is over; the tree shows what was chosen in it.
pub(super) fn end_search(model: &mut Model) -> Option<Intent> {
    let chosen = model.library.chosen().map(str::to_owned);
    let search = model.library.search.take()?;
    if !search.words.is_empty()
        && let Some(name) = chosen
    {
        model.library.select(&name);
    }
    search.ask.map(Intent::Withdraw)
}

/// Shows the history of the document.
pub(super) fn history(model: &mut Model) -> Vec<Intent> {
    let Some(name) = chosen(model) else {
        return Vec::new();
    };
    let (ask, intent) = wish(
        &mut model.beside,
        DocumentWish::History { name: name.clone() },
    );
    model.overlays.push(Overlay::History(History {
        name,
        ask: Some(ask),
        page: None,
    }));
    vec![intent]
}

/// Scrolls the history, or closes it.
pub(super) fn reading(model: &mut Model, mut history: History, action: Action) -> Vec<Intent> {
    if matches!(action, Action::Enter | Action::History) {
        return Vec::new();
    }
    if let Some(page) = &mut history.page {
        scroll(page, action, usize::from(model.size.height / 2).max(1));
    }
    model.overlays.push(Overlay::History(history));
    Vec::new()
}

/// The document at hand; without one the operator is told.
pub(super) fn chosen(model: &mut Model) -> Option<String> {
    if model.list() != Pane::Library {
        let key = model.key(Action::Go(Screen::Memory));
        model.tell(
            format!("that is for a document: {key} shows them"),
            Role::Muted,
        );
        return None;
    }
    let chosen = model.library.chosen().map(str::to_owned);
    if chosen.is_none() {
        model.tell("no document is selected", Role::Muted);
    }
    chosen
}

/// The text of the document at hand.
pub(super) fn text(model: &Model) -> Option<&DocumentText> {
    model.library.reader.text.as_ref()
}

/// Goes to a document on the Memory screen.
pub(super) fn show(model: &mut Model, name: &str) {
    model.screen = Screen::Memory;
    model.lists.lessons = false;
    model.focus = Focus::Pane(0);
    model.library.search = None;
    model.library.select(name);
}

/// Name of the document that is selected in the list of the Room screen.
pub(super) fn selected<'m>(model: &'m Model, state: &State) -> Option<&'m str> {
    let at = usize::try_from(model.selected(Pane::Memory, state)?).ok()?;
    Some(model.documents().get(at)?.name.as_str())
}
