//! When a room has to be looked at again although nobody does anything.

use crate::core::follow::contest;
use crate::core::lesson::Lesson;
use crate::core::{Span, State, Timestamp, retention, upkeep};

impl State {
    /// When something falls due without anybody doing anything: [`expire`](crate::core::expire) or
    /// [`follow`](crate::core::follow()) may then give events. A time at or before `now` means that
    /// `expire` gives events now and the time is gone once they are folded in.
    #[must_use]
    pub fn next_wakeup(&self, now: Timestamp) -> Option<Timestamp> {
        if self.closing {
            return None;
        }
        let deadlines = self.queue.deadlines().map(|(at, _)| at).take(1);
        let delays = self
            .routed_tasks()
            .map(|task| task.not_before)
            .filter(|until| *until > now);
        let pauses = self
            .members
            .values()
            .filter_map(|one| one.pause.as_ref()?.until);
        let expiries = self.attention.values().filter_map(|item| item.expires);
        let midnight = Timestamp((now.day() + 1).saturating_mul(Span::DAY.0));
        let new_day = self.budget_item().map(|_| midnight);
        let new_day = new_day.filter(|at| self.spend.exhausted(&self.budget, *at).is_none());
        let tidying = upkeep::next_due(self);
        let lessons = self.lessons().filter_map(Lesson::expires);
        let ageing = retention::next_due(self);
        let conflicts = contest::next_due(self);
        deadlines
            .chain(delays)
            .chain(pauses)
            .chain(expiries)
            .chain(new_day)
            .chain(tidying)
            .chain(lessons)
            .chain(ageing)
            .chain(conflicts)
            .min()
    }
}
