//! Checks of results: how a task names one, how it stands in the list and the detail, and how it is
//! stopped.

use std::collections::{BTreeMap, BTreeSet};

use synod::core::{
    Access, CheckEnd, CheckId, CheckName, Checks, Command, Report, TaskId, TaskKind, Text,
};
use synod::ui::room::Room as _;
use synod::ui::stage::Stage;

use crate::player::Player;

/// The demo room with checks, when nobody changes files any more.
fn demo() -> Player {
    let mut stage = Stage::demo().unwrap();
    let writer = stage.state().calls_in_flight();
    let writer = writer.filter(|(_, call)| call.access() == Access::Write);
    let writer: Vec<String> = writer.map(|(_, call)| call.member().to_string()).collect();
    for member in writer {
        stage.answer(&member, "done", "done", 100);
    }
    let name = |name: &str| CheckName::new(name).unwrap();
    let kinds = BTreeSet::from([TaskKind::Operations]);
    let all = BTreeMap::from([(name("lint"), BTreeSet::new()), (name("tests"), kinds)]);
    let checks = Checks::new(all).unwrap();
    stage.command(&Command::SetChecks(checks)).unwrap();
    Player::new(stage)
}

/// A task of `terse` with a check that runs.
fn checked() -> Player {
    let mut player = demo();
    player
        .play("@terse check:tests mend the importer")
        .shows("checked by tests");
    player.play("<enter>");
    let task = TaskId(player.stage.state().next_task().0 - 1);
    let is_over = |stage: &Stage| stage.state().task(task).unwrap().is_ended();
    // It may have had something else to do before.
    for _ in 0..3 {
        if !is_over(&player.stage) {
            player.stage.answer("terse", "It is mended.", "mended", 100);
        }
    }
    player.listen();
    player.play("<esc>3/importer<enter>");
    player
}

fn ends(player: &mut Player, end: CheckEnd, tail: &str) {
    player.stage.report(&Report::Checked {
        check: CheckId(1),
        end,
        tail: Text::from(tail),
    });
    player.listen();
}

#[test]
fn a_check_is_offered_and_an_unknown_one_told() {
    let mut player = demo();
    player
        .play("check:")
        .shows("check:lint")
        .shows("check:tests");
    player
        .play("<ctrl-c>check:tets x")
        .shows("there is no check `tets`")
        .shows("did you mean check:tests?");
}

#[test]
fn the_list_and_the_detail_say_how_a_result_was_checked() {
    let mut player = checked();
    player
        .shows("◔ tests running")
        .shows("its result is checked by tests")
        .shows("stop the check");
    insta::assert_snapshot!("running-100x30", player.terminal(100, 30).backend());
    let tail = "test login ... FAILED\n\u{1b}[31m1 failed; 6 passed\u{1b}[0m";
    ends(&mut player, CheckEnd::Failed { code: 101 }, tail);
    // Told at once, and in the list.
    player
        .shows("✗ tests failed (exit 101)")
        .shows("test login ... FAILED")
        .shows("1 failed; 6 passed")
        .hides("[31m")
        .hides("stop the check");
    insta::assert_snapshot!("failed-100x30", player.terminal(100, 30).backend());
    player
        .play("8")
        .shows("k1 ✗ failed (exit 101) on the result");
}

#[test]
fn a_check_that_passes_is_no_news() {
    let mut player = checked();
    ends(&mut player, CheckEnd::Passed, "7 passed");
    player.shows("✓ tests passed after").shows("7 passed");
    let screen = player.screen();
    let last = screen.lines().last().unwrap();
    assert!(!last.contains("tests"), "{last}");
}

#[test]
fn a_check_that_cannot_be_run_says_why() {
    let mut player = checked();
    let why = "`tests` needs the program `cargo`, which is not on PATH".to_owned();
    ends(&mut player, CheckEnd::NotStarted { why }, "");
    player
        .shows("– tests not started")
        .shows("needs the program `cargo`");
}

#[test]
fn a_check_is_stopped_where_it_is_seen() {
    let mut player = checked();
    player
        .play("<ctrl-c>")
        .shows("– tests interrupted")
        .hides("stop the check");
    // What comes late changes nothing.
    ends(&mut player, CheckEnd::Failed { code: 1 }, "");
    player.shows("– tests interrupted");
}
