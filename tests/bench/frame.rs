//! The time of one frame at 200×60 with eight sessions of 10,000 lines each, while words arrive.
//!
//! `cargo bench --bench frame [-- LINES FRAMES]`, by default 10000 500. The real console draws a room
//! on a stage into a buffer, as the loop does: what happened is taken in, then the frame is drawn and
//! compared with the one before. No terminal is in it. Beside it stands a frame in which nothing
//! changed. Then the same for the Votes screen with 200 answers and 1,000 voters, and
//! for the Metrics screen with a month of figures, a key in the palette over 100,000 tasks, and the screens
//! of a room with as many and 1,000 sessions.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a bench measures time and may stop on a fault"
)]

#[path = "frame_parts/figures.rs"]
mod figures;
#[path = "frame_parts/palette.rs"]
mod palette;
#[path = "frame_parts/queue.rs"]
mod queue;
#[path = "frame_parts/votes.rs"]
mod votes;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use synod::core::{Command, DeltaKind, MemberName, MemberSpec, Reach, TaskOrder, Timestamp};
use synod::ui::console::{Console, Settings};
use synod::ui::room::Room;
use synod::ui::stage::Stage;

const MEMBERS: usize = 8;
const AREA: Rect = Rect::new(0, 0, 200, 60);

fn main() {
    let given: Vec<usize> = std::env::args()
        .skip(1)
        .filter_map(|word| word.parse().ok())
        .collect();
    let or = |index: usize, default: usize| given.get(index).copied().unwrap_or(default);
    let (lines, frames) = (or(0, 10_000), or(1, 500));

    let mut stage = at_work();
    let mut console = Console::new(&stage, Settings::default());
    for number in 0..MEMBERS {
        let line = "The sleep in the test races with the token refresh; wait for the event.\n";
        stage.stream(&name(number), DeltaKind::Answer, &line.repeat(lines));
    }
    hear(&mut console, &mut stage);
    let mut frame = Buffer::empty(AREA);
    console.draw(&stage, &mut frame, AREA);

    let (mut streaming, mut still, mut cells) = (Vec::new(), Vec::new(), 0);
    for count in 0..frames {
        for number in 0..MEMBERS {
            stage.stream(
                &name(number),
                DeltaKind::Answer,
                if count % 12 == 0 { "word\n" } else { "word " },
            );
        }
        let began = Instant::now();
        hear(&mut console, &mut stage);
        cells += draw(&mut console, &stage, &mut frame);
        streaming.push(began.elapsed());
        let began = Instant::now();
        draw(&mut console, &stage, &mut frame);
        still.push(began.elapsed());
    }
    println!(
        "{MEMBERS} sessions of {lines} lines, {}×{}, {frames} frames",
        AREA.width, AREA.height
    );
    println!(
        "a word for each session: {}, {} cells a frame",
        stats(streaming),
        cells / frames
    );
    println!("nothing changed:         {}", stats(still));
    votes::run();
    figures::run();
    palette::run();
    queue::run();
}

/// A room in which every member works.
fn at_work() -> Stage {
    let mut stage = Stage::open("bench", Timestamp(1_700_000_000_000));
    for number in 0..MEMBERS {
        let member = MemberName::new(&name(number)).unwrap();
        stage.seat(spec(member.clone())).unwrap();
        let order = TaskOrder {
            members: vec![member],
            ..TaskOrder::new("why?")
        };
        stage.command(&Command::AddTask(order)).unwrap();
    }
    stage
}

fn hear(console: &mut Console, stage: &mut Stage) {
    while let Some(event) = stage.poll() {
        drop(console.heard(stage, event));
    }
}

/// Draws a frame and gives how many cells differ from the one before.
fn draw(console: &mut Console, stage: &Stage, frame: &mut Buffer) -> usize {
    let mut next = Buffer::empty(AREA);
    console.draw(stage, &mut next, AREA);
    let changed = frame.diff(&next).len();
    *frame = next;
    changed
}

fn stats(mut of: Vec<Duration>) -> String {
    of.sort();
    let at = |share: usize| of[(of.len() * share / 100).min(of.len() - 1)].as_secs_f64() * 1000.0;
    format!(
        "p50 {:.2} ms, p99 {:.2} ms, max {:.2} ms",
        at(50),
        at(99),
        at(100)
    )
}

fn name(number: usize) -> String {
    format!("m{number}")
}

fn spec(name: MemberName) -> MemberSpec {
    MemberSpec {
        name,
        family: "bench".to_owned(),
        strengths: BTreeMap::new(),
        parallel: 1,
        reach: Reach::Text,
        rehearsal: true,
        model: None,
    }
}
