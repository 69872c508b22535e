//! Long rows of small numbers, most of them zero, as short texts for a snapshot.
//!
//! A number takes one to three bytes, a run of zeros as many together, and the bytes are written as 64
//! plain characters.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::core::analysis::terms::PLACES;

/// The characters of base64url (RFC 4648).
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// As text; [`unpacked`] reads it.
fn packed(numbers: impl Iterator<Item = i32>) -> String {
    let mut bytes = Vec::new();
    let mut zeros = 0_u32;
    for number in numbers {
        if number == 0 {
            zeros += 1;
            continue;
        }
        flush(&mut bytes, &mut zeros);
        // Zigzag: small numbers of either sign are short, and none is 0.
        put(&mut bytes, ((number << 1) ^ (number >> 31)).cast_unsigned());
    }
    flush(&mut bytes, &mut zeros);
    let mut text = String::with_capacity(bytes.len() * 4 / 3 + 2);
    for three in bytes.chunks(3) {
        let byte = |index: usize| u32::from(three.get(index).copied().unwrap_or_default());
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..=three.len() {
            let six = (bits >> (18 - 6 * place)) & 63;
            let letter = ALPHABET.get(six as usize).copied().unwrap_or_default();
            text.push(char::from(letter));
        }
    }
    text
}

/// A run of zeros: 0, and how many.
fn flush(bytes: &mut Vec<u8>, zeros: &mut u32) {
    if *zeros > 0 {
        put(bytes, 0);
        put(bytes, *zeros);
        *zeros = 0;
    }
}

/// The lowest byte.
fn low(number: u32) -> u8 {
    let [.., byte] = number.to_be_bytes();
    byte
}

/// Seven bits a byte, the lowest first.
fn put(bytes: &mut Vec<u8>, mut number: u32) {
    while number >= 128 {
        bytes.push(low(number & 127) | 128);
        number >>= 7;
    }
    bytes.push(low(number));
}

/// Exactly [`PLACES`] numbers, or nothing where the text is none of [`packed`].
fn unpacked(text: &str) -> Option<Vec<i32>> {
    let mut bytes = Vec::new();
    for four in text.as_bytes().chunks(4) {
        let mut bits = 0_u32;
        for letter in four {
            bits = bits << 6 | six(*letter)?;
        }
        bits <<= 6 * (4 - four.len());
        let whole = bits.to_be_bytes();
        bytes.extend_from_slice(whole.get(1..four.len())?);
    }
    let mut bytes = bytes.into_iter();
    let mut numbers: Vec<i32> = Vec::new();
    while let Some(number) = get(&mut bytes) {
        if number == 0 {
            let zeros = usize::try_from(get(&mut bytes)?).ok()?;
            let room = PLACES.checked_sub(numbers.len())?;
            numbers.resize(numbers.len() + zeros.min(room), 0);
        } else {
            let half = (number >> 1).cast_signed();
            numbers.push(if number & 1 == 0 { half } else { !half });
        }
        if numbers.len() > PLACES {
            return None;
        }
    }
    (numbers.len() == PLACES).then_some(numbers)
}

fn six(letter: u8) -> Option<u32> {
    let number = match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'-' => 62,
        b'_' => 63,
        _ => return None,
    };
    Some(u32::from(number))
}

fn get(bytes: &mut impl Iterator<Item = u8>) -> Option<u32> {
    let mut number = 0_u32;
    for shift in [0, 7, 14, 21] {
        let byte = bytes.next()?;
        number |= u32::from(byte & 127) << shift;
        if byte < 128 {
            return Some(number);
        }
    }
    None
}

/// The text of a row, read.
fn read<'de, T: TryFrom<i32>, D: Deserializer<'de>>(text: &str) -> Result<Vec<T>, D::Error> {
    let numbers = unpacked(text).ok_or_else(|| D::Error::custom("it is no row of numbers"))?;
    let fitting = numbers.into_iter().map(T::try_from);
    let fitting: Result<Vec<T>, _> = fitting.collect();
    fitting.map_err(|_| D::Error::custom("a number of the row is too large"))
}

/// Counts.
pub(super) mod counts {
    use super::{Deserialize, Deserializer, Serializer, packed, read};

    pub(in crate::core::analysis) fn serialize<S: Serializer>(
        counts: &[u16],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&packed(counts.iter().copied().map(i32::from)))
    }

    pub(in crate::core::analysis) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<u16>, D::Error> {
        read::<u16, D>(&String::deserialize(deserializer)?)
    }
}

/// A row of weights for each kind.
pub(super) mod rows {
    use std::collections::BTreeMap;

    use super::{Deserialize, Deserializer, Serialize, Serializer, packed, read};
    use crate::core::TaskKind;

    pub(in crate::core::analysis) fn serialize<S: Serializer>(
        rows: &BTreeMap<TaskKind, Vec<i16>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let rows = rows.iter().map(|(kind, row)| {
            let text = packed(row.iter().copied().map(i32::from));
            (kind, text)
        });
        rows.collect::<BTreeMap<_, _>>().serialize(serializer)
    }

    pub(in crate::core::analysis) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<TaskKind, Vec<i16>>, D::Error> {
        let texts = BTreeMap::<TaskKind, String>::deserialize(deserializer)?;
        let rows = texts.into_iter();
        rows.map(|(kind, text)| Ok((kind, read::<i16, D>(&text)?)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{PLACES, packed, unpacked};

    #[test]
    fn a_row_of_zeros_is_short_and_comes_back() {
        let text = packed(std::iter::repeat_n(0, PLACES));
        assert!(text.len() <= 8, "{text}");
        assert_eq!(unpacked(&text), Some(vec![0; PLACES]));
    }

    proptest! {
        #[test]
        fn every_row_comes_back(some in proptest::collection::vec((0..PLACES, any::<i16>()), 0..200)) {
            let mut row = vec![0_i32; PLACES];
            for (place, number) in some {
                row[place] = i32::from(number);
            }
            let text = packed(row.iter().copied());
            prop_assert_eq!(unpacked(&text), Some(row));
        }

        #[test]
        fn what_is_no_row_is_refused(text in "[A-Za-z0-9_-]{0,60}") {
            if let Some(row) = unpacked(&text) {
                prop_assert_eq!(row.len(), PLACES);
            }
        }
    }
}
