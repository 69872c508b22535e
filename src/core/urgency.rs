//! What it costs to leave an inbox item unanswered, and the order that follows. Pure; decides nothing.
//!
//! The cost of delay of an item is the product of three factors, each at least one: the open work that
//! stands still for it, how long it has waited, and what is at stake. It is recomputed from the state
//! and the time whenever it is wanted, and nothing keeps it.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use crate::core::{
    Attention, AttentionId, MemberName, Span, State, Subject, Task, TaskId, Timestamp,
};

/// Of how much work that stands still an item knows at most; also how many open tasks are looked at for it.
pub const BLOCKED_MOST: usize = 999;

/// What is lost by leaving an item alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stake {
    /// Nothing but the time: a proposal of somebody else, two lessons of which neither is told.
    Patient,
    /// Work or a document is not what it should be until somebody says how it shall be.
    Held,
    /// A turn stands still in the middle, or may have had effects that nobody looked at.
    Hanging,
    /// The same, and soon it is settled without the operator.
    Expiring,
}

impl Stake {
    /// Its factor in the cost of delay.
    #[must_use]
    pub fn factor(self) -> u64 {
        match self {
            Self::Patient => 1,
            Self::Held => 2,
            Self::Hanging => 3,
            Self::Expiring => 6,
        }
    }

    fn of(item: &Attention, now: Timestamp) -> Self {
        match item.subject {
            Subject::Proposed { .. } | Subject::Lessons { .. } => Self::Patient,
            Subject::Choice { .. }
            | Subject::Plan { .. }
            | Subject::Edited { .. }
            | Subject::LoggedOut { .. }
            | Subject::Budget { .. } => Self::Held,
            Subject::Asked { .. } | Subject::Interrupted { .. } if expires_soon(item, now) => {
                Self::Expiring
            }
            Subject::Asked { .. } | Subject::Interrupted { .. } => Self::Hanging,
        }
    }
}

/// In the last quarter of its time.
fn expires_soon(item: &Attention, now: Timestamp) -> bool {
    item.expires.is_some_and(|end| {
        let (whole, left) = (end.since(item.since), end.since(now));
        left.0 <= whole.0 / 4
    })
}

/// How urgent an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Urgency {
    /// The item.
    pub item: AttentionId,
    /// How many open tasks stand still for it, those that wait for these included; [`BLOCKED_MOST`] is that or more.
    pub blocked: usize,
    /// How long it has waited.
    pub waited: Span,
    /// What is at stake.
    pub stake: Stake,
}

impl Urgency {
    /// How urgent an item is now.
    #[must_use]
    pub fn of(item: &Attention, state: &State, now: Timestamp) -> Self {
        Self {
            item: item.id,
            blocked: blocked(item, state),
            waited: now.since(item.since),
            stake: Stake::of(item, now),
        }
    }

    /// The cost of delay, in task seconds weighted by what is at stake. A second more or less among
    /// items that came together is no reason to change their order: time counts in steps of ten seconds.
    #[must_use]
    pub fn cost(&self) -> u64 {
        let tasks = u64::try_from(self.blocked).unwrap_or(u64::MAX).max(1);
        let steps = self.waited.0 / 10_000 + 1;
        tasks
            .saturating_mul(steps)
            .saturating_mul(10 * self.stake.factor())
    }
}

/// All that waits for the operator, what costs most first; what costs the same, oldest first.
#[must_use]
pub fn by_urgency(state: &State, now: Timestamp) -> Vec<Urgency> {
    let mut all: Vec<Urgency> = state
        .attention()
        .map(|item| Urgency::of(item, state, now))
        .collect();
    all.sort_by_key(|one| (Reverse(one.cost()), one.item));
    all
}

/// How many open tasks stand still for an item.
fn blocked(item: &Attention, state: &State) -> usize {
    let task = match &item.subject {
        Subject::Asked { call, .. } => state.call(*call).map(|call| call.task),
        Subject::Choice { task } | Subject::Interrupted { task } | Subject::Plan { task } => {
            Some(*task)
        }
        Subject::LoggedOut { member, .. } => {
            let waits = |task: &&Task| waits_for(task, member);
            let open = state.open_tasks().take(BLOCKED_MOST);
            return downstream(state, open.filter(waits).map(Task::id));
        }
        Subject::Budget { .. } => return state.open_tasks().take(BLOCKED_MOST).count(),
        Subject::Edited { .. } | Subject::Proposed { .. } | Subject::Lessons { .. } => None,
    };
    downstream(state, task.into_iter())
}

/// Whether a task was given to a member, or may be given to nobody else.
fn waits_for(task: &Task, member: &MemberName) -> bool {
    task.council().contains(member) || task.order().members.contains(member)
}

/// These tasks and all that wait for them, as far as they are open.
fn downstream(state: &State, tasks: impl Iterator<Item = TaskId>) -> usize {
    let is_open = |id: &TaskId| state.task(*id).is_some_and(|task| !task.is_ended());
    let mut found: BTreeSet<TaskId> = BTreeSet::new();
    let mut next: Vec<TaskId> = tasks.filter(is_open).collect();
    while let Some(id) = next.pop() {
        if found.len() >= BLOCKED_MOST {
            break;
        }
        if found.insert(id) {
            next.extend(state.queue.dependents(id).filter(is_open));
        }
    }
    found.len()
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::core::fixture::{Room, failed, order, question};
    use crate::core::{CallId, Command, FailureKind, Strategy, TaskOrder};

    fn solo(member: &str) -> TaskOrder {
        order(Strategy::Solo, &[member])
    }

    /// A task of a member, in the middle of whose turn its server asks something.
    fn asked(room: &mut Room, member: &str) -> TaskId {
        let (task, calls) = room.add(solo(member));
        let call: CallId = calls[0];
        room.report(&question(call, 1));
        task
    }

    fn behind(room: &mut Room, task: TaskId) -> TaskId {
        let mut next = solo("ada");
        next.after = vec![task];
        room.add(next).0
    }

    /// The items by urgency, by number, with what stands still for each.
    fn ranked(room: &Room) -> Vec<(u64, usize)> {
        let all = by_urgency(&room.state, room.now);
        all.iter().map(|one| (one.item.0, one.blocked)).collect()
    }

    #[test]
    fn what_holds_up_more_work_goes_first() {
        let mut room = Room::of(&["ada", "ben"]);
        asked(&mut room, "ada");
        let second = asked(&mut room, "ben");
        assert_eq!(ranked(&room), [(1, 1), (2, 1)]);
        let third = behind(&mut room, second);
        behind(&mut room, third);
        assert_eq!(ranked(&room), [(2, 3), (1, 1)]);
        room.command(&Command::CancelTask { task: third });
        room.follow();
        assert_eq!(ranked(&room), [(1, 1), (2, 1)]);
    }

    #[test]
    fn what_waited_longer_overtakes_in_the_end() {
        let mut room = Room::of(&["ada", "ben"]);
        asked(&mut room, "ada");
        room.wait(Span::secs(60));
        let second = asked(&mut room, "ben");
        behind(&mut room, second);
        behind(&mut room, second);
        // 7 steps for one task against 1 step for three, then 13 against 21.
        assert_eq!(ranked(&room), [(1, 1), (2, 3)]);
        room.wait(Span::secs(60));
        assert_eq!(ranked(&room), [(2, 3), (1, 1)]);
    }

    #[test]
    fn what_is_settled_without_the_operator_soon_counts_twice() {
        let mut room = Room::of(&["ada"]);
        asked(&mut room, "ada");
        let stake = |room: &Room| by_urgency(&room.state, room.now)[0].stake;
        room.wait(Span::secs(674));
        assert_eq!(stake(&room), Stake::Hanging);
        room.wait(Span::secs(1));
        assert_eq!(stake(&room), Stake::Expiring);
    }

    #[test]
    fn a_member_that_is_logged_out_holds_up_all_that_only_it_may_work() {
        let mut room = Room::of(&["ada", "ben"]);
        let (task, calls) = room.add(solo("ada"));
        room.end(calls[0], failed(FailureKind::Auth));
        behind(&mut room, task);
        room.add(solo("ada"));
        room.add(solo("ben"));
        assert_eq!(ranked(&room), [(1, 3)]);
        assert_eq!(by_urgency(&room.state, room.now)[0].stake, Stake::Held);
    }
}
