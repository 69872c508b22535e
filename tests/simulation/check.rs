//! Runs plans, finds the one that fails, and makes it small. Owns the test's settings.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::plan::Plan;
use crate::world;

/// What is wrong with a run of a plan, if anything. A panic of the core counts.
pub(crate) fn outcome(plan: &Plan) -> Result<(), String> {
    let ran = catch_unwind(AssertUnwindSafe(|| world::run(plan).map(|_| ())));
    ran.unwrap_or_else(|_| Err("the core panicked".to_owned()))
}

/// The first violation among the seeds from 0, found on all cores.
pub(crate) fn run_many(
    seeds: u64,
    outcome: impl Fn(&Plan) -> Result<(), String> + Sync,
) -> Option<(u64, String)> {
    let next = AtomicU64::new(0);
    let found: Mutex<Option<(u64, String)>> = Mutex::new(None);
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds || found.lock().unwrap().is_some() {
                        return;
                    }
                    if let Err(violation) = outcome(&Plan::from_seed(seed)) {
                        *found.lock().unwrap() = Some((seed, violation));
                        return;
                    }
                }
            });
        }
    });
    found.into_inner().unwrap()
}

/// The plan without the operations and faults that it does not need in order to fail.
pub(crate) fn shrunk(mut plan: Plan) -> Plan {
    loop {
        let smaller = plan.smaller().find(|one| outcome(one).is_err());
        match smaller {
            Some(one) => plan = one,
            None => return plan,
        }
    }
}

/// Runs one seed aloud.
pub(crate) fn replayed(seed: u64) {
    let plan = Plan::from_seed(seed);
    println!("{plan:#?}");
    match world::run_aloud(&plan) {
        Ok(run) => println!("{} events", run.journal.len()),
        Err(violation) => panic!("seed {seed}: {violation}"),
    }
}

/// A number from the environment.
#[expect(
    clippy::disallowed_methods,
    reason = "a test that is widened or replayed by hand"
)]
pub(crate) fn test_setting(name: &str) -> Option<u64> {
    let value = std::env::var(name).ok()?;
    Some(value.parse().expect("a number"))
}
