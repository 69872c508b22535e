//! What the call of an inquiry is given to judge.

use super::{About, Answered, Contest, Inquiry, InquiryOrder, Shown, understood};
use crate::core::voting::{Sheet, Vote};
use crate::core::{Candidate, Ending, Outcome, Phase, State, Task, TaskId, Text};

impl InquiryOrder {
    /// What the call of a task is given; `None` where the task asks nothing about a conflict that is
    /// still open.
    #[must_use]
    pub fn of(state: &State, by: TaskId) -> Option<Self> {
        let mut contests = state.contests();
        let (contest, inquiry) =
            contests.find_map(|contest| Some((contest, contest.inquiries().get(&by)?)))?;
        let task = state.task(contest.task())?;
        let Phase::Deciding { candidates, .. } = task.phase() else {
            return None;
        };
        let shown = inquiry.sheet.labels().filter_map(|(label, candidate)| {
            let text = text(state, candidates.get(candidate)?)?;
            Some(Shown { label, text })
        });
        let own = match inquiry.about {
            About::Position(_) => contest.side_of(inquiry.member()),
            About::Ballot | About::SecondLook | About::Opinion => None,
        };
        let arguments = match inquiry.about {
            About::Position(_) | About::Opinion => arguments(contest, &inquiry.sheet),
            About::Ballot | About::SecondLook => Vec::new(),
        };
        Some(Self {
            about: inquiry.about,
            question: task.order().prompt.clone(),
            candidates: shown.collect(),
            own: own.and_then(|own| inquiry.sheet.label_of(own)),
            arguments,
            faults: faults(state, contest, inquiry),
        })
    }
}

/// The conflict about which a task asks.
#[must_use]
pub fn asked_about(state: &State, by: TaskId) -> Option<&Contest> {
    let mut contests = state.contests();
    contests.find(|contest| contest.inquiries().contains_key(&by))
}

fn text(state: &State, candidate: &Candidate) -> Option<Text> {
    match state.call(*candidate.calls.first()?)?.ending()? {
        Ending::Answered(answer) => Some(answer.text.clone()),
        Ending::Failed { .. } | Ending::Cancelled { .. } | Ending::Interrupted => None,
    }
}

/// The reasons of the ballots so far, each with what it put first, under the labels of a sheet.
fn arguments(contest: &Contest, sheet: &Sheet) -> Vec<String> {
    let votes = contest
        .inquiries()
        .values()
        .filter(|it| it.about == About::Ballot);
    let said = votes.filter_map(|it| match contest.answered(it.by)? {
        Answered::Vote(Vote::Ranked(ballot)) if !ballot.reason().is_empty() => {
            let first = ballot.ranking().first()?;
            let labels: Vec<String> = first
                .iter()
                .filter_map(|one| sheet.label_of(*one))
                .collect();
            Some(format!("for {}: {}", labels.join(" and "), ballot.reason()))
        }
        Answered::Vote(_)
        | Answered::Position(_)
        | Answered::Opinion { .. }
        | Answered::Nothing { .. } => None,
    });
    said.collect()
}

/// What was wrong with what the member gave before.
fn faults(state: &State, contest: &Contest, inquiry: &Inquiry) -> Option<String> {
    match state.task(inquiry.again?).and_then(Task::outcome)? {
        Outcome::Done { result, .. } => {
            let faults = understood(contest, inquiry, result.as_str()).err()?;
            Some(faults.to_string())
        }
        Outcome::Failed { .. } | Outcome::Cancelled => None,
    }
}
