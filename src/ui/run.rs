//! The loop of a console in a terminal.
//!
//! One `select!` names everything that can wake it: signals, the terminal, the room, the frame
//! clock, a count of many ballots that was done beside it, and a slow tick. A key is drawn at once;
//! everything else waits for the frame clock. Nothing else is awaited: intents are handed over without
//! waiting.

use std::io::{self, Write as _};
use std::process::ExitStatus;
use std::sync::Arc;
use std::time::Duration;

use crossterm::event::Event;
use thiserror::Error;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::{Instant, sleep_until};

use crate::core::{Command, State};
use crate::link::Query;
use crate::ui::beside::Beside;
use crate::ui::clock::FrameClock;
use crate::ui::console::{Console, Counted, Settings};
use crate::ui::ground::{QUESTION, Shade};
use crate::ui::keyboard::Keyboard;
use crate::ui::outbox::Outbox;
use crate::ui::room::{Room, RoomEvent};
use crate::ui::terminal::Tty;
use crate::ui::theme::Theme;
use crate::ui::update::Intent;

/// Times on the screen move on while something runs.
const TICK_BUSY: Duration = Duration::from_secs(1);
/// Otherwise only the clock at the top does.
const TICK_IDLE: Duration = Duration::from_secs(15);
/// What waits for the room is offered to it again.
const AGAIN: Duration = Duration::from_millis(20);
/// How many things of the room are taken in before the next look at the keys.
const DRAIN: usize = 256;

/// Why the console ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// The operator left.
    Left,
    /// The room has ended and the operator wants it again.
    Reopen {
        /// What was in the composer, for [`Settings::draft`].
        draft: String,
        /// How things looked, for [`Settings::theme`].
        theme: Arc<Theme>,
    },
    /// The terminal is gone or the system asked for the end.
    Dismissed,
}

/// Why the console cannot go on.
#[derive(Debug, Error)]
pub enum RunError {
    /// The terminal cannot be used.
    #[error("the terminal cannot be used: {0}")]
    Terminal(#[from] io::Error),
    /// A panic gave the terminal back, and its report is on the screen.
    #[error("a part of the program failed, see above; start `synod` again")]
    Panicked,
}

/// What woke the loop.
enum Wake {
    Dismissed,
    Input(Option<io::Result<Event>>),
    Room(RoomEvent),
    Counted(Box<Counted>),
    Frame,
    Tick,
}

/// Takes the terminal and runs a console of `room` until the operator leaves.
///
/// # Errors
/// When standard output is no terminal, or stops being one in a way that cannot be recovered.
pub async fn run(room: &mut impl Room, mut settings: Settings) -> Result<End, RunError> {
    let mut dismissals = Dismissals::new()?;
    let mut tty = Tty::take(settings.modes)?;
    let mut input = begin(&mut tty, &mut settings).await?;
    let mut console = Console::new(room, settings);
    let mut clock = FrameClock::default();
    clock.want_now(Instant::now());
    let mut tick = Instant::now() + TICK_BUSY;
    let mut counting = Beside::default();
    let mut outbox = Outbox::default();
    loop {
        if !tty.is_ours() {
            return Err(RunError::Panicked);
        }
        if console.fade(room.now()) {
            clock.want(Instant::now());
        }
        if clock.is_due(Instant::now()) {
            draw(&mut tty, &mut console, room)?;
            clock.drawn(Instant::now());
        }
        counting.begin(&mut console, room);
        if !outbox.is_empty() {
            flush(&mut console, room, &mut outbox);
            tick = tick.min(Instant::now() + AGAIN);
        }
        let frame = clock.due();
        let fades = fades(&console, room);
        let wake = tokio::select! {
            biased;
            () = dismissals.next() => Wake::Dismissed,
            event = input.next() => Wake::Input(event),
            () = until(frame) => Wake::Frame,
            () = until(fades) => Wake::Frame,
            event = room.next() => Wake::Room(event),
            counted = counting.done() => Wake::Counted(counted),
            () = sleep_until(tick) => Wake::Tick,
        };
        let intents = match wake {
            Wake::Dismissed | Wake::Input(None | Some(Err(_))) => return Ok(End::Dismissed),
            Wake::Input(Some(Ok(event))) => {
                clock.want_now(Instant::now());
                console.input(room, &event)
            }
            Wake::Room(event) => {
                clock.want(Instant::now());
                drain(&mut console, room, event)
            }
            Wake::Counted(counted) => {
                clock.want(Instant::now());
                console.counted(room, *counted);
                Vec::new()
            }
            Wake::Frame => Vec::new(),
            Wake::Tick => {
                clock.want(Instant::now());
                let settled = console.settle(room);
                let busy = is_busy(room.state()) || !settled;
                tick = Instant::now() + if busy { TICK_BUSY } else { TICK_IDLE };
                Vec::new()
            }
        };
        for intent in intents {
            match intent {
                Intent::Quit => return Ok(End::Left),
                Intent::Reopen => {
                    let (draft, theme) = (console.draft(), console.theme());
                    return Ok(End::Reopen { draft, theme });
                }
                Intent::Command(command) => {
                    send(&mut console, room, &mut outbox, &command);
                    // What was commanded may run soon: times shall move from now on.
                    tick = tick.min(Instant::now() + TICK_BUSY);
                }
                Intent::Ask(query) => ask(&mut console, room, &query),
                Intent::Withdraw(ask) => room.withdraw(ask),
                Intent::Copy(text) => tty.copy(&text)?,
                Intent::Notify(text) => tty.notify(console.settings().notify, &text)?,
                Intent::Mouse(taken) => tty.mouse(taken)?,
                Intent::Redraw => tty.redraw()?,
                // The stream stays: its thread is stopped with all others, and the wake-up of a dropped
                // one may hide the first key that comes after it.
                Intent::Suspend => tty.suspend()?,
                Intent::EditDraft(ref text)
                | Intent::EditResult(ref text)
                | Intent::EditDocument(ref text)
                | Intent::Show(ref text) => {
                    // The stream's thread would eat the editor's keys.
                    drop(input);
                    let edited = edit(&mut tty, &mut console, room, text).await;
                    input = Keyboard::new(false);
                    put_back(&mut console, room, &mut outbox, edited?, &intent);
                }
            }
            clock.want_now(Instant::now());
        }
    }
}

/// Begins to read the keys. Where the theme goes by the ground of the terminal, that is asked first.
async fn begin(tty: &mut Tty, settings: &mut Settings) -> io::Result<Keyboard> {
    let mut input = Keyboard::new(settings.grounds.is_some());
    if let Some(grounds) = settings.grounds.take() {
        tty.ask(QUESTION)?;
        match input.ground().await {
            Some(Shade::Dark) => settings.theme = grounds.dark,
            Some(Shade::Light) => settings.theme = grounds.light,
            None => {}
        }
    }
    Ok(input)
}

fn send(console: &mut Console, room: &mut impl Room, outbox: &mut Outbox, command: &Command) {
    match outbox.put(command.clone()) {
        Ok(()) => flush(console, room, outbox),
        Err(error) => console.unsent(command, error),
    }
}

/// Gives the console what the editor left of a text, where it was one that can be changed.
fn put_back(
    console: &mut Console,
    room: &mut impl Room,
    outbox: &mut Outbox,
    text: Option<String>,
    intent: &Intent,
) {
    match (text, intent) {
        (Some(text), Intent::EditDraft(_)) => console.edited(&text),
        (Some(text), Intent::EditResult(_)) => console.edited_result(&text),
        (Some(text), Intent::EditDocument(_)) => {
            for intent in console.edited_document(&text) {
                if let Intent::Command(command) = intent {
                    send(console, room, outbox, &command);
                }
            }
        }
        (Some(_) | None, _) => {}
    }
}

/// Sends what waits, as far as the room takes it.
fn flush(console: &mut Console, room: &mut impl Room, outbox: &mut Outbox) {
    if let Some((command, error)) = outbox.flush(|command| room.send(command)) {
        console.unsent(&command, error);
    }
}

fn ask(console: &mut Console, room: &mut impl Room, query: &Query) {
    if let Err(error) = room.query(query.clone()) {
        console.unasked(query, error);
    }
}

fn draw(tty: &mut Tty, console: &mut Console, room: &impl Room) -> io::Result<()> {
    tty.draw(|frame| {
        let area = frame.area();
        console.draw(room, frame.buffer_mut(), area);
    })
}

/// Takes in what is there already, so that a flood costs one frame and not one a piece.
fn drain(console: &mut Console, room: &mut impl Room, first: RoomEvent) -> Vec<Intent> {
    let mut intents = console.heard(room, first);
    for _ in 0..DRAIN {
        let Some(event) = room.poll() else { break };
        intents.extend(console.heard(room, event));
    }
    intents
}

fn is_busy(state: &State) -> bool {
    state.calls_in_flight().next().is_some() || state.attention().len() > 0
}

/// When the line at the bottom goes. Once for each message: the room's clock counts whole milliseconds.
fn fades(console: &Console, room: &impl Room) -> Option<Instant> {
    let span = console.fades_in(room.now())?;
    Some(Instant::now() + Duration::from_millis(span.0 + 1))
}

async fn until(due: Option<Instant>) {
    match due {
        Some(due) => sleep_until(due).await,
        None => std::future::pending().await,
    }
}

/// Signals that mean the end of this console.
struct Dismissals {
    terminate: Signal,
    hangup: Signal,
}

impl Dismissals {
    fn new() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.hangup.recv() => {}
        }
    }
}

/// Lends the terminal to the editor with a text; gives the text back as it was left, or nothing
/// when the editor failed. The room is listened to all the while.
async fn edit(
    tty: &mut Tty,
    console: &mut Console,
    room: &mut impl Room,
    text: &str,
) -> io::Result<Option<String>> {
    let Some((program, arguments)) = console.settings().editor.split_first() else {
        console.warn("no editor is set: set $VISUAL or $EDITOR");
        return Ok(None);
    };
    let mut file = tempfile::Builder::new()
        .prefix("synod-")
        .suffix(".md")
        .tempfile()?;
    file.write_all(text.as_bytes())?;
    let mut command = tokio::process::Command::new(program);
    command.args(arguments).arg(file.path());
    let program = program.clone();
    tty.lend();
    let ended = attended(command.status(), console, room).await;
    tty.take_back()?;
    match ended {
        Ok(status) if status.success() => Ok(Some(std::fs::read_to_string(file.path())?)),
        Ok(status) => {
            console.warn(&format!(
                "{program} ended with {status}; the text is unchanged"
            ));
            Ok(None)
        }
        Err(error) => {
            console.warn(&format!("{program} cannot be started: {error}"));
            Ok(None)
        }
    }
}

/// Waits for a process and takes in what the room tells meanwhile.
async fn attended(
    process: impl Future<Output = io::Result<ExitStatus>>,
    console: &mut Console,
    room: &mut impl Room,
) -> io::Result<ExitStatus> {
    tokio::pin!(process);
    loop {
        tokio::select! {
            ended = &mut process => return ended,
            event = room.next() => {
                // Nothing that the room tells may act on the terminal while it is lent.
                drop(console.heard(room, event));
            }
        }
    }
}
