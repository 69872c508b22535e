//! Whether a decision is what its ground demands, its dissent is whole, and the result is what stands.

use super::{Flaw, Flaws, is_deciding};
use crate::core::follow::contest::{best_record, composed, merger};
use crate::core::ladder::{Contest, Fallback, dissent};
use crate::core::{
    Actor, Basis, CallId, Candidate, Decision, Ending, Ground, Outcome, State, TaskId, Text,
};

/// A conflict is decided.
pub(super) fn decided(state: &State, task: TaskId, decision: &Decision, flaws: &mut Flaws<'_>) {
    let contest = state.contest(task);
    let is_open =
        |contest: &&Contest| is_deciding(state.task(task)) || contest.reopened().is_some();
    let Some(contest) = contest.filter(is_open) else {
        return flaws.add(Flaw::NothingToDecide);
    };
    let is_there = |chosen: usize| contest.candidates().get(chosen).is_some();
    if let Some(chosen) = decision.chosen.filter(|chosen| !is_there(*chosen)) {
        flaws.add(Flaw::NoCandidate { chosen });
    }
    let by_operator = decision.ground == Ground::Operator;
    if by_operator != (decision.by == Actor::Operator) {
        flaws.add(Flaw::WrongActor {
            ground: decision.ground.clone(),
            by: decision.by,
        });
    }
    stands_on_its_ground(state, contest, decision, flaws);
    // Before dissent was kept, operators' choices had none.
    let kept = !by_operator || !decision.dissent.is_empty();
    if kept && decision.ground != Ground::Merged {
        against(contest, decision, flaws);
    }
}

fn stands_on_its_ground(
    state: &State,
    contest: &Contest,
    decision: &Decision,
    flaws: &mut Flaws<'_>,
) {
    let chosen = decision.chosen;
    match &decision.ground {
        Ground::Operator => {}
        Ground::Vote { rule } => {
            let terms = contest.terms().filter(|_| contest.is_closed());
            let Some((terms, count)) = terms.and_then(|terms| Some((terms, contest.count()?)))
            else {
                return flaws.add(Flaw::NoClosedVote);
            };
            if terms.setup.rule != *rule {
                flaws.add(Flaw::WrongRule {
                    given: *rule,
                    due: terms.setup.rule,
                });
            }
            let (present, needed) = (count.present, count.needed);
            if present < needed {
                flaws.add(Flaw::NoQuorum { present, needed });
            }
            if chosen.is_none() || count.outcome.winner() != chosen {
                let counted = count.outcome;
                flaws.add(Flaw::AgainstCount { chosen, counted });
            }
        }
        Ground::Merged => {
            if let Some(chosen) = chosen {
                flaws.add(Flaw::MergedAndChosen { chosen });
            }
        }
        Ground::Consensus { round } => {
            let council = state
                .task(contest.task())
                .map_or(0, |task| task.council().len());
            let agreed = contest.consensus(council);
            let agreed = agreed.filter(|_| contest.round(*round).is_some());
            if chosen.is_none() || agreed != chosen {
                flaws.add(Flaw::NoConsensus { chosen, agreed });
            }
        }
        Ground::Expert { member } => {
            let opinion = contest.opinions().last().filter(|one| one.by == *member);
            let said = opinion.and_then(|opinion| opinion.choice);
            if chosen.is_none() || said != chosen {
                let member = member.clone();
                flaws.add(Flaw::NotTheOpinion {
                    member,
                    chosen,
                    said,
                });
            }
        }
        Ground::Fallback { fallback } => fell_back(state, contest, *fallback, chosen, flaws),
    }
}

fn fell_back(
    state: &State,
    contest: &Contest,
    given: Fallback,
    chosen: Option<usize>,
    flaws: &mut Flaws<'_>,
) {
    let Some(task) = state.task(contest.task()) else {
        return;
    };
    let due = state.ladder().fallback_of(task.order().kind, state.kinds());
    if given != due {
        flaws.add(Flaw::WrongFallback { given, due });
    }
    let best = best_record(state, task, contest);
    if chosen.is_none() || best != chosen {
        flaws.add(Flaw::NotBestRecord { chosen, best });
    }
}

/// All who stand for another candidate, each with its reason, and nobody else.
fn against(contest: &Contest, decision: &Decision, flaws: &mut Flaws<'_>) {
    let due = decision.chosen.map(|chosen| dissent(contest, chosen));
    let due = due.unwrap_or_default();
    let given = &decision.dissent;
    let missing = due.iter().filter(|one| !given.contains(one));
    let besides = given.iter().filter(|one| !due.contains(one));
    let missing = missing.map(|one| (one, false));
    for (one, recorded) in missing.chain(besides.map(|one| (one, true))) {
        let member = one.member.clone();
        flaws.add(Flaw::Dissent { member, recorded });
    }
    let twice = given.len() > due.len() && given.iter().all(|one| due.contains(one));
    if let Some(one) = given.last().filter(|_| twice) {
        let member = one.member.clone();
        flaws.add(Flaw::Dissent {
            member,
            recorded: true,
        });
    }
}

/// The task of a conflict ends: with what was decided for, or without a result.
pub(super) fn concluded(
    state: &State,
    task: TaskId,
    decided: Option<&Decision>,
    outcome: &Outcome,
    flaws: &mut Flaws<'_>,
) {
    let Outcome::Done {
        result,
        from,
        basis,
    } = outcome
    else {
        return;
    };
    let Some(decision) = decided else {
        let agreed = state.contest(task).and_then(Contest::agreed);
        if *basis == Basis::Agreement && agreed.is_some() {
            return;
        }
        return flaws.add(Flaw::NoDecision { given: *basis });
    };
    let chosen = chosen(state, task, decision);
    let fits = stands(state, task, decision, result)
        && chosen.is_none_or(|candidate| candidate.calls == *from)
        && !from.is_empty();
    let due = match decision.ground {
        Ground::Operator => Basis::Operator,
        Ground::Vote { .. } => Basis::Vote,
        Ground::Merged => Basis::Merged,
        Ground::Consensus { .. } => Basis::Consensus,
        Ground::Expert { .. } => Basis::Expert,
        Ground::Fallback { .. } => Basis::Fallback,
    };
    if !fits || due != *basis {
        flaws.add(Flaw::NotTheResult);
    }
}

/// The candidate that was decided for.
fn chosen<'a>(state: &'a State, task: TaskId, decision: &Decision) -> Option<&'a Candidate> {
    state.contest(task)?.candidates().get(decision.chosen?)
}

/// Whether a result is what was decided for: an answer, with what the others say besides where it was
/// not the operator who chose; all of them merged; or words that were written by hand.
fn stands(state: &State, id: TaskId, decision: &Decision, result: &Text) -> bool {
    let (Some(task), Some(contest)) = (state.task(id), state.contest(id)) else {
        return false;
    };
    let by_operator = decision.ground == Ground::Operator;
    match decision.chosen {
        None if by_operator => decision.text.as_ref() == Some(result),
        None => merger(state, task, contest) == *result,
        Some(place) => {
            let composed = composed(state, task, contest, place).filter(|_| !by_operator);
            let said = chosen(state, id, decision)
                .and_then(|candidate| answer(state, *candidate.calls.first()?));
            composed.as_ref().or(said) == Some(result)
        }
    }
}

/// A conflict that was opened again is settled: the result is another one now.
pub(super) fn replaced(
    state: &State,
    task: TaskId,
    decision: &Decision,
    result: &Text,
    flaws: &mut Flaws<'_>,
) {
    if !stands(state, task, decision, result) {
        flaws.add(Flaw::NotTheResult);
    }
}

fn answer(state: &State, call: CallId) -> Option<&Text> {
    match state.call(call)?.ending()? {
        Ending::Answered(answer) => Some(&answer.text),
        Ending::Failed { .. } | Ending::Cancelled { .. } | Ending::Interrupted => None,
    }
}
