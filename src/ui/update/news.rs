//! What the room tells: it changes what is derived from the state, and tells the operator what matters.
//!
//! The state itself has folded it already. Nothing is asked here and nothing drawn.

use crate::core::{Checked, Event, HandedServer, SessionChange};
use crate::link::{Query, QueryError};
use crate::ui::action::Action;
use crate::ui::checks;
use crate::ui::model::{Link, Model};
use crate::ui::room::{RoomEvent, SendError, Sight};
use crate::ui::theme::Role;
use crate::ui::update::{
    Intent, checkup, editing, library, notify, offers, overlays, search, travel,
};

/// Takes in something that happened.
pub(super) fn told(model: &mut Model, sight: Sight<'_>, event: RoomEvent) -> Vec<Intent> {
    if let Some(intents) = travel::meanwhile(model, sight, &event) {
        return intents;
    }
    let Sight { state, now, .. } = sight;
    match event {
        // Taken in by the console, which keeps what there is to see.
        RoomEvent::Past(_) => {}
        RoomEvent::Events(events) => {
            let left = model.leaves_from(&events);
            model.heard(&events, state);
            if let Some(at) = left {
                model.follow(state);
                model.stay_at(at, state);
            }
            let mut raised = Vec::new();
            for recorded in events {
                if let Event::AttentionRaised { attention, .. } = &recorded.event {
                    raised.push(attention.id);
                }
                if let Event::TaskConcluded { task, .. } = &recorded.event {
                    model.lists.marked.remove(task);
                }
                model.transcripts.record(&recorded.event, now, state);
                editing::happened(model, &recorded.event);
                if let Event::Checked {
                    what: Checked::Ended { task, end, .. },
                } = &recorded.event
                    && let Some(trouble) = checks::trouble(*task, end, state)
                {
                    model.tell(trouble, Role::Warn);
                }
                if let Event::SessionChanged {
                    session,
                    change: SessionChange::Handed { servers },
                } = &recorded.event
                    && let Some(trouble) = servers.iter().find_map(HandedServer::told)
                {
                    let member = state.session(*session).map(|it| it.member().as_str());
                    let member = member.unwrap_or_default();
                    model.tell(format!("{member} {session}: {trouble}"), Role::Warn);
                }
                model.log.keep(recorded);
            }
            model.sieve.wake();
            model.look_up(state);
            overlays::follow(model, state);
            return notify::raised(model, state, now, &raised)
                .into_iter()
                .collect();
        }
        RoomEvent::History(events) => model.log.put(events, state.seq()),
        RoomEvent::Sifted { ask, sifted } => model.sieve.put(ask, sifted, state.seq()),
        RoomEvent::Documents { ask, result } => library::came(model, ask, result),
        RoomEvent::Checkup(found) => return checkup::show(model, found),
        RoomEvent::Deltas(deltas) => {
            for delta in deltas {
                model.transcripts.stream(&delta, now, state);
            }
        }
        RoomEvent::Reset => {
            model.reset(sight);
            model.log.unasked();
            model.sieve.begin_again();
            overlays::follow(model, state);
        }
        RoomEvent::Hub => model.beside.hub.clone_from(sight.hub),
        RoomEvent::Unanswered(why) => {
            model.log.unasked();
            model.sieve.unasked();
            model.tell(why, Role::Warn);
        }
        RoomEvent::Refused(why) if editing::refused(model, &why) => {}
        RoomEvent::Refused(why) | RoomEvent::Told(why) => model.tell(why, Role::Warn),
        RoomEvent::Done(what) => model.tell(what, Role::Ok),
        RoomEvent::Found { words, places } => search::found(model, state, words, places),
        RoomEvent::Offerings(offerings) => return offers::changed(model, offerings),
        RoomEvent::Granted { ask, result } => return offers::granted(model, ask, result),
        RoomEvent::Gone { why } => {
            offers::lost(model);
            if model.tie.link == Link::Stopping {
                return vec![Intent::Quit];
            }
            model.tie.link = Link::Gone { at: now };
            model.notice = None;
            if let Some(why) = why {
                model.tell(why, Role::Warn);
            } else if model.travel.is_some() {
                let key = model.key(Action::Past);
                let told =
                    format!("the room ended meanwhile; {key} goes back to how it stood then");
                model.tell(told, Role::Warn);
            }
        }
    }
    Vec::new()
}

/// A question could not be handed over: nobody waits for its answer any more.
pub(super) fn unasked(model: &mut Model, query: &Query, error: SendError) {
    if let Query::Wish { ask, .. } = query {
        let why = error.to_string();
        drop(offers::granted(model, *ask, Err(QueryError { why })));
    }
    if let Query::Documents { ask, .. } = query {
        let why = error.to_string();
        library::came(model, *ask, Err(QueryError { why }));
    }
    model.log.unasked();
    model.sieve.unasked();
    travel::lost(model);
    model.tell(error.to_string(), Role::Warn);
}
