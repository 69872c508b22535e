//! The palette: whatever can be done or gone to, and the command line that does the same.

use synod::core::{Command, TaskOrder};
use synod::ui::room::Room as _;
use synod::ui::update::Intent;

use crate::player::Player;

fn snapshot(player: &mut Player, name: &str) {
    for (columns, rows) in [(60, 20), (100, 30), (160, 48)] {
        player.size = (columns, rows);
        insta::assert_snapshot!(format!("{name}-{columns}x{rows}"), player.screen());
    }
}

#[test]
fn things_are_found_beside_actions() {
    let mut player = Player::demo();
    snapshot(player.play("<esc>3<ctrl-p>login"), "palette-things");
    let mut player = Player::demo();
    snapshot(player.play("<esc>3<ctrl-p>kind"), "palette-command");
}

#[test]
fn enter_goes_to_a_thing() {
    let mut player = Player::demo();
    player
        .play("<ctrl-p>task login test")
        .shows("task")
        .play("<enter>")
        .hides("Palette")
        .shows("Detail");
    let mut player = Player::demo();
    player
        .play("<ctrl-p>#4<enter>")
        .hides("Palette")
        .shows("Queue");
    assert_eq!(
        player.console.model().context(),
        synod::ui::action::Context::List
    );
    // The task of the number is the one that is selected.
    player.play("<ctrl-p>kind<ctrl-y>");
    assert_eq!(
        copied(&player)
            .first()
            .map(|it| it.starts_with("synod kind 4 ")),
        Some(true)
    );
    let mut player = Player::demo();
    player
        .play("<ctrl-p>member @terse<enter>")
        .hides("Palette")
        .shows("◆ continued")
        .shows("Added --quiet");
    let mut player = Player::demo();
    player
        .play("<ctrl-p>conflict<enter>")
        .hides("Palette")
        .shows("Votes");
}

fn copied(player: &Player) -> Vec<&str> {
    let copies = player.wanted.iter().filter_map(|intent| {
        let Intent::Copy(text) = intent else {
            return None;
        };
        Some(text.as_str())
    });
    copies.collect()
}

#[test]
fn the_command_line_of_a_row_is_copied() {
    let mut player = Player::demo();
    player.play("<esc>3<ctrl-p>kind<ctrl-y>");
    let kind = player.stage.state().task(synod::core::TaskId(5)).unwrap();
    let kind = kind.order().kind;
    assert_eq!(copied(&player), [format!("synod kind 5 {kind}")]);
    player.shows("copied: synod kind 5").shows("Palette");
    player.play("<esc><ctrl-p>#4<ctrl-y>");
    assert_eq!(copied(&player).last(), Some(&"synod show 4"));
    // Nothing is copied where there is no command, or none for what is selected.
    let before = copied(&player).len();
    player
        .play("<esc><ctrl-p>zoom<ctrl-y>")
        .shows("zoom has no command line for what is selected");
    player
        .play("<esc><ctrl-p>export<ctrl-y>")
        .shows("export has no command line for what is selected");
    assert_eq!(copied(&player).len(), before);
}

#[test]
fn of_a_long_queue_what_is_left_out_is_said_and_found_by_its_number() {
    let mut player = Player::demo();
    for n in 0..1_200 {
        let order = TaskOrder::new(format!("filler {n}"));
        player.stage.command(&Command::AddTask(order)).unwrap();
    }
    let last = player.stage.state().tasks().next_back().unwrap().id();
    let mut player = Player::new(player.stage);
    player.size = (160, 48);
    player.play("<ctrl-p>filler").shows("more by number only");
    player.play("<esc>").play("<ctrl-p>");
    player.hides("more by number only");
    let number = last.0.to_string();
    player.play(&number).shows(&format!("{last} filler 1199"));
    player.play("<enter>").shows("filler 1199");
}
