//! In which order tasks are taken, which are at work, which wait for which, and which ended last.
//!
//! Only an index: all of it could be read from the tasks. `evolve` keeps the two in step.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::core::{Priority, TaskId, TaskOrder, Timestamp};

/// The index of a room's tasks.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct Queue {
    open: BTreeSet<(Reverse<Priority>, TaskId)>,
    routed: BTreeSet<TaskId>,
    waiting: BTreeSet<(TaskId, TaskId)>,
    ended: BTreeSet<(Timestamp, TaskId)>,
}

impl Queue {
    /// Open tasks in the order in which they are taken.
    pub(crate) fn open(&self) -> impl Iterator<Item = TaskId> {
        self.open.iter().map(|(_, id)| *id)
    }

    /// Open tasks that have a council, by number.
    pub(crate) fn routed(&self) -> impl Iterator<Item = TaskId> {
        self.routed.iter().copied()
    }

    /// Pairs of a task and an open one that waits for it or had to, in order.
    pub(crate) fn waiting(&self) -> impl Iterator<Item = (TaskId, TaskId)> {
        self.waiting.iter().copied()
    }

    /// Ended tasks, the latest first.
    pub(crate) fn ended(&self) -> impl Iterator<Item = TaskId> {
        self.ended.iter().rev().map(|(_, id)| *id)
    }

    fn is_waited_for(&self, id: TaskId) -> bool {
        let mut dependents = self.waiting.range((id, TaskId(0))..=(id, TaskId(u64::MAX)));
        dependents.next().is_some()
    }

    /// Takes an order in.
    pub(crate) fn put(&mut self, id: TaskId, order: &TaskOrder) {
        self.open.insert((Reverse(order.priority), id));
        self.waiting.extend(order.after.iter().map(|on| (*on, id)));
    }

    /// Moves an open task.
    pub(crate) fn reorder(&mut self, id: TaskId, from: Priority, to: Priority) {
        if self.open.remove(&(Reverse(from), id)) {
            self.open.insert((Reverse(to), id));
        }
    }

    /// Notes that an open task has its members.
    pub(crate) fn route(&mut self, id: TaskId) {
        self.routed.insert(id);
    }

    /// Moves a task from the open to the ended ones.
    pub(crate) fn end(&mut self, at: Timestamp, id: TaskId, order: &TaskOrder) {
        self.open.remove(&(Reverse(order.priority), id));
        self.routed.remove(&id);
        for on in &order.after {
            self.waiting.remove(&(*on, id));
        }
        self.ended.insert((at, id));
    }

    /// Takes a task that ended at `at` out of the ended ones.
    pub(crate) fn revive(&mut self, at: Timestamp, id: TaskId) {
        self.ended.remove(&(at, id));
    }

    /// Forgets the task that ended first among those for which no open task waits, if more than
    /// `kept` have ended.
    pub(crate) fn forget_beyond(&mut self, kept: usize) -> Option<TaskId> {
        if self.ended.len() <= kept {
            return None;
        }
        let oldest = self.ended.iter().find(|(_, id)| !self.is_waited_for(*id));
        let oldest = *oldest?;
        self.ended.remove(&oldest);
        Some(oldest.1)
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::Queue;
    use crate::core::{Priority, TaskId, TaskOrder, Timestamp};

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
        queue.put(TaskId(1), &order(Priority::Low, &[]));
        queue.put(TaskId(2), &order(Priority::Normal, &[]));
        queue.put(TaskId(3), &order(Priority::Normal, &[]));
        queue.reorder(TaskId(1), Priority::Low, Priority::Urgent);
        let open: Vec<_> = queue.open().collect();
        assert_eq!(open, [TaskId(1), TaskId(2), TaskId(3)]);
    }

    #[test]
    fn what_an_open_task_waits_for_is_not_forgotten() {
        let mut queue = Queue::default();
        let (plain, dependent) = (order(Priority::Normal, &[]), order(Priority::Normal, &[1]));
        for id in 1..=3 {
            queue.put(TaskId(id), &plain);
            queue.end(Timestamp(id), TaskId(id), &plain);
        }
        queue.put(TaskId(4), &dependent);
        assert_eq!(queue.forget_beyond(1), Some(TaskId(2)));
        assert_eq!(queue.forget_beyond(1), Some(TaskId(3)));
        assert_eq!(queue.forget_beyond(0), None);
        queue.end(Timestamp(4), TaskId(4), &dependent);
        assert_eq!(queue.forget_beyond(1), Some(TaskId(1)));
        assert_eq!(queue.forget_beyond(1), None);
    }
}
