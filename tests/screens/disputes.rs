//! What contradicts itself in the shared memory, on the Votes screen: beside the conflicts of answers, with
//! both texts, and settled by the keys of the Inbox.

use pretty_assertions::assert_eq;
use synod::core::{Event, Holds, Import, OutsideEdit, Reply, Report, Settled, TaskId, Text};
use synod::ui::room::Room as _;
use synod::ui::stage::Stage;
use synod::ui::update::Intent;

use crate::keys::resolutions;
use crate::lessons::contradicted;
use crate::player::Player;
use crate::votes;

const SIZES: [(u16, u16); 3] = [(80, 24), (100, 30), (200, 60)];

const DIFF: &str = "--- the room's\n+++ from outside\n@@ -2,5 +2,5 @@\n {\n   \"room\": \"my-app\",\n\
                    -  \"rev\": 7,\n+  \"rev\": 8,\u{1b}[2J\n   \"members\": [\n@@ -40,3 +40,4 @@\n \
                    ]\n+the token races with the refresh\n }\n";

fn edit(document: &str, import: Import) -> Report {
    Report::Edited {
        edit: Box::new(OutsideEdit {
            document: document.to_owned(),
            digest: "00ff".to_owned(),
            diff: Text::from(DIFF),
            import,
        }),
        proposals: Vec::new(),
        only_proposals: false,
    }
}

fn derived() -> Import {
    Import::Nothing {
        why: "it tells what the room did".to_owned(),
    }
}

/// A vote that goes on, and a document that somebody else changed.
fn both() -> Player {
    let mut stage = votes::half();
    stage.report(&edit("orchestration_state.json", derived()));
    let mut player = Player::new(stage);
    player.play("<esc>5");
    player
}

fn settled(player: &Player) -> Option<Settled> {
    let mut events = player.stage.recorded().iter().rev();
    events.find_map(|recorded| {
        let Event::EditSettled { how, .. } = &recorded.event else {
            return None;
        };
        Some(*how)
    })
}

#[test]
fn a_changed_document_stands_beside_the_conflicts_of_answers() {
    for (columns, rows) in SIZES {
        let mut player = both();
        player.size = (columns, rows);
        player.screen();
        player.play("<home>");
        let terminal = player.terminal(columns, rows);
        insta::assert_snapshot!(
            format!("dispute-document-{columns}x{rows}"),
            terminal.backend()
        );
    }
    let mut player = both();
    player
        .play("<home>")
        .shows("orchestration_state.json")
        .shows("#1");
    player.shows("the room's").shows("from outside");
    player.shows("\"rev\": 8,").hides("\u{1b}");
    // The conflict of answers is one row below, and the room shows both.
    player.play("<down>").shows("● voting").shows("Ballots");
    player.play("1").shows("document  orch");
}

#[test]
fn it_is_settled_by_the_keys_of_the_inbox_and_leaves_the_open_ones() {
    for (key, reply, how) in [
        ("s", Reply::KeepAside, Settled::KeptAside),
        (
            "d",
            Reply::Deny {
                reason: String::new(),
            },
            Settled::Overwritten,
        ),
    ] {
        let mut player = both();
        player
            .play("<home>a")
            .shows("s keeps it aside, d overwrites");
        assert_eq!(settled(&player), None);
        player.play(key).hides("orchestration_state.json");
        assert_eq!(resolutions(&player)[0].reply, reply);
        assert_eq!(settled(&player), Some(how));
        player.shows("● voting");
    }
    // As well where the texts are read.
    let mut player = both();
    player.play("<home><enter>").shows("s keep aside").play("s");
    assert_eq!(settled(&player), Some(Settled::KeptAside));
}

#[test]
fn a_result_that_was_written_by_hand_is_imported() {
    let mut stage = Stage::demo().unwrap();
    let done = stage.state().ended_tasks().find_map(|task| {
        let outcome = task.outcome()?;
        matches!(outcome, synod::core::Outcome::Done { .. }).then_some(task.id())
    });
    let task: TaskId = done.expect("the demo has a result");
    let text = Text::from("By hand.");
    stage.report(&edit("results/1", Import::Result { task, text }));
    let mut player = Player::new(stage);
    player.size = (200, 60);
    player.play("<esc>5<home>").shows("can become the result");
    player.shows("a import").play("a");
    assert_eq!(settled(&player), Some(Settled::Imported));
}

#[test]
fn keys_that_are_for_answers_say_so_in_a_line() {
    let mut player = both();
    player.play("<home>");
    for key in [
        "b", "B", "m", "V", "O", "x", "f", "<lt>", ">", "=", ",", ";", "<right>", "w", "r", "D",
        "+", "E", "t", "W", "p", " ", "<ctrl-c>",
    ] {
        let words = "not for a conflict of document: s keep aside, d overwrite, o go there";
        player.play(key).shows(words);
    }
    assert_eq!(settled(&player), None);
    // What is being written is cleared as ever.
    player.play("ihello<ctrl-c>").shows("draft cleared");
    // The document itself, and what was changed in it, are at hand.
    player.play("<esc>5<home>y");
    let Some(Intent::Copy(text)) = player.wanted.pop() else {
        panic!("{:?}", player.wanted);
    };
    assert!(text.contains("the token races"), "{text}");
    player.play("o").shows("Memory");
}

#[test]
fn lessons_that_contradict_each_other_are_a_conflict_too() {
    for (key, holds) in [
        ("a", Holds::Newer),
        ("d", Holds::Older),
        ("s", Holds::Both),
        ("D", Holds::Neither),
    ] {
        let (mut player, [older, newer]) = contradicted();
        player.play("5<home>");
        player
            .shows("says the contrary of")
            .shows(&format!("{newer} says the contrary of {older}"));
        player.shows("the older").shows("the newer");
        player.play("V").shows("not for a conflict of lessons");
        player.play(key).hides("says the contrary of");
        assert_eq!(resolutions(&player)[0].reply, Reply::Hold(holds));
    }
    for (columns, rows) in SIZES {
        let (mut player, _) = contradicted();
        player.size = (columns, rows);
        player.screen();
        player.play("5<home>");
        let terminal = player.terminal(columns, rows);
        insta::assert_snapshot!(
            format!("dispute-lessons-{columns}x{rows}"),
            terminal.backend()
        );
    }
}

#[test]
fn it_is_found_by_its_name() {
    let mut player = both();
    player
        .play("/orchestr<enter>")
        .shows("orchestration_state.json")
        .hides("● voting");
    player
        .play("<esc>/login<enter>")
        .hides("orchestration_state.json")
        .shows("● voting");
}
