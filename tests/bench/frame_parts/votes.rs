//! The Votes screen with many answers and many voters: every part of it while ballots arrive, while keys
//! are pressed, and while nothing changes.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use ratatui::buffer::Buffer;
use synod::core::ladder::{About, Answered, Inquiry, Rung, Stage as At, Terms};
use synod::core::voting::{Ballot, Nature, Panel, Quorum, Seat, Setup, Sheet, Vote};
use synod::core::{
    Actor, Candidate, Command, Event, MemberName, Strategy, TaskId, TaskKind, TaskOrder, Timestamp,
};
use synod::ui::console::{Console, Settings};
use synod::ui::key::Chord;
use synod::ui::room::Room;
use synod::ui::stage::Stage;

use crate::{AREA, draw, hear, name, spec, stats};

/// The task that is disputed.
const TASK: TaskId = TaskId(1);
/// Members that answered it.
const COUNCIL: usize = 32;
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
    let (frames, counts) = asked(&mut console, &stage);
    println!("another rule is asked for: {}", stats(frames));
    println!("counted beside the loop:   {}", stats(counts));
}

/// The times of the frames in which the vote is looked at under another rule, with what the loop does to
/// have it counted and to take it in; and of the counts, which the loop does not wait for.
fn asked(console: &mut Console, stage: &Stage) -> (Vec<Duration>, Vec<Duration>) {
    let mut frame = Buffer::empty(AREA);
    let (mut frames, mut counts) = (Vec::new(), Vec::new());
    for _ in 0..9 {
        let began = Instant::now();
        press(console, stage, ">");
        draw(console, stage, &mut frame);
        let work = console.work(stage).unwrap();
        frames.push(began.elapsed());
        let began = Instant::now();
        let counted = work.run();
        counts.push(began.elapsed());
        let began = Instant::now();
        console.counted(stage, counted);
        draw(console, stage, &mut frame);
        frames.push(began.elapsed());
    }
    (frames, counts)
}

fn press(console: &mut Console, stage: &Stage, key: &str) {
    let chord: Chord = key.parse().unwrap();
    drop(console.key(stage, chord.event()));
}

/// A room in which a thousand members vote on what its council answered. No task has so many members,
/// so the events of the vote are made here.
fn voting() -> Stage {
    let mut stage = Stage::open("bench", Timestamp(1_700_000_000_000));
    let members: Vec<MemberName> = (0..COUNCIL).map(named).collect();
    for member in &members {
        stage.seat(spec(member.clone())).unwrap();
    }
    let order = TaskOrder {
        strategy: Strategy::Council,
        kind: TaskKind::Planning,
        members,
        ..TaskOrder::new("what shall be done first?")
    };
    stage.command(&Command::AddTask(order)).unwrap();
    for number in 0..COUNCIL {
        let word = format!("{number:x}{}", "abcdefgh".repeat(1 + number % 7));
        let text = format!(
            "First of all {word}.\n{}",
            format!("Then {word} again. ").repeat(30)
        );
        stage.answer(&name(number), &text, &word, 100);
    }
    let calls = stage.state().task(TASK).unwrap().calls().to_vec();
    let candidates = (0..ANSWERS).map(|number| Candidate {
        label: format!("answer {number}"),
        calls: vec![calls[number % calls.len()]],
    });
    let quorum = Quorum::majority(VOTERS);
    let seat = |number| {
        let family = String::new();
        let votes = true;
        (named(number), Seat { family, votes })
    };
    stage.happened(vec![
        Event::ConflictFound {
            task: TASK,
            candidates: candidates.collect(),
            silent: 0,
            nature: Nature::Open,
        },
        Event::LadderClimbed {
            task: TASK,
            to: At::On(Rung::Vote),
            by: Actor::Room,
            because: String::new(),
        },
        Event::VoteOpened {
            task: TASK,
            panel: Panel::new(1, (0..VOTERS).map(seat)),
            terms: Terms {
                setup: Setup::standard(TaskKind::Planning, Nature::Open, None, quorum),
                weights: BTreeMap::new(),
                closes: Timestamp(u64::MAX),
            },
        },
    ]);
    let asked = (0..VOTERS).map(|number| Event::InquiryMade {
        task: TASK,
        inquiry: Inquiry {
            about: About::Ballot,
            epoch: 1,
            by: by(number),
            sheet: sheet(&stage, number),
            again: None,
        },
    });
    let asked: Vec<Event> = asked.collect();
    stage.happened(asked);
    stage
}

fn named(number: usize) -> MemberName {
    MemberName::new(&name(number)).unwrap()
}

/// The task that asks a member.
fn by(number: usize) -> TaskId {
    TaskId(1_000 + number as u64)
}

fn sheet(stage: &Stage, number: usize) -> Sheet {
    let ballots = stage.state().contest(TASK).unwrap().ballots().unwrap();
    let (slate, panel) = (ballots.slate(), ballots.panel());
    Sheet::deal(slate, panel, &named(number), by(number).0, 7).unwrap()
}

/// A member ranks what is on its sheet, beginning somewhere of its own.
fn vote(stage: &mut Stage, number: usize) {
    let sheet = sheet(stage, number);
    let mut order = sheet.order.clone();
    let count = order.len();
    order.rotate_left(number * 7 % count);
    let scores = (0_u32..).zip(&order);
    let scores = scores.map(|(place, which)| (*which, 10.0 - f64::from(place) / 20.0));
    let scores: BTreeMap<usize, f64> = scores.collect();
    let ranking = order.iter().map(|which| vec![*which]).collect();
    let ballot = Ballot::new(&sheet, ranking, scores, Some(0.5), "as it seems to me").unwrap();
    stage.happened(vec![Event::InquiryAnswered {
        task: TASK,
        by: by(number),
        answered: Answered::Vote(Vote::Ranked(ballot)),
    }]);
}
