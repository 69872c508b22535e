//! Numbers that look drawn and are the same on every machine and in every version: some of them, such
//! as the order of a voter's sheet, are recorded. No signature and no secret rests on them.

/// What splitmix64 adds at each step.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// FNV-1a of some bytes, its start mixed with a seed; 0 is the plain one.
pub(crate) fn fnv(seed: u64, bytes: impl IntoIterator<Item = u8>) -> u64 {
    let start = seed ^ 0xcbf2_9ce4_8422_2325;
    bytes.into_iter().fold(start, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// Spreads the bits of a number over all of its places: the number that splitmix64 gives next to it.
pub(crate) fn spread(value: u64) -> u64 {
    let mut hash = value.wrapping_add(STEP);
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

/// The numbers of splitmix64.
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    /// Dice for a seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub(crate) fn roll(&mut self) -> u64 {
        let number = spread(self.0);
        self.0 = self.0.wrapping_add(STEP);
        number
    }
}

#[cfg(test)]
mod tests {
    use super::{Dice, fnv, spread};

    /// As they are given for both.
    #[test]
    fn the_numbers_are_those_that_are_recorded() {
        assert_eq!(fnv(0, *b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv(0, *b"a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(fnv(0, *b"foobar"), 0x8594_4171_f739_67e8);
        let mut dice = Dice::new(0);
        let rolled = [dice.roll(), dice.roll(), dice.roll()];
        let given = [
            0xe220_a839_7b1d_cdaf,
            0x6e78_9e6a_a1b9_65f4,
            0x06c4_5d18_8009_454f,
        ];
        assert_eq!(rolled, given);
        assert_eq!(spread(0), given[0]);
    }
}
