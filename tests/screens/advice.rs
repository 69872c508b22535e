//! What the room recommends, beside its figures: listed, opened whole, applied, dismissed and taken back by
//! keys.

use synod::core::advice::{About, Sort};
use synod::ui::room::Room as _;
use synod::ui::stage::Stage;

use crate::player::Player;

const SIZES: [(u16, u16); 3] = [(60, 16), (100, 30), (220, 60)];

fn advised() -> Player {
    Player::new(Stage::advised().unwrap())
}

fn standing(player: &Player) -> Vec<About> {
    let advice = player.stage.state().advice();
    advice.standing().map(|entry| entry.about.clone()).collect()
}

#[test]
fn advice_at_every_size() {
    let scripts = [
        ("advice-figures", "<esc>7"),
        ("advice", "<esc>7M"),
        ("advice-detail", "<esc>7M<enter>"),
        ("advice-applied", "<esc>7Maj<end>"),
    ];
    for (name, script) in scripts {
        for (columns, rows) in SIZES {
            let mut player = advised();
            player.play(script);
            let terminal = player.terminal(columns, rows);
            insta::assert_snapshot!(format!("{name}-{columns}x{rows}"), terminal.backend());
        }
    }
}

#[test]
fn an_empty_room_has_nothing_to_recommend() {
    let mut player = Player::new(Stage::open("empty", synod::core::Timestamp(1)));
    player.play("<esc>7M").shows("nothing to recommend");
    player.play("a").shows("nothing is selected");
    player.play("M").hides("nothing to recommend");
}

#[test]
fn what_is_recommended_is_applied_taken_back_and_dismissed_by_keys() {
    let mut player = advised();
    player.size = (220, 60);
    let all = standing(&player);
    let kinds = |about: &&About| about.sort() == Sort::Kinds;
    let first = all.iter().find(kinds).unwrap().clone();
    player.play("<esc>7").shows("M ").play("M").shows("○ kinds");
    let at = all.iter().position(|one| *one == first).unwrap();
    player.play(&"j".repeat(at)).shows("a apply").play("a");
    assert_eq!(standing(&player).len(), all.len() - 1);
    player.shows("applied; since then");
    player.play("G").shows("since then").shows("u take back");
    player.play("u").shows("taken back; ");
    player.play("u").shows("it was taken back already");
    player.play("a").shows("it was taken back already");
    let before = standing(&player).len();
    player.play("gd");
    assert_eq!(standing(&player).len(), before - 1);
    player
        .play("/")
        .play("zebra<enter>")
        .shows("nothing matches");
    player.play("<esc>7").hides("nothing matches");
}
