//! One console in a terminal: first frame, key to screen, idle cost and memory, beside what others
//! open in the same terminal; and for a room with a long past, 1,000 sessions and many tasks that wait, worked by
//! rehearsal members meanwhile: its first frame, with the room to be started and with it running, its memory, and keys
//! on the screens that list them, told kind by kind; a key that takes ten seconds ends the bench and says what did not
//! come.
//!
//! `cargo bench --bench console [-- KEYS SECONDS EVENTS TASKS]`, by default 60 10 1000000 100000; with 0 seconds the
//! large room alone. `codex`, `gemini`
//! and `opencode` are installed as for the tests; one that cannot be is passed over. Keys come at
//! the pace of a fast typist, since one of them takes faster ones for a paste. What a program and
//! everything below it uses is counted; of Synod that is the room as well. Figures depend on the
//! machine; compare them within one run. Many sessions that stream: `cargo bench --bench streams`.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a bench measures time and may stop on a fault"
)]

#[path = "../end_to_end/home.rs"]
#[allow(dead_code, reason = "the tests use the rest")]
mod home;
#[path = "../end_to_end/processes.rs"]
#[allow(dead_code, reason = "the tests use the rest")]
mod processes;
#[path = "../support/mod.rs"]
#[allow(dead_code, reason = "the tests use the rest")]
mod support;

#[allow(dead_code, reason = "the bench of streams uses the rest")]
mod console_parts;

use std::path::Path;
use std::time::{Duration, Instant};

use console_parts::spread::stats;
use console_parts::terminal::{Program, Terminal};
use console_parts::{cost, long_journal, others, walk};
use home::Home;

/// Starts of each program.
const STARTS: usize = 7;
/// A program has settled after this: what it does at its start is no cost of idling.
const SETTLE: Duration = Duration::from_secs(5);
/// Stands on the screen of every console of Synod.
const READY: &str = "Sessions";

fn main() {
    let given: Vec<u64> = std::env::args()
        .skip(1)
        .filter_map(|word| word.parse().ok())
        .collect();
    let or = |index: usize, default: u64| given.get(index).copied().unwrap_or(default);
    let (keys, span, events) = (or(0, 60), Duration::from_secs(or(1, 10)), or(2, 1_000_000));
    let tasks = or(3, 100_000);
    if span.is_zero() {
        long_past(events, tasks, keys);
        return;
    }

    let home = Home::new();
    home.configure("[room]\nhub = \"builtin\"\n");
    cold(&home);
    let held = open(&synod(&home), home.project(), READY).0;
    let room = processes::room_of(home.project());
    row(
        "synod",
        &synod(&home),
        home.project(),
        READY,
        &[room],
        keys,
        span,
    );
    drop(held);
    drop(home);
    for other in others::all() {
        let folder = other.folder();
        row(
            other.name,
            &other.program,
            &folder,
            other.ready,
            &[],
            keys,
            span,
        );
    }
    long_past(events, tasks, keys);
}

fn synod(home: &Home) -> Program {
    Program {
        command: vec![home::binary().to_owned()],
        env: home.env(),
    }
}

/// From the start of the program until it can be typed into.
fn open(program: &Program, folder: &Path, ready: &str) -> (Terminal, Duration) {
    let began = Instant::now();
    let terminal = Terminal::open(program, folder, 120, 36);
    terminal.wait_for(ready);
    (terminal, began.elapsed())
}

fn cold(home: &Home) {
    let starts = (0..STARTS).map(|_| {
        let (terminal, took) = open(&synod(home), home.project(), READY);
        drop(terminal);
        home.synod(&["stop"]);
        took
    });
    println!(
        "synod, room to be started: first frame {}",
        stats(starts.collect())
    );
}

/// What one program takes: its starts, its keys, and what it uses while nobody does anything.
fn row(
    name: &str,
    program: &Program,
    folder: &Path,
    ready: &str,
    besides: &[u32],
    keys: u64,
    span: Duration,
) {
    let starts = (0..STARTS).map(|_| open(program, folder, ready).1);
    println!("{name}: first frame {}", stats(starts.collect()));
    let (terminal, _) = open(program, folder, ready);
    std::thread::sleep(SETTLE);
    let mut all = processes::descendants(terminal.pid());
    for root in besides {
        all.push(*root);
        all.extend(processes::descendants(*root));
    }
    all.push(terminal.pid());
    let (bytes, _) = terminal.written();
    let share = cost::share(&all, span);
    let (more, _) = terminal.written();
    let resident: u64 = all.iter().map(|pid| cost::resident(*pid)).sum();
    println!(
        "{name}: idle {share:.2} % of a core, {} bytes written in {span:?}, resident {resident} MiB",
        more - bytes
    );
    println!("{name}: key to screen {}", stats(typed(&terminal, keys)));
}

fn typed(terminal: &Terminal, keys: u64) -> Vec<Duration> {
    let mut written = String::new();
    let mut random = fastrand::Rng::with_seed(7);
    let key = |_| {
        let letter = char::from(random.u8(b'a'..=b'z'));
        written.push(letter);
        let began = Instant::now();
        terminal.press(&letter.to_string());
        terminal.wait_for(&written);
        let took = began.elapsed();
        // Keys come at any phase of the frame clock.
        std::thread::sleep(Duration::from_micros(random.u64(40_000..80_000)));
        took
    };
    (0..keys.min(60)).map(key).collect()
}

fn long_past(events: u64, tasks: u64, keys: u64) {
    let home = Home::new();
    home.configure("[room]\nhub = \"builtin\"\n");
    let made = long_journal::make(&home.project().join(".synod"), events, tasks);
    let starts = (0..STARTS).map(|_| {
        let (terminal, took) = open(&synod(&home), home.project(), READY);
        drop(terminal);
        home.synod(&["stop"]);
        took
    });
    println!(
        "{made}: first frame, room to be started {}",
        stats(starts.collect())
    );
    let (console, _) = open(&synod(&home), home.project(), READY);
    let starts = (0..STARTS).map(|_| open(&synod(&home), home.project(), READY).1);
    println!(
        "{made}: first frame, room running {}",
        stats(starts.collect())
    );
    println!("{made}");
    println!("  composer, a letter: {}", stats(typed(&console, keys)));
    walk::all(&console, keys, |what, times| {
        println!("  {what}: {}", stats(times));
    });
    let room = processes::room_of(home.project());
    println!(
        "  resident: room {} MiB, console {} MiB",
        cost::resident(room),
        cost::resident(console.pid())
    );
    home.synod(&["stop"]);
}
