//! The inbox: in what order its items are, several answered at once, and who is told that they wait.

use pretty_assertions::assert_eq;
use synod::core::{Reply, Request, Span};
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
    player
        .play("a")
        .shows("Allow 3 × run: cargo test login · cargo doc");
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
    player.play("<down>*d").shows("3 items, such as run");
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
    player.play("a").shows("Allow 3 × run: ");
    player.shows("One more is left alone");
}

#[test]
fn what_was_settled_meanwhile_is_not_answered_again() {
    let mut player = busy();
    player.play("<down>*a");
    player.stage.end(
        "streaming",
        synod::core::Ending::Cancelled { partial: "".into() },
    );
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
