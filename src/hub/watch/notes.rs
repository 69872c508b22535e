//! The tally of foreign notes: names, sizes and times, never their texts.

use std::collections::BTreeMap;

use crate::core::{Note, Notes, Timestamp};

/// How many notes are known by name; what is beyond is only counted.
const KNOWN_MAX: usize = 200_000;
/// How many of the latest are told.
const TOLD: usize = 50;

/// What is known of a note's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) bytes: u64,
    pub(super) at: Timestamp,
}

/// All notes, by name.
#[derive(Debug, Default)]
pub(super) struct Tally {
    known: BTreeMap<String, Size>,
    /// Those beyond [`KNOWN_MAX`].
    more: Notes,
}

impl Tally {
    /// A note is there, or has changed.
    pub(super) fn put(&mut self, name: String, size: Size) {
        if self.known.len() < KNOWN_MAX || self.known.contains_key(&name) {
            self.known.insert(name, size);
        } else {
            self.more.count += 1;
            self.more.bytes += size.bytes;
        }
    }

    /// A note is gone.
    pub(super) fn remove(&mut self, name: &str) {
        self.known.remove(name);
    }

    /// What is told of them.
    pub(super) fn told(&self) -> Notes {
        let mut latest: Vec<(&String, &Size)> = self.known.iter().collect();
        let order = |(name, size): &(&String, &Size)| (std::cmp::Reverse(size.at), (*name).clone());
        if latest.len() > TOLD {
            latest.select_nth_unstable_by_key(TOLD, |(_, size)| std::cmp::Reverse(size.at));
            latest.truncate(TOLD);
        }
        latest.sort_by_key(order);
        Notes {
            count: self.known.len() + self.more.count,
            bytes: self.known.values().map(|size| size.bytes).sum::<u64>() + self.more.bytes,
            latest: latest
                .into_iter()
                .map(|(name, size)| Note {
                    name: name.clone(),
                    bytes: size.bytes,
                    at: size.at,
                })
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Size, TOLD, Tally};
    use crate::core::Timestamp;

    #[test]
    fn all_are_counted_and_the_latest_are_told() {
        let mut tally = Tally::default();
        for at in 0..1000_u64 {
            let name = format!("n{at}");
            let at = Timestamp(at);
            tally.put(name, Size { bytes: 2, at });
        }
        tally.remove("n999");
        let at = Timestamp(5000);
        tally.put("n0".to_owned(), Size { bytes: 7, at });
        let told = tally.told();
        assert_eq!((told.count, told.bytes), (999, 2 * 998 + 7));
        let names: Vec<&str> = told.latest.iter().map(|note| note.name.as_str()).collect();
        assert_eq!((names[0], names[1], names.len()), ("n0", "n998", TOLD));
    }
}
