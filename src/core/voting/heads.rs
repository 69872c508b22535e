//! Rules that count heads: plurality, majority, weighted, unanimity.

use super::tally::{Bars, leaders};
use super::{NoDecision, Profile, Standing};

/// Parts of a head. Several first preferences share it in equal whole parts, so that sums are exact.
const PARTS: u64 = 720_720;

/// Heads of each candidate, in parts.
fn heads(profile: &Profile) -> Vec<u64> {
    let mut heads = vec![0; profile.candidates()];
    for voice in profile.voices() {
        let share = PARTS.checked_div(voice.heads().len() as u64);
        for candidate in voice.heads() {
            if let Some(sum) = heads.get_mut(*candidate) {
                *sum += share.unwrap_or_default();
            }
        }
    }
    heads
}

#[expect(clippy::cast_precision_loss, reason = "parts of some thousand heads")]
fn bars(heads: &[u64]) -> Bars {
    let bar = |parts: &u64| Some(*parts as f64 / PARTS as f64);
    heads.iter().map(bar).collect()
}

/// The most heads.
pub(super) fn plurality(profile: &Profile) -> (Bars, Standing) {
    let heads = heads(profile);
    let most = heads.iter().max().copied().unwrap_or_default();
    let leaders = heads.iter().enumerate().filter(|(_, it)| **it == most);
    let leaders = leaders.map(|(candidate, _)| candidate).collect();
    (bars(&heads), Standing::Leads(leaders))
}

/// More than half of the heads.
pub(super) fn majority(profile: &Profile) -> (Bars, Standing) {
    let heads = heads(profile);
    let voting = profile.voices().iter().filter(|it| !it.heads().is_empty());
    let all = PARTS * voting.count() as u64;
    let winner = heads.iter().position(|it| it * 2 > all);
    let standing = match winner {
        Some(winner) => Standing::Leads(vec![winner]),
        None => Standing::Nobody(NoDecision::NoMajority),
    };
    (bars(&heads), standing)
}

/// All heads.
pub(super) fn unanimity(profile: &Profile) -> (Bars, Standing) {
    let heads = heads(profile);
    let mut supported = heads.iter().enumerate().filter(|(_, it)| **it > 0);
    let standing = match (supported.next(), supported.next()) {
        (Some((winner, _)), None) => Standing::Leads(vec![winner]),
        (Some(_), Some(_)) | (None, _) => Standing::Nobody(NoDecision::NotUnanimous),
    };
    (bars(&heads), standing)
}

/// The heaviest heads.
#[expect(
    clippy::cast_precision_loss,
    reason = "a voter has few first preferences"
)]
pub(super) fn weighted(profile: &Profile) -> (Bars, Standing) {
    let mut sums = vec![0.0; profile.candidates()];
    for voice in profile.voices() {
        let share = voice.weight() / voice.heads().len() as f64;
        for candidate in voice.heads() {
            if let Some(sum) = sums.get_mut(*candidate) {
                *sum += share;
            }
        }
    }
    let bars: Bars = sums.into_iter().map(Some).collect();
    let leaders = leaders(&bars);
    (bars, Standing::Leads(leaders))
}
