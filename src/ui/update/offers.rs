//! Prompts of servers: chosen, filled in, fetched into the composer; and what comes of every wish.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::core::{Granted, Offerer, Offerings, PromptOffer, Wish};
use crate::link::{Query, QueryError};
use crate::ui::form::{Completion, Filling, Goal};
use crate::ui::model::{Beside, Focus, Model};
use crate::ui::overlay::{Fetched, Fetching, Overlay};
use crate::ui::theme::Role;
use crate::ui::update::{Intent, palette, resources};

/// A wish of this console: its number, and the intent that hands it over.
pub(super) fn wish(beside: &mut Beside, from: &Offerer, wish: Wish) -> (u64, Intent) {
    beside.wishes += 1;
    let ask = beside.wishes;
    let from = from.clone();
    (ask, Intent::Ask(Query::Wish { ask, from, wish }))
}

/// Fetches the prompt that was chosen, or first asks for what it wants to know.
pub(super) fn choose(model: &mut Model, from: Offerer, prompt: &PromptOffer) -> Vec<Intent> {
    let name = prompt.name.clone();
    if prompt.arguments.is_empty() {
        return fetch(model, from, name, BTreeMap::new());
    }
    let title = format!("{} of {from}", prompt.called());
    let goal = Goal::Prompt { from, name };
    let filling = Filling::of(goal, title, &prompt.description, prompt.form());
    model.overlays.push(Overlay::Form(Box::new(filling)));
    complete(model)
}

/// Asks what could be filled in where somebody types now, unless that is known.
pub(super) fn complete(model: &mut Model) -> Vec<Intent> {
    let Model {
        overlays, beside, ..
    } = model;
    let Some(Overlay::Form(filling)) = overlays.last_mut() else {
        return Vec::new();
    };
    let Goal::Prompt { from, name } = filling.goal.clone() else {
        return Vec::new();
    };
    let completes = beside.offerings.of(&from).is_some_and(|it| it.completes);
    let Some((argument, typed)) = filling.typed().filter(|_| completes) else {
        filling.completion = Completion::default();
        return Vec::new();
    };
    let of = (filling.at, typed.to_owned());
    if filling.completion.of.as_ref() == Some(&of) {
        return Vec::new();
    }
    let wanted = Wish::Complete {
        name,
        argument: argument.to_owned(),
        typed: typed.to_owned(),
        others: filling.others(),
    };
    let (ask, intent) = wish(beside, &from, wanted);
    filling.completion = Completion {
        ask: Some(ask),
        of: Some(of),
        words: Vec::new(),
    };
    vec![intent]
}

/// What a prompt wants to know was filled in. The form stays until the text is there.
pub(super) fn filled(
    model: &mut Model,
    filling: Box<Filling>,
    content: Map<String, Value>,
) -> Vec<Intent> {
    let Goal::Prompt { from, name } = filling.goal.clone() else {
        return Vec::new();
    };
    let text = |value: Value| match value {
        Value::String(text) => text,
        other @ (Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::Array(_)
        | Value::Object(_)) => other.to_string(),
    };
    let arguments = content.into_iter().map(|(key, value)| (key, text(value)));
    let arguments = arguments.collect();
    model.overlays.push(Overlay::Form(filling));
    fetch(model, from, name, arguments)
}

fn fetch(
    model: &mut Model,
    from: Offerer,
    name: String,
    arguments: BTreeMap<String, String>,
) -> Vec<Intent> {
    let wanted = Wish::Prompt {
        name: name.clone(),
        arguments,
    };
    let (ask, intent) = wish(&mut model.beside, &from, wanted);
    let what = Fetched::Prompt(name);
    let fetching = Fetching { ask, from, what };
    model.overlays.push(Overlay::Fetching(fetching));
    vec![intent]
}

/// What the servers offer has changed: what is shown of it is asked for again.
pub(super) fn changed(model: &mut Model, offerings: Offerings) -> Vec<Intent> {
    let followed = |(from, uri): &(Offerer, String)| offerings.updates(from, uri).is_some();
    model.beside.looked.retain(|of, _| followed(of));
    let fresh = offerings.iter().find_map(|(from, offering)| {
        let why = offering.trouble.as_ref()?;
        let before = model.beside.offerings.of(from);
        let is_new = before.is_none_or(|it| it.trouble.is_none());
        is_new.then(|| format!("{} cannot be used: {why}", from.server()))
    });
    model.beside.offerings = offerings;
    palette::forget(model);
    if let Some(text) = fresh {
        model.tell(text, Role::Warn);
    }
    resources::refresh(model)
}

/// What a wish brought.
pub(super) fn granted(
    model: &mut Model,
    ask: u64,
    result: Result<Granted, QueryError>,
) -> Vec<Intent> {
    let waiting = |overlay: &Overlay| overlay.waits_for() == Some(ask);
    let Some(at) = model.overlays.iter().position(waiting) else {
        match result {
            Ok(Granted::Followed) => model.tell("it is followed: changes are shown", Role::Ok),
            Ok(Granted::Unfollowed) => model.tell("it is followed no more", Role::Muted),
            Err(error) => model.tell(error.why, Role::Warn),
            // It was given up, and the answer was on its way already.
            Ok(Granted::Text(_) | Granted::Words(_) | Granted::Resources(_)) => {}
        }
        return Vec::new();
    };
    if let Some(Overlay::Form(filling)) = model.overlays.get_mut(at) {
        filling.completion.ask = None;
        // Where nothing can be completed it is typed.
        if let Ok(Granted::Words(words)) = result {
            filling.completion.words = words;
        }
        return Vec::new();
    }
    if let Some(Overlay::Fetching(fetching)) = model.overlays.get(at) {
        let fetching = fetching.clone();
        model.overlays.remove(at);
        fetched(model, fetching, result);
        return Vec::new();
    }
    resources::came(model, ask, result);
    resources::refresh(model)
}

/// What was on its way into the composer has come, or not.
fn fetched(model: &mut Model, fetching: Fetching, result: Result<Granted, QueryError>) {
    let Fetching { from, what, .. } = fetching;
    let text = match result {
        Ok(Granted::Text(text)) => text,
        Ok(Granted::Words(_) | Granted::Resources(_) | Granted::Followed | Granted::Unfollowed) => {
            String::new()
        }
        Err(error) => return model.tell(error.why, Role::Warn),
    };
    if text.trim().is_empty() {
        return model.tell(format!("{} says nothing", from.server()), Role::Warn);
    }
    match what {
        Fetched::Prompt(name) => {
            let goal = Goal::Prompt {
                from: from.clone(),
                name,
            };
            let is_its_form = |it: &Overlay| matches!(it, Overlay::Form(it) if it.goal == goal);
            model.overlays.retain(|overlay| !is_its_form(overlay));
            let to = from.member().map(|member| format!("@{member} "));
            let notice = model.composer.begin(&to.unwrap_or_default(), &text);
            composed(model, notice);
        }
        Fetched::Resource(uri) => resources::quote(model, &from, &uri, &text),
    }
}

/// The draft has changed: the operator sees it, and what to know of it.
pub(super) fn composed(model: &mut Model, notice: Option<String>) {
    model.focus = Focus::Composer;
    model.composer.refresh(&model.vocabulary);
    if let Some(notice) = notice {
        model.tell(notice, Role::Muted);
    }
}

/// The room is gone: nothing that is on its way will come.
pub(super) fn lost(model: &mut Model) {
    let on_its_way = |overlay: &Overlay| matches!(overlay, Overlay::Fetching(_));
    model.overlays.retain(|overlay| !on_its_way(overlay));
}
