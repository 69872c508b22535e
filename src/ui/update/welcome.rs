//! The welcome: from step to step, and a theme by the way.

use std::sync::Arc;

use crate::config::discover::Discovery;
use crate::core::State;
use crate::ui::action::{Action, Context};
use crate::ui::help::Help;
use crate::ui::model::Model;
use crate::ui::overlay::Overlay;
use crate::ui::pick::{Pick, Picking};
use crate::ui::theme::Role;
use crate::ui::update::{Intent, checkup, lists, looks};
use crate::ui::view::welcome_size;
use crate::ui::welcome::{Step, Told, Welcome, rows};

/// Opens it, and has the machine looked at.
pub(super) fn begin(model: &mut Model) -> Vec<Intent> {
    let looks = looks::list(model);
    model.overlays.push(Overlay::Welcome(Box::new(Welcome {
        step: Step::default(),
        found: None,
        scroll: 0,
        looks,
    })));
    vec![Intent::LookAround]
}

/// What is on the machine is known.
pub(super) fn found(model: &mut Model, discovery: Discovery) {
    for overlay in &mut model.overlays {
        if let Overlay::Welcome(welcome) = overlay {
            welcome.found = Some(discovery);
            return;
        }
    }
}

/// Goes on, to another step, through the list of themes, or to a look at what works.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the welcome takes a few actions; the others do nothing in it"
)]
pub(super) fn act(
    model: &mut Model,
    state: &State,
    mut welcome: Box<Welcome>,
    action: Action,
) -> Vec<Intent> {
    let mut further = Vec::new();
    match action {
        Action::Enter => match welcome.step.next() {
            Some(next) => go(&mut welcome, next),
            None => return done(model, &welcome.looks),
        },
        Action::Right => {
            let next = welcome.step.next().unwrap_or(welcome.step);
            go(&mut welcome, next);
        }
        Action::Left => {
            let before = welcome.step.before();
            go(&mut welcome, before);
        }
        // The key that opened it closes it.
        Action::Welcome => {
            leave(model, &welcome);
            return Vec::new();
        }
        Action::Help => further.push(Overlay::Help(Help::over(Context::Overlay))),
        Action::Check | Action::CheckWithPrompts => {
            model.overlays.push(Overlay::Welcome(welcome));
            return checkup::begin(model, action);
        }
        _ => moved(model, state, &mut welcome, action),
    }
    model.overlays.push(Overlay::Welcome(welcome));
    model.overlays.extend(further);
    Vec::new()
}

fn go(welcome: &mut Welcome, step: Step) {
    if welcome.step != step {
        welcome.step = step;
        welcome.scroll = 0;
    }
}

fn moved(model: &mut Model, state: &State, welcome: &mut Welcome, action: Action) {
    let page = usize::from(model.size.height / 2).max(1);
    let (columns, visible) = welcome_size(model.size);
    match welcome.step {
        Step::Servers | Step::Memory => {
            let theme = Arc::clone(&model.setup.theme);
            let told = Told {
                state,
                hub: &model.beside.hub,
                ground: model.setup.ground,
                theme: theme.name(),
            };
            let count = rows(welcome, &told, columns).len();
            // The last place from which the end is in sight.
            let places = count.saturating_sub(visible.into()) + 1;
            let to = lists::target(welcome.scroll, places, page, action);
            welcome.scroll = to.unwrap_or(welcome.scroll);
        }
        Step::Looks => {
            let pick = &mut welcome.looks;
            if let Some(to) = lists::target(pick.chosen, pick.len(), page, action) {
                pick.chosen = to;
                look(model, pick);
            }
        }
    }
}

/// Shows the theme that is selected.
fn look(model: &mut Model, pick: &Pick) {
    if let Picking::Themes { listed, before } = &pick.what {
        looks::look(model, listed.get(pick.chosen), before);
    }
}

/// Closes it; a theme that was only looked at goes with it.
pub(super) fn leave(model: &mut Model, welcome: &Welcome) {
    looks::leave(model, &welcome.looks);
    farewell(model);
}

/// The last step is done: the theme that is shown stays.
fn done(model: &mut Model, pick: &Pick) -> Vec<Intent> {
    let Picking::Themes { listed, before } = &pick.what else {
        return Vec::new();
    };
    let chosen = listed.get(pick.chosen).map(|it| it.name.clone());
    match chosen.filter(|name| name != before.name()) {
        Some(name) => looks::wear(model, &name),
        None => farewell(model),
    }
    Vec::new()
}

fn farewell(model: &mut Model) {
    let key = model.key(Action::Welcome);
    model.tell(format!("{key} or :welcome shows it again"), Role::Muted);
}
