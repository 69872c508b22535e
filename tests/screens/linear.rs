//! The console as lines: what is told, and what lines and numbers do.

use std::fmt::Write as _;

use synod::core::Request;
use synod::ui::console::Settings;
use synod::ui::linear::Linear;
use synod::ui::room::Room as _;
use synod::ui::stage::Stage;
use synod::ui::update::Intent;

/// A console of lines in a room that is driven by hand.
struct Reader {
    stage: Stage,
    linear: Linear,
    wanted: Vec<Intent>,
}

impl Reader {
    fn new(mut stage: Stage) -> Self {
        stage.attach();
        let mut linear = Linear::new(&stage, Settings::default());
        linear.open(&stage);
        let mut reader = Self {
            stage,
            linear,
            wanted: Vec::new(),
        };
        reader.listen();
        reader
    }

    /// Takes in what the room told; gives what is told of it.
    fn listen(&mut self) {
        while let Some(event) = self.stage.poll() {
            let intents = self.linear.heard(&self.stage, event);
            self.perform(intents);
        }
    }

    fn perform(&mut self, intents: Vec<Intent>) {
        for intent in intents {
            match intent {
                Intent::Command(command) => self.stage.send(command).unwrap(),
                Intent::Ask(query) => self.stage.query(query).unwrap(),
                Intent::Withdraw(ask) => self.stage.withdraw(ask),
                Intent::Quit
                | Intent::Reopen
                | Intent::Suspend
                | Intent::Redraw
                | Intent::EditDraft(_)
                | Intent::EditResult(_)
                | Intent::EditDocument(_)
                | Intent::Show(_)
                | Intent::Copy(_)
                | Intent::Mouse(_)
                | Intent::Notify(_)
                | Intent::LookAround => self.wanted.push(intent),
            }
        }
    }

    /// Types a line; gives all that is told then.
    fn types(&mut self, line: &str) -> String {
        drop(self.linear.take_output());
        let intents = self.linear.line(&self.stage, line);
        self.perform(intents);
        self.listen();
        self.linear.settle(&self.stage);
        self.told()
    }

    fn told(&mut self) -> String {
        let told = self.linear.take_output();
        let bad = |c: char| c.is_control() && c != '\n';
        assert!(!told.contains(bad), "{told:?}");
        told
    }
}

/// The number before a text.
fn number(told: &str, text: &str) -> String {
    let lines = told.lines().rev();
    let mut found = lines.filter_map(|line| line.split_once(": ").filter(|it| it.1 == text));
    found.next().map(|it| it.0.to_owned()).unwrap_or_default()
}

fn demo() -> Reader {
    Reader::new(Stage::demo().unwrap())
}

#[test]
fn it_opens_with_who_is_there_and_what_waits() {
    insta::assert_snapshot!("opening", demo().told());
}

#[test]
fn every_list_is_told_with_numbers() {
    let mut reader = demo();
    let mut told = String::new();
    for name in [
        "sessions", "queue", "memory", "votes", "inbox", "metrics", "advice", "journal", "lessons",
    ] {
        let line = format!(":{name}");
        write!(told, "> {line}\n{}", reader.types(&line)).unwrap();
    }
    insta::assert_snapshot!("lists", told);
}

#[test]
fn a_row_is_told_whole_with_what_can_be_done() {
    let mut reader = demo();
    let mut told = reader.types(":queue");
    for line in [
        "1",
        ":cancel",
        "1",
        ":open",
        "a task",
        ":back",
        ":back",
        ":why",
        ":zoom",
        ":nothing",
        "99",
        "",
        ":queue",
        "7",
        ":why",
        ":retry",
        ":sessions",
        ":open",
        "4",
        ":help",
    ] {
        write!(told, "> {line}\n{}", reader.types(line)).unwrap();
    }
    insta::assert_snapshot!("rows", told);
}

#[test]
fn what_a_server_asks_is_answered_by_its_number_and_by_no_other() {
    let mut reader = demo();
    let opening = reader.told();
    let allow = number(&opening, "allow it once");
    // Another item comes between the telling and the number: each keeps its own.
    let exec = |command: &str| Request::Exec {
        command: vec![command.to_owned()],
        cwd: "/my-app".to_owned(),
    };
    reader.stage.ask("thoughtful", exec("rm"));
    reader.listen();
    let told = reader.told();
    let deny = number(&told, "deny it");
    assert!(
        told.contains("thoughtful asks to run this command in /my-app")
            && told.contains("\n  rm\n"),
        "{told}"
    );
    assert_ne!(allow, deny);
    let told = reader.types(&allow);
    assert!(told.contains("allowed by the operator"), "{told}");
    assert!(reader.types(&allow).contains("settled, or gone"));
    let told = reader.types(&deny);
    assert!(
        told.contains("Why is it denied?") && told.contains("run rm"),
        "{told}"
    );
    // Whatever is typed is the reason now, also what looks like a number.
    let told = reader.types("7 is too many");
    assert!(
        told.contains("denied: 7 is too many by the operator"),
        "{told}"
    );
}

#[test]
fn answers_that_differ_are_told_whole_and_one_is_taken_by_its_number() {
    let mut reader = demo();
    let opening = reader.told();
    let told = reader.types(&number(&opening, "choose among the answers"));
    assert!(
        told.contains("Answer B of terse, 1 line:\n  The sleep in login_test.rs is too short."),
        "{told}"
    );
    assert!(reader.types("a new task").contains("A question is open"));
    let told = reader.types(&number(&told, "take answer B"));
    assert!(told.contains("took answer B of terse for #4"), "{told}");
    assert!(told.contains("#4 done"), "{told}");
}

#[test]
fn a_task_is_sent_and_a_mistake_in_it_is_told() {
    let mut reader = demo();
    let told = reader.types("@nobody hello");
    assert!(told.contains("there is no member `nobody`"), "{told}");
    let told = reader.types("@terse #code say hello to @th");
    assert!(told.contains("task: #10 added: say hello to @th"), "{told}");
    assert!(told.contains("terse works on #10"), "{told}");
    let told = reader.types("again");
    assert!(told.contains("#11 added: again"), "{told}");
}

#[test]
fn leaving_asks_in_words_while_work_is_open() {
    let mut reader = demo();
    let told = reader.types(":quit");
    assert!(
        told.contains("tasks are open. The room can go on without this console."),
        "{told}"
    );
    assert_eq!(reader.types(":back"), "");
    let told = reader.types(":quit");
    reader.types(&number(&told, "Leave it running"));
    assert_eq!(reader.wanted, [Intent::Quit]);
}

#[test]
fn a_row_that_was_not_told_is_never_meant() {
    let mut reader = demo();
    for command in [":allow", ":deny", ":cancel", ":delete", ":reset"] {
        assert!(
            reader
                .types(command)
                .contains("First take a row by its number"),
            "{command}"
        );
    }
}

#[test]
fn hostile_text_is_told_clean_and_in_ascii_where_that_is_wanted() {
    let mut stage = Stage::demo().unwrap();
    stage.ask(
        "thoughtful",
        Request::Exec {
            command: vec!["\u{1b}[2Jecho \u{202e}日本\u{7}".to_owned()],
            cwd: "/\u{1b}]0;x\u{7}".to_owned(),
        },
    );
    stage.attach();
    let settings = Settings {
        ascii: true,
        ..Settings::default()
    };
    let mut linear = Linear::new(&stage, settings);
    linear.open(&stage);
    let told = linear.take_output();
    assert!(told.is_ascii() && told.contains("echo ????"), "{told}");
    assert!(!told.contains(|c: char| c.is_control() && c != '\n'));
}

#[test]
fn the_journal_is_filtered() {
    let mut reader = demo();
    reader.types(":journal");
    reader.types(":filter");
    let told = reader.types("by:console");
    assert!(
        told.contains("`by:` takes operator, member, room, clock, rule, not `console`"),
        "{told}"
    );
    let told = reader.types("kind:vote");
    let filter =
        "Journal: 2 rows that pass the filter `kind:vote`; :filter and an empty line end it.";
    assert!(told.contains(filter), "{told}");
    assert!(told.contains(" vote: #2: 3 answers agree"), "{told}");
    assert!(!told.contains(" task: "), "{told}");
    let row = told
        .lines()
        .find(|line| line.contains("#2: 3 answers agree"));
    let number = row.unwrap().split_once(':').unwrap().0.to_owned();
    let told = reader.types(&number);
    assert!(told.contains("agreement_found"), "{told}");
    reader.types(":filter");
    let told = reader.types("");
    assert!(
        told.contains("Journal: ") && told.contains(" task: "),
        "{told}"
    );
    assert!(!told.contains("pass the filter"), "{told}");
}
