//! Who and what an event is about: tasks, sessions, members, and who brought it about.
//!
//! An event names only what is new with it: the end of a call says neither its task nor its member. What was said
//! before is kept here, from events in their order. It decides nothing and is no part of the state.

mod event;

use std::collections::{BTreeMap, BTreeSet};

use crate::core::task::words;
use crate::core::{
    Actor, AttentionId, CallId, Event, MemberName, Recorded, SessionId, Subject, TaskId,
};

words!(
    /// Who brought an event about.
    By, "author", {
        /// A person, at a console, on the command line or in the configuration.
        Operator = "operator",
        /// A member, or its server.
        Member = "member",
        /// The room itself.
        Room = "room",
        /// The time that was set had come.
        Clock = "clock",
        /// A rule of the operator's.
        Rule = "rule",
    }
);

impl From<Actor> for By {
    fn from(actor: Actor) -> Self {
        match actor {
            Actor::Operator => Self::Operator,
            Actor::Clock => Self::Clock,
            Actor::Room => Self::Room,
            Actor::Policy => Self::Rule,
        }
    }
}

/// Who and what one event is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Concern {
    /// Who brought it about.
    pub by: By,
    /// Which tasks.
    pub tasks: BTreeSet<TaskId>,
    /// Which conversations.
    pub sessions: BTreeSet<SessionId>,
    /// Which members.
    pub members: BTreeSet<MemberName>,
}

/// What is known of calls, sessions and items from the events so far.
#[derive(Debug, Clone, Default)]
pub struct Concerns {
    calls: BTreeMap<CallId, (TaskId, SessionId)>,
    sessions: BTreeMap<SessionId, MemberName>,
    items: BTreeMap<AttentionId, Item>,
    seq: u64,
}

/// What an item of the inbox is about.
#[derive(Debug, Clone)]
enum Item {
    Call(CallId),
    Task(TaskId),
    Member(MemberName),
}

impl Concerns {
    /// The last event that was taken in.
    #[must_use]
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// Takes in the next event. One that was taken in already changes nothing.
    pub fn learn(&mut self, recorded: &Recorded) {
        if recorded.seq <= self.seq {
            return;
        }
        self.seq = recorded.seq;
        if let Event::SessionOpened {
            session, member, ..
        }
        | Event::SessionForked {
            session, member, ..
        } = &recorded.event
        {
            self.sessions.insert(*session, member.clone());
        }
        if let Event::CallStarted {
            call,
            task,
            session,
            ..
        } = &recorded.event
        {
            self.calls.insert(*call, (*task, *session));
        }
        if let Event::AttentionRaised { attention } = &recorded.event {
            let item = item(&attention.subject).map(|item| (attention.id, item));
            self.items.extend(item);
        }
    }

    /// Who and what an event is about, as far as it and those before it say.
    #[must_use]
    pub fn of(&self, event: &Event) -> Concern {
        event::concern(self, event)
    }
}

fn item(subject: &Subject) -> Option<Item> {
    match subject {
        Subject::Asked { call, .. } => Some(Item::Call(*call)),
        Subject::Choice { task } | Subject::Interrupted { task } | Subject::Plan { task } => {
            Some(Item::Task(*task))
        }
        Subject::LoggedOut { member, .. } => Some(Item::Member(member.clone())),
        Subject::Budget { .. }
        | Subject::Edited { .. }
        | Subject::Proposed { .. }
        | Subject::Lessons { .. } => None,
    }
}

/// A concern that grows.
struct Growing<'c> {
    known: &'c Concerns,
    concern: Concern,
}

impl Growing<'_> {
    fn task(mut self, task: TaskId) -> Self {
        self.concern.tasks.insert(task);
        self
    }

    fn tasks<'t>(self, tasks: impl IntoIterator<Item = &'t TaskId>) -> Self {
        tasks.into_iter().fold(self, |it, task| it.task(*task))
    }

    fn member(mut self, member: &MemberName) -> Self {
        self.concern.members.insert(member.clone());
        self
    }

    fn members<'t>(self, members: impl IntoIterator<Item = &'t MemberName>) -> Self {
        members.into_iter().fold(self, Self::member)
    }

    fn session(mut self, session: SessionId) -> Self {
        self.concern.sessions.insert(session);
        match self.known.sessions.get(&session) {
            Some(member) => self.member(member),
            None => self,
        }
    }

    fn call(self, call: CallId) -> Self {
        match self.known.calls.get(&call) {
            Some((task, session)) => self.task(*task).session(*session),
            None => self,
        }
    }

    fn item(self, item: AttentionId) -> Self {
        match self.known.items.get(&item) {
            Some(Item::Call(call)) => self.call(*call),
            Some(Item::Task(task)) => self.task(*task),
            Some(Item::Member(member)) => self.member(member),
            None => self,
        }
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::core::TaskOrder;
    use crate::core::fixture::{Room, said};

    #[test]
    fn what_a_call_says_is_known_by_its_beginning() {
        let mut room = Room::of(&["codex"]);
        let (task, calls) = room.add(TaskOrder::new("fix it"));
        room.answer(calls[0], said("done"));
        let mut known = Concerns::default();
        let mut ends = Vec::new();
        for recorded in &room.journal {
            known.learn(recorded);
            if let Event::CallEnded { .. } = &recorded.event {
                ends.push(known.of(&recorded.event));
            }
        }
        let codex = MemberName::new("codex").unwrap();
        let expected = Concern {
            by: By::Member,
            tasks: [task].into(),
            sessions: [SessionId(1)].into(),
            members: [codex].into(),
        };
        assert_eq!(ends, [expected]);
        assert_eq!(known.seq(), room.journal.len() as u64);
        let alone = Concerns::default();
        let end = room.journal.iter().map(|it| alone.of(&it.event));
        let end = end.filter(|it| it.by == By::Member && it.tasks.is_empty());
        assert!(end.count() > 0, "without its beginning a call is anybody's");
    }

    #[test]
    fn authors_are_told_apart() {
        let mut room = Room::of(&["codex"]);
        let (task, _) = room.add(TaskOrder::new("fix it"));
        let known = Concerns::default();
        let of = |found: fn(&Event) -> bool| {
            let event = room.journal.iter().find(|it| found(&it.event)).unwrap();
            known.of(&event.event)
        };
        let added = of(|it| matches!(it, Event::TaskAdded { .. }));
        assert_eq!((added.by, added.tasks), (By::Operator, [task].into()));
        assert_eq!(of(|it| matches!(it, Event::TaskRouted { .. })).by, By::Room);
        assert_eq!(By::from(Actor::Policy), By::Rule);
    }
}
