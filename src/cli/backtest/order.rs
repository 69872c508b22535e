//! The order in which items are replayed under a seed, by which others can replay the same.

use sha2::{Digest, Sha256};

use super::pool::Kept;

/// The places of the items in the order of a seed: phase after phase, and within a phase by the SHA-256
/// of `"{seed}:{id}"` as hexadecimal digits. Items of one name keep their order.
pub(super) fn order(items: &[Kept], seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..items.len()).collect();
    order.sort_by_cached_key(|place| {
        items
            .get(*place)
            .map(|kept| (kept.phase, lot(seed, &kept.id)))
    });
    order
}

/// The first half of the hash, by which digests sort as by the whole unless sixteen bytes of two are equal.
fn lot(seed: u64, id: &str) -> u128 {
    let digest = Sha256::digest(format!("{seed}:{id}"));
    let first = digest.first_chunk::<16>().copied();
    u128::from_be_bytes(first.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::order;
    use crate::cli::backtest::pool::Pool;

    #[test]
    fn items_are_ordered_by_phase_and_then_by_their_hash() {
        let mut pool = Pool::new("p".to_owned(), &[]).unwrap();
        for (id, phase) in [("a", 1), ("a", 0), ("b", 0), ("c", 0)] {
            let line =
                format!(r#"{{"id":"{id}","phase":{phase},"answers":{{"m":{{"answer":"1"}}}}}}"#);
            pool.add(&serde_json::from_str(&line).unwrap()).unwrap();
        }
        // `printf 0:a | sha256sum` begins with 9df3, that of 0:b with e021, that of 0:c with be08.
        let told = |seed| order(&pool.items, seed);
        assert_eq!(told(0), [1, 3, 2, 0]);
        let orders: std::collections::BTreeSet<_> = (0..20).map(told).collect();
        assert!(orders.len() > 3);
    }
}
