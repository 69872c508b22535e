//! Votes: the rules against known elections and another program's counts, what each rule promises, how
//! a ballot is read and taken in, and what a whole vote comes to.

mod criteria;
mod golden;
mod literature;
mod outcomes;
mod reading;
mod recusal;
mod taking;

use std::collections::BTreeMap;

use synod::core::voting::{
    Ballot, Ballots, Cast, Nature, Panel, Profile, Quorum, Rule, Seat, Setup, Sheet, Slate, Voice,
    Vote, tally,
};
use synod::core::{MemberName, Timestamp};

/// A name by its number.
pub(crate) fn voter(number: usize) -> MemberName {
    MemberName::new(&format!("v{number}")).unwrap()
}

/// A voter that scores candidates and ranks them by that; `None` was not shown to it.
pub(crate) fn scoring(scores: &[Option<u8>]) -> Voice {
    let shown: BTreeMap<usize, u8> = scores
        .iter()
        .enumerate()
        .filter_map(|(candidate, score)| Some((candidate, (*score)?)))
        .collect();
    let scores_of = shown.iter().map(|(it, score)| (*it, f64::from(*score)));
    Voice::judge(scores.len(), &by_score(&shown), scores_of)
}

/// Levels of candidates by score, the best first.
pub(crate) fn by_score(scores: &BTreeMap<usize, u8>) -> Vec<Vec<usize>> {
    let mut levels: BTreeMap<u8, Vec<usize>> = BTreeMap::new();
    for (candidate, score) in scores {
        levels.entry(*score).or_default().push(*candidate);
    }
    levels.into_values().rev().collect()
}

/// Voters that rank candidates named by letters, so many of each: `(4, "ABC")`. Scores go down by one.
pub(crate) fn ranking(candidates: usize, ballots: &[(usize, &str)]) -> Profile {
    let mut voices = Vec::new();
    for (number, letters) in ballots {
        let order: Vec<usize> = letters.bytes().map(|it| usize::from(it - b'A')).collect();
        let levels: Vec<Vec<usize>> = order.iter().map(|it| vec![*it]).collect();
        let scores = order.iter().zip([10.0, 9.0, 8.0, 7.0, 6.0, 5.0]);
        let scores = scores.map(|(it, score)| (*it, score));
        let voice = Voice::judge(candidates, &levels, scores);
        voices.extend(std::iter::repeat_n(voice, *number));
    }
    Profile::new(candidates, voices)
}

/// The leaders under a rule, as letters.
pub(crate) fn leaders(rule: Rule, profile: &Profile) -> String {
    let standing = tally(rule, profile).standing;
    let letter = |it: &usize| char::from(b'A' + u8::try_from(*it).unwrap());
    standing.leaders().iter().map(letter).collect()
}

/// A vote among members `v0`, `v1` …, each with its family, on candidates by their authors.
pub(crate) struct Hall {
    pub(crate) ballots: Ballots,
    sheets: u64,
}

impl Hall {
    pub(crate) fn new(families: &[&str], authors: &[&[usize]]) -> Self {
        let seat = |(number, family): (usize, &&str)| {
            let family = (*family).to_owned();
            (
                voter(number),
                Seat {
                    family,
                    votes: true,
                },
            )
        };
        let panel = Panel::new(7, families.iter().enumerate().map(seat));
        let names = |them: &&[usize]| them.iter().map(|it| voter(*it)).collect();
        let slate = Slate::new(authors.iter().map(names).collect()).unwrap();
        Self {
            ballots: Ballots::open(panel, slate, None),
            sheets: 0,
        }
    }

    /// Gives a voter its sheet, if it gets one.
    pub(crate) fn sheet(&mut self, number: usize) -> Option<Sheet> {
        self.sheets += 1;
        let (slate, panel) = (self.ballots.slate(), self.ballots.panel());
        let sheet = Sheet::deal(slate, panel, &voter(number), self.sheets, 42)?;
        self.ballots.give(sheet.clone());
        Some(sheet)
    }

    /// A cast ballot on a sheet, from the voter that it was given to.
    pub(crate) fn cast(&self, sheet: &Sheet, vote: Vote) -> Cast {
        Cast {
            voter: sheet.voter.clone(),
            sheet: sheet.number,
            epoch: self.ballots.panel().epoch(),
            at: Timestamp(1),
            vote,
        }
    }

    /// Lets a voter score what it is shown, and rank by that.
    pub(crate) fn vote(&mut self, number: usize, scores: &[u8]) {
        if let Some(sheet) = self.sheet(number) {
            let vote = Vote::Ranked(ballot(&sheet, scores));
            let cast = self.cast(&sheet, vote);
            self.ballots.admit(cast).unwrap();
        }
    }
}

/// A ballot that scores what is on a sheet, by the number of the candidate.
pub(crate) fn ballot(sheet: &Sheet, scores: &[u8]) -> Ballot {
    let shown: BTreeMap<usize, u8> = sheet.order.iter().map(|it| (*it, scores[*it])).collect();
    let exact = shown.iter().map(|(it, score)| (*it, f64::from(*score)));
    Ballot::new(sheet, by_score(&shown), exact.collect(), Some(0.5), "so").unwrap()
}

/// A setup that one voter is enough for.
pub(crate) fn setup(rule: Rule, nature: Nature) -> Setup {
    Setup {
        rule,
        second: rule.standard_second(),
        quorum: Quorum::new(1, 100).unwrap(),
        nature,
    }
}
