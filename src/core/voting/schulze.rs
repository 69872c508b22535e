//! Schulze's rule: a candidate wins when no other has a stronger chain of head-to-head wins to it than
//! it has back. Markus Schulze, "A new monotonic, clone-independent, reversal symmetric, and
//! Condorcet-consistent single-winner election method", Social Choice and Welfare 36 (2011).

use super::tally::Bars;
use super::{Pairwise, Standing};

/// Counts it; a bar is the number of candidates that one beats by its chains. The strength of a win
/// is its margin.
pub(super) fn schulze(pairs: &Pairwise) -> (Bars, Standing) {
    let chains = strongest_chains(pairs);
    let size = pairs.len();
    let chain = |from: usize, to: usize| chains.get(from * size + to).copied().unwrap_or_default();
    let others = |one: usize| (0..size).filter(move |other| *other != one);
    let leaders = (0..size)
        .filter(|one| others(*one).all(|other| chain(*one, other) >= chain(other, *one)))
        .collect();
    let bars = (0..size).map(|one| {
        let beaten = others(one).filter(|other| chain(one, *other) > chain(*other, one));
        Some(f64::from(u32::try_from(beaten.count()).unwrap_or(u32::MAX)))
    });
    (bars.collect(), Standing::Leads(leaders))
}

/// For each pair the strength of the strongest chain of wins between them; 0 where there is none.
fn strongest_chains(pairs: &Pairwise) -> Vec<i32> {
    let size = pairs.len();
    let mut chains = vec![0; size * size];
    for (place, chain) in chains.iter_mut().enumerate() {
        let margin = pairs.margin(place / size, place % size).max(0);
        *chain = i32::try_from(margin).unwrap_or(i32::MAX);
    }
    for middle in 0..size {
        let onward: Vec<i32> = chains
            .iter()
            .skip(middle * size)
            .take(size)
            .copied()
            .collect();
        for row in chains.chunks_exact_mut(size) {
            let to_middle = row.get(middle).copied().unwrap_or_default();
            if to_middle > 0 {
                for (chain, on) in row.iter_mut().zip(&onward) {
                    *chain = (*chain).max(to_middle.min(*on));
                }
            }
        }
    }
    chains
}
