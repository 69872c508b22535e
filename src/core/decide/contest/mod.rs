//! What the operator does about a conflict: moves it on, votes, sends it back, drops it, opens it again.

use crate::core::decide::call_off;
use crate::core::decide::command::resolved_by_operator;
use crate::core::decide::queue::check_order;
use crate::core::ladder::{Contest, ContestOrder, OperatorBallot, ROUNDS_MAX, Rung, Stage};
use crate::core::text::one_line;
use crate::core::{
    Actor, Attention, AttentionId, Event, Origin, Outcome, Phase, Refusal, Reply, State, Subject,
    Task, TaskId, TaskOrder, Text,
};

/// The longest reason that is kept, in bytes.
const REASON_MAX: usize = 400;

pub(super) fn order(
    state: &State,
    id: TaskId,
    order: &ContestOrder,
) -> Result<Vec<Event>, Refusal> {
    let task = state.task(id).ok_or(Refusal::NoSuchTask { task: id })?;
    let contest = state
        .contest(id)
        .ok_or(Refusal::NothingToChoose { task: id })?;
    match order {
        ContestOrder::Climb(rung) => climb(state, open(task)?, contest, *rung),
        ContestOrder::Ballot(own) => ballot(open(task)?, contest, own),
        ContestOrder::SendBack { comment } => send_back(state, open(task)?, comment),
        ContestOrder::Dismiss { reason } => Ok(dismiss(state, open(task)?, reason)),
        ContestOrder::Reopen => reopen(state, task, contest),
    }
}

/// A task whose conflict is not settled.
fn open(task: &Task) -> Result<&Task, Refusal> {
    match task.phase {
        Phase::Deciding { .. } => Ok(task),
        Phase::Ended { .. } => Err(Refusal::TaskOver { task: task.id }),
        Phase::Queued | Phase::Working | Phase::Held { .. } => {
            Err(Refusal::NothingToChoose { task: task.id })
        }
    }
}

fn climb(state: &State, task: &Task, contest: &Contest, rung: Rung) -> Result<Vec<Event>, Refusal> {
    let held = u32::try_from(contest.rounds().len()).unwrap_or(u32::MAX);
    if rung == Rung::Consensus && held >= ROUNDS_MAX {
        return Err(Refusal::TooMany {
            what: "consensus rounds".to_owned(),
            limit: ROUNDS_MAX as usize,
        });
    }
    let waits = item(state, task);
    if rung == Rung::Operator && waits.is_some() {
        return Ok(Vec::new());
    }
    let mut events = called_off(state, contest);
    events.extend(waits.map(|item| resolved_by_operator(item, None, Reply::Allow)));
    events.push(Event::LadderClimbed {
        task: task.id,
        to: Stage::On(rung),
        by: Actor::Operator,
        because: "the operator wants it".to_owned(),
    });
    if rung == Rung::Operator {
        events.push(asked(state, task));
    }
    Ok(events)
}

fn ballot(task: &Task, contest: &Contest, ballot: &OperatorBallot) -> Result<Vec<Event>, Refusal> {
    let wrong = |why: &str| Refusal::BadBallot {
        task: task.id,
        why: why.to_owned(),
    };
    if contest.own_ballot().is_some() {
        return Err(wrong("you have voted already, and the first ballot stands"));
    }
    let candidates = contest.sides().len();
    let mut ranked = ballot.ranking.iter().flatten();
    if let Some(candidate) = ranked.find(|one| **one >= candidates) {
        return Err(Refusal::NoSuchCandidate {
            task: task.id,
            candidate: *candidate,
        });
    }
    if let Some(why) = ballot.fault() {
        return Err(wrong(why));
    }
    let levels = ballot.ranking.iter().filter(|level| !level.is_empty());
    Ok(vec![Event::OperatorVoted {
        task: task.id,
        ballot: OperatorBallot {
            ranking: levels.cloned().collect(),
            ..ballot.clone()
        },
    }])
}

/// The members keep their conversations, so they know what they said.
fn send_back(state: &State, task: &Task, comment: &Text) -> Result<Vec<Event>, Refusal> {
    if comment.is_empty() {
        return Err(Refusal::EmptyPrompt);
    }
    if state.queue.dependents(task.id).next().is_some() {
        return Err(Refusal::Awaited { task: task.id });
    }
    let order = TaskOrder {
        prompt: Text::from(format!(
            "{}\n\nThis was answered before, and the answers were sent back with this comment:\n{}",
            task.order().prompt.as_str(),
            comment.as_str()
        )),
        members: task.council().to_vec(),
        after: remembered(state, task),
        deadline: None,
        origin: Origin::Operator,
        ..task.order().clone()
    };
    check_order(state, &order)?;
    let next = state.next_task();
    let mut events = ended(
        state,
        task,
        &format!("its answers were sent back as {next}"),
    );
    events.push(Event::TaskAdded {
        task: next,
        order,
        analysis: None,
    });
    Ok(events)
}

/// The tasks on whose results it stands, as far as they are known.
fn remembered(state: &State, task: &Task) -> Vec<TaskId> {
    let after = task.order().after.iter().copied();
    after.filter(|on| state.task(*on).is_some()).collect()
}

fn dismiss(state: &State, task: &Task, reason: &str) -> Vec<Event> {
    let reason = one_line(reason, REASON_MAX);
    let why = if reason.is_empty() {
        "the answers differ and the operator took none of them".to_owned()
    } else {
        format!("the answers differ and the operator took none of them: {reason}")
    };
    ended(state, task, &why)
}

fn ended(state: &State, task: &Task, why: &str) -> Vec<Event> {
    let resolved = item(state, task).map(|item| {
        let reason = why.to_owned();
        resolved_by_operator(item, None, Reply::Deny { reason })
    });
    let concluded = Event::TaskConcluded {
        task: task.id,
        outcome: Outcome::Failed {
            why: why.to_owned(),
        },
    };
    resolved.into_iter().chain([concluded]).collect()
}

fn reopen(state: &State, task: &Task, contest: &Contest) -> Result<Vec<Event>, Refusal> {
    match task.outcome() {
        Some(Outcome::Done { .. }) => {}
        Some(Outcome::Failed { .. } | Outcome::Cancelled) => {
            return Err(Refusal::NotReopened { task: task.id });
        }
        None => return Err(Refusal::NothingToReopen { task: task.id }),
    }
    if contest.reopened().is_some() {
        return Ok(Vec::new());
    }
    // A judge found that all say the same.
    if contest.decision().is_none() {
        return Err(Refusal::NothingToChoose { task: task.id });
    }
    Ok(vec![
        Event::LadderClimbed {
            task: task.id,
            to: Stage::On(Rung::Operator),
            by: Actor::Operator,
            because: "the operator opened it again".to_owned(),
        },
        asked(state, task),
    ])
}

fn asked(state: &State, task: &Task) -> Event {
    Event::AttentionRaised {
        attention: Attention {
            id: AttentionId(state.next.attention),
            subject: Subject::Choice { task: task.id },
            since: state.at,
            expires: None,
        },
    }
}

/// The open inbox item about a conflict.
fn item(state: &State, task: &Task) -> Option<AttentionId> {
    let Phase::Deciding { attention, .. } = task.phase else {
        return None;
    };
    attention.filter(|item| state.attention_item(*item).is_some())
}

fn called_off(state: &State, contest: &Contest) -> Vec<Event> {
    let open = contest.open().filter_map(|one| state.task(one.by));
    let open = open.filter(|task| !task.is_ended());
    open.flat_map(|task| call_off(state, task)).collect()
}

#[cfg(test)]
mod tests;
