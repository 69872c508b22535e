//! A thinking session as it is seen: the tree in the detail of its task, the thoughts in the session.

use std::collections::BTreeMap;

use synod::core::{
    Answer, Command, Ending, Keeper, MemberName, MemberSpec, Reach, Report, Span, Strategy, TaskId,
    TaskOrder, Text, Timestamp, Usage,
};
use synod::ui::room::Room as _;
use synod::ui::stage::Stage;

use crate::player::Player;

/// A room in which one rehearsal member thinks; nothing is thought yet.
fn room() -> Stage {
    let mut stage = Stage::open("my-app", Timestamp(1_772_457_600_000));
    let member = MemberSpec {
        name: MemberName::new("thoughtful").unwrap(),
        family: "rehearsal".to_owned(),
        strengths: BTreeMap::new(),
        parallel: 1,
        reach: Reach::Text,
        rehearsal: true,
        model: None,
    };
    stage.seat(member).unwrap();
    let order = TaskOrder {
        strategy: Strategy::Think,
        ..TaskOrder::new("why does the login test fail on slow machines?")
    };
    stage.command(&Command::AddTask(order)).unwrap();
    stage
}

fn think(stage: &mut Stage, thought: &str) {
    stage.advance(Span::secs(4));
    says(stage, &format!("{{{thought},\"total_thoughts\":6}}"));
}

fn says(stage: &mut Stage, text: &str) {
    let answer = Answer {
        text: Text::from(text),
        block: None,
        usage: Usage {
            input: 240,
            output: 70,
            micro_usd: 0,
            estimated: false,
            ..Usage::default()
        },
        first_text: None,
    };
    stage.end("thoughtful", Ending::Answered(answer));
}

fn keep(stage: &mut Stage, number: u32, keeper: Keeper) {
    let task = TaskId(1);
    let kept = stage.state().task(task).unwrap().thinking().kept();
    let call = kept[number as usize - 1].call();
    stage.report(&Report::ThoughtRecorded { task, call, keeper });
}

const CHAIN: [&str; 5] = [
    r#""thought":"The test sleeps 50 ms and then expects a fresh token. On a slow machine the refresh runs later than that.","next_thought_needed":true"#,
    r#""thought":"A longer sleep would only make it rarer.","next_thought_needed":true"#,
    r#""thought":"It is not the sleep that is wrong but that nothing waits for the refresh.","next_thought_needed":true,"revises":1"#,
    r#""thought":"One could give the test a clock of its own instead.","next_thought_needed":true,"branch_from":2,"branch_id":"a fake clock""#,
    r#""thought":"That would touch every test of the module.","next_thought_needed":true,"branch_id":"a fake clock""#,
];

fn thinking() -> Stage {
    let mut stage = room();
    for (number, thought) in (1..).zip(CHAIN) {
        think(&mut stage, thought);
        let history = number;
        keep(
            &mut stage,
            number,
            Keeper::Tool {
                history,
                replayed: 0,
            },
        );
    }
    let sixth =
        r#""thought":"So the test has to wait for the refresh event.","next_thought_needed":false"#;
    think(&mut stage, sixth);
    stage
}

#[test]
fn the_tree_shows_revisions_and_branches() {
    for (columns, rows) in [(80, 24), (100, 30), (160, 48)] {
        let mut player = Player::new(thinking());
        player.play("<esc>3");
        let terminal = player.terminal(columns, rows);
        insta::assert_snapshot!(format!("thinking-{columns}x{rows}"), terminal.backend());
    }
}

#[test]
fn thoughts_are_drawn_as_they_come() {
    let mut player = Player::new(room());
    player.play("<esc>3").shows("thoughtful works on it");
    think(&mut player.stage, CHAIN[0]);
    player.listen();
    player.shows("○ 1 thought, not recorded yet: The");
    let none = "no sequential-thinking server is configured".to_owned();
    keep(&mut player.stage, 1, Keeper::Room { why: none });
    player.listen();
    player
        .shows("● 1 thought: The test sleeps 50 ms")
        .shows("kept by Synod alone: no");
}

#[test]
fn the_session_shows_thoughts_and_not_the_objects_in_which_they_came() {
    let mut stage = thinking();
    keep(
        &mut stage,
        6,
        Keeper::Tool {
            history: 6,
            replayed: 0,
        },
    );
    says(&mut stage, "Wait for the refresh event.");
    // Built from the state after attaching, and from events as they come.
    let mut late = Player::new(stage);
    late.play("<esc>2").hides("next_thought_needed");
    late.shows("thought 5 in branch a fake clock from 2")
        .shows("Wait for the refresh event.");
    let mut live = Player::new(room());
    live.play("<esc>2");
    think(&mut live.stage, CHAIN[0]);
    live.listen();
    live.hides("next_thought_needed")
        .shows("The test sleeps 50 ms");
}

#[test]
fn a_key_begins_a_task_that_is_thought_through() {
    let mut player = Player::new(room());
    player.play("<esc>Twhy is it slow?<enter>");
    let last = player.stage.state().tasks().next_back().unwrap();
    assert_eq!(last.order().prompt.as_str(), "why is it slow?");
    assert_eq!(last.order().strategy, Strategy::Think);
}
