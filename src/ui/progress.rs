//! How far a task is whose steps are known: so many done of so many, and the bar for it.

use std::collections::BTreeSet;

use crate::core::{Call, Ending, MemberName, PlanStage, State, Strategy, Task};
use crate::ui::votes::standing;

/// How far something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Progress {
    pub(crate) done: usize,
    pub(crate) of: usize,
    /// Of what.
    pub(crate) noun: &'static str,
}

impl Progress {
    /// `3/5 steps`.
    pub(crate) fn words(self) -> String {
        format!("{}/{} {}", self.done, self.of, self.noun)
    }

    /// A bar, exact to half a column: what is done, and what is to come.
    pub(crate) fn bar(self, columns: usize) -> (String, String) {
        let halves = (self.done.min(self.of) * columns * 2)
            .checked_div(self.of)
            .unwrap_or_default();
        let half = halves % 2;
        let done = "━".repeat(halves / 2) + if half == 1 { "╸" } else { "" };
        let rest = columns - halves / 2 - half;
        (done, "─".repeat(rest))
    }
}

/// How far a task is; nothing where it is not under way or its steps are not known.
pub(crate) fn of(task: &Task, state: &State) -> Option<Progress> {
    if task.is_ended() {
        return None;
    }
    let asked = task.council().len();
    let calls = task.calls().iter().filter_map(|call| state.call(*call));
    let answered = calls.filter(|call| matches!(call.ending(), Some(Ending::Answered(_))));
    let progress = |done, of, noun| (of > 1).then_some(Progress { done, of, noun });
    match task.order().strategy {
        Strategy::Plan if task.planning().stage() == PlanStage::Work => {
            let (done, of) = task.planning().progress();
            progress(done, of, "steps")
        }
        Strategy::Council | Strategy::Debate => {
            if let Some(contest) = state.contest(task.id()) {
                let (votes, asked) = standing::turnout(contest)?;
                return progress(votes, asked, "ballots");
            }
            let members: BTreeSet<&MemberName> = answered.map(Call::member).collect();
            progress(members.len().min(asked), asked, "answers")
        }
        Strategy::Chain => progress(answered.count().min(asked), asked, "steps"),
        Strategy::Auto | Strategy::Solo | Strategy::Race | Strategy::Think | Strategy::Plan => None,
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::Progress;

    #[test]
    fn a_bar_is_always_as_wide_as_it_should_be() {
        let bar = |done, of, columns| {
            let noun = "steps";
            let (full, rest) = Progress { done, of, noun }.bar(columns);
            format!("{full}{rest}")
        };
        assert_eq!(bar(0, 4, 8), "────────");
        assert_eq!(bar(1, 4, 8), "━━──────");
        assert_eq!(bar(1, 3, 8), "━━╸─────");
        assert_eq!(bar(4, 4, 8), "━━━━━━━━");
        assert_eq!(bar(9, 4, 8), "━━━━━━━━");
        assert_eq!(bar(1, 0, 3), "───");
        for done in 0..=7 {
            assert_eq!(bar(done, 7, 10).chars().count(), 10);
        }
    }
}
