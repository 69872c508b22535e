//! Documents of the shared memory, read in an overlay.

use crate::core::State;
use crate::link::Query;
use crate::ui::action::Action;
use crate::ui::model::{Model, Pane};
use crate::ui::overlay::{Document, Origin, Overlay};
use crate::ui::ring::{Ring, Tone};
use crate::ui::theme::Role;
use crate::ui::update::{Intent, lists, resources};

/// In place of a document that the room cannot show.
const FORGOTTEN: &str = "The room no longer keeps what this document is about. Its last text is \
                         still in the shared memory.";

/// Opens the selected document and asks for its text.
pub(super) fn open(model: &mut Model, state: &State) -> Vec<Intent> {
    let Some(name) = selected(model, state).map(str::to_owned) else {
        return Vec::new();
    };
    model.overlays.push(Overlay::Document(Document {
        name: name.clone(),
        ring: None,
        sized: false,
        above: 0,
        origin: Origin::Memory,
    }));
    vec![Intent::Ask(Query::Document { name })]
}

/// Name of the selected document.
pub(super) fn selected<'m>(model: &'m Model, state: &State) -> Option<&'m str> {
    let at = usize::try_from(model.selected(Pane::Memory, state)?).ok()?;
    Some(model.documents().get(at)?.name.as_str())
}

/// Scrolls, copies or closes a document.
pub(super) fn act(model: &mut Model, mut document: Document, action: Action) -> Vec<Intent> {
    let mut intents = Vec::new();
    if action == Action::Enter {
        return intents;
    }
    if let Origin::Resource { member, uri, .. } = &document.origin {
        let (member, uri) = (member.clone(), uri.clone());
        match (action, &document.ring) {
            (Action::Follow, _) => {
                model.overlays.push(Overlay::Document(document));
                return resources::follow(model, &member, uri);
            }
            (Action::Quote, Some(ring)) => {
                resources::quote(model, &member, &uri, &ring.text());
                return intents;
            }
            (_, _) => {}
        }
    }
    if let Some(ring) = &mut document.ring {
        if action == Action::Copy {
            let text = ring.text();
            let size = crate::ui::composer::size(text.len());
            model.tell(format!("copied {size}"), Role::Muted);
            intents.push(Intent::Copy(text));
        }
        let page = usize::from(model.size.height / 2).max(1);
        lists::scroll(ring, action, page);
    }
    model.overlays.push(Overlay::Document(document));
    intents
}

/// The text of a document came.
pub(super) fn show(model: &mut Model, name: &str, text: Option<&str>) {
    for overlay in &mut model.overlays {
        if let Overlay::Document(document) = overlay
            && document.name == name
            && document.origin == Origin::Memory
        {
            let mut ring = Ring::default();
            match text {
                Some(text) => ring.push_unwrapped(text, Tone::Said),
                None => ring.push_unwrapped(FORGOTTEN, Tone::Note),
            }
            document.ring = Some(ring);
            document.sized = false;
        }
    }
}
