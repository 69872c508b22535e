//! The palette over a queue of 100,000 open tasks: a key in it, with the frame that shows what was found, and
//! a frame in which nothing changed.

use std::time::Instant;

use ratatui::buffer::Buffer;
use synod::core::{Event, TaskId, TaskOrder, Timestamp};
use synod::ui::console::{Console, Settings};
use synod::ui::key::Chord;
use synod::ui::stage::Stage;

use crate::{AREA, draw, hear, stats};

const TASKS: u64 = 100_000;
/// How often the words are typed.
const TIMES: usize = 20;

pub(crate) fn run() {
    let mut stage = Stage::open("bench", Timestamp(1_700_000_000_000));
    for number in 1..=TASKS {
        let text =
            format!("look into the failing login test of build {number} and mend what is wrong");
        stage.happened(vec![Event::TaskAdded {
            task: TaskId(number),
            order: TaskOrder::new(text),
            analysis: None,
        }]);
    }
    stage.attach();
    let mut console = Console::new(&stage, Settings::default());
    hear(&mut console, &mut stage);
    let mut frame = Buffer::empty(AREA);
    let mut press = |key: &str, frame: &mut Buffer| {
        let chord: Chord = key.parse().unwrap();
        let began = Instant::now();
        drop(console.key(&stage, chord.event()));
        draw(&mut console, &stage, frame);
        began.elapsed()
    };
    let (mut keys, mut still) = (Vec::new(), Vec::new());
    for _ in 0..TIMES {
        press("ctrl-p", &mut frame);
        keys.extend(
            "login build"
                .split("")
                .filter(|it| !it.is_empty())
                .map(|key| {
                    let key = if key == " " { "space" } else { key };
                    press(key, &mut frame)
                }),
        );
        // A key that changes nothing: what a frame takes by itself.
        still.push(press("f12", &mut frame));
        press("esc", &mut frame);
    }
    println!("Palette: {TASKS} open tasks");
    println!("a key is typed:          {}", stats(keys));
    println!("nothing changed:         {}", stats(still));
}
