//! A console without a terminal: model, theme and keys together, driven by events, drawn on demand.
//!
//! The loop in `run` gives it a terminal; tests and pictures give it a buffer.

use std::sync::Arc;

use crossterm::event::{Event, KeyEvent};
use jiff::tz::TimeZone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::config::discover::Discovery;
use crate::core::{Command, Span, Timestamp};
use crate::link::Query;
use crate::ui::action::{Action, Tiling};
use crate::ui::addresses;
use crate::ui::around::Machine;
use crate::ui::ascii;
use crate::ui::clipboard::Clipboard;
use crate::ui::ground::Ground;
use crate::ui::keymap::Keymap;
use crate::ui::model::{Host, Model, Pane, Setup};
use crate::ui::notify::Means;
use crate::ui::past::Moment;
use crate::ui::room::{Room, RoomEvent, SendError, Sight};
use crate::ui::terminal::Modes;
use crate::ui::theme::{Theme, Themes};
use crate::ui::update::{self, Intent};
use crate::ui::view;
pub use crate::ui::votes::{Counted, Work};

/// A theme for each ground that a terminal can have.
#[derive(Debug, Clone)]
pub struct Grounds {
    /// On a dark one.
    pub dark: Theme,
    /// On a light one.
    pub light: Theme,
}

/// What the configuration says of a console.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How things look at first.
    pub theme: Theme,
    /// How else they can look.
    pub themes: Themes,
    /// How they look instead where the terminal says what its ground is; without it, it is not asked.
    pub grounds: Option<Grounds>,
    /// Which keys mean what.
    pub keymap: Keymap,
    /// Where the operator's clock hangs.
    pub zone: TimeZone,
    /// Where the room runs.
    pub host: Host,
    /// What is to be told first, if anything.
    pub greeting: Option<String>,
    /// What the composer holds at first.
    pub draft: String,
    /// How somebody who looks elsewhere is told that something waits.
    pub notify: Means,
    /// What of the terminal is used beside its screen and keys.
    pub modes: Modes,
    /// The editor and its arguments; empty when none is set.
    pub editor: Vec<String>,
    /// The terminal shows ASCII only.
    pub ascii: bool,
    /// Who keeps what is copied.
    pub clipboard: Clipboard,
    /// What the terminal said of its ground.
    pub ground: Ground,
    /// Where the welcome looks for models and servers.
    pub machine: Option<Machine>,
    /// The welcome comes up by itself.
    pub welcome: bool,
    /// How the Sessions screen shows the sessions at first.
    pub tiling: Tiling,
    /// The terminal takes links.
    pub links: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: Theme::default(),
            themes: Themes::default(),
            grounds: None,
            keymap: Keymap::default(),
            zone: TimeZone::UTC,
            host: Host::default(),
            greeting: None,
            draft: String::new(),
            notify: Means::default(),
            modes: Modes::default(),
            editor: Vec::new(),
            ascii: false,
            clipboard: Clipboard::default(),
            ground: Ground::default(),
            machine: None,
            welcome: false,
            tiling: Tiling::default(),
            links: false,
        }
    }
}

/// A console of a room.
#[derive(Debug)]
pub struct Console {
    model: Model,
    settings: Settings,
    /// The room as it was, while that is looked at.
    moment: Option<Moment>,
}

/// What is shown: the room, or an earlier moment of it.
fn shown<'s>(moment: Option<&'s Moment>, room: &'s impl Room) -> Sight<'s> {
    match moment {
        Some(moment) => Sight {
            state: moment.state(),
            live: moment.live(),
            hub: room.hub(),
            now: moment.now(),
        },
        None => room.sight(),
    }
}

impl Console {
    /// A console that sees `room` for the first time.
    pub fn new(room: &impl Room, settings: Settings) -> Self {
        let setup = Setup {
            zone: settings.zone.clone(),
            keymap: settings.keymap.clone(),
            theme: Arc::new(settings.theme.clone()),
            themes: settings.themes.clone(),
            ground: settings.ground,
        };
        let mut model = Model::new(room.sight(), setup, settings.host);
        model.pointer.taken = settings.modes.mouse;
        model.lists.tiling = settings.tiling;
        if let Some(greeting) = &settings.greeting {
            update::warn(&mut model, greeting);
        }
        if !settings.draft.is_empty() {
            update::edited(&mut model, &settings.draft);
        }
        Self {
            model,
            settings,
            moment: None,
        }
    }

    /// What the configuration says.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The console's own state.
    #[must_use]
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// The same, to be changed by another face of it.
    pub(crate) fn model_mut(&mut self) -> &mut Model {
        &mut self.model
    }

    /// Something came from the terminal.
    #[must_use]
    pub fn input(&mut self, room: &impl Room, event: &Event) -> Vec<Intent> {
        match event {
            Event::Key(key) => self.key(room, *key),
            Event::Paste(text) => {
                update::paste(&mut self.model, text);
                self.follow(room, Vec::new())
            }
            Event::FocusGained | Event::FocusLost => {
                update::looks_here(&mut self.model, *event == Event::FocusGained);
                Vec::new()
            }
            Event::Mouse(event) => {
                let Sight { state, now, .. } = shown(self.moment.as_ref(), room);
                let intents = update::pointed(&mut self.model, state, now, *event);
                self.follow(room, intents)
            }
            // The next frame sees another size by itself. Where it is the same again, the terminal may have
            // been smaller in between and have lost what stood there.
            Event::Resize(columns, rows) => {
                let size = self.model.size;
                let same = (size.width, size.height) == (*columns, *rows);
                same.then_some(Intent::Redraw).into_iter().collect()
            }
        }
    }

    /// Goes where the operator wants to look, if that is another moment than the one that is shown.
    fn follow(&mut self, room: &impl Room, mut intents: Vec<Intent>) -> Vec<Intent> {
        intents.extend(update::follow(
            &mut self.model,
            &mut self.moment,
            room.sight(),
        ));
        let Sight { state, now, .. } = shown(self.moment.as_ref(), room);
        intents.extend(update::sift(&mut self.model, state, now));
        intents
    }

    /// A key was pressed.
    #[must_use]
    pub fn key(&mut self, room: &impl Room, key: KeyEvent) -> Vec<Intent> {
        let Sight { state, now, .. } = shown(self.moment.as_ref(), room);
        let intents = update::key(&mut self.model, state, now, key);
        self.follow(room, intents)
    }

    /// Does an action without a key.
    #[must_use]
    pub fn act(&mut self, room: &impl Room, action: Action) -> Vec<Intent> {
        let Sight { state, now, .. } = shown(self.moment.as_ref(), room);
        let mut intents = update::act(&mut self.model, state, now, action);
        intents.extend(update::attend(&mut self.model));
        self.follow(room, intents)
    }

    /// Selects a row of a list by its number: a session, a task, an inbox item, an event.
    pub fn select(&mut self, pane: Pane, number: u64) {
        self.model.select_key(pane, number);
    }

    /// How things look now.
    #[must_use]
    pub fn theme(&self) -> Arc<Theme> {
        Arc::clone(&self.model.setup.theme)
    }

    /// Goes to a document on the Memory screen.
    pub fn show_document(&mut self, name: &str) {
        update::show_document(&mut self.model, name);
    }

    /// Something happened in the room.
    #[must_use]
    pub fn heard(&mut self, room: &impl Room, event: RoomEvent) -> Vec<Intent> {
        if let RoomEvent::Past(past) = event {
            self.moment = update::came(&mut self.model, *past);
            return self.follow(room, Vec::new());
        }
        let intents = update::heard(&mut self.model, room.sight(), event);
        self.follow(room, intents)
    }

    /// The editor gave the draft back.
    pub fn edited(&mut self, text: &str) {
        update::edited(&mut self.model, text);
    }

    /// The editor gave the result of a task back.
    pub fn edited_result(&mut self, text: &str) {
        update::edited_result(&mut self.model, text);
    }

    /// The editor gave a document of the shared memory back.
    #[must_use]
    pub fn edited_document(&mut self, text: &str) -> Vec<Intent> {
        update::edited_document(&mut self.model, text)
    }

    /// Opens the welcome.
    #[must_use]
    pub fn welcome(&mut self) -> Vec<Intent> {
        update::welcome(&mut self.model)
    }

    /// What is on the machine is known, for the welcome.
    pub fn found(&mut self, discovery: Discovery) {
        update::found(&mut self.model, discovery);
    }

    /// A question could not be handed over.
    pub fn unasked(&mut self, query: &Query, error: SendError) {
        update::unasked(&mut self.model, query, error);
    }

    /// Shows a line at the bottom until the next key.
    pub fn warn(&mut self, text: &str) {
        update::warn(&mut self.model, text);
    }

    /// A command could not be handed over; a task goes back into the composer.
    pub fn unsent(&mut self, command: &Command, error: SendError) {
        update::unsent(&mut self.model, command, error);
    }

    /// The draft, with its pastes in place.
    #[must_use]
    pub fn draft(&self) -> String {
        self.model.composer.whole()
    }

    /// Asks for the count of what arrived, and wraps a little of what is out of sight; true when nothing is left to do.
    pub fn settle(&mut self, room: &impl Room) -> bool {
        let Sight { state, .. } = shown(self.moment.as_ref(), room);
        self.model.votes.settle(state);
        self.model.transcripts.settle()
    }

    /// A count that is too long for the loop, where one is wanted: to be run beside it, one at a time,
    /// and handed to [`counted`](Self::counted).
    #[must_use]
    pub fn work(&mut self, room: &impl Room) -> Option<Work> {
        let Sight { state, .. } = shown(self.moment.as_ref(), room);
        self.model.votes.work(state)
    }

    /// Takes in what was counted beside the loop.
    pub fn counted(&mut self, room: &impl Room, counted: Counted) {
        let Sight { state, .. } = shown(self.moment.as_ref(), room);
        self.model.votes.counted(state, counted);
    }

    /// Lets the line at the bottom go when it was there for long enough; true when it went and a
    /// frame is wanted. To be called after whatever may have told something.
    #[must_use]
    pub fn fade(&mut self, now: Timestamp) -> bool {
        self.model.fade(now)
    }

    /// How long until [`fade`](Self::fade) lets the line at the bottom go.
    #[must_use]
    pub fn fades_in(&self, now: Timestamp) -> Option<Span> {
        self.model.fades_in(now)
    }

    /// Makes ready what is shown in an area: order, texts, figures.
    pub(crate) fn look(&mut self, room: &impl Room, area: Rect) {
        let theme = self.theme();
        let Sight { state, now, .. } = shown(self.moment.as_ref(), room);
        view::prepare(&mut self.model, state, now, &theme, area);
    }

    /// Draws a frame.
    pub fn draw(&mut self, room: &impl Room, buf: &mut Buffer, area: Rect) {
        self.look(room, area);
        let theme = self.theme();
        let Sight { state, now, .. } = shown(self.moment.as_ref(), room);
        let mut hits = std::mem::take(&mut self.model.hits);
        hits.takes_links = self.settings.links;
        view::draw(buf, area, (&theme, &mut hits), &self.model, state, now);
        if self.settings.ascii {
            ascii::fold(buf, area);
        }
        // Last of all: what is in the cells then is no text any more.
        addresses::link(buf, hits.addresses());
        self.model.hits = hits;
    }
}
