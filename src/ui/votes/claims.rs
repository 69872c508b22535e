//! The claims that a clerk found in the answers × the answers: the rows of the table, and the words that
//! show how the answers stand to one claim.
//!
//! Answers are letters here and no member is named, so that it can be read before a blind vote.

use crate::core::conflict::claims::{Claim, Held, Matrix, Stance};
use crate::core::voting::label;
use crate::ui::page::{Page, PageLine};
use crate::ui::theme::Role;
use crate::ui::votes::standing::letters;

/// Rows above the table: what is contested with the signs, and the letters.
pub(crate) const ABOVE: u16 = 2;
/// Rows between the table and the words.
const BETWEEN: u16 = 1;
/// How many answers are quoted on one claim.
const QUOTED: usize = 32;

/// One row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Line {
    /// How the claims below it are held, and how many there are.
    Heading(Held, usize),
    /// A claim: its place in the order of the table, and its number in the matrix.
    Claim(usize, usize),
}

/// The rows of the table: the contested claims first.
pub(crate) fn lines(matrix: &Matrix) -> Vec<Line> {
    let ordered = matrix.ordered();
    let held = |claim: usize| matrix.claims().get(claim).map(Claim::held);
    let mut lines = Vec::new();
    let mut above = None;
    for (place, claim) in ordered.iter().copied().enumerate() {
        let held_so = held(claim);
        if let Some(heading) = held_so.filter(|_| held_so != above) {
            let same = ordered.iter().filter(|it| held(**it) == held_so);
            lines.push(Line::Heading(heading, same.count()));
            above = held_so;
        }
        lines.push(Line::Claim(place, claim));
    }
    lines
}

/// How many of the rows below [`ABOVE`] are for the table, and how many for the words.
pub(crate) fn split(rows: u16, lines: usize) -> (u16, u16) {
    let room = rows.saturating_sub(ABOVE + BETWEEN);
    let lines = u16::try_from(lines).unwrap_or(u16::MAX);
    let table = lines.min(room - room / 2);
    (table, room - table)
}

/// How claims are held together: sign, word and role.
pub(crate) fn held(held: Held) -> (&'static str, &'static str, Role) {
    let (sign, role) = match held {
        Held::Contested => ("≠", Role::Warn),
        Held::Uncontested => ("=", Role::Ok),
        Held::Denied => ("¬", Role::Muted),
    };
    (sign, held.word(), role)
}

/// The sign of a stance.
pub(crate) fn sign(stance: Stance) -> (&'static str, Role) {
    match stance {
        Stance::Agree => ("✓", Role::Ok),
        Stance::Contradict => ("✕", Role::Error),
        Stance::Silent => ("·", Role::Muted),
    }
}

/// The claim at a place of the order, and the words of the answers on it: first of the one that is
/// looked at, then of those after it.
pub(super) fn words(matrix: &Matrix, place: usize, at: usize) -> Page {
    let mut page = Page::default();
    let claim = matrix.ordered().get(place).copied();
    let Some((claim, it)) = claim.and_then(|claim| Some((claim, matrix.claims().get(claim)?)))
    else {
        return page;
    };
    let (mark, word, role) = held(it.held());
    let mut line = PageLine::after(&format!("{mark} "));
    line.push(&format!("{word}: "), role);
    line.push(&it.text, Role::Title);
    page.push(line);
    let count = matrix.candidates();
    let all = (at..count).chain(0..at.min(count));
    let (mut silent, mut quoted) = (Vec::new(), 0);
    for one in all {
        let stance = matrix.stance(claim, one);
        let Some(quote) = matrix.quote(claim, one) else {
            silent.push(one);
            continue;
        };
        quoted += 1;
        if quoted <= QUOTED {
            let (mark, role) = sign(stance);
            let mut line = PageLine::after("  ");
            line.push(&format!("{mark} {} {}: ", label(one), stance.word()), role);
            line.push(&format!("“{quote}”"), Role::Text);
            page.push(line);
        }
    }
    if quoted > QUOTED {
        page.text(&format!("  and {} more", quoted - QUOTED), Role::Muted);
    }
    if !silent.is_empty() {
        silent.sort_unstable();
        let (mark, role) = sign(Stance::Silent);
        let are = if silent.len() == 1 { "is" } else { "are" };
        let told = format!("  {mark} {} {are} silent", letters(&silent, ", "));
        page.text(&told, role);
    }
    if let Some(silenced) = matrix.dropped().silenced() {
        page.gap();
        page.text(&format!("of the clerk's list {silenced}"), Role::Muted);
    }
    page
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use pretty_assertions::assert_eq;

    use super::{Line, lines, split, words};
    use crate::core::conflict::claims::{Claim, Dropped, Held, Matrix, Stand};

    fn matrix(candidates: usize, rows: &[&[(usize, bool)]]) -> Matrix {
        let claims = rows.iter().map(|row| {
            let stand = |(one, agrees): &(usize, bool)| {
                let quote = format!("words of {one}");
                let agrees = *agrees;
                (*one, Stand { agrees, quote })
            };
            let stands: BTreeMap<usize, Stand> = row.iter().map(stand).collect();
            let text = "it is so".to_owned();
            Claim { text, stands }
        });
        Matrix::new(candidates, claims.collect(), Dropped::default())
    }

    #[test]
    fn contested_claims_stand_first_under_their_heading() {
        let found = matrix(
            3,
            &[
                &[(0, true)],
                &[(0, true), (1, false)],
                &[(2, false)],
                &[(1, true)],
            ],
        );
        assert_eq!(
            lines(&found),
            [
                Line::Heading(Held::Contested, 1),
                Line::Claim(0, 1),
                Line::Heading(Held::Uncontested, 2),
                Line::Claim(1, 0),
                Line::Claim(2, 3),
                Line::Heading(Held::Denied, 1),
                Line::Claim(3, 2),
            ]
        );
        assert_eq!(lines(&Matrix::default()), []);
    }

    #[test]
    fn the_answer_that_is_looked_at_is_quoted_first() {
        let found = matrix(4, &[&[(0, true), (1, false), (3, true)]]);
        assert_eq!(
            words(&found, 0, 1).plain_text(),
            "≠ contested: it is so\n  ✕ B contradicts: “words of 1”\n  ✓ D agrees: “words of \
             3”\n  ✓ A agrees: “words of 0”\n  · C is silent"
        );
        assert_eq!(words(&found, 7, 0).plain_text(), "");
    }

    #[test]
    fn the_words_have_room_and_the_table_takes_no_more_than_it_needs() {
        assert_eq!(split(23, 70), (10, 10));
        assert_eq!(split(23, 4), (4, 16));
        assert_eq!(split(2, 4), (0, 0));
    }
}
