//! Counts the answers of those who were asked.

use super::asking::Asked;
use super::item::Item;
use crate::core::routing::convene::Heard;
use crate::core::voting::profile::{Profile, Voice};
use crate::core::voting::rule::Rule;
use crate::core::voting::tally::tally;

/// What those who were asked said, to be counted; `None` where nobody said anything.
pub(super) fn profile(item: &Item, asked: &[Asked]) -> Option<Profile> {
    let groups = asked.iter().filter_map(|one| item.group(one.place));
    let candidates = groups.max()? + 1;
    let voices = asked.iter().filter_map(|one| {
        let group = item.group(one.place)?;
        Some(Voice::author(candidates, group).weighing(one.weight))
    });
    Some(Profile::new(candidates, voices.collect()))
}

/// The group that wins under a rule; of several that lead, the one of which the best member is. The
/// profile is that of those who were asked.
pub(super) fn winner(item: &Item, asked: &[Asked], profile: &Profile, rule: Rule) -> Option<usize> {
    let tally = tally(rule, profile);
    if let Some(winner) = tally.standing.winner() {
        return Some(winner);
    }
    let leaders = tally.standing.leaders();
    let mut by_weight: Vec<&Asked> = asked.iter().collect();
    by_weight.sort_by(|one, other| other.weight.total_cmp(&one.weight));
    let mut groups = by_weight.iter().filter_map(|one| item.group(one.place));
    groups.find(|group| leaders.contains(group))
}

/// The share of the weight that a group has.
pub(super) fn share_of(heard: &[Heard], group: Option<usize>) -> f64 {
    let all: f64 = heard.iter().map(|one| one.weight).sum();
    let of_group = heard
        .iter()
        .filter(|one| one.group.is_some() && one.group == group);
    let sum: f64 = of_group.map(|one| one.weight).sum();
    if all > 0.0 { sum / all } else { 0.0 }
}

/// The share of the weight that the leading group has.
pub(super) fn share(heard: &[Heard]) -> f64 {
    let groups = heard.iter().map(|one| share_of(heard, one.group));
    groups.fold(0.0, f64::max)
}
