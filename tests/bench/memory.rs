//! The Memory screen with 100,000 documents: how long until they are listed, how long a key takes to
//! be on the screen, how long a search takes as one types. `cargo bench --bench memory [-- DOCUMENTS]`.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a bench measures time and may stop on a fault"
)]

use std::fmt::Write as _;
use std::fs;
use std::hint::black_box;
use std::time::{Duration, Instant};

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use synod::hub::folder::Folder;
use synod::hub::{Prefix, Watching};
use synod::journal::sqlite::TextIndex;
use synod::ui::console::{Console, Settings};
use synod::ui::key::Chord;
use synod::ui::room::Room as _;
use synod::ui::stage::Stage;
use synod::ui::update::Intent;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Keys of which the delay is taken.
const KEYS: usize = 2_000;
/// Documents that are taken into the index together, as the room does it.
const TOGETHER: usize = 200;

#[tokio::main]
async fn main() {
    let given = std::env::args().find_map(|word| word.parse().ok());
    let documents: usize = given.unwrap_or(100_000);
    println!("{documents} documents");
    screen(documents);
    search(documents);
    folder(documents).await;
}

/// A name in one of a thousand folders, and one in a folder with all the rest.
fn name(number: usize) -> String {
    if number.is_multiple_of(2) {
        format!("notes/{}/{number}", number % 1000)
    } else {
        format!("notes/all/note-{number}")
    }
}

/// About a kilobyte of words, some of them rare.
fn text(number: usize) -> String {
    let words = [
        "token", "refresh", "login", "test", "slow", "machine", "wait", "event", "retry",
    ];
    let mut dice = fastrand::Rng::with_seed(number as u64);
    let mut text = format!("# Note {number}\n\n");
    for _ in 0..150 {
        let word = words[dice.usize(..words.len())];
        write!(text, "{word}{} ", dice.u32(..400)).unwrap();
    }
    text
}

/// Percentiles of some delays.
fn told(what: &str, mut delays: Vec<Duration>) {
    delays.sort();
    let at = |part: usize| delays[(delays.len() - 1) * part / 100];
    println!(
        "  {what:<34} p50 {:>9.1?}  p99 {:>9.1?}  most {:>9.1?}",
        at(50),
        at(99),
        at(100)
    );
}

struct Seat {
    stage: Stage,
    console: Console,
    buffer: Buffer,
}

impl Seat {
    fn press(&mut self, key: &str) -> Duration {
        let chord: Chord = key.parse().unwrap();
        let began = Instant::now();
        let intents = self.console.key(&self.stage, chord.event());
        self.perform(intents);
        let area = self.buffer.area;
        self.console.draw(&self.stage, &mut self.buffer, area);
        began.elapsed()
    }

    fn perform(&mut self, intents: Vec<Intent>) {
        for intent in intents {
            if let Intent::Ask(query) = intent {
                self.stage.query(query).unwrap();
            }
        }
    }

    /// Takes in one thing that the room told and draws; how long that took.
    fn hear(&mut self) -> Option<Duration> {
        let event = self.stage.poll()?;
        let began = Instant::now();
        let intents = self.console.heard(&self.stage, event);
        let area = self.buffer.area;
        self.console.draw(&self.stage, &mut self.buffer, area);
        let took = began.elapsed();
        self.perform(intents);
        Some(took)
    }
}

/// Lists and scrolls them on the screen.
fn screen(documents: usize) {
    let mut stage = Stage::demo().unwrap();
    for number in 0..documents {
        stage.write(&name(number), "x");
    }
    stage.attach();
    let console = Console::new(&stage, Settings::default());
    let buffer = Buffer::empty(Rect::new(0, 0, 160, 48));
    let mut seat = Seat {
        stage,
        console,
        buffer,
    };
    let began = Instant::now();
    seat.press("esc");
    seat.press("4");
    let mut pages = Vec::new();
    while let Some(took) = seat.hear() {
        pages.push(took);
    }
    println!("  listed after {:.0?}", began.elapsed());
    told("a page of the list and its frame", pages);
    for (what, keys) in [
        (
            "a row down or up and its frame",
            ["down", "down", "up"].as_slice(),
        ),
        (
            "a page down or up and its frame",
            ["pagedown", "pagedown", "pageup"].as_slice(),
        ),
        ("the last or first row", ["G", "g"].as_slice()),
        (
            "a folder of half of them, folded",
            ["left", "right"].as_slice(),
        ),
    ] {
        let count = if keys.contains(&"left") { 40 } else { KEYS };
        if keys.contains(&"left") {
            seat.press("/");
            for key in "note-1".chars() {
                seat.press(&key.to_string().replace('-', "minus"));
            }
            while seat.hear().is_some() {}
            seat.press("enter");
            seat.press("esc");
        }
        let mut delays = Vec::new();
        for key in keys.iter().cycle().take(count) {
            delays.push(seat.press(key));
            while seat.hear().is_some() {}
        }
        told(what, delays);
    }
}

/// Takes them into the index, then searches letter by letter.
fn search(documents: usize) {
    let mut index = TextIndex::open().unwrap();
    let began = Instant::now();
    let mut steps = Vec::new();
    let numbers: Vec<usize> = (0..documents).collect();
    for some in numbers.chunks(TOGETHER) {
        let texts: Vec<(String, String)> = some.iter().map(|it| (name(*it), text(*it))).collect();
        let step = Instant::now();
        let borrowed = texts.iter().map(|(name, text)| (&**name, Some(&**text)));
        index.put(borrowed).unwrap();
        steps.push(step.elapsed());
    }
    println!("  indexed after {:.1?}", began.elapsed());
    told("a step of the index", steps);
    let mut delays = Vec::new();
    for words in [
        "token17 refresh",
        "t",
        "slow",
        "login99 test",
        "nothing at all",
        "notes all",
    ] {
        for (end, _) in words.char_indices().skip(1).chain([(words.len(), ' ')]) {
            let began = Instant::now();
            black_box(index.search(&words[..end], 100).unwrap());
            delays.push(began.elapsed());
        }
    }
    told("a search, letter by letter", delays);
}

/// Real files: how long until all are listed, and until a foreign one is.
async fn folder(documents: usize) {
    let home = tempfile::tempdir().unwrap();
    let root = home.path().join("memories");
    for number in 0..documents {
        let path = root.join(format!("{}.md", name(number)));
        if number < 1000 || number == 1 {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
        }
        fs::write(path, "x").unwrap();
    }
    let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
    let began = Instant::now();
    let mut watching = Watching::start(Folder::new(root.clone()), Prefix::default(), &stop, &tasks);
    let contents = watching.contents();
    // Somebody must take what is seen.
    let taking = tokio::spawn(async move { while watching.next().await.is_some() {} });
    let mut place = 0;
    while contents.count() < documents {
        contents.wait(place).await;
        place = contents.page(place).upto;
    }
    println!("  files listed after {:.1?}", began.elapsed());
    while contents.page(place).more {
        place = contents.page(place).upto;
    }
    let mut delays = Vec::new();
    for number in 0..20 {
        place = loop {
            let page = contents.page(place);
            if !page.more {
                break page.upto;
            }
            place = page.upto;
        };
        let began = Instant::now();
        fs::write(root.join("theirs.md"), "x".repeat(number + 2)).unwrap();
        contents.wait(place).await;
        delays.push(began.elapsed());
    }
    told("a foreign edit is listed", delays);
    stop.cancel();
    tasks.close();
    tasks.wait().await;
    taking.abort();
}
