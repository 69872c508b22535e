//! Kinds of tasks: what the composer guesses and offers, why a task is of its kind, and how that is
//! corrected.

use std::collections::BTreeMap;

use pretty_assertions::assert_eq;
use synod::core::{Command, KindBy, KindName, Kinds, OwnKind, TaskId, TaskKind};
use synod::ui::room::Room as _;
use synod::ui::stage::Stage;

use crate::drawing::SIZES;
use crate::player::Player;

/// The demo room with a kind of its own.
fn demo() -> Player {
    let mut stage = Stage::demo().unwrap();
    let own = OwnKind {
        means: "queries and schemas".to_owned(),
        words: vec!["select".to_owned(), "join".to_owned()],
        like: Some(TaskKind::Code),
    };
    let own = BTreeMap::from([(KindName::new("sql").unwrap(), own)]);
    let kinds = Kinds::new(own).unwrap();
    stage.command(&Command::SetKinds(kinds)).unwrap();
    Player::new(stage)
}

fn order(player: &Player, task: u64) -> (TaskKind, KindBy) {
    let state = player.stage.state();
    let order = state.task(TaskId(task)).unwrap().order();
    (order.kind, order.kind_by)
}

/// The number of the task that was added last.
fn last(player: &Player) -> u64 {
    player.stage.state().next_task().0 - 1
}

#[test]
fn the_composer_says_what_a_draft_seems_to_be_until_a_kind_is_named() {
    let mut player = demo();
    player
        .play("fix the crash in the login test")
        .shows("debugging? ");
    for (columns, rows) in SIZES {
        let terminal = player.terminal(columns, rows);
        insta::assert_snapshot!(format!("guess-{columns}x{rows}"), terminal.backend());
    }
    player.play(" #code").shows("code ");
    let screen = player.screen();
    assert!(!screen.contains("debugging? "), "{screen}");
    player.play("<ctrl-c>something or other");
    assert!(!player.screen().contains('%'));
}

#[test]
fn kinds_of_its_own_are_offered_first_and_with_their_meaning() {
    let mut player = demo();
    player
        .play("#")
        .shows("#sql")
        .shows("queries and schemas")
        .shows("finding and mending what is broken");
    let terminal = player.terminal(100, 30);
    insta::assert_snapshot!("kinds-offered-100x30", terminal.backend());
    player.play("<tab>count the orders<enter>");
    let task = last(&player);
    let sql = TaskKind::stored("sql").unwrap();
    assert_eq!(order(&player, task), (sql, KindBy::Given));
    player.play("#sqk x").shows("did you mean #sql?");
}

#[test]
fn a_task_says_why_it_is_of_its_kind_and_can_be_corrected() {
    let mut player = demo();
    player.play("select all customers and join their orders<enter>");
    let task = last(&player);
    let sql = TaskKind::stored("sql").unwrap();
    assert_eq!(order(&player, task), (sql, KindBy::Text));
    player
        .play("<esc>3/customers<enter>")
        .shows("sql by its text, ")
        .shows("select")
        .shows("# corrects it");
    let terminal = player.terminal(100, 30);
    insta::assert_snapshot!("why-a-kind-100x30", terminal.backend());
    player
        .play("#")
        .shows(&format!("Kind of #{task}"))
        .shows("◉  now  sql");
    for (columns, rows) in SIZES {
        let terminal = player.terminal(columns, rows);
        insta::assert_snapshot!(format!("pick-a-kind-{columns}x{rows}"), terminal.backend());
    }
    // The same key closes it again.
    player
        .play("##<up><enter>")
        .shows("you said that it is operations");
    let said = (TaskKind::Operations, KindBy::Corrected);
    assert_eq!(order(&player, task), said);
}

#[test]
fn several_marked_tasks_are_corrected_at_once() {
    let mut player = demo();
    player.play("zxcv one<enter>zxcv two<enter>");
    let task = last(&player);
    let open = (TaskKind::General, KindBy::Text);
    assert_eq!(order(&player, task), open);
    player
        .play("<esc>3/zxcv<enter>  #")
        .shows("Kind of 2 tasks")
        .play("<down><enter>");
    let said = (TaskKind::Code, KindBy::Corrected);
    assert_eq!(
        (order(&player, task), order(&player, task - 1)),
        (said, said)
    );
    player.play("#").shows("Kind of #");
}

#[test]
fn where_there_is_no_task_there_is_no_kind_to_say() {
    let mut player = Player::demo();
    player.play("<esc>8#").shows("no task is selected");
}
