//! A room in which many sessions stream at once, in a real terminal: key to screen, frames, what
//! it costs beside a bare tap of the same stream, and a terminal that is slow or stopped.
//!
//! `cargo bench --bench streams [-- SESSIONS KEYS SECONDS]`, by default 64 500 10. Every session is
//! sent 100 words a second, each word a notification of its own. The servers are this very program
//! and do nothing else. Figures depend on the machine; compare them within one run.
//!
//! The bare tap is a process that connects to as many of the same servers by the MCP library, takes
//! every notification out of the transport in the order of the wire and counts it. The processor
//! time of the room counts its guards, and not the servers.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    reason = "a bench measures time and may stop on a fault"
)]

#[path = "console_parts/cost.rs"]
mod cost;
#[path = "../end_to_end/home.rs"]
#[allow(dead_code, reason = "the tests use the rest")]
mod home;
#[path = "../end_to_end/processes.rs"]
#[allow(dead_code, reason = "the tests use the rest")]
mod processes;
#[path = "console_parts/spread.rs"]
mod spread;
#[path = "console_parts/terminal.rs"]
#[allow(dead_code, reason = "the bench of the console uses the rest")]
mod terminal;

mod streams_parts;

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use spread::stats;
use streams_parts::stage::{self, SERVERS, Stage};
use streams_parts::{streamer, tap};
use terminal::Terminal;

/// After this the first words are out and the connections are warm.
const WARM: Duration = Duration::from_secs(2);
/// A terminal over a poor line, in bytes a second.
const POOR: u64 = 10_000;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.first().map(String::as_str) {
        Some("streamer") => return streamer::serve(Path::new(&words[1])),
        Some("tap") => return count(&words[1..]),
        Some(_) | None => {}
    }
    let given: Vec<u64> = words.iter().filter_map(|word| word.parse().ok()).collect();
    let or = |index: usize, default: u64| given.get(index).copied().unwrap_or(default);
    let (sessions, keys, seconds) = (or(0, 64), or(1, 500), or(2, 10));
    let (sessions, span) = (
        usize::try_from(sessions).unwrap(),
        Duration::from_secs(seconds),
    );

    let bare = bare(sessions, span);
    let stage = Stage::new(sessions);
    let console = stage.console(120, 36);
    stage.set_off(&console);
    std::thread::sleep(WARM);
    let ours = cost(&stage, &console, span);
    println!("room and console: {:.2} times the bare tap", ours / bare);
    typing(&console, keys, sessions);
    poor(&stage, &console, "a terminal at 10 kB/s", POOR, span);
    poor(&stage, &console, "a terminal that is stopped", 0, span);
    drop(console);
    stage.home.synod(&["stop"]);
}

/// The other process: reads the streams and counts.
fn count(words: &[String]) {
    let servers = words[1..]
        .iter()
        .map(|report| stage::server(Path::new(report)));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(tap::run(servers.collect(), words[0].parse().unwrap()));
}

/// Processor time of the bare tap, in percent of a core.
fn bare(sessions: usize, span: Duration) -> f64 {
    let folder = tempfile::tempdir().unwrap();
    let reports: Vec<PathBuf> = (0..SERVERS)
        .map(|number| folder.path().join(format!("sent{number}")))
        .collect();
    let mut tap = Command::new(std::env::current_exe().unwrap())
        .arg("tap")
        .arg(sessions.div_ceil(SERVERS).to_string())
        .args(&reports)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut counts = BufReader::new(tap.stdout.take().unwrap()).lines();
    let mut next = || counts.next().unwrap().unwrap().parse::<u64>().unwrap();
    while next() == 0 {}
    std::thread::sleep(WARM);
    let (sent, _) = stage::told(&reports);
    let share = cost::share(&[tap.id()], span);
    let (later, due) = stage::told(&reports);
    let rate = (later - sent) as f64 / span.as_secs_f64();
    println!(
        "bare tap: {share:.1} % of a core, {rate:.0} words a second, {} late",
        due - later
    );
    tap.kill().unwrap();
    tap.wait().unwrap();
    share
}

/// The processes that are ours: the room, its guards and the console.
fn ours(stage: &Stage, console: &Terminal) -> Vec<u32> {
    let room = processes::room_of(stage.home.project());
    let below = processes::descendants(room).into_iter();
    let guards = below.filter(|pid| !processes::command_of(*pid).contains(" streamer "));
    let mut all: Vec<u32> = guards.collect();
    all.extend([room, console.pid()]);
    all
}

fn cost(stage: &Stage, console: &Terminal, span: Duration) -> f64 {
    let pids = ours(stage, console);
    let room = processes::room_of(stage.home.project());
    let (sent, _) = stage.told();
    let (bytes, frames) = console.written();
    let before = cost::used(&pids);
    let of_room = cost::used(&[room]);
    let began = Instant::now();
    std::thread::sleep(span);
    let took = began.elapsed().as_secs_f64();
    let share = 100.0 * (cost::used(&pids) - before) / took;
    let of_room = 100.0 * (cost::used(&[room]) - of_room) / took;
    let (later, due) = stage.told();
    let (more, drawn) = console.written();
    println!(
        "streaming: room {of_room:.1} %, with console and guards {share:.1} % of a core, \
         {:.0} words a second, {} late",
        (later - sent) as f64 / took,
        due - later
    );
    println!(
        "streaming: {:.1} frames a second, {:.0} kB/s to the terminal; resident: room {} MiB, \
         console {} MiB",
        (drawn - frames) as f64 / took,
        (more - bytes) as f64 / took / 1000.0,
        cost::resident(room),
        cost::resident(console.pid())
    );
    share
}

fn typing(console: &Terminal, keys: u64, sessions: usize) {
    let mut took = Vec::new();
    let mut written = String::new();
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..keys {
        let letter = char::from(random.u8(b'a'..=b'z'));
        written.push(letter);
        let began = Instant::now();
        console.press(&letter.to_string());
        console.wait_for(&written);
        took.push(began.elapsed());
        if written.len() == 40 {
            written.clear();
            // Ctrl-C clears the composer.
            console.press("\x03");
            console.wait_for("Ask the room");
        }
        // Keys come at any phase of the frame clock.
        std::thread::sleep(Duration::from_micros(random.u64(3_000..25_000)));
    }
    if !written.is_empty() {
        console.press("\x03");
        console.wait_for("Ask the room");
    }
    println!(
        "key to screen, {sessions} sessions streaming: {}",
        stats(took)
    );
}

/// What a terminal that does not keep up does to the members and to memory.
fn poor(stage: &Stage, console: &Terminal, what: &str, rate: u64, span: Duration) {
    let room = processes::room_of(stage.home.project());
    let memory = || (cost::resident(room), cost::resident(console.pid()));
    console.read_at(rate);
    std::thread::sleep(WARM);
    let (sent, _) = stage.told();
    let before = memory();
    std::thread::sleep(span);
    let (later, due) = stage.told();
    let after = memory();
    println!(
        "{what}: {:.0} words a second, {} late; resident: room {} to {} MiB, console {} to {} MiB",
        (later - sent) as f64 / span.as_secs_f64(),
        due - later,
        before.0,
        after.0,
        before.1,
        after.1
    );
    console.read_at(u64::MAX);
    console.wait_for("Ask the room");
}
