//! Keys on the screens that list much: from the press until the screen shows what it does.
//!
//! A move is done when the pane beside the list tells of another row, a letter of a filter when it is shown with
//! the rows that pass, the board when its cards are there.

use std::time::{Duration, Instant};

use super::terminal::Terminal;

/// What is looked for in the queue, a letter at a time.
const LOOKED_FOR: &str = "failing login test of build";
/// Rows of the screen in whose right part the selected thing is named.
const NAMED: std::ops::Range<usize> = 1..3;

/// After this an escape is one.
const ALONE: Duration = Duration::from_millis(500);

/// No key may take longer: then what was waited for is told, with what the screen shows.
const BOUND: Duration = Duration::from_secs(10);

/// Presses what there is to press, and tells how long each key took as soon as those of its kind are done.
pub(crate) fn all(
    console: &Terminal,
    keys: u64,
    mut tell: impl FnMut(&'static str, Vec<Duration>),
) {
    // What was typed before is no task; the panes get the keys.
    console.press("\u{3}");
    rest();
    console.press("\u{1b}");
    // An escape with a key at once behind it would be that key with Alt.
    std::thread::sleep(ALONE);
    tell("queue, a move", moves(console, "3", "Queue", keys));
    tell("queue, a letter of the filter", filtered(console));
    tell("queue, to the board and back", board(console, keys));
    tell("sessions, a move", moves(console, "2", "Sessions", keys));
    tell("journal, a move", moves(console, "8", "Journal", keys));
}

/// Up from the last row.
fn moves(console: &Terminal, screen: &str, name: &str, keys: u64) -> Vec<Duration> {
    console.press(screen);
    let title = format!("─ {name} ─");
    console.wait_within(BOUND, &title, |screen| screen.contains(&title));
    console.press("G");
    rest();
    let step = |at: u64| {
        let before = named(&console.screen());
        let began = Instant::now();
        console.press("k");
        let what = format!("another row than {before:?} after move {at} of {name}");
        console.wait_within(BOUND, &what, |screen| named(screen) != before);
        let took = began.elapsed();
        rest();
        took
    };
    (0..keys).map(step).collect()
}

fn filtered(console: &Terminal) -> Vec<Duration> {
    console.press("/");
    rest();
    let mut typed = "/".to_owned();
    let letter = |letter: char| {
        typed.push(letter);
        let began = Instant::now();
        console.press(&letter.to_string());
        // A blank at the end of what is typed cannot be seen.
        if letter != ' ' {
            console.wait_within(BOUND, &format!("the filter {typed:?}"), |screen| {
                screen.contains(&typed)
            });
        }
        let took = began.elapsed();
        rest();
        (letter != ' ').then_some(took)
    };
    let times = LOOKED_FOR.chars().filter_map(letter).collect();
    console.press("\u{1b}");
    std::thread::sleep(ALONE);
    times
}

fn board(console: &Terminal, keys: u64) -> Vec<Duration> {
    let turn = |at: u64| {
        let is_board = at.is_multiple_of(2);
        let began = Instant::now();
        console.press("|");
        let what = if is_board { "the board" } else { "the list" };
        console.wait_within(BOUND, what, |screen| {
            screen.contains("─ Detail ─") != is_board
        });
        let took = began.elapsed();
        rest();
        took
    };
    // It ends with the list.
    (0..keys / 2 * 2).map(turn).collect()
}

/// What stands at the right of the edge between the panes, where the selected thing is named.
fn named(screen: &str) -> String {
    let lines = screen.lines().skip(NAMED.start).take(NAMED.len());
    let right = lines.filter_map(|line| line.split_once("││").or_else(|| line.split_once("╮╭")));
    right.map(|(_, right)| right).collect()
}

/// Keys come at any phase of the frame clock, and not while the last one is still drawn.
fn rest() {
    std::thread::sleep(Duration::from_micros(fastrand::u64(40_000..80_000)));
}
