//! The screens of a room with 100,000 open tasks and 1,000 sessions: a key in the list of tasks with the frame
//! that shows it, a frame in which nothing changed, and one after something happened to a task.

use std::time::Instant;

use ratatui::buffer::Buffer;
use synod::core::{Command, Event, MemberName, Priority, SessionId, TaskId, TaskOrder, Timestamp};
use synod::ui::console::{Console, Settings};
use synod::ui::key::Chord;
use synod::ui::stage::Stage;

use crate::{AREA, MEMBERS, draw, hear, name, spec, stats};

const TASKS: u64 = 100_000;
const SESSIONS: u64 = 1_000;
/// How often each is done.
const TIMES: usize = 50;

pub(crate) fn run() {
    let mut stage = room();
    let mut console = Console::new(&stage, Settings::default());
    hear(&mut console, &mut stage);
    let mut frame = Buffer::empty(AREA);
    let press = |console: &mut Console, stage: &Stage, frame: &mut Buffer, key: &str| {
        let chord: Chord = key.parse().unwrap();
        let began = Instant::now();
        drop(console.key(stage, chord.event()));
        draw(console, stage, frame);
        began.elapsed()
    };
    println!("{TASKS} open tasks and {SESSIONS} sessions");
    for (screen, key) in [("Room", "1"), ("Queue", "3")] {
        press(&mut console, &stage, &mut frame, "esc");
        press(&mut console, &stage, &mut frame, key);
        let (mut moved, mut still, mut changed) = (Vec::new(), Vec::new(), Vec::new());
        for time in 0..TIMES {
            moved.push(press(&mut console, &stage, &mut frame, "j"));
            // A key that changes nothing: what a frame takes by itself.
            still.push(press(&mut console, &stage, &mut frame, "f12"));
            let task = TaskId(TASKS / 2 + time as u64);
            let priority = Priority::High;
            stage
                .command(&Command::SetPriority { task, priority })
                .unwrap();
            let began = Instant::now();
            hear(&mut console, &mut stage);
            draw(&mut console, &stage, &mut frame);
            changed.push(began.elapsed());
        }
        println!("{screen}: a key moves:      {}", stats(moved));
        println!("{screen}: nothing changed:  {}", stats(still));
        println!("{screen}: a task is moved:  {}", stats(changed));
    }
}

/// A room in which nobody is free.
fn room() -> Stage {
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
    let opened = (MEMBERS as u64..SESSIONS).map(|number| {
        let owner = usize::try_from(number).unwrap() % MEMBERS;
        Event::SessionOpened {
            session: SessionId(number + 1),
            member: MemberName::new(&name(owner)).unwrap(),
            title: number.to_string(),
        }
    });
    stage.happened(opened.collect());
    let added = (MEMBERS as u64 + 1..=TASKS).map(|number| Event::TaskAdded {
        task: TaskId(number),
        order: TaskOrder::new(format!(
            "look into the failing login test of build {number}"
        )),
        analysis: None,
    });
    stage.happened(added.collect());
    stage.attach();
    stage
}
