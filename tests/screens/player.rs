//! A room and a console that are played by key scripts.

use crossterm::event::{Event, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use synod::ui::console::{Console, Settings};
use synod::ui::key::Chord;
use synod::ui::room::{Room as _, RoomEvent};
use synod::ui::stage::Stage;
use synod::ui::update::Intent;

/// A console of the demo room, and what it wanted of the world so far.
pub(crate) struct Player {
    pub(crate) stage: Stage,
    pub(crate) console: Console,
    /// Intents that are neither commands nor questions.
    pub(crate) wanted: Vec<Intent>,
    pub(crate) size: (u16, u16),
}

impl Player {
    pub(crate) fn new(stage: Stage) -> Self {
        Self::with(stage, Settings::default())
    }

    pub(crate) fn with(mut stage: Stage, settings: Settings) -> Self {
        stage.attach();
        let console = Console::new(&stage, settings);
        let mut player = Self {
            stage,
            console,
            wanted: Vec::new(),
            size: (100, 30),
        };
        player.listen();
        player
    }

    pub(crate) fn demo() -> Self {
        Self::new(Stage::demo().unwrap())
    }

    /// Plays characters and the chords written as `<name>`; `<lt>` is the character itself.
    pub(crate) fn play(&mut self, script: &str) -> &mut Self {
        let mut rest = script;
        while let Some(c) = rest.chars().next() {
            let (name, next) = match rest.strip_prefix('<').and_then(|r| r.split_once('>')) {
                Some((name, next)) => (name.to_owned(), next),
                None if c == ' ' => ("space".to_owned(), &rest[1..]),
                None if c == '-' => ("minus".to_owned(), &rest[1..]),
                None => (c.to_string(), &rest[c.len_utf8()..]),
            };
            let name = if name == "lt" { "<".to_owned() } else { name };
            let chord: Chord = name.parse().unwrap();
            let intents = self.console.key(&self.stage, chord.event());
            self.settle(intents);
            rest = next;
        }
        self
    }

    pub(crate) fn paste(&mut self, text: &str) -> &mut Self {
        let intents = self
            .console
            .input(&self.stage, &Event::Paste(text.to_owned()));
        self.settle(intents);
        self
    }

    /// The mouse does something at a cell.
    pub(crate) fn mouse(&mut self, kind: MouseEventKind, (column, row): (u16, u16)) -> &mut Self {
        let event = Event::Mouse(MouseEvent {
            kind,
            column,
            row,
            modifiers: KeyModifiers::NONE,
        });
        let intents = self.console.input(&self.stage, &event);
        self.settle(intents);
        self
    }

    /// A click into the first cell of a text of the screen.
    pub(crate) fn click(&mut self, text: &str) -> &mut Self {
        let cell = self.cell(text);
        self.mouse(MouseEventKind::Down(MouseButton::Left), cell)
            .mouse(MouseEventKind::Up(MouseButton::Left), cell)
    }

    /// Column and row of the first cell of a text of the screen, from the top.
    pub(crate) fn cell(&mut self, text: &str) -> (u16, u16) {
        let (columns, rows) = self.size;
        let terminal = self.terminal(columns, rows);
        let buffer = terminal.backend().buffer();
        let mut found = (0..rows).filter_map(|row| {
            let mut line = String::new();
            let mut starts = Vec::new();
            for column in 0..columns {
                starts.push(line.len());
                line.push_str(buffer[(column, row)].symbol());
            }
            let at = line.find(text)?;
            let column = starts.iter().position(|start| *start == at)?;
            Some((u16::try_from(column).ok()?, row))
        });
        let cell = found.next();
        assert!(
            cell.is_some(),
            "{text:?} is not on the screen:\n{}",
            terminal.backend()
        );
        cell.unwrap()
    }

    /// The terminal gets the keys, or another window does.
    pub(crate) fn focus(&mut self, here: bool) -> &mut Self {
        let event = if here {
            Event::FocusGained
        } else {
            Event::FocusLost
        };
        let intents = self.console.input(&self.stage, &event);
        self.settle(intents);
        self
    }

    fn settle(&mut self, intents: Vec<Intent>) {
        self.perform(intents);
        self.listen();
    }

    fn perform(&mut self, intents: Vec<Intent>) {
        for intent in intents {
            match intent {
                Intent::Command(command) => self.stage.send(command).unwrap(),
                Intent::Ask(query) => self.stage.query(query).unwrap(),
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
                | Intent::LookAround => self.wanted.push(intent),
            }
        }
    }

    /// Something happens that the stage does not make.
    pub(crate) fn hear(&mut self, event: RoomEvent) -> &mut Self {
        let intents = self.console.heard(&self.stage, event);
        self.settle(intents);
        self
    }

    /// Takes in what the room told.
    pub(crate) fn listen(&mut self) {
        while let Some(event) = self.stage.poll() {
            let intents = self.console.heard(&self.stage, event);
            self.perform(intents);
        }
    }

    pub(crate) fn terminal(&mut self, columns: u16, rows: u16) -> Terminal<TestBackend> {
        let mut terminal = Terminal::new(TestBackend::new(columns, rows)).unwrap();
        terminal
            .draw(|frame| {
                let area = frame.area();
                self.console.draw(&self.stage, frame.buffer_mut(), area);
            })
            .unwrap();
        terminal
    }

    /// The screen as text.
    pub(crate) fn screen(&mut self) -> String {
        let (columns, rows) = self.size;
        self.terminal(columns, rows).backend().to_string()
    }

    /// Fails with the whole screen unless it shows `text`.
    pub(crate) fn shows(&mut self, text: &str) -> &mut Self {
        let screen = self.screen();
        assert!(
            screen.contains(text),
            "`{text}` is not on the screen:\n{screen}"
        );
        self
    }

    /// Fails with the whole screen if it shows `text`.
    pub(crate) fn hides(&mut self, text: &str) -> &mut Self {
        let screen = self.screen();
        assert!(
            !screen.contains(text),
            "`{text}` is on the screen:\n{screen}"
        );
        self
    }
}
