//! Conflicts on their way to a decision: steps, votes, who was asked and what they said.

use std::collections::BTreeSet;

use super::{forecast, learning};

use crate::core::ladder::{
    About, Answered, Closed, Contest, Inquiry, OperatorBallot, Opinion, ROUNDS_MAX, Round, Rung,
    Stage, Taken, Terms,
};
use crate::core::voting::{Cast, Nature, Panel, Position, flips};
use crate::core::{
    Actor, AttentionId, Candidate, MemberName, Phase, State, Task, TaskId, Timestamp,
};

/// The answers of a task differ; the last `silent` of the candidates say nothing.
pub(super) fn found(
    state: &mut State,
    at: Timestamp,
    id: TaskId,
    candidates: &[Candidate],
    silent: usize,
    nature: Nature,
) {
    if state.tasks.get(&id).is_none_or(Task::is_ended) {
        return;
    }
    learning::met(state, id, true);
    forecast::met(state, at, id, false);
    let Some(task) = state.tasks.get_mut(&id) else {
        return;
    };
    state.counters.conflicts += 1;
    task.phase = Phase::Deciding {
        candidates: candidates.to_vec(),
        attention: None,
    };
    let sides = sides(state, candidates, silent);
    let contest = Contest::new(id, at, nature, candidates.to_vec(), sides);
    state.contests.insert(id, contest);
}

/// Who gave each of the answers that say something.
fn sides(state: &State, candidates: &[Candidate], silent: usize) -> Vec<BTreeSet<MemberName>> {
    let said = candidates.len().saturating_sub(silent);
    let said = candidates.get(..said).unwrap_or(candidates);
    let mut taken = BTreeSet::new();
    let sides = said.iter().map(|candidate| {
        let calls = candidate.calls.iter();
        let authors = calls.filter_map(|call| state.calls.get(call));
        // A member has one head.
        authors
            .map(|call| call.member.clone())
            .filter(|member| taken.insert(member.clone()))
            .collect()
    });
    sides.collect()
}

/// Some of the candidates say the same.
pub(super) fn joined(state: &mut State, id: TaskId, candidates: &[Candidate], silent: usize) {
    let sides = sides(state, candidates, silent);
    let phase = state.tasks.get_mut(&id).map(|task| &mut task.phase);
    if let Some(Phase::Deciding {
        candidates: before, ..
    }) = phase
    {
        *before = candidates.to_vec();
    }
    if let Some(contest) = open(state, id) {
        let before = std::mem::replace(&mut contest.candidates, candidates.to_vec());
        contest.sides = sides;
        let to = |old: usize| {
            let call = before.get(old)?.calls.first()?;
            candidates.iter().position(|one| one.calls.contains(call))
        };
        if let Some(own) = &mut contest.own_ballot {
            *own = own.renumbered(to);
        }
    }
}

/// The operator is asked.
pub(super) fn asked_operator(state: &mut State, at: Timestamp, id: TaskId, item: AttentionId) {
    let phase = state.tasks.get_mut(&id).map(|task| &mut task.phase);
    let is_open = match phase {
        Some(Phase::Deciding { attention, .. }) => {
            *attention = Some(item);
            true
        }
        Some(Phase::Queued | Phase::Working | Phase::Held { .. } | Phase::Ended { .. }) | None => {
            false
        }
    };
    if let Some(contest) = state.contests.get_mut(&id) {
        if !is_open {
            contest.reopened = Some(item);
        }
        let to = Stage::On(Rung::Operator);
        if contest.stage != to {
            step(contest, at, to, Actor::Room, "");
        }
    }
}

pub(super) fn climbed(
    state: &mut State,
    at: Timestamp,
    id: TaskId,
    (to, by): (Stage, Actor),
    because: &str,
) {
    if let Some(contest) = state.contests.get_mut(&id) {
        step(contest, at, to, by, because);
    }
}

fn step(contest: &mut Contest, at: Timestamp, to: Stage, by: Actor, because: &str) {
    contest.stage = to;
    contest.fresh = true;
    if matches!(to, Stage::Later(_)) {
        contest.rounds_before = contest.rounds.len();
    }
    contest.steps.push(Taken {
        at,
        to,
        by,
        because: because.to_owned(),
    });
}

pub(super) fn opened(state: &mut State, id: TaskId, panel: &Panel, terms: &Terms) {
    if let Some(contest) = open(state, id) {
        contest.begin(panel.clone(), terms.clone());
    }
}

pub(super) fn inquired(state: &mut State, at: Timestamp, id: TaskId, inquiry: &Inquiry) {
    // What the room asked of several on its own costs what their conflict costs, too.
    if state
        .tasks
        .get(&id)
        .is_some_and(|task| task.convened.is_some())
    {
        state.learning.widened(1);
    }
    // Whoever is asked once more, or again, is given the time for it.
    let closes = at.after(state.ladder.patience);
    let Some(contest) = open(state, id) else {
        return;
    };
    if let Some(ballots) = &mut contest.ballots
        && matches!(inquiry.about, About::Ballot | About::SecondLook)
    {
        ballots.give(inquiry.sheet.clone());
        ballots.reopen(Some(closes));
    }
    if let About::Position(round) = inquiry.about {
        round_of(contest, round);
    }
    contest.fresh = false;
    contest.inquiries.insert(inquiry.by, inquiry.clone());
}

/// The round of a number, which begins now where it is not there: also one in which nobody says
/// anything counts.
fn round_of(contest: &mut Contest, number: u32) -> Option<&mut Round> {
    let number = usize::try_from(number.min(ROUNDS_MAX)).ok()?;
    while contest.rounds.len() < number {
        contest.rounds.push(Round {
            before: contest.leader(),
            ..Round::default()
        });
    }
    contest.rounds.get_mut(number.checked_sub(1)?)
}

pub(super) fn answered(
    state: &mut State,
    at: Timestamp,
    id: TaskId,
    by: TaskId,
    answered: &Answered,
) {
    let Some(contest) = state.contests.get_mut(&id) else {
        return;
    };
    let Some(inquiry) = contest.inquiries.get(&by) else {
        return;
    };
    let (member, number, epoch) = (
        inquiry.member().clone(),
        inquiry.sheet.number,
        inquiry.epoch,
    );
    match (answered, inquiry.about) {
        (Answered::Vote(vote), _) => {
            if let Some(ballots) = &mut contest.ballots {
                let cast = Cast {
                    voter: member,
                    sheet: number,
                    epoch,
                    at,
                    vote: vote.clone(),
                };
                // What is refused is kept with its reason by the ballots themselves.
                ballots.admit(cast).unwrap_or_default();
            }
        }
        (Answered::Position(position), About::Position(round)) => {
            if let Some(Position::Changed { to, .. }) = position {
                change_sides(contest, &member, *to);
            }
            if let Some(round) = round_of(contest, round) {
                round.positions.insert(member, position.clone());
            }
        }
        (Answered::Opinion { choice, because }, _) => contest.opinions.push(Opinion {
            by: member,
            choice: *choice,
            because: because.clone(),
        }),
        (Answered::Claims(matrix), _) => contest.claims = Some(matrix.clone()),
        (Answered::Position(_) | Answered::Same { .. } | Answered::Nothing { .. }, _) => {}
    }
    contest.answered.insert(by, answered.clone());
}

fn change_sides(contest: &mut Contest, member: &MemberName, to: usize) {
    if to >= contest.sides.len() {
        return;
    }
    for (place, side) in contest.sides.iter_mut().enumerate() {
        if place == to {
            side.insert(member.clone());
        } else {
            side.remove(member);
        }
    }
}

pub(super) fn closed(state: &mut State, id: TaskId, closed: &Closed) {
    let Some(contest) = open(state, id) else {
        return;
    };
    contest.closed.push(closed.clone());
    let Some(ballots) = &mut contest.ballots else {
        return;
    };
    ballots.close();
    for (voter, more) in flips(ballots) {
        if let Some(member) = state.members.get_mut(&voter) {
            member.flips = member.flips.and(more);
        }
    }
}

/// Decided or dropped: what is still asked is asked for nothing.
pub(super) fn over(state: &mut State, at: Timestamp, id: TaskId) {
    if let Some(contest) = open(state, id) {
        if let Some(ballots) = &mut contest.ballots {
            ballots.close();
        }
        step(contest, at, Stage::Over, Actor::Room, "");
    }
}

pub(super) fn operator_voted(state: &mut State, id: TaskId, ballot: &OperatorBallot) {
    if let Some(contest) = open(state, id) {
        contest.own_ballot = Some(ballot.clone());
    }
}

/// The operator settled a conflict that had been opened again, or left it as it was.
pub(super) fn left_again(state: &mut State, at: Timestamp, item: AttentionId) {
    let mut contests = state.contests.values_mut();
    let reopened = contests.find(|contest| contest.reopened == Some(item));
    if let Some(contest) = reopened {
        contest.reopened = None;
        step(contest, at, Stage::Over, Actor::Operator, "");
    }
}

/// A member left: its ballots in open votes are not counted.
pub(super) fn departed(state: &mut State, at: Timestamp, member: &MemberName) {
    let contests = state.contests.values_mut();
    for contest in contests.filter(|one| one.stage != Stage::Over) {
        if let Some(ballots) = &mut contest.ballots {
            ballots.depart(member, at);
        }
    }
}

fn open(state: &mut State, id: TaskId) -> Option<&mut Contest> {
    let contest = state.contests.get_mut(&id)?;
    (contest.stage != Stage::Over).then_some(contest)
}
