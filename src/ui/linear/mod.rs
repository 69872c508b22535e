//! The console as lines of text, for screen readers, braille displays, slow lines and plain terminals.
//!
//! It is another face of the same [`Console`]: what is typed becomes the same actions on the same model,
//! and the same intents come of them. Owns only what is told in which words, and what a number means.
//! Lines are appended and never changed; nothing is drawn.
//!
//! Invariants: a number means what was told with it, or nothing any more; what comes in between never
//! moves it to something else. Text of somebody else's is set in by two columns after a line that says how
//! many there are, or stands within one line, so that none of it passes for what the console tells.

mod asks;
mod choices;
mod events;
mod lines;
mod orders;
mod rows;
mod run;
mod sense;

pub use lines::Lines;
pub use run::run;

use ratatui::layout::Rect;

use crate::core::{Attention, AttentionId, Event, State};
use crate::ui::action::{Action, Screen, Tiling};
use crate::ui::ascii;
use crate::ui::console::{Console, Settings};
use crate::ui::keymap::Keymap;
use crate::ui::linear::asks::{Asked, Words};
use crate::ui::linear::choices::{Choices, Pick, Place};
use crate::ui::linear::sense::Sense;
use crate::ui::model::{Focus, Pane};
use crate::ui::room::{Room, RoomEvent};
use crate::ui::status::{self, plural};
use crate::ui::text::{clean, line};
use crate::ui::update::{self, Intent};
use crate::ui::{fitting, view};

/// Rows of a list that are told at once.
const PAGE: usize = 20;
/// Lines of a text that are told at most; of a transcript the last ones.
const LINES_MOST: usize = 400;
/// What the model takes for the size of its screen. Texts are told unwrapped.
const SIZE: Rect = Rect::new(0, 0, 100, 50);

/// A console that is read line by line.
#[derive(Debug)]
pub struct Linear {
    console: Console,
    /// What is to be written.
    out: String,
    choices: Choices,
    /// The row that was told last, which commands are about.
    at: Option<Place>,
    /// The layer on top as it was told.
    told: Option<Asked>,
    /// How many rows of the list at hand were told.
    listed: usize,
    /// Something of the shared memory is on its way and is to be told.
    awaits: Option<Awaited>,
}

/// What is told once it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Awaited {
    /// The list of the documents.
    List,
    /// The text of the selected one.
    Text,
}

impl Linear {
    /// A console that sees `room` for the first time.
    #[must_use]
    pub fn new(room: &impl Room, settings: Settings) -> Self {
        // Where no key is bound, everything that is told to be pressed is told by its name.
        let settings = Settings {
            keymap: Keymap::unbound(),
            // Lines are told from lists.
            tiling: Tiling::List,
            ..settings
        };
        let mut linear = Self {
            console: Console::new(room, settings),
            out: String::new(),
            choices: Choices::default(),
            at: None,
            told: None,
            listed: 0,
            awaits: None,
        };
        linear.console.look(room, SIZE);
        linear
    }

    /// Tells who is in the room, what waits, and how to go on.
    pub fn open(&mut self, room: &impl Room) {
        self.settle(room);
        self.who(room.state(), room);
        self.say(
            "Type a task and press Enter; @member, /strategy, #kind and !priority may stand before it. \
             A number takes what was told with it. :help tells the commands, :quit leaves.",
        );
    }

    /// What is to be written by now.
    #[must_use]
    pub fn take_output(&mut self) -> String {
        let out = std::mem::take(&mut self.out);
        if self.console.settings().ascii {
            ascii::text(&out).into_owned()
        } else {
            out
        }
    }

    /// The console below.
    pub fn console(&mut self) -> &mut Console {
        &mut self.console
    }

    /// Something happened in the room.
    #[must_use]
    pub fn heard(&mut self, room: &impl Room, event: RoomEvent) -> Vec<Intent> {
        let recorded = match &event {
            RoomEvent::Events(events) => events.clone(),
            RoomEvent::History(_)
            | RoomEvent::Sifted { .. }
            | RoomEvent::Past(_)
            | RoomEvent::Documents { .. }
            | RoomEvent::Checkup(_)
            | RoomEvent::Deltas(_)
            | RoomEvent::Reset
            | RoomEvent::Hub
            | RoomEvent::Refused(_)
            | RoomEvent::Unanswered(_)
            | RoomEvent::Told(_)
            | RoomEvent::Done(_)
            | RoomEvent::Found { .. }
            | RoomEvent::Offerings(_)
            | RoomEvent::Granted { .. }
            | RoomEvent::Gone { .. } => Vec::new(),
        };
        let gone = matches!(event, RoomEvent::Gone { .. });
        let intents = self.console.heard(room, event);
        for one in &recorded {
            if let Event::AttentionRaised { attention } = &one.event {
                if let Some(item) = room.state().attention_item(attention.id) {
                    self.needs(item, room.state());
                }
                continue;
            }
            if let Some(told) = events::told(self.console.model(), room.state(), one) {
                self.tell(&told.line, told.quoted.as_deref());
            }
        }
        if gone {
            self.say("The room has ended. An empty line starts it again, :quit leaves.");
        }
        self.settle(room);
        self.arrived(room);
        intents
    }

    /// Tells what the model has to tell: its notice, and the layer on top once it is another.
    pub fn settle(&mut self, room: &impl Room) {
        self.console.look(room, SIZE);
        if let Some(notice) = self.console.model_mut().notice.take() {
            self.say(&notice.text);
        }
        let model = self.console.model();
        let words = model
            .overlays
            .last()
            .map(|it| asks::words(it, model, room.state()));
        match words {
            None => self.told = None,
            Some(Words::Waits) => {}
            Some(Words::Says(line, text)) => {
                let text = text.map(|text| bounded(&text, false));
                self.tell(&line, text.as_deref());
                self.close(room);
            }
            Some(Words::Elsewhere(what)) => {
                self.close(room);
                self.say(&format!(
                    "{what} is not here; `synod` without --linear has it."
                ));
            }
            Some(Words::Asks(asked)) => {
                if self.told.as_ref() != Some(&asked) {
                    self.choices.drop_answers();
                    for (line, text) in &asked.texts {
                        self.tell(line, text.as_deref());
                    }
                    for (index, answer) in asked.answers.iter().enumerate() {
                        let number = self.choices.offer(Pick::Answer(index));
                        self.say(&format!("{number}: {answer}"));
                    }
                    self.say(asked.how());
                    self.told = Some(asked);
                }
            }
        }
    }

    /// Closes the layer on top, which has been told or cannot be.
    fn close(&mut self, room: &impl Room) {
        self.told = None;
        // Only what was on its way could be taken back, and it has come.
        drop(self.console.act(room, Action::Back));
        self.console.look(room, SIZE);
        if let Some(notice) = self.console.model_mut().notice.take() {
            self.say(&notice.text);
        }
    }

    /// Tells what came of the shared memory, if it was waited for.
    fn arrived(&mut self, room: &impl Room) {
        let model = self.console.model();
        let is_there = match model.list() {
            Pane::Journal => !model.sieve.is_looking(),
            Pane::Library
            | Pane::Sessions
            | Pane::Transcript
            | Pane::Queue
            | Pane::Memory
            | Pane::Reader
            | Pane::Lessons
            | Pane::Votes
            | Pane::Inbox
            | Pane::Metrics
            | Pane::Advice
            | Pane::Figures
            | Pane::Detail => !model.library.rows().is_empty(),
        };
        match self.awaits {
            Some(Awaited::List) if is_there => self.list(room),
            Some(Awaited::Text) => self.text(room),
            Some(Awaited::List) | None => {}
        }
    }

    /// Who is in the room, what is open and what waits.
    fn who(&mut self, state: &State, room: &impl Room) {
        self.say(&format!(
            "Room {}: {}, {}.",
            state.name(),
            plural(state.members().len(), "member"),
            plural(state.open_tasks().count(), "open task")
        ));
        for seat in status::seats(state, false) {
            self.say(&rows::seat(self.console.model(), state, room.now(), &seat));
        }
        let items: Vec<AttentionId> = state.attention().map(|item| item.id).collect();
        if items.is_empty() {
            self.say("Nothing waits for you.");
        }
        for item in items.into_iter().filter_map(|id| state.attention_item(id)) {
            self.needs(item, state);
        }
    }

    /// Tells an item that waits for the operator, with its answers.
    fn needs(&mut self, item: &Attention, state: &State) {
        let (sort, line) = status::attention(item, state);
        let asker = status::asker(item, state);
        let about = view::item_text(item, state, &self.console.model().setup.keymap);
        let line = format!("{} needs you: {asker}: {sort} {line}", item.id);
        self.tell(&line, Some(&bounded(&about, false)));
        let place = Place {
            screen: Screen::Inbox,
            pane: Pane::Inbox,
            key: item.id.0,
        };
        for (action, words) in rows::answers(item) {
            let number = self.choices.offer(Pick::Do(place, action));
            self.say(&format!("{number}: {words}"));
        }
    }

    /// Tells the rows of the list at hand that were not told yet, a page of them.
    fn list(&mut self, room: &impl Room) {
        self.awaits = None;
        let (model, state) = (self.console.model(), room.state());
        let pane = model.list();
        let rows = rows::rows(model, state, room.now());
        let count = rows.len();
        if self.listed == 0 {
            let name = view::pane_title(pane);
            let filter = model
                .lists
                .filters
                .get(&pane)
                .map_or("", |it| it.text().trim());
            let filter = match filter {
                "" => String::new(),
                filter => {
                    format!(" that pass the filter `{filter}`; :filter and an empty line end it")
                }
            };
            self.say(&format!("{name}: {}{filter}.", plural(count, "row")));
        }
        let from = self.listed;
        for (pick, text) in rows.into_iter().skip(from).take(PAGE) {
            let number = self.choices.offer(pick);
            self.say(&format!("{number}: {text}"));
        }
        self.listed = (from + PAGE).min(count);
        if self.listed < count {
            let more = count - self.listed;
            self.say(&format!("{more} more; :more tells them."));
        }
    }

    /// Tells the text at hand.
    fn text(&mut self, room: &impl Room) {
        let model = self.console.model_mut();
        model.focus = Focus::Pane(1);
        self.console.look(room, SIZE);
        let model = self.console.model_mut();
        let newest_last = model.main_pane() == Pane::Transcript;
        let text = update::text_at_hand(model, room.state());
        let text = text.or_else(|| rows::figures(model, room.state()));
        model.focus = Focus::Pane(0);
        if let Some(text) = text {
            self.awaits = None;
            self.tell("About it", Some(&bounded(&text, newest_last)));
        }
    }

    /// Tells all about the row at hand, and what can be done with it.
    fn describe(&mut self, room: &impl Room) {
        let model = self.console.model();
        if let Some(item) = model
            .asked(room.state())
            .filter(|_| model.list() == Pane::Inbox)
        {
            let id = item.id;
            self.at = self.here(room.state());
            if let Some(item) = room.state().attention_item(id) {
                self.needs(item, room.state());
            }
            return;
        }
        self.at = self.here(room.state());
        if model.list() == Pane::Library {
            self.awaits = Some(Awaited::Text);
        }
        self.text(room);
        self.fits(room);
    }

    /// Tells what can be done with the row at hand.
    fn fits(&mut self, room: &impl Room) {
        let model = self.console.model();
        let Some(place) = self.here(room.state()) else {
            self.say("No row is at hand; take one by its number.");
            return;
        };
        let fits = fitting::all(model, room.state());
        let choosing = rows::is_choosing(model, room.state());
        for (action, word) in fits {
            let opens = action == Action::Enter;
            if sense::of(action) != Sense::Row || (opens && !choosing) {
                continue;
            }
            let words = if opens {
                "choose among the answers"
            } else {
                rows::sentence(action, word)
            };
            let number = self.choices.offer(Pick::Do(place, action));
            self.say(&format!("{number}: {words}"));
        }
    }

    /// The row that the model has selected.
    fn here(&self, state: &State) -> Option<Place> {
        let model = self.console.model();
        let pane = model.list();
        let key = if pane == Pane::Library {
            model.library.chosen().map(|_| 0)
        } else {
            model.selected(pane, state)
        };
        Some(Place {
            screen: model.screen,
            pane,
            key: key?,
        })
    }

    /// Goes to a row; false when it is gone.
    fn go(&mut self, place: Place, room: &impl Room) -> bool {
        let model = self.console.model_mut();
        model.screen = place.screen;
        model.lists.lessons = place.pane == Pane::Lessons;
        model.lists.advice = place.pane == Pane::Advice;
        model.focus = Focus::Pane(0);
        // A filter may hide it that was set after it was told.
        let passes = place.pane == Pane::Journal && model.sieve.at(place.key).is_some();
        if !passes {
            model.lists.filters.remove(&place.pane);
        }
        if place.pane != Pane::Library {
            model.select_key(place.pane, place.key);
        }
        self.console.look(room, SIZE);
        self.here(room.state()) == Some(place)
    }

    /// Appends one line, cleaned.
    fn say(&mut self, text: &str) {
        self.out.push_str(line(text).trim_end());
        self.out.push('\n');
    }

    /// Appends a line, and a text of somebody else's below it.
    fn tell(&mut self, head: &str, quoted: Option<&str>) {
        let Some(quoted) = quoted.map(clean) else {
            self.say(head);
            return;
        };
        let quoted = quoted.trim_end();
        let head = head.trim_end_matches([':', '.']);
        self.say(&format!(
            "{head}, {}:",
            plural(quoted.lines().count(), "line")
        ));
        for line in quoted.lines() {
            let indent = if line.is_empty() { "" } else { "  " };
            self.out.push_str(indent);
            self.out.push_str(line.trim_end());
            self.out.push('\n');
        }
    }
}

/// A text of as many lines as are told at once: the first ones, or the last.
fn bounded(text: &str, last: bool) -> String {
    let lines: Vec<&str> = text.trim_end().lines().collect();
    let left = lines.len().saturating_sub(LINES_MOST);
    if left == 0 {
        return lines.join("\n");
    }
    let told = format!("({left} more lines are left out)");
    if last {
        let shown = lines.get(left..).unwrap_or_default();
        format!("{told}\n{}", shown.join("\n"))
    } else {
        let shown = lines.get(..LINES_MOST).unwrap_or_default();
        format!("{}\n{told}", shown.join("\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_says_what_is_left_out() {
        let long: Vec<String> = (1..=402).map(|n| n.to_string()).collect();
        let long = long.join("\n");
        assert!(bounded(&long, false).ends_with("\n400\n(2 more lines are left out)"));
        assert!(bounded(&long, true).starts_with("(2 more lines are left out)\n3\n"));
        assert_eq!(bounded("a\n\n", false), "a");
    }
}
