//! The terminal itself: taking it over, giving it back, drawing without tearing, suspending.
//!
//! Owns raw mode, the alternate screen, bracketed paste, focus reports, the mouse, the keyboard
//! protocol and their undoing on every
//! way out: drop, panic, suspend, editor. It decides nothing about what is drawn.
//!
//! Invariant: whatever ends the console, [`restore`] has run; it never fails and never panics.

use std::io::{self, Write};
use std::sync::Once;
use std::sync::atomic::{AtomicU8, Ordering};

use crossterm::cursor::{Hide, Show};
use crossterm::event::{
    DisableBracketedPaste, DisableFocusChange, EnableBracketedPaste, EnableFocusChange,
    KeyboardEnhancementFlags, PopKeyboardEnhancementFlags, PushKeyboardEnhancementFlags,
};
use crossterm::style::{Print, ResetColor};
use crossterm::terminal::{
    BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate, EnterAlternateScreen,
    LeaveAlternateScreen, SetTitle, disable_raw_mode, enable_raw_mode,
};
use crossterm::{execute, queue};
use ratatui::backend::CrosstermBackend;
use ratatui::layout::Size;
use ratatui::{Frame, Terminal};

use crate::ui::notify::Means;

/// What of the terminal is ours right now, as bits; the panic hook must know without a lock.
static TAKEN: AtomicU8 = AtomicU8::new(0);
/// The screen and the keys.
const SCREEN: u8 = 1;
/// The terminal tells keys apart that are one byte otherwise.
const KITTY: u8 = 2;
static HOOK: Once = Once::new();

/// Gives the terminal back: idempotent, silent, safe in a panic hook and a signal path.
pub fn restore() {
    let taken = TAKEN.swap(0, Ordering::SeqCst);
    if taken & SCREEN == 0 {
        return;
    }
    let mut out = io::stdout();
    // A terminal that is gone cannot be restored; there is nobody to tell either.
    if taken & KITTY != 0 {
        // What another program wanted of the keys stands below ours.
        drop(queue!(out, PopKeyboardEnhancementFlags));
    }
    drop(execute!(
        out,
        EndSynchronizedUpdate,
        Print(MOUSE_OFF),
        DisableFocusChange,
        DisableBracketedPaste,
        ResetColor,
        LeaveAlternateScreen,
        Show
    ));
    drop(disable_raw_mode());
}

/// What of the terminal is used beside its screen and its keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Modes {
    /// Clicks and the wheel are the console's; else the terminal selects text and scrolls.
    pub mouse: bool,
    /// The kitty keyboard protocol: keys that are one byte otherwise are told apart. Terminals that do
    /// not know it pass over the wish.
    pub kitty: bool,
}

/// Clicks, the wheel and drags with a button held, in decimal coordinates. Not every move of the pointer:
/// nothing is done with those, and each would wake the console.
const MOUSE_ON: &str = "\u{1b}[?1000h\u{1b}[?1002h\u{1b}[?1006h";
const MOUSE_OFF: &str = "\u{1b}[?1006l\u{1b}[?1002l\u{1b}[?1000l";

fn take(modes: Modes) -> io::Result<()> {
    enable_raw_mode()?;
    TAKEN.store(SCREEN, Ordering::SeqCst);
    let mut out = io::stdout();
    queue!(
        out,
        EnterAlternateScreen,
        EnableBracketedPaste,
        EnableFocusChange,
        Hide,
        SetTitle("synod")
    )?;
    if modes.kitty {
        let flags = KeyboardEnhancementFlags::DISAMBIGUATE_ESCAPE_CODES;
        queue!(out, PushKeyboardEnhancementFlags(flags))?;
        TAKEN.fetch_or(KITTY, Ordering::SeqCst);
    }
    if modes.mouse {
        queue!(out, Print(MOUSE_ON))?;
    }
    out.flush()
}

/// Puts the terminal back before a panic is reported, so that the report can be read.
fn hook_panics() {
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            restore();
            before(info);
        }));
    });
}

/// The terminal while the console has it. Dropping it gives it back.
#[derive(Debug)]
pub struct Tty {
    terminal: Terminal<CrosstermBackend<io::Stdout>>,
    modes: Modes,
}

impl Tty {
    /// Takes the terminal over.
    ///
    /// # Errors
    /// When standard output is no terminal or refuses a mode; it is given back first.
    pub fn take(modes: Modes) -> io::Result<Self> {
        hook_panics();
        let taken = take(modes).and_then(|()| Terminal::new(CrosstermBackend::new(io::stdout())));
        match taken {
            Ok(terminal) => Ok(Self { terminal, modes }),
            Err(error) => {
                restore();
                Err(error)
            }
        }
    }

    /// Draws a frame as one synchronized update: the terminal shows it whole or not at all.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn draw(&mut self, render: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        queue!(io::stdout(), BeginSynchronizedUpdate)?;
        let drawn = self.terminal.draw(render).map(|_| ());
        execute!(io::stdout(), EndSynchronizedUpdate)?;
        drawn
    }

    /// Whether the terminal is still taken. It is not once a panic anywhere in the process has
    /// given it back: then nothing may be drawn any more.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        TAKEN.load(Ordering::SeqCst) & SCREEN != 0
    }

    /// The size in cells.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn size(&self) -> io::Result<Size> {
        self.terminal.size()
    }

    /// Forgets what is on the screen, so that the next frame is drawn whole.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn redraw(&mut self) -> io::Result<()> {
        // `Terminal::clear` asks the terminal where its cursor is and fails when no answer comes.
        execute!(io::stdout(), Clear(ClearType::All))?;
        self.terminal = Terminal::new(CrosstermBackend::new(io::stdout()))?;
        Ok(())
    }

    /// Gives the terminal to somebody else, for instance `$EDITOR`. Drop the event stream first:
    /// its thread would eat the other's keys.
    pub fn lend(&mut self) {
        restore();
    }

    /// Takes the terminal again after [`Tty::lend`].
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn take_back(&mut self) -> io::Result<()> {
        take(self.modes)?;
        self.redraw()
    }

    /// Stops the console's process group as Ctrl-Z does in a shell, and takes the terminal again
    /// after `fg`. A room with a process of its own is in another group and goes on.
    ///
    /// # Errors
    /// When the signal cannot be sent or the terminal cannot be taken again.
    pub fn suspend(&mut self) -> io::Result<()> {
        self.lend();
        let stopped = rustix::process::kill_current_process_group(rustix::process::Signal::TSTP);
        self.take_back()?;
        stopped.map_err(io::Error::from)
    }

    /// Asks the terminal something; what it answers comes with the keys.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn ask(&mut self, question: &str) -> io::Result<()> {
        let mut out = io::stdout();
        out.write_all(question.as_bytes())?;
        out.flush()
    }

    /// Puts text on the clipboard of the terminal's user (OSC 52), also over SSH.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn copy(&mut self, text: &str) -> io::Result<()> {
        let mut out = io::stdout();
        out.write_all(clipboard_sequence(text).as_bytes())?;
        out.flush()
    }
}

impl Tty {
    /// Takes the mouse, or leaves it to the terminal.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn mouse(&mut self, taken: bool) -> io::Result<()> {
        self.modes.mouse = taken;
        execute!(
            io::stdout(),
            Print(if taken { MOUSE_ON } else { MOUSE_OFF })
        )
    }

    /// Tells the terminal's user something while another window has the keys.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn notify(&mut self, means: Means, text: &str) -> io::Result<()> {
        let mut out = io::stdout();
        out.write_all(means.sequence(text).as_bytes())?;
        out.flush()
    }
}

impl Drop for Tty {
    fn drop(&mut self) {
        restore();
    }
}

/// The OSC 52 sequence that puts `text` on the clipboard.
fn clipboard_sequence(text: &str) -> String {
    use base64::Engine as _;
    let body = base64::engine::general_purpose::STANDARD.encode(text);
    format!("\u{1b}]52;c;{body}\u{7}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_gives_back_what_was_taken_and_nothing_else() {
        restore();
        assert_eq!(TAKEN.load(Ordering::SeqCst), 0);
        hook_panics();
        TAKEN.store(SCREEN, Ordering::SeqCst);
        let panicked = std::thread::spawn(|| panic!("on purpose")).join();
        assert!(panicked.is_err());
        assert_eq!(TAKEN.load(Ordering::SeqCst), 0);
        restore();
        assert_eq!(TAKEN.load(Ordering::SeqCst), 0);
    }

    #[test]
    fn the_clipboard_sequence_is_osc_52() {
        assert_eq!(clipboard_sequence("hi"), "\u{1b}]52;c;aGk=\u{7}");
    }
}
