//! Close calls: who is asked again in the reversed order, and what a changed mind counts for.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Ballot, Ballots, Pairwise, Vote};
use crate::core::MemberName;

/// A result that one voter could have turned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloseCall {
    /// The candidates between which it is close, at least two.
    pub between: Vec<usize>,
    /// The voters whose ballots tell them apart and who were not asked again yet.
    pub ask: Vec<MemberName>,
}

impl CloseCall {
    /// A close call between these candidates, if they are two at least. Where nobody has judged yet,
    /// nobody can be asked again: then sheets are to be given out first.
    #[must_use]
    pub fn of(between: Vec<usize>, ballots: &Ballots) -> Option<Self> {
        if between.len() < 2 {
            return None;
        }
        let ask = ballots
            .votes()
            .filter(|(voter, _)| ballots.vote_again(voter).is_none())
            .filter(|(_, vote)| match vote {
                Vote::Ranked(ballot) => tells_apart(ballot, &between),
                Vote::Abstained(_) => false,
            });
        let ask = ask.map(|(voter, _)| voter.clone()).collect();
        Some(Self { between, ask })
    }
}

/// The leaders, and those that one of them leads so narrowly that it should be asked again.
pub(super) fn rivals(leaders: &[usize], pairs: &Pairwise) -> Vec<usize> {
    let near = |one: &usize, other| is_close(pairs.prefer(*one, other), pairs.prefer(other, *one));
    (0..pairs.len())
        .filter(|it| leaders.contains(it) || leaders.iter().any(|one| near(one, *it)))
        .collect()
}

/// Whether one voter who changes sides would end a lead, and the lead is less than two to one.
#[must_use]
pub fn is_close(leader: u32, rival: u32) -> bool {
    leader.abs_diff(rival) <= 2 && leader.max(rival) < leader.min(rival).saturating_mul(2)
}

fn tells_apart(ballot: &Ballot, among: &[usize]) -> bool {
    let mut levels = among.iter().filter_map(|it| ballot.level(*it));
    let first = levels.next();
    levels.any(|level| Some(level) != first)
}

/// Pairs that two ballots of one voter rank the other way round.
fn turned(first: &Ballot, again: &Ballot) -> Vec<(usize, usize)> {
    let asked: Vec<usize> = again.ranking().iter().flatten().copied().collect();
    let mut turned = Vec::new();
    for (index, one) in asked.iter().enumerate() {
        for other in asked.iter().skip(index + 1) {
            let order = |ballot: &Ballot| Some(ballot.level(*one)?.cmp(&ballot.level(*other)?));
            if let (Some(before), Some(after)) = (order(first), order(again))
                && before.is_ne()
                && before == after.reverse()
            {
                turned.push((*one, *other));
            }
        }
    }
    turned
}

/// The ballot that counts after its voter was asked again: what it turned round is no preference, so
/// those two are put on one level, with whatever stood between them.
#[must_use]
pub fn settled(first: &Ballot, again: &Ballot) -> Ballot {
    let mut ballot = first.clone();
    for (one, other) in turned(first, again) {
        if let (Some(one), Some(other)) = (ballot.level(one), ballot.level(other)) {
            ballot = ballot.levelled(one, other);
        }
    }
    ballot
}

/// How often a voter was asked again, and how often it then turned round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Flips {
    /// Times asked again.
    pub asked: u64,
    /// Times its ballot had turned round.
    pub turned: u64,
}

impl Flips {
    /// Its share of turned ballots, 0 to 1; `None` before it was asked.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
    pub fn rate(self) -> Option<f64> {
        (self.asked > 0).then(|| self.turned as f64 / self.asked as f64)
    }

    /// With what one more vote shows.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            asked: self.asked.saturating_add(other.asked),
            turned: self.turned.saturating_add(other.turned),
        }
    }
}

/// What one vote shows of the voters that were asked again.
#[must_use]
pub fn flips(ballots: &Ballots) -> BTreeMap<MemberName, Flips> {
    let mut flips = BTreeMap::new();
    for (voter, vote) in ballots.votes() {
        if let (Vote::Ranked(first), Some(Vote::Ranked(again))) = (vote, ballots.vote_again(voter))
        {
            let turned = u64::from(!turned(first, again).is_empty());
            flips.insert(voter.clone(), Flips { asked: 1, turned });
        }
    }
    flips
}
