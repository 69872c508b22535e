//! The terminal itself: taking it over, giving it back, drawing without tearing, suspending.
//!
//! Owns raw mode, the alternate screen, bracketed paste, focus reports, the mouse, the keyboard
//! protocol and their undoing on every
//! way out: drop, panic, suspend, editor. It decides nothing about what is drawn.
//!
//! In the main screen what stood there is moved up into the scroll-back before the first frame, and the last
//! frame is left standing with the cursor below it.
//!
//! Invariant: whatever ends the console, [`restore`] has run; it never fails and never panics.

use std::io::{self, Write};
use std::sync::Once;
use std::sync::atomic::{AtomicU8, Ordering};

use crossterm::cursor::{Hide, MoveTo, Show};
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
use ratatui::layout::{Rect, Size};
use ratatui::{Frame, Terminal, TerminalOptions, Viewport};

use crate::ui::notify::Means;

/// What of the terminal is ours right now, as bits; the panic hook must know without a lock.
static TAKEN: AtomicU8 = AtomicU8::new(0);
/// The screen and the keys.
const SCREEN: u8 = 1;
/// The terminal tells keys apart that are one byte otherwise.
const KITTY: u8 = 2;
/// The screen is the alternate one.
const ALTERNATE: u8 = 4;
/// Below the last row of any terminal, which takes it for its last.
const LAST_ROW: u16 = 9_998;
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
        ResetColor
    ));
    drop(if taken & ALTERNATE != 0 {
        queue!(out, LeaveAlternateScreen)
    } else {
        queue!(out, MoveTo(0, LAST_ROW), Print("\r\n"))
    });
    drop(execute!(out, Show));
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
    /// The main screen is drawn on instead of the alternate one.
    pub main_screen: bool,
}

/// Clicks, the wheel and drags with a button held, in decimal coordinates. Not every move of the pointer:
/// nothing is done with those, and each would wake the console.
const MOUSE_ON: &str = "\u{1b}[?1000h\u{1b}[?1002h\u{1b}[?1006h";
const MOUSE_OFF: &str = "\u{1b}[?1006l\u{1b}[?1002l\u{1b}[?1000l";

fn take(modes: Modes) -> io::Result<()> {
    enable_raw_mode()?;
    TAKEN.store(SCREEN, Ordering::SeqCst);
    let mut out = io::stdout();
    if !modes.main_screen {
        queue!(out, EnterAlternateScreen)?;
        TAKEN.fetch_or(ALTERNATE, Ordering::SeqCst);
    }
    queue!(
        out,
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
    terminal: Screen,
    modes: Modes,
    /// The size that it was last drawn for; known in the main screen only.
    drawn: Size,
}

type Screen = Terminal<CrosstermBackend<io::Stdout>>;

/// A screen of which nothing is known. In the main one it must not be cleared whole, because terminals
/// put what is cleared into the scroll-back; so it is an area and its size is looked after here.
fn screen(modes: Modes, size: Size) -> io::Result<Screen> {
    let backend = CrosstermBackend::new(io::stdout());
    if !modes.main_screen {
        return Terminal::new(backend);
    }
    let viewport = Viewport::Fixed(Rect::from((ratatui::layout::Position::ORIGIN, size)));
    Terminal::with_options(backend, TerminalOptions { viewport })
}

/// Moves what stands on the main screen up by so many rows.
fn push_up(rows: u16) -> io::Result<()> {
    let mut out = io::stdout();
    out.write_all("\r\n".repeat(usize::from(rows)).as_bytes())?;
    out.flush()
}

impl Tty {
    /// Takes the terminal over.
    ///
    /// # Errors
    /// When standard output is no terminal or refuses a mode; it is given back first.
    pub fn take(modes: Modes) -> io::Result<Self> {
        hook_panics();
        let taken = take(modes).and_then(|()| Self::begin(modes));
        if taken.is_err() {
            restore();
        }
        taken
    }

    fn begin(modes: Modes) -> io::Result<Self> {
        let drawn = Size::ZERO;
        let mut tty = Self {
            terminal: screen(modes, drawn)?,
            modes,
            drawn,
        };
        if modes.main_screen {
            tty.make_room()?;
        }
        Ok(tty)
    }

    /// Moves all that stands on the main screen out of the way.
    fn make_room(&mut self) -> io::Result<()> {
        push_up(self.size()?.height)?;
        self.redraw()
    }

    /// In the main screen, follows a change of the size. Terminals that grow take rows back from the
    /// scroll-back; those go there again.
    fn follow(&mut self) -> io::Result<()> {
        let size = self.size()?;
        if size == self.drawn {
            return Ok(());
        }
        let grown = size.height.saturating_sub(self.drawn.height);
        execute!(io::stdout(), MoveTo(0, LAST_ROW))?;
        push_up(grown)?;
        self.redraw()
    }

    /// Draws a frame as one synchronized update: the terminal shows it whole or not at all.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn draw(&mut self, render: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        queue!(io::stdout(), BeginSynchronizedUpdate)?;
        if self.modes.main_screen {
            self.follow()?;
        }
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
        let size = self.size()?;
        // `Terminal::clear` asks the terminal where its cursor is and fails when no answer comes.
        if self.modes.main_screen {
            execute!(io::stdout(), MoveTo(0, 0), Clear(ClearType::FromCursorDown))?;
        } else {
            execute!(io::stdout(), Clear(ClearType::All))?;
        }
        self.drawn = size;
        self.terminal = screen(self.modes, size)?;
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
        take(self.modes)?;
        if self.modes.main_screen {
            // What was done meanwhile stands there now.
            self.make_room()?;
        } else {
            self.redraw()?;
        }
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
