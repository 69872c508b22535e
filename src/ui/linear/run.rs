//! The loop of a console of lines.
//!
//! One `select!` names everything that can wake it: signals, a line, the room. Writing is the only thing
//! that may wait.

use std::io::{self, IsTerminal as _, Write as _};

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::core::{Command, Event, Recorded, State};
use crate::ui::console::Settings;
use crate::ui::linear::{Linear, Lines};
use crate::ui::room::{Room, RoomEvent};
use crate::ui::run::{End, RunError};
use crate::ui::update::Intent;

/// How many things of the room are taken in before they are written.
const DRAIN: usize = 256;

/// What woke the loop.
enum Wake {
    Dismissed,
    Interrupted,
    Line(Option<String>),
    Room(RoomEvent),
}

/// Runs a console of lines until the operator leaves. Where the lines come from no terminal, their end
/// leaves only once nothing is worked on any more, so that the answers are heard.
///
/// # Errors
/// When nothing can be written or no signal be heard.
pub async fn run(
    room: &mut impl Room,
    lines: &mut Lines,
    settings: Settings,
) -> Result<End, RunError> {
    let mut signals = Signals::new()?;
    let stays = !io::stdin().is_terminal();
    let theme = settings.theme.clone();
    let mut linear = Linear::new(room, settings);
    linear.open(room);
    let mut over = false;
    // Tasks that were sent and of which nothing was heard yet.
    let mut ordered: usize = 0;
    loop {
        write(&linear.take_output())?;
        let is_past = linear.console().model().has_ended();
        if over && (!stays || is_past || !(ordered > 0 || is_at_work(room.state()))) {
            return Ok(End::Left);
        }
        let wake = tokio::select! {
            biased;
            wake = signals.next() => wake,
            event = room.next() => Wake::Room(event),
            line = lines.next(), if !over => Wake::Line(line),
        };
        let intents = match wake {
            Wake::Dismissed => return Ok(End::Dismissed),
            Wake::Interrupted => {
                linear.interrupted();
                Vec::new()
            }
            Wake::Line(Some(line)) => linear.line(room, &line),
            Wake::Line(None) => {
                over = true;
                Vec::new()
            }
            Wake::Room(event) => {
                let (intents, settled) = heard(&mut linear, room, event);
                ordered = ordered.saturating_sub(settled);
                intents
            }
        };
        for intent in intents {
            match intent {
                Intent::Quit => {
                    write(&linear.take_output())?;
                    return Ok(End::Left);
                }
                Intent::Reopen => {
                    let theme = std::sync::Arc::new(theme);
                    let draft = String::new();
                    return Ok(End::Reopen { draft, theme });
                }
                Intent::Command(command) => match room.send(command.clone()) {
                    Ok(()) => ordered += usize::from(matches!(command, Command::AddTask(_))),
                    Err(error) => linear.console().unsent(&command, error),
                },
                Intent::Ask(query) => {
                    if let Err(error) = room.query(query.clone()) {
                        linear.console().unasked(&query, error);
                    }
                }
                Intent::Withdraw(ask) => room.withdraw(ask),
                Intent::Suspend => suspend()?,
                // There is no screen, no clipboard and no editor to lend the terminal to.
                Intent::Redraw
                | Intent::EditDraft(_)
                | Intent::EditResult(_)
                | Intent::EditDocument(_)
                | Intent::Show(_)
                | Intent::Copy(_)
                | Intent::Mouse(_)
                | Intent::Notify(_)
                | Intent::LookAround => {}
            }
            linear.settle(room);
        }
    }
}

/// Takes in what is there already; gives also how many orders it settled.
fn heard(linear: &mut Linear, room: &mut impl Room, first: RoomEvent) -> (Vec<Intent>, usize) {
    let mut settled = settles(&first);
    let mut intents = linear.heard(room, first);
    for _ in 0..DRAIN {
        let Some(event) = room.poll() else { break };
        settled += settles(&event);
        intents.extend(linear.heard(room, event));
    }
    (intents, settled)
}

/// How many orders of tasks an event may be the answer to.
fn settles(event: &RoomEvent) -> usize {
    if let RoomEvent::Events(events) = event {
        let added = |one: &&Recorded| matches!(one.event, Event::TaskAdded { .. });
        return events.iter().filter(added).count();
    }
    usize::from(matches!(event, RoomEvent::Refused(_)))
}

/// Whether something may still be told that nobody has to do anything for.
fn is_at_work(state: &State) -> bool {
    let asked = state.attention().len() > 0;
    !asked && state.open_tasks().next().is_some()
}

fn write(text: &str) -> io::Result<()> {
    if text.is_empty() {
        return Ok(());
    }
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Stops the program as Ctrl-Z does.
fn suspend() -> io::Result<()> {
    let signal = rustix::process::Signal::TSTP;
    rustix::process::kill_current_process_group(signal).map_err(io::Error::from)
}

/// Signals that mean something here.
struct Signals {
    terminate: Signal,
    hangup: Signal,
    interrupt: Signal,
}

impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) -> Wake {
        tokio::select! {
            _ = self.terminate.recv() => Wake::Dismissed,
            _ = self.hangup.recv() => Wake::Dismissed,
            _ = self.interrupt.recv() => Wake::Interrupted,
        }
    }
}
