//! The themes of the console: the list with a look at each, and the one that is kept.

use pretty_assertions::assert_eq;
use ratatui::style::Color;
use synod::ui::console::Settings;
use synod::ui::stage::Stage;
use synod::ui::theme::{Depth, Theme, Themes};

use crate::drawing::SIZES;
use crate::player::Player;

const NORD: Color = Color::Rgb(0x2e, 0x34, 0x40);
const DARK: Color = Color::Rgb(0x14, 0x18, 0x1f);

/// A console in `synod-dark`.
fn dark() -> Player {
    let settings = Settings {
        theme: Theme::find("synod-dark").unwrap(),
        ..Settings::default()
    };
    Player::with(Stage::demo().unwrap(), settings)
}

/// The ground of the screen.
fn ground(player: &mut Player) -> Color {
    let terminal = player.terminal(100, 30);
    terminal.backend().buffer().cell((0, 0)).unwrap().bg
}

#[test]
fn the_list_shows_each_theme_and_esc_brings_the_old_one_back() {
    let mut player = dark();
    assert_eq!(ground(&mut player), DARK);
    player
        .play("<esc>Z")
        .shows("◉  synod-dark")
        .shows("Enter keeps it");
    for (columns, rows) in SIZES {
        let terminal = player.terminal(columns, rows);
        insta::assert_snapshot!(format!("themes-{columns}x{rows}"), terminal.backend());
    }
    player.play("jjjjjjjjj").shows("◉  synod-dark");
    assert_eq!(ground(&mut player), NORD);
    player.play("<esc>").hides("Enter keeps it");
    assert_eq!(ground(&mut player), DARK);
    // The key that opened it closes it in the same way.
    player.play("ZjjjjjjjjjZ").hides("Enter keeps it");
    assert_eq!(ground(&mut player), DARK);
}

#[test]
fn enter_keeps_a_theme_and_says_how_it_stays() {
    let mut player = dark();
    player.play("<esc>Zjjjjjjjjj<enter>");
    player.shows("nord until you leave; theme = \"nord\" below [ui] keeps it");
    assert_eq!(ground(&mut player), NORD);
    // A console that is opened again after the end of the room starts with it.
    assert_eq!(player.console.theme().name(), "nord");
    player.play("Z").shows("◉  nord");
}

#[test]
fn a_theme_is_taken_by_its_name() {
    let mut player = dark();
    player.play("<esc>:theme nord<enter>");
    assert_eq!(ground(&mut player), NORD);
    player.play(":theme synod-drak<enter>");
    player.shows("there is no theme synod-drak (did you mean synod-dark?)");
    assert_eq!(ground(&mut player), NORD);
    player.play(":theme<enter>").shows("◉  nord");
}

#[test]
fn own_themes_are_in_the_list_and_a_broken_one_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("mine.toml", "about = 'my own'\nextends = 'nord'");
    write("nord.toml", "about = 'warmer'\nextends = 'nord'");
    write("odd.toml", "extends = 'no-such'");
    let themes = Themes::read(Some(folder.path()), Depth::TrueColor);
    let settings = Settings {
        theme: Theme::find("synod-dark").unwrap(),
        themes,
        ..Settings::default()
    };
    let mut player = Player::with(Stage::demo().unwrap(), settings);
    player.play("<esc>Z").shows("warmer");
    player.play("Gk").shows("my own");
    assert_eq!(ground(&mut player), NORD);
    // What cannot be used is not looked at.
    player.play("G").shows("○  odd");
    assert_eq!(ground(&mut player), DARK);
    player.play("<enter>").shows("there is no theme `no-such`");
    assert_eq!(ground(&mut player), DARK);
}
