//! Ballots: the sheet that a voter is given, what it answers, and what can be wrong with that. How
//! they are counted is [next door](super::vote).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::core::{MemberName, voting};

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sheet {
    number: u64,
    voter: MemberName,
    seed: u64,
    again: bool,
    order: Vec<usize>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Vote {
    Ranked(Ballot),
    Abstained(Abstention),
}

/// A whole ballot. One that contradicts itself is not read.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "Ranked", into = "Ranked")]
pub(super) struct Ballot(voting::Ballot);

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ranked {
    ranking: Vec<Vec<usize>>,
    scores: BTreeMap<usize, f64>,
    confidence: Option<f64>,
    reason: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Abstention {
    Chosen { reason: String },
    Unreadable { faults: Vec<Fault> },
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Fault {
    NoBallot,
    UnknownLabel { label: String },
    NotPresented { candidate: usize },
    RankedTwice { label: String },
    Unranked { label: String },
    ScoredTwice { label: String },
    Unscored { label: String },
    NotANumber { what: String },
    OutOfRange { what: String, value: f64, most: f64 },
}

impl From<&voting::Sheet> for Sheet {
    fn from(sheet: &voting::Sheet) -> Self {
        let voting::Sheet {
            number,
            voter,
            seed,
            again,
            order,
        } = sheet.clone();
        Self {
            number,
            voter,
            seed,
            again,
            order,
        }
    }
}

impl From<Sheet> for voting::Sheet {
    fn from(wire: Sheet) -> Self {
        Self {
            number: wire.number,
            voter: wire.voter,
            seed: wire.seed,
            again: wire.again,
            order: wire.order,
        }
    }
}

impl From<&voting::Vote> for Vote {
    fn from(vote: &voting::Vote) -> Self {
        match vote {
            voting::Vote::Ranked(ballot) => Self::Ranked(Ballot(ballot.clone())),
            voting::Vote::Abstained(abstention) => Self::Abstained(abstention.into()),
        }
    }
}

impl From<Vote> for voting::Vote {
    fn from(wire: Vote) -> Self {
        match wire {
            Vote::Ranked(ballot) => Self::Ranked(ballot.0),
            Vote::Abstained(abstention) => Self::Abstained(abstention.into()),
        }
    }
}

impl From<Ballot> for Ranked {
    fn from(wire: Ballot) -> Self {
        let ballot = wire.0;
        Self {
            ranking: ballot.ranking().to_vec(),
            scores: ballot.scores().clone(),
            confidence: ballot.confidence(),
            reason: ballot.reason().to_owned(),
        }
    }
}

impl TryFrom<Ranked> for Ballot {
    type Error = voting::Faults;

    fn try_from(wire: Ranked) -> Result<Self, voting::Faults> {
        let Ranked {
            ranking,
            scores,
            confidence,
            reason,
        } = wire;
        voting::Ballot::stored(ranking, scores, confidence, &reason).map(Self)
    }
}

impl From<&voting::Abstention> for Abstention {
    fn from(abstention: &voting::Abstention) -> Self {
        match abstention.clone() {
            voting::Abstention::Chosen { reason } => Self::Chosen { reason },
            voting::Abstention::Unreadable { faults } => Self::Unreadable {
                faults: faults.0.into_iter().map(Into::into).collect(),
            },
        }
    }
}

impl From<Abstention> for voting::Abstention {
    fn from(wire: Abstention) -> Self {
        match wire {
            Abstention::Chosen { reason } => Self::Chosen { reason },
            Abstention::Unreadable { faults } => {
                let faults = faults.into_iter().map(Into::into).collect();
                Self::Unreadable {
                    faults: voting::Faults(faults),
                }
            }
        }
    }
}

impl From<voting::Fault> for Fault {
    fn from(fault: voting::Fault) -> Self {
        match fault {
            voting::Fault::NoBallot => Self::NoBallot,
            voting::Fault::UnknownLabel { label } => Self::UnknownLabel { label },
            voting::Fault::NotPresented { candidate } => Self::NotPresented { candidate },
            voting::Fault::RankedTwice { label } => Self::RankedTwice { label },
            voting::Fault::Unranked { label } => Self::Unranked { label },
            voting::Fault::ScoredTwice { label } => Self::ScoredTwice { label },
            voting::Fault::Unscored { label } => Self::Unscored { label },
            voting::Fault::NotANumber { what } => Self::NotANumber { what },
            voting::Fault::OutOfRange { what, value, most } => {
                Self::OutOfRange { what, value, most }
            }
        }
    }
}

impl From<Fault> for voting::Fault {
    fn from(wire: Fault) -> Self {
        match wire {
            Fault::NoBallot => Self::NoBallot,
            Fault::UnknownLabel { label } => Self::UnknownLabel { label },
            Fault::NotPresented { candidate } => Self::NotPresented { candidate },
            Fault::RankedTwice { label } => Self::RankedTwice { label },
            Fault::Unranked { label } => Self::Unranked { label },
            Fault::ScoredTwice { label } => Self::ScoredTwice { label },
            Fault::Unscored { label } => Self::Unscored { label },
            Fault::NotANumber { what } => Self::NotANumber { what },
            Fault::OutOfRange { what, value, most } => Self::OutOfRange { what, value, most },
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::core::Event;
    use crate::journal::codec::{DecodeError, decode};

    fn answered(ranking: &Value, scores: &Value, confidence: &Value) -> Result<Event, DecodeError> {
        let ballot = json!({
            "ranking": ranking,
            "scores": scores,
            "confidence": confidence,
            "reason": "it ends",
        });
        let body = json!({"task": 41, "by": 44, "said": {"vote": {"ranked": ballot}}});
        decode("inquiry_answered", 1, body)
    }

    #[test]
    fn a_ballot_that_contradicts_itself_is_not_read() {
        let scores = || json!({"0": 7.5, "2": 6});
        assert!(answered(&json!([[2], [0]]), &scores(), &json!(0.5)).is_ok());
        let bad = [
            (json!([[2], [2, 0]]), scores(), json!(null), "ranked twice"),
            (json!([[2]]), scores(), json!(null), "not ranked"),
            (json!([[2, 0, 1]]), scores(), json!(null), "has no score"),
            (
                json!([[2, 0]]),
                json!({"0": 7.5, "2": 11}),
                json!(null),
                "goes from 0 to 10",
            ),
            (
                json!([[2, 0]]),
                json!({"0": null, "2": 6}),
                json!(null),
                "null",
            ),
            (
                json!([[2, 0]]),
                json!({"0": 7.5, "B": 6}),
                json!(null),
                "number in quotes",
            ),
            (json!([[2, 0]]), scores(), json!(1.5), "goes from 0 to 1"),
            (json!([[-1]]), json!({}), json!(null), "-1"),
        ];
        for (ranking, scores, confidence, why) in bad {
            let refused = answered(&ranking, &scores, &confidence).unwrap_err();
            assert!(
                matches!(&refused, DecodeError::Malformed { why: said, .. } if said.contains(why)),
                "{refused}"
            );
        }
    }
}
