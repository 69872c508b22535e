//! The room at an earlier time, as the console shows it: a state some events before that moment, and the
//! events around it. It moves between them by folding; what lies beyond them has to be asked for.
//!
//! Which moment is looked at is known by the model; this holds what there was to see.

use crate::core::{Event, LiveTexts, Recorded, State, Timestamp, evolve};
use crate::link::Past;
use crate::ui::travel::Hop;

/// What the room looked like after an event.
#[derive(Debug)]
pub(crate) struct Moment {
    past: Past,
    here: State,
    /// What was being streamed then is kept nowhere.
    silence: LiveTexts,
}

/// Where to look for the next event that is worth a stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// Before this one.
    Back,
    /// After this one.
    On,
}

impl Moment {
    /// The room before the first of the events that came.
    pub(crate) fn new(past: Past) -> Self {
        Self {
            here: past.state.clone(),
            past,
            silence: LiveTexts::default(),
        }
    }

    /// The room at the moment.
    pub(crate) fn state(&self) -> &State {
        &self.here
    }

    /// The live texts of then: none.
    pub(crate) fn live(&self) -> &LiveTexts {
        &self.silence
    }

    /// When it was.
    pub(crate) fn now(&self) -> Timestamp {
        self.here.at()
    }

    /// The events around it.
    pub(crate) fn events(&self) -> &[Recorded] {
        &self.past.events
    }

    /// The event after which the room was so; none before the first one.
    pub(crate) fn event(&self) -> Option<&Recorded> {
        let seq = self.here.seq();
        let place = self.past.events.binary_search_by_key(&seq, |it| it.seq);
        self.past.events.get(place.ok()?)
    }

    /// Whether it can go to an event without asking.
    pub(crate) fn covers(&self, seq: u64) -> bool {
        (self.past.state.seq()..=self.last()).contains(&seq)
    }

    /// The last event that it covers.
    pub(crate) fn last(&self) -> u64 {
        let last = self.past.events.last();
        last.map_or(self.past.state.seq(), |it| it.seq)
    }

    /// Goes to an event that it covers; elsewhere as far as it can.
    pub(crate) fn go(&mut self, seq: u64) {
        if seq < self.here.seq() {
            self.here.clone_from(&self.past.state);
        }
        let from = self.here.seq();
        let way = self.past.events.iter().filter(|it| it.seq > from);
        for recorded in way.take_while(|it| it.seq <= seq) {
            evolve(&mut self.here, recorded);
        }
    }

    /// The nearest event that is worth a stop before or after one, in a journal that has `last` events; its
    /// first or last one where there is none. What lies beyond the events at hand has to be asked for.
    pub(crate) fn stop(&self, from: u64, way: Way, last: u64) -> Hop {
        let mut stops = self.past.events.iter().filter(|it| is_stop(&it.event));
        let (found, edge) = match way {
            Way::Back => (stops.rfind(|it| it.seq < from), self.past.state.seq()),
            Way::On => (stops.find(|it| it.seq > from), self.last() + 1),
        };
        match (found, way) {
            (Some(stop), _) => Hop::Found(stop.seq),
            (None, Way::Back) if edge <= 1 => Hop::Found(1),
            (None, Way::On) if edge > last => Hop::Found(last),
            // The event at the lower edge is folded in already, so that nobody knows whether it is a stop.
            (None, Way::Back) => Hop::Beyond(edge - 1),
            (None, Way::On) => Hop::Beyond(edge),
        }
    }
}

/// Whether an event is one that people remember: a task came or ended, somebody was waited for, answers
/// differed or were settled.
fn is_stop(event: &Event) -> bool {
    matches!(
        event,
        Event::RoomResumed
            | Event::TaskAdded { .. }
            | Event::TaskConcluded { .. }
            | Event::ConflictFound { .. }
            | Event::Decided { .. }
            | Event::AttentionRaised { .. }
    )
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::core::TaskOrder;
    use crate::core::fixture::{Room, said};

    /// A room that works a task, from its event `from` on.
    fn moment(from: usize) -> (Moment, Vec<Recorded>) {
        let mut room = Room::of(&["codex"]);
        let (_, calls) = room.add(TaskOrder::new("fix it"));
        room.answer(calls[0], said("done"));
        let mut state = State::new();
        room.journal[..from]
            .iter()
            .for_each(|it| evolve(&mut state, it));
        let events = room.journal[from..].to_vec();
        (Moment::new(Past { state, events }), room.journal)
    }

    #[test]
    fn every_moment_is_the_fold_of_what_was_before_it() {
        let (mut moment, all) = moment(2);
        let last = all.len();
        for seq in [last, 2, 4, 3, last - 1] {
            moment.go(seq as u64);
            let mut state = State::new();
            for it in &all[..seq] {
                evolve(&mut state, it);
            }
            assert!(*moment.state() == state, "after event {seq}");
        }
        assert_eq!(moment.event().map(|it| it.seq), Some(last as u64 - 1));
        assert!(moment.covers(2) && !moment.covers(1) && !moment.covers(last as u64 + 1));
        moment.go(last as u64 + 9);
        assert_eq!(moment.state().seq(), last as u64);
    }

    #[test]
    fn stops_are_what_people_remember() {
        let (moment, all) = moment(0);
        let place = |found: fn(&Event) -> bool| all.iter().find(|it| found(&it.event)).unwrap().seq;
        let added = place(|event| matches!(event, Event::TaskAdded { .. }));
        let ended = place(|event| matches!(event, Event::TaskConcluded { .. }));
        let last = all.len() as u64;
        let stop = |from, way| moment.stop(from, way, last);
        assert_eq!(stop(added, Way::On), Hop::Found(ended));
        assert_eq!(stop(ended, Way::Back), Hop::Found(added));
        assert_eq!(
            stop(1, Way::Back),
            Hop::Found(1),
            "none is before the first"
        );
        assert_eq!(stop(ended, Way::On), Hop::Found(last));
        // The journal has more than what is at hand.
        assert_eq!(moment.stop(ended, Way::On, last + 9), Hop::Beyond(last + 1));
        let (later, _) = self::moment(usize::try_from(added).unwrap() + 1);
        assert_eq!(later.stop(added + 1, Way::Back, last), Hop::Beyond(added));
    }
}
