//! Two lessons that contradict each other, settled in the Inbox by keys; what a task was told.

use pretty_assertions::assert_eq;
use synod::core::{
    Command, Holds, Lesson, LessonId, LessonOrder, Reply, Standing, TaskKind, TaskOrder,
};
use synod::ui::room::Room as _;
use synod::ui::stage::Stage;

use crate::keys::resolutions;
use crate::player::Player;

fn add(stage: &mut Stage, claim: &str) {
    let add = LessonOrder::Add {
        topic: TaskKind::Code,
        subject: "retries\u{1b}[2J of the login".to_owned(),
        claim: claim.to_owned(),
        why: "it was measured".to_owned(),
    };
    stage.command(&Command::Lesson(add)).unwrap();
}

/// A room with two that contradict each other, and which they are.
fn contradicted() -> (Player, [LessonId; 2]) {
    let mut stage = Stage::demo().unwrap();
    add(&mut stage, "The login takes 3 retries");
    add(&mut stage, "The login takes 5 retries");
    let mut latest = stage.state().lessons().map(Lesson::id).rev();
    let newer = latest.next().unwrap();
    let both = [latest.next().unwrap(), newer];
    drop(latest);
    let mut player = Player::new(stage);
    player.play("<esc>6<end>");
    (player, both)
}

#[test]
fn a_contradiction_is_shown_side_by_side_with_its_keys() {
    let (mut player, [older, newer]) = contradicted();
    player
        .shows(&format!("{newer} says the contrary of {older}"))
        .shows("The login takes 3 retries")
        .shows("The login takes 5 retries")
        .shows("neither holds");
    let terminal = player.terminal(100, 30);
    insta::assert_snapshot!("lessons-100x30", terminal.backend());
}

#[test]
fn each_key_says_which_of_two_lessons_holds() {
    for (key, holds, first, second) in [
        ("d", Holds::Older, Standing::Accepted, Standing::Retired),
        ("a", Holds::Newer, Standing::Retired, Standing::Accepted),
        ("s", Holds::Both, Standing::Accepted, Standing::Accepted),
        ("D", Holds::Neither, Standing::Retired, Standing::Retired),
    ] {
        let (mut player, [older, newer]) = contradicted();
        player.play(key);
        let reply = resolutions(&player).last().unwrap().reply.clone();
        assert_eq!(reply, Reply::Hold(holds));
        let state = player.stage.state();
        let standing = |lesson| state.lesson(lesson).unwrap().standing();
        assert_eq!((standing(older), standing(newer)), (first, second), "{key}");
    }
}

#[test]
fn the_detail_of_a_task_says_what_its_calls_were_told() {
    let mut stage = Stage::demo().unwrap();
    add(&mut stage, "The login takes 3 retries");
    let order = TaskOrder::new("How many retries of the login are there?");
    stage.command(&Command::AddTask(order)).unwrap();
    let told = |stage: &Stage| {
        let told = stage.state().who_saw(|_| true);
        told.map(|(call, _)| call).last()
    };
    // The members of the demo are at work; one of them ends.
    if told(&stage).is_none() {
        stage.answer("codex", "Done.", "done", 10);
    }
    let call = told(&stage).expect("somebody has taken it up");
    let mut player = Player::new(stage);
    player
        .play("<esc>3/retries of the login<enter>")
        .shows(&format!("{call} "))
        .shows("was told L");
}
