//! Elections that others have written about.

use super::{leaders, ranking};
use synod::core::voting::{Pairwise, Rule};

/// Condorcet's paradox: majorities that go in a circle. Condorcet, "Essai sur l'application de
/// l'analyse à la probabilité des décisions rendues à la pluralité des voix" (1785).
#[test]
fn the_paradox_of_condorcet_is_a_tie_of_all() {
    let circle = ranking(3, &[(1, "ABC"), (1, "BCA"), (1, "CAB")]);
    assert_eq!(Pairwise::of(&circle).condorcet(), None);
    for rule in [
        Rule::Plurality,
        Rule::Borda,
        Rule::Schulze,
        Rule::RankedPairs,
        Rule::Score,
    ] {
        assert_eq!(leaders(rule, &circle), "ABC", "{rule}");
    }
    assert_eq!(leaders(Rule::Majority, &circle), "");
    // With unequal majorities the weakest one gives way: 23 ABC, 17 BCA, 2 BAC, 10 CAB, 8 CBA, his
    // own example of sixty voters.
    let sixty = ranking(
        3,
        &[
            (23, "ABC"),
            (17, "BCA"),
            (2, "BAC"),
            (10, "CAB"),
            (8, "CBA"),
        ],
    );
    assert_eq!(leaders(Rule::Plurality, &sixty), "A");
    assert_eq!(leaders(Rule::Borda, &sixty), "B");
    for rule in [Rule::Schulze, Rule::RankedPairs] {
        assert_eq!(leaders(rule, &sixty), "B", "{rule}");
    }
}

/// The capital of Tennessee: Memphis, Nashville, Chattanooga, Knoxville, by distance. The usual example
/// of textbooks and encyclopedias on ranked voting.
#[test]
fn nashville_is_the_capital_of_tennessee() {
    let tennessee = ranking(4, &[(42, "ABCD"), (26, "BCDA"), (15, "CDBA"), (17, "DCBA")]);
    assert_eq!(leaders(Rule::Plurality, &tennessee), "A");
    assert_eq!(leaders(Rule::Majority, &tennessee), "");
    assert_eq!(Pairwise::of(&tennessee).condorcet(), Some(1));
    for rule in [Rule::Borda, Rule::Schulze, Rule::RankedPairs] {
        assert_eq!(leaders(rule, &tennessee), "B", "{rule}");
    }
    let pairs = Pairwise::of(&tennessee);
    assert_eq!((pairs.prefer(1, 0), pairs.prefer(0, 1)), (58, 42));
    assert_eq!((pairs.prefer(1, 2), pairs.prefer(2, 3)), (68, 83));
}

/// Example 1 of Schulze (2011): 45 voters, five candidates, E wins; ranked pairs elects A.
#[test]
fn the_45_voters_of_schulze_elect_e() {
    let schulze = ranking(
        5,
        &[
            (5, "ACBED"),
            (5, "ADECB"),
            (8, "BEDAC"),
            (3, "CABED"),
            (7, "CAEBD"),
            (2, "CBADE"),
            (7, "DCEBA"),
            (8, "EBADC"),
        ],
    );
    let pairs = Pairwise::of(&schulze);
    assert_eq!(
        (pairs.prefer(0, 1), pairs.prefer(1, 3), pairs.prefer(4, 3)),
        (20, 33, 31)
    );
    assert_eq!(leaders(Rule::Schulze, &schulze), "E");
    assert_eq!(leaders(Rule::RankedPairs, &schulze), "A");
}

/// Clones after Tideman (1987): who brings a second candidate of the same mind wins by Borda's count
/// and loses by plurality; Schulze's rule and ranked pairs do not care.
#[test]
fn clones_help_under_borda_only() {
    let before = ranking(2, &[(60, "AB"), (40, "BA")]);
    let after = ranking(3, &[(60, "ABC"), (40, "BCA")]);
    for rule in [Rule::Borda, Rule::Schulze, Rule::RankedPairs] {
        assert_eq!(leaders(rule, &before), "A", "{rule}");
    }
    assert_eq!(leaders(Rule::Borda, &after), "B");
    for rule in [Rule::Schulze, Rule::RankedPairs] {
        assert_eq!(leaders(rule, &after), "A", "{rule}");
    }
    let split = ranking(3, &[(31, "ACB"), (29, "CAB"), (40, "BAC")]);
    assert_eq!(leaders(Rule::Plurality, &split), "B");
    for rule in [Rule::Schulze, Rule::RankedPairs, Rule::Borda] {
        assert_eq!(leaders(rule, &split), "A", "{rule}");
    }
}

/// Borda's own example of 1770 ("Mémoire sur les élections au scrutin", 1784): 21 voters, and the
/// candidate that the most put first is the one that most put last.
#[test]
fn borda_does_not_elect_whom_most_put_last() {
    let academy = ranking(3, &[(1, "ABC"), (7, "ACB"), (7, "BCA"), (6, "CBA")]);
    assert_eq!(leaders(Rule::Plurality, &academy), "A");
    for rule in [Rule::Borda, Rule::Schulze, Rule::RankedPairs] {
        assert_eq!(leaders(rule, &academy), "C", "{rule}");
    }
}

/// Equal margins have no order: every way to break them counts. With A over B over C over A by the
/// same margin each may win, and D, whom all of them beat, may not.
#[test]
fn ranked_pairs_tries_every_order_of_equal_margins() {
    let equal = ranking(4, &[(1, "ABCD"), (1, "BCAD"), (1, "CABD")]);
    assert_eq!(leaders(Rule::RankedPairs, &equal), "ABC");
    assert_eq!(leaders(Rule::Schulze, &equal), "ABC");
}
