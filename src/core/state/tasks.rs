//! Tasks and calls of a room, as others read them; who may be given one more call.

use crate::core::task::Rank;
use crate::core::{Access, Call, CallId, MemberName, Phase, State, Task, TaskId, Timestamp};

impl State {
    /// Open tasks and the last ended ones, by number.
    #[must_use]
    pub fn tasks(&self) -> impl DoubleEndedIterator<Item = &Task> + ExactSizeIterator {
        self.tasks.values()
    }

    /// One task.
    #[must_use]
    pub fn task(&self, id: TaskId) -> Option<&Task> {
        self.tasks.get(&id)
    }

    /// Open tasks that wait in the queue, in the order in which they will be taken.
    pub fn queued(&self) -> impl Iterator<Item = &Task> {
        self.open_tasks().filter(|task| task.phase == Phase::Queued)
    }

    /// Open tasks, whatever they wait for, in the order of the queue.
    pub fn open_tasks(&self) -> impl Iterator<Item = &Task> {
        self.queue.open().filter_map(|id| self.tasks.get(&id))
    }

    /// The numbers of open tasks in the order of the queue, without a look at each task.
    pub(crate) fn open_ids(&self) -> impl Iterator<Item = TaskId> {
        self.queue.open()
    }

    /// The place of an open task among those of its priority: smaller ones go first.
    pub(crate) fn rank(&self, task: &Task) -> Rank {
        self.queue.rank(task.id)
    }

    /// How often the places of tasks that nobody moved were numbered anew.
    pub(crate) fn ranks_spread(&self) -> u64 {
        self.queue.spread()
    }

    /// Open tasks that have a council, by number.
    pub(crate) fn routed_tasks(&self) -> impl Iterator<Item = &Task> {
        self.queue.routed().filter_map(|id| self.tasks.get(&id))
    }

    /// Tasks that have a plan and are open, or have open steps.
    pub(crate) fn planned_tasks(&self) -> impl Iterator<Item = &Task> {
        self.queue.planned().filter_map(|id| self.tasks.get(&id))
    }

    /// Ended tasks, latest first.
    pub fn ended_tasks(&self) -> impl Iterator<Item = &Task> {
        self.queue.ended().filter_map(|id| self.tasks.get(&id))
    }

    /// Open tasks that wait for a task, or had to.
    pub(crate) fn dependents(&self, on: TaskId) -> impl Iterator<Item = TaskId> {
        self.queue.dependents(on)
    }

    /// A call of an open or recently ended task.
    #[must_use]
    pub fn call(&self, id: CallId) -> Option<&Call> {
        self.calls.get(&id)
    }

    /// Calls in flight, in the order of their sessions.
    pub fn calls_in_flight(&self) -> impl Iterator<Item = (CallId, &Call)> {
        let busy = self.sessions.values().filter_map(|session| session.busy);
        busy.filter_map(|id| self.calls.get(&id).map(|call| (id, call)))
    }

    /// The number that the next task will get.
    #[must_use]
    pub fn next_task(&self) -> TaskId {
        TaskId(self.next.task)
    }

    /// How many calls of a member are in flight.
    #[must_use]
    pub fn load(&self, member: &MemberName) -> usize {
        self.sessions
            .values()
            .filter(|session| session.member == *member && session.busy.is_some())
            .count()
    }

    /// Whether a member may be given one more call now.
    #[must_use]
    pub fn has_room_for_call(&self, member: &MemberName) -> bool {
        self.members.get(member).is_some_and(|known| {
            known.takes_calls() && self.load(member) < known.spec.parallel as usize
        })
    }

    /// Whether some call may change files now.
    #[must_use]
    pub fn writer_at_work(&self) -> bool {
        self.calls_in_flight()
            .any(|(_, call)| call.access == Access::Write)
    }

    /// Whether some call may change files now, or a check reads them: nobody else may change any.
    #[must_use]
    pub fn files_in_use(&self) -> bool {
        self.checking.running.is_some() || self.writer_at_work()
    }

    /// When the last call of a task ended; the task's own time when none has.
    pub(crate) fn calls_ended_at(&self, task: &Task) -> Timestamp {
        let calls = task.calls.iter().filter_map(|call| self.calls.get(call));
        calls
            .filter_map(|call| call.ended.as_ref())
            .map(|(at, _)| *at)
            .max()
            .unwrap_or(task.added)
    }
}
