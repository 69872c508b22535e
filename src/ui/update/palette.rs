//! The palette: Enter does what is chosen or goes to it, and its command line can be copied.

use crate::core::{State, Timestamp};
use crate::ui::action::Action;
use crate::ui::equivalent::{self, Selected};
use crate::ui::model::Model;
use crate::ui::overlay::Overlay;
use crate::ui::palette::{Palette, Row};
use crate::ui::theme::Role;
use crate::ui::update::{Intent, act as act_below, lists, offers, pick, resources};

/// Does what is chosen, copies its command line, or moves in what was found.
pub(super) fn act(
    model: &mut Model,
    state: &State,
    now: Timestamp,
    mut palette: Palette,
    action: Action,
) -> Vec<Intent> {
    // Keys may come faster than frames.
    palette.refresh(model, state);
    if action == Action::Enter {
        return match palette.found.into_iter().nth(palette.chosen) {
            Some(Row::Action(entry)) => act_below(model, state, now, entry.action),
            Some(Row::Prompt(from, prompt)) => offers::choose(model, from, &prompt),
            Some(Row::Resources(from)) => resources::browse(model, from),
            Some(Row::Thing(lead)) => {
                pick::go(model, state, &lead);
                Vec::new()
            }
            None => Vec::new(),
        };
    }
    let mut intents = Vec::new();
    if action == Action::CopyCommand {
        intents.extend(copied(model, &palette));
    }
    let to = lists::target(palette.chosen, palette.found.len(), 8, action);
    palette.chosen = to.unwrap_or(palette.chosen);
    model.overlays.push(Overlay::Palette(palette));
    intents
}

/// The command line of the chosen row, for the clipboard; where it has none, that is told.
fn copied(model: &mut Model, palette: &Palette) -> Option<Intent> {
    let (command, name) = match palette.found.get(palette.chosen)? {
        Row::Action(entry) => (palette.command(entry), entry.name),
        Row::Thing(lead) => (equivalent::of_thing(lead), "what is chosen"),
        Row::Prompt(..) | Row::Resources(_) => (None, "what a server offers"),
    };
    let Some(command) = command else {
        let text = format!("{name} has no command line for what is selected");
        model.tell(text, Role::Muted);
        return None;
    };
    Some(copy(model, command))
}

/// The command line of an action as things stand, for the clipboard; where it has none, that is told.
pub(super) fn copy_of(model: &mut Model, state: &State, action: Action) -> Vec<Intent> {
    let entry = action.entry();
    let command = entry.and_then(|entry| Selected::of(model, state).command(entry));
    if let Some(command) = command {
        return vec![copy(model, command)];
    }
    model.tell("there is nothing to copy yet", Role::Muted);
    Vec::new()
}

fn copy(model: &mut Model, command: String) -> Intent {
    model.tell(format!("copied: {command}"), Role::Ok);
    Intent::Copy(command)
}

/// Where there is no palette there is no row to copy the command line of.
pub(super) fn elsewhere(model: &mut Model) {
    let key = model.key(Action::Palette);
    let text = format!("that is for a row of the palette: {key} opens it");
    model.tell(text, Role::Muted);
}

/// What can be found has changed: it is looked for anew.
pub(super) fn forget(model: &mut Model) {
    for overlay in &mut model.overlays {
        if let Overlay::Palette(palette) = overlay {
            palette.forget();
        }
    }
}
