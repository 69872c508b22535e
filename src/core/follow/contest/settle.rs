//! A candidate stands: the decision, with what was said against it.

use super::Case;
use crate::core::conflict::question::Question;
use crate::core::conflict::synthesis::{Contribution, compose, merge};
use crate::core::decide::settled;
use crate::core::ladder::{dissent, reopen_if};
use crate::core::voting::label;
use crate::core::{
    Actor, Basis, Call, Contest, Decision, Ending, Event, Ground, Outcome, State, Task, Text,
};

/// The letter of a candidate.
pub(super) fn letter(candidate: usize) -> String {
    label(candidate)
}

pub(super) fn candidate(
    case: &Case<'_>,
    chosen: usize,
    ground: Ground,
    basis: Basis,
) -> Vec<Event> {
    let texts = case.candidates.get(chosen).and_then(|candidate| {
        let call = candidate.calls.first()?;
        match case.state.call(*call)?.ending()? {
            Ending::Answered(answer) => Some((answer.text.clone(), candidate.calls.clone())),
            Ending::Failed { .. } | Ending::Cancelled { .. } | Ending::Interrupted => None,
        }
    });
    let Some((result, from)) = texts else {
        return vec![Event::TaskConcluded {
            task: case.task.id(),
            outcome: Outcome::Failed {
                why: "the answer that was chosen is not remembered any more".to_owned(),
            },
        }];
    };
    let dissent = dissent(case.contest, chosen);
    let decision = Decision {
        chosen: Some(chosen),
        text: None,
        by: Actor::Room,
        reopen_if: reopen_if(&ground, &dissent),
        ground,
        dissent,
    };
    let result = composed(case.state, case.task, case.contest, chosen).unwrap_or(result);
    settled(case.state, case.task, decision, result, from, basis)
}

/// The winner with what the others say besides and nobody contests, each with its source.
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
    (adds && synthesis.check(&contributions).is_ok()).then(|| Text::from(synthesis.markdown()))
}

/// All answers merged into one result: what is invented is not voted down.
pub(super) fn merged(case: &Case<'_>) -> Vec<Event> {
    let result = merger(case.state, case.task, case.contest);
    let decision = Decision {
        chosen: None,
        text: None,
        by: Actor::Room,
        ground: Ground::Merged,
        dissent: Vec::new(),
        reopen_if: String::new(),
    };
    let said = case.candidates.iter().take(case.contest.sides().len());
    let from = said.flat_map(|one| one.calls.iter().copied()).collect();
    settled(case.state, case.task, decision, result, from, Basis::Merged)
}

/// What all answers come to together.
pub(crate) fn merger(state: &State, task: &Task, contest: &Contest) -> Text {
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
