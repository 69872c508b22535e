//! The Metrics screen with a month of work by at least 64 members on as many kinds as there are, so many that
//! 64 members on 20 kinds would have no more figures: while calls end, while keys are pressed, and while
//! nothing changes, for each window of time.

use std::time::Instant;

use ratatui::buffer::Buffer;
use synod::core::{
    Access, Answer, CallId, Ending, Event, MemberName, Outcome, Purpose, SessionId, Span, TaskId,
    TaskKind, TaskOrder, Text, Timestamp, Usage,
};
use synod::ui::console::{Console, Settings};
use synod::ui::key::Chord;
use synod::ui::room::Room;
use synod::ui::stage::Stage;

use crate::{AREA, draw, hear, name, spec, stats};

/// Figures of so many members and kinds.
const CELLS: usize = 64 * 20;
/// Frames for each window.
const FRAMES: usize = 300;

pub(crate) fn run() {
    let kinds = TaskKind::ALL;
    let members = CELLS.div_ceil(kinds.len());
    let mut work = Work::new(members);
    for (hours, rounds) in [(24, 29), (4, 6)] {
        for _ in 0..rounds {
            work.stage.advance(Span::secs(hours * 3600));
            work.round();
        }
    }
    for _ in 0..5 {
        work.stage.advance(Span::secs(15 * 60));
        work.round();
    }
    work.stage.attach();
    let mut console = Console::new(&work.stage, Settings::default());
    hear(&mut console, &mut work.stage);
    let mut frame = Buffer::empty(AREA);
    for key in ["esc", "7", "down"] {
        press(&mut console, &work.stage, key);
    }
    println!(
        "Figures: {members} members, {} kinds, {} cells, {} events",
        kinds.len(),
        members * kinds.len(),
        work.stage.state().seq()
    );
    for window in ["ever", "month", "week", "day", "hour"] {
        draw(&mut console, &work.stage, &mut frame);
        let (mut ending, mut keys, mut still) = (Vec::new(), Vec::new(), Vec::new());
        for count in 0..FRAMES {
            work.call(count % members, kinds[count % kinds.len()]);
            let began = Instant::now();
            hear(&mut console, &mut work.stage);
            draw(&mut console, &work.stage, &mut frame);
            ending.push(began.elapsed());
            let key = ["down", "P", "right", "down", "P", "I"][count % 6];
            let began = Instant::now();
            press(&mut console, &work.stage, key);
            draw(&mut console, &work.stage, &mut frame);
            keys.push(began.elapsed());
            let began = Instant::now();
            draw(&mut console, &work.stage, &mut frame);
            still.push(began.elapsed());
        }
        println!("{window}: a call ends:      {}", stats(ending));
        println!("{window}: a key is pressed: {}", stats(keys));
        println!("{window}: nothing changed:  {}", stats(still));
        press(&mut console, &work.stage, "{");
    }
}

fn press(console: &mut Console, stage: &Stage, key: &str) {
    let chord: Chord = key.parse().unwrap();
    drop(console.key(stage, chord.event()));
}

/// A room in which tasks are done one after the other. So many would take long to be ordered, so their
/// events are made here.
struct Work {
    stage: Stage,
    members: usize,
    tasks: u64,
}

impl Work {
    fn new(members: usize) -> Self {
        let mut stage = Stage::open("bench", Timestamp(1_700_000_000_000));
        for number in 0..members {
            let member = MemberName::new(&name(number)).unwrap();
            stage.seat(spec(member.clone())).unwrap();
            stage.happened(vec![Event::SessionOpened {
                session: session(number),
                member,
                title: name(number),
            }]);
        }
        Self {
            stage,
            members,
            tasks: 0,
        }
    }

    /// Every member does a task of every kind.
    fn round(&mut self) {
        for number in 0..self.members {
            for kind in TaskKind::ALL {
                self.call(number, *kind);
            }
        }
        self.stage.attach();
    }

    fn call(&mut self, number: usize, kind: TaskKind) {
        self.tasks += 1;
        let (task, call) = (TaskId(self.tasks), CallId(self.tasks));
        let order = TaskOrder {
            kind,
            ..TaskOrder::new("why?")
        };
        let start = Event::CallStarted {
            call,
            task,
            session: session(number),
            purpose: Purpose::Answer,
            access: Access::Read,
            prompt: Text::from("why?"),
            inputs: Vec::new(),
        };
        self.stage.happened(vec![
            Event::TaskAdded {
                task,
                order,
                analysis: None,
            },
            start,
        ]);
        // Each takes its time; the clock of the stage is moved for all of them together.
        let usage = Usage {
            input: 9_000 + self.tasks % 977,
            output: 300,
            micro_usd: 4_000,
            cached: Some(5_000),
            ..Usage::default()
        };
        let answer = Answer {
            text: Text::from("because"),
            block: None,
            usage,
            first_text: Some(Span(200 + self.tasks % 4_001)),
        };
        let outcome = Outcome::Done {
            result: Text::from("because"),
            from: vec![call],
            basis: synod::core::Basis::Only,
        };
        let ended = Event::CallEnded {
            call,
            ending: Ending::Answered(answer),
        };
        let concluded = Event::TaskConcluded { task, outcome };
        self.stage.happened(vec![ended, concluded]);
    }
}

fn session(number: usize) -> SessionId {
    SessionId(1 + u64::try_from(number).unwrap())
}
