//! The events of the whole journal that pass the filter of the Journal screen: a bounded window on them.
//!
//! The room looks through its journal, a stretch at a time; this file says which stretch is next and puts what
//! passed in its place. It asks nothing itself. While a filter is faulty the last good one stays.

use std::collections::VecDeque;

use jiff::tz::TimeZone;

use crate::core::{Filter, Recorded, Timestamp};
use crate::link::{Query, Sifted};
use crate::ui::filter::{Fault, begins_key, parse};
use crate::ui::log::Towards;

/// How many events are kept at once; those at the far end of the window go first.
const KEPT: usize = 2_000;
/// While fewer are at hand, further ones are looked for without being asked.
const ENOUGH: usize = 200;

/// The window.
#[derive(Debug, Default)]
pub(crate) struct Sieve {
    /// The text that was read last, and the earlier moment at which it was.
    read: Option<(String, Option<u64>)>,
    fault: Option<Fault>,
    /// The filter that is in force.
    wanted: Option<Filter>,
    /// What is in force while what is typed is faulty: the last good one that did not end with what may be the
    /// beginning of a key.
    good: Option<Filter>,
    /// What is shown; of an earlier filter until the first answer for the one that is wanted.
    shown: Option<Shown>,
    asked: Option<Asked>,
    /// The last question came to nothing; nothing more is asked until the operator wants something else, or
    /// something happens.
    stalled: bool,
    /// Where the operator wants to go.
    towards: Option<Towards>,
}

/// What passed a filter, from one place to another.
#[derive(Debug)]
struct Shown {
    filter: Filter,
    /// Oldest first.
    events: VecDeque<Recorded>,
    /// The first place that was looked at.
    first: u64,
    /// The last one.
    last: u64,
    /// What comes is looked through as it comes.
    follows: bool,
}

/// What is on its way.
#[derive(Debug)]
struct Asked {
    number: u64,
    filter: Filter,
    towards: Towards,
}

impl Sieve {
    /// Reads what is typed, if it is another text than before; `moment` is the event after which the room is shown
    /// where that is an earlier one.
    pub(crate) fn read(
        &mut self,
        text: &str,
        moment: Option<u64>,
        now: Timestamp,
        zone: &TimeZone,
    ) {
        let known = self.read.as_ref();
        if known.is_some_and(|(known, at)| known == text && *at == moment) {
            return;
        }
        if moment.is_none() && known.is_some_and(|(_, at)| at.is_some()) {
            // Back to now, of which the end is looked at.
            self.towards = Some(Towards::End);
        }
        self.read = Some((text.to_owned(), moment));
        self.stalled = false;
        match parse(text, now, zone) {
            Ok(filter) => {
                self.fault = None;
                self.wanted = Some(filter).filter(|it| !it.is_empty());
                if !begins_key(text) {
                    self.good.clone_from(&self.wanted);
                }
            }
            Err(fault) => {
                self.fault = Some(fault);
                self.wanted.clone_from(&self.good);
            }
        }
        if self.wanted.is_none() {
            self.shown = None;
        }
    }

    /// Nothing is filtered any more.
    pub(crate) fn end(&mut self) {
        *self = Self {
            asked: self.asked.take(),
            ..Self::default()
        };
    }

    /// What is wrong with what is typed.
    pub(crate) fn fault(&self) -> Option<&Fault> {
        self.fault.as_ref()
    }

    /// Whether it filters: there is, or was, something good.
    pub(crate) fn filters(&self) -> bool {
        self.wanted.is_some()
    }

    /// The filter by which what is shown was found.
    pub(crate) fn filter(&self) -> Option<&Filter> {
        self.shown.as_ref().map(|it| &it.filter)
    }

    /// What passed, oldest first.
    pub(crate) fn events(&self) -> impl Iterator<Item = &Recorded> {
        self.shown.iter().flat_map(|it| &it.events)
    }

    /// The event of a place, if it passed.
    pub(crate) fn at(&self, seq: u64) -> Option<&Recorded> {
        let events = &self.shown.as_ref()?.events;
        let found = events.binary_search_by_key(&seq, |event| event.seq);
        found.ok().and_then(|index| events.get(index))
    }

    /// The first place that was looked at, while there are earlier ones.
    pub(crate) fn looked_from(&self) -> Option<u64> {
        let shown = self.shown.as_ref()?;
        (shown.first > 1).then_some(shown.first)
    }

    /// Whether the room is still looking for the first of what is shown.
    pub(crate) fn is_looking(&self) -> bool {
        let waits = self.asked.is_some();
        waits && self.shown.as_ref().is_none_or(|it| it.events.is_empty())
    }

    /// Whether new events are looked through as they come.
    pub(crate) fn follows(&self) -> bool {
        self.shown.as_ref().is_none_or(|it| it.follows)
    }

    /// The window is to be moved.
    pub(crate) fn go(&mut self, towards: Towards) {
        self.towards = Some(towards);
        self.stalled = false;
    }

    /// What to ask the room next, where the last event that is shown is `seq`; `number` is for the question.
    pub(crate) fn ask(&mut self, seq: u64, number: u64) -> Option<Query> {
        let waits = self.asked.is_some() || self.stalled;
        let filter = self.wanted.clone().filter(|_| !waits)?;
        let (towards, from) = self.next(&filter, seq)?;
        self.asked = Some(Asked {
            number,
            filter: filter.clone(),
            towards,
        });
        Some(Query::Sift {
            ask: number,
            filter,
            from,
            back: matches!(towards, Towards::Older | Towards::End),
        })
    }

    fn next(&mut self, filter: &Filter, seq: u64) -> Option<(Towards, u64)> {
        let anew = (Towards::End, seq);
        let Some(shown) = self.shown.as_ref().filter(|it| it.filter == *filter) else {
            self.towards = None;
            return (seq > 0).then_some(anew);
        };
        let older = (Towards::Older, shown.first.saturating_sub(1));
        let newer = (Towards::Newer, shown.last + 1);
        let wanted = self.towards.take().filter(|towards| match towards {
            Towards::Older | Towards::Beginning => shown.first > 1,
            Towards::Newer | Towards::End => shown.last < seq,
        });
        match wanted {
            Some(Towards::Older) => return Some(older),
            Some(Towards::Newer) => return Some(newer),
            Some(Towards::Beginning) => return Some((Towards::Beginning, 1)),
            Some(Towards::End) => return Some(anew),
            None => {}
        }
        if seq + 1 < shown.first {
            return Some(anew);
        }
        let travels = self.read.as_ref().is_some_and(|(_, at)| at.is_some());
        if (shown.follows || travels) && shown.last < seq {
            return Some(newer);
        }
        let at_hand = shown.events.iter().filter(|it| it.seq <= seq).count();
        if at_hand >= ENOUGH {
            return None;
        }
        if shown.first > 1 {
            return Some(older);
        }
        (shown.last < seq).then_some(newer)
    }

    /// The question could not be asked, or will not be answered. Asked again at once it would be no better.
    pub(crate) fn unasked(&mut self) {
        self.stalled = self.asked.take().is_some();
    }

    /// Something happened in the room: whoever could not answer before may now.
    pub(crate) fn wake(&mut self) {
        self.stalled = false;
    }

    /// Another room is there to be asked, or the same one anew.
    pub(crate) fn begin_again(&mut self) {
        self.asked = None;
        self.stalled = false;
    }

    /// Puts what passed in its place; `seq` is where the journal is now. What was asked for a filter that nobody
    /// wants any more is dropped.
    pub(crate) fn put(&mut self, number: u64, sifted: Sifted, seq: u64) {
        let Some(asked) = self.asked.take_if(|it| it.number == number) else {
            return;
        };
        if self.wanted.as_ref() != Some(&asked.filter) {
            return;
        }
        let Sifted {
            first,
            last,
            events,
        } = sifted;
        let kept = self.shown.take().filter(|it| it.filter == asked.filter);
        let mut shown = match (kept, asked.towards) {
            (Some(mut shown), Towards::Older) => {
                shown.first = first;
                for event in events.into_iter().rev() {
                    shown.events.push_front(event);
                }
                if shown.events.len() > KEPT {
                    shown.events.truncate(KEPT);
                    shown.last = shown.events.back().map_or(last, |it| it.seq);
                    shown.follows = false;
                }
                shown
            }
            (Some(mut shown), Towards::Newer) => {
                shown.last = shown.last.max(last);
                shown.events.extend(events);
                while shown.events.len() > KEPT {
                    shown.events.pop_front();
                    shown.first = shown.events.front().map_or(first, |it| it.seq);
                }
                shown
            }
            (Some(_) | None, towards) => Shown {
                filter: asked.filter,
                events: events.into(),
                first,
                last,
                follows: matches!(towards, Towards::End),
            },
        };
        // What came while the room looked is asked for next.
        shown.follows |= shown.last >= seq;
        self.shown = Some(shown);
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::core::Event;

    /// Answers as the room does, of a journal in which every tenth event passes; 1,000 are looked through at once.
    fn answer(sieve: &mut Sieve, query: &Query, head: u64) {
        answer_at(sieve, query, head, head);
    }

    /// The same where the journal was at `head` when it was looked through, and is at `now`.
    fn answer_at(sieve: &mut Sieve, query: &Query, head: u64, now: u64) {
        let Query::Sift {
            ask, from, back, ..
        } = query
        else {
            unreachable!("only sifting is asked for");
        };
        let (first, last) = if *back {
            (from.saturating_sub(999).max(1), *from)
        } else {
            (*from, head.min(from + 999))
        };
        let events = (first..=last).filter(|seq| seq % 10 == 0);
        let events = events.map(|seq| Recorded {
            seq,
            at: Timestamp(seq),
            event: Event::RoomResumed,
        });
        let sifted = Sifted {
            first,
            last,
            events: events.collect(),
        };
        sieve.put(*ask, sifted, now);
    }

    fn read(sieve: &mut Sieve, text: &str) {
        sieve.read(text, None, Timestamp(0), &TimeZone::UTC);
    }

    /// Asks and answers until nothing more is wanted; gives how often.
    fn settle(sieve: &mut Sieve, head: u64) -> usize {
        let mut asked = 0;
        while let Some(query) = sieve.ask(head, asked as u64) {
            answer(sieve, &query, head);
            asked += 1;
        }
        asked
    }

    fn ends(sieve: &Sieve) -> (u64, u64, usize) {
        let shown = sieve.shown.as_ref().unwrap();
        (shown.first, shown.last, shown.events.len())
    }

    #[test]
    fn it_looks_back_until_there_is_enough() {
        let mut sieve = Sieve::default();
        assert_eq!(sieve.ask(5_000, 1), None, "nothing is filtered");
        read(&mut sieve, "x");
        assert_eq!(settle(&mut sieve, 5_000), 2);
        assert_eq!(ends(&sieve), (3_001, 5_000, 200));
        assert_eq!(sieve.looked_from(), Some(3_001));
        sieve.go(Towards::Older);
        assert_eq!(settle(&mut sieve, 5_000), 1);
        assert_eq!(ends(&sieve), (2_001, 5_000, 300));
        // What comes is looked through too.
        assert_eq!(settle(&mut sieve, 5_010), 1);
        assert_eq!(ends(&sieve), (2_001, 5_010, 301));
        assert_eq!(sieve.at(5_010).map(|it| it.seq), Some(5_010));
        assert_eq!(sieve.at(5_009), None);
        sieve.go(Towards::Beginning);
        settle(&mut sieve, 5_010);
        assert_eq!(ends(&sieve), (1, 2_000, 200));
        assert!(!sieve.follows());
        sieve.go(Towards::End);
        settle(&mut sieve, 5_010);
        assert!(sieve.follows());
    }

    #[test]
    fn it_follows_a_room_that_is_faster_than_its_answers() {
        let mut sieve = Sieve::default();
        read(&mut sieve, "x");
        let mut head = 50_000;
        for round in 0..6 {
            let query = sieve.ask(head, round).unwrap();
            // Much has happened before the answer is there.
            let then = head;
            head += 500;
            let Query::Sift { from, back, .. } = &query else {
                unreachable!("only sifting is asked for");
            };
            assert!(*back == (round == 0) || *from <= then, "{query:?}");
            answer_at(&mut sieve, &query, then, head);
            assert!(sieve.follows(), "round {round}");
        }
        settle(&mut sieve, head);
        assert_eq!(ends(&sieve).1, head);
    }

    #[test]
    fn what_is_not_answered_is_not_asked_again_until_something_else_is_wanted() {
        let mut sieve = Sieve::default();
        read(&mut sieve, "x");
        assert!(sieve.ask(100, 1).is_some());
        sieve.unasked();
        assert_eq!(sieve.ask(101, 2), None);
        sieve.go(Towards::End);
        assert!(sieve.ask(101, 3).is_some());
        sieve.unasked();
        read(&mut sieve, "xy");
        assert!(sieve.ask(101, 4).is_some());
        sieve.unasked();
        sieve.wake();
        assert!(sieve.ask(101, 5).is_some());
        sieve.unasked();
        sieve.begin_again();
        assert!(sieve.ask(101, 5).is_some());
        // Nothing was asked: nothing has failed.
        settle(&mut sieve, 101);
        sieve.begin_again();
        sieve.unasked();
        assert!(sieve.ask(120, 6).is_some());
    }

    #[test]
    fn it_stays_bounded() {
        let mut sieve = Sieve::default();
        read(&mut sieve, "x");
        for _ in 0..30 {
            sieve.go(Towards::Older);
            settle(&mut sieve, 50_000);
        }
        assert_eq!(ends(&sieve).2, KEPT);
        assert!(!sieve.follows());
        let (_, last, _) = ends(&sieve);
        sieve.go(Towards::Newer);
        settle(&mut sieve, 50_000);
        assert_eq!(ends(&sieve).1, last + 1_000);
        assert_eq!(ends(&sieve).2, KEPT);
    }

    #[test]
    fn a_fault_leaves_what_was_good_and_another_filter_begins_anew() {
        let mut sieve = Sieve::default();
        read(&mut sieve, "by:room");
        settle(&mut sieve, 100);
        assert_eq!(sieve.events().count(), 10);
        read(&mut sieve, "by:nobody");
        assert!(sieve.fault().is_some() && sieve.filters());
        assert_eq!(settle(&mut sieve, 100), 0);
        assert_eq!(sieve.events().count(), 10);
        read(&mut sieve, "by:member");
        let late = sieve.ask(100, 7).unwrap();
        read(&mut sieve, "by:rule");
        assert_eq!(sieve.ask(100, 8), None, "one at a time");
        answer(&mut sieve, &late, 100);
        assert_eq!(settle(&mut sieve, 100), 1, "what came was for nobody");
        sieve.end();
        assert!(!sieve.filters() && sieve.events().count() == 0);
    }

    #[test]
    fn an_earlier_moment_is_looked_at_from_its_own_end() {
        let mut sieve = Sieve::default();
        read(&mut sieve, "x");
        settle(&mut sieve, 50_000);
        sieve.read("x", Some(1_000), Timestamp(0), &TimeZone::UTC);
        settle(&mut sieve, 1_000);
        assert_eq!(ends(&sieve), (1, 1_000, 100));
    }
}
