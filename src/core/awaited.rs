//! For what an open task waits while nobody works it: the first thing that has to go before it can go on.
//!
//! Pure, and never guessed: what cannot be told from the state is not told. [`hindrance`](super::hindrance)
//! tells instead what kept a task from its end, with what its server said.

use std::collections::BTreeMap;

use crate::core::appraisal::Look;
use crate::core::follow::standing::{Standing, slots, standing};
use crate::core::routing::{access, suited, unusable};
use crate::core::{
    Access, Health, Limit, Member, MemberName, Outcome, Phase, PlanStage, Span, State, Strategy,
    Subject, Task, TaskId, Timestamp, budget_awaited, login_awaited,
};

/// What has to go first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Awaited {
    /// A task that is not done.
    Task(TaskId),
    /// A member that is to look at it before it is given out.
    Look,
    /// The operator's leave for its plan.
    Approval,
    /// The steps of its plan.
    Steps {
        /// So many are done.
        done: usize,
        /// Of so many.
        of: usize,
    },
    /// The operator's choice among answers that differ.
    Choice,
    /// The operator's leave to repeat what was cut short.
    Repeat,
    /// The operator's answer to what a member asks.
    Answer(MemberName),
    /// The operator's log-in of a member.
    Login(MemberName),
    /// A budget that is used up.
    Budget(Limit),
    /// The end of a member's calls for other tasks.
    Busy(MemberName),
    /// The same of several, of whom any will do.
    AllBusy,
    /// The end of a member's pause.
    Pause(MemberName, Option<Timestamp>),
    /// A member's server that is being started again.
    Restart(MemberName),
    /// Somebody else who changes files, or a check that reads them.
    Files,
    /// The time before which a server takes nothing.
    Patience(Timestamp),
}

/// Who is at work, looked up once for any number of tasks.
#[derive(Debug)]
pub struct Outlook<'s> {
    state: &'s State,
    now: Timestamp,
    loads: BTreeMap<&'s MemberName, usize>,
    files_in_use: bool,
}

impl<'s> Outlook<'s> {
    /// How things are.
    #[must_use]
    pub fn of(state: &'s State, now: Timestamp) -> Self {
        let mut loads = BTreeMap::new();
        for (_, call) in state.calls_in_flight() {
            *loads.entry(call.member()).or_default() += 1;
        }
        Self {
            state,
            now,
            loads,
            files_in_use: state.files_in_use(),
        }
    }

    /// Of what state it is.
    #[must_use]
    pub fn state(&self) -> &'s State {
        self.state
    }

    /// For what a task waits; nothing while a call of it is at work, and where its turn simply comes next.
    #[must_use]
    pub fn awaited(&self, task: &Task) -> Option<Awaited> {
        let state = self.state;
        match task.phase() {
            Phase::Ended { .. } => None,
            Phase::Deciding { attention, .. } => attention.map(|_| Awaited::Choice),
            Phase::Held { .. } => Some(Awaited::Repeat),
            Phase::Queued | Phase::Working => asked_by(state, task)
                .map(Awaited::Answer)
                .or_else(|| planned(task))
                .or_else(|| before(state, task))
                .or_else(|| login(state, task))
                .or_else(|| budget_awaited(state, task).map(Awaited::Budget))
                .or_else(|| self.members(task)),
        }
    }

    /// Who is to work it and cannot now.
    fn members(&self, task: &Task) -> Option<Awaited> {
        if task.council.is_empty() {
            return self.nobody_free(task);
        }
        let mut kept = None;
        for slot in &slots(task) {
            match standing(self.state, task, slot) {
                Standing::Running => return None,
                Standing::Again if task.not_before > self.now => {
                    kept = kept.or(Some(Awaited::Patience(task.not_before)));
                }
                Standing::Wanted | Standing::Again => {
                    let member = self.state.member(&slot.member);
                    let strategy = task.order.strategy;
                    kept = kept.or_else(|| self.of_member(strategy, member?));
                }
                Standing::Unreadable(_)
                | Standing::Answered(..)
                | Standing::LoggedOut(_)
                | Standing::Failed(_)
                | Standing::Cancelled => {}
            }
        }
        kept
    }

    /// What keeps a member from a call.
    fn of_member(&self, strategy: Strategy, member: &Member) -> Option<Awaited> {
        let name = &member.spec.name;
        if let Some(pause) = member.pause() {
            let until = pause.until.filter(|at| *at > self.now);
            return Some(Awaited::Pause(name.clone(), until));
        }
        if matches!(member.health, Health::Restarting { .. }) {
            return Some(Awaited::Restart(name.clone()));
        }
        let load = self.loads.get(name).copied().unwrap_or_default();
        if load >= member.spec.parallel as usize {
            return Some(Awaited::Busy(name.clone()));
        }
        let writes = access(strategy, member.spec.reach) == Access::Write;
        (writes && self.files_in_use).then_some(Awaited::Files)
    }

    /// What keeps all that may work a task: that of one where there is only one, else what is over first.
    fn nobody_free(&self, task: &Task) -> Option<Awaited> {
        let strategy = task.order.strategy;
        let named = &task.order.members;
        let may = |member: &&Member| {
            let name = &member.spec.name;
            let is_meant = named.is_empty() || named.contains(name);
            is_meant && unusable(self.state, strategy, name).is_none()
        };
        let all = suited(self.state, strategy).filter(may);
        let kept: Option<Vec<Awaited>> =
            all.map(|member| self.of_member(strategy, member)).collect();
        // Whoever is free takes it next, or something that goes before it.
        let kept = kept?;
        let busy = |one: &Awaited| matches!(one, Awaited::Busy(_));
        if kept.len() > 1 && kept.iter().any(busy) {
            return Some(Awaited::AllBusy);
        }
        kept.into_iter().min_by_key(|one| self.lasts(one))
    }

    /// How long a member is kept by it, as far as that is known.
    fn lasts(&self, one: &Awaited) -> Span {
        if let Awaited::Pause(_, until) = one {
            until.map_or(Span(u64::MAX), |until| until.since(self.now))
        } else {
            Span(0)
        }
    }
}

/// The member that asks something in a call of the task.
fn asked_by(state: &State, task: &Task) -> Option<MemberName> {
    if task.calls.is_empty() {
        return None;
    }
    let asker = state.attention().find_map(|item| match item.subject {
        Subject::Asked { call, .. } => state.call(call).filter(|call| call.task == task.id),
        Subject::Choice { .. }
        | Subject::Interrupted { .. }
        | Subject::LoggedOut { .. }
        | Subject::Edited { .. }
        | Subject::Proposed { .. }
        | Subject::Plan { .. }
        | Subject::Lessons { .. }
        | Subject::Budget { .. } => None,
    });
    asker.map(|call| call.member.clone())
}

fn planned(task: &Task) -> Option<Awaited> {
    match task.planning.stage() {
        PlanStage::Approve => Some(Awaited::Approval),
        PlanStage::Work => {
            let (done, of) = task.planning.progress();
            Some(Awaited::Steps { done, of })
        }
        PlanStage::Draft | PlanStage::Gather | PlanStage::Broken => None,
    }
}

/// What has to be there before it is given out.
fn before(state: &State, task: &Task) -> Option<Awaited> {
    if task.phase != Phase::Queued {
        return None;
    }
    let is_done = |id: &TaskId| {
        let task = state.task(*id);
        task.is_none_or(|task| matches!(task.outcome(), Some(Outcome::Done { .. })))
    };
    let first = task.order.after.iter().find(|id| !is_done(id));
    first.map(|id| Awaited::Task(*id)).or_else(|| {
        let is_asked = matches!(task.look, Some(Look::Asked(_)));
        is_asked.then_some(Awaited::Look)
    })
}

fn login(state: &State, task: &Task) -> Option<Awaited> {
    match &login_awaited(state, task)?.subject {
        Subject::LoggedOut { member, .. } => Some(Awaited::Login(member.clone())),
        Subject::Asked { .. }
        | Subject::Choice { .. }
        | Subject::Interrupted { .. }
        | Subject::Edited { .. }
        | Subject::Proposed { .. }
        | Subject::Plan { .. }
        | Subject::Lessons { .. }
        | Subject::Budget { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{Awaited, Outlook};
    use crate::core::fixture::{Room, name, order, question, said, used};
    use crate::core::{
        Budget, Command, FailureKind, Limit, Period, Reach, Span, Strategy, TaskId, TaskOrder,
    };

    fn of(room: &Room, task: TaskId) -> Option<Awaited> {
        let outlook = Outlook::of(&room.state, room.now);
        outlook.awaited(room.state.task(task).unwrap())
    }

    #[test]
    fn a_task_waits_for_another_then_for_a_member_and_then_for_nothing() {
        let mut room = Room::of(&["codex", "gpt"]);
        let (first, calls) = room.add(order(Strategy::Solo, &["codex"]));
        let after = TaskOrder {
            after: vec![first],
            ..order(Strategy::Solo, &["gpt"])
        };
        let (second, _) = room.add(after);
        let (third, _) = room.add(order(Strategy::Solo, &["codex"]));
        assert_eq!(of(&room, first), None);
        assert_eq!(of(&room, second), Some(Awaited::Task(first)));
        assert_eq!(of(&room, third), Some(Awaited::Busy(name("codex"))));
        room.answer(calls[0], said("done"));
        assert_eq!((of(&room, second), of(&room, third)), (None, None));
        let (fourth, _) = room.add(TaskOrder::new("whoever"));
        assert_eq!(of(&room, fourth), Some(Awaited::AllBusy));
    }

    #[test]
    fn what_the_operator_has_to_do_comes_first() {
        let mut room = Room::of(&["codex"]);
        room.command(&Command::SetBudget(Budget {
            tokens: Some(100),
            per: Period::Room,
            ..Budget::default()
        }));
        let (first, calls) = room.add(TaskOrder::new("a"));
        let (second, _) = room.add(TaskOrder::new("b"));
        room.report(&question(calls[0], 1));
        assert_eq!(of(&room, first), Some(Awaited::Answer(name("codex"))));
        room.answer(calls[0], used(100));
        assert_eq!(of(&room, first), None);
        assert_eq!(of(&room, second), Some(Awaited::Budget(Limit::Tokens)));
    }

    #[test]
    fn a_pause_and_the_patience_that_a_server_asks_for_have_an_end() {
        let mut room = Room::of(&["codex"]);
        let (task, calls) = room.add(TaskOrder::new("a"));
        room.fail(calls[0], FailureKind::Overloaded);
        let until = room.state.task(task).unwrap().not_before();
        assert!(until > room.now);
        assert_eq!(of(&room, task), Some(Awaited::Patience(until)));
        let until = room.now.after(Span::secs(60));
        room.fold(vec![crate::core::Event::MemberPaused {
            member: name("codex"),
            why: "limit".to_owned(),
            until: Some(until),
        }]);
        let (second, _) = room.add(TaskOrder::new("b"));
        let pause = Awaited::Pause(name("codex"), Some(until));
        assert_eq!(of(&room, second), Some(pause));
    }

    #[test]
    fn one_writer_at_a_time() {
        let mut room = Room::with(&[("codex", Reach::Sandboxed), ("claude", Reach::Sandboxed)]);
        room.add(order(Strategy::Solo, &["codex"]));
        let (second, _) = room.add(order(Strategy::Solo, &["claude"]));
        assert_eq!(of(&room, second), Some(Awaited::Files));
    }
}
