//! The last line: a notice, the line being typed, or the keys that matter here.

use ratatui::layout::Rect;

use crate::core::Offerer;
use crate::ui::action::{Action, Context, Screen, TABLE};
use crate::ui::composer::complete::rank;
use crate::ui::filter::{self, Fault, Names};
use crate::ui::fitting;
use crate::ui::hits::Target;
use crate::ui::key::Chord;
use crate::ui::model::{Model, Pane};
use crate::ui::overlay::{Overlay, Wanted};
use crate::ui::pick::Picking;
use crate::ui::text::{cells, width};
use crate::ui::theme::Role;
use crate::ui::view::{Paint, Scene};

/// Columns between two hints.
const GAP: u16 = 3;

/// The filter of a pane as its frame shows it; empty when there is none.
pub(super) fn filter_of(model: &Model, pane: Pane) -> String {
    model
        .lists
        .filters
        .get(&pane)
        .map(|f| format!("/{}", f.text()))
        .unwrap_or_default()
}

pub(super) fn draw(paint: &mut Paint<'_>, area: Rect, scene: Scene<'_>) {
    let inside = Rect {
        x: area.x + 1,
        width: area.width.saturating_sub(2),
        ..area
    };
    let model = scene.model;
    if let Some(first) = model.begun() {
        followers(paint, inside, first, scene);
        return;
    }
    match model.overlays.last() {
        Some(Overlay::CommandLine { input }) => {
            let used = typed(paint, inside, ":", input.text());
            let names = TABLE.iter().map(|e| e.name.to_owned()).collect();
            let near = rank(input.text().trim(), names).into_iter().take(6);
            let near: Vec<String> = near.collect();
            let rest = Rect {
                x: inside.x + (used + GAP).min(inside.width),
                width: inside.width.saturating_sub(used + GAP),
                ..inside
            };
            paint.text(rest, 0, 0, &near.join("  "), Role::Muted);
            return;
        }
        Some(Overlay::Filter) => {
            let text = model
                .lists
                .filters
                .get(&model.list())
                .map_or("", |f| f.text());
            let used = typed(paint, inside, "/", text);
            if model.list() == Pane::Journal {
                let rest = Rect {
                    x: inside.x + (used + GAP).min(inside.width),
                    width: inside.width.saturating_sub(used + GAP),
                    ..inside
                };
                of_filter(paint, rest, text, scene);
            }
            return;
        }
        Some(Overlay::Seek) => {
            let words = model.seek.as_ref().map_or("", |it| it.words.text());
            typed(paint, inside, "/", words);
            return;
        }
        Some(Overlay::Resources(browse)) if browse.typing => {
            typed(paint, inside, "/", browse.filter.text());
            return;
        }
        Some(Overlay::Help(help)) if help.typing => {
            typed(paint, inside, "/", help.filter.text());
            return;
        }
        Some(
            Overlay::Help(_)
            | Overlay::Resources(_)
            | Overlay::Said(_)
            | Overlay::Pick(_)
            | Overlay::Palette(_)
            | Overlay::Ask { .. }
            | Overlay::Results(_)
            | Overlay::Form(_)
            | Overlay::Reason { .. }
            | Overlay::Write { .. }
            | Overlay::Document(_)
            | Overlay::Lookup
            | Overlay::History(_)
            | Overlay::Editor(_)
            | Overlay::Fetching(_)
            | Overlay::Checkup(_)
            | Overlay::Confirm(_)
            | Overlay::Ballot(_)
            | Overlay::Menu(_)
            | Overlay::Welcome(_)
            | Overlay::Choice(_),
        )
        | None => {}
    }
    if let Some(notice) = &model.notice {
        paint.text(inside, 0, 0, &notice.text, notice.role);
        return;
    }
    if model.has_ended() && model.overlays.is_empty() && model.travel.is_none() {
        paint.text(inside, 0, 0, &ended(scene), Role::Error);
        return;
    }
    let end = screens(paint, inside, scene);
    let room = Rect {
        width: inside.width.saturating_sub(end),
        ..inside
    };
    keys(paint, room, scene);
}

/// What is wrong with the filter of the journal, or what can complete it.
fn of_filter(paint: &mut Paint<'_>, area: Rect, text: &str, scene: Scene<'_>) {
    if let Some(notice) = &scene.model.notice {
        paint.text(area, 0, 0, &notice.text, notice.role);
        return;
    }
    let offers = filter::offers(text, &Names::of(scene.state));
    match scene.model.sieve.fault() {
        // What is being typed may become good yet.
        Some(Fault::NoValue { .. }) | None if !offers.is_empty() => {
            let offers = offers.join("  ");
            let used = paint.text(area, 0, 0, "Tab", Role::Key) + 1;
            paint.text(area, 0, used, &offers, Role::Muted);
        }
        Some(fault) => {
            paint.text(area, 0, 0, &fault.to_string(), Role::Warn);
        }
        None => {}
    }
}

/// The key that was begun with, and what can follow it.
fn followers(paint: &mut Paint<'_>, area: Rect, first: Chord, scene: Scene<'_>) {
    let label = format!("{} …", first.label());
    let used = paint.text(area, 0, 0, &label, Role::Accent) + GAP;
    let keymap = &scene.model.setup.keymap;
    let follow = keymap.followers(scene.model.context(), first);
    let follow = follow.map(|(key, action)| {
        let name = action.entry().map_or("", |entry| entry.name);
        Hint::one(key.label(), name, action)
    });
    // Any click drops it.
    let keys: Vec<Hint> = follow.chain([Hint::told("Esc", "drop it")]).collect();
    let rest = Rect {
        x: area.x + used.min(area.width),
        width: area.width.saturating_sub(used),
        ..area
    };
    list(paint, rest, &keys);
}

/// What to do when the room has ended.
fn ended(scene: Scene<'_>) -> String {
    let context = scene.model.context();
    let again = match context {
        Context::Composer => Action::Send,
        Context::List
        | Context::Pane
        | Context::Choice
        | Context::Overlay
        | Context::Input
        | Context::Past
        | Context::Editor => Action::Retry,
    };
    format!(
        "the room has ended; {} starts it again, {} leaves",
        scene.model.key(again),
        scene.model.key(Action::Quit)
    )
}

fn typed(paint: &mut Paint<'_>, area: Rect, mark: &str, text: &str) -> u16 {
    let used = paint.text(area, 0, 0, mark, Role::Accent);
    let used = used + paint.text(area, 0, used, text, Role::Text);
    used + paint.text(area, 0, used, "▌", Role::Accent)
}

/// A key with its word, and what a click on it does.
struct Hint {
    key: String,
    word: &'static str,
    does: Option<Action>,
}

impl Hint {
    /// How wide it is.
    fn columns(&self) -> u16 {
        cells(width(&self.key) + 1 + width(self.word))
    }

    /// A key that does one thing.
    fn one(key: String, word: &'static str, action: Action) -> Self {
        Self {
            key,
            word,
            does: Some(action),
        }
    }

    /// Several keys, or one that is no action: a click on it does nothing.
    fn told(key: impl Into<String>, word: &'static str) -> Self {
        Self {
            key: key.into(),
            word,
            does: None,
        }
    }
}

/// The keys that matter in this context, as many as fit.
fn keys(paint: &mut Paint<'_>, area: Rect, scene: Scene<'_>) {
    let context = scene.model.context();
    let overlay = scene.model.overlays.last();
    let label = |action| {
        let labels = scene.model.setup.keymap.labels(action, context);
        labels.into_iter().next()
    };
    let one = |action, word| Some(Hint::one(label(action)?, word, action));
    let mut hints: Vec<Hint> = Vec::new();
    if let Some(Overlay::Menu(_)) = overlay {
        hints.extend(one(Action::Enter, "do it"));
        hints.extend(one(Action::Back, "close"));
        list(paint, area, &hints);
        return;
    }
    if let Some(Overlay::Welcome(it)) = overlay {
        let last = it.step.next().is_none();
        hints.extend(one(Action::Enter, if last { "done" } else { "next" }));
        let steps = label(Action::Left).zip(label(Action::Right));
        hints.extend(steps.map(|(left, right)| Hint::told(format!("{left} {right}"), "step")));
        let rows = label(Action::Up).zip(label(Action::Down));
        let word = if last { "theme" } else { "scroll" };
        hints.extend(rows.map(|(up, down)| Hint::told(format!("{up} {down}"), word)));
        hints.extend(one(Action::Back, "skip"));
        hints.extend(one(Action::Check, "check what works"));
        list(paint, area, &hints);
        return;
    }
    if context == Context::Past {
        hints.extend(one(Action::Back, "now"));
        for (back, on, word) in [
            (Action::Left, Action::Right, "event"),
            (Action::Up, Action::Down, "task, vote or question"),
            (Action::PageUp, Action::PageDown, "further"),
        ] {
            let pair = label(back).zip(label(on));
            hints.extend(pair.map(|(back, on)| Hint::told(format!("{back} {on}"), word)));
        }
    }
    if context == Context::Pane {
        let keys = of_search(scene.model).iter();
        hints.extend(keys.filter_map(|(action, word)| one(*action, word)));
    }
    let travels = scene.model.travel.is_some();
    if context == Context::Pane && scene.model.is_tiled() && !scene.model.zoomed {
        let sideways = label(Action::Left).zip(label(Action::Right));
        hints.extend(sideways.map(|(left, right)| Hint::told(format!("{left}{right}"), "session")));
    }
    if travels && matches!(context, Context::List | Context::Pane) {
        hints.extend(one(Action::Past, "back to now"));
    }
    if matches!(context, Context::List | Context::Pane) && !travels {
        let fits = fitting::hinted(scene.model, scene.state).into_iter();
        let fits = fits.filter_map(|(action, word)| one(action, word));
        // While a text is searched, its keys go before others of the same letter.
        let fits: Vec<Hint> = fits
            .filter(|hint| !hints.iter().any(|known| known.key == hint.key))
            .collect();
        hints.extend(fits);
    }
    if let Some(Overlay::Choice(choice)) = overlay {
        let last = u8::try_from(choice.columns.len()).unwrap_or(u8::MAX).min(9);
        let numbers = label(Action::Choose(1)).zip(label(Action::Choose(last)));
        hints.extend(numbers.map(|(from, to)| Hint::told(format!("{from}…{to}"), "select")));
        let sideways = label(Action::Left).zip(label(Action::Right));
        hints.extend(sideways.map(|(left, right)| Hint::told(format!("{left}{right}"), "look at")));
    }
    if let Some(Overlay::Ballot(_)) = overlay {
        hints.extend(one(Action::Raise, "better"));
        hints.extend(one(Action::Lower, "worse"));
        hints.extend(one(Action::Mark, "tie"));
        let points = label(Action::Score(0)).zip(label(Action::Score(9)));
        hints.extend(points.map(|(from, to)| Hint::told(format!("{from}…{to}"), "points")));
    }
    let resources = of_resources(scene.model).into_iter();
    hints.extend(resources.filter_map(|(action, word)| one(action, word)));
    if let Some(Overlay::Help(_)) = overlay {
        hints.extend(one(Action::Filter, "find"));
    }
    if let Some(Overlay::Form(_)) = overlay {
        // Typed as they are, like letters.
        hints.push(Hint::one("Tab".to_owned(), "next field", Action::Down));
        hints.push(Hint::told("Space", "toggles"));
    }
    let usual = scene.model.setup.keymap.hints(context);
    let usual: Vec<Hint> = usual
        .filter_map(|(key, word, action)| match (word, overlay) {
            ("confirm", Some(overlay)) => Some(Hint::one(key, enters(overlay)?, action)),
            // In a text the same key searches it.
            ("filter", None) if context == Context::Pane => Some(Hint::one(key, "search", action)),
            _ => Some(Hint::one(key, word, action)),
        })
        .filter(|hint| !hints.iter().any(|known| known.key == hint.key))
        // In the past nothing is written and nothing done with a row.
        .filter(|hint| !(travels && matches!(hint.word, "write" | "menu")))
        .collect();
    hints.extend(usual);
    if let Some(Overlay::Palette(_)) = overlay {
        hints.extend(one(Action::CopyCommand, "copy as a command"));
    }
    if let Some(Overlay::Document(_) | Overlay::Said(_) | Overlay::Checkup(_)) = overlay {
        hints.extend(one(Action::Copy, "copy"));
    }
    helped(paint, area, hints);
}

/// The same, and always the key that tells all others.
fn helped(paint: &mut Paint<'_>, area: Rect, hints: Vec<Hint>) {
    let helps = |hint: &Hint| hint.does == Some(Action::Help);
    let (help, others): (Vec<Hint>, Vec<Hint>) = hints.into_iter().partition(helps);
    let of_help = help.iter().map(|hint| hint.columns() + GAP).sum();
    let used = list(paint, shortened(area, of_help), &others);
    let rest = Rect {
        x: area.x + used,
        ..shortened(area, used)
    };
    list(paint, rest, &help);
}

fn shortened(area: Rect, by: u16) -> Rect {
    Rect {
        width: area.width.saturating_sub(by),
        ..area
    }
}

/// As many keys with their words as fit; a click presses a key. Gives the columns that they take, with the gap
/// behind them.
fn list(paint: &mut Paint<'_>, area: Rect, hints: &[Hint]) -> u16 {
    let mut column = 0;
    for hint in hints {
        let Hint { key, word, does } = hint;
        let columns = hint.columns();
        if column + columns > area.width {
            break;
        }
        if let Some(action) = does {
            let button = Rect {
                x: area.x + column,
                width: columns,
                height: 1,
                ..area
            };
            paint.hits.put(button, Target::Action(*action));
        }
        column += paint.text(area, 0, column, key, Role::Key) + 1;
        column += paint.text(area, 0, column, word, Role::Muted) + GAP;
    }
    column
}

/// What Enter does in an overlay; none where it only closes a text, which Esc says.
fn enters(overlay: &Overlay) -> Option<&'static str> {
    Some(match overlay {
        // What Enter does with a resource is said with its other keys.
        Overlay::Help(_)
        | Overlay::Document(_)
        | Overlay::History(_)
        | Overlay::Editor(_)
        | Overlay::Said(_)
        | Overlay::Checkup(_)
        | Overlay::Fetching(_)
        | Overlay::Welcome(_)
        | Overlay::Resources(_) => return None,
        Overlay::Palette(_) | Overlay::CommandLine { .. } | Overlay::Menu(_) => "do it",
        Overlay::Filter | Overlay::Seek => "keep it",
        Overlay::Lookup => "look at it",
        Overlay::Form(_) => "send",
        Overlay::Reason { .. } => "deny",
        Overlay::Ask { wanted, .. } => match wanted {
            Wanted::Fork(_) => "fork",
            Wanted::Rename(_) | Wanted::RenameNote { .. } => "rename",
            Wanted::Export(_) => "export",
            Wanted::Search => "search",
            Wanted::NewNote => "write it",
            Wanted::Dispute(_) => "dispute",
            Wanted::Retire(_) => "retire",
            Wanted::SendBack(_) => "send back",
            Wanted::Drop(_) => "take none",
        },
        Overlay::Pick(pick) => match &pick.what {
            Picking::Told { .. } | Picking::Leads { .. } if pick.len() > 0 => "go there",
            Picking::Told { .. } | Picking::Leads { .. } => return None,
            Picking::Pins { .. } => "pin or unpin",
            Picking::Kinds { .. } => "say so",
            Picking::Dials { .. } => "its values",
            Picking::Values { .. } => "set it",
            Picking::Themes { .. } => "keep it",
        },
        Overlay::Ballot(_) => "cast it",
        Overlay::Results(_) => "go there",
        Overlay::Write { .. } => "settle it",
        Overlay::Confirm(_) | Overlay::Choice(_) => "take this",
    })
}

/// What a search in the text makes of keys.
fn of_search(model: &Model) -> &'static [(Action, &'static str)] {
    let pane = model.pane();
    if model.seek.as_ref().is_some_and(|it| Some(it.pane) == pane) {
        return &[
            (Action::NewNote, "next"),
            (Action::Rename, "before"),
            (Action::Back, "end the search"),
        ];
    }
    &[]
}

/// What can be done with resources.
fn of_resources(model: &Model) -> Vec<(Action, &'static str)> {
    let follows = |from: &Offerer, uri: &str| {
        let offering = model.beside.offerings.of(from);
        let resources = offering.and_then(|it| it.resources.as_ref())?;
        let word = if resources.followed.contains_key(uri) {
            "follow no more"
        } else {
            "follow"
        };
        resources.can_follow.then_some((Action::Follow, word))
    };
    let mut keys = Vec::new();
    match model.overlays.last() {
        Some(Overlay::Resources(browse)) => {
            if let Some(entry) = browse.selected() {
                keys.push((Action::Enter, "read"));
                keys.extend(follows(&browse.from, &entry.uri));
                keys.push((Action::Quote, "to the task"));
            }
            if browse
                .list
                .as_ref()
                .is_some_and(|list| !list.kept.is_empty())
            {
                keys.push((Action::Filter, "filter"));
            }
        }
        Some(Overlay::Document(document)) => {
            let origin = &document.origin;
            keys.extend(follows(&origin.from, &origin.uri));
            if document.ring.is_some() {
                keys.push((Action::Quote, "to the task"));
            }
        }
        Some(_) | None => {}
    }
    keys
}

/// The screens at the right where there is room for them; gives the columns used.
fn screens(paint: &mut Paint<'_>, area: Rect, scene: Scene<'_>) -> u16 {
    if !scene.model.overlays.is_empty() {
        return 0;
    }
    let keys = Screen::ALL.map(|screen| scene.model.key(Action::Go(screen)));
    // Where letters are typed the plain numbers are text: what all keys begin with is said once.
    let alt = "Alt-";
    let (prefix, keys) = match keys.each_ref().map(|key| key.strip_prefix(alt)) {
        stripped if stripped.iter().all(Option::is_some) => {
            ("Alt + ", stripped.map(Option::unwrap_or_default))
        }
        _ => ("", keys.each_ref().map(String::as_str)),
    };
    let tabs = || keys.iter().zip(Screen::ALL);
    let tab = |(key, screen): (&&str, Screen)| (format!("{key} {}", screen.title()), screen);
    let long: usize = tabs().map(|it| width(&tab(it).0) + 2).sum::<usize>() - 2;
    let names = usize::from(area.width) >= long + width(prefix) + 64;
    let texts: Vec<(String, Screen)> = tabs()
        .map(|it| {
            if names {
                tab(it)
            } else {
                ((*it.0).to_owned(), it.1)
            }
        })
        .collect();
    let gap = if names { 2 } else { 1 };
    let total: usize =
        texts.iter().map(|(t, _)| width(t) + gap).sum::<usize>() - gap + width(prefix);
    let total = cells(total);
    if area.width < total + 40 {
        return 0;
    }
    let mut column = area.width - total;
    column += paint.text(area, 0, column, prefix, Role::Muted);
    for (text, screen) in &texts {
        let role = if *screen == scene.model.screen {
            Role::Accent
        } else {
            Role::Muted
        };
        let tab = Rect {
            x: area.x + column,
            width: cells(width(text)),
            ..area
        };
        let action = Action::Go(*screen);
        paint.hits.put(tab, Target::Action(action));
        column += paint.text(area, 0, column, text, role) + cells(gap);
    }
    total + GAP
}
