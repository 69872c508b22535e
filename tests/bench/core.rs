//! How many steps a second the core takes: a queue of 10,000 tasks, worked by eight members.
//!
//! A step is one input (command or report) with all that follows from it, effects included. Prints
//! one line a scene; compares nothing. Then what it costs to count a call in the figures of 64 members on
//! all kinds of tasks over a month.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark")]

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use synod::core::metrics::{CallEnd, Metrics, Place, Window};
use synod::core::{
    Answer, CallId, Command, Effect, Ending, Event, MemberName, MemberSpec, Reach, Recorded,
    Report, Span, State, Strategy, TaskId, TaskKind, TaskOrder, Text, Timestamp, Usage, decide,
    evolve, follow, note, react, resume,
};

/// How many tasks are queued.
const TASKS: u64 = 10_000;

fn main() {
    scene("solo, nobody named", |_| TaskOrder::new("why?"));
    scene("solo, all for one member", |_| TaskOrder {
        members: vec![name(0)],
        ..TaskOrder::new("why?")
    });
    scene("race of three", |_| TaskOrder {
        strategy: Strategy::Race,
        ..TaskOrder::new("why?")
    });
    scene("each after the one before", |number| TaskOrder {
        after: (number > 1)
            .then(|| TaskId(number - 1))
            .into_iter()
            .collect(),
        ..TaskOrder::new("why?")
    });
    figures();
}

/// How long it takes to count a call, while quarters of hours go by.
fn figures() {
    const CALLS: u64 = 1_000_000;
    let members: Vec<MemberName> = (0..64).map(name).collect();
    let kinds = TaskKind::ALL;
    let mut metrics = Metrics::default();
    let usage = Usage {
        input: 9_000,
        output: 300,
        micro_usd: 4_000,
        cached: Some(5_000),
        ..Usage::default()
    };
    let mut at = Timestamp(1_700_000_000_000);
    for member in &members {
        metrics.admit(at, member, |_| true);
    }
    let took = measured(|| {
        for (number, member) in (0..CALLS).zip(members.iter().cycle()) {
            at = at.after(Span(2_600));
            let end = CallEnd::Answered {
                took: Span(2_000 + number % 60_007),
                first_text: Some(Span(100 + number % 5_003)),
                usage: &usage,
            };
            let kind = kinds[usize::try_from(number / 64).unwrap() % kinds.len()];
            metrics.call_ended(Place { at, member, kind }, end);
        }
    });
    let calls = metrics.over(Window::Ever, at).total().calls();
    assert_eq!(calls, CALLS);
    let each = took.as_secs_f64() * 1e9 / rate(CALLS, Duration::from_secs(1));
    println!("figures: {each:.0} ns a call, {CALLS} calls in {took:.2?}");
}

fn scene(title: &str, order: impl Fn(u64) -> TaskOrder) {
    let mut room = Room::open();
    let adding = measured(|| {
        for number in 1..=TASKS {
            let add = Command::AddTask(order(number));
            let events = decide(&room.state, &add).unwrap();
            room.step(events);
        }
    });
    let added = room.steps;
    let working = measured(|| room.work());
    let worked = room.steps - added;
    assert_eq!(room.state.counters().done, TASKS);
    println!(
        "{title}: add {:.0} steps/s, work {:.0} steps/s ({worked} steps, {} events, {working:.2?})",
        rate(added, adding),
        rate(worked, working),
        room.state.seq(),
    );
}

#[expect(clippy::cast_precision_loss, reason = "a figure to look at")]
fn rate(steps: u64, took: Duration) -> f64 {
    steps as f64 / took.as_secs_f64()
}

#[expect(
    clippy::disallowed_methods,
    reason = "a benchmark reads the real clock"
)]
fn measured(work: impl FnOnce()) -> Duration {
    let begun = std::time::Instant::now();
    work();
    begun.elapsed()
}

fn name(number: usize) -> MemberName {
    MemberName::new(&format!("member-{number}")).unwrap()
}

struct Room {
    state: State,
    now: Timestamp,
    steps: u64,
    flying: VecDeque<CallId>,
}

impl Room {
    fn open() -> Self {
        let mut room = Self {
            state: State::new(),
            now: Timestamp(1),
            steps: 0,
            flying: VecDeque::new(),
        };
        let opened = resume(&room.state, room.now, "bench");
        room.fold(opened);
        for number in 0..8 {
            room.fold(vec![Event::MemberEnrolled {
                spec: MemberSpec {
                    name: name(number),
                    family: "bench".to_owned(),
                    strengths: BTreeMap::new(),
                    parallel: 1,
                    reach: Reach::Text,
                    rehearsal: false,
                    model: None,
                },
            }]);
        }
        room
    }

    fn work(&mut self) {
        while let Some(call) = self.flying.pop_front() {
            let ended = Report::Ended {
                call,
                ending: Ending::Answered(Answer {
                    text: Text::from("because"),
                    block: None,
                    usage: Usage::default(),
                    first_text: None,
                }),
            };
            let events = note(&self.state, self.now, &ended);
            self.step(events);
        }
    }

    fn step(&mut self, events: Vec<Event>) {
        self.now = Timestamp(self.now.0 + 1);
        self.steps += 1;
        let mut events = events;
        while !events.is_empty() {
            self.fold(events);
            events = follow(&self.state, self.now);
        }
        let _wakeup = self.state.next_wakeup(self.now);
    }

    fn fold(&mut self, events: Vec<Event>) {
        for event in events {
            let recorded = Recorded {
                seq: self.state.seq() + 1,
                at: self.now,
                event,
            };
            evolve(&mut self.state, &recorded);
            for effect in react(&self.state, &recorded) {
                if let Effect::StartCall(order) = effect {
                    self.flying.push_back(order.call);
                }
            }
        }
    }
}
