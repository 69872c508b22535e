//! The tasks in the order of the queue and by where they stand: a copy of what the state says, kept up from
//! events, so that neither a frame nor a key looks at every task.
//!
//! Owns the order and the places in it; `passing` what passes the filter. What a row says is the business of the view.
//! Without the events that lead to a state, or after very many at once, all of it is read anew.

mod passing;
mod rows;
mod touched;

#[cfg(test)]
mod tests;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use self::passing::Passing;
use self::rows::{Rows, put, take};
use self::touched::{Touched, touched};
use crate::core::{
    Call, Outcome, Phase, PlanStage, Priority, Recorded, State, Strategy, Subject, Task, TaskId,
    Timestamp, login_awaited,
};

/// With more events at once all tasks are read anew: that costs less than to move them one by one.
const AT_ONCE: usize = 512;

/// Where a task has its row: open ones in the order of the queue, then ended ones, the latest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    Open(Reverse<Priority>, i64, TaskId),
    Ended(Reverse<Timestamp>, Reverse<TaskId>),
}

impl Place {
    fn of(task: &Task, state: &State) -> Self {
        match task.phase() {
            Phase::Ended { at, .. } => Self::Ended(Reverse(*at), Reverse(task.id())),
            Phase::Queued | Phase::Working | Phase::Deciding { .. } | Phase::Held { .. } => {
                Self::Open(Reverse(task.order().priority), state.rank(task), task.id())
            }
        }
    }

    pub(crate) fn task(self) -> TaskId {
        match self {
            Self::Open(_, _, id) | Self::Ended(_, Reverse(id)) => id,
        }
    }
}

/// How a task stands, as coarsely as one looks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Column {
    /// For another task.
    Waiting,
    /// For nothing but members and the budget.
    Ready,
    Working,
    /// For the operator.
    NeedsYou,
    Ended,
}

impl Column {
    pub(crate) const ALL: [Self; 5] = [
        Self::Waiting,
        Self::Ready,
        Self::Working,
        Self::NeedsYou,
        Self::Ended,
    ];

    /// What is written above it.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Waiting => "Waiting",
            Self::Ready => "Ready",
            Self::Working => "Working",
            Self::NeedsYou => "Needs you",
            Self::Ended => "Ended",
        }
    }

    /// What is said where no task stands so.
    pub(crate) fn nothing(self) -> &'static str {
        match self {
            Self::Waiting => "none waits for another",
            Self::Ready => "none is due",
            Self::Working => "none is being worked",
            Self::NeedsYou => "nothing needs you",
            Self::Ended => "none is over yet",
        }
    }

    /// `asked` are the tasks of which something is asked of the operator.
    fn of(task: &Task, state: &State, asked: &BTreeSet<TaskId>) -> Self {
        match task.phase() {
            Phase::Ended { .. } => Self::Ended,
            Phase::Queued if waited_for(task, state).is_some() => Self::Waiting,
            Phase::Queued => Self::Ready,
            Phase::Held { .. } => Self::NeedsYou,
            Phase::Working | Phase::Deciding { .. } if asked.contains(&task.id()) => Self::NeedsYou,
            Phase::Working if task.planning().stage() == PlanStage::Approve => Self::NeedsYou,
            Phase::Working | Phase::Deciding { .. } => Self::Working,
        }
    }

    /// Its place among all.
    pub(crate) fn index(self) -> usize {
        match self {
            Self::Waiting => 0,
            Self::Ready => 1,
            Self::Working => 2,
            Self::NeedsYou => 3,
            Self::Ended => 4,
        }
    }
}

/// The first task that has to be done before this one and is not.
pub(crate) fn waited_for(task: &Task, state: &State) -> Option<TaskId> {
    let is_done = |id: &TaskId| {
        let task = state.task(*id);
        task.is_some_and(|task| matches!(task.outcome(), Some(Outcome::Done { .. })))
    };
    let mut after = task.order().after.iter();
    after.find(|id| !is_done(id)).copied()
}

/// What is kept of one task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Entry {
    place: Place,
    column: Column,
    compared: bool,
}

impl Entry {
    fn of(task: &Task, state: &State, asked: &BTreeSet<TaskId>) -> Self {
        let several = matches!(task.order().strategy, Strategy::Council | Strategy::Debate);
        Self {
            place: Place::of(task, state),
            column: Column::of(task, state, asked),
            compared: several && !task.calls().is_empty(),
        }
    }
}

/// All tasks of the room in order.
#[derive(Debug, Default)]
pub(crate) struct Lineup {
    /// The last event that is in it; none where it is to be read anew.
    seq: Option<u64>,
    entries: BTreeMap<TaskId, Entry>,
    rows: Rows,
    compared: Vec<Place>,
    asked: BTreeSet<TaskId>,
    passing: Option<Passing>,
    /// How often all places were numbered anew when it was read.
    spread: u64,
}

impl Lineup {
    /// The state was replaced.
    pub(crate) fn forget(&mut self) {
        self.seq = None;
    }

    /// These happened, and the state has them. True when a task is known no more.
    pub(crate) fn heard(&mut self, events: &[Recorded], state: &State) -> bool {
        let (Some(first), Some(last)) = (events.first(), events.last()) else {
            return false;
        };
        let follows = self.seq.map(|seq| seq + 1) == Some(first.seq) && last.seq == state.seq();
        if !follows || events.len() > AT_ONCE || self.spread != state.ranks_spread() {
            // Another console's event may be on its way; it is read anew when it is looked at.
            self.seq = None;
            return false;
        }
        let mut moved: BTreeSet<TaskId> = BTreeSet::new();
        for recorded in events {
            match touched(&recorded.event) {
                Touched::None => {}
                Touched::All => {
                    self.seq = None;
                    return false;
                }
                Touched::Task(id) => {
                    moved.insert(id);
                }
                Touched::TaskAndDependents(id) => {
                    moved.insert(id);
                    moved.extend(state.dependents(id));
                }
            }
        }
        let asked = asked(state);
        moved.extend(asked.symmetric_difference(&self.asked));
        self.asked = asked;
        // An answer does not say of what task it was.
        let held = self.rows.columns[Column::NeedsYou.index()].iter();
        moved.extend(held.map(|place| place.task()));
        for id in moved {
            self.touch(id, state);
        }
        self.seq = Some(last.seq);
        self.drop_forgotten(state)
    }

    /// Reads what is not known yet: all tasks where events are missing, and what passes the filter where that
    /// or a task has changed. True when a task is known no more.
    pub(crate) fn follow(&mut self, state: &State, needle: &str) -> bool {
        let is_new = self.seq != Some(state.seq());
        if is_new {
            self.read(state);
        }
        self.filter(state, needle);
        is_new
    }

    fn read(&mut self, state: &State) {
        let asked = asked(state);
        let tasks = state.tasks();
        let entries = tasks.map(|task| (task.id(), Entry::of(task, state, &asked)));
        self.entries = entries.collect();
        self.rows = Rows::collect(self.entries.values());
        let compared = self.entries.values().filter(|entry| entry.compared);
        self.compared = compared.map(|entry| entry.place).collect();
        self.compared.sort_unstable();
        self.asked = asked;
        self.passing = None;
        self.seq = Some(state.seq());
        self.spread = state.ranks_spread();
    }

    fn touch(&mut self, id: TaskId, state: &State) {
        let task = state.task(id);
        let now = task.map(|task| Entry::of(task, state, &self.asked));
        let was = match now {
            Some(entry) => self.entries.insert(id, entry),
            None => self.entries.remove(&id),
        };
        if let Some(passing) = &mut self.passing {
            passing.touched(id, was);
        }
        if was == now {
            return;
        }
        if let Some(was) = was {
            self.rows.take(was);
            take(&mut self.compared, was.place);
        }
        if let Some(now) = now {
            self.rows.put(now);
            if now.compared {
                put(&mut self.compared, now.place);
            }
        }
    }

    /// The state forgets the tasks that ended first, and no event says so.
    fn drop_forgotten(&mut self, state: &State) -> bool {
        if self.entries.len() == state.tasks().len() {
            return false;
        }
        let ended = self.rows.columns[Column::Ended.index()].iter();
        let gone = ended.map(|place| place.task());
        let gone: Vec<TaskId> = gone.filter(|id| state.task(*id).is_none()).collect();
        for id in gone {
            self.touch(id, state);
        }
        true
    }

    fn filter(&mut self, state: &State, needle: &str) {
        let before = self.passing.take().filter(|_| !needle.is_empty());
        let passing = before.and_then(|mut before| {
            // What a task that is being worked says of itself changes while it stays where it is.
            let at_work = [Column::Working, Column::NeedsYou];
            let places = at_work
                .iter()
                .flat_map(|column| &self.rows.columns[column.index()]);
            before.look_again(places.map(|place| place.task()), &self.entries, state);
            before.narrowed(&self.entries, state, needle)
        });
        let anew = || Passing::of(self.rows.all.iter().copied(), &self.entries, state, needle);
        self.passing = passing.or_else(|| (!needle.is_empty()).then(anew));
    }

    fn shown(&self) -> &Rows {
        self.passing.as_ref().map_or(&self.rows, Passing::rows)
    }

    /// The tasks that pass the filter, in order.
    pub(crate) fn rows(&self) -> &[Place] {
        &self.shown().all
    }

    /// Those of them that stand so.
    pub(crate) fn column(&self, column: Column) -> &[Place] {
        &self.shown().columns[column.index()]
    }

    /// Open tasks of a priority in the order of the queue, whether they pass the filter or not.
    pub(crate) fn open_of(&self, priority: Priority) -> impl Iterator<Item = Place> {
        let before = |place: &Place| match place {
            Place::Open(at, ..) => *at < Reverse(priority),
            Place::Ended(..) => false,
        };
        let rest = self
            .rows
            .all
            .iter()
            .skip(self.rows.all.partition_point(before));
        let of_it = move |place: &&Place| match place {
            Place::Open(at, ..) => *at == Reverse(priority),
            Place::Ended(..) => false,
        };
        rest.take_while(of_it).copied()
    }

    /// Where a task stands among all.
    pub(crate) fn place(&self, id: TaskId) -> Option<Place> {
        Some(self.entries.get(&id)?.place)
    }

    /// How a task stands.
    pub(crate) fn stands(&self, id: TaskId) -> Option<Column> {
        Some(self.entries.get(&id)?.column)
    }

    /// Where a task that passes the filter has its card in a column.
    pub(crate) fn place_in(&self, column: Column, id: TaskId) -> Option<usize> {
        let entry = self.entries.get(&id)?;
        self.column(column).binary_search(&entry.place).ok()
    }

    /// Where a task that passes the filter has its row.
    pub(crate) fn position(&self, id: TaskId) -> Option<usize> {
        let entry = self.entries.get(&id)?;
        self.rows().binary_search(&entry.place).ok()
    }

    /// Tasks that several members answered, whether they pass the filter or not.
    pub(crate) fn compared(&self) -> &[Place] {
        &self.compared
    }

    /// How many stand so, whether they pass the filter or not.
    pub(crate) fn count(&self, column: Column) -> usize {
        self.rows.columns[column.index()].len()
    }

    /// How many are open.
    pub(crate) fn open(&self) -> usize {
        self.entries.len() - self.count(Column::Ended)
    }

    /// The highest number of a task.
    pub(crate) fn highest(&self) -> Option<TaskId> {
        self.entries.last_key_value().map(|(id, _)| *id)
    }
}

/// The open tasks of which something is asked of the operator.
fn asked(state: &State) -> BTreeSet<TaskId> {
    let mut asked = BTreeSet::new();
    let mut logged_out = false;
    for item in state.attention() {
        match &item.subject {
            Subject::Asked { call, .. } => asked.extend(state.call(*call).map(Call::task)),
            Subject::Choice { task } | Subject::Interrupted { task } | Subject::Plan { task } => {
                asked.insert(*task);
            }
            Subject::LoggedOut { .. } => logged_out = true,
            Subject::Edited { .. }
            | Subject::Proposed { .. }
            | Subject::Lessons { .. }
            | Subject::Budget { .. } => {}
        }
    }
    if logged_out {
        let working = state.routed_tasks();
        let waits = working.filter(|task| login_awaited(state, task).is_some());
        asked.extend(waits.map(Task::id));
    }
    asked
}
