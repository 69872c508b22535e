//! The Votes screen with many answers and many voters: every part of it while ballots arrive, while keys
//! are pressed, and while nothing changes.

use std::time::{Duration, Instant};

use ratatui::buffer::Buffer;
use serde_json::json;
use synod::core::ladder::{Jury, Ladder, Rung};
use synod::core::{Command, MemberName, Strategy, TaskId, TaskKind, TaskOrder, Timestamp};
use synod::ui::console::{Console, Settings};
use synod::ui::key::Chord;
use synod::ui::room::Room;
use synod::ui::stage::Stage;

use crate::{AREA, draw, hear, name, spec, stats};

/// Answers that differ.
const ANSWERS: usize = 200;
/// Members that vote on them.
const VOTERS: usize = 1_000;
/// Ballots that arrive while each part is looked at.
const ARRIVE: usize = 50;
const PARTS: [&str; 4] = ["answers", "ballots", "tally", "steps"];

pub(crate) fn run() {
    let mut stage = voting();
    let mut left = (0..VOTERS).rev();
    let before = VOTERS - ARRIVE * PARTS.len();
    for number in left.by_ref().take(before) {
        vote(&mut stage, number);
    }
    stage.attach();
    let mut console = Console::new(&stage, Settings::default());
    hear(&mut console, &mut stage);
    let mut frame = Buffer::empty(AREA);
    // Ballots are hidden until somebody asks for them.
    for key in ["esc", "5", "B"] {
        press(&mut console, &stage, key);
    }
    draw(&mut console, &stage, &mut frame);
    println!(
        "Votes: {ANSWERS} answers, {VOTERS} voters, {}×{}",
        AREA.width, AREA.height
    );
    for part in PARTS {
        let (mut arriving, mut keys, mut still) = (Vec::new(), Vec::new(), Vec::new());
        for number in left.by_ref().take(ARRIVE) {
            vote(&mut stage, number);
            let began = Instant::now();
            hear(&mut console, &mut stage);
            draw(&mut console, &stage, &mut frame);
            arriving.push(began.elapsed());
        }
        for key in [".", "tab", "pagedown", "down", "shift-tab", ","].repeat(ARRIVE) {
            let began = Instant::now();
            press(&mut console, &stage, key);
            draw(&mut console, &stage, &mut frame);
            keys.push(began.elapsed());
            let began = Instant::now();
            draw(&mut console, &stage, &mut frame);
            still.push(began.elapsed());
        }
        println!("{part}: a ballot arrives: {}", stats(arriving));
        println!("{part}: a key is pressed: {}", stats(keys));
        println!("{part}: nothing changed:  {}", stats(still));
        press(&mut console, &stage, "right");
        draw(&mut console, &stage, &mut frame);
    }
    println!(
        "what is asked for and counted at once: {}",
        stats(asked(&mut console, &stage))
    );
}

/// The time of a frame in which the vote is looked at under another rule.
fn asked(console: &mut Console, stage: &Stage) -> Vec<Duration> {
    let mut frame = Buffer::empty(AREA);
    let times = (0..9).map(|_| {
        let began = Instant::now();
        press(console, stage, ">");
        draw(console, stage, &mut frame);
        began.elapsed()
    });
    times.collect()
}

fn press(console: &mut Console, stage: &Stage, key: &str) {
    let chord: Chord = key.parse().unwrap();
    drop(console.key(stage, chord.event()));
}

/// A room whose council gave as many answers as it has members, and in which all are asked to vote.
fn voting() -> Stage {
    let mut stage = Stage::open("bench", Timestamp(1_700_000_000_000));
    let members: Vec<MemberName> = (0..VOTERS)
        .map(|number| MemberName::new(&name(number)).unwrap())
        .collect();
    for member in &members {
        let mut spec = spec(member.clone());
        spec.family = String::new();
        spec.parallel = 2;
        stage.seat(spec).unwrap();
    }
    let ladder = Ladder {
        rungs: vec![Rung::Vote, Rung::Operator],
        jury: Jury::Room,
        ..Ladder::default()
    };
    stage.command(&Command::SetLadder(ladder)).unwrap();
    let council = members.iter().take(ANSWERS).cloned().collect();
    let order = TaskOrder {
        strategy: Strategy::Council,
        kind: TaskKind::Plan,
        members: council,
        ..TaskOrder::new("what shall be done first?")
    };
    stage.command(&Command::AddTask(order)).unwrap();
    for number in 0..ANSWERS {
        let word = format!("{number:x}{}", "abcdefgh".repeat(1 + number % 7));
        let text = format!(
            "First of all {word}.\n{}",
            format!("Then {word} again. ").repeat(30)
        );
        stage.answer(&name(number), &text, &word, 100);
    }
    stage
}

/// A member ranks what is on its sheet, beginning somewhere of its own.
fn vote(stage: &mut Stage, number: usize) {
    let member = name(number);
    let mut labels: Vec<String> = {
        let contest = stage.state().contest(TaskId(1)).unwrap();
        let mut open = contest.open();
        let inquiry = open.find(|it| it.member().as_str() == member).unwrap();
        inquiry.sheet.labels().map(|(label, _)| label).collect()
    };
    let count = labels.len();
    labels.rotate_left(number * 7 % count);
    let scores: serde_json::Map<String, serde_json::Value> = (0_u32..)
        .zip(&labels)
        .map(|(place, label)| (label.clone(), json!(10.0 - f64::from(place) / 20.0)))
        .collect();
    let ballot = json!({
        "ranking": labels, "scores": scores, "confidence": 0.5, "reason": "as it seems to me",
    });
    stage.answer(&member, &ballot.to_string(), "", 100);
}
