//! How long what ended tasks brought stays whole in the shared memory: the policy, and when something
//! falls due.
//!
//! Owns the rules and the [`Ledger`] of what the shared memory holds of ended tasks. The documents
//! themselves are the business of `hub`. Nothing is lost by ageing: the journal keeps the whole.

mod leaf;
mod ledger;

use serde::{Deserialize, Serialize};

use crate::core::{Event, Span, State, Subject, TaskId, Timestamp};

pub(crate) use leaf::{ANSWER_KEPT, RESULT_KEPT};
pub use leaf::{Dispute, Gist, Leaf, Side};
pub(crate) use ledger::Ledger;
pub use ledger::{ARCHIVE_PAGE, Aged};

/// How many tasks' documents are whole at most, whatever the policy allows.
pub const WHOLE_MAX: usize = 1000;
/// Beyond how many whole ones the oldest is left to itself: they come faster than they can age, or
/// nothing ever ages.
const LEAVES_MAX: usize = WHOLE_MAX / 2 * 3;
/// How many tasks age together at most, so that the hub is not held up by them.
pub const AT_ONCE: usize = 100;
/// The least time from one such batch to the next.
pub const PAUSE: Span = Span::secs(5);

/// How long results and conflicts stay as they are. The default is for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Retention {
    /// How long after the end of its task; `None`: for ever.
    pub keep: Option<Span>,
    /// How many bytes of them there may be, beyond which the oldest age at once; `None`: any number.
    pub most: Option<u64>,
    /// What becomes of them.
    pub old: Old,
}

/// What becomes of an old document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Old {
    /// A summary stands in its place.
    #[default]
    Summary,
    /// It is removed, and a line in an index stands for it.
    Archive,
}

impl Retention {
    /// Whether nothing ever ages.
    #[must_use]
    pub fn is_for_ever(&self) -> bool {
        self.keep.is_none() && self.most.is_none()
    }

    /// Whether so many documents are too many.
    fn is_exceeded(&self, tasks: usize, bytes: u64) -> bool {
        tasks > WHOLE_MAX || self.most.is_some_and(|most| bytes > most)
    }
}

/// What ages now: a batch of the oldest.
pub(crate) fn aged(state: &State, now: Timestamp) -> Option<Event> {
    if next_due(state)? > now {
        return None;
    }
    let ledger = &state.ledger;
    let policy = ledger.policy();
    let (mut tasks, mut count, mut bytes) = (Vec::new(), ledger.len(), ledger.bytes());
    for (ended, task) in candidates(state).take(AT_ONCE) {
        let over = policy.keep.is_some_and(|keep| ended.after(keep) <= now);
        if !over && !policy.is_exceeded(count, bytes) {
            break;
        }
        count -= 1;
        bytes = bytes.saturating_sub(ledger.whole(task).map_or(0, Leaf::bytes));
        tasks.push(task);
    }
    let old = policy.old;
    (!tasks.is_empty()).then_some(Event::ResultsAged { tasks, old })
}

/// When the next ones age.
pub(crate) fn next_due(state: &State) -> Option<Timestamp> {
    let ledger = &state.ledger;
    let policy = ledger.policy();
    if policy.is_for_ever() {
        return None;
    }
    let (ended, _) = candidates(state).next()?;
    let due = if policy.is_exceeded(ledger.len(), ledger.bytes()) {
        ended
    } else {
        ended.after(policy.keep?)
    };
    // What has only just come to be old, or free, ages a moment later: so the time of it is to come.
    let moment = state.at.after(Span(1));
    Some(due.max(moment).max(ledger.last_aged().after(PAUSE)))
}

/// Tasks with whole documents that nothing keeps as they are, those first that ended first.
fn candidates(state: &State) -> impl Iterator<Item = (Timestamp, TaskId)> {
    let by_age = state.ledger.by_age();
    by_age.filter(|(_, task)| !is_held(state, *task))
}

/// Whether somebody may still look at the documents of a task: a task waits or waited for its result
/// and is open, the operator is asked about one of them, or one is told to calls.
fn is_held(state: &State, task: TaskId) -> bool {
    let names = [
        format!("results/{}", task.0),
        format!("conflicts/{}.json", task.0),
    ];
    let is_one = |document: &str| {
        let mut names = names.iter();
        names.any(|name| {
            let rest = document.strip_prefix(name.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    };
    let asked = |subject: &Subject| match subject {
        Subject::Edited { edit } => is_one(&edit.document),
        Subject::Choice { task: of }
        | Subject::Interrupted { task: of }
        | Subject::Plan { task: of } => *of == task,
        Subject::Asked { .. }
        | Subject::Proposed { .. }
        | Subject::Lessons { .. }
        | Subject::LoggedOut { .. }
        | Subject::Budget { .. } => false,
    };
    state.queue.dependents(task).next().is_some()
        || state.attention().any(|item| asked(&item.subject))
        || state.pins().any(|pin| is_one(&pin.document))
}

#[cfg(test)]
mod tests;
