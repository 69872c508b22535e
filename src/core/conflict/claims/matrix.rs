//! Claims × candidates: who says what, with the words that show it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::core::MemberName;

/// How an answer stands to a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stance {
    /// It says so.
    Agree,
    /// It says something that cannot hold together with it.
    Contradict,
    /// It says neither, or nobody has shown where it does.
    Silent,
}

impl Stance {
    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Agree => "agrees",
            Self::Contradict => "contradicts",
            Self::Silent => "is silent",
        }
    }
}

/// How all answers together stand to a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Held {
    /// Some agree with it and some contradict it.
    Contested,
    /// One agrees with it at least, and nobody contradicts it.
    Uncontested,
    /// Nobody agrees with it.
    Denied,
}

impl Held {
    /// All of them, those first that most is to be said about.
    pub const ALL: [Self; 3] = [Self::Contested, Self::Uncontested, Self::Denied];

    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Contested => "contested",
            Self::Uncontested => "uncontested",
            Self::Denied => "denied",
        }
    }
}

/// A stance that is shown by the answer's own words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stand {
    /// Whether it agrees; otherwise it contradicts.
    pub agrees: bool,
    /// Words of the answer, in one line; untrusted.
    pub quote: String,
}

/// One claim, and the answers that say something on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// In the words of the clerk, in one line; untrusted.
    pub text: String,
    /// By candidate; the others are silent.
    pub stands: BTreeMap<usize, Stand>,
}

impl Claim {
    /// How all answers together stand to it.
    #[must_use]
    pub fn held(&self) -> Held {
        match (self.is_said(true), self.is_said(false)) {
            (true, true) => Held::Contested,
            (true, false) => Held::Uncontested,
            (false, _) => Held::Denied,
        }
    }

    fn is_said(&self, agrees: bool) -> bool {
        self.stands.values().any(|stand| stand.agrees == agrees)
    }
}

/// What of a clerk's list was not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Dropped {
    /// Stances whose quote is not in the answer; they count as silent.
    pub unproven: usize,
    /// Stances that are no word that is known, or that are given twice; they count as silent.
    pub unclear: usize,
    /// Stances of labels that nobody gave.
    pub unknown: usize,
    /// Claims without words.
    pub empty: usize,
    /// Claims in the words of an earlier one.
    pub doubled: usize,
    /// Claims that are too long.
    pub long: usize,
    /// Claims on which every answer is silent.
    pub unheld: usize,
    /// Claims beyond the most that are kept.
    pub over: usize,
}

impl Dropped {
    /// Which of the clerk's stances count as silence, in words; `None` where none does.
    #[must_use]
    pub fn silenced(self) -> Option<String> {
        let unproven = match self.unproven {
            0 => None,
            1 => Some("one quote is not in its answer".to_owned()),
            many => Some(format!("{many} quotes are not in their answers")),
        };
        let unclear = match self.unclear {
            0 => None,
            1 => Some("one stance is unclear".to_owned()),
            many => Some(format!("{many} stances are unclear")),
        };
        let all: Vec<String> = unproven.into_iter().chain(unclear).collect();
        (!all.is_empty()).then(|| format!("{}: taken as silent", all.join(", ")))
    }
}

/// Claims × candidates, both by number.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Matrix {
    candidates: usize,
    claims: Vec<Claim>,
    dropped: Dropped,
}

impl Matrix {
    /// A matrix of so many candidates.
    #[must_use]
    pub fn new(candidates: usize, claims: Vec<Claim>, dropped: Dropped) -> Self {
        Self {
            candidates,
            claims,
            dropped,
        }
    }

    /// How many candidates it is about.
    #[must_use]
    pub fn candidates(&self) -> usize {
        self.candidates
    }

    /// The claims, by number from 0.
    #[must_use]
    pub fn claims(&self) -> &[Claim] {
        &self.claims
    }

    /// What of the clerk's list was not kept.
    #[must_use]
    pub fn dropped(&self) -> Dropped {
        self.dropped
    }

    /// How a candidate stands to a claim.
    #[must_use]
    pub fn stance(&self, claim: usize, candidate: usize) -> Stance {
        match self.stand(claim, candidate) {
            Some(stand) if stand.agrees => Stance::Agree,
            Some(_) => Stance::Contradict,
            None => Stance::Silent,
        }
    }

    /// The words of a candidate that show how it stands to a claim.
    #[must_use]
    pub fn quote(&self, claim: usize, candidate: usize) -> Option<&str> {
        Some(&self.stand(claim, candidate)?.quote)
    }

    fn stand(&self, claim: usize, candidate: usize) -> Option<&Stand> {
        self.claims.get(claim)?.stands.get(&candidate)
    }

    /// The claims that some agree with and some contradict.
    #[must_use]
    pub fn contested(&self) -> Vec<usize> {
        self.all(|claim| claim.held() == Held::Contested)
    }

    /// The claims that one agrees with at least, and nobody contradicts.
    #[must_use]
    pub fn uncontested(&self) -> Vec<usize> {
        self.all(|claim| claim.held() == Held::Uncontested)
    }

    /// All claims, the contested ones first and those that are denied last; else in the clerk's order. So
    /// the contested ones have the numbers that voters know them by.
    #[must_use]
    pub fn ordered(&self) -> Vec<usize> {
        let each = Held::ALL.into_iter();
        each.flat_map(|held| self.all(move |claim| claim.held() == held))
            .collect()
    }

    /// The claims on which two candidates contradict each other.
    #[must_use]
    pub fn conflicts_between(&self, a: usize, b: usize) -> Vec<usize> {
        self.all(|claim| {
            let sides = [a, b].map(|candidate| claim.stands.get(&candidate));
            matches!(sides, [Some(one), Some(other)] if one.agrees != other.agrees)
        })
    }

    fn all(&self, is: impl Fn(&Claim) -> bool) -> Vec<usize> {
        let claims = self.claims.iter().enumerate();
        claims
            .filter(|(_, claim)| is(claim))
            .map(|(number, _)| number)
            .collect()
    }

    /// Claims × members: for each member how it stands to each claim, by number. `authors` are those of
    /// each candidate; one who stands behind several has the stances of the last of them.
    #[must_use]
    pub fn by_members(
        &self,
        authors: &[BTreeSet<MemberName>],
    ) -> BTreeMap<MemberName, Vec<Stance>> {
        let mut members = BTreeMap::new();
        for (candidate, names) in authors.iter().enumerate() {
            let stances = || (0..self.claims.len()).map(|claim| self.stance(claim, candidate));
            members.extend(names.iter().map(|name| (name.clone(), stances().collect())));
        }
        members
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::{Claim, Dropped, Matrix, Stance, Stand};
    use crate::core::MemberName;

    /// A row for each claim: `+` agrees, `-` contradicts, and a dot is silent.
    fn matrix(rows: &[&str]) -> Matrix {
        let claims = rows.iter().enumerate().map(|(number, row)| {
            let said = row.chars().enumerate().filter(|(_, c)| *c != '.');
            let stand = |(candidate, c): (usize, char)| {
                let quote = format!("words {number} of {candidate}");
                let agrees = c == '+';
                (candidate, Stand { agrees, quote })
            };
            Claim {
                text: format!("claim {number}"),
                stands: said.map(stand).collect(),
            }
        });
        Matrix::new(rows[0].len(), claims.collect(), Dropped::default())
    }

    #[test]
    fn what_is_contested_is_told_from_what_is_not() {
        let found = matrix(&["+-.", "++.", "--.", "+..", "..-"]);
        assert_eq!(found.contested(), [0]);
        assert_eq!(found.uncontested(), [1, 3]);
        assert_eq!(matrix(&["--", "++", "+-"]).ordered(), [2, 1, 0]);
        assert_eq!(found.conflicts_between(0, 1), [0]);
        assert_eq!(found.conflicts_between(1, 0), [0]);
        assert!(found.conflicts_between(0, 2).is_empty());
        assert!(found.conflicts_between(0, 0).is_empty());
        assert_eq!(found.stance(9, 0), Stance::Silent);
        assert_eq!(found.stance(0, 9), Stance::Silent);
        let json = serde_json::to_string(&found).unwrap();
        assert_eq!(serde_json::from_str::<Matrix>(&json).unwrap(), found);
    }

    #[test]
    fn members_stand_where_their_candidates_do() {
        let found = matrix(&["+-", ".+"]);
        let name = |name: &str| MemberName::new(name).unwrap();
        let authors = [
            BTreeSet::from([name("ben"), name("codex")]),
            BTreeSet::from([name("eve")]),
        ];
        let first = vec![Stance::Agree, Stance::Silent];
        let expected = BTreeMap::from([
            (name("ben"), first.clone()),
            (name("codex"), first),
            (name("eve"), vec![Stance::Contradict, Stance::Agree]),
        ]);
        assert_eq!(found.by_members(&authors), expected);
    }

    #[test]
    fn exhibits_are_shown_where_they_tell_the_candidates_apart() {
        let found = matrix(&["++", "+-", ".+", "-+"]).exhibits().unwrap();
        assert_eq!(found.claims(), ["claim 1", "claim 3"]);
        assert_eq!(
            found.text(1),
            "1. contradicts: \"words 1 of 1\"\n2. agrees: \"words 3 of 1\""
        );
        let three = matrix(&["+-.", ".+-"]).exhibits().unwrap();
        assert_eq!(three.text(0), "1. agrees: \"words 0 of 0\"\n2. is silent");
        assert_eq!(three.text(7), "");
        assert_eq!(
            matrix(&["++", ".+"]).exhibits(),
            None,
            "nothing is contested"
        );
        assert_eq!(matrix(&["+-."]).exhibits(), None, "the third takes no side");
        assert_eq!(matrix(&["+-+"]).exhibits(), None, "two take the same side");
        assert_eq!(Matrix::default().exhibits(), None);
    }
}
