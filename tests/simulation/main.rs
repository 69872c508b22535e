//! Seeded simulation of the core: a room, scripted members, an operator, a virtual clock and faults.
//!
//! Each seed makes a plan (a roster, operations, faults) and runs it to its end; the invariants are
//! in [`invariants`]. In some of them the shared memory is kept beside the room, by the hub's own loop
//! ([`beside`]). `SYNOD_SEEDS=n` runs n seeds instead of 2,000, `SYNOD_SEED=n` replays one and
//! prints its events. A seed that fails is printed with its plan shrunk to what still fails.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod ageing;
mod appraisals;
mod beside;
mod check;
mod coverage;
mod dials;
mod digests;
#[path = "../../src/hub/fake.rs"]
#[allow(dead_code, reason = "the tests of the hub itself use the rest")]
mod fake;
mod fault;
mod invariants;
mod ladder;
mod learning;
mod meddler;
mod member;
mod plan;
mod plans;
mod room;
mod world;

use std::collections::BTreeMap;

use check::{replayed, run_many, shrunk, test_setting};
use plan::Plan;
use pretty_assertions::assert_eq;
use serde::Deserialize;
use synod::hub;

/// Seeds that broke the core once.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    seed: BTreeMap<String, String>,
}

#[test]
fn every_seed_keeps_the_invariants_and_comes_to_an_end() {
    if let Some(seed) = test_setting("SYNOD_SEED") {
        return replayed(seed);
    }
    let seeds = test_setting("SYNOD_SEEDS").unwrap_or(2_000);
    if let Some((seed, violation)) = run_many(seeds, check::outcome) {
        let plan = shrunk(Plan::from_seed(seed));
        panic!("seed {seed}: {violation}\n{plan:#?}");
    }
}

#[test]
fn seeds_that_broke_the_core_once_do_so_no_more() {
    let known: Known = toml::from_str(include_str!("scenarios/seeds.toml")).unwrap();
    for (seed, why) in known.seed {
        let plan = Plan::from_seed(seed.parse().unwrap());
        assert_eq!(check::outcome(&plan).err(), None, "seed {seed}: {why}");
    }
}

/// The hub's loop beside the room, with all that can happen to a server and its documents.
#[test]
fn every_seed_leaves_the_memory_as_the_journal_has_it() {
    if let Some(seed) = test_setting("SYNOD_SEED") {
        let outcome = world::run_with_memory(&Plan::from_seed(seed)).map(|_| ());
        return assert_eq!(outcome, Ok(()));
    }
    let seeds = test_setting("SYNOD_SEEDS").unwrap_or(2_000) / 20;
    let outcome = |plan: &Plan| world::run_with_memory(plan).map(|_| ());
    if let Some((seed, violation)) = run_many(seeds, outcome) {
        panic!("seed {seed}: {violation}");
    }
}

#[test]
fn the_same_seed_gives_the_same_events() {
    for seed in 0..50 {
        let journal = || world::run(&Plan::from_seed(seed)).unwrap().journal;
        assert_eq!(journal(), journal(), "seed {seed}");
    }
}

/// The workload is part of the test: what never happens in it is not tested by it.
#[test]
fn the_workload_reaches_every_kind_of_event_and_ending() {
    let mut seen = coverage::Coverage::default();
    for seed in 0..300 {
        seen.add(&world::run(&Plan::from_seed(seed)).unwrap().journal);
    }
    assert_eq!(seen.missing(), Vec::<&str>::new());
}
