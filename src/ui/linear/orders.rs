//! What a typed line does: a task, a command by its name, a number, or an answer to a question.

use crate::ui::action::{Action, Screen, TABLE};
use crate::ui::linear::asks::Takes;
use crate::ui::linear::choices::Pick;
use crate::ui::linear::sense::{Sense, of};
use crate::ui::linear::{Awaited, Linear, SIZE, asks, events, rows};
use crate::ui::model::{Focus, Pane};
use crate::ui::overlay::Overlay;
use crate::ui::room::Room;
use crate::ui::suggest::nearest;
use crate::ui::update::{self, Intent};

/// Commands of lines alone.
const MORE: &str = "more";

impl Linear {
    /// The operator typed a line.
    #[must_use]
    pub fn line(&mut self, room: &impl Room, typed: &str) -> Vec<Intent> {
        // What a key that does nothing here leaves in a line would make a command a task.
        let typed: String = typed
            .chars()
            .filter(|c| *c == '\t' || !c.is_control())
            .collect();
        let intents = self.typed(room, &typed);
        self.settle(room);
        intents
    }

    fn typed(&mut self, room: &impl Room, typed: &str) -> Vec<Intent> {
        self.console.look(room, SIZE);
        let asks = self.told.as_ref().map(|asked| asked.takes);
        let command = typed.strip_prefix(':').map(str::trim);
        match (asks, command) {
            (Some(_), Some("back" | "cancel")) => self.act(room, Action::Back),
            (None, Some("back")) => {
                self.say("No question is open.");
                Vec::new()
            }
            (Some(_), Some("quit" | "q")) => {
                self.console.model_mut().overlays.clear();
                self.told = None;
                self.act(room, Action::Quit)
            }
            (Some(Takes::Line), _) => self.answered(room, typed),
            (None, Some(command)) => self.command(room, command),
            (_, None) if typed.trim().is_empty() => self.nothing(room),
            (_, None) if let Ok(number) = typed.trim().parse() => self.number(room, number),
            (Some(Takes::Number), _) => self.asked_first(),
            (None, None) => self.task(room, typed),
        }
    }

    fn asked_first(&mut self) -> Vec<Intent> {
        self.say("A question is open: answer it by one of its numbers, or :back.");
        Vec::new()
    }

    /// An empty line: takes the room up again when it has ended; repeats an open question.
    fn nothing(&mut self, room: &impl Room) -> Vec<Intent> {
        if self.console.model().has_ended() {
            self.console.model_mut().overlays.clear();
            return self.console.act(room, Action::Retry);
        }
        self.told = None;
        Vec::new()
    }

    fn task(&mut self, room: &impl Room, typed: &str) -> Vec<Intent> {
        if self.console.model().has_ended() {
            self.say("The room has ended; nothing was sent.");
            return Vec::new();
        }
        update::task(self.console.model_mut(), room.now(), typed)
    }

    fn number(&mut self, room: &impl Room, number: u32) -> Vec<Intent> {
        match self.choices.get(number) {
            None => {
                self.say(&format!("{number} means nothing now."));
                Vec::new()
            }
            Some(Pick::Answer(index)) => self.chosen(room, index),
            Some(_) if self.told.is_some() => self.asked_first(),
            Some(Pick::Open(place)) => {
                if self.go(place, room) {
                    self.choices.begin_after(number);
                    self.describe(room);
                } else {
                    self.say("That row is gone.");
                }
                Vec::new()
            }
            Some(Pick::Document(name)) => {
                self.choices.begin_after(number);
                self.console.show_document(&name);
                let intents = update::attend(self.console.model_mut());
                self.console.look(room, SIZE);
                self.at = self.here(room.state());
                self.awaits = Some(Awaited::Text);
                self.text(room);
                self.fits(room);
                intents
            }
            Some(Pick::Do(place, action)) => {
                if self.go(place, room) {
                    self.at = Some(place);
                    self.act(room, action)
                } else {
                    self.say("That is settled, or gone.");
                    Vec::new()
                }
            }
        }
    }

    /// The answer of this place to the layer on top.
    fn chosen(&mut self, room: &impl Room, index: usize) -> Vec<Intent> {
        let model = self.console.model_mut();
        let action = model
            .overlays
            .last_mut()
            .and_then(|it| asks::choose(it, index));
        action.map_or_else(Vec::new, |action| self.act(room, action))
    }

    /// The line that the layer on top asks for.
    fn answered(&mut self, room: &impl Room, typed: &str) -> Vec<Intent> {
        let model = self.console.model_mut();
        let action = asks::fill(model, typed);
        self.told = None;
        action.map_or_else(Vec::new, |action| self.act(room, action))
    }

    fn command(&mut self, room: &impl Room, name: &str) -> Vec<Intent> {
        if name == MORE {
            self.list(room);
            return Vec::new();
        }
        let name = if name == "q" { "quit" } else { name };
        let Some(action) = Action::named(name) else {
            let near = nearest(name, TABLE.iter().map(|e| e.name));
            let hint = near
                .map(|n| format!("; did you mean :{n}?"))
                .unwrap_or_default();
            self.say(&format!("There is no command `{name}`{hint}."));
            return Vec::new();
        };
        match (of(action), self.at) {
            (Sense::Drawn, _) => {
                self.say(&format!(
                    ":{name} is for a screen that is drawn; `synod` without --linear has it."
                ));
                Vec::new()
            }
            (Sense::Row, None) => {
                self.say("First take a row by its number, for instance from :queue or :inbox.");
                Vec::new()
            }
            (Sense::Row, Some(place)) => {
                if self.go(place, room) {
                    self.act(room, action)
                } else {
                    self.at = None;
                    self.say("The row that was told is settled, or gone.");
                    Vec::new()
                }
            }
            (Sense::Anywhere, _) => self.act(room, action),
        }
    }

    /// Does an action, and tells what it comes to where it leads elsewhere.
    fn act(&mut self, room: &impl Room, action: Action) -> Vec<Intent> {
        if self.console.model().overlays.is_empty() && self.tells(room, action) {
            return Vec::new();
        }
        let before = self.here(room.state());
        let model = self.console.model_mut();
        let filtering = matches!(model.overlays.last(), Some(Overlay::Filter));
        if model.overlays.is_empty() {
            model.focus = Focus::Pane(0);
        }
        let intents = self.console.act(room, action);
        self.told = None;
        self.console.look(room, SIZE);
        if !self.console.model().overlays.is_empty() {
            return intents;
        }
        self.console.model_mut().focus = Focus::Pane(0);
        let lists = matches!(
            action,
            Action::Go(_) | Action::Lessons | Action::Advice | Action::ShowArchived
        );
        if lists || filtering {
            self.lists(room);
        } else if matches!(action, Action::Left | Action::Right) {
            self.text(room);
        } else if self.here(room.state()) != before {
            self.choices.begin_anew();
            self.describe(room);
        }
        intents
    }

    /// Does an action that only tells something; false when it is none.
    fn tells(&mut self, room: &impl Room, action: Action) -> bool {
        let opens =
            action == Action::Enter && !rows::is_choosing(self.console.model(), room.state());
        if action == Action::Help {
            self.help();
        } else if action == Action::Menu {
            self.choices.begin_anew();
            self.fits(room);
        } else if opens {
            self.choices.begin_anew();
            self.describe(room);
        } else {
            return false;
        }
        true
    }

    /// Tells the list at hand from its beginning.
    fn lists(&mut self, room: &impl Room) {
        self.choices.begin_anew();
        self.at = None;
        self.listed = 0;
        if self.console.model().screen == Screen::Room {
            self.who(room.state(), room);
            return;
        }
        let model = self.console.model();
        if model.list() == Pane::Library && model.library.rows().is_empty() {
            self.awaits = Some(Awaited::List);
            self.say("The documents are being listed.");
            return;
        }
        if model.list() == Pane::Journal && model.sieve.is_looking() {
            self.awaits = Some(Awaited::List);
            self.say("The journal is being looked through.");
            return;
        }
        self.list(room);
    }

    fn help(&mut self) {
        self.say(
            "A line is a task, unless it begins with a colon or is a number. A number takes what was told \
             with it; :more goes on with a list; :back leaves a question. What follows is about the row that \
             was told last, where it names one.",
        );
        for entry in TABLE {
            if of(entry.action) != Sense::Drawn {
                self.say(&format!(":{}: {}.", entry.name, entry.doc));
            }
        }
    }

    /// Says what a key does that would end other programs.
    pub fn interrupted(&mut self) {
        self.say(events::INTERRUPTED);
    }
}
