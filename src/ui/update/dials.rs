//! What a session can be set to: the list of it, the values of one setting, and what is chosen.

use crate::core::{Command, Dial, Session, SessionId, SessionOrder, State, Unasked};
use crate::ui::dials;
use crate::ui::model::Model;
use crate::ui::overlay::{Confirm, Overlay, Verdict};
use crate::ui::pick::{Pick, Picking};
use crate::ui::theme::Role;
use crate::ui::update::Intent;

/// Shows what a session can be set to.
pub(super) fn begin(model: &mut Model, session: &Session) {
    let id = session.id();
    if session.dials().is_empty() {
        model.tell(format!("{id} {}", dials::NONE), Role::Muted);
        return;
    }
    let dials = dials::ids(session);
    let what = Picking::Dials { session: id, dials };
    model.overlays.push(Overlay::Pick(Pick::new(what)));
}

/// Shows to what a setting can be set, from what it is.
pub(super) fn values(model: &mut Model, state: &State, session: SessionId, dial: &str) {
    let Some((session, dial)) = known(state, session, dial) else {
        return;
    };
    let values = dials::values(session, dial);
    let now = session.wished(&dial.id).unwrap_or(&dial.current);
    let chosen = values
        .iter()
        .position(|value| value.as_deref() == Some(now));
    let mut pick = Pick::new(Picking::Values {
        session: session.id(),
        dial: dial.id.clone(),
        values,
        held: !dial.sort.is_harmless(),
    });
    pick.chosen = chosen.unwrap_or_default();
    model.overlays.push(Overlay::Pick(pick));
}

/// Sets a value from the next turn on. One with which an agent asks for nothing any more is asked about first.
pub(super) fn choose(
    model: &mut Model,
    state: &State,
    session: SessionId,
    dial: &str,
    value: Option<&str>,
) -> Vec<Intent> {
    let all = known(state, session, dial).map(|(_, dial)| dial);
    let unasked = value.and_then(|value| all?.unasked(value));
    if let (Some(Unasked::Everything), Some(value)) = (unasked, value) {
        let question = format!(
            "Set {dial} of {session} to {value}? In turns that may write its agent then {}.",
            dials::unasked(Unasked::Everything)
        );
        let set = Verdict::Set {
            session,
            dial: dial.to_owned(),
            value: value.to_owned(),
        };
        model.overlays.push(Overlay::Confirm(Confirm {
            question,
            answers: vec![
                ("Keep".to_owned(), Verdict::Stay),
                ("Set it".to_owned(), set),
            ],
            chosen: 0,
        }));
        return Vec::new();
    }
    vec![set(session, dial.to_owned(), value.map(str::to_owned))]
}

/// The order that sets it.
pub(super) fn set(session: SessionId, dial: String, value: Option<String>) -> Intent {
    Intent::Command(Command::Session {
        session,
        order: SessionOrder::Set { dial, value },
    })
}

fn known<'a>(state: &'a State, session: SessionId, dial: &str) -> Option<(&'a Session, &'a Dial)> {
    let session = state.session(session)?;
    Some((session, session.dial(dial)?))
}
