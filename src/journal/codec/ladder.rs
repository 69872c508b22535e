//! The conflict ladder: what was set, the steps of a conflict, its votes. Who is asked what is
//! [next door](super::inquiry).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::attention::Actor;
use super::kind::TaskKind;
use super::vote::{Outcome, Quorum, Rule, Setup};
use super::wire_words;
use crate::core::{Event, MemberName, Span, TaskId, Timestamp, ladder, voting};

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Set {
    rungs: Vec<Rung>,
    rules: BTreeMap<TaskKind, Rule>,
    rule: Option<Rule>,
    quorum: Option<Quorum>,
    jury: Jury,
    rounds: u32,
    patience_ms: Span,
    operator_ms: Option<Span>,
    later_ms: Span,
    fallbacks: BTreeMap<TaskKind, Fallback>,
    fallback: Fallback,
    expert: Option<MemberName>,
    judge: Option<MemberName>,
    clerk: Option<MemberName>,
}

wire_words!(Rung = ladder::Rung {
    Vote = "vote",
    Consensus = "consensus",
    Expert = "expert",
    Operator = "operator",
});

wire_words!(Fallback = ladder::Fallback {
    BestRecord = "best_record",
    StatusQuo = "status_quo",
    AskLater = "ask_later",
    Fail = "fail",
});

wire_words!(Jury = ladder::Jury {
    Council = "council",
    Room = "room",
});

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Climbed {
    pub(super) task: TaskId,
    pub(super) to: Stage,
    pub(super) by: Actor,
    pub(super) because: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OperatorVoted {
    task: TaskId,
    ranking: Vec<Vec<usize>>,
    scores: BTreeMap<usize, u8>,
    sure: Option<u8>,
}

impl OperatorVoted {
    pub(super) fn new(task: TaskId, ballot: &ladder::OperatorBallot) -> Self {
        let ladder::OperatorBallot {
            ranking,
            scores,
            sure,
        } = ballot.clone();
        Self {
            task,
            ranking,
            scores,
            sure,
        }
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Stage {
    Found,
    Reading,
    On(Rung),
    Fallback,
    Later(Timestamp),
    Over,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct VoteOpened {
    task: TaskId,
    epoch: u64,
    seats: BTreeMap<MemberName, Seat>,
    setup: Setup,
    weights: BTreeMap<MemberName, f64>,
    closes: Timestamp,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Seat {
    family: String,
    votes: bool,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct VoteClosed {
    task: TaskId,
    epoch: u64,
    outcome: Outcome,
    winners: BTreeMap<Rule, usize>,
}

/// The same map with its names or values in their other form.
fn mapped<K, V, L: Ord, W>(map: BTreeMap<K, V>) -> BTreeMap<L, W>
where
    K: Into<L>,
    V: Into<W>,
{
    let pairs = map.into_iter();
    pairs
        .map(|(key, value)| (key.into(), value.into()))
        .collect()
}

impl From<&ladder::Ladder> for Set {
    fn from(ladder: &ladder::Ladder) -> Self {
        let ladder::Ladder {
            rungs,
            rules,
            rule,
            quorum,
            jury,
            rounds,
            patience,
            operator,
            later,
            fallbacks,
            fallback,
            expert,
            judge,
            clerk,
        } = ladder.clone();
        Self {
            rungs: rungs.into_iter().map(Into::into).collect(),
            rules: mapped(rules),
            rule: rule.map(Into::into),
            quorum: quorum.map(Into::into),
            jury: jury.into(),
            rounds,
            patience_ms: patience,
            operator_ms: operator,
            later_ms: later,
            fallbacks: mapped(fallbacks),
            fallback: fallback.into(),
            expert,
            judge,
            clerk,
        }
    }
}

impl From<Set> for Event {
    fn from(wire: Set) -> Self {
        let ladder = ladder::Ladder {
            rungs: wire.rungs.into_iter().map(Into::into).collect(),
            rules: mapped(wire.rules),
            rule: wire.rule.map(Into::into),
            quorum: wire.quorum.map(Into::into),
            jury: wire.jury.into(),
            rounds: wire.rounds,
            patience: wire.patience_ms,
            operator: wire.operator_ms,
            later: wire.later_ms,
            fallbacks: mapped(wire.fallbacks),
            fallback: wire.fallback.into(),
            expert: wire.expert,
            judge: wire.judge,
            clerk: wire.clerk,
        };
        Self::LadderSet { ladder }
    }
}

impl From<ladder::Stage> for Stage {
    fn from(stage: ladder::Stage) -> Self {
        match stage {
            ladder::Stage::Found => Self::Found,
            ladder::Stage::Reading => Self::Reading,
            ladder::Stage::On(rung) => Self::On(rung.into()),
            ladder::Stage::Fallback => Self::Fallback,
            ladder::Stage::Later(at) => Self::Later(at),
            ladder::Stage::Over => Self::Over,
        }
    }
}

impl From<Stage> for ladder::Stage {
    fn from(wire: Stage) -> Self {
        match wire {
            Stage::Found => Self::Found,
            Stage::Reading => Self::Reading,
            Stage::On(rung) => Self::On(rung.into()),
            Stage::Fallback => Self::Fallback,
            Stage::Later(at) => Self::Later(at),
            Stage::Over => Self::Over,
        }
    }
}

impl From<Climbed> for Event {
    fn from(wire: Climbed) -> Self {
        Self::LadderClimbed {
            task: wire.task,
            to: wire.to.into(),
            by: wire.by.into(),
            because: wire.because,
        }
    }
}

impl From<OperatorVoted> for Event {
    fn from(wire: OperatorVoted) -> Self {
        Self::OperatorVoted {
            task: wire.task,
            ballot: ladder::OperatorBallot {
                ranking: wire.ranking,
                scores: wire.scores,
                sure: wire.sure,
            },
        }
    }
}

impl VoteOpened {
    pub(super) fn new(task: TaskId, panel: &voting::Panel, terms: &ladder::Terms) -> Self {
        let ladder::Terms {
            setup,
            weights,
            closes,
        } = terms;
        let seats = panel.seats();
        let seats = seats.map(|(member, seat)| (member.clone(), seat.into()));
        Self {
            task,
            epoch: panel.epoch(),
            seats: seats.collect(),
            setup: (*setup).into(),
            weights: weights.clone(),
            closes: *closes,
        }
    }
}

impl From<VoteOpened> for Event {
    fn from(wire: VoteOpened) -> Self {
        let seats = wire.seats.into_iter();
        let seats = seats.map(|(member, seat)| (member, seat.into()));
        Self::VoteOpened {
            task: wire.task,
            panel: voting::Panel::new(wire.epoch, seats),
            terms: ladder::Terms {
                setup: wire.setup.into(),
                weights: wire.weights,
                closes: wire.closes,
            },
        }
    }
}

impl From<&voting::Seat> for Seat {
    fn from(seat: &voting::Seat) -> Self {
        let voting::Seat { family, votes } = seat.clone();
        Self { family, votes }
    }
}

impl From<Seat> for voting::Seat {
    fn from(wire: Seat) -> Self {
        Self {
            family: wire.family,
            votes: wire.votes,
        }
    }
}

impl VoteClosed {
    pub(super) fn new(task: TaskId, closed: &ladder::Closed) -> Self {
        let ladder::Closed {
            epoch,
            outcome,
            winners,
        } = closed;
        Self {
            task,
            epoch: *epoch,
            outcome: outcome.into(),
            winners: mapped(winners.clone()),
        }
    }
}

impl From<VoteClosed> for Event {
    fn from(wire: VoteClosed) -> Self {
        Self::VoteClosed {
            task: wire.task,
            closed: ladder::Closed {
                epoch: wire.epoch,
                outcome: wire.outcome.into(),
                winners: mapped(wire.winners),
            },
        }
    }
}
