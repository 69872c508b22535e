//! `[conflict]`: how disagreement ends.

use std::collections::BTreeMap;
use std::time::Duration;

use super::effective::{Values, or_none, quoted, quoted_list};
use super::item::{Item, one_of};
use super::kind::{OTHERS, of_kinds};
use super::place::Origin;
use super::problem::Problem;
use super::read::Table;
use super::value::{Lull, Name, duration_text};

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
    /// The ladder is climbed again after a while.
    AskLater,
    /// The task fails.
    Fail,
}

impl Fallback {
    const WORDS: [(&'static str, Self); 4] = [
        ("best-record", Self::BestRecord),
        ("status-quo", Self::StatusQuo),
        ("ask-later", Self::AskLater),
        ("fail", Self::Fail),
    ];

    /// The word in the file.
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

/// Who votes on a conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Jury {
    /// The members of the council.
    Council,
    /// They, and all other members of the room.
    Room,
}

impl Jury {
    const WORDS: [(&'static str, Self); 2] = [("council", Self::Council), ("room", Self::Room)];

    /// The word in the file.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Council => "council",
            Self::Room => "room",
        }
    }
}

/// The most consensus rounds.
const ROUNDS_MAX: u64 = 5;

/// A member that is named for something, and where.
pub(super) type Named = (Name, Origin);

/// The `[conflict]` table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The rungs in order, none twice.
    pub ladder: Vec<Rung>,
    /// The rule for each kind of task, one of [`RULES`]; `default` for the rest. Where neither is there
    /// it follows from the kind and from the nature of the answers.
    pub rule: BTreeMap<String, &'static str>,
    /// How many must have voted; absent: more than half of those who may.
    pub quorum: Option<Quorum>,
    /// Who votes.
    pub jury: Jury,
    /// How many consensus rounds there are at most.
    pub rounds: u32,
    /// How long a vote, a round or an expert is waited for.
    pub patience: Duration,
    /// How long the operator is waited for before the fallback.
    pub operator: Lull,
    /// What happens when the ladder ends without a decision, for each kind; `default` for the rest,
    /// always there.
    pub fallback: BTreeMap<String, Fallback>,
    /// After how long the ladder is climbed again, where the fallback says so.
    pub later: Duration,
    /// Who judges; absent: the member with the best record.
    pub expert: Option<Named>,
    /// Who is asked whether two wordings say the same; absent: nobody.
    pub judge: Option<Named>,
    /// Who splits answers into claims; absent: nobody.
    pub claims: Option<Named>,
}

impl Default for Conflict {
    fn default() -> Self {
        Self {
            ladder: vec![Rung::Vote, Rung::Consensus, Rung::Expert, Rung::Operator],
            rule: BTreeMap::new(),
            quorum: None,
            jury: Jury::Council,
            rounds: 2,
            patience: Duration::from_mins(5),
            operator: Lull::Never,
            fallback: BTreeMap::from([(OTHERS.to_owned(), Fallback::Fail)]),
            later: Duration::from_mins(15),
            expert: None,
            judge: None,
            claims: None,
        }
    }
}

impl Conflict {
    pub(super) fn apply(&mut self, table: &mut Table<'_, '_>) {
        table.set(&mut self.ladder, "ladder", ladder);
        let rule = &mut self.rule;
        table.table("rule", |table| {
            for (kind, item) in of_kinds(table) {
                let words = RULES.map(|word| (word, word));
                let word = table.keep(item.word(&words));
                rule.extend(word.map(|word| (kind, word)));
            }
        });
        table.set(&mut self.quorum, "quorum", |item| quorum(item).map(Some));
        table.set(&mut self.jury, "jury", |item| item.word(&Jury::WORDS));
        let rounds = |item: Item<'_>| item.whole(0, ROUNDS_MAX);
        if let Some(most) = table.get("rounds", rounds) {
            self.rounds = u32::try_from(most).unwrap_or(u32::MAX);
        }
        table.set(&mut self.patience, "patience", Item::duration);
        table.set(&mut self.operator, "operator", Item::lull);
        table.set(&mut self.later, "later", Item::duration);
        self.apply_fallback(table);
        let named = |item: Item<'_>| Ok(Some((item.name()?, item.origin())));
        table.set(&mut self.expert, "expert", named);
        table.set(&mut self.judge, "judge", named);
        table.set(&mut self.claims, "claims", named);
    }

    /// One word for all kinds, or a table of them.
    fn apply_fallback(&mut self, table: &mut Table<'_, '_>) {
        let fallback = &mut self.fallback;
        if table.is_table("fallback") {
            table.table("fallback", |table| {
                for (kind, item) in of_kinds(table) {
                    let word = table.keep(item.word(&Fallback::WORDS));
                    fallback.extend(word.map(|word| (kind, word)));
                }
            });
        } else if let Some(word) = table.get("fallback", |item| item.word(&Fallback::WORDS)) {
            fallback.insert(OTHERS.to_owned(), word);
        }
    }

    pub(super) fn values(&self) -> Values {
        let ladder = quoted_list(self.ladder.iter().map(|rung| rung.word()));
        let mut rows = vec![("conflict.ladder".to_owned(), ladder)];
        if !self.rule.contains_key(OTHERS) {
            let none = or_none(None, "by the kind and the answers");
            rows.push((format!("conflict.rule.{OTHERS}"), none));
        }
        for (kind, rule) in &self.rule {
            rows.push((format!("conflict.rule.{kind}"), quoted(rule)));
        }
        let quorum = self.quorum;
        let quorum = quorum.map(|quorum| quoted(&format!("{} of {}", quorum.needed, quorum.of)));
        rows.push((
            "conflict.quorum".to_owned(),
            or_none(quorum, "more than half"),
        ));
        rows.push(("conflict.jury".to_owned(), quoted(self.jury.word())));
        rows.push(("conflict.rounds".to_owned(), self.rounds.to_string()));
        let patience = duration_text(self.patience);
        rows.push(("conflict.patience".to_owned(), quoted(&patience)));
        rows.push((
            "conflict.operator".to_owned(),
            quoted(&self.operator.text()),
        ));
        for (kind, fallback) in &self.fallback {
            let key = format!("conflict.fallback.{kind}");
            rows.push((key, quoted(fallback.word())));
        }
        let later = duration_text(self.later);
        rows.push(("conflict.later".to_owned(), quoted(&later)));
        for (key, named, none) in [
            ("expert", &self.expert, "the best record"),
            ("judge", &self.judge, "nobody"),
            ("claims", &self.claims, "nobody"),
        ] {
            let named = named.as_ref().map(|(name, _)| quoted(name.as_str()));
            rows.push((format!("conflict.{key}"), or_none(named, none)));
        }
        rows
    }

    /// The members that are named, each with its key.
    pub(super) fn named(&self) -> impl Iterator<Item = (&'static str, &Named)> {
        let all = [
            ("expert", &self.expert),
            ("judge", &self.judge),
            ("claims", &self.claims),
        ];
        all.into_iter()
            .filter_map(|(key, named)| Some((key, named.as_ref()?)))
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
