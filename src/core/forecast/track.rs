//! How forecasts turned out: whether times were kept, what was paid for what was expected, how often
//! councils agreed that were expected to.
//!
//! Owns the figures by which a forecast is judged. A good one keeps nine of ten times, costs what it
//! says, and of councils that are said to agree in 70 % of all cases 70 % do.

use serde::{Deserialize, Serialize};

use super::Forecast;
use crate::core::metrics::Share;
use crate::core::routing::calibration::{BINS, bin};

/// What has become of forecasts.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Track {
    timed: f64,
    in_time: f64,
    /// Of the logarithms of what it took over what was likely.
    off: f64,
    priced: f64,
    expected_usd: f64,
    paid_usd: f64,
    agreements: [Bin; BINS],
}

/// Councils with about the same chance.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
struct Bin {
    n: f64,
    expected: f64,
    agreed: f64,
    squares: f64,
}

/// What forecasts are worth. A share without a case is `None`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Turned {
    /// Of the times that were foretold those in which it took no longer than was said of nine in ten.
    pub in_time: Share,
    /// How long it took over what was likely, in the geometric mean: above 1 forecasts are too short.
    pub pace: Option<f64>,
    /// How many prices were foretold.
    pub priced: u64,
    /// What was paid over what was expected.
    pub paid: Option<f64>,
    /// Of the councils that were foretold those that agreed.
    pub agreed: Share,
    /// In what share they were expected to.
    pub expected: Option<f64>,
    /// The mean square of the error of the chances (Brier, 1950): 0 is perfect, 0.25 is a coin.
    pub brier: Option<f64>,
    /// By how much the chances are off, in the mean over ten bins (expected calibration error).
    pub off: Option<f64>,
}

impl Track {
    /// The answers of a task were there after so many seconds.
    pub(crate) fn took(&mut self, forecast: &Forecast, seconds: f64) {
        let Some(expected) = forecast.seconds.filter(|it| it.likely > 0.0) else {
            return;
        };
        self.timed += 1.0;
        self.in_time += f64::from(u8::from(seconds <= expected.most));
        self.off += (seconds.max(0.001) / expected.likely).ln();
    }

    /// The answers of a task cost so much.
    pub(crate) fn paid(&mut self, forecast: &Forecast, usd: f64) {
        if let Some(expected) = forecast.usd {
            self.priced += 1.0;
            self.expected_usd += expected;
            self.paid_usd += usd;
        }
    }

    /// The answers of a council agreed, or differed.
    pub(crate) fn met(&mut self, forecast: &Forecast, agreed: bool) {
        let Some(chance) = forecast.agree else {
            return;
        };
        if let Some(bin) = self.agreements.get_mut(bin(chance)) {
            let came = f64::from(u8::from(agreed));
            bin.n += 1.0;
            bin.expected += chance;
            bin.agreed += came;
            bin.squares += (came - chance) * (came - chance);
        }
    }

    /// What they are worth.
    #[must_use]
    pub fn turned(&self) -> Turned {
        let over = |sum: f64, n: f64| (n > 0.0).then(|| sum / n);
        let sum = |of: fn(&Bin) -> f64| self.agreements.iter().map(of).sum::<f64>();
        let (councils, agreed) = (sum(|bin| bin.n), sum(|bin| bin.agreed));
        let off = sum(|bin| (bin.expected - bin.agreed).abs());
        Turned {
            in_time: share(self.in_time, self.timed),
            pace: over(self.off, self.timed).map(f64::exp),
            priced: whole(self.priced),
            paid: over(self.paid_usd, self.expected_usd),
            agreed: share(agreed, councils),
            expected: over(sum(|bin| bin.expected), councils),
            brier: over(sum(|bin| bin.squares), councils),
            off: over(off, councils),
        }
    }
}

/// A count that was kept as a number of any sort.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it only ever had ones added"
)]
fn whole(count: f64) -> u64 {
    count.max(0.0) as u64
}

fn share(of: f64, n: f64) -> Share {
    let (of, n) = (whole(of), whole(n));
    Share { of, n }
}

#[cfg(test)]
mod tests {
    use super::Track;
    use crate::core::forecast::{Forecast, Seconds};
    use crate::core::metrics::Share;

    const SAID: Forecast = Forecast {
        seconds: Some(Seconds {
            likely: 10.0,
            most: 30.0,
        }),
        usd: Some(0.02),
        agree: Some(0.75),
    };

    #[test]
    fn nothing_foretold_is_worth_nothing_and_divided_by_nothing() {
        let mut track = Track::default();
        track.took(&Forecast::default(), 5.0);
        track.paid(&Forecast::default(), 1.0);
        track.met(&Forecast::default(), true);
        assert_eq!(track, Track::default());
        let turned = track.turned();
        assert_eq!(turned.in_time.rate(), None);
        assert_eq!((turned.paid, turned.brier), (None, None));
    }

    #[test]
    fn what_came_is_held_against_what_was_said() {
        let mut track = Track::default();
        for turn in 0..4 {
            track.took(&SAID, if turn == 0 { 40.0 } else { 10.0 });
            track.paid(&SAID, 0.03);
            track.met(&SAID, turn > 0);
        }
        let turned = track.turned();
        let three = Share { of: 3, n: 4 };
        assert_eq!((turned.in_time, turned.agreed), (three, three));
        assert!((turned.pace.unwrap() - 4.0_f64.powf(0.25)).abs() < 1e-12);
        assert!((turned.paid.unwrap() - 1.5).abs() < 1e-12);
        assert!(turned.off.unwrap() < 1e-12);
        assert!((turned.brier.unwrap() - 0.75 * 0.25).abs() < 1e-12);
    }
}
