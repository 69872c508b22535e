//! The search in a text pane: which text it is in, what is looked for, and from where it began.
//!
//! One search is on at a time, in one pane of one screen; elsewhere it is over. Where the words stand is known
//! by the text itself.

use crate::core::{Session, State};
use crate::ui::action::Screen;
use crate::ui::line_edit::LineEdit;
use crate::ui::model::{Model, Pane};
use crate::ui::seek::{Sought, Stand};
use crate::ui::tiles::Tiles;

/// A search that is on.
#[derive(Debug)]
pub(crate) struct Seek {
    screen: Screen,
    pub(crate) pane: Pane,
    /// The row of the session in whose transcript it is, where several are in sight.
    seat: Option<u64>,
    pub(crate) words: LineEdit,
    /// Where the reader stood when it began.
    pub(crate) origin: Stand,
    /// The words were changed: the nearest place is not gone to yet.
    pub(crate) changed: bool,
    /// What is looked for where the words stand nowhere, the last one first.
    others: Vec<String>,
    /// The document whose text must have come.
    awaits: Option<String>,
}

impl Seek {
    /// A search for nothing yet.
    pub(crate) fn begin(model: &Model, pane: Pane, origin: Stand) -> Self {
        Self {
            screen: model.screen,
            pane,
            seat: None,
            words: LineEdit::default(),
            origin,
            changed: false,
            others: Vec::new(),
            awaits: None,
        }
    }

    /// A search for the first of these that stands in a text, from a place of it on. It waits for the text of a
    /// document.
    pub(crate) fn to(
        model: &Model,
        pane: Pane,
        origin: Stand,
        mut words: Vec<String>,
        document: Option<&str>,
    ) -> Self {
        words.reverse();
        let first = words.pop().unwrap_or_default();
        Self {
            words: line_of(&first),
            changed: true,
            others: words,
            awaits: document.map(str::to_owned),
            ..Self::begin(model, pane, origin)
        }
    }

    /// Whether the text is there in which it is.
    fn has_come(&self, model: &Model) -> bool {
        let reader = &model.library.reader;
        let is_it = |name: &String| reader.name.as_ref() == Some(name) && reader.text.is_some();
        self.awaits.as_ref().is_none_or(is_it)
    }
}

fn line_of(words: &str) -> LineEdit {
    let mut line = LineEdit::default();
    line.paste(words);
    line
}

/// The text of a pane, where words can be looked for in it. What a blind vote hides is not looked through.
pub(crate) fn text<'a>(
    model: &'a mut Model,
    state: &State,
    pane: Pane,
) -> Option<&'a mut dyn Sought> {
    match pane {
        Pane::Transcript => {
            let session = model.seat(state)?.session?;
            if model.votes.veils_session(state, session).is_some() {
                return None;
            }
            let id = Session::id(session);
            Some(model.transcripts.ring_mut(id)?)
        }
        // A conflict is looked at in parts.
        Pane::Detail if model.screen == Screen::Votes => None,
        Pane::Detail => Some(&mut model.detail.ring),
        Pane::Reader => Some(&mut model.library.reader.page),
        Pane::Sessions
        | Pane::Queue
        | Pane::Memory
        | Pane::Library
        | Pane::Lessons
        | Pane::Votes
        | Pane::Inbox
        | Pane::Metrics
        | Pane::Figures
        | Pane::Advice
        | Pane::Journal => None,
    }
}

/// Has the texts on the screen look through what came, and ends a search that was left behind.
pub(crate) fn keep_up(model: &mut Model, state: &State) {
    let seek = model.seek.take().filter(|it| it.screen == model.screen);
    let mut seek = in_its_tile(model, state, seek);
    for pane in model.panes().iter().copied().filter(|pane| pane.is_text()) {
        let here = seek.as_mut().filter(|it| it.pane == pane);
        let mut here = here.filter(|it| it.has_come(model));
        let words = here.as_ref().map(|it| it.words.text().to_owned());
        let Some(text) = text(model, state, pane) else {
            continue;
        };
        text.seek(words.as_deref());
        if let Some(seek) = &mut here
            && std::mem::take(&mut seek.changed)
        {
            seek.awaits = None;
            while !text.nearest(seek.origin)
                && let Some(next) = seek.others.pop()
            {
                text.seek(Some(&next));
                seek.words = line_of(&next);
            }
        }
    }
    model.seek = seek;
    keep_up_beside(model, state);
}

/// The search in the selected one of several transcripts: each has its own.
fn in_its_tile(model: &mut Model, state: &State, seek: Option<Seek>) -> Option<Seek> {
    if !model.is_tiled() {
        model.seeks_beside.clear();
        return seek;
    }
    let here = model.selected(Pane::Sessions, state);
    let mut seek = seek;
    if let Some(left) = seek.take_if(|it| it.seat.is_some() && it.seat != here)
        && let Some(seat) = left.seat
    {
        model.seeks_beside.insert(seat, left);
    }
    let known = here.and_then(|here| model.seeks_beside.remove(&here));
    let mut seek = seek.or(known)?;
    seek.seat = here;
    Some(seek)
}

/// Has the transcripts beside the selected one look through what came, as far as they are in sight.
fn keep_up_beside(model: &mut Model, state: &State) {
    let Some(tiles) = Tiles::of(model, state, model.body()) else {
        return;
    };
    let selected = tiles.selected();
    for (seat, _) in tiles.in_sight() {
        let session = seat.session.filter(|_| Some(seat.key) != selected);
        let Some(session) = session.map(Session::id) else {
            continue;
        };
        let words = model.seeks_beside.get(&seat.key);
        let words = words.map(|it| it.words.text().to_owned());
        if let Some(ring) = model.transcripts.ring_mut(session) {
            ring.seek(words.as_deref());
        }
    }
    let seats = &tiles.seats;
    let is_there = |key: &u64| seats.iter().any(|seat| seat.key == *key);
    model.seeks_beside.retain(|key, _| is_there(key));
}

/// The search in a pane as its frame shows it, before what else stands there.
pub(crate) fn titled(model: &Model, pane: Pane, text: &dyn Sought, rest: &str) -> String {
    let here = model.seek.as_ref().filter(|it| it.pane == pane);
    said(here, text, rest)
}

/// The same for one of several transcripts.
pub(crate) fn titled_in_tile(model: &Model, seat: u64, text: &dyn Sought, rest: &str) -> String {
    let here = model.seek.as_ref().filter(|it| it.seat == Some(seat));
    said(here.or(model.seeks_beside.get(&seat)), text, rest)
}

fn said(here: Option<&Seek>, text: &dyn Sought, rest: &str) -> String {
    let Some(words) = here.map(|it| it.words.text()).filter(|it| !it.is_empty()) else {
        return rest.to_owned();
    };
    let told = text.sought();
    if rest.is_empty() {
        format!("/{words} {told}")
    } else {
        format!("/{words} {told} · {rest}")
    }
}
