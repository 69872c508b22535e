//! Votes: how one is counted and what came of it. Ballots and sheets are [next door](super::ballot).

use serde::{Deserialize, Serialize};

use super::wire_words;
use crate::core::voting;

wire_words!(Rule = voting::Rule {
    Plurality = "plurality",
    Majority = "majority",
    Approval = "approval",
    Borda = "borda",
    Schulze = "schulze",
    RankedPairs = "ranked_pairs",
    Score = "score",
    Weighted = "weighted",
    Unanimity = "unanimity",
});

wire_words!(Nature = voting::Nature {
    Closed = "closed",
    Open = "open",
});

/// A quorum. One that means nothing is not read.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(try_from = "Share", into = "Share")]
pub(super) struct Quorum(voting::Quorum);

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Share {
    needed: usize,
    of: usize,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Setup {
    rule: Rule,
    second: Rule,
    quorum: Quorum,
    nature: Nature,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Outcome {
    Winner { candidate: usize, ground: Ground },
    Tie { among: Vec<usize>, next: Vec<Next> },
    NoDecision { why: NoDecision },
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Ground {
    Heads(Rule),
    Rule(Rule),
    SecondRule(Rule),
    TwoToOne(Rule),
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Next {
    SecondRule(Rule),
    Expert,
    Operator,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum NoDecision {
    EmptyPanel,
    NoCandidates,
    QuorumLost { present: usize, needed: usize },
    NoVotes,
    NoMajority,
    NotUnanimous,
    Unworkable { why: Unworkable },
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Unworkable {
    NoQuorum {
        needed: usize,
        of: usize,
    },
    QuorumOverPanel {
        quorum: Quorum,
        needed: usize,
        panel: usize,
    },
    SecondIsFirst {
        rule: Rule,
    },
    SecondSeesNoMore {
        rule: Rule,
        second: Rule,
    },
}

impl From<voting::Quorum> for Quorum {
    fn from(quorum: voting::Quorum) -> Self {
        Self(quorum)
    }
}

impl From<Quorum> for voting::Quorum {
    fn from(wire: Quorum) -> Self {
        wire.0
    }
}

impl From<Quorum> for Share {
    fn from(wire: Quorum) -> Self {
        let (needed, of) = wire.0.share();
        Self { needed, of }
    }
}

impl TryFrom<Share> for Quorum {
    type Error = voting::Unworkable;

    fn try_from(wire: Share) -> Result<Self, voting::Unworkable> {
        voting::Quorum::new(wire.needed, wire.of).map(Self)
    }
}

impl From<voting::Setup> for Setup {
    fn from(setup: voting::Setup) -> Self {
        let voting::Setup {
            rule,
            second,
            quorum,
            nature,
        } = setup;
        Self {
            rule: rule.into(),
            second: second.into(),
            quorum: quorum.into(),
            nature: nature.into(),
        }
    }
}

impl From<Setup> for voting::Setup {
    fn from(wire: Setup) -> Self {
        Self {
            rule: wire.rule.into(),
            second: wire.second.into(),
            quorum: wire.quorum.into(),
            nature: wire.nature.into(),
        }
    }
}

impl From<&voting::Outcome> for Outcome {
    fn from(outcome: &voting::Outcome) -> Self {
        match outcome.clone() {
            voting::Outcome::Winner { candidate, ground } => Self::Winner {
                candidate,
                ground: ground.into(),
            },
            voting::Outcome::Tie { among, next } => Self::Tie {
                among,
                next: next.into_iter().map(Into::into).collect(),
            },
            voting::Outcome::NoDecision { why } => Self::NoDecision { why: why.into() },
        }
    }
}

impl From<Outcome> for voting::Outcome {
    fn from(wire: Outcome) -> Self {
        match wire {
            Outcome::Winner { candidate, ground } => Self::Winner {
                candidate,
                ground: ground.into(),
            },
            Outcome::Tie { among, next } => Self::Tie {
                among,
                next: next.into_iter().map(Into::into).collect(),
            },
            Outcome::NoDecision { why } => Self::NoDecision { why: why.into() },
        }
    }
}

impl From<voting::Ground> for Ground {
    fn from(ground: voting::Ground) -> Self {
        match ground {
            voting::Ground::Heads(rule) => Self::Heads(rule.into()),
            voting::Ground::Rule(rule) => Self::Rule(rule.into()),
            voting::Ground::SecondRule(rule) => Self::SecondRule(rule.into()),
            voting::Ground::TwoToOne(rule) => Self::TwoToOne(rule.into()),
        }
    }
}

impl From<Ground> for voting::Ground {
    fn from(wire: Ground) -> Self {
        match wire {
            Ground::Heads(rule) => Self::Heads(rule.into()),
            Ground::Rule(rule) => Self::Rule(rule.into()),
            Ground::SecondRule(rule) => Self::SecondRule(rule.into()),
            Ground::TwoToOne(rule) => Self::TwoToOne(rule.into()),
        }
    }
}

impl From<voting::NextStep> for Next {
    fn from(next: voting::NextStep) -> Self {
        match next {
            voting::NextStep::SecondRule(rule) => Self::SecondRule(rule.into()),
            voting::NextStep::Expert => Self::Expert,
            voting::NextStep::Operator => Self::Operator,
        }
    }
}

impl From<Next> for voting::NextStep {
    fn from(wire: Next) -> Self {
        match wire {
            Next::SecondRule(rule) => Self::SecondRule(rule.into()),
            Next::Expert => Self::Expert,
            Next::Operator => Self::Operator,
        }
    }
}

impl From<voting::NoDecision> for NoDecision {
    fn from(why: voting::NoDecision) -> Self {
        match why {
            voting::NoDecision::EmptyPanel => Self::EmptyPanel,
            voting::NoDecision::NoCandidates => Self::NoCandidates,
            voting::NoDecision::QuorumLost { present, needed } => {
                Self::QuorumLost { present, needed }
            }
            voting::NoDecision::NoVotes => Self::NoVotes,
            voting::NoDecision::NoMajority => Self::NoMajority,
            voting::NoDecision::NotUnanimous => Self::NotUnanimous,
            voting::NoDecision::Unworkable { why } => Self::Unworkable { why: why.into() },
        }
    }
}

impl From<NoDecision> for voting::NoDecision {
    fn from(wire: NoDecision) -> Self {
        match wire {
            NoDecision::EmptyPanel => Self::EmptyPanel,
            NoDecision::NoCandidates => Self::NoCandidates,
            NoDecision::QuorumLost { present, needed } => Self::QuorumLost { present, needed },
            NoDecision::NoVotes => Self::NoVotes,
            NoDecision::NoMajority => Self::NoMajority,
            NoDecision::NotUnanimous => Self::NotUnanimous,
            NoDecision::Unworkable { why } => Self::Unworkable { why: why.into() },
        }
    }
}

impl From<voting::Unworkable> for Unworkable {
    fn from(why: voting::Unworkable) -> Self {
        match why {
            voting::Unworkable::NoQuorum { needed, of } => Self::NoQuorum { needed, of },
            voting::Unworkable::QuorumOverPanel {
                quorum,
                needed,
                panel,
            } => Self::QuorumOverPanel {
                quorum: quorum.into(),
                needed,
                panel,
            },
            voting::Unworkable::SecondIsFirst { rule } => Self::SecondIsFirst { rule: rule.into() },
            voting::Unworkable::SecondSeesNoMore { rule, second } => Self::SecondSeesNoMore {
                rule: rule.into(),
                second: second.into(),
            },
        }
    }
}

impl From<Unworkable> for voting::Unworkable {
    fn from(wire: Unworkable) -> Self {
        match wire {
            Unworkable::NoQuorum { needed, of } => Self::NoQuorum { needed, of },
            Unworkable::QuorumOverPanel {
                quorum,
                needed,
                panel,
            } => Self::QuorumOverPanel {
                quorum: quorum.into(),
                needed,
                panel,
            },
            Unworkable::SecondIsFirst { rule } => Self::SecondIsFirst { rule: rule.into() },
            Unworkable::SecondSeesNoMore { rule, second } => Self::SecondSeesNoMore {
                rule: rule.into(),
                second: second.into(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Quorum;

    #[test]
    fn a_quorum_that_means_nothing_is_not_read() {
        for (needed, of, is_read) in [(2, 3, true), (3, 3, true), (4, 3, false), (0, 0, false)] {
            let read = serde_json::from_value::<Quorum>(json!({"needed": needed, "of": of}));
            assert_eq!(read.is_ok(), is_read, "{needed} of {of}");
        }
    }
}
