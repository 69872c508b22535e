//! What each rule promises, on random elections. Ballots are incomplete wherever the promise still
//! means something then.

use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use synod::core::voting::{Pairwise, Profile, Rule, tally};

use super::scoring;

type Scores = Vec<Vec<Option<u8>>>;

/// Voters that score all of two to five candidates.
fn complete() -> impl Strategy<Value = Scores> {
    let ballots = |candidates| vec(vec((0_u8..=10).prop_map(Some), candidates), 1..9);
    (2_usize..=5).prop_flat_map(ballots)
}

/// Voters that score those which they were shown, two of them at least.
fn incomplete() -> impl Strategy<Value = Scores> {
    let ballots = |candidates| {
        let ballot = vec(weighted(0.8, 0_u8..=10), candidates);
        let shown = |scores: &Vec<Option<u8>>| scores.iter().flatten().count() >= 2;
        vec(ballot.prop_filter("fewer than two shown", shown), 1..9)
    };
    (2_usize..=5).prop_flat_map(ballots)
}

fn profile(scores: &Scores) -> Profile {
    let weighed = |(number, scores): (u8, &Vec<Option<u8>>)| {
        scoring(scores).weighing(1.0 + f64::from(number % 3))
    };
    let candidates = scores[0].len();
    Profile::new(candidates, (0..).zip(scores).map(weighed).collect())
}

fn leading(rule: Rule, profile: &Profile) -> Vec<usize> {
    tally(rule, profile).standing.leaders().to_vec()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Who a voter is does not matter.
    #[test]
    fn anonymity(scores in incomplete(), turn in 0_usize..9) {
        let before = profile(&scores);
        let mut voices = before.voices().to_vec();
        let middle = turn % voices.len();
        voices.rotate_left(middle);
        voices.reverse();
        let after = Profile::new(before.candidates(), voices);
        for rule in Rule::ALL {
            prop_assert_eq!(leading(rule, &before), leading(rule, &after), "{}", rule);
        }
    }

    /// What number a candidate has does not matter.
    #[test]
    fn neutrality(scores in incomplete(), turn in 0_usize..5, mirrored: bool) {
        let candidates = scores[0].len();
        let to = |it: usize| {
            let moved = (it + turn) % candidates;
            if mirrored { candidates - 1 - moved } else { moved }
        };
        let renumbered = scores.iter().map(|ballot| {
            let mut moved = vec![None; candidates];
            for (candidate, score) in ballot.iter().enumerate() {
                moved[to(candidate)] = *score;
            }
            moved
        });
        let (before, after) = (profile(&scores), profile(&renumbered.collect()));
        for rule in Rule::ALL {
            let mut expected: Vec<usize> = leading(rule, &before).into_iter().map(to).collect();
            expected.sort_unstable();
            prop_assert_eq!(expected, leading(rule, &after), "{}", rule);
        }
    }

    /// As many of each ballot once more change nothing.
    #[test]
    fn homogeneity(scores in incomplete()) {
        let before = profile(&scores);
        let doubled = [before.voices(), before.voices()].concat();
        let after = Profile::new(before.candidates(), doubled);
        for rule in Rule::ALL {
            prop_assert_eq!(leading(rule, &before), leading(rule, &after), "{}", rule);
        }
    }

    /// Who leads and is liked better by one voter still leads. Not so by scores that are normalised for
    /// each voter: to like one better is there to tell the others apart more.
    #[test]
    fn monotonicity(scores in incomplete(), voter in 0_usize..9, steps in 1_u8..10) {
        let before = profile(&scores);
        let monotone = Rule::ALL.into_iter().filter(|rule| *rule != Rule::Score);
        for rule in monotone {
            for winner in leading(rule, &before) {
                let mut scores = scores.clone();
                let voter = voter % scores.len();
                if let Some(score) = &mut scores[voter][winner] {
                    *score = (*score + steps).min(10);
                }
                let after = leading(rule, &profile(&scores));
                prop_assert!(after.contains(&winner), "{rule}: {winner} to {after:?}");
            }
        }
    }

    /// Who beats each other one head to head wins alone.
    #[test]
    fn condorcet_winners_win(scores in incomplete()) {
        let profile = profile(&scores);
        if let Some(winner) = Pairwise::of(&profile).condorcet() {
            for rule in [Rule::Schulze, Rule::RankedPairs] {
                prop_assert_eq!(leading(rule, &profile), vec![winner], "{}", rule);
            }
        }
    }

    /// Who loses to each other one head to head does not win, by Borda's count neither.
    #[test]
    fn condorcet_losers_lose(scores in complete()) {
        let profile = profile(&scores);
        let pairs = Pairwise::of(&profile);
        let all = 0..profile.candidates();
        let loses = |one: usize| all.clone().all(|it| it == one || pairs.margin(it, one) > 0);
        if let Some(loser) = all.clone().find(|one| loses(*one)) {
            for rule in [Rule::Borda, Rule::Schulze, Rule::RankedPairs] {
                prop_assert!(!leading(rule, &profile).contains(&loser), "{rule}");
            }
        }
    }

    /// Whom more than half put first wins.
    #[test]
    fn majorities_win(scores in complete(), winner in 0_usize..5) {
        let mut scores = scores;
        let (winner, voters) = (winner % scores[0].len(), scores.len());
        for ballot in scores.iter_mut().take(voters / 2 + 1) {
            for (candidate, score) in ballot.iter_mut().enumerate() {
                *score = score.map(|it| if candidate == winner { 10 } else { it.min(9) });
            }
        }
        let profile = profile(&scores);
        for rule in [Rule::Plurality, Rule::Majority, Rule::Schulze, Rule::RankedPairs] {
            prop_assert_eq!(leading(rule, &profile), vec![winner], "{}", rule);
        }
    }

    /// A candidate that is like another one to every voter changes nothing but which of the two leads.
    /// Ranked pairs promises it where all margins are unlike (Zavist and Tideman, 1989).
    #[test]
    fn independence_of_clones(scores in incomplete(), like in 0_usize..5, minds in vec(any::<bool>(), 9)) {
        let like = like % scores[0].len();
        let new = scores[0].len();
        // Scores are spread so that there is room for the clone right above or below.
        let spread = |ballot: &Vec<Option<u8>>| -> Vec<Option<u8>> {
            ballot.iter().map(|score| score.map(|it| it * 3 + 1)).collect()
        };
        let before = profile(&scores.iter().map(spread).collect());
        let cloned = scores.iter().zip(minds).map(|(ballot, above)| {
            let mut ballot = spread(ballot);
            let level = ballot[like];
            // Who is tied with others has a clone that is tied with them as well.
            let tied = ballot.iter().filter(|it| **it == level).count() > 1;
            let beside = |it: u8| if above { it + 1 } else { it - 1 };
            ballot.push(if tied { level } else { level.map(beside) });
            ballot
        });
        let after = profile(&cloned.collect());
        let pairs = Pairwise::of(&before);
        let mut margins: Vec<i64> = (0..new)
            .flat_map(|one| (0..one).map(move |other| (one, other)))
            .map(|(one, other)| pairs.margin(one, other).abs())
            .collect();
        margins.sort_unstable();
        let unlike = margins.windows(2).all(|two| two[0] != two[1]);
        let rules = [(Rule::Schulze, true), (Rule::RankedPairs, unlike)];
        for (rule, _) in rules.into_iter().filter(|(_, promised)| *promised) {
            let mut merged: Vec<usize> = leading(rule, &after)
                .into_iter()
                .map(|it| if it == new { like } else { it })
                .collect();
            merged.sort_unstable();
            merged.dedup();
            prop_assert_eq!(leading(rule, &before), merged, "{}", rule);
        }
    }

    /// A candidate that nobody else's author judged is missing there, not last: showing it to fewer
    /// voters of the same mind does not lower it.
    #[test]
    fn missing_is_not_last(first in 7_u8..=10, other in 0_u8..=5, voters in 2_usize..9) {
        let mut scores: Scores = vec![vec![Some(first), Some(other), Some(other)]; voters];
        for ballot in scores.iter_mut().skip(1) {
            ballot[0] = None;
        }
        let profile = profile(&scores);
        for rule in [Rule::Borda, Rule::Approval, Rule::Schulze, Rule::RankedPairs, Rule::Score] {
            prop_assert_eq!(leading(rule, &profile), vec![0], "{}", rule);
        }
    }
}

/// The first of two is as good as the first of four: Borda's points go from 1 to 0 for each voter.
#[test]
fn to_be_judged_among_few_costs_nothing() {
    let scores = vec![
        vec![Some(9), Some(3), None, None],
        vec![Some(9), Some(8), Some(7), Some(1)],
    ];
    let bars = tally(Rule::Borda, &profile(&scores)).bars;
    for (bar, expected) in bars.into_iter().zip([1.0, 1.0 / 3.0, 1.0 / 3.0, 0.0]) {
        assert!((bar.unwrap() - expected).abs() < 1e-12, "{bar:?}");
    }
}
