//! So many of so many, and how sure that is.

use serde::{Deserialize, Serialize};

/// The normal deviate of a two-sided interval of 95 of 100.
const Z: f64 = 1.959_963_984_540_054;

/// So many of so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Share {
    /// How many of them.
    pub of: u64,
    /// Of how many.
    pub n: u64,
}

impl Share {
    /// A share of sums from which something may have been taken back.
    pub(super) fn of_sums(of: i64, n: i64) -> Self {
        let n = u64::try_from(n).unwrap_or(0);
        Self {
            of: u64::try_from(of).unwrap_or(0).min(n),
            n,
        }
    }

    /// All of these together.
    pub(super) fn sum(shares: impl Iterator<Item = Self>) -> Self {
        shares.fold(Self::default(), |all, one| Self {
            of: all.of.saturating_add(one.of),
            n: all.n.saturating_add(one.n),
        })
    }

    /// 0 to 1; `None` of nothing.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
    pub fn rate(self) -> Option<f64> {
        (self.n > 0).then(|| self.of as f64 / self.n as f64)
    }

    /// The interval of 95 of 100 after Wilson, which stays within 0 and 1 and is honest for few; `None`
    /// of nothing.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
    pub fn interval(self) -> Option<(f64, f64)> {
        let rate = self.rate()?;
        let n = self.n as f64;
        let squared = Z * Z;
        let whole = 1.0 + squared / n;
        let middle = (rate + squared / (2.0 * n)) / whole;
        let half = Z * (rate * (1.0 - rate) / n + squared / (4.0 * n * n)).sqrt() / whole;
        Some(((middle - half).max(0.0), (middle + half).min(1.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::Share;

    #[test]
    fn the_interval_is_that_of_wilson() {
        let (low, high) = Share { of: 8, n: 10 }.interval().unwrap();
        assert!((low - 0.4902).abs() < 1e-4 && (high - 0.9433).abs() < 1e-4);
        let (low, high) = Share { of: 3, n: 3 }.interval().unwrap();
        assert!((low - 0.4385).abs() < 1e-4 && (high - 1.0).abs() < 1e-12);
        let (low, _) = Share { of: 0, n: 1 }.interval().unwrap();
        assert!(low.abs() < 1e-12);
    }

    #[test]
    fn of_nothing_nothing_is_known() {
        let nothing = Share::of_sums(-1, -3);
        assert_eq!((nothing.rate(), nothing.interval()), (None, None));
        // More was taken back than was given in the time looked at.
        assert_eq!(Share::of_sums(-1, 2).rate(), Some(0.0));
        assert_eq!(Share::of_sums(5, 2).rate(), Some(1.0));
    }
}
