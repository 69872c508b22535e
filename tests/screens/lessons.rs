//! Lessons on the Memory screen; two that contradict each other, settled in the Inbox by keys; what a
//! task was told.

use pretty_assertions::assert_eq;
use synod::core::{
    Command, Holds, Lesson, LessonId, LessonOrder, Reply, Standing, TaskKind, TaskOrder,
};
use synod::ui::room::Room as _;
use synod::ui::stage::Stage;

use crate::drawing::{SIZES, at_every_size};
use crate::keys::resolutions;
use crate::player::Player;

fn add(stage: &mut Stage, claim: &str) {
    add_about(stage, "retries\u{1b}[2J of the login", claim);
}

fn add_about(stage: &mut Stage, subject: &str, claim: &str) {
    let add = LessonOrder::Add {
        topic: TaskKind::Code,
        subject: subject.to_owned(),
        claim: claim.to_owned(),
        why: "it was measured".to_owned(),
    };
    stage.command(&Command::Lesson(add)).unwrap();
}

fn standing(player: &Player, lesson: LessonId) -> Standing {
    player.stage.state().lesson(lesson).unwrap().standing()
}

#[test]
fn the_lessons_at_every_size() {
    at_every_size("learned", "<esc>K");
    at_every_size("learned-dispute", "<esc>Kdit is 404");
    for (columns, rows) in SIZES {
        let mut player = Player::new(Stage::learned().unwrap());
        player.play("<esc>K<end>");
        let terminal = player.terminal(columns, rows);
        insta::assert_snapshot!(
            format!("learned-several-{columns}x{rows}"),
            terminal.backend()
        );
    }
}

#[test]
fn a_lesson_is_accepted_disputed_and_retired_by_keys() {
    let mut player = Player::demo();
    player.play("<esc>4").shows("K 1 lesson");
    player.play("K").shows("○ proposed").shows("a accept");
    let lesson = player.stage.state().lessons().next().unwrap().id();
    player.play("a").shows("✓ accepted").hides("a accept");
    player.play("a").shows("is accepted already");
    player.play("d").shows("Dispute L1").play("<enter>");
    player.shows("say why it is doubted");
    assert_eq!(standing(&player, lesson), Standing::Accepted);
    player.play("it may be 404<enter>").shows("▲ disputed");
    player.shows("because: it may be 404");
    player.play("d").shows("is disputed already");
    player.play("D").shows("Retire L1").play("<esc>");
    assert_eq!(standing(&player, lesson), Standing::Disputed);
    player.play("D<enter>").shows("▫ retired");
    player.play("a").shows("✓ accepted");
    player.play("K").shows("9 documents").hides("accepted");
}

#[test]
fn a_lesson_that_another_contradicts_is_settled_in_the_inbox() {
    for key in ["a", "d", "D"] {
        let (mut player, [older, newer]) = contradicted();
        player
            .play("K")
            .shows(&format!("{older} says the contrary"));
        player
            .play("<down>")
            .shows(&format!("{newer} says the contrary"));
        player.play(key).shows("no member is told of either");
        player.shows("say here which of them holds").play("a");
        assert_eq!(standing(&player, newer), Standing::Accepted);
    }
}

#[test]
fn lessons_are_found_by_their_words_and_their_standing() {
    let mut stage = Stage::demo().unwrap();
    add(&mut stage, "The login takes 3 retries");
    let mut player = Player::new(stage);
    player.play("<esc>K/RETRIES<enter>").hides("HTTP");
    player.shows("/RETRIES").play("<esc>").shows("HTTP");
    player
        .play("/proposed<enter>")
        .hides("retries")
        .shows("HTTP");
    player
        .play("<esc>/nowhere<enter>")
        .shows("nothing matches /nowhere; Esc clears it");
}

#[test]
fn a_room_without_lessons_says_how_they_come() {
    let stage = Stage::open("empty", synod::core::Timestamp(1_772_457_600_000));
    let mut player = Player::new(stage);
    player
        .play("<esc>K")
        .shows("no lessons yet: one is proposed when the answers");
    for key in ["a", "d", "D"] {
        player.play(key).shows("no lesson is selected");
    }
    let terminal = player.terminal(100, 30);
    insta::assert_snapshot!("learned-nothing", terminal.backend());
}

#[test]
fn hundreds_of_lessons_are_a_list_like_any_other() {
    let mut stage = Stage::demo().unwrap();
    for number in 0..299 {
        add_about(&mut stage, &format!("module m{number}"), "It is tested");
    }
    let mut player = Player::new(stage);
    player.play("<esc>K").shows("300 lessons  1 proposed");
    player
        .play("G")
        .shows("which HTTP status")
        .play("g")
        .shows("module m298");
    player
        .play("/m150<enter>")
        .shows("module m150")
        .shows("1 lesson ");
}

/// A room with two that contradict each other, and which they are.
pub(crate) fn contradicted() -> (Player, [LessonId; 2]) {
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
    let call = told(&stage).expect("somebody has taken it up");
    let mut player = Player::new(stage);
    player
        .play("<esc>3/retries of the login<enter>")
        .shows(&format!("{call} "))
        .shows("was told L");
}
