//! From ballots to an outcome.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::close::is_close;
use super::tally::tally_with;
use super::{
    Ballots, CloseCall, Counting, Ground, Nature, NextStep, NoDecision, Outcome, Pairwise, Profile,
    Robustness, Rule, Setup, Standing, Tally, Vote,
};
use crate::core::MemberName;

/// A vote counted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Count {
    /// How it ended.
    pub outcome: Outcome,
    /// How it would have ended with own candidates first on their authors' ballots. For show.
    pub with_own: Outcome,
    /// How many voters responded.
    pub present: usize,
    /// How many had to.
    pub needed: usize,
    /// The numbers of each of the nine rules.
    pub tallies: Vec<Tally>,
    /// Head to head.
    pub pairs: Pairwise,
    /// The candidate that beats each other one head to head.
    pub condorcet: Option<usize>,
    /// What each rule would have decided.
    pub robustness: Robustness,
    /// Between whom it is close, and who is to be asked again.
    pub close: Option<CloseCall>,
}

/// Counts a vote. `weights` are of use under the weighted rule; a voter without one weighs 1.
///
/// First the conditions: somebody may vote, there is something to vote on, the setup can work for the
/// panel, and the quorum responded. Else there is no decision.
///
/// **Closed answers.** The heads of the authors decide alone, unless they are tied or close. Then the
/// judging ballots are added, and decide among those between which it is close.
///
/// **Open answers.** Rules that count heads count them: authors for their own candidates, other voters
/// for the first ones on their ballots. The other rules count the ballots with own candidates left
/// out. What nobody else may judge can only be counted with own candidates in, and so is the whole
/// vote then. Leaving out may not turn two to one: where the rule, with own candidates in, elects one
/// that two voters prefer for each that prefers a leader of the recused count, that leader steps back.
///
/// A tie goes to the second rule, among those that are tied, and then on to other people.
#[must_use]
pub fn count(ballots: &Ballots, setup: &Setup, weights: &BTreeMap<MemberName, f64>) -> Count {
    let panel = ballots.panel();
    let (present, needed) = (ballots.present(), setup.quorum.needed(panel.size()));
    let why = if panel.size() == 0 {
        Some(NoDecision::EmptyPanel)
    } else if ballots.slate().is_empty() {
        Some(NoDecision::NoCandidates)
    } else if let Err(why) = setup.check(panel) {
        Some(NoDecision::Unworkable { why })
    } else if present < needed {
        Some(NoDecision::QuorumLost { present, needed })
    } else {
        None
    };
    let votes = Votes::of(ballots, setup.nature, weights);
    let shown = votes.shown(setup.rule);
    let judged = |outcome: &dyn Fn() -> Outcome| match &why {
        Some(why) => Outcome::NoDecision { why: why.clone() },
        None => outcome(),
    };
    let verdicts = Rule::ALL.map(|rule| {
        (
            rule,
            judged(&|| votes.verdict(rule).undecided(rule.standard_second())),
        )
    });
    let verdict = votes.verdict(setup.rule);
    let close = match why {
        Some(_) => None,
        None => CloseCall::of(&verdict.leaders, &verdict.close_in(&votes).pairs, ballots),
    };
    Count {
        outcome: judged(&|| votes.decided(&verdict, setup.second)),
        with_own: judged(&|| votes.with_own(setup)),
        present,
        needed,
        tallies: Rule::ALL.map(|rule| shown.tally(rule)).to_vec(),
        condorcet: shown.pairs.condorcet(),
        pairs: shown.pairs.clone(),
        robustness: Robustness::new(verdicts),
        close,
    }
}

/// A profile with its pairs, and what the rules say of it where all are asked.
#[derive(Debug)]
struct Counted {
    profile: Profile,
    pairs: Pairwise,
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

    fn tally(&self, rule: Rule) -> Tally {
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
struct Votes {
    nature: Nature,
    /// Where answers are closed.
    authors: Counted,
    own_in: Counted,
    /// Where answers are open, and some author judged; else it is as with own candidates in.
    recused: Option<Counted>,
}

/// What one rule says, before a second one is asked.
#[derive(Debug)]
struct Verdict {
    /// Those that lead, by number.
    leaders: Vec<usize>,
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
    fn undecided(self, second: Rule) -> Outcome {
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
    fn of(ballots: &Ballots, nature: Nature, weights: &BTreeMap<MemberName, f64>) -> Self {
        let counted = |counting| Counted::of(Profile::of(ballots, weights, counting)).with_all();
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

    fn verdict(&self, rule: Rule) -> Verdict {
        match self.nature {
            Nature::Closed => self.closed(rule),
            Nature::Open => self.open(rule),
        }
    }

    /// Whose numbers are shown beside what a rule decided.
    fn shown(&self, rule: Rule) -> &Counted {
        match self.nature {
            Nature::Closed if self.contenders().is_empty() => &self.authors,
            Nature::Closed => &self.own_in,
            Nature::Open => match self.recused() {
                Some(recused) if !rule.counts_heads() => recused,
                Some(_) | None => &self.own_in,
            },
        }
    }

    /// Those between which the heads of closed answers do not decide; none where they do.
    fn contenders(&self) -> Vec<usize> {
        let heads = self.authors.tally(Rule::Plurality).standing;
        let mut contenders = heads.leaders().to_vec();
        let Some(leader) = contenders.first().copied() else {
            return (0..self.authors.profile.candidates()).collect();
        };
        let pairs = &self.authors.pairs;
        for rival in 0..pairs.len() {
            let close = is_close(pairs.prefer(leader, rival), pairs.prefer(rival, leader));
            if close && !contenders.contains(&rival) {
                contenders.push(rival);
            }
        }
        contenders.sort_unstable();
        if contenders.len() < 2 {
            contenders.clear();
        }
        contenders
    }

    fn closed(&self, rule: Rule) -> Verdict {
        let contenders = self.contenders();
        if contenders.is_empty() {
            let standing = self.authors.tally(rule).standing;
            return Verdict::new(standing, Ground::Heads(rule), Counting::Authors);
        }
        // A majority, or all, of those only that are close to each other would be less than it says.
        let of_all = matches!(rule, Rule::Majority | Rule::Unanimity);
        let standing = if of_all {
            self.own_in.tally(rule).standing
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
    fn decided(&self, verdict: &Verdict, second: Rule) -> Outcome {
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

    fn with_own(&self, setup: &Setup) -> Outcome {
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
