//! From ballots to an outcome.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::verdict::Votes;
use super::{
    Ballots, CloseCall, NoDecision, Outcome, Pairwise, Robustness, Rule, Setup, Tally, Voice, Vote,
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
/// judging ballots are added, and decide among those between which it is close. Under the weighted
/// rule it is weights that are tied or close.
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
    count_with(ballots, setup, weights, &[])
}

/// The same with voices of others than the panel besides, which judge what all did. They are no authors
/// and count for no quorum. For show.
#[must_use]
pub fn count_with(
    ballots: &Ballots,
    setup: &Setup,
    weights: &BTreeMap<MemberName, f64>,
    besides: &[Voice],
) -> Count {
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
    let votes = Votes::of(ballots, setup.nature, weights, besides);
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
    let judged_by_some = || {
        let mut votes = ballots.votes();
        !besides.is_empty() || votes.any(|(_, vote)| matches!(vote, Vote::Ranked(_)))
    };
    let between = match why {
        Some(_) => Vec::new(),
        None => votes.between(setup.rule, &verdict, judged_by_some()),
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
        close: CloseCall::of(between, ballots),
    }
}
