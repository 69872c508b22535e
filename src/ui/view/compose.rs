//! The composer with its frame, what it understood, and the completion above it.

use ratatui::layout::Rect;

use crate::core::Guess;
use crate::ui::composer::{Draft, DraftError};
use crate::ui::foretold::{self, Foretold};
use crate::ui::layout::Parts;
use crate::ui::text::{cells, columns};
use crate::ui::theme::Role;
use crate::ui::view::paint::Title;
use crate::ui::view::{Paint, Scene, composing};

pub(super) fn draw(paint: &mut Paint<'_>, area: Rect, scene: Scene<'_>) {
    let composer = &scene.model.composer;
    let inside = paint.frame(
        area,
        Title {
            name: "task",
            right: "",
        },
        composing(scene.model),
    );
    composer.render(inside, paint.buf);
    if composer.is_empty() {
        return;
    }
    let (text, role) = match composer.understood() {
        Ok(draft) => {
            let guess = composer.guess();
            let foretold = foretold::of_draft(scene.state, draft, guess);
            (understood(draft, guess, foretold), Role::Muted)
        }
        Err(DraftError::NoPrompt) => (String::new(), Role::Muted),
        // A word that is still being typed is no mistake yet.
        Err(DraftError::Unknown { .. }) if composer.completion().is_some() => {
            (String::new(), Role::Muted)
        }
        Err(error) => (error.to_string(), Role::Warn),
    };
    if text.is_empty() || area.height < 2 {
        return;
    }
    let bottom = Rect {
        x: area.x + 2,
        y: area.y + area.height - 1,
        width: area.width.saturating_sub(4),
        height: 1,
    };
    paint.text(bottom, 0, 0, &format!(" {text} "), role);
}

/// How the draft will be worked and what it comes to, in few words.
fn understood(draft: &Draft, guess: Option<&Guess>, foretold: Option<Foretold>) -> String {
    let mut parts = Vec::new();
    match &foretold {
        Some(foretold) => parts.push(format!("→ {}", foretold.to)),
        None if draft.members.is_empty() => {}
        None => parts.push(format!("to {}", draft.members.join(" "))),
    }
    match &draft.strategy {
        Some(strategy) => parts.push(strategy.clone()),
        None if draft.members.len() > 1 => parts.push("council".to_owned()),
        None => {}
    }
    parts.extend(draft.kind.clone());
    if let Some(guess) = guess {
        parts.push(format!("{}? {} %", guess.kind, guess.percent()));
    }
    parts.extend(draft.priority.clone());
    if !draft.after.is_empty() {
        let after: Vec<String> = draft.after.iter().map(|n| format!("#{n}")).collect();
        parts.push(format!("after {}", after.join(" ")));
    }
    if let Some(deadline) = draft.deadline {
        parts.push(format!("within {}", crate::core::Span::from(deadline)));
    }
    parts.extend(draft.policy.as_ref().map(|policy| format!("by {policy}")));
    parts.extend(draft.rule.as_ref().map(|rule| format!("counted by {rule}")));
    parts.extend(
        draft
            .check
            .as_ref()
            .map(|check| format!("checked by {check}")),
    );
    parts.extend(foretold.into_iter().flat_map(|it| it.expected));
    parts.join(" · ")
}

/// The words on offer, above the composer.
pub(super) fn completion(paint: &mut Paint<'_>, parts: Parts, scene: Scene<'_>) {
    let Some((completion, chosen)) = scene.model.composer.completion() else {
        return;
    };
    if !composing(scene.model) {
        return;
    }
    let widest = |texts: &[String]| texts.iter().map(|it| columns(it)).max().unwrap_or(0);
    let words = widest(&completion.words).clamp(14, 40);
    let meanings = widest(&completion.meanings).min(48);
    let rows = cells(completion.words.len()) + 2;
    let gap = if meanings > 0 { 2 } else { 0 };
    let wide = words + gap + meanings + 4;
    let area = Rect {
        x: parts.composer.x + 2,
        y: parts.composer.y.saturating_sub(rows),
        width: wide.min(parts.composer.width.saturating_sub(4)),
        height: rows.min(parts.composer.y),
    };
    paint.ground(area);
    let inside = paint.frame(area, Title::default(), false);
    for (row, (i, word)) in (0..).zip(completion.words.iter().enumerate()) {
        paint.text(inside, row, 0, word, Role::Text);
        if let Some(meaning) = completion.meanings.get(i) {
            paint.text(inside, row, words + gap, meaning, Role::Muted);
        }
        if i == chosen {
            let wide = Rect {
                x: inside.x - 1,
                width: inside.width + 2,
                ..inside
            };
            paint.select(wide, row);
        }
    }
}
