//! How long one routing decision takes, how many a replay makes in a second, and, on recorded outcomes,
//! how good they are.
//!
//! `cargo bench --bench routing [-- POOLS.toml [SEEDS]]`. The bars of time fail the run where they are
//! missed by far, as a machine that is busy with something else misses them by a little. With a file of
//! pools `synod backtest` is run on it and held against what each pool of that name is known for.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench measures time and may stop on a fault"
)]

#[path = "routing_parts/bars.rs"]
mod bars;

use std::hint::black_box;
use std::time::{Duration, Instant};

use synod::core::routing::policy::{Contender, Desk, Policy, rank};
use synod::core::routing::posterior::Posterior;
use synod::core::routing::replay::{Given, Item, Replay, Way};
use synod::core::voting::Rule;
use synod::core::{KindName, MemberName, TaskKind};

/// The most that a decision may take …
const DECISION: Duration = Duration::from_micros(20);
/// … among so many members, on so many kinds.
const MEMBERS: usize = 64;
/// On so many kinds.
const KINDS: usize = 20;
/// How many decisions a replay makes in a second at least …
const RATE: f64 = 100_000.0;
/// … among so many members.
const PANEL: usize = 8;

fn main() {
    let mut words = std::env::args().skip(1).filter(|word| word != "--bench");
    decisions();
    replays();
    if let Some(pools) = words.next() {
        bars::hold(&pools, words.next().as_deref().unwrap_or("5"));
    }
}

fn names(count: usize) -> Vec<MemberName> {
    let name = |number| MemberName::new(&format!("member-{number}")).unwrap();
    (0..count).map(name).collect()
}

fn kinds() -> Vec<TaskKind> {
    let own = |number| TaskKind::Own(KindName::new(&format!("kind-{number}")).unwrap());
    (0..KINDS).map(own).collect()
}

/// One decision of each policy, by what is known of all members on all kinds.
fn decisions() {
    let (names, kinds) = (names(MEMBERS), kinds());
    let mut dice = fastrand::Rng::with_seed(7);
    let mut posterior = Posterior::default();
    for _ in 0..20 {
        for name in &names {
            for kind in &kinds {
                posterior.observe(name, *kind, f64::from(u8::from(dice.f64() < 0.6)), 1.0);
            }
        }
    }
    let contender = |(place, name)| Contender {
        name,
        strength: Some(0.5),
        load: f64::from(u8::from(place % 3 == 0)) / 2.0,
        seconds: Some(20.0),
        price: Some(0.01),
        given: place as u64,
        place: Some(place),
    };
    let contenders: Vec<Contender<'_>> = names.iter().enumerate().map(contender).collect();
    println!("one decision among {MEMBERS} members, {KINDS} kinds (at most {DECISION:.0?})");
    for policy in Policy::ALL {
        let mut turn = 0_u64;
        let took = best(|| {
            turn += 1;
            let outlook = posterior.outlook();
            let desk = Desk {
                kind: kinds[usize::try_from(turn).unwrap() % KINDS],
                outlook: &outlook,
                seed: turn,
            };
            rank(*policy, desk, &contenders)
        });
        println!("  {:<14} {took:>9.2?}", policy.word());
        assert!(took < DECISION * 3, "{policy} takes far longer than it may");
    }
}

/// The best mean of many runs of a hundred.
fn best<T>(mut work: impl FnMut() -> T) -> Duration {
    let run = |_| {
        let began = Instant::now();
        for _ in 0..100 {
            black_box(work());
        }
        began.elapsed() / 100
    };
    (0..40).map(run).min().unwrap()
}

/// Items on which members differ by kind.
fn items(count: usize) -> Vec<Item> {
    let kinds = kinds();
    let mut dice = fastrand::Rng::with_seed(11);
    let item = |turn: usize| {
        let kind = turn % 10;
        let given = (0..PANEL).map(|place| {
            let skill = 0.4 + 0.06 * f64::from(u8::try_from((place * 7 + kind * 3) % 8).unwrap());
            let right = dice.f64() < skill;
            Some(Given {
                group: Some(if right { 0 } else { dice.u16(1..5) }),
                right: Some(right),
                seconds: Some(1.0),
                cost: Some(0.001),
            })
        });
        Item {
            kind: kinds[kind],
            alternatives: Some(5),
            given: given.collect(),
        }
    };
    (0..count).map(item).collect()
}

/// How many decisions a replay makes in a second, on one core.
fn replays() {
    let (names, items) = (names(PANEL), items(20_000));
    println!("decisions a second among {PANEL} members, one core (at least {RATE})");
    let policies = Policy::ALL
        .iter()
        .map(|policy| (policy.to_string(), *policy, 0.0));
    let learned = ("learned, 2 calls".to_owned(), Policy::Learned, 1.0);
    let policies = policies
        .chain([learned])
        .map(|(word, policy, further)| (word, Way::Policy { policy, further }));
    let rule = |word: &str, rule, cascade| {
        let threshold = None;
        (
            word.to_owned(),
            Way::Rule {
                rule,
                cascade,
                threshold,
            },
        )
    };
    let rules = [
        rule("plurality", Rule::Plurality, None),
        rule("weighted", Rule::Weighted, None),
        rule("weighted, first 3", Rule::Weighted, Some(3)),
    ];
    for (word, way) in policies.chain(rules) {
        let run = |_| {
            let began = Instant::now();
            let mut replay = Replay::new(&names, way.clone(), 0);
            for item in &items {
                black_box(replay.work(item));
            }
            f64::from(u32::try_from(items.len()).unwrap()) / began.elapsed().as_secs_f64()
        };
        let rate = (0..5).map(run).fold(0.0, f64::max);
        println!("  {word:<20} {rate:>10.0}");
        assert!(
            rate > RATE / 3.0,
            "{word} is replayed far slower than it may be"
        );
    }
}
