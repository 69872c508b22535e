//! The room as it was: going there, moving from event to event, and back to now. Nothing is done there.

use crate::core::{Event, State, Timestamp};
use crate::link::{Past, Query};
use crate::ui::action::{Action, Context, Dealing, Screen};
use crate::ui::log::Log;
use crate::ui::model::{Focus, Model, Pane};
use crate::ui::past::{Moment, Way};
use crate::ui::room::{RoomEvent, Sight};
use crate::ui::theme::Role;
use crate::ui::transcript::Transcripts;
use crate::ui::travel::{Hop, Seen, Travel};
use crate::ui::update::{Intent, notify, perform, seeking};

/// Looks at the room as it was after the selected event, or after the last one; and back again.
pub(super) fn toggle(model: &mut Model, state: &State) {
    if model.travel.is_some() {
        return leave(model);
    }
    let selected = (model.list() == Pane::Journal).then(|| model.selected(Pane::Journal, state));
    let to = selected.flatten().unwrap_or_else(|| state.seq());
    model.travel = Some(Travel::to(to, state.seq()));
    model.focus = Focus::Composer;
    model.zoomed = false;
}

/// Looks at the room as it was after an event, while the past is looked at.
pub(super) fn go(model: &mut Model, seq: u64) {
    if let Some(travel) = &mut model.travel {
        travel.go(seq);
        model.focus = Focus::Composer;
    }
}

fn leave(model: &mut Model) {
    model.travel = None;
    model.focus = Focus::Pane(0);
    model.tell("this is now", Role::Muted);
}

/// Does an action while the past is looked at: only what looks.
pub(super) fn act(model: &mut Model, state: &State, now: Timestamp, action: Action) -> Vec<Intent> {
    let on_the_line = model.context() == Context::Past;
    if on_the_line && moved(model, action) {
        return Vec::new();
    }
    // How the room stands now is not known here, and that is what leaving asks about.
    let leaves = matches!(action, Action::Quit | Action::Cancel) && model.overlays.is_empty();
    if leaves || (on_the_line && action == Action::Back) {
        leave(model);
    } else if on_the_line && action == Action::Enter {
        model.focus = Focus::Pane(0);
    } else if looks(action) || (seeking::is_on(model) && seeks(action)) {
        let stood = (
            model.screen,
            model.focus,
            model.zoomed,
            model.overlays.len(),
        );
        let mut intents = perform(model, state, now, action);
        let stands = (
            model.screen,
            model.focus,
            model.zoomed,
            model.overlays.len(),
        );
        if action == Action::Back && stands == stood && model.screen == Screen::Room {
            // Nothing is left to go back from but the past itself.
            model.focus = Focus::Composer;
        }
        let wanted = intents.len();
        intents.retain(|intent| !acts(intent));
        if intents.len() < wanted {
            refuse(model);
        }
        return intents;
    } else {
        refuse(model);
    }
    Vec::new()
}

pub(super) fn refuse(model: &mut Model) {
    let key = model.key(Action::Past);
    let told = format!("this is the room as it was, nothing is done there; {key} goes back to now");
    model.tell(told, Role::Warn);
}

/// Moves along the line of events; false where the action is no move.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "eight of all actions move; the rest do not"
)]
fn moved(model: &mut Model, action: Action) -> bool {
    let Some(travel) = &mut model.travel else {
        return false;
    };
    match action {
        Action::Left => travel.step(-1),
        Action::Right => travel.step(1),
        Action::Up => travel.hop = Some((Way::Back, travel.to)),
        Action::Down => travel.hop = Some((Way::On, travel.to)),
        Action::PageUp => travel.step(-travel.page()),
        Action::PageDown => travel.step(travel.page()),
        Action::Top => travel.go(1),
        Action::Bottom => travel.go(u64::MAX),
        _ => return false,
    }
    true
}

/// Whether an action goes from hit to hit while something is looked for.
fn seeks(action: Action) -> bool {
    matches!(action, Action::NewNote | Action::Rename)
}

/// Whether an action only looks. What is not named here may act, and nothing is done in the past.
fn looks(action: Action) -> bool {
    matches!(
        action,
        Action::Enter
            | Action::Back
            | Action::Compose
            | Action::Up
            | Action::Down
            | Action::Left
            | Action::Right
            | Action::PageUp
            | Action::PageDown
            | Action::Top
            | Action::Bottom
            | Action::NextPane
            | Action::PreviousPane
            | Action::NextAttention
            | Action::PreviousAttention
            | Action::Choose(_)
            | Action::Conflict(
                Dealing::RulePrevious
                    | Dealing::RuleNext
                    | Dealing::Weights
                    | Dealing::PreviousAnswer
                    | Dealing::NextAnswer
                    | Dealing::Reveal,
            )
            | Action::Reading(_)
            | Action::Board
            | Action::NextTiling
            | Action::Tile(_)
            | Action::Figures(_)
            | Action::Advice
            | Action::Lessons
            | Action::History
            | Action::Told
            | Action::Lead
            | Action::ShowArchived
            | Action::Zoom
            | Action::Copy
            | Action::Why
            | Action::Theme
            | Action::Welcome
            | Action::Filter
            | Action::CommandLine
            | Action::Palette
            | Action::CopyCommand
            | Action::Help
            | Action::Go(_)
            | Action::Past
            | Action::Mouse
            | Action::Redraw
            | Action::Suspend
    )
}

/// Whether something would be done for an intent.
fn acts(intent: &Intent) -> bool {
    match intent {
        Intent::Command(_)
        | Intent::Quit
        | Intent::Reopen
        | Intent::EditDraft(_)
        | Intent::EditResult(_)
        | Intent::EditDocument(_) => true,
        Intent::Ask(query) => match query {
            Query::Export { .. } | Query::Checkup(_) | Query::Wish { .. } => true,
            Query::Events { .. }
            | Query::Sift { .. }
            | Query::Past { .. }
            | Query::Documents { .. }
            | Query::Search { .. }
            | Query::Offerings { .. } => false,
        },
        Intent::Suspend
        | Intent::Redraw
        | Intent::Withdraw(_)
        | Intent::Show(_)
        | Intent::Copy(_)
        | Intent::Mouse(_)
        | Intent::Notify(_)
        | Intent::LookAround => false,
    }
}

/// What of the room's news matters while the past is looked at. None: the news is taken in as always.
pub(super) fn meanwhile(
    model: &mut Model,
    sight: Sight<'_>,
    event: &RoomEvent,
) -> Option<Vec<Intent>> {
    model.travel.as_ref()?;
    match event {
        RoomEvent::Events(events) => {
            let mut raised = Vec::new();
            for it in events {
                transcripts(model).record(&it.event, sight.now, sight.state);
                if let Event::TaskConcluded { task, .. } = &it.event {
                    model.lists.marked.remove(task);
                }
                if let Some(log) = &mut model.log_aside {
                    log.keep(it.clone());
                }
                if let Event::AttentionRaised { attention, .. } = &it.event {
                    raised.push(attention.id);
                }
            }
            let told = notify::raised(model, sight.state, sight.now, &raised);
            Some(told.into_iter().collect())
        }
        RoomEvent::Deltas(deltas) => {
            for delta in deltas {
                transcripts(model).stream(delta, sight.now, sight.state);
            }
            Some(Vec::new())
        }
        RoomEvent::Reset => {
            transcripts(model).reset(sight.state, sight.live, sight.now);
            Some(Vec::new())
        }
        RoomEvent::Unanswered(_) => {
            lost(model);
            None
        }
        RoomEvent::History(_)
        | RoomEvent::Sifted { .. }
        | RoomEvent::Past(_)
        | RoomEvent::Documents { .. }
        | RoomEvent::Checkup(_)
        | RoomEvent::Hub
        | RoomEvent::Refused(_)
        | RoomEvent::Told(_)
        | RoomEvent::Done(_)
        | RoomEvent::Found { .. }
        | RoomEvent::Offerings(_)
        | RoomEvent::Granted { .. }
        | RoomEvent::Gone { .. } => None,
    }
}

/// The transcripts of now.
fn transcripts(model: &mut Model) -> &mut Transcripts {
    model.aside.as_mut().unwrap_or(&mut model.transcripts)
}

/// What was asked for does not come: what is shown stays, or now where nothing is yet.
pub(super) fn lost(model: &mut Model) {
    if let Some(travel) = &mut model.travel
        && travel.asked.take().is_some()
    {
        match &travel.seen {
            Some(seen) => travel.go(seen.seq),
            None => model.travel = None,
        }
    }
}

/// Goes to the moment that the model wants to see, as far as it is at hand; else asks for it. Comes back
/// to now where it wants that.
pub(super) fn follow(
    model: &mut Model,
    moment: &mut Option<Moment>,
    sight: Sight<'_>,
) -> Option<Intent> {
    let Some(mut travel) = model.travel.take() else {
        moment.take()?;
        let kept = model.aside.take();
        model.reset(sight);
        model.transcripts = kept.unwrap_or_else(|| std::mem::take(&mut model.transcripts));
        let log_kept = model.log_aside.take();
        if let Some(log) = log_kept.filter(|_| model.has_ended()) {
            // Nobody is there who could be asked for the events.
            model.log = log;
            model.select_last(Pane::Journal);
            return None;
        }
        let (log, query) = Log::at_the_end(sight.state.seq());
        model.log = log;
        model.select_last(Pane::Journal);
        return Some(Intent::Ask(query));
    };
    travel.last = sight.state.seq();
    let shown = match moment {
        Some(moment) => arrive(model, &mut travel, moment, sight),
        None => false,
    };
    let wanted = (!shown && travel.asked.is_none()).then_some(travel.to);
    travel.asked = travel.asked.or(wanted);
    model.travel = Some(travel);
    wanted.map(|at| Intent::Ask(Query::Past { at }))
}

/// Shows the moment that is wanted, if it is at hand.
fn arrive(model: &mut Model, travel: &mut Travel, moment: &mut Moment, sight: Sight<'_>) -> bool {
    let here = moment.state().seq();
    if let Some((way, from)) = travel.hop.filter(|_| moment.covers(travel.to)) {
        match moment.stop(from, way, travel.last) {
            Hop::Found(stop) => travel.go(stop),
            Hop::Beyond(seq) => {
                travel.to = seq;
                // What is looked at already is not looked at again; the event at the lower edge is.
                let from = match way {
                    Way::Back => seq + 2,
                    Way::On => seq - 1,
                };
                travel.hop = Some((way, from));
            }
        }
    }
    if !moment.covers(travel.to) {
        return false;
    }
    if travel
        .seen
        .as_ref()
        .is_some_and(|seen| seen.seq == travel.to)
        && here == travel.to
    {
        return true;
    }
    moment.go(travel.to);
    let state = moment.state();
    let told = match moment.event() {
        Some(event) => model.told(event, state),
        None => ("", "before the first event".to_owned(), Role::Muted),
    };
    travel.seen = Some(Seen {
        seq: state.seq(),
        at: moment.now(),
        told,
    });
    if model.aside.is_none() {
        model.aside = Some(std::mem::take(&mut model.transcripts));
    }
    model.reset(Sight {
        state,
        live: moment.live(),
        now: moment.now(),
        ..sight
    });
    model.select_last(Pane::Journal);
    true
}

/// What was asked for has come: what there is to see now. Nothing where nobody wants it any more.
pub(super) fn came(model: &mut Model, past: Past) -> Option<Moment> {
    let travel = model.travel.as_mut()?;
    let moment = Moment::new(past);
    if let Some(asked) = travel.asked.take()
        && travel.to == asked
        && !moment.covers(asked)
    {
        // The journal has less than was thought.
        travel.go(moment.last());
    }
    let log = Log::of(moment.events().to_vec());
    let before = std::mem::replace(&mut model.log, log);
    model.log_aside.get_or_insert(before);
    Some(moment)
}
