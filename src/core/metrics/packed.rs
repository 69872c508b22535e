//! Figures at rest: a few dozen bytes each, for buckets that do not change any more and for snapshots.
//!
//! The form is told by the snapshot's version; no journal holds it.

use std::collections::BTreeMap;

use serde::de::Error as _;
use serde::{Deserializer, Serializer};

use super::figures::{Figures, SUMS};
use super::histogram::Histogram;

/// Whose figures, on which kind: their numbers in the room's metrics.
pub(super) type Cell = (u16, u16);

/// Figures of many cells.
pub(super) type Cells = BTreeMap<Cell, Figures>;

/// The bytes of all cells, in order.
pub(super) fn pack(cells: &Cells) -> Vec<u8> {
    let mut to = Vec::new();
    for ((member, kind), figures) in cells {
        number(&mut to, u64::from(*member));
        number(&mut to, u64::from(*kind));
        pack_figures(&mut to, figures);
    }
    to
}

fn pack_figures(to: &mut Vec<u8>, figures: &Figures) {
    let holds = (0_u32..).zip(figures.sums).filter(|(_, sum)| *sum != 0);
    let mask = holds.fold(0_u64, |mask, (at, _)| mask | 1 << at);
    number(to, mask);
    for sum in figures.sums.into_iter().filter(|sum| *sum != 0) {
        // The sign goes last, so that small numbers stay short.
        number(to, (sum << 1 ^ sum >> 63).cast_unsigned());
    }
    for histogram in [&figures.total, &figures.first] {
        let buckets = histogram.buckets();
        number(to, buckets.len() as u64);
        let mut before = 0;
        for (at, count) in buckets {
            number(to, u64::from(at - before));
            number(to, u64::from(*count));
            before = *at;
        }
    }
}

/// Seven bits a byte, the lowest first.
fn number(to: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        to.push(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    to.push(value.to_le_bytes()[0]);
}

/// Reads packed cells one by one; ends where the bytes are not what was packed.
pub(super) fn unpack(bytes: &[u8]) -> Unpack<'_> {
    Unpack { bytes }
}

/// Cells that are read one by one.
#[derive(Debug)]
pub(super) struct Unpack<'a> {
    bytes: &'a [u8],
}

impl Iterator for Unpack<'_> {
    type Item = (Cell, Figures);

    fn next(&mut self) -> Option<Self::Item> {
        let before = self.bytes;
        let cell = self.cell();
        if cell.is_none() {
            // What cannot be read is left.
            self.bytes = before;
        }
        cell
    }
}

impl Unpack<'_> {
    fn cell(&mut self) -> Option<(Cell, Figures)> {
        let cell = (self.small()?, self.small()?);
        Some((cell, self.figures()?))
    }

    fn number(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.bytes.split_first()?;
            self.bytes = rest;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn small(&mut self) -> Option<u16> {
        self.number()?.try_into().ok()
    }

    fn figures(&mut self) -> Option<Figures> {
        let mask = self.number()?;
        let mut sums = [0; SUMS];
        for (at, sum) in sums.iter_mut().enumerate() {
            if mask >> at & 1 == 1 {
                let packed = self.number()?;
                *sum = (packed >> 1).cast_signed() ^ -(packed & 1).cast_signed();
            }
        }
        Some(Figures {
            sums,
            total: self.histogram()?,
            first: self.histogram()?,
        })
    }

    fn histogram(&mut self) -> Option<Histogram> {
        let mut histogram = Histogram::default();
        let mut at = 0_u16;
        for _ in 0..self.number()? {
            at = at.checked_add(self.small()?)?;
            histogram.put(at, self.number()?.try_into().ok()?);
        }
        Some(histogram)
    }
}

/// Bytes as hexadecimal digits.
pub(super) mod hex {
    use super::{Deserializer, Serializer};
    use serde::Deserialize as _;
    use serde::de::Error as _;

    pub(in crate::core::metrics) fn serialize<S: Serializer>(
        bytes: &[u8],
        to: S,
    ) -> Result<S::Ok, S::Error> {
        const DIGITS: [char; 16] = [
            '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
        ];
        let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
        let text: String = digits
            .filter_map(|digit| DIGITS.get(usize::from(digit)))
            .collect();
        to.serialize_str(&text)
    }

    pub(in crate::core::metrics) fn deserialize<'a, D: Deserializer<'a>>(
        from: D,
    ) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(from)?;
        let digit = |byte: &u8| char::from(*byte).to_digit(16);
        let pairs = text.as_bytes().chunks(2).map(|pair| match pair {
            [high, low] => u8::try_from(digit(high)? << 4 | digit(low)?).ok(),
            _ => None,
        });
        let bytes: Option<Vec<u8>> = pairs.collect();
        bytes.ok_or_else(|| D::Error::custom("these are no pairs of hexadecimal digits"))
    }
}

/// Cells as their packed bytes.
pub(super) fn serialize<S: Serializer>(cells: &Cells, to: S) -> Result<S::Ok, S::Error> {
    hex::serialize(&pack(cells), to)
}

/// Cells from their packed bytes.
pub(super) fn deserialize<'a, D: Deserializer<'a>>(from: D) -> Result<Cells, D::Error> {
    let bytes = hex::deserialize(from)?;
    let mut reading = unpack(&bytes);
    let cells: Cells = reading.by_ref().collect();
    if reading.bytes.is_empty() {
        Ok(cells)
    } else {
        Err(D::Error::custom("the packed figures cannot be read"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Cells, pack, unpack};
    use crate::core::metrics::figures::{Figures, SUMS};
    use crate::core::{FailureKind, Span, Usage};

    #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
    struct Kept(#[serde(with = "super")] Cells);

    fn figures() -> impl Strategy<Value = Figures> {
        let sums = prop::collection::vec(prop_oneof![Just(0), -3..1000_i64, any::<i64>()], SUMS);
        let spans = || prop::collection::vec(any::<u64>(), 0..20);
        (sums, spans(), spans()).prop_map(|(sums, total, first)| {
            let mut figures = Figures::default();
            figures.sums.copy_from_slice(&sums);
            for span in total {
                figures.total.add(Span(span));
            }
            for span in first {
                figures.first.add(Span(span));
            }
            figures
        })
    }

    proptest! {
        #[test]
        fn what_is_packed_comes_back(cells in prop::collection::btree_map(any::<(u16, u16)>(), figures(), 0..6)) {
            prop_assert_eq!(&unpack(&pack(&cells)).collect::<Cells>(), &cells);
            let text = serde_json::to_string(&Kept(cells.clone())).unwrap();
            prop_assert_eq!(serde_json::from_str::<Kept>(&text).unwrap(), Kept(cells));
        }

        #[test]
        fn other_bytes_are_read_without_harm(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            unpack(&bytes).for_each(drop);
        }
    }

    #[test]
    fn the_figures_of_a_few_calls_take_a_few_dozen_bytes() {
        let mut figures = Figures::default();
        let usage = Usage {
            input: 12_000,
            output: 900,
            micro_usd: 24_000,
            cached: Some(8_000),
            ..Usage::default()
        };
        for took in [9_000, 14_000, 31_000] {
            figures.add_answer(Span(took), Some(Span(took / 10)), &usage);
        }
        figures.add_failure(FailureKind::TimedOut);
        let packed = pack(&Cells::from([((3, 2), figures)]));
        assert!(packed.len() < 64, "{}", packed.len());
        assert!(serde_json::from_str::<Kept>("\"0102\"").is_err());
        assert!(serde_json::from_str::<Kept>("\"0g\"").is_err());
    }
}
