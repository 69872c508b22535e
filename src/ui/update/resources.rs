//! Resources of servers: listed, read, followed, put into the draft.

use crate::core::{Granted, Offerer, State, Wish};
use crate::link::QueryError;
use crate::ui::action::{Action, Screen};
use crate::ui::model::{Beside, Model, Pane};
use crate::ui::overlay::{Document, Fetched, Fetching, Origin, Overlay};
use crate::ui::resources::Browse;
use crate::ui::ring::{Ring, Tone};
use crate::ui::theme::Role;
use crate::ui::update::offers::{composed, wish};
use crate::ui::update::{Intent, lists};

/// The shortest fence around a text of others.
const FENCE: usize = 3;

/// Says where the resources are to which something can be done.
pub(super) fn elsewhere(model: &mut Model) {
    let key = model.key(Action::Resources);
    let text = format!("that is for a resource: {key} shows those of a member's server");
    model.tell(text, Role::Muted);
}

/// Opens the list of the selected member's server and asks for it.
pub(super) fn begin(model: &mut Model, state: &State) -> Vec<Intent> {
    if model.list() != Pane::Sessions {
        let key = model.key(Action::Go(Screen::Sessions));
        model.tell(
            format!("that is for a member's server: {key} shows them"),
            Role::Muted,
        );
        return Vec::new();
    }
    let Some(seat) = model.seat(state) else {
        model.tell("no session is selected", Role::Muted);
        return Vec::new();
    };
    let member = seat.member.spec().name.clone();
    browse(model, member.into())
}

/// Opens the list of a server and asks for it.
pub(super) fn browse(model: &mut Model, from: Offerer) -> Vec<Intent> {
    let lists = lists_of(&model.beside, &from);
    let (ask, intent) = wish(&mut model.beside, &from, Wish::Resources);
    let browse = Browse::new(from, ask, lists);
    model.overlays.push(Overlay::Resources(browse));
    vec![intent]
}

fn lists_of(beside: &Beside, from: &Offerer) -> u64 {
    let offering = beside.offerings.of(from);
    let resources = offering.and_then(|it| it.resources.as_ref());
    resources.map_or(0, |it| it.lists)
}

/// Looks through the list; Enter reads the selected one.
pub(super) fn act(model: &mut Model, mut browse: Browse, action: Action) -> Vec<Intent> {
    let selected = browse.selected().cloned();
    let from = browse.from.clone();
    match (action, selected) {
        (Action::Enter, _) if browse.typing => browse.typing = false,
        (Action::Filter, _) => browse.typing = true,
        (Action::Enter, Some(entry)) => {
            model.overlays.push(Overlay::Resources(browse));
            let name = if entry.name.is_empty() {
                entry.uri.clone()
            } else {
                entry.name
            };
            let title = format!("{name} of {from}");
            return read(model, from, entry.uri, title);
        }
        (Action::Follow, Some(entry)) => {
            model.overlays.push(Overlay::Resources(browse));
            return follow(model, &from, entry.uri);
        }
        (Action::Quote, Some(entry)) => {
            model.overlays.push(Overlay::Resources(browse));
            let uri = entry.uri.clone();
            let (ask, intent) = wish(&mut model.beside, &from, Wish::Read { uri });
            let what = Fetched::Resource(entry.uri);
            let fetching = Fetching { ask, from, what };
            model.overlays.push(Overlay::Fetching(fetching));
            return vec![intent];
        }
        (Action::Copy, Some(entry)) => {
            model.tell("copied its address", Role::Muted);
            model.overlays.push(Overlay::Resources(browse));
            return vec![Intent::Copy(entry.uri)];
        }
        (action, _) => {
            let page = usize::from(model.size.height / 2).max(1);
            let to = lists::target(browse.chosen, browse.rows().len(), page, action);
            browse.chosen = to.unwrap_or(browse.chosen);
        }
    }
    model.overlays.push(Overlay::Resources(browse));
    Vec::new()
}

/// Goes back in a list: first out of its filter. Gives the list when it stays.
pub(super) fn back(mut browse: Browse) -> Option<Browse> {
    browse.unfilter().then_some(browse)
}

fn read(model: &mut Model, from: Offerer, uri: String, name: String) -> Vec<Intent> {
    let (ask, updates, intent) = ask_for(&mut model.beside, &from, &uri);
    model.overlays.push(Overlay::Document(Document {
        name,
        ring: None,
        sized: false,
        above: 0,
        origin: Origin {
            from,
            uri,
            ask: Some(ask),
            updates,
        },
    }));
    vec![intent]
}

/// Asks for a resource that is looked at from now on.
fn ask_for(beside: &mut Beside, from: &Offerer, uri: &str) -> (u64, Option<u64>, Intent) {
    let updates = beside.offerings.updates(from, uri);
    if let Some(updates) = updates {
        let of = (from.clone(), uri.to_owned());
        beside.looked.insert(of, updates);
    }
    let uri = uri.to_owned();
    let (ask, intent) = wish(beside, from, Wish::Read { uri });
    (ask, updates, intent)
}

/// Scrolls, copies, follows, quotes or closes a resource that is read.
pub(super) fn reading(model: &mut Model, mut document: Document, action: Action) -> Vec<Intent> {
    let mut intents = Vec::new();
    if action == Action::Enter {
        return intents;
    }
    let (from, uri) = (document.origin.from.clone(), document.origin.uri.clone());
    match (action, &mut document.ring) {
        (Action::Follow, _) => {
            model.overlays.push(Overlay::Document(document));
            return follow(model, &from, uri);
        }
        (Action::Quote, Some(ring)) => {
            quote(model, &from, &uri, &ring.text());
            return intents;
        }
        (Action::Copy, Some(ring)) => {
            let text = ring.text();
            let size = crate::ui::composer::size(text.len());
            model.tell(format!("copied {size}"), Role::Muted);
            intents.push(Intent::Copy(text));
        }
        (action, Some(ring)) => {
            let page = usize::from(model.size.height / 2).max(1);
            lists::scroll(ring, action, page);
        }
        (_, None) => {}
    }
    model.overlays.push(Overlay::Document(document));
    intents
}

/// Follows a resource, or follows it no more.
pub(super) fn follow(model: &mut Model, from: &Offerer, uri: String) -> Vec<Intent> {
    let offering = model.beside.offerings.of(from);
    let resources = offering.and_then(|it| it.resources.as_ref());
    if resources.is_some_and(|it| !it.can_follow) {
        let text = format!("{} does not tell when a resource changes", from.server());
        model.tell(text, Role::Warn);
        return Vec::new();
    }
    let wanted = if resources.is_some_and(|it| it.followed.contains_key(&uri)) {
        Wish::Unfollow { uri }
    } else {
        Wish::Follow { uri }
    };
    let (_, intent) = wish(&mut model.beside, from, wanted);
    vec![intent]
}

/// A list or a text came.
pub(super) fn came(model: &mut Model, ask: u64, result: Result<Granted, QueryError>) {
    let waiting = |overlay: &&mut Overlay| overlay.waits_for() == Some(ask);
    match model.overlays.iter_mut().find(waiting) {
        Some(Overlay::Resources(browse)) => {
            browse.ask = None;
            match result {
                Ok(Granted::Resources(list)) => browse.put(list),
                Ok(
                    Granted::Text(_) | Granted::Words(_) | Granted::Followed | Granted::Unfollowed,
                ) => {}
                Err(error) => browse.failed = Some(error.why),
            }
        }
        Some(Overlay::Document(document)) => {
            document.origin.ask = None;
            // It changes under the eyes of who reads it: the place stays.
            document.above = document.ring.as_ref().map_or(0, Ring::above);
            let mut ring = Ring::default();
            match result {
                Ok(Granted::Text(text)) if text.is_empty() => {
                    ring.push_unwrapped("It is empty.", Tone::Note);
                }
                Ok(Granted::Text(text)) => ring.push_unwrapped(&text, Tone::Said),
                Ok(
                    Granted::Words(_)
                    | Granted::Resources(_)
                    | Granted::Followed
                    | Granted::Unfollowed,
                ) => {}
                Err(error) => ring.push_unwrapped(&error.why, Tone::Failure),
            }
            document.ring = Some(ring);
            document.sized = false;
        }
        Some(_) | None => {}
    }
}

/// Asks again for what is shown and has changed since it was asked for.
pub(super) fn refresh(model: &mut Model) -> Vec<Intent> {
    let Model {
        overlays, beside, ..
    } = model;
    let mut intents = Vec::new();
    for overlay in overlays {
        match overlay {
            Overlay::Resources(browse) if browse.ask.is_none() => {
                let lists = lists_of(beside, &browse.from);
                if lists != browse.lists {
                    let (ask, intent) = wish(beside, &browse.from, Wish::Resources);
                    (browse.ask, browse.lists) = (Some(ask), lists);
                    intents.push(intent);
                }
            }
            Overlay::Document(Document {
                origin:
                    Origin {
                        from,
                        uri,
                        ask: ask @ None,
                        updates,
                    },
                ..
            }) => {
                let now = beside.offerings.updates(from, uri);
                if now.is_some() && now != *updates {
                    let (number, known, intent) = ask_for(beside, from, uri);
                    (*ask, *updates) = (Some(number), known);
                    intents.push(intent);
                }
            }
            Overlay::Resources(_)
            | Overlay::Document(_)
            | Overlay::Help(_)
            | Overlay::Palette(_)
            | Overlay::CommandLine { .. }
            | Overlay::Filter
            | Overlay::Seek
            | Overlay::Lookup
            | Overlay::History(_)
            | Overlay::Editor(_)
            | Overlay::Form(_)
            | Overlay::Reason { .. }
            | Overlay::Ballot(_)
            | Overlay::Menu(_)
            | Overlay::Welcome(_)
            | Overlay::Ask { .. }
            | Overlay::Results(_)
            | Overlay::Write { .. }
            | Overlay::Fetching(_)
            | Overlay::Checkup(_)
            | Overlay::Confirm(_)
            | Overlay::Choice(_)
            | Overlay::Pick(_)
            | Overlay::Said(_) => {}
        }
    }
    intents
}

/// Puts a resource into the draft, in a fence that it cannot leave.
pub(super) fn quote(model: &mut Model, from: &Offerer, uri: &str, text: &str) {
    model
        .overlays
        .retain(|overlay| !matches!(overlay, Overlay::Resources(_) | Overlay::Document(_)));
    let fence = "`".repeat(longest_run(text).max(FENCE - 1) + 1);
    let uri = crate::ui::text::line(uri);
    let text = text.trim_end();
    let quoted = format!("Resource {uri} of {from}:\n{fence}\n{text}\n{fence}");
    let notice = model.composer.append(&quoted);
    composed(model, notice);
}

/// The longest run of backticks.
fn longest_run(text: &str) -> usize {
    let runs = text.split(|c| c != '`').map(str::len);
    runs.max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::longest_run;

    #[test]
    fn a_fence_is_longer_than_any_inside() {
        assert_eq!(longest_run("plain"), 0);
        assert_eq!(longest_run("a `b` ````\n`` c"), 4);
    }
}
