//! The rules against the counts of `pref-voting`, on elections with strict, tied and incomplete ballots.

use synod::core::voting::{Profile, Rule, Standing, Voice, tally};

use super::scoring;

const ELECTIONS: &str = include_str!("../../golden/voting/elections.txt");

fn voice(ballot: &str) -> Voice {
    let (scores, weight) = ballot.split_once('*').unwrap_or((ballot, "1"));
    let score = |letter: char| Some(u8::try_from(letter.to_digit(16)?).unwrap());
    let scores: Vec<Option<u8>> = scores.chars().map(score).collect();
    scoring(&scores).weighing(weight.parse().unwrap())
}

fn written(standing: &Standing) -> String {
    match standing {
        Standing::Leads(leaders) => leaders.iter().map(ToString::to_string).collect(),
        Standing::Nobody(_) => "!".to_owned(),
    }
}

#[test]
fn the_winners_are_those_of_pref_voting() {
    let mut compared = [0; Rule::ALL.len()];
    let mut differ = Vec::new();
    for line in ELECTIONS.lines().filter(|line| !line.starts_with('#')) {
        let mut fields = line.split(' ');
        let candidates = fields.next().unwrap().parse().unwrap();
        let voices = fields.next().unwrap().split(',').map(voice).collect();
        let profile = Profile::new(candidates, voices);
        for ((rule, compared), theirs) in Rule::ALL.into_iter().zip(&mut compared).zip(fields) {
            if theirs == "." {
                continue;
            }
            *compared += 1;
            let ours = written(&tally(rule, &profile).standing);
            if ours != theirs {
                differ.push(format!("{rule}: {ours} instead of {theirs}: {line}"));
            }
        }
    }
    assert_eq!(differ, Vec::<String>::new());
    // None of them may quietly fall out of the comparison.
    assert!(
        compared.iter().all(|number| *number > 4_000),
        "{compared:?}"
    );
}
