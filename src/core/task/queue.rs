//! In which order tasks are taken, which can begin, which wait for which, and which ended last.
//!
//! Only an index: but for the ranks of moved tasks, all of it could be read from the tasks. `evolve` keeps
//! the two in step.

mod rank;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use serde::{Deserialize, Serialize};

pub(crate) use rank::Rank;
pub use rank::Spot;

use crate::core::routing::policy::Policy;
use crate::core::{MemberName, Origin, Priority, Strategy, TaskId, TaskKind, TaskOrder, Timestamp};

/// The index of a room's tasks.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct Queue {
    open: BTreeSet<Place>,
    ready: BTreeSet<(Demand, Place)>,
    routed: BTreeSet<TaskId>,
    waiting: BTreeSet<(TaskId, TaskId)>,
    broken: BTreeSet<TaskId>,
    deadlines: BTreeSet<(Timestamp, TaskId)>,
    ended: BTreeSet<(Timestamp, TaskId)>,
    /// Those that the room ordered for itself.
    own: BTreeSet<(Timestamp, TaskId)>,
    /// Those that have a plan and are open, or have open steps.
    #[serde(default)]
    planned: BTreeSet<TaskId>,
    /// Those that a member is to look at first, and that wait for nothing else.
    #[serde(default)]
    unread: BTreeSet<TaskId>,
    /// Of those that were moved.
    #[serde(default)]
    ranks: BTreeMap<TaskId, Rank>,
    #[serde(default)]
    spread: u64,
}

/// A task's place in the queue: smaller ones go first.
pub(crate) type Place = (Reverse<Priority>, Rank, TaskId);

/// What decides who may work a task: how, of what kind, by whom, by which policy, and about how long its
/// prompt is, as a member's window may be too small for it. Tasks that demand the same can begin, or not,
/// alike.
type Demand = (Strategy, TaskKind, Vec<MemberName>, Option<Policy>, u32);

/// What a task that has no members yet waits for besides them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Before {
    /// Nothing: all tasks before it are done.
    Done,
    /// Some of these are open.
    Open,
    /// One of these ended without a result.
    Broken,
    /// All of these are done, and a member is to look at it first.
    Unread,
}

fn demand(order: &TaskOrder) -> Demand {
    demand_as(order, order.kind)
}

fn demand_as(order: &TaskOrder, kind: TaskKind) -> Demand {
    let members = order.members.clone();
    let length = order.prompt.as_str().len().checked_ilog2().unwrap_or(0);
    (order.strategy, kind, members, order.policy, length)
}

impl Queue {
    /// Open tasks in the order in which they are taken.
    pub(crate) fn open(&self) -> impl Iterator<Item = TaskId> {
        self.open.iter().map(|(_, _, id)| *id)
    }

    /// Of the tasks that wait for nothing but members, the first of each demand.
    pub(crate) fn heads(&self) -> impl Iterator<Item = Place> {
        let mut last: Option<&Demand> = None;
        let first = self.ready.iter().next();
        let mut next = first;
        std::iter::from_fn(move || {
            if let Some(demand) = last {
                let end = (
                    demand.clone(),
                    (Reverse(Priority::Low), Rank::MAX, TaskId(u64::MAX)),
                );
                next = self
                    .ready
                    .range((Bound::Excluded(end), Bound::Unbounded))
                    .next();
            }
            let (demand, place) = next?;
            last = Some(demand);
            Some(*place)
        })
    }

    /// Open tasks that have a council, by number.
    pub(crate) fn routed(&self) -> impl Iterator<Item = TaskId> {
        self.routed.iter().copied()
    }

    /// Open tasks that waited for one that ended without a result.
    pub(crate) fn broken(&self) -> impl Iterator<Item = TaskId> {
        self.broken.iter().copied()
    }

    /// Open tasks that wait for a task, or had to.
    pub(crate) fn dependents(&self, on: TaskId) -> impl Iterator<Item = TaskId> {
        let range = (on, TaskId(0))..=(on, TaskId(u64::MAX));
        self.waiting.range(range).map(|(_, id)| *id)
    }

    /// Tasks that have a plan and are open, or have open steps.
    pub(crate) fn planned(&self) -> impl Iterator<Item = TaskId> {
        self.planned.iter().copied()
    }

    /// Open tasks that a member is to look at before they are given out.
    pub(crate) fn unread(&self) -> impl Iterator<Item = TaskId> {
        self.unread.iter().copied()
    }

    /// Notes that a member has looked at a task, or that none will.
    pub(crate) fn read(&mut self, id: TaskId, order: &TaskOrder) {
        if self.unread.remove(&id) {
            self.settle(id, order, Before::Done);
        }
    }

    /// Notes that a task has a plan, or that nothing is to be done about that any more.
    pub(crate) fn plan(&mut self, id: TaskId, has_one: bool) {
        if has_one {
            self.planned.insert(id);
        } else {
            self.planned.remove(&id);
        }
    }

    /// Notes that a planned task waits for its steps, so that none of them is forgotten meanwhile.
    pub(crate) fn wait_for(&mut self, steps: &[TaskId], id: TaskId) {
        self.waiting.extend(steps.iter().map(|step| (*step, id)));
    }

    /// Notes that it waits for them no more.
    pub(crate) fn wait_no_more(&mut self, steps: &[TaskId], id: TaskId) {
        for step in steps {
            self.waiting.remove(&(*step, id));
        }
    }

    /// Deadlines of open tasks, the next one first.
    pub(crate) fn deadlines(&self) -> impl Iterator<Item = (Timestamp, TaskId)> {
        self.deadlines.iter().copied()
    }

    /// Ended tasks, the latest first.
    pub(crate) fn ended(&self) -> impl Iterator<Item = TaskId> {
        let ended: Vec<_> = self.ended.union(&self.own).map(|(_, id)| *id).collect();
        ended.into_iter().rev()
    }

    /// The place of a task.
    pub(crate) fn place(&self, id: TaskId, order: &TaskOrder) -> Place {
        (Reverse(order.priority), self.rank(id), id)
    }

    /// Takes an order in.
    pub(crate) fn put(&mut self, id: TaskId, order: &TaskOrder, before: Before) {
        let place = self.place(id, order);
        self.open.insert(place);
        self.waiting.extend(order.after.iter().map(|on| (*on, id)));
        self.deadlines.extend(order.deadline.map(|at| (at, id)));
        self.settle(id, order, before);
    }

    /// Notes that something changed for an open task that has no members yet.
    pub(crate) fn settle(&mut self, id: TaskId, order: &TaskOrder, before: Before) {
        match before {
            Before::Done => {
                let place = self.place(id, order);
                self.ready.insert((demand(order), place));
            }
            Before::Broken => {
                self.broken.insert(id);
            }
            Before::Unread => {
                self.unread.insert(id);
            }
            Before::Open => {}
        }
    }

    /// Moves an open task.
    pub(crate) fn reorder(&mut self, id: TaskId, order: &TaskOrder, to: Priority) {
        let from = self.place(id, order);
        let to = (Reverse(to), from.1, id);
        if self.open.remove(&from) {
            self.open.insert(to);
        }
        let demand = demand(order);
        if self.ready.remove(&(demand.clone(), from)) {
            self.ready.insert((demand, to));
        }
    }

    /// Notes that a task is of another kind.
    pub(crate) fn relabel(&mut self, id: TaskId, order: &TaskOrder, kind: TaskKind) {
        let place = self.place(id, order);
        if self.ready.remove(&(demand(order), place)) {
            let demand = demand_as(order, kind);
            self.ready.insert((demand, place));
        }
    }

    /// Notes that an open task has its members.
    pub(crate) fn route(&mut self, id: TaskId, order: &TaskOrder) {
        let place = self.place(id, order);
        self.ready.remove(&(demand(order), place));
        self.routed.insert(id);
    }

    /// Notes that a task that has no members yet says something else.
    pub(crate) fn reword(&mut self, id: TaskId, from: &TaskOrder, to: &TaskOrder, before: Before) {
        let place = self.place(id, from);
        self.ready.remove(&(demand(from), place));
        self.unread.remove(&id);
        self.settle(id, to, before);
    }

    /// Moves a task from the open to the ended ones.
    pub(crate) fn end(&mut self, at: Timestamp, id: TaskId, order: &TaskOrder) {
        let place = self.place(id, order);
        self.open.remove(&place);
        self.ready.remove(&(demand(order), place));
        self.ranks.remove(&id);
        self.routed.remove(&id);
        self.broken.remove(&id);
        self.unread.remove(&id);
        for on in &order.after {
            self.waiting.remove(&(*on, id));
        }
        if let Some(deadline) = order.deadline {
            self.deadlines.remove(&(deadline, id));
        }
        match order.origin {
            Origin::Room => self.own.insert((at, id)),
            Origin::Operator | Origin::CommandLine | Origin::Hub => self.ended.insert((at, id)),
        };
    }

    /// Takes a task that ended at `at` out of the ended ones.
    pub(crate) fn revive(&mut self, at: Timestamp, id: TaskId) {
        self.ended.remove(&(at, id));
        self.own.remove(&(at, id));
    }

    /// Forgets the task that ended first among those for which no open task waits, if more than
    /// `kept` have ended. What the room ordered for itself is counted apart, and pushes nothing else
    /// out.
    pub(crate) fn forget_beyond(&mut self, kept: usize) -> Option<TaskId> {
        if self.own.len() > kept
            && let Some((_, id)) = self.own.pop_first()
        {
            return Some(id);
        }
        if self.ended.len() <= kept {
            return None;
        }
        let mut ended = self.ended.iter();
        let oldest = *ended.find(|(_, id)| self.dependents(*id).next().is_none())?;
        self.ended.remove(&oldest);
        Some(oldest.1)
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{Before, Queue};
    use crate::core::routing::policy::Policy;
    use crate::core::{Origin, Priority, Strategy, TaskId, TaskOrder, Timestamp};

    fn order(priority: Priority, after: &[u64]) -> TaskOrder {
        TaskOrder {
            priority,
            after: after.iter().copied().map(TaskId).collect(),
            ..TaskOrder::new("x")
        }
    }

    #[test]
    fn urgent_tasks_come_first_and_equals_in_the_order_of_their_numbers() {
        let mut queue = Queue::default();
        queue.put(TaskId(1), &order(Priority::Low, &[]), Before::Done);
        queue.put(TaskId(2), &order(Priority::Normal, &[]), Before::Done);
        queue.put(TaskId(3), &order(Priority::Normal, &[]), Before::Done);
        queue.reorder(TaskId(1), &order(Priority::Low, &[]), Priority::Urgent);
        let open: Vec<_> = queue.open().collect();
        assert_eq!(open, [TaskId(1), TaskId(2), TaskId(3)]);
    }

    #[test]
    fn what_an_open_task_waits_for_is_not_forgotten() {
        let mut queue = Queue::default();
        let (plain, dependent) = (order(Priority::Normal, &[]), order(Priority::Normal, &[1]));
        for id in 1..=3 {
            queue.put(TaskId(id), &plain, Before::Done);
            queue.end(Timestamp(id), TaskId(id), &plain);
        }
        queue.put(TaskId(4), &dependent, Before::Done);
        assert_eq!(queue.forget_beyond(1), Some(TaskId(2)));
        assert_eq!(queue.forget_beyond(1), Some(TaskId(3)));
        assert_eq!(queue.forget_beyond(0), None);
        queue.end(Timestamp(4), TaskId(4), &dependent);
        assert_eq!(queue.forget_beyond(1), Some(TaskId(1)));
        assert_eq!(queue.forget_beyond(1), None);
    }

    #[test]
    fn what_the_room_asks_for_itself_pushes_nothing_else_out() {
        let mut queue = Queue::default();
        let plain = order(Priority::Normal, &[]);
        let own = TaskOrder {
            origin: Origin::Room,
            ..plain.clone()
        };
        for (id, order) in [(1, &plain), (2, &own), (3, &own), (4, &plain)] {
            queue.put(TaskId(id), order, Before::Done);
            queue.end(Timestamp(id), TaskId(id), order);
        }
        assert_eq!(queue.forget_beyond(2), None);
        let ended: Vec<u64> = queue.ended().map(|id| id.0).collect();
        assert_eq!(ended, [4, 3, 2, 1]);
        assert_eq!(queue.forget_beyond(1), Some(TaskId(2)));
        assert_eq!(queue.forget_beyond(1), Some(TaskId(1)));
        assert_eq!(queue.forget_beyond(1), None);
    }

    #[test]
    fn of_tasks_that_demand_the_same_only_the_first_is_looked_at() {
        let mut queue = Queue::default();
        let race = TaskOrder {
            strategy: Strategy::Race,
            ..order(Priority::Normal, &[])
        };
        for id in 1..=3 {
            queue.put(TaskId(id), &order(Priority::Normal, &[]), Before::Done);
        }
        queue.put(TaskId(4), &race, Before::Done);
        queue.put(TaskId(5), &order(Priority::Normal, &[1]), Before::Open);
        queue.put(TaskId(6), &order(Priority::High, &[]), Before::Done);
        let heads = |queue: &Queue| -> Vec<u64> { queue.heads().map(|(_, _, id)| id.0).collect() };
        assert_eq!(heads(&queue), [6, 4]);
        queue.route(TaskId(6), &order(Priority::High, &[]));
        queue.end(Timestamp(1), TaskId(1), &order(Priority::Normal, &[]));
        assert_eq!(heads(&queue), [2, 4]);
        queue.reorder(TaskId(3), &order(Priority::Normal, &[]), Priority::Urgent);
        assert_eq!(heads(&queue), [3, 4]);
    }

    #[test]
    fn a_long_prompt_does_not_hold_up_a_short_one_and_neither_does_another_policy() {
        let mut queue = Queue::default();
        let short = order(Priority::Normal, &[]);
        let long = TaskOrder {
            prompt: "word ".repeat(1_000).into(),
            ..short.clone()
        };
        let fastest = TaskOrder {
            policy: Some(Policy::Fastest),
            ..short.clone()
        };
        for (id, order) in [(1, &long), (2, &short), (3, &fastest), (4, &short)] {
            queue.put(TaskId(id), order, Before::Done);
        }
        let mut heads: Vec<u64> = queue.heads().map(|(_, _, id)| id.0).collect();
        heads.sort_unstable();
        assert_eq!(heads, [1, 2, 3]);
    }
}
