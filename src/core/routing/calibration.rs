//! How sure a share of votes is, by how often such a share was right.
//!
//! Owns a histogram (histogram binning; Zadrozny and Elkan, 2001): shares of a tenth each, with the
//! results in each that were right. A bin with few results is held back towards all of them.

use serde::{Deserialize, Serialize};

use super::posterior::Evidence;

/// How many bins.
pub(crate) const BINS: usize = 10;
/// How many results a bin is held back by.
const WORTH: f64 = 5.0;

/// Results by the share that led to them.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Calibration {
    bins: [Evidence; BINS],
}

impl Calibration {
    /// How likely what has such a share, 0 to 1, is right.
    #[must_use]
    pub fn read(&self, share: f64) -> f64 {
        let all = self
            .bins
            .iter()
            .fold(Evidence::default(), |sum, one| Evidence {
                good: sum.good + one.good,
                n: sum.n + one.n,
            });
        let overall = (all.good + 1.0) / (all.n + 2.0);
        let here = self.bins.get(bin(share)).copied().unwrap_or_default();
        (here.good + overall * WORTH) / (here.n + WORTH)
    }

    /// How many results there are.
    #[must_use]
    pub fn len(&self) -> f64 {
        self.bins.iter().map(|bin| bin.n).sum()
    }

    /// Adds what came of a share.
    pub fn observe(&mut self, share: f64, right: bool) {
        if let Some(bin) = self.bins.get_mut(bin(share)) {
            bin.n += 1.0;
            bin.good += f64::from(u8::from(right));
        }
    }
}

/// In which of the bins a share is; what is none is taken as the nearest.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a share between 0 and 1"
)]
pub(crate) fn bin(share: f64) -> usize {
    ((share.clamp(0.0, 1.0) * BINS as f64) as usize).min(BINS - 1)
}

#[cfg(test)]
mod tests {
    use super::Calibration;

    #[test]
    fn a_share_is_worth_what_such_shares_were_worth() {
        let mut calibration = Calibration::default();
        assert!((calibration.read(0.9) - 0.5).abs() < 1e-12);
        for turn in 0..1_000 {
            calibration.observe(0.95, turn % 10 != 0);
            calibration.observe(0.35, turn % 10 == 0);
        }
        assert!((calibration.read(0.95) - 0.9).abs() < 0.01);
        assert!((calibration.read(0.35) - 0.1).abs() < 0.01);
        // What was never seen is worth what all of them are; what is no share is taken as the nearest.
        assert!((calibration.read(0.6) - 0.5).abs() < 0.01);
        assert!((calibration.read(7.0) - calibration.read(1.0)).abs() < 1e-12);
        assert!((calibration.read(f64::NAN) - calibration.read(0.0)).abs() < 1e-12);
    }
}
