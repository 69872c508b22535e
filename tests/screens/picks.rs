//! Lists to pick from: who was told of a document or lesson, pins, and where something leads.

use pretty_assertions::assert_eq;
use synod::core::document::{CallTold, CallsTold, Extent, Known, Way};
use synod::core::{
    CallId, Command, LessonId, LessonOrder, MemberName, Pin, TaskId, TaskKind, Timestamp,
};
use synod::ui::action::Screen;
use synod::ui::room::Room as _;
use synod::ui::stage::Stage;

use crate::drawing::SIZES;
use crate::player::Player;

const NOTE: &str = "notes/login-test";

/// The demo room at a note of the Memory screen.
fn at_note(stage: Stage) -> Player {
    let mut player = Player::new(stage);
    player.play("<esc>4/login<space>races<enter><esc>");
    player.shows("─ notes/login-test ─");
    player
}

fn pins(player: &Player) -> Vec<Option<u64>> {
    let pins = player.stage.state().pins();
    pins.map(|Pin { task, document }| {
        assert_eq!(document, NOTE);
        task.map(|task| task.0)
    })
    .collect()
}

fn calls(stage: &Stage) -> CallsTold {
    let at = stage.now();
    let call = |call: u64, task: u64, member: &str, way, extent, changed| CallTold {
        call: CallId(call),
        task: TaskId(task),
        member: MemberName::new(member).unwrap(),
        at: Timestamp(at.0 - 60_000 * (20 - call)),
        way,
        extent,
        changed,
    };
    let unreadable = Extent::Unreadable {
        why: "it was not there within\u{1b}[2J 2 s".to_owned(),
    };
    CallsTold {
        calls: vec![
            call(12, 6, "slow", Way::Pinned, Extent::Unread, false),
            call(11, 5, "thoughtful", Way::Pinned, Extent::Whole, false),
            call(9, 4, "terse", Way::Pinned, Extent::Shortened, true),
            call(4, 3, "crashing", Way::Pinned, unreadable, false),
            call(2, 99, "streaming", Way::Handed, Extent::Unknown, false),
        ],
        more: true,
    }
}

fn snapshots(name: &str, play: impl Fn(&mut Player), stage: impl Fn() -> Stage) {
    for (columns, rows) in SIZES {
        let mut player = at_note(stage());
        play(&mut player);
        let terminal = player.terminal(columns, rows);
        insta::assert_snapshot!(format!("{name}-{columns}x{rows}"), terminal.backend());
    }
}

fn told() -> Stage {
    let mut stage = Stage::demo().unwrap();
    let calls = calls(&stage);
    stage.told_of(Known::Document(NOTE.to_owned()), calls);
    stage
}

#[test]
fn a_document_is_pinned_and_unpinned() {
    let mut player = at_note(Stage::demo().unwrap());
    player
        .play("p")
        .shows("Pin notes/login-test")
        .shows("every task");
    player.play("<enter>").shows("◉ pinned");
    assert_eq!(pins(&player), [None]);
    player.play("<down><enter>");
    let newest = player.stage.state().open_tasks().map(|it| it.id().0).max();
    assert_eq!(pins(&player), [None, newest]);
    player.play("<esc>");
    player.shows(&format!("◉ pinned to every task, #{}", newest.unwrap()));
    player.shows("login-test ◉");
    player.play("p<enter><esc>");
    assert_eq!(pins(&player), [newest]);

    // The task says so too, and leads to the document.
    player.play("o").shows("pinned to it: notes/login-test");
    player.play("o<enter>").shows("─ notes/login-test ─");
    player.play("p<down><enter>").hides("◉");
    assert_eq!(pins(&player), []);
}

#[test]
fn a_pinned_note_keeps_its_pins_and_says_so_before_it_is_removed() {
    let mut player = at_note(Stage::demo().unwrap());
    player.play("p<enter><esc>N-2<enter>");
    player.stage.carry_out();
    player.listen();
    player
        .play("<esc>")
        .play("4")
        .shows("─ notes/login-test-2 ─");
    player.shows("◉ pinned to every task").play("D");
    player.shows("It is pinned").play("<right><enter>");
    player.stage.carry_out();
    player.listen();
    player.play("3/release<space>notes<enter>o");
    player.shows("notes/login-test-2 is not in the shared memory");
}

#[test]
fn a_pin_too_many_is_refused_in_words() {
    let mut stage = Stage::demo().unwrap();
    for number in 0..8 {
        let document = format!("notes/{number}");
        stage
            .command(&Command::Pin {
                document,
                task: None,
            })
            .unwrap();
    }
    let mut player = at_note(stage);
    player.play("p<enter>").shows("pinned documents");
}

#[test]
fn pins_at_every_size() {
    snapshots(
        "pins",
        |player| {
            player.play("p<enter><down><down><enter>");
        },
        || Stage::demo().unwrap(),
    );
}

#[test]
fn who_was_told_at_every_size() {
    snapshots(
        "told",
        |player| {
            player.play("W<down>");
        },
        told,
    );
}

#[test]
fn who_was_told_leads_to_the_task() {
    let mut player = at_note(told());
    player
        .play("W")
        .shows("5 calls")
        .shows("earlier calls are in the journal");
    player.play("<down><down><enter>");
    player.shows("Queue").shows("why does the login test fail");
    let task = player.stage.state().task(TaskId(4)).unwrap().id();
    player.shows(&format!("{task} "));
    let mut player = at_note(told());
    player
        .play("W<end><enter>")
        .shows("#99 is only in the journal");
}

#[test]
fn what_nobody_was_told_says_how_that_comes() {
    let mut player = at_note(Stage::demo().unwrap());
    player
        .play("W")
        .shows("no call was told of it: a pinned document");
    player.play("<enter>").hides("Who was told");
    player
        .play("KW")
        .shows("Who was told of L1")
        .shows("an accepted lesson");
    player.play("W").hides("Who was told");
}

#[test]
fn a_lesson_leads_to_its_document_and_its_task_and_back() {
    let mut player = Player::demo();
    player
        .play("<esc>Ko")
        .shows("From L1")
        .shows("knowledge/factual/1-which");
    player
        .play("<down><enter>")
        .shows("which HTTP status means");
    player
        .play("o")
        .shows("From #2")
        .shows("results/2")
        .shows("lesson");
    player.play("<down><enter>").shows("○ proposed");
    player.play("o<enter>").shows("Memory");
}

#[test]
fn lessons_that_contradict_each_other_lead_to_each_other() {
    let mut stage = Stage::demo().unwrap();
    for claim in ["The login takes 3 retries", "The login takes 5 retries"] {
        let add = LessonOrder::Add {
            topic: TaskKind::Code,
            subject: "retries of the login".to_owned(),
            claim: claim.to_owned(),
            why: String::new(),
        };
        stage.command(&Command::Lesson(add)).unwrap();
    }
    let mut player = Player::new(stage);
    player
        .play("<esc>Ko")
        .shows("L2 retries of the login")
        .shows("inbox");
    let terminal = player.terminal(100, 30);
    insta::assert_snapshot!("leads-100x30", terminal.backend());
    player.play("<down><enter>").shows("L3 says the contrary");
    player
        .play("o<end><enter>")
        .shows("no member is told of either");
    assert!(player.stage.state().lesson(LessonId(2)).is_some());
}

#[test]
fn a_result_leads_to_its_task_and_a_plain_note_to_nothing() {
    let mut player = at_note(Stage::demo().unwrap());
    player
        .play("o")
        .shows("notes/login-test leads to nothing else");
    player.play("/token<space>refresh<space>waits<enter>o");
    player.shows("add a --quiet flag to the importer");
}

#[test]
fn keys_for_documents_say_elsewhere_where_they_belong() {
    for screen in Screen::ALL {
        let mut player = Player::demo();
        player.play(&format!("<esc>{}", screen.number()));
        if screen == Screen::Memory {
            continue;
        }
        for key in ["W", "p"] {
            player.play(key).shows("that is for a document");
        }
    }
}
