//! The tour: a few minutes of a seeded room in half a minute, frame by frame. A goal becomes a plan and is worked,
//! a council does not agree and votes, and the room is looked at as it was.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use serde_json::json;

use crate::core::ladder::{Jury, Ladder, Rung};
use crate::core::{
    Answer, Command, DeltaKind, Ending, Refusal, Span, TaskId, Text, Timestamp, Usage,
};
use crate::ui::action::{Action, Screen};
use crate::ui::console::{Console, Settings};
use crate::ui::model::Pane;
use crate::ui::room::Room as _;
use crate::ui::stage::Stage;
use crate::ui::update::Intent;

/// Columns and rows of the tour.
pub const TOUR: (u16, u16) = (100, 30);

/// 2026-03-02 13:20 UTC.
const OPENED: Timestamp = Timestamp(1_772_457_600_000);
/// The goal, and the question of the council, as they are typed.
const GOAL: &str = "/plan let users log in with a passkey";
const QUESTION: &str = "/council #analysis why does the login test fail on slow machines?";
/// The task of the council: the plan is 1, its steps are 2 to 4.
const ASKED: TaskId = TaskId(5);
/// How long frames are seen, in milliseconds.
const KEY: u32 = 70;
const PIECE: u32 = 90;
const SHORT: u32 = 700;
const LONG: u32 = 2_200;

const SLEEP: &str = "The sleep in `login_test.rs` is too short on slow machines. Make it longer: 200 ms instead of 50.";
const EVENT: &str = "The sleep races with the token refresh. Wait for the refresh event instead of 50 ms: then the \
                     token is there, however slow the machine is.";
const CLOCK: &str = "The test reads the clock twice. Give it a clock that stands still.";

/// A frame, and how long it is seen.
#[derive(Debug, Clone)]
pub struct Frame {
    /// What was drawn.
    pub buffer: Buffer,
    /// For how long, in milliseconds.
    pub millis: u32,
}

/// All frames of the tour.
///
/// # Errors
/// When its script is out of date with the core.
pub fn tour(settings: &Settings) -> Result<Vec<Frame>, Refusal> {
    let mut camera = Camera::of(room()?, settings);
    camera.hold(SHORT);
    planned(&mut camera);
    worked(&mut camera);
    disputed(&mut camera);
    looked_back(&mut camera);
    Ok(camera.frames)
}

/// Five members, and a ladder that begins with a vote of all.
fn room() -> Result<Stage, Refusal> {
    let mut stage = Stage::open("my-app", OPENED);
    for name in ["gentle", "quick", "slow", "streaming", "thoughtful"] {
        stage.enrol(name)?;
    }
    stage.command(&Command::SetLadder(Ladder {
        rungs: vec![Rung::Vote, Rung::Operator],
        jury: Jury::Room,
        ..Ladder::default()
    }))?;
    stage.advance(Span::secs(5));
    Ok(stage)
}

/// The console in front of the camera.
struct Camera {
    stage: Stage,
    console: Console,
    frames: Vec<Frame>,
}

impl Camera {
    fn of(mut stage: Stage, settings: &Settings) -> Self {
        stage.attach();
        let console = Console::new(&stage, settings.clone());
        let mut camera = Self {
            stage,
            console,
            frames: Vec::new(),
        };
        camera.listen();
        camera
    }

    /// Draws what is seen now. A frame like the one before is that one for longer.
    fn hold(&mut self, millis: u32) {
        self.listen();
        self.stage.advance(Span(u64::from(millis)));
        self.listen();
        let area = Rect::new(0, 0, TOUR.0, TOUR.1);
        let mut buffer = Buffer::empty(area);
        self.console.draw(&self.stage, &mut buffer, area);
        match self.frames.last_mut().filter(|it| it.buffer == buffer) {
            Some(last) => last.millis += millis,
            None => self.frames.push(Frame { buffer, millis }),
        }
    }

    /// Types a text, a few keys a frame, and sends it.
    fn send(&mut self, text: &str) {
        let keys: Vec<char> = text.chars().collect();
        for some in keys.chunks(3) {
            for key in some {
                let event = KeyEvent::new(KeyCode::Char(*key), KeyModifiers::NONE);
                let intents = self.console.key(&self.stage, event);
                self.perform(intents);
            }
            self.hold(KEY);
        }
        self.hold(SHORT);
        self.act(Action::Send);
        self.hold(SHORT);
    }

    fn act(&mut self, action: Action) {
        let intents = self.console.act(&self.stage, action);
        self.perform(intents);
        self.listen();
    }

    fn perform(&mut self, intents: Vec<Intent>) {
        for intent in intents {
            match intent {
                // A stage takes every command and every question.
                Intent::Command(command) => {
                    self.stage.send(command).ok();
                }
                Intent::Ask(query) => {
                    self.stage.query(query).ok();
                }
                Intent::Withdraw(ask) => self.stage.withdraw(ask),
                Intent::Quit
                | Intent::Reopen
                | Intent::Suspend
                | Intent::Redraw
                | Intent::EditDraft(_)
                | Intent::EditResult(_)
                | Intent::EditDocument(_)
                | Intent::Show(_)
                | Intent::Copy(_)
                | Intent::Mouse(_)
                | Intent::Notify(_)
                | Intent::LookAround => {}
            }
        }
    }

    fn listen(&mut self) {
        while let Some(event) = self.stage.poll() {
            let intents = self.console.heard(&self.stage, event);
            self.perform(intents);
        }
    }

    /// Members write at the same time, a few words a frame.
    fn stream(&mut self, texts: &[(&str, &str)]) {
        let words: Vec<(&str, Vec<&str>)> = texts
            .iter()
            .map(|(member, text)| (*member, text.split_inclusive(' ').collect()))
            .collect();
        let longest = words.iter().map(|(_, it)| it.len()).max().unwrap_or(0);
        for from in (0..longest).step_by(2) {
            for (member, words) in &words {
                let piece: String = words.iter().skip(from).take(2).copied().collect();
                if !piece.is_empty() {
                    self.stage.stream(member, DeltaKind::Answer, &piece);
                }
            }
            self.hold(PIECE);
        }
    }

    /// The call of a member ends with a text that is no final answer in short.
    fn says(&mut self, member: &str, text: &str) {
        self.stage.end(
            member,
            Ending::Answered(Answer {
                text: Text::from(text),
                block: None,
                usage: Usage {
                    input: 900,
                    output: 240,
                    micro_usd: 3_100,
                    estimated: false,
                    ..Usage::default()
                },
                first_text: Some(Span(640)),
            }),
        );
    }

    /// The member that works a task.
    fn at_work(&self, task: TaskId) -> Vec<String> {
        let calls = self.stage.state().calls_in_flight();
        calls
            .filter(|(_, call)| call.task() == task)
            .map(|(_, call)| call.member().to_string())
            .collect()
    }
}

/// A goal is typed, becomes a plan, and the plan is approved.
fn planned(camera: &mut Camera) {
    camera.send(GOAL);
    let step = |key: &str, kind: &str, prompt: &str, after: &[&str]| json!({"key": key, "kind": kind, "prompt": prompt, "accept": "", "after": after, "strategy": "solo"});
    let steps = [
        step("look", "analysis", "Read how users log in now.", &[]),
        step(
            "server",
            "code",
            "Write the requests that register a passkey.",
            &["look"],
        ),
        step(
            "page",
            "code",
            "Write the page on which a user adds one.",
            &["look"],
        ),
    ];
    let plan = json!({"steps": steps}).to_string();
    if let Some(member) = camera.at_work(TaskId(1)).first().cloned() {
        camera.hold(SHORT);
        camera.says(&member, &plan);
    }
    camera.act(Action::Back);
    camera.act(Action::Go(Screen::Queue));
    camera.console.select(Pane::Queue, 1);
    camera.hold(LONG);
    camera.act(Action::Allow);
    camera.hold(SHORT);
}

/// The steps are worked, two of them at the same time.
fn worked(camera: &mut Camera) {
    camera.act(Action::Go(Screen::Room));
    let look = "The login is a form, a handler and a session. A passkey has to reach the handler and the page of \
                settings; the session stays as it is.";
    if let Some(member) = camera.at_work(TaskId(2)).first().cloned() {
        camera.stream(&[(&member, look)]);
        camera.says(&member, look);
    }
    camera.hold(SHORT);
    let server = "Two requests: one gives the challenge, the other checks what the device signed. The challenge is \
                  kept for two minutes and used once.";
    let page = "The page lists the passkeys of a user with the day on which each was used last. A new one has a name \
                and can be taken back.";
    let both = (camera.at_work(TaskId(3)), camera.at_work(TaskId(4)));
    if let (Some(one), Some(other)) = (both.0.first(), both.1.first()) {
        camera.stream(&[(one, server), (other, page)]);
        camera.says(one, server);
        camera.says(other, page);
    }
    camera.hold(SHORT);
    // What the steps come to is made of their results.
    if let Some(member) = camera.at_work(TaskId(1)).first().cloned() {
        camera.says(&member, "Passkeys can be registered, used and taken back.");
    }
    camera.hold(LONG);
}

/// A council does not agree; the members vote, blind, and the vote decides.
fn disputed(camera: &mut Camera) {
    camera.act(Action::Compose);
    camera.send(QUESTION);
    let members = camera.at_work(ASKED);
    let answers: Vec<(&str, &str)> = members
        .iter()
        .map(String::as_str)
        .zip([SLEEP, EVENT, EVENT, CLOCK, EVENT])
        .collect();
    camera.stream(&answers);
    for (member, text) in &answers {
        camera.stage.answer(member, text, text, 910);
    }
    camera.act(Action::Back);
    camera.act(Action::Go(Screen::Votes));
    camera.hold(LONG);
    camera.act(Action::Right);
    camera.hold(SHORT);
    while voted(camera) {
        camera.hold(SHORT);
    }
    camera.act(Action::Right);
    camera.hold(LONG);
}

/// The next member that is asked votes for what is best; false where none is.
fn voted(camera: &mut Camera) -> bool {
    let Some(contest) = camera.stage.state().contest(ASKED) else {
        return false;
    };
    let Some(inquiry) = contest.open().next() else {
        return false;
    };
    let member = inquiry.member().to_string();
    let best = |text: &str| match text {
        EVENT => 9.0,
        SLEEP => 5.0,
        _ => 3.0,
    };
    let mut scored: Vec<(String, f64)> = (0..contest.candidates().len())
        .filter_map(|it| {
            let call = contest.candidates().get(it)?.calls.first().copied()?;
            let said = crate::ui::overlay::answer(call, camera.stage.state())?;
            Some((inquiry.sheet.label_of(it)?, best(&said)))
        })
        .collect();
    scored.sort_by(|one, other| other.1.total_cmp(&one.1));
    let ranking: Vec<&String> = scored.iter().map(|(label, _)| label).collect();
    let scores: serde_json::Map<String, serde_json::Value> = scored
        .iter()
        .map(|(label, score)| (label.clone(), json!(score)))
        .collect();
    let ballot = json!({
        "ranking": ranking, "scores": scores, "confidence": 0.8,
        "reason": "it is what the test waits for",
    });
    camera.stage.answer(&member, &ballot.to_string(), "", 120);
    true
}

/// The room as it was while the steps were worked, event by event, and back.
fn looked_back(camera: &mut Camera) {
    camera.act(Action::Go(Screen::Journal));
    camera.hold(SHORT);
    camera.act(Action::Past);
    camera.act(Action::Go(Screen::Room));
    camera.hold(SHORT);
    for _ in 0..6 {
        camera.act(Action::Up);
        camera.hold(SHORT);
    }
    camera.act(Action::Past);
    camera.hold(LONG);
}
