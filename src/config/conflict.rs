//! `[routing]` and `[conflict]`: who is asked, and how disagreement ends.

use std::collections::BTreeMap;

use super::effective::{Values, or_none, quoted, quoted_list};
use super::item::{Item, one_of};
use super::problem::Problem;
use super::read::Table;

/// How a member is chosen for a task that names none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoutingPolicy {
    /// By strengths, corrected by what was measured in this room.
    Learned,
    /// By the written strengths alone.
    Strengths,
}

impl RoutingPolicy {
    const WORDS: [(&'static str, Self); 2] =
        [("learned", Self::Learned), ("strengths", Self::Strengths)];

    /// The word in the file.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Learned => "learned",
            Self::Strengths => "strengths",
        }
    }
}

/// The `[routing]` table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Routing {
    /// How a member is chosen.
    pub policy: RoutingPolicy,
}

impl Default for Routing {
    fn default() -> Self {
        Self {
            policy: RoutingPolicy::Learned,
        }
    }
}

impl Routing {
    pub(super) fn apply(&mut self, table: &mut Table<'_, '_>) {
        table.set(&mut self.policy, "policy", |item| {
            item.word(&RoutingPolicy::WORDS)
        });
    }

    pub(super) fn values(self) -> Values {
        vec![("routing.policy".to_owned(), quoted(self.policy.word()))]
    }
}

/// One step of the conflict ladder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rung {
    /// The members vote.
    Vote,
    /// They talk the contested points over.
    Consensus,
    /// The member with the best record decides.
    Expert,
    /// The operator decides.
    Operator,
}

impl Rung {
    const WORDS: [(&'static str, Self); 4] = [
        ("vote", Self::Vote),
        ("consensus", Self::Consensus),
        ("expert", Self::Expert),
        ("operator", Self::Operator),
    ];

    /// The word in the file.
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

/// The rules that a vote can be counted under.
pub const RULES: [&str; 9] = [
    "plurality",
    "majority",
    "approval",
    "borda",
    "schulze",
    "ranked-pairs",
    "score",
    "weighted",
    "unanimity",
];

/// `"2 of 3"`: how many of how many must have voted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quorum {
    /// How many ballots are needed, at least one.
    pub needed: u16,
    /// Of how many voters; the condition scales to the council's size.
    pub of: u16,
}

/// What happens when every rung of the ladder failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fallback {
    /// The answer of the member with the best record.
    BestRecord,
    /// Nothing is changed.
    StatusQuo,
    /// The task fails.
    Fail,
}

impl Fallback {
    const WORDS: [(&'static str, Self); 3] = [
        ("best-record", Self::BestRecord),
        ("status-quo", Self::StatusQuo),
        ("fail", Self::Fail),
    ];

    /// The word in the file.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::BestRecord => "best-record",
            Self::StatusQuo => "status-quo",
            Self::Fail => "fail",
        }
    }
}

/// The `[conflict]` table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The rungs in order, none twice.
    pub ladder: Vec<Rung>,
    /// The rule for each kind of task, one of [`RULES`]; `default` for the rest, always there.
    pub rule: BTreeMap<String, &'static str>,
    /// How many must have voted; absent: all who were asked and did not fail.
    pub quorum: Option<Quorum>,
    /// What happens when the ladder ends without a decision.
    pub fallback: Fallback,
}

impl Default for Conflict {
    fn default() -> Self {
        Self {
            ladder: vec![Rung::Vote, Rung::Consensus, Rung::Expert, Rung::Operator],
            rule: BTreeMap::from([("default".to_owned(), "schulze")]),
            quorum: None,
            fallback: Fallback::Fail,
        }
    }
}

impl Conflict {
    pub(super) fn apply(&mut self, table: &mut Table<'_, '_>) {
        table.set(&mut self.ladder, "ladder", ladder);
        let rule = &mut self.rule;
        table.table("rule", |table| {
            for item in table.take_all() {
                let words = RULES.map(|word| (word, word));
                if let Some(word) = table.keep(item.word(&words)) {
                    rule.insert(item.key.to_owned(), word);
                }
            }
        });
        table.set(&mut self.quorum, "quorum", |item| quorum(item).map(Some));
        let fallback = &mut self.fallback;
        table.set(fallback, "fallback", |item| item.word(&Fallback::WORDS));
    }

    pub(super) fn values(&self) -> Values {
        let ladder = quoted_list(self.ladder.iter().map(|rung| rung.word()));
        let mut rows = vec![("conflict.ladder".to_owned(), ladder)];
        for (kind, rule) in &self.rule {
            rows.push((format!("conflict.rule.{kind}"), quoted(rule)));
        }
        let quorum = self.quorum;
        let quorum = quorum.map(|quorum| quoted(&format!("{} of {}", quorum.needed, quorum.of)));
        rows.push(("conflict.quorum".to_owned(), or_none(quorum, "all who can")));
        rows.push(("conflict.fallback".to_owned(), quoted(self.fallback.word())));
        rows
    }
}

fn ladder(item: Item<'_>) -> Result<Vec<Rung>, Problem> {
    let names = Rung::WORDS.map(|(word, _)| word);
    let allowed = format!("a list of {}, none twice", one_of(&names));
    let mut ladder = Vec::new();
    for rung in item.list(&allowed)? {
        let rung_word = rung.word(&Rung::WORDS)?;
        if ladder.contains(&rung_word) {
            return Err(rung.bad(allowed));
        }
        ladder.push(rung_word);
    }
    Ok(ladder)
}

fn quorum(item: Item<'_>) -> Result<Quorum, Problem> {
    item.as_str()
        .and_then(|text| text.split_once(" of "))
        .and_then(|(needed, of)| {
            Some(Quorum {
                needed: needed.trim().parse().ok()?,
                of: of.trim().parse().ok()?,
            })
        })
        .filter(|quorum| 1 <= quorum.needed && quorum.needed <= quorum.of)
        .ok_or_else(|| item.bad("a text such as \"2 of 3\", the first not more than the second"))
}
