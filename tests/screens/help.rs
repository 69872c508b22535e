//! The help: what fits the place stands first, a few letters find the rest, and keys are those in force.

use pretty_assertions::assert_eq;
use synod::ui::console::Settings;
use synod::ui::keymap::Keymap;
use synod::ui::stage::Stage;

use crate::player::Player;

/// The rows of the help as shown, without its frame and what is beside it.
fn rows(player: &mut Player) -> Vec<String> {
    player.size = (100, 60);
    let screen = player.screen();
    let rows = screen.lines().filter_map(|line| {
        let inside = line.split('│').nth(2)?.trim();
        (!inside.is_empty()).then(|| inside.to_owned())
    });
    rows.collect()
}

fn place(rows: &[String], text: &str) -> usize {
    assert!(
        rows.iter().any(|row| row.contains(text)),
        "{text} is not in {rows:#?}"
    );
    rows.iter().position(|row| row.contains(text)).unwrap()
}

#[test]
fn what_fits_the_selected_row_stands_first() {
    let mut player = Player::demo();
    player.play("<esc>3?");
    let shown = rows(&mut player);
    assert_eq!(shown[0], "For the selected row");
    let here = place(&shown, "Here, in lists");
    assert!(place(&shown, "Raise the task's priority") < here);
    assert!(here < place(&shown, "Move or scroll up"));
    player.play("<end>").shows("Elsewhere: composer");
    insta::assert_snapshot!(
        "help-queue-100x30",
        player.play("<home>").terminal(100, 30).backend()
    );
}

#[test]
fn what_fits_a_layer_or_the_composer_stands_first() {
    let mut player = Player::demo();
    player.play("<f1>");
    assert_eq!(rows(&mut player)[0], "Here, in the composer");
    let mut player = Player::demo();
    player.play("<f2><f1>");
    assert_eq!(rows(&mut player)[0], "Here, in dialogs");
    let mut player = Player::demo();
    player.play("<esc>8@?");
    assert_eq!(rows(&mut player)[0], "Here, in the past");
}

#[test]
fn a_few_letters_find_an_action() {
    let mut player = Player::demo();
    player.play("<esc>?/prio");
    player.shows("/prio▌").shows("Raise the task's priority");
    player.hides("Write a task").hides("Here, in");
    player.play("<enter>").hides("▌").shows("/prio");
    insta::assert_snapshot!("help-found-100x30", player.terminal(100, 30).backend());
    // First out of what is looked for, then out of the help.
    player.play("<esc>").shows("Here, in");
    player.play("<esc>").hides("Here, in");
    player.play("?/zzzz").shows("no key does that");
}

#[test]
fn a_key_of_the_operators_own_is_shown() {
    let text = "[lists]\n\"ctrl-g\" = \"zoom\"\n\"z\" = \"none\"\n";
    let keymap = Keymap::parse(text, "keys.toml").unwrap();
    let settings = Settings {
        keymap,
        ..Settings::default()
    };
    let mut player = Player::with(Stage::demo().unwrap(), settings);
    player.play("<esc>?/focused pane alone");
    let shown = rows(&mut player);
    let zoom = &shown[place(&shown, "Show the focused pane alone")];
    assert!(zoom.starts_with("Ctrl-G "), "{zoom}");
}
