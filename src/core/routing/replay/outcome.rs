//! What became of one task: whose answer stands, whether it is right, how sure that was, and what it took.

use super::Replay;
use super::asking::{Asked, heard};
use super::counting::{profile, share_of, winner};
use super::item::Item;
use crate::core::routing::policy::Weighed;
use crate::core::voting::rule::Rule;

/// What became of one task.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outcome {
    /// Whether the result was right; `None` where the record does not say it.
    pub right: Option<bool>,
    /// How sure the result was said to be, 0 to 1.
    pub sure: f64,
    /// How many were asked.
    pub calls: usize,
    /// How long it took, in seconds: those that are asked at once take as long as the slowest of them.
    pub seconds: Option<f64>,
    /// What it cost, in US dollars.
    pub cost: Option<f64>,
    /// The place of the member whose answer it is.
    pub member: Option<usize>,
}

impl Replay<'_> {
    /// What comes of the answers of those who were asked; `None` where nobody was.
    pub(super) fn decide(
        &self,
        item: &Item,
        asked: &[Asked],
        rule: Rule,
        ranked: &[(usize, Weighed)],
    ) -> Option<Outcome> {
        let best = asked.first()?;
        let mean = |place: usize| {
            let known = ranked.iter().find(|(known, _)| *known == place);
            known.map_or(0.5, |(_, one)| one.estimate.mean)
        };
        let (member, sure) = if asked.len() == 1 {
            (best.place, mean(best.place))
        } else {
            let profile = profile(item, asked);
            let winner = profile.and_then(|profile| winner(item, asked, &profile, rule));
            let of_winner = asked
                .iter()
                .find(|one| winner.is_some() && item.group(one.place) == winner);
            // Where the rule decides nothing, the best record does.
            let member = of_winner.unwrap_or(best).place;
            let share = share_of(&heard(item, asked), item.group(member));
            (member, self.calibration.read(share))
        };
        let mut cost = Some(0.0);
        let mut seconds = Some(0.0);
        let mut slowest: (usize, f64) = (0, 0.0);
        for one in asked {
            let said = item.of(one.place);
            cost = cost.zip(said.cost).map(|(sum, more)| sum + f64::from(more));
            match said.seconds.map(f64::from) {
                Some(took) if one.round == slowest.0 => slowest.1 = slowest.1.max(took),
                Some(took) => {
                    seconds = seconds.map(|sum: f64| sum + slowest.1);
                    slowest = (one.round, took);
                }
                None => seconds = None,
            }
        }
        // What one of them would have said that nobody knows might have changed it.
        let is_known = asked.iter().all(|one| item.knows(one.place));
        Some(Outcome {
            right: item.of(member).right.filter(|_| is_known),
            sure,
            calls: asked.len(),
            seconds: seconds.map(|sum| sum + slowest.1),
            cost,
            member: Some(member),
        })
    }
}
