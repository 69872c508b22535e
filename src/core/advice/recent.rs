//! The last yes and no of something, at most 64: what is long ago says little of now.

use serde::{Deserialize, Serialize};

use crate::core::metrics::Share;

/// How many are remembered.
const KEPT: u32 = u64::BITS;

/// The last ones, the latest in the lowest bit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Recent {
    bits: u64,
    n: u32,
}

impl Recent {
    pub(crate) fn push(&mut self, yes: bool) {
        self.bits = (self.bits << 1) | u64::from(yes);
        self.n = (self.n + 1).min(KEPT);
    }

    /// How many were a yes.
    pub(crate) fn share(self) -> Share {
        Share {
            of: u64::from(self.bits.count_ones()),
            n: u64::from(self.n),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Recent;
    use crate::core::metrics::Share;

    #[test]
    fn the_last_sixty_four_count() {
        let mut recent = Recent::default();
        assert_eq!(recent.share(), Share { of: 0, n: 0 });
        recent.push(true);
        recent.push(false);
        assert_eq!(recent.share(), Share { of: 1, n: 2 });
        (0..64).for_each(|_| recent.push(false));
        assert_eq!(recent.share(), Share { of: 0, n: 64 });
        (0..70).for_each(|_| recent.push(true));
        assert_eq!(recent.share(), Share { of: 64, n: 64 });
    }
}
