//! Asks members about the candidates, and takes what they say.
//!
//! An inquiry is a race of one, as a digest is: its call is held to reading, stands in a session of its
//! own that ends with it, and counts like any call of its member. What cannot be read is asked for once
//! more; a member that cannot be asked, or says nothing in time, has not responded.

use super::Case;
use crate::core::decide::{call_off, close_sessions};
use crate::core::ladder::{About, Answered, Inquiry, texts, understood, unreadable};
use crate::core::routing::unusable;
use crate::core::text::one_line;
use crate::core::voting::Sheet;
use crate::core::{
    Event, MemberName, Origin, Outcome, Priority, State, Strategy, Task, TaskId, TaskOrder,
    Timestamp,
};

/// How much of the reason of a failure is kept, in bytes.
const WHY_MAX: usize = 300;

/// The first inquiry that came to an end, settled; or one that nobody can answer any more, called off.
pub(super) fn settled(case: &Case<'_>) -> Option<Vec<Event>> {
    case.contest.open().find_map(|inquiry| {
        let Some(task) = case.state.task(inquiry.by) else {
            let why = "the room forgot that it asked".to_owned();
            return Some(vec![answered(case, inquiry, Answered::Nothing { why })]);
        };
        match task.outcome() {
            Some(outcome) => {
                let mut events = brought(case, inquiry, outcome);
                events.extend(close_sessions(case.state, task));
                Some(events)
            }
            None => is_hopeless(case.state, case.now, task).then(|| call_off(case.state, task)),
        }
    })
}

/// What comes of a task that asked: what it brought, or one more try.
fn brought(case: &Case<'_>, inquiry: &Inquiry, outcome: &Outcome) -> Vec<Event> {
    let text = match outcome {
        Outcome::Done { result, .. } => result.as_str(),
        Outcome::Failed { why } => return vec![nothing(case, inquiry, why)],
        Outcome::Cancelled => return vec![nothing(case, inquiry, "its call was called off")],
    };
    let texts = texts(case.state, case.candidates);
    match understood(case.contest, inquiry, &texts, text) {
        Ok(said) => vec![answered(case, inquiry, said)],
        Err(_)
            if inquiry.again.is_none() && can_be_asked(case.state, case.now, inquiry.member()) =>
        {
            let why = "it could not be read, and is asked for once more".to_owned();
            let mut events = vec![answered(case, inquiry, Answered::Nothing { why })];
            let id = case.state.next_task();
            let again = Inquiry {
                by: id,
                again: Some(inquiry.by),
                ..inquiry.clone()
            };
            events.extend(made(case, again));
            events
        }
        Err(faults) => vec![answered(case, inquiry, unreadable(inquiry.about, faults))],
    }
}

fn nothing(case: &Case<'_>, inquiry: &Inquiry, why: &str) -> Event {
    let why = one_line(why, WHY_MAX);
    answered(case, inquiry, Answered::Nothing { why })
}

fn answered(case: &Case<'_>, inquiry: &Inquiry, answered: Answered) -> Event {
    Event::InquiryAnswered {
        task: case.task.id(),
        by: inquiry.by,
        answered,
    }
}

/// Asks members, each by a task of its own. `sheet` makes the sheet of a member, given the number of
/// the task that asks; whoever has none is not asked.
pub(super) fn all(
    case: &Case<'_>,
    about: About,
    members: impl IntoIterator<Item = MemberName>,
    sheet: impl Fn(&MemberName, u64) -> Option<Sheet>,
) -> Vec<Event> {
    let mut events = Vec::new();
    let mut by = case.state.next_task();
    for member in members {
        let Some(sheet) = sheet(&member, by.0) else {
            continue;
        };
        events.extend(made_with(case, about, by, sheet));
        by = TaskId(by.0.saturating_add(1));
    }
    events
}

/// Asks a member by a sheet that was made for it.
pub(super) fn made_with(case: &Case<'_>, about: About, by: TaskId, sheet: Sheet) -> [Event; 2] {
    let inquiry = Inquiry {
        about,
        epoch: case.contest.epoch(),
        by,
        sheet,
        again: None,
    };
    made(case, inquiry)
}

fn made(case: &Case<'_>, inquiry: Inquiry) -> [Event; 2] {
    let (disputed, member) = (case.task.id(), inquiry.member().clone());
    let what = match inquiry.about {
        About::Ballot => format!("Ballot on {disputed}"),
        About::SecondLook => format!("Second look at {disputed}"),
        About::Position(round) => format!("Round {round} on {disputed}"),
        About::Same(..) => format!("Whether answers to {disputed} say the same"),
        About::Claims => format!("Claims of the answers to {disputed}"),
        About::Opinion => format!("Expert's opinion on {disputed}"),
    };
    let order = TaskOrder {
        strategy: Strategy::Race,
        priority: Priority::High,
        kind: case.task.order().kind,
        members: vec![member],
        deadline: Some(case.now.after(case.state.ladder.patience)),
        origin: Origin::Room,
        ..TaskOrder::new(what)
    };
    let task = inquiry.by;
    [
        Event::TaskAdded {
            task,
            order,
            analysis: None,
        },
        Event::InquiryMade {
            task: disputed,
            inquiry,
        },
    ]
}

/// Whether a member takes a call of the room's, now or soon: one that is paused for a moment or is
/// started again may be in time.
pub(super) fn can_be_asked(state: &State, now: Timestamp, name: &MemberName) -> bool {
    unusable(state, Strategy::Race, name).is_none()
        && state.spend.exhausted(&state.budget, now).is_none()
}

/// Whether a task waits for a call that its member cannot be given.
fn is_hopeless(state: &State, now: Timestamp, task: &Task) -> bool {
    let calls = task.calls.iter().filter_map(|call| state.call(*call));
    let mut running = calls.filter(|call| call.ended.is_none());
    let mut members = task.order.members.iter();
    running.next().is_none() && !members.all(|name| can_be_asked(state, now, name))
}
