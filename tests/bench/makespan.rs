//! Makespan of many tasks over several servers that each take a fixed time, beside the ideal and
//! beside a bare client loop that does as many `fdatasync`s and nothing else.
//!
//! `cargo bench --bench makespan [-- TASKS SERVERS MILLISECONDS ROUNDS]`, by default 400 8 20 5. The
//! two are run in turn and the medians are compared, since the speed of a machine drifts. The
//! servers are the real `synod mcp rehearsal` over stdio; the journal of the room is the real one, and
//! so is its runtime. The loop has two threads.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a bench measures time and may stop on a fault"
)]

mod makespan_parts;

use std::time::Duration;

use makespan_parts::{bare, room};

fn main() {
    let given: Vec<u32> = std::env::args()
        .skip(1)
        .filter_map(|word| word.parse().ok())
        .collect();
    let or = |index: usize, default: u32| given.get(index).copied().unwrap_or(default);
    let (tasks, servers, pause, rounds) = (or(0, 400), or(1, 8), or(2, 20), or(3, 5));
    let plan = Plan {
        tasks,
        servers,
        pause: Duration::from_millis(pause.into()),
    };
    let own = synod::engine::runtime().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();

    let (mut with_room, mut alone) = (Vec::new(), Vec::new());
    let mut syncs = 0;
    for round in 1..=rounds {
        let (took, appends) = own.block_on(room::run(&plan));
        syncs = appends;
        let bare = runtime.block_on(bare::run(&plan, syncs));
        println!("round {round}: room {took:?} with {syncs} appends, bare loop {bare:?}");
        with_room.push(took);
        alone.push(bare);
    }
    let ideal = plan.pause * tasks.div_ceil(servers);
    let (room, bare) = (median(with_room), median(alone));
    println!(
        "{tasks} tasks over {servers} servers of {:?}, {syncs} appends",
        plan.pause
    );
    println!("median: room {room:?}, bare loop {bare:?}, ideal {ideal:?}");
    println!(
        "room / bare loop {:.3}",
        room.as_secs_f64() / bare.as_secs_f64()
    );
    println!(
        "room / ideal     {:.3}",
        room.as_secs_f64() / ideal.as_secs_f64()
    );
    println!(
        "bare / ideal     {:.3}",
        bare.as_secs_f64() / ideal.as_secs_f64()
    );
}

/// What is run.
pub(crate) struct Plan {
    pub(crate) tasks: u32,
    pub(crate) servers: u32,
    pub(crate) pause: Duration,
}

impl Plan {
    /// What each server is told: wait, then answer.
    pub(crate) fn prompt(&self) -> String {
        format!("[[sleep:{}]] [[say:ok]]", self.pause.as_millis())
    }

    /// The command of one server.
    pub(crate) fn server(name: &str) -> Vec<String> {
        let binary = env!("CARGO_BIN_EXE_synod");
        let words = [
            binary,
            "mcp",
            "rehearsal",
            "--persona",
            "terse",
            "--seed",
            "1",
            "--pace",
            "0",
            "--name",
            name,
        ];
        words.map(str::to_owned).to_vec()
    }
}

fn median(mut of: Vec<Duration>) -> Duration {
    of.sort();
    of[of.len() / 2]
}
