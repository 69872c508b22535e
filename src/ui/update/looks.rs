//! The theme of this console: the list of all with a look at each, and the one that is kept.

use std::sync::Arc;

use crate::ui::action::Action;
use crate::ui::model::Model;
use crate::ui::overlay::Overlay;
use crate::ui::pick::{Pick, Picking};
use crate::ui::theme::{Listed, Role, Theme, ThemeError};

/// Opens the list of all themes.
pub(super) fn begin(model: &mut Model) {
    let list = list(model);
    model.overlays.push(Overlay::Pick(list));
}

/// All themes; the one that is worn is selected.
pub(super) fn list(model: &Model) -> Pick {
    let before = Arc::clone(&model.setup.theme);
    let listed = model.setup.themes.list();
    let worn = listed.iter().position(|it| it.name == before.name());
    let mut pick = Pick::new(Picking::Themes { listed, before });
    pick.chosen = worn.unwrap_or_default();
    pick
}

/// Shows the console in the theme that is selected; in the one before where that cannot be used.
pub(super) fn look(model: &mut Model, selected: Option<&Listed>, before: &Arc<Theme>) {
    let found = selected.map(|it| model.setup.themes.find(&it.name));
    model.setup.theme = match found {
        Some(Ok(theme)) => Arc::new(theme),
        Some(Err(_)) | None => Arc::clone(before),
    };
}

/// Shows the console in the theme that is selected in the list on top, if that is one of themes.
pub(super) fn selected(model: &mut Model) {
    let pick = match model.overlays.last() {
        Some(Overlay::Pick(pick)) => pick,
        Some(Overlay::Welcome(welcome)) => &welcome.looks,
        Some(_) | None => return,
    };
    if let Picking::Themes { listed, before } = &pick.what {
        let (selected, before) = (listed.get(pick.chosen).cloned(), Arc::clone(before));
        look(model, selected.as_ref(), &before);
    }
}

/// Brings back the theme that was there before the list.
pub(super) fn leave(model: &mut Model, pick: &Pick) {
    if let Picking::Themes { before, .. } = &pick.what {
        model.setup.theme = Arc::clone(before);
    }
}

/// Keeps a theme for this console, and says how it is kept for good.
pub(super) fn wear(model: &mut Model, name: &str) {
    match model.setup.themes.find(name) {
        Ok(theme) => {
            let name = theme.name().to_owned();
            model.setup.theme = Arc::new(theme);
            let text = format!("{name} until you leave; theme = \"{name}\" below [ui] keeps it");
            model.tell(text, Role::Ok);
        }
        Err(ThemeError::Unknown { name, suggestion }) => {
            let nearest =
                suggestion.map_or_else(String::new, |it| format!(" (did you mean {it}?)"));
            let list = model.key(Action::Theme);
            let told = match name.as_str() {
                "auto" => "the ground of the terminal is asked for when a console starts: leave and come back".to_owned(),
                _ => format!("there is no theme {name}{nearest}; {list} lists them"),
            };
            model.tell(told, Role::Warn);
        }
        Err(error) => model.tell(error.to_string(), Role::Warn),
    }
}
