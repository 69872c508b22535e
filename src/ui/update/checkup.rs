//! The doctor's findings, asked of the room and shown as they come.

use crate::core::Checkup;
use crate::link::{CheckupWish, Query};
use crate::ui::action::Action;
use crate::ui::checkup::{plain, rows};
use crate::ui::model::Model;
use crate::ui::overlay::{Examination, Overlay};
use crate::ui::theme::Role;
use crate::ui::update::{Intent, lists};
use crate::ui::view::checkup_size;

/// The width of a copied table.
const COPIED_COLUMNS: u16 = 100;

/// Opens the findings and has the room begin.
pub(super) fn begin(model: &mut Model, action: Action) -> Vec<Intent> {
    model.overlays.push(Overlay::Checkup(Examination {
        checkup: None,
        scroll: 0,
    }));
    let wish = if action == Action::CheckWithPrompts {
        CheckupWish::BeginWithPrompts
    } else {
        CheckupWish::Begin
    };
    vec![Intent::Ask(Query::Checkup(wish))]
}

/// Scrolls, copies, begins again or closes.
pub(super) fn act(model: &mut Model, mut examination: Examination, action: Action) -> Vec<Intent> {
    let mut intents = Vec::new();
    if action == Action::Enter {
        return intents;
    }
    if matches!(action, Action::Check | Action::CheckWithPrompts) {
        return begin(model, action);
    }
    if let Some(checkup) = &examination.checkup {
        if action == Action::Copy {
            let lines: Vec<String> = rows(checkup, COPIED_COLUMNS).iter().map(plain).collect();
            let text = lines.join("\n");
            let size = crate::ui::composer::size(text.len());
            model.tell(format!("copied {size}"), Role::Muted);
            intents.push(Intent::Copy(text));
        }
        let (columns, visible) = checkup_size(model.size);
        // The last place from which the end is in sight.
        let count = rows(checkup, columns).len().saturating_sub(visible.into()) + 1;
        let page = usize::from(model.size.height / 2).max(1);
        let to = lists::target(examination.scroll, count, page, action);
        examination.scroll = to.unwrap_or(examination.scroll);
    }
    model.overlays.push(Overlay::Checkup(examination));
    intents
}

/// Findings came: they are shown where somebody looks, and more are asked for until all are known.
pub(super) fn show(model: &mut Model, found: Checkup) -> Vec<Intent> {
    let open = model.overlays.iter_mut().find_map(|overlay| {
        if let Overlay::Checkup(examination) = overlay {
            Some(examination)
        } else {
            None
        }
    });
    let Some(examination) = open else {
        return Vec::new();
    };
    let next = (!found.is_over())
        .then(|| Intent::Ask(Query::Checkup(CheckupWish::After(found.revision()))));
    examination.checkup = Some(found);
    next.into_iter().collect()
}
