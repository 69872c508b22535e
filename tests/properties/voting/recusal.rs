//! Own candidates are off the ballot, and that turns no two-to-one majority.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use synod::core::voting::{
    Counting, Ground, Nature, Outcome, Pairwise, Profile, Rule, count, tally,
};

use super::{Hall, setup};

const FAMILIES: [&str; 7] = ["a", "b", "c", "d", "e", "f", "g"];

/// A room: each voter's family, what it wrote if anything, and its scores.
fn room() -> impl Strategy<Value = Vec<(usize, Option<usize>, Vec<u8>)>> {
    let voter = (
        0_usize..7,
        proptest::option::weighted(0.7, 0_usize..3),
        vec(0_u8..=10, 3),
    );
    vec(voter, 1..8)
}

fn held(room: &[(usize, Option<usize>, Vec<u8>)]) -> Hall {
    let families: Vec<&str> = room.iter().map(|(family, ..)| FAMILIES[*family]).collect();
    let authors: Vec<Vec<usize>> = (0..3)
        .map(|candidate| {
            let wrote = |it: &usize| room[*it].1 == Some(candidate);
            (0..room.len()).filter(wrote).collect()
        })
        .collect();
    let authors: Vec<&[usize]> = authors.iter().map(Vec::as_slice).collect();
    let mut hall = Hall::new(&families, &authors);
    for (number, (_, _, scores)) in room.iter().enumerate() {
        hall.vote(number, scores);
    }
    hall
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    /// Whom the rule elects with own candidates in never loses to one that two voters to one rank
    /// below it.
    #[test]
    fn two_to_one_is_never_turned_by_recusal(room in room()) {
        let hall = held(&room);
        let own_in = Profile::of(&hall.ballots, &BTreeMap::new(), Counting::OwnIn);
        let pairs = Pairwise::of(&own_in);
        for rule in Rule::ALL {
            let Some(stands) = tally(rule, &own_in).standing.winner() else {
                continue;
            };
            let counted = count(&hall.ballots, &setup(rule, Nature::Open), &BTreeMap::new());
            if let Some(winner) = counted.outcome.winner()
                && winner != stands
            {
                prop_assert!(
                    !pairs.is_two_to_one(stands, winner),
                    "{rule}: {winner} instead of {stands}: {:?}", counted.outcome
                );
            }
        }
    }

    /// Where answers are closed no ballot turns heads that are two to one.
    #[test]
    fn heads_that_are_two_to_one_decide_closed_answers(room in room()) {
        let hall = held(&room);
        let heads = |it: usize| room.iter().filter(|(_, wrote, _)| *wrote == Some(it)).count();
        let leads = |it: &usize| {
            let mut others = (0..3).filter(|other| other != it);
            heads(*it) > 0 && others.all(|other| heads(*it) >= 2 * heads(other))
        };
        if let Some(leader) = (0..3).find(leads) {
            for rule in Rule::ALL {
                let counted = count(&hall.ballots, &setup(rule, Nature::Closed), &BTreeMap::new());
                let winner = counted.outcome.winner();
                let strict = matches!(rule, Rule::Majority | Rule::Unanimity) && winner.is_none();
                prop_assert!(winner == Some(leader) || strict, "{rule}: {:?}", counted.outcome);
            }
        }
    }

    /// A council of three that stands two to one decides so under each rule that wants no unanimity,
    /// whoever is of whose family.
    #[test]
    fn two_of_three_win(families in vec(0_usize..3, 3), scores in vec(0_u8..=10, 2), nature in 0..2) {
        let families: Vec<&str> = families.iter().map(|it| FAMILIES[*it]).collect();
        let mut hall = Hall::new(&families, &[&[0, 1], &[2]]);
        for number in 0..3 {
            hall.vote(number, &scores);
        }
        let nature = if nature == 0 { Nature::Closed } else { Nature::Open };
        for rule in Rule::ALL.into_iter().filter(|rule| *rule != Rule::Unanimity) {
            let counted = count(&hall.ballots, &setup(rule, nature), &BTreeMap::new());
            prop_assert_eq!(counted.outcome.winner(), Some(0), "{}: {:?}", rule, counted.outcome);
        }
    }
}

/// Four wrote one answer and two wrote others. The four must not judge their own, so among those who
/// may, it is a minority: without the guard the recused count would elect another one.
#[test]
fn four_authors_are_not_outvoted_by_two_because_they_step_back() {
    let mut hall = Hall::new(
        &["a", "b", "c", "d", "e", "f"],
        &[&[0, 1, 2, 3], &[4], &[5]],
    );
    for (number, scores) in [
        [0, 8, 2],
        [0, 8, 2],
        [0, 8, 2],
        [0, 8, 2],
        [5, 0, 2],
        [2, 9, 0],
    ]
    .iter()
    .enumerate()
    {
        hall.vote(number, scores);
    }
    let weights = BTreeMap::new();
    let recused = Profile::of(&hall.ballots, &weights, Counting::Recused);
    for rule in [Rule::Schulze, Rule::RankedPairs] {
        let alone = tally(rule, &recused).standing;
        assert_eq!(alone.winner(), Some(1), "{rule}");
        let counted = count(&hall.ballots, &setup(rule, Nature::Open), &weights);
        let ground = Ground::TwoToOne(rule);
        let expected = Outcome::Winner {
            candidate: 0,
            ground,
        };
        assert_eq!(counted.outcome, expected);
        assert_eq!(counted.with_own.winner(), Some(0));
    }
}

/// Own candidates and those of the family are not on a sheet, and what is not on it does not count
/// against anybody.
#[test]
fn own_and_family_are_not_presented() {
    let mut hall = Hall::new(&["a", "a", "b", " "], &[&[0], &[1], &[2], &[3]]);
    let sheet = |hall: &mut Hall, it| hall.sheet(it).map(|sheet| sheet.order);
    let sorted = |mut order: Vec<usize>| {
        order.sort_unstable();
        order
    };
    assert_eq!(sheet(&mut hall, 0).map(sorted), Some(vec![2, 3]));
    assert_eq!(sheet(&mut hall, 1).map(sorted), Some(vec![2, 3]));
    assert_eq!(sheet(&mut hall, 2).map(sorted), Some(vec![0, 1, 3]));
    assert_eq!(sheet(&mut hall, 3).map(sorted), Some(vec![0, 1, 2]));
    // Two candidates: each author is left with one, and counts by authorship alone.
    let mut two = Hall::new(&["a", "b", "c"], &[&[0, 1], &[2]]);
    assert!((0..3).all(|it| two.sheet(it).is_none()));
}
