//! What keys do, by scripts: the console's half and, through the real core, the room's.

use pretty_assertions::assert_eq;
use synod::core::{Basis, Event, Outcome, Phase, Priority, Reply, Resolution, Strategy, TaskId};
use synod::ui::room::Room as _;
use synod::ui::update::Intent;

use crate::player::Player;

fn last_task(player: &Player) -> &synod::core::Task {
    player.stage.state().tasks().next_back().unwrap()
}

#[test]
fn a_task_is_composed_and_sent() {
    let mut player = Player::demo();
    player.play("@terse #review !high after:#1 look at the importer<enter>");
    let order = last_task(&player).order().clone();
    assert_eq!(order.prompt.as_str(), "look at the importer");
    assert_eq!(order.members[0].as_str(), "terse");
    assert_eq!(
        (order.kind.word(), order.priority),
        ("review", Priority::High)
    );
    assert_eq!(order.after, [TaskId(1)]);
    player.shows("Ask the room.");
}

#[test]
fn several_members_without_a_strategy_are_a_council() {
    let mut player = Player::demo();
    player.play("@terse @slow which one?<enter>");
    assert_eq!(last_task(&player).order().strategy, Strategy::Council);
    player.play("@terse @slow /race which one?<enter>");
    assert_eq!(last_task(&player).order().strategy, Strategy::Race);
}

#[test]
fn a_completion_is_taken_by_tab() {
    let mut player = Player::demo();
    player.play("@thou").shows("@thoughtful");
    player.play("<tab>hi<enter>");
    assert_eq!(last_task(&player).order().members[0].as_str(), "thoughtful");
}

#[test]
fn a_refusal_comes_back_on_the_last_line() {
    let mut player = Player::demo();
    player.play("@terse /council alone<enter>");
    player.shows("needs at least two members");
}

#[test]
fn a_mistake_in_the_draft_keeps_it() {
    let mut player = Player::demo();
    let before = player.stage.state().seq();
    player.play("@ters hello<enter>");
    player.shows("did you mean @terse?").shows("@ters hello");
    assert_eq!(player.stage.state().seq(), before);
}

#[test]
fn letters_are_text_in_the_composer() {
    let mut player = Player::demo();
    let before = player.stage.state().seq();
    player.play("qadjk?1/:z").shows("qadjk?1/:z");
    assert_eq!(player.stage.state().seq(), before);
    assert_eq!(player.wanted, []);
}

pub(crate) fn resolutions(player: &Player) -> Vec<Resolution> {
    let events = player.stage.recorded().iter();
    events
        .filter_map(|r| {
            let Event::AttentionResolved { resolution, .. } = &r.event else {
                return None;
            };
            Some(resolution.clone())
        })
        .collect()
}

#[test]
fn an_approval_acts_on_the_selected_row_only() {
    let mut player = Player::demo();
    // The second seat asks nothing.
    player
        .play("<esc><down>a")
        .shows("the selected row asks nothing");
    assert_eq!(resolutions(&player), []);
    player.play("<up>").shows("a allow");
    player.play("a");
    assert_eq!(resolutions(&player)[0].reply, Reply::Allow);
    player.play("<up>a").shows("the selected row asks nothing");
    assert_eq!(resolutions(&player).len(), 1);
}

#[test]
fn attention_never_takes_the_focus_but_is_one_key_away() {
    let mut player = Player::demo();
    player.play("half a tho").shows("▲ 2 need you");
    player.play("ught").shows("half a thought");
    player.play("<alt-]>").shows("Detail").shows("side by side");
    player.play("]").shows("asks to run this command in");
    player.play("d").shows("why, for the model");
    player.play("<esc>");
    assert_eq!(resolutions(&player), []);
    player.play("dnot now<enter>");
    assert_eq!(
        resolutions(&player)[0].reply,
        Reply::Deny {
            reason: "not now".to_owned()
        }
    );
    player.play("i").shows("half a thought");
}

#[test]
fn a_choice_is_made_by_its_number() {
    let mut player = Player::demo();
    player
        .play("<esc>6<enter>")
        .shows("A  race with the")
        .shows("2 of 3: thoughtful slow")
        .shows("B  sleep too short");
    player.play("9").shows("there are 2 answers");
    player.play("2").hides("took answer").play("1<enter>");
    let task = player.stage.state().task(TaskId(4)).unwrap();
    let Phase::Ended {
        outcome: Outcome::Done { result, basis, .. },
        ..
    } = task.phase()
    else {
        panic!("{:?}", task.phase());
    };
    assert_eq!(*basis, Basis::Operator);
    assert!(result.as_str().contains("races with the token refresh"));
    player
        .hides("B  sleep too short")
        .shows("took answer A of ")
        .shows(" for #4");
}

#[test]
fn a_choice_that_somebody_else_made_closes_here() {
    let mut player = Player::demo();
    player
        .play("<esc>3<down><enter>")
        .shows("B  sleep too short");
    let choose = synod::core::Command::Choose {
        task: TaskId(4),
        candidate: 0,
        among: None,
    };
    player.stage.command(&choose).unwrap();
    player.listen();
    player
        .hides("B  sleep too short")
        .shows("#4 was settled elsewhere");
}

#[test]
fn leaving_asks_while_work_runs() {
    let mut player = Player::demo();
    player.play("<esc>q").shows("Leave it running");
    player.play("<esc>").hides("Leave it running");
    player.play("q<enter>");
    assert_eq!(player.wanted, [Intent::Quit]);
    assert!(!player.stage.state().is_closing());
}

#[test]
fn stopping_the_room_waits_for_its_end() {
    let mut player = Player::demo();
    player
        .play("<esc>q<right><enter>")
        .shows("stopping the room");
    assert!(player.stage.state().is_closing());
    assert_eq!(player.wanted, []);
    let intents = player.console.heard(
        &player.stage,
        synod::ui::room::RoomEvent::Gone { why: None },
    );
    assert_eq!(intents, [Intent::Quit]);
}

#[test]
fn the_palette_and_the_command_line_do_what_keys_do() {
    let mut player = Player::demo();
    player.play("<ctrl-p>metrics<enter>").shows("accepted");
    player.play("<esc>:queue<enter>").shows("Detail");
    player
        .play(":nonsense<enter>")
        .shows("there is no command `nonsense`");
    player.play(":quut<enter>").shows("did you mean :quit?");
    player
        .play("?")
        .shows("Esc closes")
        .play("<esc>")
        .hides("Esc closes");
}

#[test]
fn a_filter_narrows_the_list_until_escape() {
    let mut player = Player::demo();
    player.size = (160, 48);
    player.play("<esc>3").shows("release notes");
    player.play("/login").hides("release notes").shows("/login");
    player
        .play("<enter>")
        .hides("release notes")
        .shows("/login");
    player.play("<esc>").shows("release notes");
    player.play("/zzz").shows("nothing matches /zzz");
    player.play("<esc>").shows("release notes");
}

#[test]
fn cancelling_needs_the_right_place() {
    let mut player = Player::demo();
    player
        .play("some words<ctrl-c>")
        .shows("draft cleared")
        .shows("Ask the room.");
    player.play("<alt-u>").shows("some words");
    player.play("<ctrl-c><esc>");
    // The seat of `streaming` is the fourth.
    let before = player.stage.state().calls_in_flight().count();
    player.play("<down><down><down><ctrl-c>");
    assert_eq!(player.stage.state().calls_in_flight().count(), before - 1);
}

#[test]
fn tasks_are_cancelled_after_a_question_and_worked_again() {
    let mut player = Player::demo();
    player
        .play("<esc>3/release<enter>D")
        .shows("Cancel task #7?");
    player.play("<enter>");
    assert!(!player.stage.state().task(TaskId(7)).unwrap().is_ended());
    player.play("D<right><enter>").shows("cancelled");
    assert!(player.stage.state().task(TaskId(7)).unwrap().is_ended());
    player.play("r");
    assert!(!player.stage.state().task(TaskId(7)).unwrap().is_ended());
}

#[test]
fn marked_tasks_go_together() {
    let mut player = Player::demo();
    player.play("<esc>3<down><space><space>").shows("◆");
    player
        .play("D")
        .shows("Cancel 2 tasks, 1 of which is working?");
    let before = player.stage.state().open_tasks().count();
    player.play("<right><enter>");
    assert_eq!(player.stage.state().open_tasks().count(), before - 2);
}

#[test]
fn priorities_move_one_step() {
    let mut player = Player::demo();
    player.play("<esc>3/names<enter>+");
    assert_eq!(
        player
            .stage
            .state()
            .task(TaskId(9))
            .unwrap()
            .order()
            .priority,
        Priority::Normal
    );
    player.play("--");
    assert_eq!(
        player
            .stage
            .state()
            .task(TaskId(9))
            .unwrap()
            .order()
            .priority,
        Priority::Low
    );
}

#[test]
fn scrolling_back_stays_while_text_streams_in() {
    let mut player = Player::demo();
    player.play("<esc>2<down><down><down><tab>");
    player.screen();
    for n in 0..60 {
        player.stage.stream(
            "streaming",
            synod::core::DeltaKind::Answer,
            &format!("\nline {n}"),
        );
    }
    player.listen();
    player.shows("line 59");
    player
        .play("<pageup>")
        .hides("line 59")
        .shows("rows below, G follows");
    player
        .stage
        .stream("streaming", synod::core::DeltaKind::Answer, "\nline 60");
    player.listen();
    player.hides("line 60");
    player.play("G").shows("line 60");
}

#[test]
fn live_text_is_replaced_by_the_answer() {
    let mut player = Player::demo();
    player
        .play("<esc>2<down><down><down>")
        .shows("wait for the mail");
    player
        .stage
        .answer("streaming", "The whole answer.", "done", 900);
    player.listen();
    player.shows("The whole answer.").hides("wait for the mail");
}

#[test]
fn copying_and_editing_take_the_text_at_hand() {
    let mut player = Player::demo();
    player.play("draft<alt-e>");
    assert_eq!(player.wanted, [Intent::EditDraft("draft".to_owned())]);
    player.console.edited("better draft\n");
    player.shows("better draft");
    player.wanted.clear();
    player.play("<ctrl-c><esc>3/quiet<enter>y").shows("copied");
    let [Intent::Copy(text)] = player.wanted.as_slice() else {
        panic!("{:?}", player.wanted)
    };
    assert!(text.contains("it silences progress"));
}

#[test]
fn a_large_paste_is_a_label_and_a_huge_one_is_refused_on_sending() {
    let mut player = Player::demo();
    player.play("explain ").paste(&"log line\n".repeat(20_000));
    player
        .shows("explain [pasted 180 kB]")
        .shows("the label stands for it");
    player.play("<enter>");
    assert_eq!(
        last_task(&player).order().prompt.len(),
        "explain ".len() + 180_000
    );
    player
        .paste(&"x".repeat(5_000_000))
        .shows("[pasted 5.0 MB]")
        .shows("put it into a file");
    player
        .play(" what<enter>")
        .shows("the task has 5.0 MB")
        .shows("[pasted 5.0 MB]");
}

#[test]
fn suspending_works_everywhere() {
    for place in ["", "<esc>", "<ctrl-p>", "<esc>q", "<esc>?"] {
        let mut player = Player::demo();
        player.play(place).play("<ctrl-z>");
        assert_eq!(player.wanted, [Intent::Suspend], "{place}");
    }
}

#[test]
fn panes_take_turns() {
    let mut player = Player::demo();
    player.size = (80, 24);
    player.play("<esc>").shows("╭─ Sessions");
    for pane in ["Queue", "Memory", "Votes"] {
        player
            .play("<tab>")
            .shows(&format!("╭─ {pane}"))
            .hides("╭─ Sessions");
    }
    player.play("<tab>x").shows("│ x");
    player.play("<shift-tab>").shows("╭─ Votes");
}

#[test]
fn a_room_that_ended_is_shown_as_the_past_and_can_be_started_again() {
    let mut player = Player::demo();
    player.play("half a thought");
    let intents = player.console.heard(
        &player.stage,
        synod::ui::room::RoomEvent::Gone { why: None },
    );
    assert_eq!(intents, []);
    player
        .shows("✕ room ended")
        .hides(" members")
        .shows("the room has ended; Enter starts it again, Ctrl-Q leaves");
    player.play("<enter>").shows("half a thought");
    assert_eq!(player.wanted, [Intent::Reopen]);
    assert_eq!(player.console.draft(), "half a thought");
    player
        .play("<esc>")
        .shows("the room has ended; r starts it again, q leaves");
    let before = player.stage.state().seq();
    player.play("a").shows("nothing was sent");
    assert_eq!(player.stage.state().seq(), before);
    player.wanted.clear();
    player.play("r");
    assert_eq!(player.wanted, [Intent::Reopen]);
    player.wanted.clear();
    player.play("q");
    assert_eq!(player.wanted, [Intent::Quit]);
}

#[test]
fn what_could_not_be_sent_comes_back() {
    let mut player = Player::demo();
    player.play("explain ").paste(&"log line\n".repeat(2_000));
    let enter = "enter".parse::<synod::ui::key::Chord>().unwrap();
    let intents = player.console.key(&player.stage, enter.event());
    let [Intent::Command(command)] = intents.as_slice() else {
        panic!("{intents:?}")
    };
    player.hides("explain");
    player
        .console
        .unsent(command, synod::ui::room::SendError::Full);
    player
        .shows("the room is busy")
        .shows("explain [pasted 18 kB]");
    player.play("<enter>");
    assert_eq!(
        last_task(&player).order().prompt.len(),
        "explain ".len() + 18_000
    );
}

#[test]
fn an_approval_works_in_the_text_that_explains_it() {
    let mut player = Player::demo();
    player.play("<esc>6<down><enter>").shows("a allow");
    player.play("a");
    assert_eq!(resolutions(&player)[0].reply, Reply::Allow);
}

#[test]
fn a_paste_keeps_its_lines_whatever_ends_them() {
    let mut player = Player::demo();
    player.paste("one\r\ntwo\rthree @terse").play("<enter>");
    let order = last_task(&player).order();
    assert_eq!(order.prompt.as_str(), "one\ntwo\nthree @terse");
    assert!(order.members.is_empty());
}

#[test]
fn the_loser_of_a_race_says_why_it_stopped() {
    let mut player = Player::demo();
    player.play("@terse @slow /race which one?<enter>");
    player.stage.answer("terse", "This one.", "this", 100);
    let cancelled = synod::core::Ending::Cancelled {
        partial: synod::core::Text::from(""),
    };
    player.stage.end("slow", cancelled);
    player.listen();
    player
        .play("<esc>2/slow<enter>")
        .shows("cancelled: another answer was first");
}

#[test]
fn the_journal_of_a_first_start_says_begun() {
    let mut player = Player::demo();
    player
        .play("<esc>8g")
        .shows("begun")
        .hides("taken up again");
}

#[test]
fn a_filter_that_nothing_passes_says_so_everywhere() {
    for screen in ["3", "5", "6", "8"] {
        let mut player = Player::demo();
        player
            .play(&format!("<esc>{screen}/zzz<enter>"))
            .shows("nothing matches /zzz; Esc clears it");
    }
    let mut player = Player::demo();
    player.size = (160, 48);
    player
        .play("<esc>4/zzz<enter>")
        .shows("no document has `zzz` in it; Esc ends the search");
    player.play("<esc>").hides("zzz").shows("▾ notes");
}

/// A console of the demo room with a file of keys.
fn with_keys(text: &str) -> Player {
    let settings = synod::ui::console::Settings {
        keymap: synod::ui::keymap::Keymap::parse(text, "keys.toml").unwrap(),
        ..synod::ui::console::Settings::default()
    };
    Player::with(synod::ui::stage::Stage::demo().unwrap(), settings)
}

#[test]
fn two_keys_one_after_the_other() {
    let mut player = with_keys(
        "[lists]\ng = \"none\"\n\"g g\" = \"top\"\n\"g q\" = \"queue\"\n[composer]\n\"ctrl-x q\" = \"queue\"",
    );
    player
        .play("<esc>g")
        .shows("g …   g top   q queue   Esc drop it");
    player.play("q").shows("Detail").hides("g …");
    // Esc takes the first key back and nothing else.
    player.play("g<esc>").shows("Detail").hides("g …");
    player.play("gx").shows("g x means nothing here");
    player.play("x").hides("g x means nothing here");
    // A key of a list that was begun is nothing in the composer, and a letter is typed there.
    player.play("gi").shows("g i means nothing here");
    player.play("1idraft<ctrl-x>").shows("Ctrl-X …   q queue");
    player.play("q").shows("Detail").shows("draft");
    player.play("<ctrl-x>").paste("qq");
    player.shows("draftqq").hides("Ctrl-X …");
}

#[test]
fn what_is_told_names_the_keys_that_work() {
    let mut player = with_keys("[everywhere]\nQ = \"quit\"\nY = \"retry\"\n\"alt-z\" = \"undo\"");
    player.play("words<ctrl-c>").shows("Alt-Z brings it back");
    player.play("<esc><down><down><ctrl-c>").shows("Q leaves");
    player.play("3/billing<enter>").shows("Y works it again");
    player
        .play("<esc>/release<enter>D")
        .shows("stopped; Y works it");
}

#[test]
fn a_result_is_written_by_hand() {
    let mut player = Player::demo();
    player
        .play("<esc>3w")
        .shows("has begun, so its text stays as it is; & sends it anew");
    player.play("<down>w").shows("Result of #4").play("<enter>");
    player.shows("write the result first");
    player.play("both are<alt-e>");
    assert_eq!(player.wanted, [Intent::EditResult("both are".to_owned())]);
    player.console.edited_result("both are wrong\n");
    player.play("!<enter>").hides("Result of #4");
    let task = player.stage.state().task(TaskId(4)).unwrap();
    let Some(Outcome::Done { result, basis, .. }) = task.outcome() else {
        panic!("{task:?}")
    };
    assert_eq!(result.as_str(), "both are wrong!");
    assert_eq!(*basis, Basis::Operator);
    player.shows("your words are the result of #4");
}

#[test]
fn answers_side_by_side_give_way_to_a_result_by_hand() {
    let mut player = Player::demo();
    player.play("<esc>6<enter>w").shows("Result of #4");
    player.play("<esc>").shows("B  sleep too short");
    player
        .play("wneither<enter>")
        .hides("B  sleep too short")
        .hides("elsewhere");
    assert!(player.stage.state().task(TaskId(4)).unwrap().is_ended());
}

#[test]
fn the_journal_is_read_back_to_its_beginning() {
    let mut player = Player::demo();
    for n in 0..1_000 {
        let order = synod::core::TaskOrder::new(format!("filler {n}"));
        player
            .stage
            .command(&synod::core::Command::AddTask(order))
            .unwrap();
    }
    let seq = player.stage.state().seq();
    assert!(seq > 1_000, "{seq}");
    let mut player = Player::new(player.stage);
    player
        .play("<esc>8")
        .shows(&format!("{}–{seq} of {seq}", seq - 499));
    for _ in 0..80 {
        player.play("<pageup>");
    }
    player.shows(&format!("─ at {seq} ─"));
    player.play("g").shows("begun");
    player.play("G").shows(&format!("{seq}  "));
}
