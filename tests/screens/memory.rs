//! The Memory screen: the tree, the document, search, history, and what is changed in notes.

use pretty_assertions::assert_eq;
use synod::core::document::{DocumentText, Oddity};
use synod::core::{Command, Event, HubKind, HubState, HubStatus, Meter, NoteChange, TaskId};
use synod::ui::room::Room as _;
use synod::ui::stage::Stage;
use synod::ui::update::Intent;

use crate::drawing::at_every_size;
use crate::player::Player;

/// The demo room at its Memory screen, with a note selected.
fn at_note() -> Player {
    let mut player = Player::demo();
    player.play("<esc>4g");
    for _ in 0..20 {
        if player.screen().contains("It races with the token refresh") {
            break;
        }
        player.play("<down>");
    }
    player.shows("It races with the token refresh");
    player
}

fn carry_out(player: &mut Player) -> &mut Player {
    player.stage.carry_out();
    player.listen();
    player
}

/// Goes to the document of a name by searching for it.
fn go_to(player: &mut Player, words: &str) {
    player.play("/").play(words).play("<enter><esc>");
}

#[test]
fn the_memory_at_every_size() {
    at_every_size("memory-note", "<esc>4/login<space>races<enter><esc>");
    at_every_size(
        "memory-reader",
        "<esc>4/token<space>refresh<space>waits<enter><tab>",
    );
    at_every_size("memory-search", "<esc>4/the");
    at_every_size("memory-history", "<esc>4/races<enter><esc>t");
    at_every_size("memory-editor", "<esc>4/races<enter><esc>w<end>, often");
    at_every_size("memory-new", "<esc>4n");
    at_every_size("memory-remove", "<esc>4/races<enter><esc>D");
}

#[test]
fn a_note_is_written_edited_renamed_removed_and_all_of_it_undone() {
    let mut player = Player::demo();
    player.play("<esc>4n").shows("New note");
    player.play("<ctrl-c>").hides("New note");
    player.play("n");
    for _ in 0..40 {
        player.play("<backspace>");
    }
    player
        .play("plans/tests.md<enter>")
        .shows("plans/tests (new)");
    player
        .play("# Tests<enter>first<ctrl-s>")
        .shows("is being saved");
    carry_out(&mut player).shows("plans/tests is saved; u undoes it");
    player.shows("by you").shows("Tests");

    player.play("w<ctrl-end><enter>second<ctrl-s>");
    carry_out(&mut player).shows("second");
    player.play("N").shows("Rename plans/tests");
    player.play("-2<enter>");
    carry_out(&mut player)
        .shows("is called plans/tests-2")
        .shows("tests-2");
    player.play("D").shows("Remove plans/tests-2");
    player.play("<right><enter>");
    carry_out(&mut player)
        .shows("plans/tests-2 is removed; u undoes it")
        .hides("▾ plans");

    for shown in ["second", "─ plans/tests ─", "first"] {
        player.play("u");
        carry_out(&mut player).shows("undone: ").shows(shown);
    }
    player.hides("second");
    player.play("u");
    carry_out(&mut player).hides("▾ plans");
    player
        .play("u")
        .shows("nothing in the shared memory can be undone");
}

#[test]
fn what_somebody_else_writes_during_an_edit_is_told_and_not_overwritten() {
    let mut player = at_note();
    player.play("wmine ");
    player.stage.write("notes/login-test", "theirs");
    player.listen();
    player.shows("somebody else changed it while you write");
    player
        .play("<ctrl-s>")
        .shows("save again to write over that");
    assert_eq!(player.stage.state().notebook().open().len(), 0);
    player.play("<ctrl-s>");
    let order = player
        .stage
        .state()
        .notebook()
        .open()
        .next()
        .cloned()
        .unwrap();
    let NoteChange::Write { before, after } = order.change else {
        panic!("{order:?}")
    };
    assert_eq!(before.unwrap().as_str(), "theirs");
    assert!(after.as_str().starts_with("mine # The login test"));
}

#[test]
fn a_change_that_comes_between_the_keys_and_the_hub_is_told_too() {
    let mut player = at_note();
    player.play("wmine <ctrl-s>");
    player.stage.write("notes/login-test", "theirs");
    carry_out(&mut player).shows("somebody else changed it meanwhile");
    player.play("<ctrl-s>");
    carry_out(&mut player)
        .shows("is saved")
        .shows("mine # The login test");
}

#[test]
fn what_was_written_is_not_thrown_away_without_a_question() {
    let mut player = at_note();
    player.play("w<esc>").hides("not saved");
    player
        .play("wx<esc>")
        .shows("has changes that are not saved");
    player.play("<enter>").shows("x# The login test");
    player
        .play("<esc><right><enter>")
        .hides("x# The login test");
}

#[test]
fn a_name_that_cannot_be_is_told_while_it_is_typed() {
    let mut player = Player::demo();
    player.play("<esc>4");
    for (name, why) in [
        ("../x", "begins with a dot"),
        ("results/9", "the room keeps that place"),
        ("a/CON", "the name of a device"),
        ("notes/login-test", "there is a document"),
    ] {
        player.play("n");
        for _ in 0..40 {
            player.play("<backspace>");
        }
        player.play(name).play("<enter>").shows(why).play("<esc>");
    }
}

#[test]
fn json_is_checked_before_it_is_saved() {
    let mut player = Player::demo();
    player.play("<esc>4n");
    for _ in 0..40 {
        player.play("<backspace>");
    }
    player
        .play("a.json<enter>{\"a\": }<ctrl-s>")
        .shows("it is no JSON: expected value at line 1 column 7");
    player.play("<left>1<ctrl-s>");
    carry_out(&mut player)
        .shows("a.json is saved")
        .shows("\"a\": 1");
}

#[test]
fn a_result_is_edited_and_the_rooms_other_documents_say_why_not() {
    let mut player = Player::demo();
    player.play("<esc>4");
    go_to(&mut player, "task_queue");
    player.play("w").shows("it tells what the room did");
    player.play("D").shows("it would be written again");
    player.play("e");
    assert!(matches!(player.wanted.last(), Some(Intent::Show(_))));
    go_to(&mut player, "token refresh waits");
    player.play("w").shows("result of #1");
    player
        .play("By hand: <ctrl-s>")
        .shows("result of #1 is saved");
    let recorded = player.stage.recorded().iter().rev();
    let replaced = recorded.into_iter().find_map(|it| {
        if let Event::ResultReplaced { task, result } = &it.event {
            Some((*task, result.as_str().to_owned()))
        } else {
            None
        }
    });
    let (task, result) = replaced.unwrap();
    assert!(
        task == TaskId(1) && result.starts_with("By hand: "),
        "{result}"
    );
    player.play("u");
    assert_eq!(player.stage.state().notebook().last_step(), None);
}

#[test]
fn a_note_goes_through_the_editor_and_back() {
    let mut player = at_note();
    player.play("e");
    let Some(Intent::EditDocument(text)) = player.wanted.pop() else {
        panic!("{:?}", player.wanted)
    };
    let same = player.console.edited_document(&text);
    assert_eq!(same, []);
    player.shows("nothing was changed");
    player.play("e");
    let intents = player.console.edited_document("better\n");
    let [Intent::Command(Command::ChangeNote { name, .. })] = &intents[..] else {
        panic!("{intents:?}")
    };
    assert_eq!(name, "notes/login-test");
}

#[test]
fn odd_documents_are_shown_in_a_safe_form() {
    let mut player = Player::demo();
    let odd = |text: &str, bytes, oddities: &[Oddity]| DocumentText {
        text: text.to_owned(),
        bytes,
        oddities: oddities.to_vec(),
    };
    let unfit = Oddity::Unfit {
        why: "it is a link that leads out".to_owned(),
    };
    let all = [
        (
            "odd/bytes",
            odd("a\u{fffd}b", 4, &[Oddity::NotText]),
            "no UTF-8 text",
        ),
        (
            "odd/dos",
            odd("one\ntwo\n", 10, &[Oddity::CarriageReturns]),
            "carriage returns",
        ),
        ("odd/link", odd("", 0, &[unfit]), "leads out"),
        (
            "odd/long",
            odd("x", 20 << 20, &[Oddity::Cut]),
            "of 20.9 MB are shown",
        ),
        (
            "odd/malformed.json",
            odd("{\"a\": }", 7, &[]),
            "no JSON: expected value",
        ),
        (
            "odd/task",
            odd(
                "## Result\n\n#99 done by @codex\u{1b}]0;x\u{7}\u{1b}[2J\u{202e}!",
                30,
                &[],
            ),
            "#99 done by @codex!",
        ),
    ];
    for (name, text, _) in &all {
        player.stage.put_odd(name, text.clone());
    }
    player.play("<esc>4");
    for (name, _, shown) in all {
        go_to(&mut player, name);
        player.shows(name).shows(shown);
    }
    for (name, why) in [
        ("odd/bytes", "it is no text"),
        ("odd/long", "too long"),
        ("odd/link", "cannot be read"),
    ] {
        go_to(&mut player, name);
        player.play("w").shows(why);
    }
    assert_eq!(
        player
            .stage
            .state()
            .tasks()
            .filter(|task| task.id().0 == 99)
            .count(),
        0
    );
}

#[test]
fn a_hundred_thousand_notes_are_a_list_like_any_other() {
    let mut player = Player::demo();
    for number in 0..100_000 {
        player.stage.write(&format!("many/n{number}"), "x");
    }
    player.play("<esc>4").shows("100009 documents");
    player.play("G").shows("─ task_queue.json ─");
    player.play("<up>");
    player.shows("─ results/2 ─");
    go_to(&mut player, "n99999");
    player.shows("─ many/n99999 ─");
    player.play("<left>").shows("▸ many").hides("n99999");
}

#[test]
fn the_header_says_how_full_the_memory_is() {
    let mut player = Player::demo();
    player.play("<esc>4");
    let full = |whole| Meter {
        documents: 120,
        bytes: whole + 60_000_000,
        whole,
        limit: Some(64_000_000),
    };
    for (whole, said) in [
        (12_300_000, "─ built-in ready 19% full ─"),
        (51_200_000, "─ built-in ready ▲ 80% full ─"),
        (64_640_000, "─ built-in ready ▲ full ─"),
    ] {
        player.stage.remember(HubStatus {
            state: HubState::Ready,
            meter: full(whole),
            ..HubStatus::starting(HubKind::Builtin)
        });
        player.listen();
        player.shows(said);
    }
}

#[test]
fn an_empty_memory_says_what_to_do() {
    let mut stage = Stage::open("my-app", synod::core::Timestamp(1_795_339_467_000));
    stage.remember(HubStatus {
        state: HubState::Ready,
        ..HubStatus::starting(HubKind::Builtin)
    });
    let mut player = Player::new(stage);
    player
        .play("<esc>4")
        .shows("no documents yet: n writes a note");
    player.stage.remember(HubStatus {
        state: HubState::Down {
            why: "its process ended".to_owned(),
        },
        ..HubStatus::starting(HubKind::Builtin)
    });
    player.listen();
    player
        .shows("built-in down")
        .shows("the shared memory is down:");
    player
        .play("nidea<enter>x<ctrl-s>")
        .shows("waits in the outbox");
    player.play("<esc>").shows("outbox 1");
}
