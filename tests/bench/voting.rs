//! How long a large vote takes to count, and what hostile voters achieve in a million small ones.
//!
//! `cargo bench --bench voting [-- ELECTIONS]` counts; the run fails where a vote was decided without
//! its quorum or a ballot was counted that should not be. `cargo bench --bench voting -- export FILE`
//! writes elections for `tests/golden/voting/make.py recount FILE`.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a bench measures time and may stop on a fault"
)]

#[path = "voting_parts/hostile.rs"]
mod hostile;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::hint::black_box;
use std::time::Instant;

use synod::core::voting::{
    Ballot, Ballots, Cast, Counting, Nature, Panel, Profile, Quorum, Rule, Seat, Setup, Sheet,
    Slate, Vote, count, tally, tally_all,
};
use synod::core::{MemberName, Timestamp};

use hostile::{Election, Findings};

/// Elections of an export.
const EXPORTED: u64 = 10_000;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let Some(place) = words.iter().position(|word| word == "export") {
        let file = words.get(place + 1).unwrap();
        std::fs::write(file, exported()).unwrap();
        println!("{EXPORTED} elections with hostile voters written to {file}");
        return;
    }
    large(200, 1_000);
    let number = words.iter().find_map(|word| word.parse().ok());
    hostile(number.unwrap_or(1_000_000));
}

/// One vote with many candidates and ballots.
fn large(candidates: usize, voters: usize) {
    let mut dice = fastrand::Rng::with_seed(7);
    let names: Vec<MemberName> = (0..voters)
        .map(|it| MemberName::new(&format!("v{it}")).unwrap())
        .collect();
    let seat = |name: &MemberName| {
        let family = String::new();
        (
            name.clone(),
            Seat {
                family,
                votes: true,
            },
        )
    };
    let panel = Panel::new(1, names.iter().map(seat));
    let mut authors = vec![BTreeSet::new(); candidates];
    for (number, name) in names.iter().enumerate() {
        authors[number % candidates].insert(name.clone());
    }
    let slate = Slate::new(authors).unwrap();
    let mut ballots = Ballots::open(panel, slate, None);
    for (number, name) in (0..).zip(&names) {
        let (slate, panel) = (ballots.slate(), ballots.panel());
        let sheet = Sheet::deal(slate, panel, name, number, 1).unwrap();
        let vote = Vote::Ranked(taste(&sheet, &mut dice));
        let (voter, epoch, at) = (name.clone(), 1, Timestamp(1));
        ballots.give(sheet);
        ballots
            .admit(Cast {
                voter,
                sheet: number,
                epoch,
                at,
                vote,
            })
            .unwrap();
    }
    let weights = BTreeMap::new();
    let profile = Profile::of(&ballots, &weights, Counting::Recused);
    println!("{candidates} candidates, {voters} ballots, each of an author");
    best("all nine rules", || tally_all(&profile));
    for rule in Rule::ALL {
        best(rule.word(), || tally(rule, &profile));
    }
    let setup = Setup {
        rule: Rule::Schulze,
        second: Rule::Borda,
        quorum: Quorum::new(1, 2).unwrap(),
        nature: Nature::Open,
    };
    best("the whole count (twice all rules)", || {
        count(&ballots, &setup, &weights)
    });
}

/// A random full ranking with scores, in which lower numbers are somewhat better.
fn taste(sheet: &Sheet, dice: &mut fastrand::Rng) -> Ballot {
    let mut order: Vec<(f64, usize)> = sheet
        .order
        .iter()
        .map(|it| {
            (
                dice.f64() * 300.0 + f64::from(u32::try_from(*it).unwrap()),
                *it,
            )
        })
        .collect();
    order.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    let levels = order.iter().map(|(_, it)| vec![*it]).collect();
    let scores = order.iter().map(|(worth, it)| (*it, 10.0 - worth / 50.0));
    Ballot::new(sheet, levels, scores.collect(), None, "").unwrap()
}

fn best<T>(what: &str, mut work: impl FnMut() -> T) {
    let took = (0..40).map(|_| {
        let began = Instant::now();
        black_box(work());
        began.elapsed()
    });
    let mut took: Vec<_> = took.collect();
    took.sort();
    println!(
        "  {what:<34} best {:>9.2?}  median {:>9.2?}",
        took[0], took[20]
    );
}

/// Many small votes in which most voters cheat in one way or another.
fn hostile(elections: u64) {
    let began = Instant::now();
    let mut findings = Findings::default();
    for seed in 0..elections {
        findings.add(&Election::held(seed));
    }
    println!(
        "{elections} elections with hostile voters in {:.1?}",
        began.elapsed()
    );
    println!("{findings}");
    assert!(findings.are_good(), "hostile voters achieved something");
}

/// Elections as lines for the recount: heads and judgements of each on a line of their own, because an
/// author's first preference is not on its ballot.
fn exported() -> String {
    let mut text = String::from("# candidates ballots");
    for rule in Rule::ALL {
        write!(text, " {rule}").unwrap();
    }
    text.push('\n');
    for seed in 0..EXPORTED {
        let election = Election::held(seed);
        for (heads, counting) in [(true, Counting::OwnIn), (false, Counting::Recused)] {
            let lines = election.written(counting);
            if lines.is_empty() {
                continue;
            }
            let profile = Profile::of(&election.ballots, &election.weights, counting);
            write!(text, "{} {}", profile.candidates(), lines.join(",")).unwrap();
            for rule in Rule::ALL {
                let field = if rule.counts_heads() == heads {
                    let standing = tally(rule, &profile).standing;
                    let leaders = standing.leaders().iter().map(ToString::to_string);
                    Some(leaders.collect::<String>()).filter(|field| !field.is_empty())
                } else {
                    Some(".".to_owned())
                };
                write!(text, " {}", field.as_deref().unwrap_or("!")).unwrap();
            }
            text.push('\n');
        }
    }
    text
}
