//! Keys on the screens that list much: from the press until the screen shows what it does.
//!
//! A move is done when the pane beside the list tells of another row, a letter of a filter when it is shown with
//! the rows that pass, the board when its cards are there.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use super::terminal::Terminal;

/// What is looked for in the queue, a letter at a time.
const LOOKED_FOR: &str = "failing login test of build";
/// Rows of the screen in whose right part the selected thing is named.
const NAMED: std::ops::Range<usize> = 1..3;

/// After this an escape is one.
const ALONE: Duration = Duration::from_millis(500);

/// What was pressed, with how long each took.
pub(crate) fn all(console: &Terminal, keys: u64) -> Vec<(&'static str, Vec<Duration>)> {
    // What was typed before is no task; the panes get the keys.
    console.press("\u{3}");
    rest();
    console.press("\u{1b}");
    // An escape with a key at once behind it would be that key with Alt.
    std::thread::sleep(ALONE);
    let queue = moves(console, "3", "Queue", keys);
    let filter = filtered(console);
    let board = board(console, keys);
    let sessions = moves(console, "2", "Sessions", keys);
    let journal = moves(console, "8", "Journal", keys);
    vec![
        ("queue, a move", queue),
        ("queue, a letter of the filter", filter),
        ("queue, to the board and back", board),
        ("sessions, a move", sessions),
        ("journal, a move", journal),
    ]
}

/// Up from the last row.
fn moves(console: &Terminal, screen: &str, name: &str, keys: u64) -> Vec<Duration> {
    console.press(screen);
    console.wait_for(&format!("─ {name} ─"));
    console.press("G");
    rest();
    let step = |_| {
        let before = RefCell::new(String::new());
        console.wait("any row", |screen| {
            *before.borrow_mut() = named(screen);
            true
        });
        let began = Instant::now();
        console.press("k");
        console.wait("another row", |screen| named(screen) != *before.borrow());
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
            console.wait_for(&typed);
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
        console.wait("the board or the list", |screen| {
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
