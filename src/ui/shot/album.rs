//! The pictures: every screen of the demo room, drawn by the real console.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::core::{Refusal, TaskId};
use crate::ui::action::{Action, Screen};
use crate::ui::console::{Console, Settings};
use crate::ui::model::Pane;
use crate::ui::room::Room as _;
use crate::ui::stage::Stage;

/// A screen as it was drawn.
#[derive(Debug, Clone)]
pub struct Picture {
    /// Name of the file, without its ending.
    pub name: String,
    /// What was drawn.
    pub buffer: Buffer,
}

/// Draws all screens, the help, the palette and answers side by side, at one size.
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
    let mut shoot = |console: &mut Console, name: &str| {
        let mut buffer = Buffer::empty(area);
        console.draw(&stage, &mut buffer, area);
        pictures.push(Picture {
            name: name.to_owned(),
            buffer,
        });
    };
    for screen in Screen::ALL {
        drop(console.act(&stage, Action::Go(screen)));
        drop(console.act(&stage, Action::Back));
        if screen != Screen::Room {
            drop(console.act(&stage, Action::Go(screen)));
        }
        shoot(&mut console, &screen.title().to_lowercase());
    }
    for (action, name) in [(Action::Help, "help"), (Action::Palette, "palette")] {
        drop(console.act(&stage, Action::Go(Screen::Room)));
        drop(console.act(&stage, action));
        shoot(&mut console, name);
        drop(console.act(&stage, Action::Back));
    }
    drop(console.act(&stage, Action::Go(Screen::Queue)));
    console.select(Pane::Queue, TaskId(4).0);
    drop(console.act(&stage, Action::Enter));
    shoot(&mut console, "choose");
    Ok(pictures)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::shot::{png, svg};
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
                "room", "sessions", "queue", "memory", "votes", "inbox", "metrics", "journal",
                "help", "palette", "choose"
            ]
        );
        let again = album(&settings, 100, 30).unwrap();
        for (a, b) in first.iter().zip(&again) {
            assert_eq!(
                svg(&a.buffer, Appearance::Dark),
                svg(&b.buffer, Appearance::Dark)
            );
        }
        assert!(png(&svg(&first[0].buffer, Appearance::Dark)).unwrap().len() > 10_000);
    }
}
