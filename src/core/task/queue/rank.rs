//! The order among tasks of one priority: that of their numbers, until the operator moves one.
//!
//! Owns the ranks of moved tasks and how there is room between two. Which moves are taken is the business
//! of `decide`.

use std::cmp::Reverse;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Place, Queue};
use crate::core::{Priority, TaskId, TaskOrder};

/// Smaller ones go first.
pub(crate) type Rank = i64;

/// How far two tasks that follow each other stand apart: so often there is room between the same two.
const STEP: Rank = 1 << 20;

/// Where a task is moved to, among those of its priority.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Spot {
    /// Directly ahead of this one.
    AheadOf(TaskId),
    /// Directly behind this one.
    Behind(TaskId),
}

impl Spot {
    /// The task beside which it is.
    #[must_use]
    pub fn beside(self) -> TaskId {
        match self {
            Self::AheadOf(task) | Self::Behind(task) => task,
        }
    }
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AheadOf(task) => write!(f, "ahead of {task}"),
            Self::Behind(task) => write!(f, "behind {task}"),
        }
    }
}

/// The rank of a task that was never moved.
fn by_number(id: TaskId) -> Rank {
    Rank::try_from(id.0).map_or(Rank::MAX, |id| id.saturating_mul(STEP))
}

impl Queue {
    /// The rank of a task.
    pub(crate) fn rank(&self, id: TaskId) -> Rank {
        let moved = self.ranks.get(&id).copied();
        moved.unwrap_or_else(|| by_number(id))
    }

    /// How often ranks of tasks that nobody moved were changed, to make room.
    pub(crate) fn spread(&self) -> u64 {
        self.spread
    }

    /// Whether a task stands there already.
    pub(crate) fn stands(&self, id: TaskId, priority: Priority, to: Spot) -> bool {
        let (here, beside) = (self.at(id, priority), self.at(to.beside(), priority));
        match to {
            Spot::AheadOf(_) => self.after(here) == Some(beside),
            Spot::Behind(_) => self.before(here) == Some(beside),
        }
    }

    /// Moves an open task beside another open one of its priority; anything else changes nothing.
    pub(crate) fn shift(&mut self, id: TaskId, order: &TaskOrder, to: Spot) {
        let beside = to.beside();
        let from = self.at(id, order.priority);
        let there = self.at(beside, order.priority);
        if id == beside || !self.open.contains(&from) || !self.open.contains(&there) {
            return;
        }
        let found = self.between(from, there, to);
        let rank = found.or_else(|| {
            self.make_room(order.priority);
            let (from, there) = (self.at(id, order.priority), self.at(beside, order.priority));
            self.between(from, there, to)
        });
        if let Some(rank) = rank {
            self.rerank(id, order, rank);
        }
    }

    fn rerank(&mut self, id: TaskId, order: &TaskOrder, rank: Rank) {
        let from = self.at(id, order.priority);
        let to = (from.0, rank, id);
        self.ranks.insert(id, rank);
        self.open.remove(&from);
        self.open.insert(to);
        let demand = super::demand(order);
        if self.ready.remove(&(demand.clone(), from)) {
            self.ready.insert((demand, to));
        }
    }

    fn at(&self, id: TaskId, priority: Priority) -> Place {
        (Reverse(priority), self.rank(id), id)
    }

    /// The place before, of the same priority.
    fn before(&self, place: Place) -> Option<Place> {
        let before = self.open.range(..place).next_back().copied();
        before.filter(|before| before.0 == place.0)
    }

    /// The place after, of the same priority.
    fn after(&self, place: Place) -> Option<Place> {
        let behind = (std::ops::Bound::Excluded(place), std::ops::Bound::Unbounded);
        let after = self.open.range(behind).next().copied();
        after.filter(|after| after.0 == place.0)
    }

    /// A rank there that no other task has, where there is room. The task itself counts as gone.
    fn between(&self, from: Place, there: Place, to: Spot) -> Option<Rank> {
        let not_it = |found: Option<Place>, on: &dyn Fn(Place) -> Option<Place>| match found {
            Some(place) if place == from => on(place),
            found => found,
        };
        match to {
            Spot::AheadOf(_) => match not_it(self.before(there), &|place| self.before(place)) {
                Some(before) => middle(before.1, there.1),
                None => there.1.checked_sub(STEP),
            },
            Spot::Behind(_) => match not_it(self.after(there), &|place| self.after(place)) {
                Some(after) => middle(there.1, after.1),
                // What is added later stays behind it.
                None => there.1.checked_add(1),
            },
        }
    }

    /// Sets the open tasks of a priority as far apart as their numbers, in the order that they have.
    fn make_room(&mut self, priority: Priority) {
        let (first, last) = (
            (Reverse(priority), Rank::MIN, TaskId(0)),
            (Reverse(priority), Rank::MAX, TaskId(u64::MAX)),
        );
        let places: Vec<Place> = self.open.range(first..=last).copied().collect();
        let mut numbers: Vec<TaskId> = places.iter().map(|place| place.2).collect();
        numbers.sort_unstable();
        for (place, number) in places.iter().zip(numbers) {
            self.open.remove(place);
            self.ranks.insert(place.2, by_number(number));
        }
        let moved: Vec<Place> = places
            .iter()
            .map(|place| (place.0, self.rank(place.2), place.2))
            .collect();
        self.open.extend(moved);
        let ready = std::mem::take(&mut self.ready);
        let anew = ready.into_iter().map(|(demand, (priority, _, id))| {
            let rank = self.rank(id);
            (demand, (priority, rank, id))
        });
        self.ready = anew.collect();
        self.spread += 1;
    }
}

/// The middle of two ranks, where it is neither of them.
fn middle(low: Rank, high: Rank) -> Option<Rank> {
    let apart = high.checked_sub(low)?;
    (apart >= 2).then(|| low + apart / 2)
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::Spot;
    use crate::core::task::{Before, Queue};
    use crate::core::{TaskId, TaskOrder};

    fn queue(tasks: u64) -> Queue {
        let mut queue = Queue::default();
        for id in 1..=tasks {
            queue.put(TaskId(id), &TaskOrder::new("x"), Before::Done);
        }
        queue
    }

    fn order(queue: &Queue) -> Vec<u64> {
        queue.open().map(|id| id.0).collect()
    }

    fn shift(queue: &mut Queue, id: u64, to: Spot) {
        queue.shift(TaskId(id), &TaskOrder::new("x"), to);
    }

    #[test]
    fn a_moved_task_is_taken_where_it_was_moved_to() {
        let mut queue = queue(4);
        shift(&mut queue, 3, Spot::AheadOf(TaskId(1)));
        assert_eq!(order(&queue), [3, 1, 2, 4]);
        assert_eq!(queue.heads().map(|it| it.2.0).collect::<Vec<_>>(), [3]);
        shift(&mut queue, 1, Spot::Behind(TaskId(4)));
        assert_eq!(order(&queue), [3, 2, 4, 1]);
        queue.put(TaskId(5), &TaskOrder::new("x"), Before::Done);
        assert_eq!(order(&queue), [3, 2, 4, 1, 5]);
        // Beside itself, or beside what is not open, is nowhere.
        shift(&mut queue, 2, Spot::Behind(TaskId(2)));
        shift(&mut queue, 2, Spot::Behind(TaskId(9)));
        assert_eq!(order(&queue), [3, 2, 4, 1, 5]);
    }

    proptest! {
        #[test]
        fn any_moves_give_the_order_that_a_list_gives(
            moves in vec((1u64..12, 1u64..12, any::<bool>()), 0..200)
        ) {
            let mut queue = queue(11);
            let mut list: Vec<u64> = (1..12).collect();
            for (id, beside, ahead) in moves {
                let to = if ahead { Spot::AheadOf(TaskId(beside)) } else { Spot::Behind(TaskId(beside)) };
                shift(&mut queue, id, to);
                if id != beside {
                    list.retain(|it| *it != id);
                    let at = list.iter().position(|it| *it == beside).unwrap();
                    list.insert(if ahead { at } else { at + 1 }, id);
                }
                prop_assert_eq!(&order(&queue), &list);
                let head = queue.heads().next().map(|it| it.2.0);
                prop_assert_eq!(head, list.first().copied());
            }
        }
    }

    #[test]
    fn there_is_always_room_between_two() {
        let mut queue = queue(3);
        // Each comes between the same two, so that the room there is halved each time.
        for turn in 0..200 {
            let id = if turn % 2 == 0 { 3 } else { 2 };
            shift(&mut queue, id, Spot::Behind(TaskId(1)));
        }
        assert_eq!(order(&queue), [1, 2, 3]);
        assert!(queue.spread() > 0);
    }
}
