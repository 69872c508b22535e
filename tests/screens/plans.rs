//! A plan as it is seen: its steps under the task, changed and approved by keys, and how far it is.

use std::collections::BTreeMap;

use serde_json::json;
use synod::core::plan::PlanStage;
use synod::core::{
    Answer, Command, DeltaKind, Ending, MemberName, MemberSpec, Outcome, Reach, Span, Strategy,
    TaskId, TaskOrder, Text, Timestamp, Usage,
};
use synod::ui::room::Room as _;
use synod::ui::stage::Stage;
use synod::ui::update::Intent;

use crate::player::Player;

const PLANNED: TaskId = TaskId(1);

/// A room in which one member was asked for a plan.
fn asked() -> Stage {
    let mut stage = Stage::open("my-app", Timestamp(1_772_457_600_000));
    for name in ["codex", "gpt"] {
        let member = MemberSpec {
            name: MemberName::new(name).unwrap(),
            family: name.to_owned(),
            strengths: BTreeMap::new(),
            parallel: 1,
            reach: Reach::Text,
            rehearsal: false,
            model: None,
        };
        stage.seat(member).unwrap();
    }
    let order = TaskOrder {
        strategy: Strategy::Plan,
        members: vec![MemberName::new("codex").unwrap()],
        ..TaskOrder::new("Let users log in with a passkey, and tell them how")
    };
    stage.command(&Command::AddTask(order)).unwrap();
    stage
}

fn says(stage: &mut Stage, member: &str, text: &str) {
    stage.advance(Span::secs(4));
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
    stage.end(member, Ending::Answered(answer));
}

/// The plan waits for leave. One of its texts tries to draw on the screen.
fn planned() -> Stage {
    let mut stage = asked();
    let step = |key: &str, kind: &str, prompt: &str, accept: &str, after: &[&str]| json!({"key": key, "kind": kind, "prompt": prompt, "accept": accept, "after": after, "strategy": "solo"});
    let mut check = step(
        "check",
        "review",
        "Judge the change and the page: what is missing, what is wrong?",
        "every fault is named with its place",
        &["server", "page"],
    );
    check["strategy"] = json!("council");
    check["members"] = json!(["codex", "gpt"]);
    let steps = [
        step(
            "look",
            "analysis",
            "Read how users log in now.\nName every place that a passkey has to reach.",
            "every file is named",
            &[],
        ),
        step(
            "server",
            "code",
            "Write the two requests of the server that register and use a passkey.",
            "the tests of the login pass",
            &["look"],
        ),
        step(
            "page",
            "code",
            "Write the page \u{1b}[31mon which a user adds one.",
            "",
            &["look"],
        ),
        check,
    ];
    says(&mut stage, "codex", &json!({"steps": steps}).to_string());
    stage
}

fn stage_of(player: &Player) -> PlanStage {
    player
        .stage
        .state()
        .task(PLANNED)
        .unwrap()
        .planning()
        .stage()
}

#[test]
fn a_plan_is_shown_under_its_task_in_the_shape_of_its_tree() {
    for (columns, rows) in [(60, 16), (100, 30), (220, 60)] {
        let mut player = Player::new(planned());
        player.play("<esc>3");
        if columns < 100 {
            player.play("<tab>");
        }
        let terminal = player.terminal(columns, rows);
        insta::assert_snapshot!(format!("plan-{columns}x{rows}"), terminal.backend());
    }
}

#[test]
fn a_plan_in_the_inbox_says_what_can_be_done_with_it() {
    let mut player = Player::new(planned());
    player.play("<esc>]");
    insta::assert_snapshot!("plan-inbox-100x30", player.terminal(100, 30).backend());
}

#[test]
fn an_approved_plan_shows_how_far_it_is() {
    for (columns, rows) in [(60, 16), (100, 30), (220, 60)] {
        let mut player = Player::new(planned());
        player.play("<esc>3a");
        says(
            &mut player.stage,
            "codex",
            "The login form and its handler.",
        );
        player.listen();
        player
            .console
            .select(synod::ui::model::Pane::Queue, PLANNED.0);
        if columns < 100 {
            player.play("<tab>");
        }
        let terminal = player.terminal(columns, rows);
        insta::assert_snapshot!(format!("plan-at-work-{columns}x{rows}"), terminal.backend());
    }
}

#[test]
fn a_plan_is_approved_only_where_it_is_seen() {
    let mut player = Player::new(planned());
    // The list in the room shows no steps.
    player.play("<esc><tab>a");
    assert_eq!(stage_of(&player), PlanStage::Approve);
    player
        .shows("look at the plan of #1; a approves it")
        .shows("╰ ○ look");
    player.play("a");
    assert_eq!(stage_of(&player), PlanStage::Work);
    player.shows("a plan of 4 steps, 0 of 4 done");
}

#[test]
fn a_plan_is_changed_in_place_and_what_is_wrong_with_it_is_told() {
    let mut player = Player::new(planned());
    player.play("<esc>3w").shows("== look #analysis /solo");
    // A word that is none of those that a step's first line takes.
    player.play("<down><down><down><down><end> now<ctrl-s>");
    player.shows("step `look`: `now` on its first line is none of");
    player.play("<backspace><backspace><backspace><backspace> @gpt<ctrl-s>");
    player
        .shows("the plan of #1 is changed; a approves it")
        .shows("by gpt");
    let planning = player.stage.state().task(PLANNED).unwrap().planning();
    assert_eq!(planning.revision(), 2);
}

#[test]
fn an_editor_of_ones_own_gives_the_plan_back_into_the_one_that_saves() {
    let mut player = Player::new(planned());
    player.play("<esc>3e");
    let Some(Intent::EditDocument(text)) = player.wanted.pop() else {
        panic!("{:?}", player.wanted);
    };
    assert!(
        text.contains("== check #review @codex @gpt after:server,page"),
        "{text}"
    );
    let shorter = "== only\nDo all of it.\nDone when: it is done\n";
    assert!(player.console.edited_document(shorter).is_empty());
    player
        .play("<ctrl-s>")
        .shows("a plan of 1 step; nothing runs");
}

#[test]
fn somebody_who_edits_a_plan_that_was_approved_meanwhile_is_told() {
    let mut player = Player::new(planned());
    player.play("<esc>3w");
    let attention = player.stage.state().plan_item(PLANNED).unwrap();
    let reply = synod::core::Reply::Allow;
    player
        .stage
        .command(&Command::Answer { attention, reply })
        .unwrap();
    player.listen();
    player.shows("somebody else approved the plan of #1 meanwhile");
}

#[test]
fn a_refused_plan_cancels_its_task() {
    let mut player = Player::new(planned());
    player.play("<esc>3d");
    let outcome = player.stage.state().task(PLANNED).unwrap().outcome();
    assert_eq!(outcome, Some(&Outcome::Cancelled));
    player.shows("a plan of 4 steps, not approved");
}

#[test]
fn a_step_says_of_which_plan_it_is_and_leads_there() {
    let mut player = Player::new(planned());
    player.play("<esc>3a");
    player.console.select(synod::ui::model::Pane::Queue, 2);
    player
        .shows("step look of the plan of #1")
        .shows("Done when: every file is named");
    // It leads to its plan, and to the steps that wait for it.
    player.play("o").shows("From #2");
    player
        .play("<enter>")
        .shows("a plan of 4 steps, 0 of 4 done");
}

#[test]
fn the_turn_of_a_plan_shows_its_steps_and_as_it_came_only_where_wanted() {
    let mut stage = asked();
    stage.stream("codex", DeltaKind::Answer, "{\"steps\": [{\"key\"");
    let mut player = Player::new(stage);
    player.play("<esc>2").shows("a plan is being written");
    player.hides("\"key\"");
    let mut player = Player::new(planned());
    player.play("<esc>2").shows("a plan of 4 steps");
    player.shows("2. Write the two requests").hides("\"key\"");
    insta::assert_snapshot!("plan-turn-100x30", player.terminal(100, 30).backend());
    player.play("<tab><enter>").shows("\"key\"");
    // What is no plan stays folded away too.
    let mut stage = asked();
    let text = format!("{{\"steps\": [{}]}}", "\"no step\", ".repeat(40));
    says(&mut stage, "codex", &text);
    let mut player = Player::new(stage);
    player.play("<esc>2");
    player
        .shows("a plan that cannot be worked")
        .hides("no step");
}
