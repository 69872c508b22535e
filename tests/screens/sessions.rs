//! What the console does with sessions: fork, rename, archive, reset, search, export, rest.

use pretty_assertions::assert_eq;
use synod::core::{
    CallId, Command, DeltaKind, Event, HandedServer, Health, ListedSession, Listing, MemberName,
    Report, SessionChange, SessionId, Span, TaskId, TaskOrder, Upkeep,
};
use synod::link::Found;
use synod::ui::room::{Room as _, RoomEvent};
use synod::ui::stage::Stage;

use crate::player::Player;

/// The Sessions screen with the idle session of `terse` selected.
fn at_terse() -> Player {
    let mut player = Player::demo();
    player.play("<esc>2g<down><down><down><down>");
    player.shows("─ terse ─");
    player
}

fn changes(player: &Player) -> Vec<SessionChange> {
    let events = player.stage.recorded().iter();
    events
        .filter_map(|recorded| {
            let Event::SessionChanged { change, .. } = &recorded.event else {
                return None;
            };
            Some(change.clone())
        })
        .collect()
}

fn snapshot(player: &mut Player, name: &str) {
    let terminal = player.terminal(100, 30);
    insta::assert_snapshot!(name, terminal.backend());
}

#[test]
fn a_fork_is_made_and_shown() {
    let mut player = at_terse();
    player
        .play("F")
        .shows("Fork s")
        .shows("@member and a title");
    player
        .play("@nobody x<enter>")
        .shows("no member is called nobody");
    player.play("F@thoughtful another way<enter>");
    player
        .play("G")
        .shows("replayed digest")
        .shows("forked from s");
    snapshot(&mut player, "session-fork");
    player
        .play("F@Thoughtful<enter>")
        .shows("is no member name");
    player.play("<esc>").hides("Fork s");
}

#[test]
fn a_fork_is_told_apart_on_the_room_screen() {
    let mut player = at_terse();
    player.play("1").hides("fork of main");
    player.play("<esc>2g<down><down><down><down>F<enter>");
    player.play("<esc>1").shows("fork of main");
    let screen = player.screen();
    let rows = screen.lines().filter(|line| line.contains(" terse "));
    let mut rows: Vec<&str> = rows.filter(|line| line.contains("○")).collect();
    assert_eq!(rows.len(), 2, "{screen}");
    rows.dedup();
    assert_eq!(rows.len(), 2, "{screen}");
}

#[test]
fn a_session_is_renamed() {
    let mut player = at_terse();
    player.play("N").shows("› main");
    player
        .play("<ctrl-u>the importer<enter>")
        .shows("the importer");
    player
        .play("N<ctrl-u><enter>")
        .shows("a session needs a name");
    let title = "the importer".to_owned();
    assert_eq!(changes(&player), [SessionChange::Renamed { title }]);
}

#[test]
fn archived_sessions_are_hidden_until_they_are_wanted() {
    let mut player = at_terse();
    player.play("A").shows("is archived; H shows it");
    player.hides("continued  main");
    player.play("H").shows("one archived session is shown");
    player.shows("▫ terse").shows("archived");
    snapshot(&mut player, "session-archived");
    player.play("A").hides("▫ terse");
    player.play("H").shows("archived sessions are hidden");
    assert_eq!(changes(&player).len(), 2);
}

#[test]
fn a_reset_asks_first_and_keeps_the_text() {
    let mut player = at_terse();
    player.play("X").shows("Forget the conversation of s");
    player.play("<enter>");
    assert_eq!(changes(&player), []);
    player.play("X<right><enter>");
    assert_eq!(changes(&player), [SessionChange::Reset]);
    player
        .shows("reset: what stands above is not told any more")
        .shows("Added --quiet")
        .shows("◇ new");
    player
        .play("X<right><enter>")
        .shows("there is nothing to forget");
}

#[test]
fn what_works_is_refused_with_the_reason() {
    let mut player = Player::demo();
    player.play("<esc>2g<down><down><down>");
    player.play("A").shows("is at work; cancel that first");
    player
        .play("X<right><enter>")
        .shows("is at work; cancel that first");
    assert_eq!(changes(&player), []);
}

#[test]
fn actions_on_sessions_say_where_they_belong() {
    let mut player = Player::demo();
    for key in ["F", "N", "A", "X", "U", "E", "L"] {
        player.play(&format!("<esc>3{key}"));
        player.shows("that is for a session: 2 shows them");
    }
    player.play("1:fork<enter>").shows("Fork s");
}

#[test]
fn the_session_to_be_used_is_chosen() {
    let mut player = at_terse();
    player.play("U").shows("the next turns of @terse go to s");
    assert_eq!(changes(&player), [SessionChange::Chosen]);
}

#[test]
fn a_search_leads_to_the_session() {
    let mut player = Player::demo();
    player.play("<esc>Simporter qui<enter>");
    // A stage has no archive.
    player.shows("nothing that was said, written or decided has `importer qui` in it");
    let words = "importer qui".to_owned();
    let place = |session, task, excerpt: &str| Found {
        at: Some(player.stage.now()),
        document: None,
        task: Some(TaskId(task)),
        session: Some(SessionId(session)),
        call: None,
        excerpt: excerpt.to_owned(),
    };
    let places = vec![
        place(1, 1, "add a --quiet flag to the importer"),
        // A task stands there once.
        place(1, 1, "the importer is quiet"),
        place(99, 99, "of long ago: the importer\u{1b}[31m is quick"),
    ];
    let found = RoomEvent::Found {
        words,
        places: places.clone(),
    };
    player.hear(found.clone());
    snapshot(&mut player, "session-search");
    player.play("<enter>").shows("terse").shows("Added --quiet");
    player.hear(found);
    player.play("<down><enter>");
    player.shows("s99 is only in the journal: `synod session export s99`");
}

#[test]
fn a_found_line_is_gone_to_in_the_turn_that_said_it() {
    let mut player = Player::demo();
    player.size = (160, 24);
    player.play("<esc>2<down><down><down>");
    let (call, session) = {
        let state = player.stage.state();
        let call = player.stage.call_of("streaming").unwrap();
        (call, state.call(call).unwrap().session())
    };
    for line in 0..60 {
        let text = format!("number {line} of many\n\n");
        player.stage.stream("streaming", DeltaKind::Answer, &text);
    }
    player.stage.answer("streaming", &lines(60), "", 100);
    player.listen();
    player.play("<esc>1");
    let found = |call| RoomEvent::Found {
        words: "Number 7".to_owned(),
        places: vec![Found {
            at: Some(player.stage.now()),
            task: None,
            session: Some(session),
            call,
            document: None,
            excerpt: "number 7 of many".to_owned(),
        }],
    };
    let (there, elsewhere) = (found(Some(call)), found(Some(CallId(9_999))));
    player.hear(there).play("<enter>");
    player.shows("/number 7 1/1").shows("number 7 of many");
    player.hides("number 40 of many");
    player
        .play("<esc>")
        .hides("/number 7")
        .shows("number 7 of many");
    // A turn that is only in the journal by now.
    player.hear(elsewhere).play("<enter>");
    player.shows("that turn is not shown any more");
}

fn lines(count: usize) -> String {
    let lines = (0..count).map(|line| format!("number {line} of many\n\n"));
    lines.collect()
}

#[test]
fn a_found_place_of_a_document_is_gone_to_once_its_text_is_there() {
    let mut player = Player::demo();
    player.size = (160, 24);
    let text = (0..80).map(|line| format!("- line {line} of it\n"));
    let text: String = text.collect();
    player.stage.write("long", &text);
    player.listen();
    player.play("<ctrl-f>line 77<enter><enter>");
    player.shows("/line 77 1/1").shows("line 77 of it");
    player.hides("line 3 of it");
    // The same from the search of the documents.
    player.play("<esc><esc>1<esc>4/line 55<enter><enter>");
    player.shows("/line 55 1/1").shows("line 55 of it");
}

#[test]
fn a_search_finds_documents_decisions_and_lessons_and_goes_there() {
    let mut player = Player::new(Stage::learned().unwrap());
    player.play("<ctrl-f>login<enter>");
    player
        .shows("Found: login")
        .shows("lesson")
        .shows("document");
    snapshot(&mut player, "search-everything");
    player.play("<enter>").shows("Lessons");
    player.play("<ctrl-f>login<enter><end><enter>");
    player.shows("Memory").hides("Found: login");
}

#[test]
fn an_export_goes_to_a_file_or_to_a_new_one() {
    let mut player = at_terse();
    player.play("E").shows("Export s");
    player.play("notes/terse.md<enter>");
    player.shows("a stage does not write s1 to `notes/terse.md`");
    player.hear(RoomEvent::Done(
        "s1 was written to /p/notes/terse.md".to_owned(),
    ));
    player.shows("s1 was written to /p/notes/terse.md");
}

#[test]
fn what_the_server_has_is_held_against_ours() {
    let mut player = at_terse();
    let terse = MemberName::new("terse").unwrap();
    player.play("L");
    let listed = |handle: &str, turns| ListedSession {
        handle: handle.to_owned(),
        turns,
    };
    let asked = player.stage.now();
    player.stage.report(&Report::Listed {
        member: terse.clone(),
        asked,
        listing: Listing::Sessions(vec![
            listed("synod-old-c1-1", Some(2)),
            listed("work-of-another", Some(1)),
            listed("evil\u{1b}[2J", None),
        ]),
    });
    player.listen();
    player
        .shows("3 sessions at its server")
        .shows("foreign: work-of-another (1 turn)")
        .shows("stale: synod-old-c1-1 (2 turns)");
    snapshot(&mut player, "session-listed");
    let why = "it ended".to_owned();
    player.stage.health(&terse, Health::Down { why });
    player.listen();
    player.play("L").shows("the server of terse does not run");
}

#[test]
fn a_server_that_its_agent_has_not_is_told_once_and_stands_above_the_session() {
    let mut player = Player::demo();
    player.size = (160, 30);
    player.play("<esc>2<down><down><down>");
    let call = player.stage.call_of("streaming").unwrap();
    let handed = |name: &str, trouble: Option<&str>| HandedServer {
        name: name.to_owned(),
        trouble: trouble.map(str::to_owned),
    };
    player.stage.report(&Report::Handed {
        call,
        servers: vec![
            handed("files", None),
            handed(
                "web",
                Some("it ended with exit code 3: \u{1b}[2Jno licence"),
            ),
        ],
    });
    player.listen();
    player
        .shows("streaming s")
        .shows("the agent has no tools of web");
    player
        .shows("its agent has the servers files")
        .shows("the agent has no tools of web: it ended with exit code 3");
    snapshot(&mut player, "session-handed");
    player.play("8").shows("the agent has no tools of web");
}

#[test]
fn a_long_session_says_what_stands_for_its_older_turns() {
    let mut player = at_terse();
    player.hides("digest up to turn");
    let long = "It races with the token. ".repeat(240);
    for _ in 0..5 {
        player
            .stage
            .command(&Command::AddTask(TaskOrder {
                members: vec![MemberName::new("terse").unwrap()],
                ..TaskOrder::new(long.as_str())
            }))
            .unwrap();
        player.stage.answer("terse", &long, "yes", 100);
    }
    player.listen();
    player.shows("digest up to turn 6, by the room's rules");
    player.play("8").shows("s1: digest up to turn 6");
}

#[test]
fn a_resting_server_is_not_one_that_is_down() {
    let mut player = at_terse();
    let upkeep = Upkeep {
        rest_after: Some(Span::secs(60)),
        ..Upkeep::default()
    };
    player.stage.command(&Command::SetUpkeep(upkeep)).unwrap();
    player.stage.advance(Span::secs(4000));
    player.listen();
    player.shows("◡ terse").shows("resting");
    snapshot(&mut player, "session-resting");
}

#[test]
fn one_goes_from_turn_to_turn_also_from_the_list() {
    let mut player = at_terse();
    player.play("(").shows("┃#4  council").hides("held");
    player.play("((").shows("┃#1");
    player.play("(").shows("no turn is before this one");
    player.play("<enter>)").shows("┃#2  council");
    player.play("G)").shows("no turn is after this one");
    player
        .play("1<esc>(")
        .shows("that is for a transcript: 2 shows them");
}
