//! The sheet that a voter is given: the candidates that it may judge, in an order of its own, under
//! labels that tell nothing. The order is drawn from a seed, and both are recorded.

use serde::{Deserialize, Serialize};

use super::{Panel, Slate};
use crate::core::MemberName;
use crate::core::hash::{Dice, fnv};
use crate::core::text::{clipped, one_line};

/// The longest label of nobody that is repeated in a fault, in bytes.
const LABEL_MAX: usize = 32;

/// One voter's sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// Its number in the room, such as that of the call which asks for the ballot. A ballot names it.
    pub number: u64,
    /// Whom it was given to.
    pub voter: MemberName,
    /// From what its order was drawn.
    pub seed: u64,
    /// Whether it asks again about a close call, in the reversed order.
    pub again: bool,
    /// The candidates in the order of the labels: the first is A.
    pub order: Vec<usize>,
}

impl Sheet {
    /// A voter's sheet; `None` where fewer than two candidates are left to it: it then counts by
    /// authorship alone. Voters of one vote may be given the same seed: their names are mixed in.
    #[must_use]
    pub fn deal(
        slate: &Slate,
        panel: &Panel,
        voter: &MemberName,
        number: u64,
        seed: u64,
    ) -> Option<Self> {
        let mut order = slate.presented_to(panel, voter);
        if order.len() < 2 {
            return None;
        }
        shuffle(&mut order, fnv(seed, voter.as_str().bytes()));
        Some(Self {
            number,
            voter: voter.clone(),
            seed,
            again: false,
            order,
        })
    }

    /// A sheet for one who reads and casts no ballot: it shows every candidate, also the reader's own.
    #[must_use]
    pub fn whole(candidates: usize, reader: &MemberName, number: u64, seed: u64) -> Self {
        let mut order: Vec<usize> = (0..candidates).collect();
        shuffle(&mut order, fnv(seed, reader.as_str().bytes()));
        Self {
            number,
            voter: reader.clone(),
            seed,
            again: false,
            order,
        }
    }

    /// A second sheet about some of the same candidates, the last one first; `None` where fewer than
    /// two of them are on this one.
    #[must_use]
    pub fn reversed(&self, number: u64, among: &[usize]) -> Option<Self> {
        let asked = |candidate: &&usize| among.contains(candidate);
        let order: Vec<usize> = self.order.iter().rev().filter(asked).copied().collect();
        (order.len() >= 2).then(|| Self {
            number,
            again: true,
            order,
            ..self.clone()
        })
    }

    /// Labels and candidates, in order.
    pub fn labels(&self) -> impl Iterator<Item = (String, usize)> {
        let places = self.order.iter().enumerate();
        places.map(|(place, candidate)| (label(place), *candidate))
    }

    /// The label of a candidate.
    #[must_use]
    pub fn label_of(&self, candidate: usize) -> Option<String> {
        let place = self.order.iter().position(|one| *one == candidate)?;
        Some(label(place))
    }

    /// The candidate under a label, as written by a model: `a`, `Candidate A`, `(A)`.
    #[must_use]
    pub fn candidate(&self, written: &str) -> Option<usize> {
        self.order.get(place(written)?).copied()
    }

    /// Whether a candidate is on it.
    #[must_use]
    pub fn shows(&self, candidate: usize) -> bool {
        self.order.contains(&candidate)
    }
}

/// `A` to `Z`, then `AA`, `AB` and so on, as columns of a spreadsheet.
#[must_use]
pub fn label(place: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = place + 1;
    while rest > 0 {
        let digit = u8::try_from((rest - 1) % 26).unwrap_or_default();
        letters.push(char::from(b'A' + digit));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

/// A label of nobody as it may be repeated in a fault: one line, and short.
pub(crate) fn repeated(written: &str) -> String {
    one_line(&clipped(written, LABEL_MAX), LABEL_MAX)
}

/// The place that a label stands for, counted from 0; the inverse of [`label`], and lenient.
fn place(written: &str) -> Option<usize> {
    let word = written
        .split(|c: char| !c.is_alphanumeric())
        .rfind(|word| !word.is_empty())?;
    if word.len() > 3 || !word.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return None;
    }
    let number = word.bytes().fold(0, |number: usize, byte| {
        number * 26 + usize::from(byte.to_ascii_uppercase() - b'A') + 1
    });
    number.checked_sub(1)
}

/// Fisher and Yates.
fn shuffle(order: &mut [usize], seed: u64) {
    let mut dice = Dice::new(seed);
    for last in (1..order.len()).rev() {
        let below = (u128::from(dice.roll()) * (last as u128 + 1)) >> 64;
        order.swap(last, usize::try_from(below).unwrap_or_default());
    }
}
