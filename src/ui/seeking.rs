//! The search in a text pane: which text it is in, what is looked for, and from where it began.
//!
//! One search is on at a time, in one pane of one screen; elsewhere it is over. Where the words stand is known
//! by the text itself.

use crate::core::{Session, State};
use crate::ui::action::Screen;
use crate::ui::line_edit::LineEdit;
use crate::ui::model::{Model, Pane};
use crate::ui::seek::{Sought, Stand};

/// A search that is on.
#[derive(Debug)]
pub(crate) struct Seek {
    screen: Screen,
    pub(crate) pane: Pane,
    pub(crate) words: LineEdit,
    /// Where the reader stood when it began.
    pub(crate) origin: Stand,
    /// The words were changed: the nearest place is not gone to yet.
    pub(crate) changed: bool,
}

impl Seek {
    /// A search for nothing yet.
    pub(crate) fn begin(model: &Model, pane: Pane, origin: Stand) -> Self {
        Self {
            screen: model.screen,
            pane,
            words: LineEdit::default(),
            origin,
            changed: false,
        }
    }
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
    let mut seek = model.seek.take().filter(|it| it.screen == model.screen);
    for pane in model.panes().iter().copied().filter(|pane| pane.is_text()) {
        let mut here = seek.as_mut().filter(|it| it.pane == pane);
        let words = here.as_ref().map(|it| it.words.text().to_owned());
        let Some(text) = text(model, state, pane) else {
            continue;
        };
        text.seek(words.as_deref());
        if let Some(seek) = &mut here
            && std::mem::take(&mut seek.changed)
        {
            text.nearest(seek.origin);
        }
    }
    model.seek = seek;
}

/// The search in a pane as its frame shows it, before what else stands there.
pub(crate) fn titled(model: &Model, pane: Pane, text: &dyn Sought, rest: &str) -> String {
    let here = model.seek.as_ref().filter(|it| it.pane == pane);
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
