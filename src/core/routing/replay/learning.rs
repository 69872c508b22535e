//! What a replay learns from a task: of those who answered, of shares of votes, and of smaller panels.

use super::Replay;
use super::asking::{Asked, heard, is_divided};
use super::counting::{profile, share_of, winner};
use super::item::Item;
use super::outcome::Outcome;
use super::way::Way;
use crate::core::routing::convene::Convening;
use crate::core::routing::policy::Weighed;
use crate::core::routing::trust::{SMALLER, weigh};
use crate::core::voting::rule::Rule;

impl Replay<'_> {
    /// Learns from a task whose outcome is known.
    pub(super) fn learn(
        &mut self,
        item: &Item,
        asked: &[Asked],
        outcome: &Outcome,
        ranked: &[(usize, Weighed)],
        how: Convening,
    ) {
        let divided = is_divided(item, ranked, how);
        for one in asked {
            if let Some(given) = self.given.get_mut(one.place) {
                *given = self.worked as u64;
            }
            if let Some(pace) = self.paces.get_mut(one.place) {
                pace.see(item.of(one.place));
            }
            let Some(name) = self.members.get(one.place) else {
                continue;
            };
            let Some(right) = item.of(one.place).right else {
                continue;
            };
            let value = f64::from(u8::from(right));
            if divided {
                self.divided.observe(name, item.kind, value, 1.0);
            }
            if one.is_evidence {
                let seen = self.posterior.observe(name, item.kind, value, 1.0);
                if seen.is_some_and(|(_, changed)| changed.is_some()) {
                    self.changes += 1;
                }
            }
        }
        let Some(right) = outcome.right else { return };
        if asked.len() > 1 {
            let group = outcome.member.and_then(|place| item.group(place));
            let share = share_of(&heard(item, asked), group);
            self.calibration.observe(share, right);
        }
        if asked.len() > 1 && (matches!(self.way, Way::Rule { .. }) || asked.len() == ranked.len())
        {
            self.compare(item, ranked, asked);
        }
    }

    /// What the whole panel and the smaller ones would have said, and whether that was right.
    fn compare(&mut self, item: &Item, ranked: &[(usize, Weighed)], asked: &[Asked]) {
        let estimates: Vec<_> = ranked.iter().map(|(_, one)| one.estimate).collect();
        let alternatives = item.alternatives();
        let mut panel: Vec<Asked> = ranked
            .iter()
            .filter(|(place, _)| asked.iter().any(|one| one.place == *place))
            .map(|(place, _)| Asked {
                place: *place,
                weight: 0.0,
                is_evidence: true,
                round: 0,
            })
            .collect();
        let Some(mut profile) = profile(item, &panel) else {
            return;
        };
        let mut right = |best: Option<usize>| {
            let weights = weigh(&estimates, alternatives, best);
            let all = ranked.iter().zip(weights);
            let weights = all.filter(|((place, _), _)| asked.iter().any(|one| one.place == *place));
            for (one, (_, weight)) in panel.iter_mut().zip(weights) {
                one.weight = weight;
            }
            let spoke = panel.iter().filter(|one| item.group(one.place).is_some());
            profile.weigh(spoke.map(|one| one.weight));
            let winner = winner(item, &panel, &profile, Rule::Weighted)?;
            let author = panel
                .iter()
                .find(|one| item.group(one.place) == Some(winner))?;
            item.of(author.place).right
        };
        if let Some(whole) = right(None) {
            let smaller = SMALLER.map(|size| right(Some(size)).unwrap_or(whole));
            self.trust.observe(item.kind, whole, smaller);
        }
    }
}
