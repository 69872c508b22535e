//! A blind vote is blind on every screen: what members gave in it is hidden in their conversations, in the
//! tasks that asked them and in the journal, and one key shows all of it.

use synod::core::ladder::OperatorBallot;
use synod::core::{Command, ContestOrder, DeltaKind, Event, TaskId};
use synod::ui::room::Room as _;
use synod::ui::update::Intent;

use crate::player::Player;
use crate::votes;

const HIDDEN: &str = "hidden until you vote or it is decided; B on it shows it";
/// Words of a ballot that was given.
const GIVEN: &str = "the event is";

fn voting() -> Player {
    let mut player = Player::new(votes::half());
    player.size = (160, 48);
    player.play("<esc>");
    player
}

/// Selects the last event in the journal that one holds for.
fn select(player: &mut Player, wanted: impl Fn(&Event) -> bool) {
    let recorded = player.stage.recorded();
    let place = recorded.iter().rposition(|it| wanted(&it.event)).unwrap();
    let back = recorded.len() - 1 - place;
    player.play("8<end>");
    for _ in 0..back {
        player.play("<up>");
    }
}

fn answered(event: &Event) -> bool {
    matches!(event, Event::InquiryAnswered { .. })
}

#[test]
fn the_journal_tells_that_a_ballot_came_in_and_not_which() {
    let mut player = voting();
    select(&mut player, answered);
    player.shows(&format!("#1 {HIDDEN}"));
    player.hides("ballot for").hides(GIVEN);
    // Neither in the answer of the call nor in the result of the task that asked.
    let ended = |event: &Event| matches!(event, Event::CallEnded { .. });
    for wanted in [ended as fn(&Event) -> bool, |event| {
        matches!(event, Event::TaskConcluded { .. })
    }] {
        select(&mut player, wanted);
        player.shows(HIDDEN).hides(GIVEN);
    }
    // Nor by what is searched for, nor by what is copied.
    player.play("/ballot for<enter>").shows("nothing matches");
    player.play("<esc>");
    select(&mut player, answered);
    player.play("y").shows(HIDDEN);
    assert!(!player.wanted.iter().any(|it| matches!(it, Intent::Copy(_))));
    player.play("B").shows("not blind any more");
    player.shows("ballot for").shows(GIVEN).hides(HIDDEN);
}

#[test]
fn what_is_hidden_says_so_at_every_size() {
    for (columns, rows) in [(80, 24), (100, 30), (200, 60)] {
        let mut player = voting();
        player.size = (columns, rows);
        player.screen();
        select(&mut player, answered);
        let terminal = player.terminal(columns, rows);
        insta::assert_snapshot!(format!("blind-{columns}x{rows}"), terminal.backend());
    }
}

#[test]
fn the_conversations_that_ask_for_ballots_are_hidden_too() {
    let mut stage = votes::half();
    stage.stream("codex", DeltaKind::Answer, "I say that the event is it");
    let mut player = Player::new(stage);
    player.size = (160, 48);
    player.play("<esc>").hides(GIVEN).play("2");
    let count = player.stage.state().sessions().count();
    let mut hidden = 0;
    for _ in 0..count {
        let screen = player.screen();
        assert!(!screen.contains(GIVEN), "{screen}");
        hidden += usize::from(screen.contains(HIDDEN));
        player.play("<down>");
    }
    assert!(hidden >= 2, "those that are asked: {hidden}");
    // What was answered before the vote is there to be read.
    player.play("<home>");
    let all: Vec<String> = (0..count)
        .map(|_| {
            let screen = player.screen();
            player.play("<down>");
            screen
        })
        .collect();
    assert!(
        all.iter()
            .any(|screen| screen.contains("too short on slow"))
    );
    let at = all
        .iter()
        .position(|screen| screen.contains(HIDDEN))
        .unwrap();
    player.play("<home>");
    for _ in 0..at {
        player.play("<down>");
    }
    player.play("y").shows(HIDDEN);
    assert!(player.wanted.is_empty(), "{:?}", player.wanted);
    player.play("B").shows("not blind any more").hides(HIDDEN);
    player.shows(GIVEN);
}

#[test]
fn the_tasks_that_ask_for_ballots_are_hidden_too() {
    let mut player = voting();
    player.play("3/ballot on #1<enter><home>");
    let tasks = player.stage.state().ended_tasks().count();
    assert!(tasks >= 2, "{tasks}");
    let mut hidden = 0;
    for _ in 0..6 {
        let screen = player.screen();
        assert!(!screen.contains(GIVEN), "{screen}");
        hidden += usize::from(screen.contains(HIDDEN));
        player.play("<down>");
    }
    assert!(hidden >= 2, "{hidden}");
    player.play("B").hides(HIDDEN).shows("result: ");
}

#[test]
fn an_own_ballot_and_the_decision_show_it_everywhere() {
    let mut player = voting();
    let ranking = vec![vec![0], vec![1], vec![2]];
    let order = ContestOrder::Ballot(OperatorBallot::ranked(ranking));
    let cast = Command::Contest {
        task: TaskId(1),
        order,
    };
    player.stage.command(&cast).unwrap();
    player.listen();
    select(&mut player, answered);
    player.shows("ballot for").hides(HIDDEN);
    let mut player = Player::new(votes::decided());
    player.play("<esc>");
    select(&mut player, answered);
    player.shows("ballot for").hides(HIDDEN);
    player.play("B").shows("that is for answers that differ");
}
