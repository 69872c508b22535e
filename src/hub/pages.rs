//! Which pages of the queue may have changed. There may be very many tasks and pages: for an event only the tasks
//! that it is about are looked at, and those that it moved over the edge of the queue's own document.
//!
//! Naming one page too many costs a rendering; one too few leaves the hub behind, so a test compares this with the
//! projection itself. It renders nothing and knows nothing of the hub.

use std::collections::{BTreeMap, BTreeSet};

use crate::core::{State, Task, TaskId};
use crate::hub::project::queue::{page_of, shown};

/// What is kept of a state to tell what came and went.
#[derive(Debug, Default)]
pub(in crate::hub) struct Pages {
    /// The open tasks for which the queue's document has room.
    shown: BTreeSet<TaskId>,
}

impl Pages {
    /// The pages that may have changed since this was asked last, where the queue may tell something else of these
    /// tasks; each with whether one of its tasks is in it now, else it may have none at all.
    pub(in crate::hub) fn changed(
        &mut self,
        tasks: &BTreeSet<TaskId>,
        state: &State,
    ) -> BTreeMap<u64, bool> {
        let before = std::mem::replace(&mut self.shown, shown(state));
        let now = &self.shown;
        let is_open = |id: TaskId| state.task(id).is_some_and(|task| !task.is_ended());
        let is_in = |id: &TaskId| !now.contains(id) && is_open(*id);
        // What changes in these is not always told with their number.
        let at_work = state.routed_tasks().chain(state.planned_tasks());
        let at_work = at_work.map(Task::id).filter(is_in);
        let touched = tasks
            .iter()
            .chain(before.symmetric_difference(now))
            .copied();
        let touched = touched.filter(|id| is_in(id) || !before.contains(id));
        let mut pages = BTreeMap::new();
        for id in touched.chain(at_work) {
            *pages.entry(page_of(id)).or_default() |= is_in(&id);
        }
        pages
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use pretty_assertions::assert_eq;

    use super::Pages;
    use crate::core::{Event, Outcome, Priority, Strategy, TaskId};
    use crate::hub::story::Story;

    /// What an event makes of thousands of tasks is as much as it makes of one.
    #[test]
    fn an_event_changes_the_page_of_its_task_and_of_those_that_it_moved_over_the_edge() {
        let mut story = Story::default();
        story.enrol("codex").open(1, "codex");
        let mut pages = Pages::default();
        for task in 1..=3_000 {
            story.add(task, "more", Strategy::Solo);
        }
        let all = pages.changed(&BTreeSet::new(), &story.state);
        assert_eq!(all, BTreeMap::from([(0, false), (1, false)]));
        let mut changed = |story: &Story, task: u64| {
            let task = BTreeSet::from([TaskId(task)]);
            let changed = pages.changed(&task, &story.state);
            changed.into_iter().collect::<Vec<_>>()
        };
        assert!(changed(&story, 20).is_empty());
        story.conclude(1, Outcome::Cancelled);
        assert_eq!(changed(&story, 1), [(1, false)]);
        story.conclude(2_000, Outcome::Cancelled);
        assert_eq!(changed(&story, 2_000), [(4, false)]);
        let (task, priority) = (TaskId(2_900), Priority::High);
        story.tell(Event::TaskReprioritised { task, priority });
        assert_eq!(changed(&story, 2_900), [(1, true), (5, false)]);
        // One that members were given to may change with any event.
        story.route(1_600, &["codex"]);
        assert_eq!(changed(&story, 20), [(3, true)]);
    }
}
