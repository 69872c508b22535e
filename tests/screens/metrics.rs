//! The Metrics screen: what all came to over time, members and kinds with their figures as bars and as a table,
//! for five windows of time, all figures of the selected one, and the way to what they stand on.

use std::collections::BTreeMap;

use synod::core::{MemberName, MemberSpec, Reach, Timestamp};
use synod::ui::stage::Stage;

use crate::player::Player;

const SIZES: [(u16, u16); 3] = [(60, 16), (100, 30), (220, 60)];

fn measured() -> Player {
    Player::new(Stage::measured().unwrap())
}

fn at_every_size(name: &str, script: &str) {
    for (columns, rows) in SIZES {
        let mut player = measured();
        player.play(script);
        let terminal = player.terminal(columns, rows);
        insta::assert_snapshot!(format!("{name}-{columns}x{rows}"), terminal.backend());
    }
}

#[test]
fn figures_at_every_size() {
    at_every_size("figures", "<esc>7jj");
    at_every_size("figures-member", "<esc>7jj<tab>");
    at_every_size("figures-accepted", "<esc>7{{<right><right>jj");
    at_every_size("figures-time", "<esc>7<right><right><right>jj");
    at_every_size("figures-table", "<esc>7Pjj");
    at_every_size("figures-kinds", "<esc>7%jj");
}

#[test]
fn how_forecasts_turned_out_stands_beside_all_members_at_every_size() {
    for (columns, rows) in SIZES {
        let mut player = measured();
        player.size = (columns, rows);
        player.play("<esc>7<enter>").shows("168 tasks");
        player.play("Gkkkkk");
        let terminal = player.terminal(columns, rows);
        let name = format!("forecasts-{columns}x{rows}");
        insta::assert_snapshot!(name, terminal.backend());
    }
    // They are of the room, not of a member.
    let mut player = measured();
    player.size = (220, 60);
    player.play("<esc>7").shows("forecasts").shows("in time");
    player.play("j").hides("forecasts");
}

#[test]
fn a_window_is_chosen_by_a_key_and_ends_are_told() {
    let mut player = measured();
    player.size = (220, 60);
    player.play("<esc>7").shows("since ever").shows("‹ever›");
    player.play("{").shows("last 30 days").shows("‹30 d›");
    player
        .play("{{{")
        .shows("last hour")
        .shows("‹1 h›")
        .shows("calls in 1 min")
        .shows("1 h ago");
    player.play("{").shows("last hour is the shortest time");
    player.play("}").shows("last day").shows("24 h ago");
}

#[test]
fn charts_and_the_table_are_one_key_apart() {
    let mut player = measured();
    player
        .play("<esc>7")
        .shows("‹tasks›")
        .hides("member ↑")
        .shows("P table");
    player.play("P").shows("member ↑").shows("P charts");
    player.play("P").shows("‹tasks›");
}

#[test]
fn figures_are_shown_by_kind_of_task_and_made_of_members() {
    let mut player = measured();
    player.size = (220, 60);
    player.play("<esc>7%").shows("‹kinds›").shows("all kinds");
    // What all kinds come to is what all members come to, and it is made of the members.
    player.shows("168 tasks").shows("member     tasks");
    player.play("j").shows("╭─ analysis");
    player.play("%").shows("‹members›").shows("all members");
}

#[test]
fn what_a_figure_stands_on_is_a_key_away() {
    let mut player = measured();
    player.play("<esc>7jj<enter>").shows("Enter its tasks");
    player.play("<enter>").shows("/codex");
    player.play("7%gjj<enter>").shows("╭─ code ");
    player.play("<enter>").shows("/code").hides("/codex");
    player
        .play("7o")
        .shows("code leads to nothing else")
        .play("%gjo")
        .hides("╭─ Metrics")
        .shows("╭─ Sessions");
    // All together are all tasks.
    player.play("7g<enter><enter>").hides("/cod");
}

/// A room of so many members, the last of which is a rehearsal.
fn crowd(count: usize) -> Player {
    let mut stage = Stage::open("crowd", Timestamp(1_760_000_000_000));
    for number in 1..=count {
        let spec = MemberSpec {
            name: MemberName::new(&format!("model-{number:02}")).unwrap(),
            family: "model".to_owned(),
            strengths: BTreeMap::new(),
            parallel: 1,
            reach: Reach::Text,
            rehearsal: number == count,
            model: None,
        };
        stage.seat(spec).unwrap();
    }
    Player::new(stage)
}

#[test]
fn many_members_scroll_and_one_that_did_nothing_says_so() {
    let mut player = crowd(20);
    player
        .play("<esc>7jj")
        .shows("more below")
        .shows("nothing was counted in this time");
    insta::assert_snapshot!("figures-crowd-100x30", player.terminal(100, 30).backend());
    player
        .play("G")
        .shows("model-20 (rehearsal)")
        .hides("more below");
    player
        .play("gP")
        .shows("more below")
        .play("G")
        .hides("more below");
    // One alone is shown as well as many.
    let mut player = crowd(1);
    player.play("<esc>7j").shows("╭─ model-01");
    player.shows("rehearsal: not of real models");
    insta::assert_snapshot!("figures-alone-100x30", player.terminal(100, 30).backend());
}

#[test]
fn members_are_sorted_by_the_column_beside_and_the_other_way_round() {
    let mut player = measured();
    player.size = (220, 60);
    let names = |player: &mut Player| {
        let screen = player.screen();
        let lines = screen
            .lines()
            .map(|line| line.trim_start_matches(['"', '│', '▸', ' ']));
        let known = ["claude", "codex", "gemini", "gpt", "local", "mistral"];
        let first = |line: &str| known.iter().find(|name| line.starts_with(**name)).copied();
        lines.filter_map(first).collect::<Vec<_>>()
    };
    player.play("<esc>7P");
    let by_name = ["claude", "codex", "gemini", "gpt", "local", "mistral"];
    assert_eq!(names(&mut player), by_name);
    // The slowest first; then the fastest.
    player.play("<right><right><right>").shows("↓time");
    let slowest = names(&mut player);
    assert_eq!((slowest[0], slowest[5]), ("codex", "local"));
    player.play("I").shows("↑time");
    let fastest = names(&mut player);
    assert_eq!((fastest[0], fastest[5]), ("local", "codex"));
    // Back over the first column to the last.
    player.play("<left><left><left><left>").shows("↓context");
    let fullest = names(&mut player);
    assert!(fullest[..2].contains(&"claude") && fullest[..2].contains(&"codex"));
}

#[test]
fn a_member_that_left_is_told_as_gone_and_what_is_unknown_is_no_zero() {
    let mut player = measured();
    player.size = (220, 60);
    player
        .play("<esc>7G")
        .shows("mistral (left)")
        .shows("left the room");
    // A server that tells no tokens has none, and no price.
    player.play("kP").shows("estimated  ~");
    let screen = player.screen();
    let mut lines = screen.lines();
    let local = lines.find(|line| line.contains(" local  ")).unwrap();
    assert!(local.contains('~') && !local.contains("$0.00"), "{local}");
}

#[test]
fn a_filter_narrows_the_members_and_the_selection_stays_on_its_member() {
    let mut player = measured();
    player.play("<esc>7jjj").shows("╭─ gemini");
    player.play("/ge<enter>").hides("claude").shows("gemini");
    player.play("<esc>").shows("claude").shows("╭─ gemini");
    player.play("<right>I").shows("╭─ gemini");
    player
        .play("/nobody<enter>")
        .shows("nothing matches /nobody");
}

#[test]
fn the_figures_of_a_member_are_scrolled_and_begin_anew_with_the_next() {
    let mut player = measured();
    player.size = (60, 16);
    player
        .play("<esc>7jj<enter>")
        .shows("tasks")
        .hides("kind  ");
    player.play("G").shows("kind  ").hides("answers");
    player.play("<esc>j<enter>").shows("answers");
}

#[test]
fn keys_for_figures_say_elsewhere_where_figures_are() {
    Player::demo()
        .play("<esc>3P")
        .shows("that is for figures: 7 shows them");
    Player::demo()
        .play("<esc>7")
        .shows("→ figure")
        .shows("P table");
}

#[test]
fn an_empty_room_says_what_will_stand_here() {
    let stage = Stage::open("empty", synod::core::Timestamp(1));
    let mut player = Player::new(stage);
    player
        .play("<esc>7")
        .shows("no members yet: what they do is counted here");
}
