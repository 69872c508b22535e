//! The inbox: in what order its items are, several answered at once, and who is told that they wait.

use pretty_assertions::assert_eq;
use synod::core::{Ending, Reply, Request, Span};
use synod::ui::stage::Stage;
use synod::ui::update::Intent;

use crate::keys::resolutions;
use crate::player::Player;

fn cargo(words: &[&str]) -> Request {
    let command = std::iter::once("cargo").chain(words.iter().copied());
    Request::Exec {
        command: command.map(str::to_owned).collect(),
        cwd: "/home/me/my-app".to_owned(),
    }
}

/// The demo room with a choice, three questions for a command and one for a change of files; another
/// task waits for that of the first question.
fn busy() -> Player {
    let mut stage = Stage::demo().unwrap();
    stage.ask("streaming", cargo(&["doc"]));
    stage.advance(Span::secs(2));
    stage.ask("thoughtful", cargo(&["build", "--release"]));
    let mut player = Player::new(stage);
    player.play("<esc>6").shows("4 need you");
    player
}

fn replies(player: &Player) -> Vec<Reply> {
    let all = resolutions(player).into_iter();
    all.map(|resolution| resolution.reply).collect()
}

#[test]
fn what_holds_up_more_work_stands_above() {
    let mut player = busy();
    for (columns, rows) in [(100, 30), (160, 48), (60, 16)] {
        let name = format!("inbox-busy-{columns}x{rows}");
        insta::assert_snapshot!(name, player.terminal(columns, rows).backend());
    }
}

#[test]
fn all_that_are_alike_are_marked_and_allowed_after_one_question() {
    let mut player = busy();
    player.play("<down>*").shows("marked 3 items: run");
    player.shows("3 of 4 marked");
    player.play("a").shows("Allow these 3?");
    player.shows("streaming: run cargo doc in");
    assert_eq!(replies(&player), []);
    insta::assert_snapshot!("inbox-allow-100x30", player.terminal(100, 30).backend());
    player.play("<right><enter>");
    assert_eq!(replies(&player), [Reply::Allow, Reply::Allow, Reply::Allow]);
    player.shows("1 need");
}

#[test]
fn the_safe_answer_of_that_question_comes_first() {
    let mut player = busy();
    player.play("<down>*a<enter>").shows("3 of 4 marked");
    assert_eq!(replies(&player), []);
}

#[test]
fn the_same_key_unmarks_them_and_so_does_going_back() {
    let mut player = busy();
    player.play("<down>*").shows("3 of 4 marked");
    player.play("*").shows("unmarked 3 items: run");
    player.play("*").shows("3 of 4 marked");
    player.play("<esc>").shows("4 need you");
    assert!(!player.screen().contains("marked"));
}

#[test]
fn one_reason_is_given_to_all_that_are_denied() {
    let mut player = busy();
    player.play("<down>*d").shows("Deny these 3?");
    player.play("not now<enter>");
    let reason = "not now".to_owned();
    let deny = Reply::Deny { reason };
    assert_eq!(replies(&player), [deny.clone(), deny.clone(), deny]);
}

#[test]
fn what_wants_an_answer_of_its_own_is_left_alone() {
    let mut player = busy();
    // The choice stands first or second; both are marked with a question.
    player
        .play("<home> <space><space><space>")
        .shows("4 of 4 marked");
    player.play("a").shows("(one more wants an answer of its");
    player.play("<right><enter>");
    assert_eq!(replies(&player), [Reply::Allow, Reply::Allow, Reply::Allow]);
    player.shows("the answers to #4 differ");
}

#[test]
fn what_was_settled_meanwhile_is_not_answered_again() {
    let mut player = busy();
    player.play("<down>*a");
    player
        .stage
        .end("streaming", Ending::Cancelled { partial: "".into() });
    player.listen();
    let before = replies(&player).len();
    player.play("<right><enter>");
    assert_eq!(replies(&player)[before..], [Reply::Allow, Reply::Allow]);
}

#[test]
fn the_selection_stays_on_its_item_when_the_order_changes() {
    let mut player = Player::demo();
    player.play("<esc>6").shows("2 need you");
    player.shows("the answers to #4 differ");
    player.stage.ask("streaming", cargo(&["doc"]));
    player.stage.advance(Span::secs(300));
    player.listen();
    player.shows("holds 2");
    player.shows("the answers to #4 differ");
}

#[test]
fn whoever_looks_elsewhere_is_told_what_waits_and_where() {
    let mut player = Player::demo();
    player.focus(false);
    player.stage.ask("streaming", cargo(&["doc"]));
    player.listen();
    assert_eq!(
        player.wanted,
        [Intent::Notify(
            "my-app · streaming s5 main · run cargo doc".to_owned()
        )]
    );
    // Not more often than every five seconds.
    player.stage.ask("thoughtful", cargo(&["build"]));
    player.listen();
    assert_eq!(player.wanted.len(), 1);
}

#[test]
fn whoever_looks_here_is_not_told() {
    let mut player = Player::demo();
    player.focus(false).focus(true);
    player.stage.ask("streaming", cargo(&["doc"]));
    player.listen();
    assert_eq!(player.wanted, []);
}

#[test]
fn a_refusal_of_several_names_all_of_them_and_leaves_the_conflict_alone() {
    let mut player = busy();
    player.play("<home> <space>").shows("2 of 4 marked");
    player.play("d").shows("Deny this one?");
    player.shows("(one more wants an answer of its");
    player.play("<enter>");
    assert_eq!(replies(&player).len(), 1);
    player.shows("choose  room");
}

#[test]
fn what_cannot_be_shown_whole_is_not_answered_in_one() {
    let mut stage = Stage::demo().unwrap();
    let long = "--config=build.target-dir=/tmp/x ".repeat(60);
    stage.ask("streaming", cargo(&["doc", &long]));
    let mut player = Player::new(stage);
    player.play("<esc>6").shows("3 need you");
    player
        .play("<down>*a")
        .shows("so many cannot be shown whole");
    assert_eq!(replies(&player), []);
}

#[test]
fn the_row_below_is_selected_when_the_selected_one_is_answered() {
    let mut player = busy();
    player.play("<down><down>").shows("cargo doc");
    player.play("a").shows("3 need you");
    player.play("a").shows("2 need you");
    player.shows("cargo test login").shows("choose  room");
    assert!(!player.screen().contains("cargo build"));
}

/// How often leave was given.
fn allowed(player: &Player) -> usize {
    let all = replies(player).into_iter();
    all.filter(|reply| *reply == Reply::Allow).count()
}

/// Somebody else settles the question of a member.
fn settled_elsewhere(player: &mut Player, member: &str) {
    let partial = "".into();
    player.stage.end(member, Ending::Cancelled { partial });
    player.listen();
}

#[test]
fn an_item_that_nobody_has_seen_selected_is_not_allowed() {
    let mut player = busy();
    player.play("<down><down>").shows("cargo doc");
    settled_elsewhere(&mut player, "streaming");
    player.play("a");
    assert_eq!(allowed(&player), 0);
    player.shows("what was selected is settled");
    player.play("a");
    assert_eq!(allowed(&player), 1);
}

#[test]
fn the_menu_of_an_item_that_is_settled_closes_and_does_nothing() {
    let mut player = busy();
    player.play("<down><down>").shows("cargo doc");
    player.play(".").shows("What can be done with");
    settled_elsewhere(&mut player, "streaming");
    assert!(!player.screen().contains("What can be done with"));
    player.play("<enter>");
    assert_eq!(allowed(&player), 0);
}

#[test]
fn nothing_is_answered_where_nothing_can_be_seen() {
    let mut player = busy();
    player.size = (20, 5);
    player.play("<down>").shows("needs");
    player.play("a*a<right><enter>");
    assert_eq!(replies(&player), []);
    player.play("q");
    assert_eq!(player.wanted, [Intent::Quit]);
}
