//! The events that the Journal screen has at hand: a bounded window on the journal.
//!
//! It follows new events while it reaches to the end of the journal. It is moved by asking the room
//! for a page; this file says what to ask and puts the answer in its place. It asks nothing itself.

use std::collections::VecDeque;

use crate::core::Recorded;
use crate::link::{Query, TRANSCRIPT_PAGE};

/// How many events are kept at once; those at the far end of the window go first.
const KEPT: usize = 2_000;
/// As [`TRANSCRIPT_PAGE`], for places.
const PAGE: u64 = TRANSCRIPT_PAGE as u64;

/// Where the window is to be moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Towards {
    /// One page back.
    Older,
    /// One page on.
    Newer,
    /// To the first event of all.
    Beginning,
    /// To the last one, and along with new ones.
    End,
}

/// The window.
#[derive(Debug)]
pub(crate) struct Log {
    /// Without gaps, oldest first.
    events: VecDeque<Recorded>,
    /// It reaches to the end of the journal: new events are added.
    follows: bool,
    /// What the page on its way is for.
    asked: Option<Towards>,
}

impl Default for Log {
    fn default() -> Self {
        Self {
            events: VecDeque::new(),
            follows: true,
            // The page that is asked for when a console attaches.
            asked: Some(Towards::Older),
        }
    }
}

impl Log {
    /// A window on what happened around an earlier moment.
    pub(crate) fn of(events: Vec<Recorded>) -> Self {
        Self {
            events: events.into(),
            follows: false,
            asked: None,
        }
    }

    /// A window on the end of a journal that is at `seq`, with what to ask for it.
    pub(crate) fn at_the_end(seq: u64) -> (Self, Query) {
        let from = (seq + 1).saturating_sub(PAGE).max(1);
        let limit = TRANSCRIPT_PAGE;
        (Self::default(), Query::Events { from, limit })
    }

    /// The events, oldest first.
    pub(crate) fn events(&self) -> impl Iterator<Item = &Recorded> {
        self.events.iter()
    }

    /// The event of a place, if it is at hand.
    pub(crate) fn at(&self, seq: u64) -> Option<&Recorded> {
        let found = self.events.binary_search_by_key(&seq, |event| event.seq);
        found.ok().and_then(|index| self.events.get(index))
    }

    /// The first and the last place at hand.
    pub(crate) fn ends(&self) -> Option<(u64, u64)> {
        Some((self.events.front()?.seq, self.events.back()?.seq))
    }

    /// Whether new events are added.
    pub(crate) fn follows(&self) -> bool {
        self.follows
    }

    /// Takes in a new event, if the window reaches to the end.
    pub(crate) fn keep(&mut self, recorded: Recorded) {
        match self.ends() {
            _ if !self.follows => return,
            Some((_, last)) if recorded.seq <= last => return,
            // A gap: what was before can be asked for again.
            Some((_, last)) if recorded.seq > last + 1 => self.events.clear(),
            Some(_) | None => {}
        }
        self.events.push_back(recorded);
        self.drop_oldest();
    }

    /// What to ask the room to move the window, when its journal is at `seq`. Nothing while a page
    /// is on its way, or where there is nothing more.
    pub(crate) fn ask(&mut self, towards: Towards, seq: u64) -> Option<Query> {
        let (first, last) = self.ends().unwrap_or((seq + 1, seq));
        let from = match towards {
            _ if self.asked.is_some() => return None,
            Towards::Older | Towards::Beginning if first <= 1 => return None,
            Towards::Newer | Towards::End if self.follows => return None,
            Towards::Older => first.saturating_sub(PAGE).max(1),
            Towards::Newer => last + 1,
            Towards::Beginning => 1,
            Towards::End => (seq + 1).saturating_sub(PAGE).max(1),
        };
        let limit = match towards {
            Towards::Older => usize::try_from(first - from).unwrap_or(TRANSCRIPT_PAGE),
            Towards::Newer | Towards::Beginning | Towards::End => TRANSCRIPT_PAGE,
        };
        self.asked = Some(towards);
        Some(Query::Events { from, limit })
    }

    /// The question could not be asked, or will not be answered.
    pub(crate) fn unasked(&mut self) {
        self.asked = None;
    }

    /// Puts a page in its place; `seq` is where the journal is now.
    pub(crate) fn put(&mut self, page: Vec<Recorded>, seq: u64) {
        match self.asked.take() {
            Some(Towards::Older) | None => self.put_before(page),
            Some(Towards::Newer) => self.put_behind(page),
            Some(Towards::Beginning | Towards::End) => {
                self.events.clear();
                self.put_behind(page);
            }
        }
        self.follows = self.ends().is_none_or(|(_, last)| last >= seq);
    }

    fn put_before(&mut self, page: Vec<Recorded>) {
        for recorded in page.into_iter().rev() {
            if self
                .ends()
                .is_none_or(|(first, _)| recorded.seq + 1 == first)
            {
                self.events.push_front(recorded);
            }
        }
        self.events.truncate(KEPT);
    }

    fn put_behind(&mut self, page: Vec<Recorded>) {
        for recorded in page {
            if self.ends().is_none_or(|(_, last)| recorded.seq == last + 1) {
                self.events.push_back(recorded);
            }
        }
        self.drop_oldest();
    }

    fn drop_oldest(&mut self) {
        while self.events.len() > KEPT {
            self.events.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::core::{Event, Timestamp};

    fn events(from: u64, to: u64) -> Vec<Recorded> {
        let event = |seq| Recorded {
            seq,
            at: Timestamp(seq),
            event: Event::RoomResumed,
        };
        (from..=to).map(event).collect()
    }

    /// Answers as the room does.
    fn answer(log: &mut Log, query: Option<Query>, seq: u64) {
        match query.unwrap() {
            Query::Events { from, limit } => {
                log.put(events(from, seq.min(from + limit as u64 - 1)), seq);
            }
            other @ (Query::Documents { .. }
            | Query::Sift { .. }
            | Query::Past { .. }
            | Query::Search { .. }
            | Query::Export { .. }
            | Query::Checkup(_)
            | Query::Offerings { .. }
            | Query::Wish { .. }) => {
                panic!("no events are asked for: {other:?}")
            }
        }
    }

    fn attached(seq: u64) -> Log {
        let mut log = Log::default();
        log.put(events(seq - 499, seq), seq);
        log
    }

    #[test]
    fn it_goes_back_page_by_page_and_stays_bounded() {
        let mut log = attached(5_000);
        assert_eq!((log.ends(), log.follows()), (Some((4_501, 5_000)), true));
        for _ in 0..3 {
            let query = log.ask(Towards::Older, 5_000);
            assert_eq!(log.ask(Towards::Older, 5_000), None, "one at a time");
            answer(&mut log, query, 5_000);
        }
        assert_eq!((log.ends(), log.follows()), (Some((3_001, 5_000)), true));
        let query = log.ask(Towards::Older, 5_000);
        answer(&mut log, query, 5_000);
        assert_eq!((log.ends(), log.follows()), (Some((2_501, 4_500)), false));
        // What is new lies beyond the window now.
        log.keep(events(5_001, 5_001).remove(0));
        assert_eq!(log.ends(), Some((2_501, 4_500)));
        let query = log.ask(Towards::Newer, 5_001);
        answer(&mut log, query, 5_001);
        assert_eq!((log.ends(), log.follows()), (Some((3_001, 5_000)), false));
        let query = log.ask(Towards::Newer, 5_001);
        answer(&mut log, query, 5_001);
        assert_eq!((log.ends(), log.follows()), (Some((3_002, 5_001)), true));
        assert_eq!(log.ask(Towards::Newer, 5_001), None);
    }

    #[test]
    fn it_jumps_to_both_ends() {
        let mut log = attached(5_000);
        let query = log.ask(Towards::Beginning, 5_000);
        answer(&mut log, query, 5_000);
        assert_eq!((log.ends(), log.follows()), (Some((1, 500)), false));
        assert_eq!(log.ask(Towards::Older, 5_000), None);
        let query = log.ask(Towards::End, 5_000);
        answer(&mut log, query, 5_000);
        assert_eq!((log.ends(), log.follows()), (Some((4_501, 5_000)), true));
        assert_eq!(log.at(4_700).map(|event| event.seq), Some(4_700));
        assert_eq!(log.at(4_500), None);
    }

    #[test]
    fn a_gap_begins_anew_and_what_is_known_is_not_taken_twice() {
        let mut log = attached(600);
        log.keep(events(600, 600).remove(0));
        assert_eq!(log.ends(), Some((101, 600)));
        log.keep(events(700, 700).remove(0));
        assert_eq!(log.ends(), Some((700, 700)));
        let query = log.ask(Towards::Older, 700);
        answer(&mut log, query, 700);
        assert_eq!(log.ends(), Some((200, 700)));
    }

    #[test]
    fn events_that_came_before_the_first_page_stay() {
        let mut log = Log::default();
        log.keep(events(11, 11).remove(0));
        log.put(events(1, 11), 11);
        assert_eq!((log.ends(), log.follows()), (Some((1, 11)), true));
    }
}
