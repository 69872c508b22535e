//! The hash chain: each event's hash covers its stored form and the hash of the one before, so a
//! change anywhere shows in the last hash. Pure; large texts are covered by their own hashes, which
//! the stored form names.

use std::fmt;

use sha2::{Digest as _, Sha256};

/// What every chain begins with, so that hashes of other things are never taken for links.
const DOMAIN: &[u8] = b"synod event 1\n";

/// A SHA-256 digest; shown as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest([u8; 32]);

/// The stored form of an event, as the chain covers it.
#[derive(Debug, Clone, Copy)]
pub struct Link<'a> {
    /// Its place, from 1.
    pub seq: u64,
    /// Milliseconds since the Unix epoch.
    pub at: u64,
    /// The codec's name for it.
    pub kind: &'a str,
    /// The codec's version of it.
    pub version: u16,
    /// JSON in which large texts are named by their hashes.
    pub body: &'a str,
}

impl Digest {
    /// What stands before the first event.
    pub const ZERO: Self = Self([0; 32]);

    /// The digest of a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self(Sha256::digest(text.as_bytes()).into())
    }

    /// The 32 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Takes 32 bytes; `None` when there are more or fewer.
    #[must_use]
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// Reads 64 hexadecimal digits.
    #[must_use]
    pub fn from_hex(hex: &str) -> Option<Self> {
        let (pairs, rest) = hex.as_bytes().as_chunks::<2>();
        if !rest.is_empty() {
            return None;
        }
        let bytes: Vec<u8> = pairs
            .iter()
            .map(|[high, low]| Some(digit(*high)? * 16 + digit(*low)?))
            .collect::<Option<_>>()?;
        Self::from_slice(&bytes)
    }
}

impl Link<'_> {
    /// The hash of this event after one with the hash `prev`.
    #[must_use]
    pub fn hash(&self, prev: &Digest) -> Digest {
        let mut hasher = Sha256::new();
        hasher.update(DOMAIN);
        hasher.update(prev.0);
        hasher.update(self.seq.to_le_bytes());
        hasher.update(self.at.to_le_bytes());
        hasher.update(self.version.to_le_bytes());
        // Lengths keep the border between kind and body.
        hasher.update((self.kind.len() as u64).to_le_bytes());
        hasher.update(self.kind.as_bytes());
        hasher.update((self.body.len() as u64).to_le_bytes());
        hasher.update(self.body.as_bytes());
        Digest(hasher.finalize().into())
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

fn digit(c: u8) -> Option<u8> {
    match c {
        b'0'..=b'9' => Some(c - b'0'),
        b'a'..=b'f' => Some(c - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Digest, Link};

    #[test]
    fn every_part_of_an_event_counts() {
        let link = Link {
            seq: 1,
            at: 2,
            kind: "ab",
            version: 1,
            body: "c",
        };
        let hash = link.hash(&Digest::ZERO);
        assert_eq!(hash, link.hash(&Digest::ZERO));
        let others = [
            Link { seq: 2, ..link },
            Link { at: 3, ..link },
            Link { version: 2, ..link },
            Link { body: "d", ..link },
            Link {
                kind: "a",
                body: "bc",
                ..link
            },
        ];
        for other in others {
            assert_ne!(other.hash(&Digest::ZERO), hash, "{other:?}");
        }
        assert_ne!(link.hash(&hash), hash);
    }

    #[test]
    fn digests_are_printed_and_read() {
        let digest = Digest::of("abc");
        assert_eq!(
            digest.to_string(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(Digest::from_hex(&digest.to_string()), Some(digest));
        assert_eq!(Digest::from_hex("abc"), None);
        assert_eq!(Digest::from_hex("zz"), None);
    }
}
