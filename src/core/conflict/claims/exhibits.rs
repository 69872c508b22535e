//! What a voter is shown of each candidate when the vote is on the contested claims only.

use std::collections::BTreeSet;

use super::{Matrix, Stance};

/// The contested claims, and how each candidate stands to them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exhibits {
    claims: Vec<String>,
    /// By candidate, then by contested claim.
    sides: Vec<Vec<(Stance, Option<String>)>>,
}

impl Matrix {
    /// The exhibits. `None` where whole answers are to be voted on: nothing is contested, or the
    /// contested claims do not tell the candidates apart, because one of them takes no side in any, or
    /// two take the same sides in all.
    #[must_use]
    pub fn exhibits(&self) -> Option<Exhibits> {
        let contested = self.contested();
        let side = |claim: usize, candidate| {
            let quote = self.quote(claim, candidate).map(str::to_owned);
            (self.stance(claim, candidate), quote)
        };
        let sides: Vec<Vec<_>> = (0..self.candidates())
            .map(|candidate| {
                let claims = contested.iter();
                claims.map(|claim| side(*claim, candidate)).collect()
            })
            .collect();
        let stances: BTreeSet<Vec<Stance>> = sides
            .iter()
            .map(|sides| sides.iter().map(|(stance, _)| *stance).collect())
            .collect();
        let silent = |of: &Vec<Stance>| of.iter().all(|stance| *stance == Stance::Silent);
        if contested.is_empty() || stances.len() < sides.len() || stances.iter().any(silent) {
            return None;
        }
        let text = |claim: &usize| Some(self.claims().get(*claim)?.text.clone());
        let claims = contested.iter().filter_map(text).collect();
        Some(Exhibits { claims, sides })
    }
}

impl Exhibits {
    /// The contested claims, in order.
    #[must_use]
    pub fn claims(&self) -> &[String] {
        &self.claims
    }

    /// How a candidate stands to each contested claim, with its words.
    #[must_use]
    pub fn of(&self, candidate: usize) -> &[(Stance, Option<String>)] {
        self.sides.get(candidate).map_or(&[], Vec::as_slice)
    }

    /// The same in lines, by the numbers of the contested claims from 1: `2. contradicts: "…"`.
    #[must_use]
    pub fn text(&self, candidate: usize) -> String {
        let lines = self.of(candidate).iter().zip(1..);
        let lines: Vec<String> = lines
            .map(|((stance, quote), number)| match quote {
                Some(quote) => format!("{number}. {}: \"{quote}\"", stance.word()),
                None => format!("{number}. {}", stance.word()),
            })
            .collect();
        lines.join("\n")
    }
}
