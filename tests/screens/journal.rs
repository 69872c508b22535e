//! The filter of the journal: what it finds, what it says where it is faulty, and that it looks through all of it.

use pretty_assertions::assert_eq;
use synod::core::{Command, TaskOrder};
use synod::ui::room::Room as _;
use synod::ui::update::Intent;

use crate::player::Player;

fn journal() -> Player {
    let mut player = Player::demo();
    player.play("<esc>8").shows("Journal");
    player
}

/// What stands in the column of kinds, row by row.
fn kinds(player: &mut Player) -> Vec<String> {
    let screen = player.screen();
    let rows = screen.lines().filter_map(|line| {
        let mut words = line
            .trim_start_matches(['"', '│', '▸', ' '])
            .split_whitespace();
        words.next()?.parse::<u64>().ok()?;
        let kind = words.nth(1)?;
        kind.chars()
            .all(char::is_alphabetic)
            .then(|| kind.to_owned())
    });
    rows.collect()
}

#[test]
fn kinds_and_authors_narrow_it() {
    let mut player = journal();
    player.play("/kind:task,vote -by:room<enter>");
    let found = kinds(&mut player);
    assert!(
        !found.is_empty() && found.iter().all(|it| it == "task" || it == "vote"),
        "{found:?}"
    );
    player.hides("goes to");
    player
        .play("/ task:#1<enter>")
        .shows("#1 added")
        .hides("#2 added");
    for (columns, rows) in [(100, 30), (60, 16)] {
        let name = format!("journal-filtered-{columns}x{rows}");
        insta::assert_snapshot!(name, player.terminal(columns, rows).backend());
    }
    player.play("<esc>").shows("goes to");
}

#[test]
fn the_end_of_a_call_is_found_by_its_member_and_its_task() {
    let mut player = journal();
    player.play("/kind:call answered member:terse<enter>");
    let of_one = kinds(&mut player).len();
    player.play("<esc>/kind:call answered<enter>");
    let all = kinds(&mut player).len();
    assert!(0 < of_one && of_one < all, "{of_one} of {all}");
}

#[test]
fn a_fault_says_what_is_allowed_and_what_was_found_stays() {
    let mut player = journal();
    player.play("/kind:vote");
    let found = kinds(&mut player);
    player.play(" by:console");
    player.shows("`by:` takes operator, member, room, clock, rule, not `console`");
    assert_eq!(kinds(&mut player), found);
    insta::assert_snapshot!("journal-fault-100x30", player.terminal(100, 30).backend());
    // It cannot be kept as it is.
    player.play("<enter>").shows("/kind:vote by:console▌");
    player.play("<ctrl-w>by:room<enter>").hides("▌");
    player
        .play("/<ctrl-u>kid:vote")
        .shows("did you mean `kind:`?");
}

#[test]
fn tab_completes_keys_and_values() {
    let mut player = journal();
    player.play("/").shows("Tab kind:  member:  task:");
    player.play("ki<tab>").shows("/kind:▌");
    player
        .play("vo<tab> -by<tab>ro<tab>")
        .shows("/kind:vote -by:room▌");
    player.play(" member:st<tab>").shows("member:streaming▌");
    // Other lists know words only.
    player.play("<esc>3/ki<tab>").shows("/ki▌");
}

#[test]
fn the_command_line_that_does_the_same_is_copied() {
    let mut player = journal();
    player.play("/kind:task -by:room<ctrl-y>");
    player.shows("copied: synod journal 'kind:task -by:room'");
    player.play("<ctrl-u>-by:room<ctrl-y><enter>");
    player.play("<ctrl-p>journal<ctrl-y><esc>");
    let copied = player.wanted.iter().filter_map(|it| {
        let Intent::Copy(text) = it else { return None };
        Some(text.as_str())
    });
    let copied: Vec<&str> = copied.collect();
    assert_eq!(
        copied,
        [
            "synod journal 'kind:task -by:room'",
            "synod journal -- '-by:room'",
            "synod journal -- '-by:room'",
        ]
    );
}

#[test]
fn all_of_the_journal_is_looked_through_and_what_comes_too() {
    let mut player = Player::demo();
    let add = |player: &mut Player, prompt: String| {
        let order = TaskOrder::new(prompt);
        player.stage.command(&Command::AddTask(order)).unwrap();
    };
    for n in 0..1_000 {
        add(&mut player, format!("filler {n}"));
    }
    let mut player = Player::new(player.stage);
    // Long before what is at hand.
    player
        .play("<esc>8/opened kind:room<enter>")
        .shows("     1 ");
    player
        .play("/<ctrl-u>filler -kind:call<enter>")
        .shows("filler 999");
    player.play("g").shows("filler 0").play("G");
    add(&mut player, "filler anew".to_owned());
    player.listen();
    player.shows("filler anew");
    add(&mut player, "another".to_owned());
    player.listen();
    player.hides("another");
}

#[test]
fn it_filters_in_the_past_too() {
    let mut player = journal();
    let last = player.stage.state().seq();
    player.play("/kind:task<enter>");
    let now = kinds(&mut player).len();
    player.play("@<pageup>").shows("AS IT WAS");
    let then = kinds(&mut player);
    assert!(
        then.len() < now && then.iter().all(|it| it == "task"),
        "{then:?} of {now}"
    );
    player.play("<esc>").shows("this is now");
    assert_eq!(kinds(&mut player).len(), now);
    assert_eq!(player.stage.state().seq(), last);
}
