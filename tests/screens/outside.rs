//! What others did to the shared memory, answered in the Inbox by keys.

use pretty_assertions::assert_eq;
use synod::core::{
    Event, Import, Origin, OutsideEdit, Reply, Report, Settled, Subject, TaskId, TaskOrder, Text,
};
use synod::ui::stage::Stage;

use crate::keys::resolutions;
use crate::player::Player;

fn told(report: &Report) -> Player {
    let mut stage = Stage::demo().unwrap();
    stage.report(report);
    Player::new(stage)
}

fn edited(import: Import) -> Player {
    let edit = OutsideEdit {
        document: "orchestration_state.json".to_owned(),
        digest: "00ff".to_owned(),
        diff: Text::from(
            "@@ -1,2 +1,2 @@\n {\n-  \"rev\": 7,\n+  \"rev\": 7,\u{1b}[2J \"mine\": true,\n",
        ),
        import,
    };
    told(&Report::Edited {
        edit: Box::new(edit),
        proposals: Vec::new(),
        only_proposals: false,
    })
}

fn derived() -> Import {
    Import::Nothing {
        why: "it tells what the room did".to_owned(),
    }
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
fn a_foreign_edit_is_shown_with_its_difference_and_kept_aside_by_a_key() {
    let mut player = edited(derived());
    player
        .play("<esc>6<end>")
        .shows("somebody else changed")
        .shows("+  \"rev\": 7")
        .shows("keep aside")
        .shows("overwrite");
    let terminal = player.terminal(100, 30);
    insta::assert_snapshot!("outside-100x30", terminal.backend());
    player
        .play("a")
        .shows("it tells what the room did; s keeps it aside");
    player.play("s");
    assert_eq!(resolutions(&player)[0].reply, Reply::KeepAside);
    assert_eq!(settled(&player), Some(Settled::KeptAside));
}

#[test]
fn a_foreign_edit_is_written_over_by_a_key() {
    let mut player = edited(derived());
    player.play("<esc>6<end>d");
    assert_eq!(settled(&player), Some(Settled::Overwritten));
}

#[test]
fn a_result_written_by_hand_is_imported_by_a_key() {
    let stage = Stage::demo().unwrap();
    let done = stage.recorded().iter().find_map(|recorded| {
        let Event::TaskConcluded { task, outcome } = &recorded.event else {
            return None;
        };
        matches!(outcome, synod::core::Outcome::Done { .. }).then_some(*task)
    });
    let task: TaskId = done.expect("the demo has a result");
    let mut player = edited(Import::Result {
        task,
        text: Text::from("By hand."),
    });
    player
        .play("<esc>6<end>")
        .shows("can become the result")
        .shows("import");
    player.play("a");
    assert_eq!(settled(&player), Some(Settled::Imported));
    player.play("8<end>").shows("taken over");
}

#[test]
fn a_proposed_task_is_queued_or_refused_by_a_key() {
    for (key, tasks) in [("a", 1), ("d", 0)] {
        let edit = OutsideEdit {
            document: "task_queue.json".to_owned(),
            digest: "00ff".to_owned(),
            diff: Text::from(""),
            import: derived(),
        };
        let order = TaskOrder {
            origin: Origin::Hub,
            ..TaskOrder::new("look at the tests\u{1b}[2J")
        };
        let mut player = told(&Report::Edited {
            edit: Box::new(edit),
            proposals: vec![order],
            only_proposals: true,
        });
        let items = player.stage.recorded().iter().filter(|recorded| {
            matches!(&recorded.event, Event::AttentionRaised { attention }
                if matches!(attention.subject, Subject::Proposed { .. }))
        });
        assert_eq!(items.count(), 1);
        player
            .play("<esc>6<end>")
            .shows("queue it")
            .shows("look at the tests");
        player.play("s").shows("it can only be allowed once");
        player.play(key);
        let added = player.stage.recorded().iter().filter(|recorded| {
            matches!(&recorded.event, Event::TaskAdded { order, .. } if order.origin == Origin::Hub)
        });
        assert_eq!(added.count(), tasks);
    }
}
