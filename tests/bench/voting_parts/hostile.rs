//! A small vote among voters most of whom cheat, with books of its own on what should count.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use fastrand::Rng;
use synod::core::voting::{
    Abstention, Ballot, Ballots, Cast, Counting, Nature, NoDecision, Outcome, Panel, Quorum,
    Refused, Rule, Seat, Setup, Sheet, Slate, Vote, count, read,
};
use synod::core::{MemberName, Timestamp};

const EPOCH: u64 = 3;
/// When the vote closes.
const CLOSES: Timestamp = Timestamp(100);
const FAMILIES: [&str; 4] = ["a", "b", "c", ""];

/// A vote that was held, with what should have come of it.
pub(crate) struct Election {
    pub(crate) ballots: Ballots,
    pub(crate) weights: BTreeMap<MemberName, f64>,
    names: Vec<MemberName>,
    /// The scores that should be counted, by voter.
    kept: BTreeMap<MemberName, BTreeMap<usize, u8>>,
    /// Who said to abstain, readably.
    abstained: BTreeSet<MemberName>,
    gone: BTreeSet<MemberName>,
    /// Bad ballots that were sent, and those of them that were taken.
    sent: BTreeMap<&'static str, u64>,
    taken: u64,
    setup: Setup,
    needed: usize,
}

impl Election {
    /// Holds one; the same seed holds the same.
    pub(crate) fn held(seed: u64) -> Self {
        let mut dice = Rng::with_seed(seed);
        let mut election = Self::called(&mut dice);
        let mut sheets = BTreeMap::new();
        for (number, name) in (1..).zip(&election.names) {
            let (slate, panel) = (election.ballots.slate(), election.ballots.panel());
            if let Some(sheet) = Sheet::deal(slate, panel, name, number, seed) {
                sheets.insert(name.clone(), sheet);
            }
        }
        for sheet in sheets.values() {
            election.ballots.give(sheet.clone());
        }
        let mut order: Vec<MemberName> = election.names.clone();
        dice.shuffle(&mut order);
        for name in &order {
            for _ in 0..dice.u8(1..=3) {
                election.acts(name, &sheets, &mut dice);
            }
        }
        election
    }

    fn called(dice: &mut Rng) -> Self {
        let size = dice.usize(0..=7);
        let names: Vec<MemberName> = (0..size)
            .map(|it| MemberName::new(&format!("v{it}")).unwrap())
            .collect();
        let seats = names.iter().map(|name| {
            let family = dice.choice(FAMILIES).unwrap().to_owned();
            (
                name.clone(),
                Seat {
                    family,
                    votes: true,
                },
            )
        });
        let panel = Panel::new(EPOCH, seats.collect::<Vec<_>>());
        let mut authors = vec![BTreeSet::new(); dice.usize(2..=5)];
        for name in &names {
            if dice.u8(..3) > 0 {
                let candidate = dice.usize(..authors.len());
                authors[candidate].insert(name.clone());
            }
        }
        let of = dice.usize(1..=7);
        let needed = dice.usize(1..=of);
        let rule = dice.choice(Rule::ALL).unwrap();
        let weights = names
            .iter()
            .map(|name| (name.clone(), f64::from(dice.u8(1..5))));
        Self {
            weights: weights.collect(),
            ballots: Ballots::open(panel, Slate::new(authors).unwrap(), Some(CLOSES)),
            names,
            kept: BTreeMap::new(),
            abstained: BTreeSet::new(),
            gone: BTreeSet::new(),
            sent: BTreeMap::new(),
            taken: 0,
            setup: Setup {
                rule,
                second: rule.standard_second(),
                quorum: Quorum::new(needed, of).unwrap(),
                nature: if dice.bool() {
                    Nature::Open
                } else {
                    Nature::Closed
                },
            },
            // The share of a larger panel, the number in a smaller one.
            needed: needed.max((needed * size).div_ceil(of)),
        }
    }

    /// One thing that a voter does.
    fn acts(&mut self, name: &MemberName, sheets: &BTreeMap<MemberName, Sheet>, dice: &mut Rng) {
        let act = dice.u8(..12);
        if act == 0 {
            self.ballots.depart(name, Timestamp(1));
            self.gone.insert(name.clone());
            self.kept.remove(name);
            self.abstained.remove(name);
            return;
        }
        let Some(sheet) = sheets.get(name) else {
            return;
        };
        let scores: BTreeMap<usize, u8> =
            sheet.order.iter().map(|it| (*it, dice.u8(..10))).collect();
        let good = Cast {
            voter: name.clone(),
            sheet: sheet.number,
            epoch: EPOCH,
            at: Timestamp(dice.u64(..=100)),
            vote: Vote::Ranked(fitting(sheet, &scores)),
        };
        match act {
            1 => {
                let stranger = MemberName::new("stranger").unwrap();
                self.bad(
                    "stranger",
                    Cast {
                        voter: stranger,
                        ..good
                    },
                );
            }
            2 => self.bad(
                "other epoch",
                Cast {
                    epoch: dice.u64(..EPOCH),
                    ..good
                },
            ),
            3 => self.bad("sheet of nobody", Cast { sheet: 99, ..good }),
            4 => {
                // In the name of another one, on one's own sheet.
                let victim = dice.choice(self.names.iter()).unwrap().clone();
                if victim != *name {
                    self.bad(
                        "other's name",
                        Cast {
                            voter: victim,
                            ..good
                        },
                    );
                }
            }
            5 => self.bad(
                "late",
                Cast {
                    at: Timestamp(dice.u64(101..)),
                    ..good
                },
            ),
            6 => {
                // Fits a sheet, but not this one: own and family candidates are on it.
                let all: Vec<usize> = (0..self.ballots.slate().len()).collect();
                let wide = Sheet {
                    order: all.clone(),
                    ..sheet.clone()
                };
                if wide.order.len() > sheet.order.len() {
                    let scores = all.iter().map(|it| (*it, dice.u8(..10))).collect();
                    let vote = Vote::Ranked(fitting(&wide, &scores));
                    self.bad("votes for oneself", Cast { vote, ..good });
                }
            }
            7 | 8 => {
                let text = broken(sheet, dice);
                *self.sent.entry("unreadable").or_default() += 1;
                let faults = read(sheet, &text).unwrap_err();
                let vote = Vote::Abstained(Abstention::Unreadable { faults });
                self.first(Cast { vote, ..good });
            }
            9 => {
                let reason = String::new();
                let vote = Vote::Abstained(Abstention::Chosen { reason });
                if self.first(Cast { vote, ..good }) {
                    self.abstained.insert(name.clone());
                }
            }
            _ => {
                let vote = read(sheet, &text(sheet, &scores)).unwrap();
                if self.first(Cast { vote, ..good }) {
                    self.kept.insert(name.clone(), scores);
                }
            }
        }
    }

    /// Sends what must not be taken.
    fn bad(&mut self, what: &'static str, cast: Cast) {
        *self.sent.entry(what).or_default() += 1;
        self.taken += u64::from(self.ballots.admit(cast).is_ok());
    }

    /// Sends what must be taken if its voter is there and has not voted yet.
    fn first(&mut self, cast: Cast) -> bool {
        let known = self.ballots.vote(&cast.voter).is_some();
        let gone = self.gone.contains(&cast.voter);
        let taken = self.ballots.admit(cast);
        match (known, gone) {
            (_, true) => {
                *self.sent.entry("departed").or_default() += 1;
                self.taken += u64::from(taken != Err(Refused::Departed));
            }
            (true, false) => {
                *self.sent.entry("duplicate").or_default() += 1;
                self.taken += u64::from(taken != Err(Refused::Duplicate));
            }
            (false, false) => return taken.is_ok(),
        }
        false
    }

    /// Who should count as present.
    fn present(&self) -> usize {
        let present = |name: &&MemberName| {
            let voted = self.kept.contains_key(*name) || self.abstained.contains(*name);
            !self.gone.contains(*name) && (voted || self.ballots.slate().own(name).is_some())
        };
        self.names.iter().filter(present).count()
    }

    /// Ballots that count and differ from the books.
    fn strange(&self) -> u64 {
        let counted: BTreeMap<MemberName, BTreeMap<usize, u8>> = self
            .ballots
            .votes()
            .filter_map(|(voter, vote)| match vote {
                Vote::Ranked(ballot) => {
                    let whole = |score: f64| (0..=10).find(|it| f64::from(*it) >= score).unwrap();
                    let scores = ballot
                        .scores()
                        .iter()
                        .map(|(it, score)| (*it, whole(*score)));
                    Some((voter.clone(), scores.collect()))
                }
                Vote::Abstained(_) => None,
            })
            .collect();
        let strange = counted
            .iter()
            .filter(|(voter, scores)| self.kept.get(*voter) != Some(*scores));
        let lost = self
            .kept
            .keys()
            .filter(|voter| !counted.contains_key(*voter));
        (strange.count() + lost.count()) as u64
    }

    /// The ballots that should be counted, as lines of the recount, from these books alone.
    pub(crate) fn written(&self, counting: Counting) -> Vec<String> {
        let candidates = self.ballots.slate().len();
        let mut lines = Vec::new();
        for name in self.names.iter().filter(|name| !self.gone.contains(*name)) {
            let own = self.ballots.slate().own(name);
            let mut letters = match (self.kept.get(name), own) {
                (Some(scores), _) => (0..candidates)
                    .map(|it| scores.get(&it).map_or("-".to_owned(), ToString::to_string))
                    .collect(),
                (None, Some(_)) => vec!["0".to_owned(); candidates],
                (None, None) => continue,
            };
            // Nobody gives a 10, so that the own one stands alone.
            let alone = !self.kept.contains_key(name);
            if let Some(own) = own.filter(|_| alone || counting == Counting::OwnIn) {
                "a".clone_into(&mut letters[own]);
            }
            lines.push(format!("{}*{}", letters.concat(), self.weights[name]));
        }
        lines
    }
}

fn levels(scores: &BTreeMap<usize, u8>) -> Vec<Vec<usize>> {
    let mut levels: BTreeMap<u8, Vec<usize>> = BTreeMap::new();
    for (candidate, score) in scores {
        levels.entry(*score).or_default().push(*candidate);
    }
    levels.into_values().rev().collect()
}

fn fitting(sheet: &Sheet, scores: &BTreeMap<usize, u8>) -> Ballot {
    let exact = scores.iter().map(|(it, score)| (*it, f64::from(*score)));
    Ballot::new(sheet, levels(scores), exact.collect(), Some(0.5), "").unwrap()
}

/// A ballot as a model writes it.
fn text(sheet: &Sheet, scores: &BTreeMap<usize, u8>) -> String {
    let label = |it: &usize| sheet.label_of(*it).unwrap();
    let ranking: Vec<Vec<String>> = levels(scores)
        .iter()
        .map(|level| level.iter().map(label).collect())
        .collect();
    let scores: BTreeMap<String, u8> = scores
        .iter()
        .map(|(it, score)| (label(it), *score))
        .collect();
    let ballot = serde_json::json!({
        "ranking": ranking, "scores": scores, "confidence": 0.7, "reason": "as I see it",
    });
    format!("Having read them all:\n```json\n{ballot}\n```\n")
}

/// A ballot with something wrong in it.
fn broken(sheet: &Sheet, dice: &mut Rng) -> String {
    let scores = sheet.order.iter().map(|it| (*it, dice.u8(..10))).collect();
    let good = text(sheet, &scores);
    let faults = [
        ("\"A\":", "\"A\":NaN,\"x\":"),
        ("\"A\":", "\"A\":11,\"a\":"),
        ("\"A\":", "\"A\":-Infinity,\"AAA\":"),
        ("\"A\":", "\"Z\":"),
        ("\"confidence\":0.7", "\"confidence\":7"),
        ("\"ranking\":[[", "\"ranking\":[[\"B\",\"B\","),
        ("\"ranking\":[[", "\"ranking\":[[\"Q\","),
        ("{", "<"),
    ];
    let (from, to) = dice.choice(faults).unwrap();
    good.replace(from, to)
}

/// What many elections showed.
#[derive(Default)]
pub(crate) struct Findings {
    elections: u64,
    sent: BTreeMap<&'static str, u64>,
    taken: u64,
    strange: u64,
    decided: u64,
    no_quorum: u64,
    without_quorum: u64,
    lost_for_nothing: u64,
}

impl Findings {
    pub(crate) fn add(&mut self, election: &Election) {
        self.elections += 1;
        for (what, number) in &election.sent {
            *self.sent.entry(what).or_default() += number;
        }
        self.taken += election.taken;
        self.strange += election.strange();
        let count = count(&election.ballots, &election.setup, &election.weights);
        let quorum = election.present() >= election.needed && !election.names.is_empty();
        self.no_quorum += u64::from(!quorum);
        match count.outcome {
            Outcome::Winner { .. } | Outcome::Tie { .. } => {
                self.decided += 1;
                self.without_quorum += u64::from(!quorum);
            }
            Outcome::NoDecision { why } => {
                let lost = matches!(
                    why,
                    NoDecision::EmptyPanel
                        | NoDecision::QuorumLost { .. }
                        | NoDecision::Unworkable { .. }
                );
                self.lost_for_nothing += u64::from(lost && quorum);
            }
        }
    }

    pub(crate) fn are_good(&self) -> bool {
        self.taken + self.strange + self.without_quorum + self.lost_for_nothing == 0
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sent: u64 = self.sent.values().sum();
        write!(f, "  {sent} bad ballots sent:")?;
        for (what, number) in &self.sent {
            write!(f, " {what} {number},")?;
        }
        writeln!(f, " {} of them taken", self.taken)?;
        writeln!(
            f,
            "  {} ballots counted that should not be, or the other way round",
            self.strange
        )?;
        write!(
            f,
            "  {} decided or tied; {} had no quorum, {} of them decided all the same; \
             {} denied a quorum that was there",
            self.decided, self.no_quorum, self.without_quorum, self.lost_for_nothing
        )
    }
}
