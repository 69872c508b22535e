//! What the operator set about conflicts: the rungs, the rules, the limits.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::core::voting::{Nature, Quorum, Rule, Setup};
use crate::core::{Kinds, MemberName, Span, Strategy, TaskKind, TaskOrder};

/// The most consensus rounds that can be set.
pub const ROUNDS_MAX: u32 = 5;

/// One step of the ladder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rung {
    /// The members vote.
    Vote,
    /// They hear the others' reasons, and hold or change.
    Consensus,
    /// The member with the best record judges.
    Expert,
    /// The operator decides.
    Operator,
}

impl Rung {
    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Vote => "vote",
            Self::Consensus => "consensus",
            Self::Expert => "expert",
            Self::Operator => "operator",
        }
    }
}

/// What becomes of a conflict that no rung decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fallback {
    /// The answer of the author with the best record on the kind stands.
    BestRecord,
    /// Nothing is changed: the task ends without a result, and says so.
    StatusQuo,
    /// The ladder is climbed again after a while, three times at most.
    AskLater,
    /// The task fails.
    Fail,
}

impl Fallback {
    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::BestRecord => "best-record",
            Self::StatusQuo => "status-quo",
            Self::AskLater => "ask-later",
            Self::Fail => "fail",
        }
    }
}

/// Who votes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Jury {
    /// The members of the council.
    Council,
    /// They, and all other members of the room that take calls.
    Room,
}

/// How conflicts are settled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ladder {
    /// The rungs in order, none twice.
    pub rungs: Vec<Rung>,
    /// The rule for a kind of task.
    pub rules: BTreeMap<TaskKind, Rule>,
    /// The rule for other kinds; `None`: the standard one of the kind and of the nature of the answers.
    pub rule: Option<Rule>,
    /// How many voters must respond; `None`: more than half.
    pub quorum: Option<Quorum>,
    /// Who votes.
    pub jury: Jury,
    /// How many consensus rounds there are at most.
    pub rounds: u32,
    /// How long a vote, a round or an expert is waited for.
    pub patience: Span,
    /// How long the operator is waited for before the fallback; `None`: for ever.
    pub operator: Option<Span>,
    /// After how long the ladder is climbed again, where the fallback says so.
    pub later: Span,
    /// The fallback for a kind of task.
    pub fallbacks: BTreeMap<TaskKind, Fallback>,
    /// The fallback for other kinds.
    pub fallback: Fallback,
    /// Who judges; `None`: the member with the best record on the kind.
    pub expert: Option<MemberName>,
    /// Who is asked whether two wordings say the same; `None`: nobody.
    pub judge: Option<MemberName>,
    /// Who splits answers into claims; `None`: nobody, and whole answers are voted on.
    pub clerk: Option<MemberName>,
}

impl Default for Ladder {
    /// The operator decides, and nobody else is asked: what a journal means that never set a ladder.
    fn default() -> Self {
        Self {
            rungs: vec![Rung::Operator],
            rules: BTreeMap::new(),
            rule: None,
            quorum: None,
            jury: Jury::Council,
            rounds: 2,
            patience: Span::secs(300),
            operator: None,
            later: Span::secs(900),
            fallbacks: BTreeMap::new(),
            fallback: Fallback::Fail,
            expert: None,
            judge: None,
            clerk: None,
        }
    }
}

/// Why a ladder cannot work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadLadder {
    /// A rung stands on it twice, so that it would be climbed in a circle.
    #[error("{} is on the ladder twice; name it once", .rung.word())]
    Twice {
        /// Which.
        rung: Rung,
    },
    /// Too many rounds.
    #[error("{rounds} consensus rounds are too many; {ROUNDS_MAX} are the most")]
    Rounds {
        /// How many.
        rounds: u32,
    },
}

impl Ladder {
    /// Whether it can work, whatever the panel.
    pub fn check(&self) -> Result<(), BadLadder> {
        let mut seen = BTreeSet::new();
        if let Some(rung) = self.rungs.iter().find(|rung| !seen.insert(**rung)) {
            return Err(BadLadder::Twice { rung: *rung });
        }
        if self.rounds > ROUNDS_MAX {
            return Err(BadLadder::Rounds {
                rounds: self.rounds,
            });
        }
        Ok(())
    }

    /// How a vote on what was ordered is counted, for a panel of so many voters.
    #[must_use]
    pub fn setup(&self, order: &TaskOrder, kinds: &Kinds, nature: Nature, panel: usize) -> Setup {
        let rule = order.rule.or(self.rule_of(order.kind, kinds));
        let quorum = self.quorum.unwrap_or_else(|| Quorum::majority(panel));
        Setup::standard(kinds.like(order.kind), nature, rule.or(self.rule), quorum)
    }

    /// The rule that is set for a kind of task, or for the one that it is like.
    #[must_use]
    pub fn rule_of(&self, kind: TaskKind, kinds: &Kinds) -> Option<Rule> {
        let own = self.rules.get(&kind);
        own.or_else(|| self.rules.get(&kinds.like(kind))).copied()
    }

    /// What becomes of an undecided conflict on a kind of task.
    #[must_use]
    pub fn fallback_of(&self, kind: TaskKind, kinds: &Kinds) -> Fallback {
        let own = self.fallbacks.get(&kind);
        let set = own.or_else(|| self.fallbacks.get(&kinds.like(kind)));
        set.copied().unwrap_or(self.fallback)
    }

    /// The rung after one; the first without one. A debate talks first, whatever is set, and goes on
    /// with the other rungs in their order.
    #[must_use]
    pub fn after(&self, strategy: Strategy, rung: Option<Rung>) -> Option<Rung> {
        let mut rungs = self.climbed(strategy);
        match rung {
            None => rungs.next(),
            Some(rung) => rungs.skip_while(|one| *one != rung).nth(1),
        }
    }

    /// Whether a task of a strategy climbs a rung.
    #[must_use]
    pub fn stands(&self, strategy: Strategy, rung: Rung) -> bool {
        self.climbed(strategy).any(|one| one == rung)
    }

    /// Whether a task of a strategy is voted on before its rounds.
    #[must_use]
    pub fn votes_first(&self, strategy: Strategy) -> bool {
        let mut before = self.climbed(strategy);
        before
            .by_ref()
            .take_while(|one| *one != Rung::Consensus)
            .any(|one| one == Rung::Vote)
    }

    fn climbed(&self, strategy: Strategy) -> impl Iterator<Item = Rung> {
        let debate = strategy == Strategy::Debate;
        let first = debate.then_some(Rung::Consensus);
        let others = self.rungs.iter().copied();
        let others = others.filter(move |one| !(debate && *one == Rung::Consensus));
        first.into_iter().chain(others)
    }
}
