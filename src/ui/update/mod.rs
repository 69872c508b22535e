//! What a key, a paste or news from the room does to the console: pure, no I/O, no await.
//!
//! A key becomes an [`Action`] by the keymap and the context, an action changes the model and gives
//! [`Intent`]s; only those reach the world. Overlays see an action before the screen below.

mod advice;
mod answers;
mod board;
mod bulk;
mod checkup;
mod cloning;
mod compose;
mod dials;
mod disputes;
mod editing;
mod lessons;
mod library;
mod lists;
mod looks;
mod marks;
mod menu;
mod metrics;
mod mouse;
mod news;
mod notes;
mod notify;
mod offers;
mod overlays;
mod palette;
mod pick;
mod plans;
mod resources;
mod result;
mod revising;
pub(crate) mod rewording;
mod rows;
mod search;
mod seeking;
mod sessions;
mod shifting;
mod sifting;
mod tiles;
mod transcripts;
mod travel;
mod votes;
mod welcome;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseEvent};

use crate::config::discover::Discovery;
use crate::core::{Command, State, Timestamp};
use crate::link::{Past, Query};
use crate::ui::action::{Action, Context, Screen};
use crate::ui::key::Chord;
use crate::ui::keymap::Meaning;
use crate::ui::layout::{self, Shape};
use crate::ui::line_edit::LineEdit;
use crate::ui::model::{Focus, Host, Link, Model, Pane};
use crate::ui::overlay::{Confirm, Overlay, Verdict};
use crate::ui::palette::Palette;
use crate::ui::past::Moment;
use crate::ui::room::{RoomEvent, SendError, Sight};
use crate::ui::said::Said;
use crate::ui::theme::Role;
use crate::ui::update::answers::Says;
use crate::ui::update::overlays::Handled;

/// What the console wants of the world.
#[derive(Debug, Clone, PartialEq)]
pub enum Intent {
    /// Send a command to the room.
    Command(Command),
    /// Leave the console; the room goes on if it has its own process.
    Quit,
    /// Start the room again and attach to it.
    Reopen,
    /// Stop the console until it is brought to the foreground again.
    Suspend,
    /// Draw everything again.
    Redraw,
    /// Ask the room for what is not in its state.
    Ask(Query),
    /// Take back the wish of this number.
    Withdraw(u64),
    /// Open the draft in the editor and put the text back.
    EditDraft(String),
    /// Open the result of a task that is being written by hand in the editor, and put it back.
    EditResult(String),
    /// Open a document of the shared memory in the editor and take the text back.
    EditDocument(String),
    /// Show a text in the editor.
    Show(String),
    /// Put a text on the clipboard.
    Copy(String),
    /// Take the mouse, or leave it to the terminal.
    Mouse(bool),
    /// Tell somebody who looks elsewhere.
    Notify(String),
    /// See what is on this machine.
    LookAround,
}

/// A key was pressed.
#[must_use]
pub fn key(model: &mut Model, state: &State, now: Timestamp, event: KeyEvent) -> Vec<Intent> {
    let mut intents = pressed(model, state, now, event);
    intents.extend(library::attend(model));
    intents
}

fn pressed(model: &mut Model, state: &State, now: Timestamp, event: KeyEvent) -> Vec<Intent> {
    let Some(chord) = Chord::of(&event) else {
        return Vec::new();
    };
    model.follow(state);
    model.notice = None;
    let context = model.context();
    let begun = model.begun();
    model.begun = None;
    match (model.setup.keymap.meaning(context, begun, chord), begun) {
        (Meaning::Does(action), _) if layout::shape(model.size) == Shape::TooSmall => {
            return unseen(model, action);
        }
        (Meaning::Does(action), _) => return act(model, state, now, action),
        (Meaning::Begins, _) => {
            model.begun = Some((context, chord));
            return Vec::new();
        }
        (Meaning::Nothing, Some(first)) => {
            drop_begun(model, first, chord);
            return Vec::new();
        }
        (Meaning::Nothing, None) => {}
    }
    match context {
        Context::Composer => {
            model.composer.input(event);
            model.composer.refresh(&model.vocabulary);
        }
        Context::Input => return overlays::typed(model, state, event),
        Context::Editor => {
            if let Some(Overlay::Editor(editor)) = model.overlays.last_mut() {
                editor.input(event);
            }
        }
        Context::List | Context::Pane | Context::Choice | Context::Overlay | Context::Past => {}
    }
    Vec::new()
}

/// Nothing can be seen in a terminal that is too small: what is typed is kept, and nothing is done but to go.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "three of all actions need no look; the others do nothing"
)]
fn unseen(model: &Model, action: Action) -> Vec<Intent> {
    match action {
        Action::Suspend => vec![Intent::Suspend],
        Action::Redraw => vec![Intent::Redraw],
        // Leaving loses nothing where the room goes on by itself.
        Action::Quit if model.tie.host == Host::OwnProcess => vec![Intent::Quit],
        _ => Vec::new(),
    }
}

/// The first of two keys is taken back: by Esc, or by a key that cannot follow it, which is told.
fn drop_begun(model: &mut Model, first: Chord, second: Chord) {
    if second != Chord::new(KeyCode::Esc, KeyModifiers::NONE) {
        let keys = format!("{} {}", first.label(), second.label());
        model.tell(format!("{keys} means nothing here"), Role::Muted);
    }
}

/// Does an action, whatever it came from. When the room has ended nothing is sent any more.
#[must_use]
pub fn act(model: &mut Model, state: &State, now: Timestamp, action: Action) -> Vec<Intent> {
    model.follow(state);
    if model.travel.is_some() {
        return travel::act(model, state, now, action);
    }
    if !model.has_ended() {
        return perform(model, state, now, action);
    }
    let again = matches!(action, Action::Send | Action::Retry | Action::Enter);
    if again && model.overlays.is_empty() {
        return vec![Intent::Reopen];
    }
    let mut intents = perform(model, state, now, action);
    let wanted = intents.len();
    intents.retain(|intent| !matches!(intent, Intent::Command(_)));
    if intents.len() < wanted {
        model.tell("the room has ended; nothing was sent", Role::Warn);
    }
    intents
}

fn perform(model: &mut Model, state: &State, now: Timestamp, action: Action) -> Vec<Intent> {
    if let Some(overlay) = model.overlays.pop()
        && let Handled::Consumed(intents) = overlays::act(model, state, now, overlay, action)
    {
        return intents;
    }
    if let Some(intents) = on_screen(model, state, now, action) {
        return intents;
    }
    let mut intents = Vec::new();
    match action {
        Action::Send => intents = compose::send(model, now),
        Action::Newline => compose::newline(model),
        Action::Complete => compose::complete(model),
        Action::HistoryPrevious => compose::previous(model),
        Action::HistoryNext => compose::next(model),
        Action::Undo => intents = revising::undo(model, state),
        Action::Compose | Action::Think => compose::begin(model, action),
        Action::Back => intents.extend(back(model)),
        Action::Enter => intents = rows::open(model, state),
        Action::Up
        | Action::Down
        | Action::Left
        | Action::Right
        | Action::PageUp
        | Action::PageDown
        | Action::Top
        | Action::Bottom => intents = lists::go(model, state, action),
        Action::NextPane | Action::PreviousPane => next_pane(model, state, action),
        Action::NextAttention | Action::PreviousAttention => {
            answers::attention(model, state, action);
        }
        Action::Allow if lessons::at_hand(model) => intents = lessons::accept(model, state),
        Action::Deny if lessons::at_hand(model) => lessons::dispute(model, state),
        Action::Allow => intents = answers::answer(model, state, Says::Yes),
        Action::AllowForSession => intents = answers::answer(model, state, Says::YesForSession),
        Action::Deny => intents = answers::answer(model, state, Says::No),
        // Only answers side by side have letters, only a ballot has points, only what is being written can
        // be saved, and what is for a conflict, for figures or for a text is done already.
        Action::Choose(_)
        | Action::Score(_)
        | Action::Save
        | Action::Conflict(_)
        | Action::Figures(_)
        | Action::Reading(_) => {}
        Action::Cancel => intents = rows::cancel(model, state),
        Action::Mark => marks::one(model, state),
        Action::MarkAlike => marks::alike(model, state),
        Action::Delete if notes::at_hand(model) => notes::delete(model, state),
        Action::Delete if lessons::at_hand(model) => lessons::retire(model, state),
        Action::Delete => intents = rows::delete(model, state),
        Action::Retry => intents = rows::retry(model, state),
        Action::Raise | Action::Lower => intents = rows::priority(model, state, action),
        Action::Shift(how) => intents = shifting::shift(model, state, how),
        Action::Rename if notes::at_hand(model) => notes::rename(model, state),
        Action::NewNote => notes::begin(model),
        Action::History => intents = library::history(model),
        Action::Fork
        | Action::Rename
        | Action::Archive
        | Action::ResetSession
        | Action::UseSession
        | Action::ListSessions
        | Action::Dials
        | Action::Export => intents = sessions::act(model, state, action),
        Action::ShowArchived => sessions::show_archived(model, state),
        Action::Resources => intents = resources::begin(model, state),
        Action::Follow | Action::Quote => resources::elsewhere(model),
        Action::CopyCommand => palette::elsewhere(model),
        Action::Lessons => lessons::toggle(model),
        Action::Advice => advice::toggle(model),
        Action::Board => board::toggle(model),
        Action::NextTiling | Action::Tile(_) => tiles::lay(model, state, action),
        Action::Clone => cloning::begin(model, state),
        Action::Told => intents = pick::told(model, state),
        Action::Pin => pick::pin(model, state),
        Action::Relabel => pick::kinds(model, state),
        Action::Lead => pick::lead(model, state),
        Action::Theme => looks::begin(model),
        Action::Welcome => intents = welcome::begin(model),
        Action::Search => search::begin(model),
        Action::Zoom => model.zoomed = !model.zoomed,
        Action::Copy => intents = rows::copy(model, state),
        Action::Edit => intents = revising::lend(model, state),
        Action::Why => why(model, state),
        Action::Write => revising::write(model, state),
        Action::Check | Action::CheckWithPrompts => intents = checkup::begin(model, action),
        Action::Filter if model.list() == Pane::Library => library::search(model),
        Action::Filter => filter(model),
        Action::CommandLine => command_line(model),
        Action::Palette => model.overlays.push(Overlay::Palette(Palette::default())),
        Action::Menu => menu::open(model, state),
        Action::Help => overlays::open_help(model, state),
        Action::Past => travel::toggle(model, state),
        Action::Go(screen) => go_to_list(model, screen),
        Action::Mouse => intents.push(mouse::toggle(model)),
        Action::Redraw => intents.push(Intent::Redraw),
        Action::Suspend => intents.push(Intent::Suspend),
        Action::Quit => intents = quit(model, state),
    }
    intents
}

fn command_line(model: &mut Model) {
    let input = LineEdit::default();
    model.overlays.push(Overlay::CommandLine { input });
}

/// Shows in full what went wrong with what is selected.
fn why(model: &mut Model, state: &State) {
    match Said::of(model, state) {
        Some(said) => model.overlays.push(Overlay::Said(said)),
        None => model.tell("nothing went wrong with the selected row", Role::Muted),
    }
}

/// What an action means on a screen where it means something else than elsewhere.
fn on_screen(
    model: &mut Model,
    state: &State,
    now: Timestamp,
    action: Action,
) -> Option<Vec<Intent>> {
    if model.screen == Screen::Metrics {
        // A list is moved in by what it holds now.
        model.metrics.refresh(state, now);
    }
    if let Some(intents) = in_text(model, state, action) {
        return Some(intents);
    }
    if let Some(order) = advice::meant(model, action) {
        return Some(advice::order(model, state, order));
    }
    if metrics::takes(model, action) {
        metrics::act(model, state, now, action);
        return Some(Vec::new());
    }
    votes::takes(model, state, action).then(|| votes::act(model, state, action))
}

/// What an action means in a text, where it means something else than in a list.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "a few actions are for texts; the others never are"
)]
fn in_text(model: &mut Model, state: &State, action: Action) -> Option<Vec<Intent>> {
    match action {
        Action::Reading(what) => Some(transcripts::act(model, state, what)),
        Action::Copy if model.list() == Pane::Sessions => {
            Some(transcripts::copy_turn(model, state))
        }
        Action::Filter => seeking::begin(model, state).then(Vec::new),
        Action::NewNote | Action::Rename if seeking::takes(model, action) => {
            seeking::step(model, state, action);
            Some(Vec::new())
        }
        _ => None,
    }
}

fn filter(model: &mut Model) {
    let pane = model.list();
    model.lists.filters.entry(pane).or_default();
    model.overlays.push(Overlay::Filter);
}

/// Goes to a screen as a key means it: to what it shows first.
fn go_to_list(model: &mut Model, screen: Screen) {
    model.lists.lessons = false;
    model.lists.advice = false;
    go(model, screen);
}

fn go(model: &mut Model, screen: Screen) {
    if model.screen != screen {
        model.screen = screen;
        model.zoomed = false;
        if matches!(model.focus, Focus::Pane(_)) {
            model.focus = Focus::Pane(0);
        }
    }
}

/// Goes one step back; what is to be taken back with it.
fn back(model: &mut Model) -> Option<Intent> {
    let list = model.list();
    match model.focus {
        Focus::Composer => model.focus = Focus::Pane(0),
        Focus::Pane(_) if seeking::is_on(model) => model.seek = None,
        Focus::Pane(_) if model.zoomed => model.zoomed = false,
        Focus::Pane(_) if model.is_tiled() => go_to_list(model, Screen::Room),
        Focus::Pane(_) if model.main_pane().is_text() => model.focus = Focus::Pane(0),
        Focus::Pane(_) if list == Pane::Library && model.library.search.is_some() => {
            return library::end_search(model);
        }
        Focus::Pane(_) if model.lists.filters.contains_key(&list) => {
            model.lists.filters.remove(&list);
        }
        Focus::Pane(_) if list == Pane::Inbox && !model.lists.marked_items.is_empty() => {
            model.lists.marked_items.clear();
        }
        Focus::Pane(_) if list == Pane::Sessions && !model.lists.marked_seats.is_empty() => {
            model.lists.marked_seats.clear();
        }
        Focus::Pane(_) if !model.lists.marked.is_empty() => model.lists.marked.clear(),
        Focus::Pane(_) => {
            go_to_list(model, Screen::Room);
        }
    }
    None
}

fn next_pane(model: &mut Model, state: &State, action: Action) {
    if tiles::next_pane(model, state, action) {
        return;
    }
    let count = model.panes().len();
    let forward = action == Action::NextPane;
    model.focus = match (model.focus, forward) {
        (Focus::Composer, true) => Focus::Pane(0),
        (Focus::Composer, false) => Focus::Pane(count - 1),
        (Focus::Pane(i), true) if i + 1 < count => Focus::Pane(i + 1),
        (Focus::Pane(i), false) if i > 0 => Focus::Pane(i - 1),
        (Focus::Pane(_), _) => Focus::Composer,
    };
}

fn quit(model: &mut Model, state: &State) -> Vec<Intent> {
    let calls = state.calls_in_flight().count();
    let tasks = model.lineup.open();
    if model.tie.link != Link::Up || (tasks == 0 && calls == 0) {
        return vec![Intent::Quit];
    }
    let what = match (tasks, calls) {
        (1, _) => "One task is open".to_owned(),
        (n, _) => format!("{n} tasks are open"),
    };
    let (question, answers) = match model.tie.host {
        Host::OwnProcess => (
            format!("{what}. The room can go on without this console."),
            vec![
                ("Leave it running".to_owned(), Verdict::Leave),
                ("Stop the room".to_owned(), Verdict::Stop),
                ("Stay".to_owned(), Verdict::Stay),
            ],
        ),
        Host::ThisProcess => (
            format!("{what}. The room ends with this console; open tasks wait in its journal."),
            vec![
                ("Stay".to_owned(), Verdict::Stay),
                ("Stop the room".to_owned(), Verdict::Stop),
            ],
        ),
    };
    let confirm = Confirm {
        question,
        answers,
        chosen: 0,
    };
    model.overlays.push(Overlay::Confirm(confirm));
    Vec::new()
}

/// Asks for what the screen is to show and is not known.
#[must_use]
pub fn attend(model: &mut Model) -> Vec<Intent> {
    library::attend(model)
}

/// Sends a text as a task, as the composer would.
pub(crate) fn task(model: &mut Model, now: Timestamp, text: &str) -> Vec<Intent> {
    model.composer.set_text(text);
    compose::submit(model, now)
}

/// The text at hand; nothing where there is none, and where it is hidden, which is told.
pub(crate) fn text_at_hand(model: &mut Model, state: &State) -> Option<String> {
    rows::at_hand(model, state)
}

/// Goes to a document on the Memory screen.
pub fn show_document(model: &mut Model, name: &str) {
    library::show(model, name);
}

/// Something was done with the mouse.
#[must_use]
pub fn pointed(model: &mut Model, state: &State, now: Timestamp, event: MouseEvent) -> Vec<Intent> {
    model.follow(state);
    let mut intents = mouse::pointed(model, state, now, event);
    intents.extend(library::attend(model));
    intents
}

/// The terminal got the keys, or another window did.
pub fn looks_here(model: &mut Model, here: bool) {
    model.presence.away = !here;
}

/// Text was pasted.
pub fn paste(model: &mut Model, text: &str) {
    model.notice = None;
    model.begun = None;
    match model.context() {
        Context::Composer => {
            if let Some(notice) = model.composer.paste(text) {
                model.tell(notice, Role::Muted);
            }
            model.composer.refresh(&model.vocabulary);
        }
        Context::Input => overlays::pasted(model, text),
        Context::Editor => {
            if let Some(Overlay::Editor(editor)) = model.overlays.last_mut() {
                editor.paste(text);
            }
        }
        Context::Past => travel::refuse(model),
        Context::List | Context::Pane | Context::Choice | Context::Overlay => {
            let write = model.key(Action::Compose);
            model.tell(
                format!("press {write} to write a task, then paste"),
                Role::Muted,
            );
        }
    }
}

/// The editor gave the draft back.
pub fn edited(model: &mut Model, text: &str) {
    model.composer.set_text(text);
    model.composer.refresh(&model.vocabulary);
    model.focus = Focus::Composer;
}

/// The editor gave the result of a task back.
pub fn edited_result(model: &mut Model, text: &str) {
    result::edited(model, text);
}

/// The editor gave a document of the shared memory back.
#[must_use]
pub fn edited_document(model: &mut Model, text: &str) -> Vec<Intent> {
    notes::edited(model, text)
}

/// Opens the welcome; what is on the machine is to be looked for.
#[must_use]
pub(crate) fn welcome(model: &mut Model) -> Vec<Intent> {
    welcome::begin(model)
}

/// What is on the machine is known.
pub(crate) fn found(model: &mut Model, discovery: Discovery) {
    welcome::found(model, discovery);
}

/// A question could not be handed over.
pub fn unasked(model: &mut Model, query: &Query, error: SendError) {
    news::unasked(model, query, error);
}

/// Goes to the earlier moment that the console wants to show, or back to now; what has to be asked for it.
#[must_use]
pub(crate) fn follow(
    model: &mut Model,
    moment: &mut Option<Moment>,
    sight: Sight<'_>,
) -> Option<Intent> {
    travel::follow(model, moment, sight)
}

/// An earlier moment that was asked for has come.
pub(crate) fn came(model: &mut Model, past: Past) -> Option<Moment> {
    travel::came(model, past)
}

/// Reads the filter of the Journal screen as it is typed now; what has to be asked for it.
#[must_use]
pub(crate) fn sift(model: &mut Model, state: &State, now: Timestamp) -> Option<Intent> {
    sifting::attend(model, state, now)
}

/// A command could not be handed over; a task goes back into the composer.
pub fn unsent(model: &mut Model, command: &Command, error: SendError) {
    if matches!(command, Command::AddTask(_)) {
        model.composer.take_back();
        model.composer.refresh(&model.vocabulary);
    }
    model.tell(error.to_string(), Role::Warn);
}

/// Shows a warning until the next key.
pub fn warn(model: &mut Model, text: &str) {
    model.tell(text, Role::Warn);
}

/// Something happened in the room.
#[must_use]
pub fn heard(model: &mut Model, sight: Sight<'_>, event: RoomEvent) -> Vec<Intent> {
    let mut intents = news::told(model, sight, event);
    intents.extend(library::attend(model));
    intents
}
