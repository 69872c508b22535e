//! The Queue: for what each task waits, what is tied to what, the board, and what is done to several tasks.

use std::collections::BTreeMap;

use synod::core::{
    Command, Event, MemberName, MemberSpec, Outcome, Priority, Reach, Request, Span, Strategy,
    TaskId, TaskOrder, Text, Timestamp,
};
use synod::ui::model::Pane;
use synod::ui::room::Room as _;
use synod::ui::stage::Stage;
use synod::ui::update::Intent;

use crate::player::Player;

fn name(name: &str) -> MemberName {
    MemberName::new(name).unwrap()
}

fn empty() -> Stage {
    let mut stage = Stage::open("my-app", Timestamp(1_772_457_600_000));
    for member in ["codex", "gpt"] {
        let spec = MemberSpec {
            name: name(member),
            family: member.to_owned(),
            strengths: BTreeMap::new(),
            parallel: 1,
            reach: Reach::Text,
            rehearsal: false,
            model: None,
        };
        stage.seat(spec).unwrap();
    }
    stage
}

fn order(prompt: &str, members: &[&str], after: &[u64]) -> TaskOrder {
    TaskOrder {
        members: members.iter().map(|member| name(member)).collect(),
        strategy: Strategy::usual(members.len()),
        after: after.iter().copied().map(TaskId).collect(),
        ..TaskOrder::new(prompt)
    }
}

fn add(stage: &mut Stage, order: TaskOrder) {
    stage.command(&Command::AddTask(order)).unwrap();
}

/// One is worked, one asks, one is done, and five wait, each for something else.
fn waiting() -> Stage {
    let mut stage = empty();
    add(&mut stage, order("say hello", &["codex"], &[]));
    stage.answer("codex", "hello", "hello", 40);
    stage.advance(Span::secs(20));
    add(
        &mut stage,
        order("fix the flaky login test", &["codex"], &[]),
    );
    add(&mut stage, order("review the fix", &["gpt"], &[2]));
    add(&mut stage, order("tell the users of it", &[], &[3]));
    add(
        &mut stage,
        order("write the release notes", &["codex"], &[]),
    );
    add(&mut stage, order("tidy up after the review", &[], &[3]));
    add(
        &mut stage,
        order("name the next release", &["codex", "gpt"], &[]),
    );
    stage.happened(vec![Event::MemberPaused {
        member: name("gpt"),
        why: "its limit is reached".to_owned(),
        until: Some(Timestamp(1_772_457_600_000 + 140_000)),
    }]);
    add(&mut stage, order("draw a logo", &["gpt"], &[]));
    stage.advance(Span::secs(60));
    stage
}

#[test]
fn each_waiting_task_says_for_what_it_waits_and_ties_are_drawn() {
    for (columns, rows) in [(60, 16), (100, 30), (160, 40)] {
        let mut player = Player::new(waiting());
        player.play("<esc>3<down>");
        let terminal = player.terminal(columns, rows);
        insta::assert_snapshot!(format!("queue-waits-{columns}x{rows}"), terminal.backend());
    }
    let mut player = Player::new(waiting());
    player.size = (160, 40);
    player
        .play("<esc>3")
        .shows("gpt is paused until 13:22")
        .shows("codex is busy");
}

#[test]
fn the_detail_tells_both_directions_and_a_key_follows() {
    let mut player = Player::new(waiting());
    player.size = (160, 40);
    player.console.select(Pane::Queue, 3);
    player.play("<esc>3").shows("waits for").shows("holds up");
    // It leads to more than one task, so they are listed.
    player.play("o").shows("From #3");
    player.play("<enter>").shows("#2 working");
}

#[test]
fn a_task_that_asks_waits_for_an_answer() {
    let mut stage = waiting();
    let command = vec!["ls".to_owned()];
    let cwd = String::new();
    stage.ask("codex", Request::Exec { command, cwd });
    let mut player = Player::new(stage);
    player.size = (160, 40);
    player.play("<esc>3").shows("asks you");
    player.shows("waits: your answer to codex");
}

#[test]
fn the_board_has_a_column_for_each_way_to_stand() {
    for (columns, rows) in [(60, 16), (100, 30), (160, 40)] {
        let mut player = Player::new(waiting());
        player.size = (columns, rows);
        player.play("<esc>3|");
        let terminal = player.terminal(columns, rows);
        insta::assert_snapshot!(format!("board-{columns}x{rows}"), terminal.backend());
    }
    let mut player = Player::new(empty());
    player
        .play("<esc>3|")
        .shows("no tasks yet: write one below");
}

#[test]
fn cards_are_the_rows_of_the_list_and_every_column_can_be_reached() {
    let mut player = Player::new(waiting());
    player.size = (60, 20);
    player.console.select(Pane::Queue, 3);
    player
        .play("<esc>3|")
        .shows("review the fix")
        .hides("Ended");
    // Nothing needs the operator: that column is passed over.
    player.play("lll").shows("say hello").hides("Waiting");
    player.play("h").shows("fix the flaky login test");
    player.play("hh<down>").shows("tell the users of it");
    // The same task is selected in the list, and its detail is one key away.
    player.play("|").shows("╭─ Queue").play("|<enter>");
    player.shows("#4 after #3").play("<esc>").shows("Waiting");
}

fn prompt(player: &Player, id: u64) -> String {
    let task = player.stage.state().task(TaskId(id)).unwrap();
    task.order().prompt.as_str().to_owned()
}

fn in_order(player: &Player) -> Vec<u64> {
    let open = player.stage.state().open_tasks();
    open.map(|task| task.id().0).collect()
}

#[test]
fn the_text_of_a_waiting_task_is_changed_in_place_and_brought_back() {
    let mut player = Player::new(waiting());
    player.size = (160, 40);
    player.console.select(Pane::Queue, 4);
    player.play("<esc>3w").shows("text of #4");
    player.play(" at once<ctrl-s>").shows("text of #4 is saved");
    assert_eq!(prompt(&player, 4), "tell the users of it at once");
    player
        .shows("tell the users of it at once")
        .play("u")
        .shows("#4 has its former text again");
    assert_eq!(prompt(&player, 4), "tell the users of it");
    // The one that is at work has no text to be changed any more.
    player.console.select(Pane::Queue, 2);
    player.play("w").hides("text of #2");
    player.shows("#2 has begun, so its text stays as it is");
}

#[test]
fn a_text_that_somebody_else_changes_meanwhile_is_not_lost() {
    let mut player = Player::new(waiting());
    player.size = (160, 40);
    player.console.select(Pane::Queue, 4);
    player.play("<esc>3w and mine");
    let theirs = Command::Reword {
        task: TaskId(4),
        before: None,
        after: Text::from("theirs"),
    };
    player.stage.command(&theirs).unwrap();
    player.listen();
    player.shows("somebody else changed it meanwhile");
    player.play("<ctrl-s>");
    assert_eq!(prompt(&player, 4), "tell the users of it and mine");
}

#[test]
fn marks_that_keep_a_task_from_moving_are_named() {
    let mut player = Player::new(waiting());
    player.size = (160, 40);
    player.console.select(Pane::Queue, 2);
    player.play("<esc>3 ").shows("1 marked");
    player.console.select(Pane::Queue, 5);
    player
        .play("<alt-up>")
        .shows("1 task marked, and none of them waits; Esc takes the marks off");
    assert_eq!(in_order(&player), [2, 3, 4, 5, 6, 7, 8]);
    player.play("<esc><alt-up>");
    assert_eq!(in_order(&player), [2, 3, 5, 4, 6, 7, 8]);
}

#[test]
fn waiting_tasks_are_moved_alone_and_together() {
    let mut player = Player::new(waiting());
    player.size = (160, 40);
    assert_eq!(in_order(&player), [2, 3, 4, 5, 6, 7, 8]);
    player.console.select(Pane::Queue, 5);
    player.play("<esc>3<alt-up>");
    assert_eq!(in_order(&player), [2, 3, 5, 4, 6, 7, 8]);
    player.play("<alt-down><alt-down>");
    assert_eq!(in_order(&player), [2, 3, 4, 6, 5, 7, 8]);
    player.play("<alt-home>");
    assert_eq!(in_order(&player), [5, 2, 3, 4, 6, 7, 8]);
    player
        .play("<alt-up>")
        .shows("it is the first of its priority here");
    player.play("u").shows("#5 is where it was");
    assert_eq!(in_order(&player), [2, 3, 4, 6, 5, 7, 8]);
    player.play("<alt-home>");
    assert_eq!(in_order(&player), [5, 2, 3, 4, 6, 7, 8]);
    // One that has begun stays, and those that are marked go past it together.
    player.console.select(Pane::Queue, 4);
    player.play("  ").shows("2 marked").play("<alt-up>");
    assert_eq!(in_order(&player), [5, 2, 4, 6, 3, 7, 8]);
}

#[test]
fn a_task_is_cloned_into_a_draft_with_its_options() {
    let mut stage = empty();
    let once = TaskOrder {
        priority: Priority::High,
        ..order("@gpt is no member here\nsays who?", &["codex", "gpt"], &[])
    };
    add(&mut stage, once.clone());
    let mut player = Player::new(stage);
    player.play("<esc>3&").shows("#1 as a new draft");
    assert_eq!(
        player.console.draft(),
        "@codex @gpt #general !high \\@gpt is no member here\nsays who?"
    );
    player.play("<enter>");
    let again = player.stage.state().task(TaskId(2)).unwrap().order();
    assert_eq!(
        (
            &again.prompt,
            &again.members,
            again.priority,
            again.strategy
        ),
        (&once.prompt, &once.members, once.priority, once.strategy)
    );
}

#[test]
fn what_is_done_to_marked_tasks_is_asked_once_with_what_comes_of_it() {
    let mut player = Player::new(waiting());
    player.console.select(Pane::Queue, 2);
    // #2 and #3 are marked; #4 and #6 wait for #3.
    player.play("<esc>3  D");
    player
        .shows("Cancel 2 tasks, 1 of which is working?")
        .shows("2 others wait for them and end too");
    player.play("<right><enter>");
    let outcome = |player: &Player, id: u64| {
        let task = player.stage.state().task(TaskId(id));
        task.unwrap().outcome().cloned()
    };
    assert_eq!(outcome(&player, 2), Some(Outcome::Cancelled));
    assert_eq!(outcome(&player, 3), Some(Outcome::Cancelled));
    assert!(matches!(outcome(&player, 4), Some(Outcome::Failed { .. })));
    player.console.select(Pane::Queue, 2);
    player.play(" ");
    player.console.select(Pane::Queue, 3);
    player
        .play(" r")
        .shows("Work 2 tasks again, each from its beginning?");
    player.play("<right><enter>");
    assert_eq!((outcome(&player, 2), outcome(&player, 3)), (None, None));
    player.console.select(Pane::Queue, 2);
    player.play(" ");
    player.console.select(Pane::Queue, 3);
    player
        .play(" +")
        .shows("Make 2 tasks more urgent, each by one step?");
    player.play("<right><enter>");
    let state = player.stage.state();
    let priorities = [2, 3].map(|id| state.task(TaskId(id)).unwrap().order().priority);
    assert_eq!(priorities, [Priority::High; 2]);
}

#[test]
fn a_council_shows_how_many_have_answered() {
    let mut stage = empty();
    add(&mut stage, order("which colour?", &["codex", "gpt"], &[]));
    stage.answer("codex", "red", "red", 40);
    let mut player = Player::new(stage);
    player.size = (160, 40);
    player.play("<esc>3").shows("━━━━──── 1/2 answers");
    player.play("|").shows("━━━━──── 1/2 answers");
}

#[test]
fn marked_tasks_are_meant_only_where_they_are_shown() {
    let mut player = Player::demo();
    player.play("<esc>3<space><down><space>").shows("2 marked");
    player.play("8D").hides("Cancel").play("3/zzz<enter>");
    player.shows("/zzz  2 marked");
}

#[test]
fn the_question_counts_all_that_end_with_a_task() {
    let mut player = Player::demo();
    player.play("after:#9 then this<enter>");
    player.play("after:#10 and then that<enter>");
    player.play("<esc>3/names<enter>D").shows("Cancel task #9?");
    player.shows("2 others wait for it");
}

#[test]
fn when_the_selected_task_ends_the_next_one_is_selected() {
    let mut player = Player::new(waiting());
    player.play("<esc>3");
    player.console.select(Pane::Queue, 2);
    player.stage.answer("codex", "mended", "mended", 40);
    player.listen();
    player.play("y");
    let copied = Intent::Copy("review the fix".to_owned());
    assert!(player.wanted.contains(&copied), "{:?}", player.wanted);
    // Not while it is being read.
    let mut player = Player::new(waiting());
    player.play("<esc>3");
    player.console.select(Pane::Queue, 2);
    player.play("<tab>");
    player.stage.answer("codex", "mended", "mended", 40);
    player.listen();
    player.play("<esc>y");
    let copied = Intent::Copy("mended".to_owned());
    assert!(player.wanted.contains(&copied), "{:?}", player.wanted);
}

#[test]
fn the_mark_of_a_task_that_ends_goes_also_while_the_past_is_looked_at() {
    let mut player = Player::new(waiting());
    player.console.select(Pane::Queue, 2);
    player.play("<esc>3 ").shows("1 marked");
    player.play("@").shows("AS IT WAS");
    player.stage.answer("codex", "mended", "mended", 40);
    player.listen();
    player.play("<esc>").shows("this is now").hides("1 marked");
}
