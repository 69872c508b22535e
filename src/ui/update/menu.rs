//! The menu of the selected row: Enter does what is chosen, and so does the key of an action.

use crate::core::{State, Timestamp};
use crate::ui::action::Action;
use crate::ui::menu::Menu;
use crate::ui::model::Model;
use crate::ui::overlay::Overlay;
use crate::ui::theme::Role;
use crate::ui::update::overlays::Handled;
use crate::ui::update::{act as act_below, lists};

/// Shows what can be done with the selected row.
pub(super) fn open(model: &mut Model, state: &State) {
    match Menu::of(model, state) {
        Some(menu) => model.overlays.push(Overlay::Menu(menu)),
        None => model.tell("no row is selected", Role::Muted),
    }
}

/// Moves in the menu, or closes it and does something with the row.
pub(super) fn act(
    model: &mut Model,
    state: &State,
    now: Timestamp,
    mut menu: Menu,
    action: Action,
) -> Handled {
    if menu.is_stale(model, state) {
        model.tell("another row is selected by now: look again", Role::Warn);
        return Handled::Consumed(Vec::new());
    }
    if action == Action::Enter {
        let Some(action) = menu.choice(model, state) else {
            model.tell("that cannot be done with the row any more", Role::Warn);
            return Handled::Consumed(Vec::new());
        };
        return Handled::Consumed(act_below(model, state, now, action));
    }
    if let Some(to) = lists::target(menu.chosen, menu.fits.len(), 8, action) {
        menu.chosen = to;
        model.overlays.push(Overlay::Menu(menu));
        return Handled::Consumed(Vec::new());
    }
    // The key that opened it closes it; any other does what it does without the menu.
    if action == Action::Menu {
        return Handled::Consumed(Vec::new());
    }
    Handled::Ignored
}
