//! The loop of a console in a terminal.
//!
//! One `select!` names everything that can wake it: signals, the terminal, the room, the frame
//! clock, a count of many ballots that was done beside it, and a slow tick. A key is drawn at once;
//! everything else waits for the frame clock. Nothing else is awaited: intents are handed over without
//! waiting.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use crossterm::event::Event;
use thiserror::Error;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::{Instant, sleep_until};

use crate::config::discover::Discovery;
use crate::core::{Command, State};
use crate::link::Query;
use crate::ui::around::Around;
use crate::ui::beside::Beside;
use crate::ui::clipboard::{Clipboard, Copying, Refused};
use crate::ui::clock::FrameClock;
use crate::ui::console::{Console, Counted, Settings};
use crate::ui::ground::{Ground, QUESTION, Shade};
use crate::ui::keyboard::Keyboard;
use crate::ui::lent::edit;
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
    Brought(Brought),
    Frame,
    Tick,
}

/// What is done beside the loop, each in its own time.
#[derive(Default)]
struct Aside {
    counting: Beside,
    around: Around,
    copying: Copying,
}

/// What came of it.
enum Brought {
    Counted(Box<Counted>),
    Found(Discovery),
    Copied(Result<(), Refused>),
}

impl Aside {
    /// Waits for the first that is done; for ever where nothing is.
    async fn next(&mut self) -> Brought {
        tokio::select! {
            counted = self.counting.done() => Brought::Counted(counted),
            found = self.around.done() => Brought::Found(found),
            copied = self.copying.done() => Brought::Copied(copied),
        }
    }
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
    let mut aside = Aside::default();
    let mut outbox = Outbox::default();
    greet(&mut console, &mut aside);
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
        aside.counting.begin(&mut console, room);
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
            brought = aside.next() => Wake::Brought(brought),
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
            Wake::Brought(brought) => {
                clock.want(Instant::now());
                take_in(&mut tty, &mut console, room, brought)?;
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
                Intent::Quit => return left(&mut tty, &mut console, &mut aside).await,
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
                Intent::Copy(text) => copy(&mut tty, &mut console, &mut aside.copying, text)?,
                Intent::Notify(text) => tty.notify(console.settings().notify, &text)?,
                Intent::Mouse(taken) => tty.mouse(taken)?,
                Intent::LookAround => aside.around.begin(console.settings().machine.clone()),
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
                    let comes_back = !matches!(intent, Intent::Show(_));
                    let edited = edit(&mut tty, &mut console, room, text, comes_back).await;
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
        settings.ground = match input.ground().await {
            Some(Shade::Dark) => {
                settings.theme = grounds.dark;
                Ground::Dark
            }
            Some(Shade::Light) => {
                settings.theme = grounds.light;
                Ground::Light
            }
            None => Ground::Silent,
        };
    }
    Ok(input)
}

/// Opens the welcome where it is to come up.
fn greet(console: &mut Console, aside: &mut Aside) {
    if console.settings().welcome && console.welcome().contains(&Intent::LookAround) {
        aside.around.begin(console.settings().machine.clone());
    }
}

/// Takes in what was done beside the loop.
fn take_in(
    tty: &mut Tty,
    console: &mut Console,
    room: &impl Room,
    brought: Brought,
) -> io::Result<()> {
    match brought {
        Brought::Counted(counted) => console.counted(room, *counted),
        Brought::Found(found) => console.found(found),
        Brought::Copied(copied) => refused(tty, console, copied)?,
    }
    Ok(())
}

/// The operator leaves. What was copied last is not lost with the console.
async fn left(tty: &mut Tty, console: &mut Console, aside: &mut Aside) -> Result<End, RunError> {
    let copied = aside.copying.finish().await;
    refused(tty, console, copied)?;
    Ok(End::Left)
}

/// Has a text copied by whom it shall be.
fn copy(
    tty: &mut Tty,
    console: &mut Console,
    copying: &mut Copying,
    text: String,
) -> io::Result<()> {
    match &console.settings().clipboard {
        Clipboard::Terminal => tty.copy(&text),
        Clipboard::Program(helper) => {
            copying.begin(helper.clone(), text);
            Ok(())
        }
        Clipboard::Missing => {
            let why = "no program for the clipboard was found".to_owned();
            refused(tty, console, Err(Refused { why, text }))
        }
        Clipboard::Off => {
            console.warn("nothing was copied: clipboard = \"off\" below [ui]");
            Ok(())
        }
    }
}

/// What a program did not take, the terminal is asked to.
fn refused(tty: &mut Tty, console: &mut Console, copied: Result<(), Refused>) -> io::Result<()> {
    let Err(Refused { why, text }) = copied else {
        return Ok(());
    };
    console.warn(&format!("{why}; the terminal was asked to copy it instead"));
    tty.copy(&text)
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
