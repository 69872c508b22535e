//! Ballots as they come in: which of them count, and which are refused, kept and shown.

use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::prelude::*;
use synod::core::Timestamp;
use synod::core::voting::{Abstention, Ballots, Cast, Refused, Sheet, Vote};

use super::{Hall, ballot, voter};

/// A panel of three judges and a stranger's name, on two candidates by others.
fn hall() -> Hall {
    Hall::new(&["a", "b", "c"], &[&[], &[]])
}

#[test]
fn each_refusal_has_its_name_and_is_kept() {
    let mut hall = hall();
    let (first, second) = (hall.sheet(0).unwrap(), hall.sheet(1).unwrap());
    let vote = || Vote::Ranked(ballot(&first, &[7, 3]));
    let good = hall.cast(&first, vote());
    let cases: [(Cast, Refused); 4] = [
        (
            Cast {
                voter: voter(9),
                ..good.clone()
            },
            Refused::NotOfThisPanel,
        ),
        (
            Cast {
                epoch: 6,
                ..good.clone()
            },
            Refused::NotOfThisPanel,
        ),
        (
            Cast {
                sheet: 99,
                ..good.clone()
            },
            Refused::Forged,
        ),
        (
            Cast {
                sheet: second.number,
                ..good.clone()
            },
            Refused::Forged,
        ),
    ];
    for (cast, why) in cases {
        assert_eq!(hall.ballots.admit(cast), Err(why));
    }
    assert_eq!(hall.ballots.admit(good.clone()), Ok(()));
    let other = Vote::Ranked(ballot(&first, &[1, 9]));
    let again = Cast {
        vote: other,
        ..good.clone()
    };
    assert_eq!(hall.ballots.admit(again), Err(Refused::Duplicate));
    assert_eq!(hall.ballots.vote(&voter(0)), Some(&good.vote));
    hall.ballots.depart(&voter(1), Timestamp(2));
    let gone = hall.cast(&second, Vote::Ranked(ballot(&second, &[1, 2])));
    assert_eq!(hall.ballots.admit(gone), Err(Refused::Departed));
    let third = hall.sheet(2).unwrap();
    let wrong = Vote::Ranked(ballot(
        &Sheet {
            order: vec![1, 0, 2],
            ..third.clone()
        },
        &[1, 2, 3],
    ));
    let malformed = hall.ballots.admit(hall.cast(&third, wrong));
    assert!(
        matches!(malformed, Err(Refused::Malformed { .. })),
        "{malformed:?}"
    );
    hall.ballots.close();
    let late = hall.cast(&third, Vote::Ranked(ballot(&third, &[1, 2])));
    assert_eq!(hall.ballots.admit(late), Err(Refused::Late));
    assert_eq!(
        (hall.ballots.refused().len(), hall.ballots.refusals()),
        (8, 8)
    );
    assert_eq!(hall.ballots.votes().count(), 1);
}

#[test]
fn a_deadline_closes_and_who_leaves_takes_its_ballot_along() {
    let mut hall = hall();
    let sheet = hall.sheet(0).unwrap();
    hall.ballots.reopen(Some(Timestamp(10)));
    let mut cast = hall.cast(&sheet, Vote::Ranked(ballot(&sheet, &[7, 3])));
    cast.at = Timestamp(11);
    assert_eq!(hall.ballots.admit(cast.clone()), Err(Refused::Late));
    cast.at = Timestamp(10);
    assert_eq!(hall.ballots.admit(cast), Ok(()));
    assert_eq!(hall.ballots.present(), 1);
    hall.ballots.depart(&voter(0), Timestamp(12));
    assert_eq!(
        (hall.ballots.present(), hall.ballots.votes().count()),
        (0, 0)
    );
    assert_eq!(
        hall.ballots.refused().last().unwrap().why,
        Refused::Departed
    );
    // To leave twice, or without having been there, is nothing.
    hall.ballots.depart(&voter(0), Timestamp(13));
    hall.ballots.depart(&voter(9), Timestamp(13));
    assert_eq!(hall.ballots.refusals(), 2);
}

#[test]
fn what_was_counted_stays_so_whoever_leaves_afterwards() {
    let mut hall = Hall::new(&["a", "b", "c"], &[&[0], &[1], &[2]]);
    hall.vote(0, &[0, 7, 3]);
    hall.vote(1, &[4, 0, 4]);
    hall.ballots.close();
    let before = hall.ballots.clone();
    hall.ballots.depart(&voter(0), Timestamp(12));
    assert_eq!(hall.ballots, before);
}

#[test]
fn a_flood_of_bad_ballots_is_counted_and_kept_in_part() {
    let mut hall = hall();
    let sheet = hall.sheet(0).unwrap();
    let mut cast = hall.cast(
        &sheet,
        Vote::Abstained(Abstention::Chosen {
            reason: String::new(),
        }),
    );
    cast.sheet = 77;
    for _ in 0..1_000 {
        assert_eq!(hall.ballots.admit(cast.clone()), Err(Refused::Forged));
    }
    assert_eq!(
        (hall.ballots.refused().len(), hall.ballots.refusals()),
        (256, 1_000)
    );
}

#[test]
fn ballots_are_the_same_after_a_way_through_json() {
    let mut hall = Hall::new(&["a", "b", "c"], &[&[0], &[1], &[2]]);
    hall.vote(0, &[0, 7, 3]);
    hall.vote(1, &[4, 0, 4]);
    let written = serde_json::to_string(&hall.ballots).unwrap();
    let back: Ballots = serde_json::from_str(&written).unwrap();
    assert_eq!(back, hall.ballots);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    /// Whoever casts what on which sheet, before or after whatever: one ballot a voter is kept, the
    /// first that came on its own sheet while it was there, and every other one is refused.
    #[test]
    fn only_a_voters_first_own_timely_ballot_is_kept(
        steps in vec((0_usize..5, 1_u64..6, 0_u64..3, 0_u64..30, 0_u8..=10, 0_u8..12), 1..40),
    ) {
        let mut hall = Hall::new(&["a", "b", "c", "d"], &[&[], &[]]);
        let sheets: Vec<Sheet> = (0..4).map(|it| hall.sheet(it).unwrap()).collect();
        hall.ballots.reopen(Some(Timestamp(20)));
        let mut kept: Vec<Option<u8>> = vec![None; 4];
        let mut gone = BTreeSet::new();
        let mut refusals = 0;
        for (who, sheet, epoch, at, score, step) in steps {
            if step == 0 {
                hall.ballots.depart(&voter(who), Timestamp(at));
                if who < 4 && gone.insert(who) && kept[who].take().is_some() {
                    refusals += 1;
                }
                continue;
            }
            let cast = Cast {
                voter: voter(who),
                sheet,
                epoch: 6 + epoch,
                at: Timestamp(at),
                vote: Vote::Ranked(ballot(&sheets[0], &[score, 5])),
            };
            let own = sheet == who as u64 + 1;
            let good = who < 4 && own && epoch == 1 && at <= 20 && !gone.contains(&who) && kept[who].is_none();
            prop_assert_eq!(hall.ballots.admit(cast).is_ok(), good);
            if good {
                kept[who] = Some(score);
            } else {
                refusals += 1;
            }
        }
        let counted: Vec<Option<u8>> = (0..4)
            .map(|it| match hall.ballots.vote(&voter(it)) {
                Some(Vote::Ranked(ballot)) => (0..=10).find(|score| f64::from(*score) >= ballot.scores()[&0]),
                Some(Vote::Abstained(_)) | None => None,
            })
            .collect();
        prop_assert_eq!(counted, kept);
        prop_assert_eq!(hall.ballots.refusals(), refusals);
    }
}
