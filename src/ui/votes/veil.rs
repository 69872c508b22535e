//! What a blind vote hides beyond its own screen: what members gave in it stands in their conversations,
//! in the tasks that asked them and in the journal as well.
//!
//! The same is hidden everywhere, and shown everywhere by the same key. The command line hides nothing.

use super::Votes;
use crate::core::{Contest, Event, Session, State, TaskId};

/// What stands in its place.
pub(crate) const HIDDEN: &str = "hidden until you vote or it is decided";

impl Votes {
    /// The conflicts whose present vote is hidden.
    fn blind<'s>(&self, state: &'s State) -> impl Iterator<Item = &'s Contest> {
        state.contests().filter(|contest| self.is_hidden(contest))
    }

    /// The conflict in whose hidden vote a task asks a member.
    pub(crate) fn veils<'s>(&self, state: &'s State, by: TaskId) -> Option<&'s Contest> {
        self.blind(state)
            .find(|contest| tasks(contest).any(|task| task == by))
    }

    /// The conflict in whose hidden vote a session tells what its member gave.
    pub(crate) fn veils_session<'s>(
        &self,
        state: &'s State,
        session: &Session,
    ) -> Option<&'s Contest> {
        let is_in = |task: TaskId| {
            let calls = state.task(task).map_or(&[][..], |task| task.calls());
            let mut calls = calls.iter().filter_map(|call| state.call(*call));
            calls.any(|call| call.session() == session.id())
        };
        self.blind(state).find(|contest| tasks(contest).any(is_in))
    }

    /// The conflict in whose hidden vote an event tells what a member gave.
    pub(crate) fn veils_event<'s>(&self, state: &'s State, event: &Event) -> Option<&'s Contest> {
        let by = if let Event::InquiryAnswered { by, .. } = event {
            *by
        } else if let Event::CallEnded { call, .. } = event {
            state.call(*call)?.task()
        } else if let Event::TaskConcluded { task, .. } = event {
            *task
        } else {
            return None;
        };
        self.veils(state, by)
    }
}

/// The tasks that ask for what the present vote consists of.
fn tasks(contest: &Contest) -> impl Iterator<Item = TaskId> {
    let asked = contest.inquiries().values();
    let present = asked.filter(|it| it.epoch == contest.epoch());
    present.map(|it| it.by)
}
