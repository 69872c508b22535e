//! The nine rules, which of them counts what, and when one can not work.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Panel;
use crate::core::{AnswerKind, TaskKind};

/// A way to count ballots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// The most first preferences.
    Plurality,
    /// More than half of the first preferences.
    Majority,
    /// The largest share of scores of 6 and more.
    Approval,
    /// The best mean rank.
    Borda,
    /// The strongest chains of head-to-head wins.
    Schulze,
    /// Head-to-head wins locked in by margin.
    RankedPairs,
    /// The best mean score, in standard deviations of each voter.
    Score,
    /// The most first preferences, each weighed by its voter's record.
    Weighted,
    /// All first preferences.
    Unanimity,
}

impl Rule {
    /// All nine.
    pub const ALL: [Self; 9] = [
        Self::Plurality,
        Self::Majority,
        Self::Approval,
        Self::Borda,
        Self::Schulze,
        Self::RankedPairs,
        Self::Score,
        Self::Weighted,
        Self::Unanimity,
    ];

    /// The word for it, as in the configuration.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Plurality => "plurality",
            Self::Majority => "majority",
            Self::Approval => "approval",
            Self::Borda => "borda",
            Self::Schulze => "schulze",
            Self::RankedPairs => "ranked-pairs",
            Self::Score => "score",
            Self::Weighted => "weighted",
            Self::Unanimity => "unanimity",
        }
    }

    /// What a bar of its tally counts.
    #[must_use]
    pub fn unit(self) -> &'static str {
        match self {
            Self::Plurality | Self::Majority | Self::Unanimity => "heads",
            Self::Approval => "share that approves",
            Self::Borda => "mean rank, 0 to 1",
            Self::Schulze => "beaten by chains",
            Self::RankedPairs => "locked below",
            Self::Score => "mean deviations",
            Self::Weighted => "weighed heads",
        }
    }

    /// Whether it counts first preferences only. Then authorship is counted, and no own candidate is
    /// ever judged.
    #[must_use]
    pub fn counts_heads(self) -> bool {
        match self {
            Self::Plurality | Self::Majority | Self::Weighted | Self::Unanimity => true,
            Self::Approval | Self::Borda | Self::Schulze | Self::RankedPairs | Self::Score => false,
        }
    }

    /// The rule for a kind of task where nobody chose one. Closed answers are counted by heads,
    /// weighed by record; ideas are scored; everything else is ranked.
    #[must_use]
    pub fn standard(kind: TaskKind, nature: Nature) -> Self {
        match (nature, kind) {
            (Nature::Closed, _) | (Nature::Open, TaskKind::Factual) => Self::Weighted,
            (Nature::Open, TaskKind::Creative) => Self::Score,
            (
                Nature::Open,
                TaskKind::General
                | TaskKind::Code
                | TaskKind::Review
                | TaskKind::Debugging
                | TaskKind::Reasoning
                | TaskKind::Analysis
                | TaskKind::Planning
                | TaskKind::Operations
                | TaskKind::Own(_),
            ) => Self::Schulze,
        }
    }

    /// The rule that is asked about a tie under this one, where nobody chose one: another one of the
    /// ballots' other sides.
    #[must_use]
    pub fn standard_second(self) -> Self {
        match self {
            Self::Plurality
            | Self::Majority
            | Self::Weighted
            | Self::Unanimity
            | Self::Borda
            | Self::Score => Self::Schulze,
            Self::Schulze | Self::RankedPairs => Self::Borda,
            Self::Approval => Self::Score,
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// A word that is no rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no rule: use plurality, majority, approval, borda, schulze, ranked-pairs, score, weighted \
     or unanimity"
)]
pub struct UnknownRule(pub String);

impl FromStr for Rule {
    type Err = UnknownRule;

    fn from_str(word: &str) -> Result<Self, UnknownRule> {
        let word = word.trim();
        let mut all = Self::ALL.into_iter();
        all.find(|rule| rule.word().eq_ignore_ascii_case(&word.replace('_', "-")))
            .ok_or_else(|| UnknownRule(word.to_owned()))
    }
}

/// Whether equal answers are the same answer, so that heads can be counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Nature {
    /// A choice, a number, yes or no, the same code.
    Closed,
    /// Anything that is told apart by judging.
    Open,
}

impl Nature {
    /// The nature of answers of a kind; prose without a final answer is open.
    #[must_use]
    pub fn of(kind: Option<AnswerKind>) -> Self {
        match kind {
            Some(
                AnswerKind::Choice | AnswerKind::Number | AnswerKind::YesNo | AnswerKind::Code,
            ) => Self::Closed,
            Some(AnswerKind::Json | AnswerKind::Text) | None => Self::Open,
        }
    }
}

/// How many voters must respond: `2 of 3`. A larger panel keeps the share, rounded up; a smaller one
/// keeps the number, so that it never gets easier than it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Quorum {
    needed: usize,
    of: usize,
}

impl Quorum {
    /// So many voters of a panel of so many.
    pub fn new(needed: usize, of: usize) -> Result<Self, Unworkable> {
        if needed == 0 || needed > of {
            return Err(Unworkable::NoQuorum { needed, of });
        }
        Ok(Self { needed, of })
    }

    /// More than half of a panel of a size.
    #[must_use]
    pub fn majority(panel: usize) -> Self {
        let of = panel.max(1);
        Self {
            needed: of / 2 + 1,
            of,
        }
    }

    /// As it is written: so many voters of a panel of so many.
    #[must_use]
    pub fn share(self) -> (usize, usize) {
        (self.needed, self.of)
    }

    /// How many voters a panel of a size needs.
    #[must_use]
    pub fn needed(self, panel: usize) -> usize {
        let share = self.needed.saturating_mul(panel).div_ceil(self.of.max(1));
        self.needed.max(share)
    }
}

impl fmt::Display for Quorum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.needed, self.of)
    }
}

/// A text that is no quorum.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no quorum: write how many voters of how many must respond, such as `2 of 3`")]
pub struct BadQuorum(pub String);

impl FromStr for Quorum {
    type Err = BadQuorum;

    fn from_str(text: &str) -> Result<Self, BadQuorum> {
        let bad = || BadQuorum(text.to_owned());
        let (needed, of) = text.split_once("of").ok_or_else(bad)?;
        let number = |word: &str| word.trim().parse().map_err(|_| bad());
        Self::new(number(needed)?, number(of)?).map_err(|_| bad())
    }
}

impl TryFrom<String> for Quorum {
    type Error = BadQuorum;

    fn try_from(text: String) -> Result<Self, BadQuorum> {
        text.parse()
    }
}

impl From<Quorum> for String {
    fn from(quorum: Quorum) -> Self {
        quorum.to_string()
    }
}

/// How a vote is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setup {
    /// The rule that decides.
    pub rule: Rule,
    /// The rule that is asked about a tie.
    pub second: Rule,
    /// How many must respond.
    pub quorum: Quorum,
    /// What sort of answers they are.
    pub nature: Nature,
}

/// Why a vote can not be counted like that.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unworkable {
    /// The quorum asks for nobody, or for more than there can be.
    #[error("a quorum of {needed} of {of} means nothing: it is at least 1 and at most all")]
    NoQuorum {
        /// As given.
        needed: usize,
        /// As given.
        of: usize,
    },
    /// The quorum can never be met.
    #[error(
        "the quorum {quorum} needs {needed} voters, and the panel has {panel}: lower it or ask more members"
    )]
    QuorumOverPanel {
        /// As configured.
        quorum: Quorum,
        /// How many it needs here.
        needed: usize,
        /// How many may vote.
        panel: usize,
    },
    /// The second rule says the same as the first.
    #[error(
        "{rule} is both the rule and the second rule, so a tie stays one: choose another second rule"
    )]
    SecondIsFirst {
        /// Which.
        rule: Rule,
    },
    /// The second rule counts what the first one counted.
    #[error("{second} can not break a tie under {rule}: both count the same heads")]
    SecondSeesNoMore {
        /// The rule.
        rule: Rule,
        /// The second one.
        second: Rule,
    },
}

impl Setup {
    /// The setup for a kind of task; `rule` overrides the standard one.
    #[must_use]
    pub fn standard(kind: TaskKind, nature: Nature, rule: Option<Rule>, quorum: Quorum) -> Self {
        let rule = rule.unwrap_or_else(|| Rule::standard(kind, nature));
        Self {
            rule,
            second: rule.standard_second(),
            quorum,
            nature,
        }
    }

    /// Whether it can work for a panel. An empty panel is no fault of the setup.
    pub fn check(&self, panel: &Panel) -> Result<(), Unworkable> {
        if self.rule == self.second {
            return Err(Unworkable::SecondIsFirst { rule: self.rule });
        }
        let equal_heads = |rule| matches!(rule, Rule::Plurality | Rule::Majority | Rule::Unanimity);
        if equal_heads(self.rule) && equal_heads(self.second) {
            return Err(Unworkable::SecondSeesNoMore {
                rule: self.rule,
                second: self.second,
            });
        }
        let (needed, size) = (self.quorum.needed(panel.size()), panel.size());
        if size > 0 && needed > size {
            return Err(Unworkable::QuorumOverPanel {
                quorum: self.quorum,
                needed,
                panel: size,
            });
        }
        Ok(())
    }
}
