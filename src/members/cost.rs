//! What a call costs: tokens as reported, or estimated where the server reports none, and money
//! from the member's configured prices. Pure.

use crate::core::Usage;
use crate::core::analysis::tokens;

/// Prices are given for this many tokens.
const PER: u64 = 1_000_000;

/// Prices of a member's model. Zero where nothing is configured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Prices {
    /// Millionths of a US dollar for a million tokens read. Cached ones count the same: the sum is
    /// an upper bound.
    pub input_per_mtok_micro_usd: u64,
    /// Millionths of a US dollar for a million tokens written.
    pub output_per_mtok_micro_usd: u64,
}

impl Prices {
    /// `usage` with its money, rounded up; without prices as the server itself says.
    #[must_use]
    pub fn priced(self, usage: Usage) -> Usage {
        if self == Self::default() {
            return usage;
        }
        let cost = |tokens: u64, price: u64| {
            let exact = u128::from(tokens) * u128::from(price);
            u64::try_from(exact.div_ceil(u128::from(PER))).unwrap_or(u64::MAX)
        };
        let input = cost(usage.input, self.input_per_mtok_micro_usd);
        let output = cost(usage.output, self.output_per_mtok_micro_usd);
        Usage {
            micro_usd: input.saturating_add(output),
            ..usage
        }
    }
}

/// Our estimate for a server that reports no tokens.
pub(crate) fn estimate(prompt: &str, answer: &str) -> Usage {
    Usage {
        input: tokens(prompt),
        output: tokens(answer),
        micro_usd: 0,
        estimated: true,
        ..Usage::default()
    }
}

#[cfg(test)]
mod tests {
    use super::{Prices, estimate};
    use crate::core::Usage;

    #[test]
    fn money_follows_from_tokens() {
        let prices = Prices {
            input_per_mtok_micro_usd: 1_250_000,
            output_per_mtok_micro_usd: 10_000_000,
        };
        let usage = Usage {
            input: 103,
            output: 20,
            ..Usage::default()
        };
        assert_eq!(prices.priced(usage).micro_usd, 129 + 200);
        let endless = Usage {
            input: u64::MAX,
            output: u64::MAX,
            ..Usage::default()
        };
        assert_eq!(prices.priced(endless).micro_usd, u64::MAX);
        let told = Usage {
            micro_usd: 7,
            ..usage
        };
        assert_eq!(Prices::default().priced(told).micro_usd, 7);
    }

    #[test]
    fn an_estimate_is_marked_as_one() {
        let usage = estimate("four chars and more", "ä");
        assert_eq!((usage.input, usage.output, usage.estimated), (5, 1, true));
    }
}
