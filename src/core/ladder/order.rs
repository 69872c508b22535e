//! What the call of an inquiry is given to judge.

use super::{About, Answered, Argument, Contest, Inquiry, InquiryOrder, Labelled, understood};
use crate::core::voting::{Position, Sheet, Vote};
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
        let exhibits = match inquiry.about {
            About::Ballot | About::SecondLook | About::Position(_) | About::Opinion => {
                contest.exhibits()
            }
            About::Same(..) | About::Claims => None,
        };
        let shown = inquiry.sheet.labels().filter_map(|(label, candidate)| {
            let text = match &exhibits {
                Some(exhibits) => Text::from(exhibits.text(candidate)),
                None => text(state, candidates.get(candidate)?)?,
            };
            Some(Labelled { label, text })
        });
        let own = match inquiry.about {
            About::Position(_) => contest.side_of(inquiry.member()),
            About::Ballot
            | About::SecondLook
            | About::Opinion
            | About::Same(..)
            | About::Claims => None,
        };
        let arguments = match inquiry.about {
            About::Position(_) | About::Opinion => arguments(contest, &inquiry.sheet),
            About::Ballot | About::SecondLook | About::Same(..) | About::Claims => Vec::new(),
        };
        Some(Self {
            about: inquiry.about,
            question: task.order().prompt.clone(),
            candidates: shown.collect(),
            own: own.and_then(|own| inquiry.sheet.label_of(own)),
            arguments,
            claims: exhibits.map_or_else(Vec::new, |it| it.claims().to_vec()),
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

/// What the candidates of a conflict say, by number; what is not remembered is empty.
#[must_use]
pub fn texts(state: &State, candidates: &[Candidate]) -> Vec<Text> {
    let texts = candidates.iter();
    texts
        .map(|candidate| text(state, candidate).unwrap_or_else(|| Text::from("")))
        .collect()
}

fn text(state: &State, candidate: &Candidate) -> Option<Text> {
    match state.call(*candidate.calls.first()?)?.ending()? {
        Ending::Answered(answer) => Some(answer.text.clone()),
        Ending::Failed { .. } | Ending::Cancelled { .. } | Ending::Interrupted => None,
    }
}

/// The reasons of the ballots and of the changes of sides so far, each with what it put first, under the
/// labels of a sheet.
fn arguments(contest: &Contest, sheet: &Sheet) -> Vec<Argument> {
    let said = contest.inquiries().values();
    let said = said.filter(|it| matches!(it.about, About::Ballot | About::Position(_)));
    let said = said.filter_map(|it| match contest.answered(it.by)? {
        Answered::Vote(Vote::Ranked(ballot)) if !ballot.reason().is_empty() => {
            let first = ballot.ranking().first()?;
            let for_label = match first.as_slice() {
                [one] => sheet.label_of(*one),
                [] | [_, _, ..] => None,
            };
            let text = Text::from(ballot.reason());
            Some(Argument { for_label, text })
        }
        Answered::Position(Some(Position::Changed { to, because })) => Some(Argument {
            for_label: sheet.label_of(*to),
            text: Text::from(because.as_str()),
        }),
        Answered::Vote(_)
        | Answered::Position(Some(Position::Held) | None)
        | Answered::Opinion { .. }
        | Answered::Same { .. }
        | Answered::Claims(_)
        | Answered::Nothing { .. } => None,
    });
    said.collect()
}

/// What was wrong with what the member gave before.
fn faults(state: &State, contest: &Contest, inquiry: &Inquiry) -> Option<String> {
    match state.task(inquiry.again?).and_then(Task::outcome)? {
        Outcome::Done { result, .. } => {
            let faults = {
                let texts = texts(state, contest.candidates());
                understood(contest, inquiry, &texts, result.as_str()).err()?
            };
            Some(faults.to_string())
        }
        Outcome::Failed { .. } | Outcome::Cancelled => None,
    }
}
