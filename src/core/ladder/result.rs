//! The result that is made of several answers, each part with its source. The same for whoever settles a
//! conflict and for whoever checks it afterwards.

use super::Contest;
use crate::core::conflict::question::Question;
use crate::core::conflict::synthesis::{Contribution, compose, merge};
use crate::core::{Call, Ending, State, Task, Text};

/// The winner with what the others say besides and nobody contests; `None` where there is nothing to add.

pub(crate) fn composed(
    state: &State,
    task: &Task,
    contest: &Contest,
    chosen: usize,
) -> Option<Text> {
    let matrix = contest.claims()?;
    let contributions = contributions(state, task, contest);
    let synthesis = compose(chosen, matrix, &contributions);
    let adds = synthesis.passages.len() > 1;
    let sound = adds && synthesis.check(&contributions).is_ok();
    sound.then(|| Text::from(synthesis.markdown()))
}

/// All answers merged: none is left out.

pub(crate) fn merged(state: &State, task: &Task, contest: &Contest) -> Text {
    Text::from(merge(&contributions(state, task, contest)).markdown())
}

/// The candidates that say something, as a result is made of them.
fn contributions(state: &State, task: &Task, contest: &Contest) -> Vec<Contribution> {
    let question = Question::of(task.order().prompt.as_str());
    let sides = contest.sides().iter().zip(contest.candidates());
    let each = sides.filter_map(|(_, candidate)| {
        let calls = candidate.calls.iter();
        let calls: Vec<&Call> = calls.filter_map(|call| state.call(*call)).collect();
        let authors = calls.iter().map(|call| call.member().clone()).collect();
        match calls.first()?.ending()? {
            Ending::Answered(answer) => Some(Contribution::of(&question, answer, authors)),
            Ending::Failed { .. } | Ending::Cancelled { .. } | Ending::Interrupted => None,
        }
    });
    each.collect()
}
