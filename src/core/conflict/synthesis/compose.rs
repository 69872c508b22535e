//! The answer that stands, and beside it what the others say and nobody contradicts.

use super::{Contribution, Part, Passage, Source, Synthesis, Why, source};
use crate::core::Text;
use crate::core::conflict::claims::quote::Quotable;
use crate::core::conflict::claims::{Claim, Matrix, Stance};
use crate::core::conflict::prose::Prose;
use crate::core::conflict::verdict::Verdict;
use crate::core::voting::Nature;

/// Composes a result of the winner's whole text and the uncontested claims on which it is silent, each
/// with the words of the answers that make it. Where nothing is to be added, or the winner is closed, it
/// is the winner's text alone. Without a winner of this number it is empty.
///
/// What is contested enters only with the winner's own text: a claim that says the same as a contested
/// one or its contrary, or that is shown only by words that also show a contested one, is left out.
#[must_use]
pub fn compose(winner: usize, matrix: &Matrix, candidates: &[Contribution]) -> Synthesis {
    let mut made = Synthesis::default();
    let Some(stands) = candidates.get(winner) else {
        return made;
    };
    made.passages.push(Passage {
        part: Part::Winner,
        text: stands.text.clone(),
        sources: vec![source(winner, stands, None)],
    });
    if stands.nature == Nature::Closed {
        return made;
    }
    let mut beside = Beside::new(winner, matrix, stands);
    for claim in matrix.uncontested() {
        let Some(claim) = matrix.claims().get(claim) else {
            continue;
        };
        let shown = beside.shown(claim, candidates);
        let prose = Prose::of(&claim.text);
        if beside.is_said(claim, &prose) {
            continue;
        }
        if shown.is_empty() || beside.is_entangled(&prose) {
            let mut held = claim.stands.keys().copied();
            if let Some((candidate, of)) = held.find_map(|it| Some((it, candidates.get(it)?))) {
                made.leave_out(candidate, &of.authors, Why::Entangled, claim.text.len());
            }
            continue;
        }
        beside.said.push(prose);
        made.passages.push(Passage {
            part: Part::Claim,
            text: Text::from(claim.text.as_str()),
            sources: shown,
        });
    }
    made
}

/// What may stand beside the winner.
struct Beside<'a> {
    winner: usize,
    words: Quotable,
    /// The claims that the winner agrees with, and those that were added.
    said: Vec<Prose>,
    /// The claims that must not enter: contested and not held by the winner, or contradicted by it.
    barred: Vec<Prose>,
    /// All claims on which somebody contradicts somebody, the winner's own among them.
    contested: Vec<&'a Claim>,
}

impl<'a> Beside<'a> {
    fn new(winner: usize, matrix: &'a Matrix, stands: &Contribution) -> Self {
        let numbers = matrix.contested();
        let (mut said, mut barred, mut contested) = (Vec::new(), Vec::new(), Vec::new());
        for (number, claim) in matrix.claims().iter().enumerate() {
            let is_contested = numbers.contains(&number);
            let stance = matrix.stance(number, winner);
            match stance {
                Stance::Agree => said.push(Prose::of(&claim.text)),
                Stance::Contradict => barred.push(Prose::of(&claim.text)),
                Stance::Silent if is_contested => barred.push(Prose::of(&claim.text)),
                Stance::Silent => {}
            }
            if is_contested || stance == Stance::Contradict {
                contested.push(claim);
            }
        }
        Self {
            winner,
            words: Quotable::of(stands.text.as_str()),
            said,
            barred,
            contested,
        }
    }

    /// Whether the winner says it already, or an earlier claim does.
    fn is_said(&self, claim: &Claim, prose: &Prose) -> bool {
        let quotes = || claim.stands.values().map(|stand| stand.quote.as_str());
        claim.stands.contains_key(&self.winner)
            || self.words.holds(&claim.text)
            || quotes().any(|quote| self.words.holds(quote))
            || self
                .said
                .iter()
                .any(|one| one.compare(prose) == Verdict::Agree)
    }

    /// Whether it turns against what is said, or comes back to what is barred from either side.
    fn is_entangled(&self, prose: &Prose) -> bool {
        let against = |one: &Prose| one.compare(prose) == Verdict::Conflict;
        let about = |one: &Prose| matches!(one.compare(prose), Verdict::Agree | Verdict::Conflict);
        self.said.iter().any(against) || self.barred.iter().any(about)
    }

    /// The answers that make a claim, without those whose words for it also show what is barred.
    fn shown(&self, claim: &Claim, candidates: &[Contribution]) -> Vec<Source> {
        let mut sources = Vec::new();
        for (candidate, stand) in &claim.stands {
            let Some(of) = candidates.get(*candidate) else {
                continue;
            };
            let words = Quotable::of(of.text.as_str());
            // Its words on a contested claim, unless the winner takes the same side.
            let mut barred = self.contested.iter().filter_map(|claim| {
                let theirs = claim.stands.get(candidate)?;
                let winners = claim.stands.get(&self.winner);
                let shared = winners.is_some_and(|it| it.agrees == theirs.agrees);
                (!shared).then_some(theirs)
            });
            if words.holds(&stand.quote) && !barred.any(|it| words.overlap(&it.quote, &stand.quote))
            {
                sources.push(source(*candidate, of, Some(stand.quote.clone())));
            }
        }
        sources
    }
}
