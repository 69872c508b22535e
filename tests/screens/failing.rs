//! What the console shows of calls that failed, and the keys for it.

use pretty_assertions::assert_eq;
use synod::core::{Ending, Event, Failure, FailureKind, Reply, Text};

use crate::player::Player;

#[test]
fn what_a_server_said_in_full_is_one_key_away() {
    let mut player = Player::demo();
    player.play("@terse hello you<enter>");
    let said: Vec<String> = (1..=60)
        .map(|line| format!("line {line} of the trace"))
        .collect();
    let failure = Failure {
        said: Text::from(said.join("\n")),
        ..Failure::new(FailureKind::Refused, "it would not")
    };
    let partial = Text::from("I was just");
    player
        .stage
        .end("terse", Ending::Failed { failure, partial });
    player.listen();
    player
        .play("<esc>3/hello you<enter>")
        .shows("v shows all that its server said")
        .hides("line 7 of the trace")
        .play("v")
        .shows("terse: refused: it would not")
        .shows("line 7 of the trace")
        .play("G")
        .shows("line 60 of the trace")
        .shows("I was just");
    player.play("<esc>").hides("line 60 of the trace");
    player
        .play("1<tab><tab>2/terse<enter>v")
        .shows("line 7 of the trace")
        .play("<esc>");
}

#[test]
fn a_lost_login_is_an_item_that_says_what_to_do() {
    let mut player = Player::demo();
    player.play("@terse hello you<enter>");
    let failure = Failure {
        said: Text::from("401 Unauthorized"),
        ..Failure::new(FailureKind::Auth, "run `codex login`")
    };
    let partial = Text::from("");
    player
        .stage
        .end("terse", Ending::Failed { failure, partial });
    player.listen();
    player
        .play("<esc>6/terse<enter>")
        .shows("terse is given no calls")
        .shows("run `codex login`")
        .play("v")
        .shows("401 Unauthorized")
        .hides("Enter confirm");
    // What the item, the pause and the failure say is one sentence.
    let screen = player.screen();
    assert_eq!(screen.matches("run `codex login`").count(), 1, "{screen}");
    player.play("<esc>a").hides("terse is given no calls");
    let resolved = player.stage.recorded().iter().rev().find_map(|recorded| {
        let Event::AttentionResolved { resolution, .. } = &recorded.event else {
            return None;
        };
        Some(resolution.reply.clone())
    });
    assert_eq!(resolved, Some(Reply::Allow));
}

#[test]
fn a_member_that_was_given_up_can_be_woken_where_it_stands() {
    let mut player = Player::demo();
    player.play("@terse hello you<enter>");
    let failure = Failure::new(FailureKind::Auth, "run `codex login`");
    let partial = Text::from("");
    player
        .stage
        .end("terse", Ending::Failed { failure, partial });
    player.listen();
    player
        .play("<esc>6/terse<enter>")
        .shows("does without it, until r on it")
        .play("d<enter>")
        .hides("terse is given no calls")
        .play("<esc>2/terse<enter>")
        .shows("r try it again")
        .play("r")
        .hides("r try it again");
}
