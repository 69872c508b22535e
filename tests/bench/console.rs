//! The room and its console in a real terminal: first frame, key to screen, idle cost, memory, and
//! the start on a journal of a million events.
//!
//! `cargo bench --bench console [-- KEYS SECONDS EVENTS]`, by default 500 10 1000000. Eight rehearsal
//! members stream about 100 words a second each while the keys are pressed. Figures depend on the
//! machine; compare them within one run.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a bench measures time and may stop on a fault"
)]

#[path = "../end_to_end/home.rs"]
#[allow(dead_code, reason = "the tests use the rest")]
mod home;
#[path = "../end_to_end/processes.rs"]
#[allow(dead_code, reason = "the tests use the rest")]
mod processes;
#[path = "../end_to_end/screen.rs"]
#[allow(dead_code, reason = "the tests use the rest")]
mod screen;

mod console_parts;

use console_parts::{cost, long_journal, stats};
use home::Home;
use screen::Screen;
use std::process::Stdio;
use std::time::{Duration, Instant};

const MEMBERS: usize = 8;
const STARTS: usize = 11;
/// Words that each member says: two minutes at 100 a second.
const WORDS: usize = 12_000;

fn main() {
    let given: Vec<u64> = std::env::args()
        .skip(1)
        .filter_map(|word| word.parse().ok())
        .collect();
    let or = |index: usize, default: u64| given.get(index).copied().unwrap_or(default);
    let (keys, seconds, events) = (or(0, 500), or(1, 10), or(2, 1_000_000));

    let home = streaming_home();
    first_frames(&home);
    idle(&home, Duration::from_secs(seconds));
    typing(&home, keys);
    drop(home);
    restart(events);
}

/// A machine with eight members that stream.
fn streaming_home() -> Home {
    let home = Home::new();
    let mut toml = String::from("[room]\nhub = \"builtin\"\n");
    for number in 0..MEMBERS {
        let words = [
            home::binary(),
            "mcp",
            "rehearsal",
            "--persona",
            "streaming",
            "--seed",
            "1",
            "--pace",
            "10",
        ];
        let command: Vec<String> = words.iter().map(|word| format!("{word:?}")).collect();
        let entry = [
            "\n[[member]]".to_owned(),
            format!("name = \"m{number}\""),
            "adapter = \"rehearsal\"".to_owned(),
            "rehearsal = { persona = \"streaming\" }".to_owned(),
            format!("command = [{}]\n", command.join(", ")),
        ];
        toml.push_str(&entry.join("\n"));
    }
    home.configure(&toml);
    home
}

/// From the start of the program to its first frame.
fn first_frame(home: &Home) -> (Screen, Duration) {
    let began = Instant::now();
    // Without a theme of its own the console waits for what this terminal does not answer.
    let screen = Screen::sized(home, 120, 36, &["--theme", "ansi"]);
    screen.wait_for("Sessions");
    (screen, began.elapsed())
}

fn first_frames(home: &Home) {
    let mut cold = Vec::new();
    for _ in 0..STARTS {
        let (screen, took) = first_frame(home);
        cold.push(took);
        drop(screen);
        home.synod(&["stop"]);
    }
    let (held, _) = first_frame(home);
    let warm = (0..STARTS).map(|_| first_frame(home).1).collect();
    drop(held);
    println!("first frame, room to be started: {}", stats(cold));
    println!("first frame, room running:       {}", stats(warm));
}

fn idle(home: &Home, span: Duration) {
    let (screen, _) = first_frame(home);
    screen.wait("all members ready", |text| {
        text.matches("idle").count() >= MEMBERS
    });
    let (room, console) = (processes::room_of(home.project()), screen.pid());
    let share = cost::share(&[room, console], span);
    println!("idle, room and console: {share:.2} % of a core over {span:?}");
}

fn typing(home: &Home, keys: u64) {
    let (mut screen, _) = first_frame(home);
    let text = format!("[[say:{}]]", "word ".repeat(WORDS));
    let mut runs: Vec<_> = (0..MEMBERS)
        .map(|number| {
            let mut run = home.command(&["run", &text, "--member", &format!("m{number}")]);
            run.stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap()
        })
        .collect();
    screen.wait("all members working", |text| text.contains("8 working"));
    let (room, console) = (processes::room_of(home.project()), screen.pid());
    let mut took = Vec::new();
    let mut written = String::new();
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..keys {
        let letter = char::from(random.u8(b'a'..=b'z'));
        written.push(letter);
        let began = Instant::now();
        screen.press(&letter.to_string());
        screen.wait_for(&written);
        took.push(began.elapsed());
        if written.len() == 40 {
            written.clear();
            // Ctrl-C clears the composer.
            screen.press("\x03");
            screen.wait_for("Ask the room");
        }
        // Keys come at any phase of the frame clock.
        std::thread::sleep(Duration::from_micros(random.u64(3_000..25_000)));
    }
    println!(
        "key to screen, {MEMBERS} sessions streaming: {}",
        stats(took)
    );
    let share = cost::share(&[room, console], Duration::from_secs(5));
    println!("streaming, room and console: {share:.1} % of a core");
    let (of_room, of_console) = (cost::resident(room), cost::resident(console));
    println!("resident: room {of_room} MiB, console {of_console} MiB");
    for run in &mut runs {
        run.kill().unwrap();
        run.wait().unwrap();
    }
}

fn restart(events: u64) {
    let home = Home::new();
    let made = long_journal::make(&home.project().join(".synod"), events);
    let mut took = Vec::new();
    for _ in 0..STARTS {
        let (screen, frame) = first_frame(&home);
        took.push(frame);
        drop(screen);
        home.synod(&["stop"]);
    }
    println!(
        "first frame after a restart with {made} events: {}",
        stats(took)
    );
}
