//! The filter of the Journal screen: reads it, completes it, and asks the room for what passes.

use crate::core::{Concerns, State, Timestamp};
use crate::link::{Query, Sifted};
use crate::ui::filter::{self, Names};
use crate::ui::line_edit::LineEdit;
use crate::ui::model::{Model, Pane};
use crate::ui::update::Intent;

/// Reads the filter if it is another one; what to ask the room for it.
pub(super) fn attend(model: &mut Model, state: &State, now: Timestamp) -> Option<Intent> {
    read(model, state, now);
    let number = model.beside.wishes + 1;
    let query = model.sieve.ask(state.seq(), number)?;
    model.beside.wishes = number;
    if model.has_ended() {
        at_hand(model, &query, state.seq());
        return None;
    }
    Some(Intent::Ask(query))
}

/// Reads the filter if it is another one.
pub(super) fn read(model: &mut Model, state: &State, now: Timestamp) {
    let Some(line) = model.lists.filters.get(&Pane::Journal) else {
        model.sieve.end();
        return;
    };
    let moment = model.travel.as_ref().map(|_| state.seq());
    let zone = &model.setup.zone;
    model.sieve.read(line.text(), moment, now, zone);
}

/// Nobody is there who could be asked: what is at hand is looked through, as if there were no more.
fn at_hand(model: &mut Model, query: &Query, seq: u64) {
    let Query::Sift {
        ask,
        filter,
        from,
        back,
    } = query
    else {
        return;
    };
    let (first, last) = if *back { (1, *from) } else { (*from, seq) };
    let mut known = Concerns::default();
    for it in model.log.events() {
        known.learn(it);
    }
    let within = model
        .log
        .events()
        .filter(|it| (first..=last).contains(&it.seq));
    let events = within.filter(|it| filter::passes(filter, &known, it, true));
    let sifted = Sifted {
        first,
        last,
        events: events.cloned().collect(),
    };
    model.sieve.put(*ask, sifted, seq);
}

/// Takes the best completion of what is being typed; nothing where the filter of another list is.
pub(super) fn complete(model: &mut Model, state: &State) {
    if model.list() != Pane::Journal {
        return;
    }
    let line = model.lists.filters.entry(Pane::Journal).or_default();
    if let Some(text) = filter::complete(line.text(), &Names::of(state)) {
        *line = LineEdit::holding(&text);
    }
}
