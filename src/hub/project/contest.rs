//! What was done about a conflict, as fields of its document: steps, claims, ballots, count, rounds,
//! opinions, dissent. Candidates are named by their letters.

use serde_json::{Map, Value, json};

use super::{plain, time};
use crate::core::conflict::claims::Matrix;
use crate::core::ladder::OperatorBallot;
use crate::core::voting::{
    Abstention, Ballots, Nature, Outcome, Position, RefusedBallot, Tally, Vote, label,
};
use crate::core::{Actor, Contest, MemberName, Stage};

/// How many bytes of a reason are shown.
const REASON_SHOWN: usize = 400;
/// How many refused ballots are shown; of more the number is.
const REFUSED_SHOWN: usize = 32;

/// What was done so far; who said and voted what only when it is over.
pub(super) fn fields(contest: &Contest, over: bool) -> Map<String, Value> {
    let nature = match contest.nature() {
        Nature::Closed => "closed",
        Nature::Open => "open",
    };
    let steps = contest.steps().iter().map(|step| {
        let because = plain::word(&step.because, REASON_SHOWN);
        let by = match step.by {
            Actor::Operator => "operator",
            Actor::Room | Actor::Clock | Actor::Policy => "room",
        };
        json!({"at": time(step.at), "to": stage(step.to), "by": by, "because": because})
    });
    let sides = contest.sides().iter().enumerate().map(|(place, side)| {
        let members: Vec<&str> = side.iter().map(MemberName::as_str).collect();
        (label(place), json!(members))
    });
    let closed = contest.closed().iter().map(|closed| {
        let winners = closed.winners.iter();
        let winners = winners.map(|(rule, one)| (rule.word().to_owned(), json!(label(*one))));
        json!({
            "vote": closed.epoch,
            "outcome": outcome(&closed.outcome),
            "winners": Value::Object(winners.collect()),
        })
    });
    let mut fields = Map::new();
    let mut put = |name: &str, value: Value| fields.insert(name.to_owned(), value);
    put("found", json!(time(contest.found())));
    put("nature", json!(nature));
    put("stage", json!(stage(contest.stage())));
    put("steps", steps.collect());
    if !over {
        return fields;
    }
    put("sides", Value::Object(sides.collect()));
    put("claims", json!(contest.claims().map(claims)));
    put("vote", vote(contest));
    put("closed", closed.collect());
    put("rounds", rounds(contest));
    put("opinions", opinions(contest));
    let own = contest.own_ballot();
    let levels = own.map(|own| own.ranking.iter().map(|level| letters(level)));
    put("own_ballot", json!(levels.map(Iterator::collect::<Vec<_>>)));
    let scores = own.map(|own| {
        let scores = own.scores.iter();
        let scores = scores.map(|(one, score)| (label(*one), json!(score)));
        Value::Object(scores.collect())
    });
    put("own_scores", json!(scores));
    let confidence = own.and_then(OperatorBallot::confidence);
    put("own_confidence", json!(confidence));
    let decision = contest.decision();
    let dissent = decision.map(|one| one.dissent.iter()).into_iter().flatten();
    let dissent = dissent.map(|one| {
        let because = plain::word(&one.because, REASON_SHOWN);
        json!({
            "member": one.member.as_str(),
            "candidate": label(one.candidate),
            "because": because,
        })
    });
    put("dissent", dissent.collect());
    let reopen_if = decision.map_or("", |one| one.reopen_if.as_str());
    put("reopen_if", json!(reopen_if));
    fields
}

/// The claims, the contested ones first, with the stances of the answers that are not silent.
fn claims(matrix: &Matrix) -> Vec<Value> {
    let ordered = matrix.ordered().into_iter();
    let known = ordered.filter_map(|claim| Some((claim, matrix.claims().get(claim)?)));
    let each = known.map(|(claim, it)| {
        let stances = it.stands.iter().map(|(one, stand)| {
            let stance = matrix.stance(claim, *one).word();
            let quote = plain::word(&stand.quote, REASON_SHOWN);
            (label(*one), json!({"stance": stance, "quote": quote}))
        });
        json!({
            "claim": plain::word(&it.text, REASON_SHOWN),
            "held": it.held().word(),
            "stances": Value::Object(stances.collect()),
        })
    });
    each.collect()
}

fn letters(candidates: &[usize]) -> Vec<String> {
    candidates.iter().map(|one| label(*one)).collect()
}

fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Found => "found",
        Stage::Reading => "reading",
        Stage::On(rung) => rung.word(),
        Stage::Fallback => "fallback",
        Stage::Later(_) => "later",
        Stage::Over => "over",
    }
}

fn outcome(outcome: &Outcome) -> Value {
    match outcome {
        Outcome::Winner { candidate, .. } => json!({"winner": label(*candidate)}),
        Outcome::Tie { among, .. } => {
            json!({"tie": letters(among)})
        }
        Outcome::NoDecision { why } => json!({"no_decision": why.to_string()}),
    }
}

/// The present or last vote; null before the first.
fn vote(contest: &Contest) -> Value {
    let (Some(ballots), Some(terms), Some(count)) =
        (contest.ballots(), contest.terms(), contest.count())
    else {
        return Value::Null;
    };
    let voters = ballots.panel().voters().map(MemberName::as_str);
    let rules = count.tallies.iter().map(|tally| {
        let verdict = count.robustness.verdict(tally.rule);
        rule(tally, verdict)
    });
    json!({
        "vote": contest.epoch(),
        "closes": time(terms.closes),
        "rule": terms.setup.rule.word(),
        "second_rule": terms.setup.second.word(),
        "voters": voters.collect::<Vec<_>>(),
        "needed": count.needed,
        "present": count.present,
        "ballots": cast(ballots),
        "refused": refused(ballots),
        "refusals": ballots.refusals(),
        "outcome": outcome(&count.outcome),
        "robustness": count.robustness.to_string(),
        "rules": rules.collect::<Vec<_>>(),
    })
}

fn rule(tally: &Tally, verdict: Option<&Outcome>) -> Value {
    let bars = tally.bars.iter().enumerate();
    let bars = bars.map(|(place, bar)| (label(place), json!(bar)));
    json!({
        "rule": tally.rule.word(),
        "outcome": verdict.map(outcome),
        "counts": tally.rule.unit(),
        "bars": Value::Object(bars.collect()),
    })
}

/// Each ballot as it is counted.
fn cast(ballots: &Ballots) -> Value {
    let voters = ballots.votes().map(|(voter, _)| voter);
    let cast = voters.filter_map(|voter| {
        let vote = ballots.counted(voter)?;
        let mut entry = match vote {
            Vote::Ranked(ballot) => {
                let ranking = ballot.ranking().iter().map(|level| letters(level));
                let scores = ballot.scores().iter();
                let scores = scores.map(|(one, score)| (label(*one), json!(score)));
                json!({
                    "ranking": ranking.collect::<Vec<_>>(),
                    "scores": Value::Object(scores.collect()),
                    "confidence": ballot.confidence(),
                    "reason": plain::word(ballot.reason(), REASON_SHOWN),
                })
            }
            Vote::Abstained(Abstention::Chosen { reason }) => {
                json!({"abstained": plain::word(&reason, REASON_SHOWN)})
            }
            Vote::Abstained(Abstention::Unreadable { faults }) => {
                let faults = plain::word(&faults.to_string(), REASON_SHOWN);
                json!({"unreadable": faults})
            }
        };
        entry["voter"] = json!(voter.as_str());
        entry["asked_again"] = json!(ballots.vote_again(voter).is_some());
        Some(entry)
    });
    cast.collect()
}

fn refused(ballots: &Ballots) -> Value {
    let entry = |one: &RefusedBallot| {
        let why = plain::word(&one.why.to_string(), REASON_SHOWN);
        json!({"voter": one.voter.as_str(), "at": time(one.at), "why": why})
    };
    let shown = ballots.refused().iter().take(REFUSED_SHOWN);
    shown.map(entry).collect()
}

fn rounds(contest: &Contest) -> Value {
    let rounds = contest.rounds().iter().map(|round| {
        let positions = round.positions.iter().map(|(member, position)| {
            let mut entry = match position {
                Some(Position::Held) => json!({"position": "held"}),
                Some(Position::Changed { to, because }) => json!({
                    "position": "changed",
                    "to": label(*to),
                    "because": plain::word(because, REASON_SHOWN),
                }),
                None => json!({"position": "unreadable"}),
            };
            entry["member"] = json!(member.as_str());
            entry
        });
        json!({
            "before": round.before.map(label),
            "positions": positions.collect::<Vec<_>>(),
        })
    });
    rounds.collect()
}

fn opinions(contest: &Contest) -> Value {
    let opinions = contest.opinions().iter().map(|opinion| {
        json!({
            "by": opinion.by.as_str(),
            "choice": opinion.choice.map(label),
            "because": plain::word(&opinion.because, REASON_SHOWN),
        })
    });
    opinions.collect()
}
