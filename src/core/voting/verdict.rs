//! What one rule says of a vote, by the way in which answers of its nature are counted. The conditions
//! of a vote are the business of [`count`](super::count()), which tells the ways in words.

use std::collections::BTreeMap;

use super::close::rivals;
use super::tally::{NOISE, tally_with};
use super::{
    Ballots, Counting, Ground, Nature, NextStep, NoDecision, Outcome, Pairwise, Profile, Rule,
    Setup, Standing, Tally, Voice, Vote,
};
use crate::core::MemberName;

/// A profile with its pairs, and what the rules say of it where all are asked.
#[derive(Debug)]
pub(super) struct Counted {
    profile: Profile,
    pub(super) pairs: Pairwise,
    tallies: Vec<Tally>,
}

impl Counted {
    fn of(profile: Profile) -> Self {
        Self {
            pairs: Pairwise::of(&profile),
            profile,
            tallies: Vec::new(),
        }
    }

    fn with_all(self) -> Self {
        let tally = |rule| tally_with(rule, &self.profile, &self.pairs);
        Self {
            tallies: Rule::ALL.map(tally).to_vec(),
            ..self
        }
    }

    pub(super) fn tally(&self, rule: Rule) -> Tally {
        let known = self.tallies.iter().find(|tally| tally.rule == rule);
        known.map_or_else(
            || tally_with(rule, &self.profile, &self.pairs),
            Tally::clone,
        )
    }

    fn restricted(&self, kept: &[usize]) -> Self {
        Self::of(self.profile.restricted(kept))
    }
}

/// The ways to count the same ballots.
#[derive(Debug)]
pub(super) struct Votes {
    nature: Nature,
    /// Where answers are closed.
    authors: Counted,
    own_in: Counted,
    /// Where answers are open, and some author judged; else it is as with own candidates in.
    recused: Option<Counted>,
}

/// What one rule says, before a second one is asked.
#[derive(Debug)]
pub(super) struct Verdict {
    /// Those that lead, by number.
    pub(super) leaders: Vec<usize>,
    /// Why nobody leads, where nobody does.
    nobody: Option<NoDecision>,
    ground: Ground,
    basis: Counting,
}

impl Verdict {
    fn new(standing: Standing, ground: Ground, basis: Counting) -> Self {
        let (leaders, nobody) = match standing {
            Standing::Leads(leaders) => (leaders, None),
            Standing::Nobody(why) => (Vec::new(), Some(why)),
        };
        Self {
            leaders,
            nobody,
            ground,
            basis,
        }
    }

    /// The ballots in which it may be close.
    fn close_in<'a>(&self, votes: &'a Votes) -> &'a Counted {
        match self.basis {
            Counting::Authors => &votes.authors,
            Counting::OwnIn => &votes.own_in,
            Counting::Recused => votes.recused.as_ref().unwrap_or(&votes.own_in),
        }
    }

    /// The outcome where no second rule is asked.
    pub(super) fn undecided(self, second: Rule) -> Outcome {
        match (self.leaders.as_slice(), self.nobody) {
            ([candidate], _) => Outcome::Winner {
                candidate: *candidate,
                ground: self.ground,
            },
            ([], why) => Outcome::NoDecision {
                why: why.unwrap_or(NoDecision::NoVotes),
            },
            ([_, _, ..], _) => Outcome::Tie {
                among: self.leaders,
                next: vec![
                    NextStep::SecondRule(second),
                    NextStep::Expert,
                    NextStep::Operator,
                ],
            },
        }
    }
}

impl Votes {
    pub(super) fn of(
        ballots: &Ballots,
        nature: Nature,
        weights: &BTreeMap<MemberName, f64>,
        besides: &[Voice],
    ) -> Self {
        let counted = |counting| {
            let profile = Profile::of(ballots, weights, counting);
            let besides = match counting {
                // They wrote nothing.
                Counting::Authors => &[],
                Counting::OwnIn | Counting::Recused => besides,
            };
            Counted::of(profile.and(besides)).with_all()
        };
        let judging_author = ballots.votes().any(|(voter, vote)| match vote {
            Vote::Ranked(_) => ballots.slate().own(voter).is_some(),
            Vote::Abstained(_) => false,
        });
        Self {
            nature,
            authors: match nature {
                Nature::Closed => counted(Counting::Authors),
                Nature::Open => Counted::of(Profile::default()),
            },
            own_in: counted(Counting::OwnIn),
            recused: match nature {
                Nature::Open if judging_author => Some(counted(Counting::Recused)),
                Nature::Open | Nature::Closed => None,
            },
        }
    }

    /// The ballots with own candidates left out, where they can be counted like that.
    fn recused(&self) -> Option<&Counted> {
        self.recused.as_ref().filter(|it| it.profile.knows_all())
    }

    pub(super) fn verdict(&self, rule: Rule) -> Verdict {
        match self.nature {
            Nature::Closed => self.closed(rule),
            Nature::Open => self.open(rule),
        }
    }

    /// Whose numbers are shown beside what a rule decided.
    pub(super) fn shown(&self, rule: Rule) -> &Counted {
        match self.nature {
            Nature::Closed if self.contenders(rule).is_empty() => &self.authors,
            Nature::Closed => &self.own_in,
            Nature::Open => match self.recused() {
                Some(recused) if !rule.counts_heads() => recused,
                Some(_) | None => &self.own_in,
            },
        }
    }

    /// Those between which the heads of closed answers do not decide, at least two. None where they do:
    /// where the lead is two to one, or so large that one voter who changes sides would not end it.
    fn contenders(&self, rule: Rule) -> Vec<usize> {
        let heads = match rule {
            Rule::Weighted => Rule::Weighted,
            Rule::Plurality
            | Rule::Majority
            | Rule::Approval
            | Rule::Borda
            | Rule::Schulze
            | Rule::RankedPairs
            | Rule::Score
            | Rule::Unanimity => Rule::Plurality,
        };
        let bars = self.authors.tally(heads).bars;
        let Some(most) = bars.iter().flatten().copied().max_by(f64::total_cmp) else {
            // Nobody who may vote is an author.
            return (0..bars.len()).collect();
        };
        let voices = self.authors.profile.voices().iter();
        let one = if heads == Rule::Weighted {
            voices.map(Voice::weight).fold(0.0, f64::max)
        } else {
            1.0
        };
        let stands = |bar: &f64| most - bar <= 2.0 * one + NOISE && most + NOISE < 2.0 * bar;
        let contenders = bars.iter().enumerate();
        let contenders: Vec<usize> = contenders
            .filter(|(_, bar)| bar.is_some_and(|bar| stands(&bar)))
            .map(|(candidate, _)| candidate)
            .collect();
        if contenders.len() < 2 {
            return Vec::new();
        }
        contenders
    }

    /// Between whom it is close, by what is known.
    pub(super) fn between(&self, rule: Rule, verdict: &Verdict, judged: bool) -> Vec<usize> {
        match self.nature {
            Nature::Closed if !judged => self.contenders(rule),
            Nature::Closed | Nature::Open => {
                rivals(&verdict.leaders, &verdict.close_in(self).pairs)
            }
        }
    }

    fn closed(&self, rule: Rule) -> Verdict {
        let contenders = self.contenders(rule);
        if contenders.is_empty() {
            let standing = self.authors.tally(rule).standing;
            return Verdict::new(standing, Ground::Heads(rule), Counting::Authors);
        }
        // A majority, or all, of those only that are close to each other would be less than it says.
        let of_all = matches!(rule, Rule::Majority | Rule::Unanimity);
        let standing = if of_all {
            match self.own_in.tally(rule).standing {
                Standing::Leads(leaders) if !contenders.contains(leaders.first().unwrap_or(&0)) => {
                    Standing::Nobody(NoDecision::NoMajority)
                }
                standing @ (Standing::Leads(_) | Standing::Nobody(_)) => standing,
            }
        } else {
            let among = self.own_in.restricted(&contenders);
            numbered(among.tally(rule).standing, &contenders)
        };
        Verdict::new(standing, Ground::Rule(rule), Counting::OwnIn)
    }

    fn open(&self, rule: Rule) -> Verdict {
        let own_in = self.own_in.tally(rule).standing;
        let Some(recused) = self.recused().filter(|_| !rule.counts_heads()) else {
            return Verdict::new(own_in, Ground::Rule(rule), Counting::OwnIn);
        };
        let recused = recused.tally(rule).standing;
        let Some(stands) = own_in.winner() else {
            return Verdict::new(recused, Ground::Rule(rule), Counting::Recused);
        };
        let mut leaders = recused.leaders().to_vec();
        leaders.retain(|one| *one == stands || !self.own_in.pairs.is_two_to_one(stands, *one));
        if leaders.len() == recused.leaders().len() {
            return Verdict::new(recused, Ground::Rule(rule), Counting::Recused);
        }
        if leaders.is_empty() {
            leaders.push(stands);
        }
        let standing = Standing::Leads(leaders);
        Verdict::new(standing, Ground::TwoToOne(rule), Counting::Recused)
    }

    /// The outcome of a verdict, with the second rule asked about a tie.
    pub(super) fn decided(&self, verdict: &Verdict, second: Rule) -> Outcome {
        match (verdict.leaders.as_slice(), &verdict.nobody) {
            ([candidate], _) => Outcome::Winner {
                candidate: *candidate,
                ground: verdict.ground,
            },
            ([], why) => Outcome::NoDecision {
                why: why.clone().unwrap_or(NoDecision::NoVotes),
            },
            (tied, _) => {
                let among = Self {
                    nature: Nature::Open,
                    authors: Counted::of(Profile::default()),
                    own_in: self.own_in.restricted(tied),
                    recused: self.recused.as_ref().map(|it| it.restricted(tied)),
                };
                let standing = Standing::Leads(among.open(second).leaders);
                after_second(&numbered(standing, tied), tied, second)
            }
        }
    }

    pub(super) fn with_own(&self, setup: &Setup) -> Outcome {
        let standing = self.own_in.tally(setup.rule).standing;
        let ground = Ground::Rule(setup.rule);
        let verdict = Verdict::new(standing, ground, Counting::OwnIn);
        if verdict.leaders.len() < 2 {
            return verdict.undecided(setup.second);
        }
        let tied = &verdict.leaders;
        let standing = self.own_in.restricted(tied).tally(setup.second).standing;
        after_second(&numbered(standing, tied), tied, setup.second)
    }
}

fn after_second(standing: &Standing, tied: &[usize], second: Rule) -> Outcome {
    let ground = Ground::SecondRule(second);
    match standing.leaders() {
        [candidate] => Outcome::Winner {
            candidate: *candidate,
            ground,
        },
        leaders @ ([] | [_, _, ..]) => Outcome::Tie {
            among: if leaders.is_empty() { tied } else { leaders }.to_vec(),
            next: vec![NextStep::Expert, NextStep::Operator],
        },
    }
}

/// Leaders among some of the candidates, by their numbers among all.
fn numbered(standing: Standing, among: &[usize]) -> Standing {
    match standing {
        Standing::Leads(leaders) => {
            let all = leaders.iter().filter_map(|place| among.get(*place));
            Standing::Leads(all.copied().collect())
        }
        Standing::Nobody(why) => Standing::Nobody(why),
    }
}
