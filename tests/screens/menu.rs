//! The menu of the selected row: what it offers follows from how the row stands, and it does what it says.

use synod::core::{Priority, Reply, TaskId};
use synod::ui::room::Room as _;

use crate::keys::resolutions;
use crate::player::Player;

fn snapshot(player: &mut Player, name: &str) {
    for (columns, rows) in [(60, 20), (100, 30), (160, 48)] {
        player.size = (columns, rows);
        insta::assert_snapshot!(format!("{name}-{columns}x{rows}"), player.screen());
    }
}

#[test]
fn the_menu_of_each_sort_of_row() {
    let mut player = Player::demo();
    snapshot(player.play("<esc>."), "menu-session");
    let mut player = Player::demo();
    snapshot(player.play("<esc>3<down>."), "menu-task");
}

#[test]
fn what_it_offers_follows_from_how_the_row_stands() {
    let mut player = Player::demo();
    player
        .play("<esc>3.")
        .shows("What can be done with #5")
        .shows("more urgent")
        .hides("retry");
    let mut player = Player::demo();
    player
        .play("<esc>3/billing<enter>.")
        .shows("retry")
        .hides("more urgent")
        .hides("write the result");
    let mut player = Player::demo();
    player
        .play("<esc>3/quiet<enter>.")
        .shows("blame  ")
        .hides("more urgent");
    let mut player = Player::demo();
    player
        .play("<esc>6<down>.")
        .shows("allow")
        .shows("session")
        .hides("fork");
}

#[test]
fn enter_does_what_is_chosen_and_a_key_does_what_it_says() {
    let mut player = Player::demo();
    player
        .play("<esc>.")
        .shows("What can be done")
        .play("<enter>");
    assert_eq!(resolutions(&player)[0].reply, Reply::Allow);
    player.hides("What can be done");
    let mut player = Player::demo();
    player
        .play("<esc>.<down><down>d")
        .shows("why, for the model");
    let mut player = Player::demo();
    let task = TaskId(5);
    let before = player.stage.state().task(task).unwrap().order().priority;
    assert_eq!(before, Priority::High);
    player.play("<esc>3.+").hides("What can be done");
    let after = player.stage.state().task(task).unwrap().order().priority;
    assert_eq!(after, Priority::Urgent);
}

#[test]
fn it_closes_and_what_is_below_stays() {
    let mut player = Player::demo();
    for closes in [".", "<esc>"] {
        player.play("<esc>3.").shows("What can be done with #5");
        player
            .play(closes)
            .hides("What can be done")
            .shows("Detail");
    }
    assert_eq!(player.wanted, []);
    // Where it can be cancelled, that key does that.
    player
        .play("3.<ctrl-c>")
        .hides("What can be done")
        .shows("Cancel task #5?");
}

#[test]
fn without_a_row_there_is_no_menu() {
    let mut player = Player::demo();
    player
        .play("<esc>3/zzz<enter>.")
        .shows("no row is selected")
        .hides("What can be done");
}
