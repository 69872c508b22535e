//! Asks one more member where the first ones of a cascade differ, and nobody when that cannot change
//! which answer leads.
//!
//! Owns when a council that the room convened grows. Whether there is a cascade at all is settled when
//! the task is [routed](crate::core::routing::whether).

use crate::core::conflict::detect::Detected;
use crate::core::routing::convene::{Convening, Heard, is_settled};
use crate::core::routing::policy::Weighed;
use crate::core::routing::trust::weight_of;
use crate::core::routing::{further, reason_for};
use crate::core::voting::Nature;
use crate::core::{CallId, Event, MemberName, State, Task};

/// The council with one more member, where that is worth it.
pub(super) fn widened(state: &State, task: &Task, found: &Detected) -> Option<Event> {
    // Two texts always differ: more of them would not tell which is right.
    if found.nature != Nature::Closed {
        return None;
    }
    let Convening::Cascade { first, most } = task.convened.as_ref()?.how else {
        return None;
    };
    let places = most.checked_sub(task.council.len())?;
    if places == 0 {
        return None;
    }
    let ranked = further(state, task);
    let next = ranked.first()?;
    let left = ranked.iter().take(places);
    let alternatives = found.candidates.len();
    let left: Vec<f64> = left.map(|one| weight(one, alternatives)).collect();
    if is_settled(first, &heard(state, task, found), &left) {
        return None;
    }
    let mut council = task.council.clone();
    council.push(next.name.clone());
    let names: Vec<&str> = task.council.iter().map(MemberName::as_str).collect();
    let why = reason_for(state, task, next);
    Some(Event::TaskRouted {
        task: task.id,
        council,
        because: format!("{} differ, so {why}", names.join(" and ")),
        route: task.route.clone().map(Box::new),
        convened: None,
        forecast: None,
    })
}

/// What the members of the council said so far: in the order of the council, whatever came first.
fn heard(state: &State, task: &Task, found: &Detected) -> Vec<Heard> {
    let outlook = state.learning().posterior().outlook();
    let alternatives = found.candidates.len();
    let group = |call: CallId| {
        let mut groups = found.candidates.iter();
        groups.position(|one| one.calls.contains(&call))
    };
    let council = task.council.iter();
    council
        .map(|name| {
            let mut calls = task.calls.iter().rev();
            let group = calls.find_map(|id| {
                let call = state.call(*id).filter(|call| call.member() == name)?;
                call.ending().and_then(|_| group(*id))
            });
            let mean = outlook.estimate(name, task.order.kind, None).mean;
            Heard {
                group,
                weight: weight_of(mean, many(alternatives)),
            }
        })
        .collect()
}

fn weight(one: &Weighed, alternatives: usize) -> f64 {
    weight_of(one.estimate.mean, many(alternatives))
}

fn many(alternatives: usize) -> u32 {
    u32::try_from(alternatives).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use crate::core::fixture::{Room, name, number, order, said, started};
    use crate::core::ladder::Rung;
    use crate::core::ladder::staged::set;
    use crate::core::routing::setting::Setting;
    use crate::core::routing::whether::Several;
    use crate::core::{
        Basis, Command, Event, FailureKind, Outcome, Phase, Strategy, TaskId, TaskKind, TaskOrder,
    };

    fn convening(members: &[&str]) -> Room {
        let mut room = Room::of(members);
        let setting = Setting {
            further: 0.5,
            several: [(TaskKind::Factual, Several::Always)].into(),
            ..Setting::default()
        };
        room.command(&Command::SetRouting(setting));
        room
    }

    fn open() -> TaskOrder {
        TaskOrder {
            kind: TaskKind::Factual,
            ..order(Strategy::Auto, &[])
        }
    }

    fn council(room: &Room, task: TaskId) -> Vec<String> {
        let council = room.state.task(task).unwrap().council().iter();
        council.map(ToString::to_string).collect()
    }

    fn credit(room: &Room) -> f64 {
        room.state.learning().purse().credit()
    }

    #[test]
    fn two_that_agree_are_enough() {
        let mut room = convening(&["a", "b", "c", "d", "e"]);
        let (task, calls) = room.add(open());
        assert_eq!(council(&room, task), ["a", "b"]);
        assert!((credit(&room) + 0.5).abs() < 1e-12);
        room.answer(calls[0], number("7"));
        let events = room.answer(calls[1], number("7"));
        assert!(matches!(events[0], Event::AgreementFound { .. }));
        assert!(room.state.task(task).unwrap().is_ended());
        let (councils, _) = room.state.learning().harmony().on(TaskKind::Factual);
        assert!((councils - 1.0).abs() < 1e-12);
    }

    #[test]
    fn where_they_differ_one_more_is_asked_until_it_is_clear() {
        let mut room = convening(&["a", "b", "c", "d", "e"]);
        set(&mut room, &[Rung::Expert], |_| {});
        let (task, calls) = room.add(open());
        room.answer(calls[0], number("7"));
        let third = started(&room.answer(calls[1], number("8")));
        assert_eq!(council(&room, task), ["a", "b", "c"]);
        let because = room.state.task(task).unwrap().routed_because().to_owned();
        assert!(because.starts_with("a and b differ, so c: "), "{because}");
        let fourth = started(&room.answer(third[0], number("8")));
        // Two to one: a fourth could only bring a tie, which changes nothing that leads.
        let known = room.state.task(task).unwrap();
        assert_eq!((fourth.len(), known.council().len()), (1, 4));
        assert!((credit(&room) + 2.5).abs() < 1e-12);
        let events = room.answer(fourth[0], number("7"));
        assert!(matches!(events[0], Event::ConflictFound { .. }));
        assert!(matches!(room.phase(task), Phase::Deciding { .. }));
        // Who is asked to settle it is paid for as well.
        let asked = events
            .iter()
            .filter(|event| matches!(event, Event::InquiryMade { .. }));
        let further = 2.5 + f64::from(u8::try_from(asked.count()).unwrap());
        assert!(further > 2.5 && (credit(&room) + further).abs() < 1e-12);
    }

    #[test]
    fn texts_that_differ_are_no_reason_to_ask_more() {
        let mut room = convening(&["a", "b", "c"]);
        let (task, calls) = room.add(open());
        room.answer(calls[0], said("It was a cold night."));
        let repairs = started(&room.answer(calls[1], said("The sun shone.")));
        let mut open: Vec<_> = repairs;
        let mut events = Vec::new();
        while let Some(call) = open.pop() {
            events = room.answer(call, said("The sun shone again."));
            open.extend(started(&events));
        }
        assert!(council(&room, task).len() == 2, "{events:?}");
    }

    #[test]
    fn one_that_answers_is_enough_where_the_other_cannot() {
        let mut room = convening(&["a", "b"]);
        let (task, calls) = room.add(open());
        room.fail(calls[0], FailureKind::Refused);
        let events = room.answer(calls[1], number("7"));
        let Some(Event::TaskConcluded { outcome, .. }) = events.last() else {
            panic!("{events:?}");
        };
        let Outcome::Done { basis, from, .. } = outcome else {
            panic!("{outcome:?}");
        };
        assert_eq!((*basis, from.as_slice()), (Basis::Only, &calls[1..]));
        assert_eq!(council(&room, task), ["a", "b"]);
    }

    #[test]
    fn a_task_that_is_worked_again_is_open_again() {
        let mut room = convening(&["a", "b"]);
        let (task, _) = room.add(open());
        assert_eq!(
            room.state.task(task).unwrap().order().strategy,
            Strategy::Council
        );
        room.command(&Command::CancelTask { task });
        room.command(&Command::RetryTask { task });
        let known = room.state.task(task).unwrap();
        assert_eq!(known.order().strategy, Strategy::Auto);
        assert_eq!(known.convened(), None);
        room.follow();
        assert_eq!(council(&room, task), ["a", "b"]);
        assert!(room.state.member(&name("a")).is_some());
    }
}
