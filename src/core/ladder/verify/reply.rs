//! Whether what a member is said to have replied is what it answered.

use super::{Flaw, Flaws};
use crate::core::ladder::{Answered, Contest, Inquiry, Unread, texts, understood, unreadable};
use crate::core::{Ending, Outcome, State, Task, TaskId};

/// The task of an inquiry ends: its result is the answer of the member that was asked.
pub(super) fn concluded(
    state: &State,
    contest: &Contest,
    by: TaskId,
    outcome: &Outcome,
    flaws: &mut Flaws<'_>,
) {
    let Outcome::Done { result, from, .. } = outcome else {
        return;
    };
    let Some(inquiry) = contest.inquiries().get(&by) else {
        return;
    };
    let member = inquiry.member().clone();
    let calls: Vec<_> = from.iter().filter_map(|call| state.call(*call)).collect();
    if calls.is_empty() || calls.len() != from.len() {
        return flaws.add(Flaw::NeverSaid { member, by });
    }
    for call in calls {
        let said = match call.ending() {
            Some(Ending::Answered(answer)) => Some(&answer.text),
            Some(Ending::Failed { .. } | Ending::Cancelled { .. } | Ending::Interrupted) | None => {
                None
            }
        };
        if *call.member() != member {
            flaws.add(Flaw::SaidByAnother {
                member: member.clone(),
                by,
                other: call.member().clone(),
            });
        } else if call.task() != by || said != Some(result) {
            let member = member.clone();
            flaws.add(Flaw::Altered { member, by });
        }
    }
}

/// A reply is recorded: it was asked for, given by nobody else, and reads as recorded.
pub(super) fn answered(
    state: &State,
    task: TaskId,
    by: TaskId,
    answered: &Answered,
    flaws: &mut Flaws<'_>,
) {
    let contest = state.contest(task);
    let Some((contest, inquiry)) = contest.and_then(|one| Some((one, one.inquiries().get(&by)?)))
    else {
        return flaws.add(Flaw::NeverAsked { by });
    };
    let member = inquiry.member().clone();
    if contest.answered(by).is_some() {
        return flaws.add(Flaw::Doubled { member, by });
    }
    let result = match state.task(by).and_then(Task::outcome) {
        Some(Outcome::Done { result, .. }) => Some(result.as_str()),
        Some(Outcome::Failed { .. } | Outcome::Cancelled) | None => None,
    };
    match result {
        Some(text) => {
            let candidates = texts(state, contest.candidates());
            let read = understood(contest, inquiry, &candidates, text);
            held_against(inquiry, read, answered, flaws);
        }
        None => match answered {
            Answered::Nothing { .. } => {}
            Answered::Vote(_)
            | Answered::Position(_)
            | Answered::Opinion { .. }
            | Answered::Same { .. }
            | Answered::Claims(_) => {
                flaws.add(Flaw::NeverSaid { member, by });
            }
        },
    }
}

/// As what a reply reads now, against what is recorded of it.
fn held_against(
    inquiry: &Inquiry,
    read: Result<Answered, Unread>,
    answered: &Answered,
    flaws: &mut Flaws<'_>,
) {
    let (member, by) = (inquiry.member().clone(), inquiry.by);
    let (reads, why) = match (read, answered) {
        (Ok(_), Answered::Nothing { .. }) => return flaws.add(Flaw::Suppressed { member, by }),
        // What cannot be read is asked for once more.
        (Err(_), Answered::Nothing { .. }) if inquiry.again.is_none() => return,
        (Ok(reads), _) => (reads, "it says something else".to_owned()),
        (Err(faults), _) => {
            let why = format!("it cannot be read: {faults}");
            (unreadable(inquiry.about, faults), why)
        }
    };
    if reads != *answered {
        flaws.add(Flaw::Misread { member, by, why });
    }
}
