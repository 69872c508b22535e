//! Who is asked about a task of a replay, in which order, and when nobody further is.

use super::Replay;
use super::counting::share;
use super::item::Item;
use crate::core::routing::convene::{Convening, Heard, is_settled};
use crate::core::routing::policy::Weighed;
use crate::core::routing::posterior::Estimate;
use crate::core::routing::trust::{DIVIDED, weigh};

/// Somebody who was asked: its place, and whether its answer says something of it beyond this task.
/// One that is only asked where others differ is asked what is hard.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked {
    pub(super) place: usize,
    pub(super) weight: f64,
    pub(super) is_evidence: bool,
    pub(super) round: usize,
}

impl Replay<'_> {
    /// Everybody in the order of asking, with the weight of the vote of each.
    pub(super) fn panel(
        &self,
        item: &Item,
        ranked: &[(usize, Weighed)],
        how: Convening,
    ) -> Vec<(usize, f64)> {
        let alternatives = item.alternatives();
        let (estimates, alternatives): (Vec<Estimate>, u32) = if is_divided(item, ranked, how) {
            let outlook = self.divided.outlook();
            let names = ranked.iter().map(|(_, one)| &one.name);
            let estimates = names.map(|name| outlook.estimate(name, item.kind, None));
            (estimates.collect(), alternatives.saturating_mul(DIVIDED))
        } else {
            (
                ranked.iter().map(|(_, one)| one.estimate).collect(),
                alternatives,
            )
        };
        let best = self
            .trust
            .smaller(item.kind)
            .filter(|size| *size < ranked.len());
        let weights = weigh(&estimates, alternatives, best);
        let places = ranked.iter().map(|(place, _)| *place);
        places.zip(weights).collect()
    }

    /// Asks them in that order, until it is settled what they say.
    pub(super) fn ask(
        &self,
        item: &Item,
        panel: &[(usize, f64)],
        how: Convening,
        threshold: Option<f64>,
    ) -> Vec<Asked> {
        let (first, most) = match how {
            Convening::One => (1, 1),
            Convening::Everybody => (panel.len(), panel.len()),
            Convening::Cascade { first, most } => (first.min(panel.len()), most.min(panel.len())),
        };
        let mut asked: Vec<Asked> = Vec::with_capacity(most);
        let mut heard: Vec<Heard> = Vec::with_capacity(most);
        let weights: Vec<f64> = panel.iter().map(|(_, weight)| *weight).collect();
        for (index, (place, weight)) in panel.iter().take(most).enumerate() {
            if index >= first {
                let left = weights.get(index..most).unwrap_or_default();
                let sure =
                    threshold.is_some_and(|least| self.calibration.read(share(&heard)) >= least);
                if sure || is_settled(first, &heard, left) {
                    break;
                }
            }
            heard.push(Heard {
                group: item.group(*place),
                weight: *weight,
            });
            asked.push(Asked {
                place: *place,
                weight: *weight,
                is_evidence: index < first,
                round: index.saturating_sub(first.saturating_sub(1)),
            });
        }
        asked
    }
}

/// Whether those who are asked first in a cascade differ.
pub(super) fn is_divided(item: &Item, ranked: &[(usize, Weighed)], how: Convening) -> bool {
    let Convening::Cascade { first, .. } = how else {
        return false;
    };
    let mut groups = ranked
        .iter()
        .take(first)
        .map(|(place, _)| item.group(*place));
    let one = groups.next().flatten();
    one.is_none() || groups.any(|other| other != one)
}

/// What those who were asked said, each with its weight.
pub(super) fn heard(item: &Item, asked: &[Asked]) -> Vec<Heard> {
    let each = asked.iter().map(|one| Heard {
        group: item.group(one.place),
        weight: one.weight,
    });
    each.collect()
}
