//! What the console does in a text: searching it, and copying parts of a transcript.

use pretty_assertions::assert_eq;
use synod::core::DeltaKind;
use synod::ui::update::Intent;

use crate::player::Player;

/// The transcript of `terse` has the keys.
fn reading() -> Player {
    let mut player = Player::demo();
    player.play("<esc>2g<down><down><down><down><enter>");
    player.shows("─ terse ─");
    player
}

fn snapshot(player: &mut Player, name: &str) {
    let terminal = player.terminal(100, 30);
    insta::assert_snapshot!(name, terminal.backend());
}

#[test]
fn a_search_in_the_transcript_is_gone_through_and_ended() {
    let mut player = reading();
    player.play("/slee").shows("/slee▌").shows("/slee 1/2");
    player.play("<backspace><backspace>").shows("/sl 1/3");
    player
        .play("eep<enter>")
        .shows("/sleep 1/2")
        .shows("n next");
    snapshot(&mut player, "transcript-search");
    player.play("n").shows("/sleep 2/2");
    player.play("n").shows("/sleep 1/2");
    player.play("N").shows("/sleep 2/2");
    player.play("<alt-n>").shows("/sleep 1/2");
    // Elsewhere the keys mean what they mean there.
    player.play("<tab><tab>N").shows("Rename s").play("<esc>");
    player.play("<tab><esc>").hides("/sleep").hides("n next");
    player
        .play(":next-hit<enter>")
        .shows("nothing is looked for");
}

#[test]
fn a_search_that_is_given_up_leads_back() {
    let mut player = reading();
    player.size = (60, 20);
    player.screen();
    player.play("g").shows("add a --quiet");
    player
        .play("/longer")
        .shows("Make it longer")
        .hides("add a --quiet");
    player.play("<esc>").shows("add a --quiet").hides("longer");
    player.play("/Longer<enter>").shows("/Longer none");
    player.play("n").shows("it stands nowhere in this text");
}

#[test]
fn other_texts_are_searched_too() {
    let mut player = Player::demo();
    player.play("<esc>3<tab>/working");
    player
        .shows("/working 1/")
        .play("<enter><esc>")
        .hides("/working");
    player.play("4<tab>/the").shows("/the ").hides("search▌");
}

#[test]
fn a_turn_a_block_and_all_are_copied() {
    let mut player = reading();
    let copied = |player: &mut Player| match player.wanted.pop() {
        Some(Intent::Copy(text)) => text,
        other => format!("{other:?}"),
    };
    player.play("y").shows("copied the turn: 4 lines, ");
    let text = copied(&mut player);
    assert_eq!(text.lines().next(), Some("#4  council"), "{text}");
    player.play("((y").shows("copied the turn: 4 lines, ");
    let text = copied(&mut player);
    assert_eq!(text.lines().next(), Some("#2  council"), "{text}");
    player
        .play("Y")
        .shows("copied the whole transcript: 14 lines, ");
    assert!(copied(&mut player).starts_with("#1\n"));
    player
        .play("<alt-y>")
        .shows("the block of code is not there to copy");
    player.play("<esc><up>");
    let code = "\nTry\n\n```sh\ncargo test login\n```\n";
    player.stage.stream("streaming", DeltaKind::Answer, code);
    player.listen();
    player.screen();
    player
        .play("<alt-y>")
        .shows("copied the block of code: 1 line, ");
    assert_eq!(copied(&mut player), "cargo test login\n");
    player
        .play("3<alt-y>")
        .shows("that is for a transcript: 2 shows them");
}

#[test]
fn an_answer_is_drawn_as_markdown_while_it_streams() {
    let mut player = Player::demo();
    player.play("<esc>2g<down><down><down><enter>");
    let text = "\n\n## Why\nThe **timer** of `refresh` fires late:\n\n1. read `login_test.rs`\n2. wait\n   - for the event\n\n| file | line |\n|---|---|\n| login_test.rs | 42 |\n\n```rust\nlet mut events = auth.refreshed(); // first\n";
    for piece in text.split_inclusive(' ') {
        player.stage.stream("streaming", DeltaKind::Answer, piece);
        player.listen();
        player.screen();
    }
    snapshot(&mut player, "transcript-markdown");
    player.play("y").shows("copied the turn");
    let Some(Intent::Copy(copied)) = player.wanted.pop() else {
        panic!("nothing was copied")
    };
    assert!(copied.ends_with(text), "{copied}");
}
