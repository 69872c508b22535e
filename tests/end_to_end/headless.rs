//! The command line without a screen: exit codes, JSON, several at once.

use std::io::Write;
use std::process::Stdio;

use serde_json::Value;

use crate::home::{Home, lines, text};
use crate::journal;

fn types(lines: &[Value]) -> Vec<&str> {
    lines
        .iter()
        .filter_map(|line| line["type"].as_str())
        .collect()
}

#[test]
fn run_tells_by_its_exit_code_how_it_went() {
    let home = Home::new();
    home.configure("[conflict]\nladder = [\"operator\"]\n");
    assert_eq!(
        home.ok(&["run", "-m", "terse", "[[say:forty-two]]"]),
        "forty-two\n"
    );
    let code = |args: &[&str]| home.synod(args).status.code();
    assert_eq!(
        code(&["run", "-m", "terse", "[[fail:I will not]]"]),
        Some(1)
    );
    assert_eq!(code(&["run"]), Some(2));
    assert_eq!(code(&["run", "hi", "--strategy", "vote"]), Some(2));
    assert_eq!(
        code(&["run", "--strategy", "council", "Which way?"]),
        Some(3)
    );
    assert_eq!(
        code(&["run", "--strategy", "council", "Which way? [[final:left]]"]),
        Some(0)
    );
    let told = home.refused(2, &["run", "-m", "nobody", "hi"]);
    assert!(told.contains("no member is called nobody"), "{told}");
    assert!(told.contains("terse, thoughtful, wrong"), "{told}");
    let told = home.refused(2, &["run", "  "]);
    assert!(told.contains("nothing to ask"), "{told}");
    let told = home.refused(2, &["run", "--after", "99", "hi"]);
    assert!(told.contains("there is no task #99"), "{told}");
}

#[test]
fn kinds_are_named_guessed_and_corrected() {
    let home = Home::new();
    home.configure("[kind.sql]\nwords = [\"select\", \"join\"]\nlike = \"code\"\n");
    let shown = |task: &str| -> Value {
        serde_json::from_str(&home.ok(&["show", task, "--json"])).unwrap()
    };
    home.ok(&["run", "-m", "terse", "--kind", "sql", "[[say:one]]"]);
    let task = shown("1");
    assert_eq!(
        (&task["kind"], &task["kind_by"]),
        (&"sql".into(), &"given".into())
    );
    let text = "select all orders and join their customers [[say:two]]";
    home.ok(&["run", "-m", "terse", text]);
    let task = shown("2");
    assert_eq!(
        (&task["kind"], &task["kind_by"]),
        (&"sql".into(), &"text".into())
    );
    let told = home.ok(&["kind", "2", "review"]);
    assert_eq!(told, "#2 is of kind review\n");
    let told = home.ok(&["kind", "2", "review"]);
    assert_eq!(told, "nothing changed: it was so already\n");
    assert_eq!(shown("2")["kind_by"], "corrected");
    for bad in [
        &["run", "--kind", "sequel", "hi"][..],
        &["kind", "2", "sequel"],
        &["lesson", "add", "a", "b", "--kind", "sequel"],
    ] {
        let told = home.refused(2, bad);
        assert!(told.contains("sequel") && told.contains("sql"), "{told}");
    }
    assert!(
        home.refused(2, &["kind", "99", "code"])
            .contains("no task #99")
    );
}

#[test]
fn a_room_is_kept_out_of_git_which_is_said_once() {
    let home = Home::new();
    std::fs::create_dir_all(home.project().join(".git/info")).unwrap();
    let said = |args: &[&str]| {
        let done = home.synod(args);
        assert!(done.status.success(), "{}", text(&done.stderr));
        let told = text(&done.stderr);
        told.matches("git passes over .synod/").count()
    };
    assert_eq!(said(&["run", "-m", "terse", "[[say:one]]"]), 1);
    home.ok(&["stop"]);
    assert_eq!(said(&["run", "-m", "terse", "[[say:two]]"]), 0);
    let exclude = std::fs::read_to_string(home.project().join(".git/info/exclude")).unwrap();
    assert!(exclude.contains(".synod/\n.serena/\n"), "{exclude}");
}

#[test]
fn run_understands_the_words_of_the_composer() {
    let home = Home::new();
    let added = |words: &[&str]| {
        let told = lines(&home.ok(&[&["run", "--json"], words].concat()));
        let number = told.iter().find_map(|line| line["task"].as_u64());
        let journal = home.journal();
        let of = |body: &&Value| body["task"].as_u64() == number;
        let added = journal::events(&journal, "task_added").into_iter().find(of);
        added.unwrap()["order"].clone()
    };
    let order = added(&["@terse #review !high why @thoughtful? [[say:so]]"]);
    assert_eq!(order["prompt"], "why @thoughtful? [[say:so]]");
    assert_eq!(order["members"], serde_json::json!(["terse"]));
    assert_eq!(
        (&order["kind"], &order["priority"]),
        (&"review".into(), &"high".into())
    );
    assert_eq!(order["strategy"], "solo");
    let order = added(&["-m", "thoughtful", "-k", "code", "@terse #review x"]);
    assert_eq!(order["members"], serde_json::json!(["thoughtful"]));
    assert_eq!(order["kind"], "code");
    for (task, why) in [
        ("/race /solo hi", "strategy is given twice"),
        ("@nobody hi", "no member is called nobody"),
        ("@ters hi", "did you mean @terse?"),
        ("after:#99 hi", "there is no open task `99`"),
    ] {
        let told = home.refused(2, &["run", task]);
        assert!(told.contains(why), "{told}");
    }
}

#[test]
fn run_prints_one_object_a_line() {
    let home = Home::new();
    home.configure("[conflict]\nladder = [\"operator\"]\n");
    let told = lines(&home.ok(&["run", "--json", "-m", "terse", "[[say:one two three]]"]));
    let types = types(&told);
    for wanted in [
        "added",
        "routed",
        "call_started",
        "text",
        "call_ended",
        "done",
    ] {
        assert!(types.contains(&wanted), "{wanted} in {types:?}");
    }
    let streamed: String = told
        .iter()
        .filter(|line| line["type"] == "text")
        .filter_map(|line| line["text"].as_str())
        .collect();
    assert_eq!(streamed, "one two three");
    assert_eq!(told.last().unwrap()["result"], "one two three");
    let output = home.synod(&["run", "--json", "--strategy", "council", "Which way?"]);
    let told = lines(&text(&output.stdout));
    assert_eq!(told.last().unwrap()["type"], "no_decision");
    assert_eq!(
        told.last().unwrap()["candidates"].as_array().unwrap().len(),
        2
    );
    let output = home.synod(&["run", "--json", "-m", "terse", "[[fail:I will not]]"]);
    let told = lines(&text(&output.stdout));
    assert_eq!(told.last().unwrap()["type"], "failed");
}

#[test]
fn run_waits_for_the_members_to_settle_what_they_differ_on() {
    let home = Home::new();
    // Two say the same, so they outvote the third; words are judged by all who gave others.
    let task = "Which way shall we go?";
    let output = home.synod(&["run", "--json", "--strategy", "council", task]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let told = lines(&text(&output.stdout));
    assert_eq!(told.last().unwrap()["type"], "done");
    // They talk it over first; the expert judges what is left.
    let output = home.synod(&["run", "--json", "--strategy", "debate", task]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
}

#[test]
fn run_says_once_that_the_budget_is_what_it_waits_for() {
    let home = Home::new();
    home.configure(
        "[room]\nhub = \"builtin\"\nbudget = { tokens = 1 }\n[[member]]\nname = \"ann\"\n\
         adapter = \"rehearsal\"\nrehearsal = { persona = \"terse\" }\n",
    );
    home.ok(&["run", "[[say:one]]"]);
    let output = home.synod(&["run", "--timeout", "2", "[[say:two]]"]);
    assert_eq!(output.status.code(), Some(1));
    let told = text(&output.stderr);
    let waits = "#2 waits: the tokens of the budget are used up; `a` on it in the Inbox";
    assert_eq!(told.matches(waits).count(), 1, "{told}");
    let why = "its deadline passed before it was done: the tokens of the budget are used up";
    assert!(told.contains(why), "{told}");
}

#[test]
fn run_reads_a_task_from_stdin() {
    let home = Home::new();
    let mut run = home
        .command(&["run", "-m", "terse", "-"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    run.stdin
        .take()
        .unwrap()
        .write_all("line one\n[[say:read]]\n".as_bytes())
        .unwrap();
    let output = run.wait_with_output().unwrap();
    assert_eq!(text(&output.stdout), "read\n");
    assert_eq!(
        journal::prompts(&home.journal()),
        ["line one\n[[say:read]]\n"]
    );
}

#[test]
fn several_runs_at_once_find_one_room() {
    let home = Home::new();
    let runs: Vec<_> = (0..6)
        .map(|number| {
            home.command(&["run", "-m", "terse", &format!("[[say:answer {number}]]")])
                .spawn()
                .unwrap()
        })
        .collect();
    for (number, run) in runs.into_iter().enumerate() {
        let output = run.wait_with_output().unwrap();
        assert_eq!(
            text(&output.stdout),
            format!("answer {number}\n"),
            "{}",
            text(&output.stderr)
        );
    }
    let journal = home.journal();
    assert_eq!(journal::events(&journal, "room_opened").len(), 1);
    assert_eq!(journal::prompts(&journal).len(), 6);
}

#[test]
fn the_journal_is_printed_searched_and_verified() {
    let home = Home::new();
    let told = home.refused(1, &["journal"]);
    assert!(
        told.contains("has no journal yet; `synod` makes one"),
        "{told}"
    );
    home.ok(&["run", "-m", "terse", "[[say:the pelican flies]]"]);
    assert_eq!(home.ok(&["journal", "--limit", "3"]).lines().count(), 3);
    let third = lines(&home.ok(&["journal", "--json", "--from", "3", "--limit", "1"]));
    assert_eq!(third[0]["seq"], 3);
    let found = home.ok(&["journal", "--search", "pelican"]);
    assert!(
        found.contains("pelican flies") && found.contains("#1"),
        "{found}"
    );
    assert_eq!(
        home.synod(&["journal", "--search", "albatross"])
            .status
            .code(),
        Some(1)
    );
    let verified = home.ok(&["journal", "--verify"]);
    assert!(verified.contains("holds; its head is "), "{verified}");
    let filtered = home.ok(&["journal", "kind:task", "by:operator", "since:1h"]);
    assert_eq!(filtered.lines().count(), 1, "{filtered}");
    assert!(filtered.contains("#1 added: "), "{filtered}");
    let ends = home.ok(&["journal", "kind:call member:terse answered", "--from", "4"]);
    assert_eq!(ends.lines().count(), 1, "{ends}");
    assert_eq!(home.ok(&["journal", "--", "-since:1h"]), "");
    let told = home.refused(1, &["journal", "by:console"]);
    assert!(
        told.contains("`by:` takes operator, member, room, clock, rule, not `console`"),
        "{told}"
    );
    // And when no room runs.
    assert_eq!(home.ok(&["stop"]), "the room has stopped\n");
    assert!(home.ok(&["stop"]).starts_with("no room runs in "));
    assert!(home.ok(&["journal"]).contains("#1 done"));
    assert!(home.ok(&["journal", "--verify"]).contains("holds"));
}

#[test]
fn doctor_and_config_tell_what_is_there() {
    let home = Home::new();
    home.configure("[room]\nhub = \"builtin\"\n[[member]]\nname = \"ann\"\nadapter = \"rehearsal\"\nrehearsal = { persona = \"terse\" }\n");
    let config = home.ok(&["config"]);
    let hub = config
        .lines()
        .find(|line| line.starts_with("room.hub "))
        .unwrap();
    assert!(
        hub.contains("builtin") && hub.contains("synod.toml:2:7"),
        "{hub}"
    );
    let found = lines(&home.ok(&["doctor", "--json"]));
    let ann = found
        .iter()
        .find(|check| check["subject"] == "member ann")
        .unwrap();
    assert_eq!(ann["state"], "ok");
    assert!(
        ann["detail"].as_str().unwrap().contains("REHEARSAL"),
        "{ann}"
    );
    assert!(!home.room("room.db").exists(), "the doctor opens no room");
}

#[test]
fn init_finds_what_is_there_and_starts_nothing_unasked() {
    let home = Home::new();
    let output = home.synod(&["init", "--yes"]);
    assert!(output.status.success());
    assert!(
        text(&output.stderr).contains("Found no codex"),
        "{}",
        text(&output.stderr)
    );
    assert!(!home.project().join("synod.toml").exists());

    let started = home.user().join("started");
    home.install(
        "codex",
        &format!(
            "echo \"$@\" >> {}\necho codex-cli 0.153.4",
            started.display()
        ),
    );
    let output = home.synod(&["init"]);
    assert!(
        text(&output.stderr).contains("Nothing was written"),
        "{}",
        text(&output.stderr)
    );
    assert!(!started.exists(), "it may not be started without a yes");
    let output = home.synod(&["init", "--yes"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(std::fs::read_to_string(&started).unwrap(), "--version\n");
    let written = std::fs::read_to_string(home.project().join("synod.toml")).unwrap();
    assert!(
        written.contains("adapter = \"codex\"") && written.contains("mcp-server"),
        "{written}"
    );
    assert!(home.ok(&["config"]).contains("member.codex.adapter"));
}

#[test]
fn what_a_project_asks_for_is_not_started_before_it_is_confirmed() {
    let home = Home::new();
    let started = home.user().join("started");
    let server = home.install("server", &format!("echo started >> {}", started.display()));
    home.write_config(&format!(
        "[[member]]\nname = \"sly\"\nadapter = \"generic\"\ncommand = [\"{server}\"]\ngeneric = {{ tool = \"ask\" }}\n"
    ));
    let output = home.synod(&["run", "hi"]);
    let told = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(
        told.contains("synod init") && told.contains(&server),
        "{told}"
    );
    assert!(!started.exists());
}
