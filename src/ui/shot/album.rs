//! The pictures: every screen of the demo room, drawn by the real console.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::core::{Refusal, TaskId};
use crate::ui::action::{Action, Look, Screen};
use crate::ui::console::{Console, Settings};
use crate::ui::model::Pane;
use crate::ui::room::Room as _;
use crate::ui::stage::Stage;
use crate::ui::update::Intent;

/// Columns and rows of the pictures of the repository.
pub const SIZE: (u16, u16) = (120, 34);

/// The document that the Memory screen shows.
const SHOWN: &str = "notes/login-test";
/// The event after which the room is shown as it was.
const THEN: u64 = 44;

/// A screen as it was drawn.
#[derive(Debug, Clone)]
pub struct Picture {
    /// Name of the file, without its ending.
    pub name: String,
    /// What was drawn.
    pub buffer: Buffer,
}

/// Draws all screens, the lessons, the help, the palette and answers side by side, at one size.
///
/// # Errors
/// When the script of the demo room is out of date with the core.
pub fn album(settings: &Settings, columns: u16, rows: u16) -> Result<Vec<Picture>, Refusal> {
    let mut stage = Stage::demo()?;
    stage.attach();
    let mut console = Console::new(&stage, settings.clone());
    while let Some(event) = stage.poll() {
        drop(console.heard(&stage, event));
    }
    let mut pictures = Vec::new();
    let area = Rect::new(0, 0, columns, rows);
    let mut shoot = |console: &mut Console, stage: &Stage, name: &str| {
        let mut buffer = Buffer::empty(area);
        console.draw(stage, &mut buffer, area);
        pictures.push(Picture {
            name: name.to_owned(),
            buffer,
        });
    };
    for screen in Screen::ALL {
        act(&mut console, &mut stage, Action::Go(screen));
        act(&mut console, &mut stage, Action::Back);
        if screen != Screen::Room {
            act(&mut console, &mut stage, Action::Go(screen));
        }
        if screen == Screen::Memory {
            console.show_document(SHOWN);
            act(&mut console, &mut stage, Action::Redraw);
        }
        if screen == Screen::Metrics {
            figures(settings, &mut shoot)?;
            continue;
        }
        shoot(&mut console, &stage, &screen.title().to_lowercase());
    }
    let mut learned = Stage::learned()?;
    learned.attach();
    let mut other = Console::new(&learned, settings.clone());
    act(&mut other, &mut learned, Action::Lessons);
    other.select(Pane::Lessons, 1);
    shoot(&mut other, &learned, "lessons");
    let mut advised = Stage::advised()?;
    advised.attach();
    let mut other = Console::new(&advised, settings.clone());
    act(&mut other, &mut advised, Action::Advice);
    shoot(&mut other, &advised, "advice");
    for (action, name) in [(Action::Help, "help"), (Action::Palette, "palette")] {
        act(&mut console, &mut stage, Action::Go(Screen::Room));
        act(&mut console, &mut stage, action);
        shoot(&mut console, &stage, name);
        act(&mut console, &mut stage, Action::Back);
    }
    act(&mut console, &mut stage, Action::Go(Screen::Journal));
    console.select(Pane::Journal, THEN);
    act(&mut console, &mut stage, Action::Past);
    act(&mut console, &mut stage, Action::Go(Screen::Room));
    shoot(&mut console, &stage, "as-it-was");
    act(&mut console, &mut stage, Action::Past);
    act(&mut console, &mut stage, Action::Go(Screen::Queue));
    console.select(Pane::Queue, TaskId(4).0);
    act(&mut console, &mut stage, Action::Enter);
    shoot(&mut console, &stage, "choose");
    Ok(pictures)
}

/// The Metrics screen of a room with a past: charts with a member's figures, another figure, and the table by
/// kind of task.
fn figures(
    settings: &Settings,
    shoot: &mut impl FnMut(&mut Console, &Stage, &str),
) -> Result<(), Refusal> {
    let mut stage = Stage::measured()?;
    stage.attach();
    let mut console = Console::new(&stage, settings.clone());
    let shorter = Action::Figures(Look::Shorter);
    let to_codex = [Action::Down, Action::Down];
    let screen = [Action::Back, Action::Go(Screen::Metrics), shorter, shorter];
    for action in screen.into_iter().chain(to_codex) {
        act(&mut console, &mut stage, action);
    }
    shoot(&mut console, &stage, "metrics");
    for action in [Action::Right, Action::Right] {
        act(&mut console, &mut stage, action);
    }
    shoot(&mut console, &stage, "metrics-chart");
    for action in [Look::Chart, Look::Kinds].map(Action::Figures) {
        act(&mut console, &mut stage, action);
    }
    shoot(&mut console, &stage, "metrics-table");
    Ok(())
}

/// Does an action; what it asks the room is answered.
fn act(console: &mut Console, stage: &mut Stage, action: Action) {
    let mut intents = console.act(stage, action);
    loop {
        for intent in intents {
            if let Intent::Ask(query) = intent {
                // A stage takes every question.
                stage.query(query).ok();
            }
        }
        let Some(event) = stage.poll() else { return };
        intents = console.heard(stage, event);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::shot::svg;
    use crate::ui::theme::{Appearance, Theme};

    #[test]
    fn every_screen_has_its_picture_and_two_runs_agree() {
        let settings = Settings {
            theme: Theme::find("synod-dark").unwrap(),
            ..Settings::default()
        };
        let first = album(&settings, 100, 30).unwrap();
        let names: Vec<&str> = first.iter().map(|p| p.name.as_str()).collect();
        assert_eq!(
            names,
            [
                "room",
                "sessions",
                "queue",
                "memory",
                "votes",
                "inbox",
                "metrics",
                "metrics-chart",
                "metrics-table",
                "journal",
                "lessons",
                "advice",
                "help",
                "palette",
                "as-it-was",
                "choose"
            ]
        );
        let again = album(&settings, 100, 30).unwrap();
        for (a, b) in first.iter().zip(&again) {
            assert_eq!(
                svg(&a.buffer, Appearance::Dark),
                svg(&b.buffer, Appearance::Dark)
            );
        }
        #[cfg(feature = "screenshots")]
        assert!(
            crate::ui::shot::png(&svg(&first[0].buffer, Appearance::Dark))
                .is_ok_and(|it| it.len() > 10_000)
        );
    }
}
