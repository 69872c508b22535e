//! One rule's numbers for the candidates, and who leads by them.

use serde::{Deserialize, Serialize};

use super::ranked_pairs::ranked_pairs;
use super::schulze::schulze;
use super::{NoDecision, Pairwise, Profile, Rule, heads, points};

/// Numbers nearer than this are equal: far more than the noise of adding up a thousand of them, far
/// less than one voter can move them.
pub(super) const NOISE: f64 = 1e-9;

/// A number for each candidate; `None` where nobody could give one.
pub(super) type Bars = Vec<Option<f64>>;

/// What a rule says of a profile.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tally {
    /// Which rule.
    pub rule: Rule,
    /// A number for each candidate, in the rule's own unit ([`Rule::unit`]); the more the better. `None`
    /// where nobody judged it.
    pub bars: Vec<Option<f64>>,
    /// Who leads.
    pub standing: Standing,
}

/// Who leads under a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// These, in the order of their numbers; several are tied. Never empty.
    Leads(Vec<usize>),
    /// Nobody does enough.
    Nobody(NoDecision),
}

impl Standing {
    /// The one that leads alone.
    #[must_use]
    pub fn winner(&self) -> Option<usize> {
        match self.leaders() {
            [winner] => Some(*winner),
            [] | [_, _, ..] => None,
        }
    }

    /// Those that lead.
    #[must_use]
    pub fn leaders(&self) -> &[usize] {
        match self {
            Self::Leads(leaders) => leaders,
            Self::Nobody(_) => &[],
        }
    }
}

/// Counts a profile under one rule.
#[must_use]
pub fn tally(rule: Rule, profile: &Profile) -> Tally {
    let pairs = match rule {
        Rule::Schulze | Rule::RankedPairs => Pairwise::of(profile),
        Rule::Plurality
        | Rule::Majority
        | Rule::Approval
        | Rule::Borda
        | Rule::Score
        | Rule::Weighted
        | Rule::Unanimity => Pairwise::default(),
    };
    tally_with(rule, profile, &pairs)
}

/// Counts a profile under all nine rules, in their order. The pairs are counted once.
#[must_use]
pub fn tally_all(profile: &Profile) -> Vec<Tally> {
    let pairs = Pairwise::of(profile);
    let all = Rule::ALL.into_iter();
    all.map(|rule| tally_with(rule, profile, &pairs)).collect()
}

/// As [`tally`], where the pairs are counted already.
pub(super) fn tally_with(rule: Rule, profile: &Profile, pairs: &Pairwise) -> Tally {
    let why = if profile.candidates() == 0 {
        Some(NoDecision::NoCandidates)
    } else if profile.voices().is_empty() {
        Some(NoDecision::NoVotes)
    } else {
        None
    };
    if let Some(why) = why {
        return Tally {
            rule,
            bars: vec![None; profile.candidates()],
            standing: Standing::Nobody(why),
        };
    }
    let (bars, standing) = match rule {
        Rule::Plurality => heads::plurality(profile),
        Rule::Majority => heads::majority(profile),
        Rule::Approval => points::approval(profile),
        Rule::Borda => points::borda(profile),
        Rule::Schulze => schulze(pairs),
        Rule::RankedPairs => ranked_pairs(pairs),
        Rule::Score => points::score(profile),
        Rule::Weighted => heads::weighted(profile),
        Rule::Unanimity => heads::unanimity(profile),
    };
    Tally {
        rule,
        bars,
        standing,
    }
}

/// Those with the largest number; all of them where nobody has one.
pub(super) fn leaders(bars: &Bars) -> Vec<usize> {
    let most = bars.iter().flatten().copied().max_by(f64::total_cmp);
    let Some(most) = most else {
        return (0..bars.len()).collect();
    };
    let near = NOISE * most.abs().max(1.0);
    let leads = bars
        .iter()
        .enumerate()
        .filter(|(_, bar)| bar.is_some_and(|bar| bar >= most - near));
    leads.map(|(candidate, _)| candidate).collect()
}
