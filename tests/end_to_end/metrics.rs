//! Figures on the command line: from a room with a past and from an empty one, as a table, as JSON and for
//! Prometheus.

use std::fs;

use serde_json::Value;

use crate::home::{Home, lines, text};

/// Two that agree and one that says something else; a council has answered, and one alone.
fn room() -> Home {
    let home = Home::new();
    let member = |(name, persona, seed): (&str, &str, u32)| {
        format!(
            "[[member]]\nname = \"{name}\"\nadapter = \"rehearsal\"\nfamily = \"{name}\"\n\
             rehearsal = {{ persona = \"{persona}\", seed = {seed} }}\n"
        )
    };
    let members = [
        ("ann", "terse", 1),
        ("ben", "wrong", 2),
        ("cleo", "terse", 3),
    ];
    home.configure(&format!(
        "[room]\nhub = \"builtin\"\n[conflict]\nladder = [\"vote\", \"operator\"]\n\
         rule = {{ default = \"majority\" }}\n{}",
        members.map(member).concat()
    ));
    let council = [
        "run", "--kind", "general", "-m", "ann", "-m", "ben", "-m", "cleo",
    ];
    let way = ["--strategy", "council", "Which way shall we go?"];
    home.ok(&[&council[..], &way[..]].concat());
    home.ok(&["run", "-m", "ben", "--kind", "code", "Write a loop."]);
    home
}

fn object<'a>(all: &'a [Value], member: &str, kind: Option<&str>) -> &'a Value {
    let found = all
        .iter()
        .find(|it| it["member"] == member && it["kind"].as_str() == kind);
    found.unwrap_or_else(|| panic!("{member} {kind:?} is not in {all:#?}"))
}

#[test]
fn figures_come_from_the_journal_of_a_room_that_runs_or_not() {
    let home = room();
    let running = home.ok(&["metrics", "--window", "day"]);
    home.ok(&["stop"]);
    let stopped = home.ok(&["metrics", "--window", "day"]);
    assert_eq!(running, stopped);
    assert!(
        running.starts_with("all tasks by member, last day\n\nmember"),
        "{running}"
    );
    for word in [
        "accepted",
        "p99",
        "first text",
        "ann",
        "ben",
        "cleo",
        "100 % (1)",
    ] {
        assert!(running.contains(word), "`{word}` is not in\n{running}");
    }
    let all = lines(&home.ok(&["metrics", "--json"]));
    let ann = object(&all, "ann", None);
    assert_eq!(
        (&ann["tasks"], &ann["answered"], &ann["window"]),
        (&1.into(), &1.into(), &"ever".into())
    );
    assert_eq!(ann["accepted"]["rate"], 1.0);
    assert!(ann["accepted"]["low"].as_f64().unwrap() < 0.5 && ann["here"] == true);
    assert!(ann["answer_ms"]["p50"].as_u64().is_some() && ann["tokens"]["calls"] == 1);
    // What no server tells is null, not 0.
    for unknown in ["micro_usd", "estimated_tokens", "cached_input", "context"] {
        assert_eq!(ann[unknown], Value::Null, "{unknown}");
    }
    assert_eq!(object(&all, "ben", None)["tasks"], 2);
    assert_eq!(object(&all, "ben", Some("code"))["accepted"]["n"], 1);
    assert_eq!(object(&all, "ben", Some("general"))["accepted"]["of"], 0);
    let code = lines(&home.ok(&["metrics", "--json", "--kind", "code"]));
    assert!(
        code.iter().all(|it| it["kind"] == "code") && code.len() == 1,
        "{code:?}"
    );
    let ben = home.ok(&["metrics", "--member", "ben"]);
    assert!(ben.starts_with("ben by kind of task, since ever"), "{ben}");
    assert!(
        ben.contains("\ncode ") && ben.contains("\nall kinds "),
        "{ben}"
    );
    let kinds = home.ok(&["metrics", "--by", "kind"]);
    assert!(
        kinds.starts_with("all tasks by kind, since ever"),
        "{kinds}"
    );
    assert!(kinds.contains("\ngeneral ") && kinds.contains("\nall kinds "));
    let kinds = lines(&home.ok(&["metrics", "--by", "kind", "--json"]));
    assert!(kinds.len() == 2 && kinds.iter().all(|it| it["member"].is_null()));
}

#[test]
fn what_calls_came_to_over_time_is_told_step_by_step() {
    let home = room();
    home.ok(&["stop"]);
    let all = lines(&home.ok(&["metrics", "--over-time", "--window", "hour", "--json"]));
    let sum =
        |of: &[Value], field: &str| of.iter().map(|it| it[field].as_u64().unwrap()).sum::<u64>();
    assert_eq!((sum(&all, "answered"), sum(&all, "failed")), (4, 0));
    assert!(sum(&all, "tokens") > 0 && all.iter().all(|it| it["step_ms"] == 60_000));
    let code = ["metrics", "--over-time", "--kind", "code"];
    let of_code = lines(&home.ok(&[&code[..], &["--json"]].concat()));
    assert_eq!(sum(&of_code, "answered"), 1);
    let told = home.ok(&code);
    assert!(
        told.starts_with("code in steps of 12 h, last 30 days\n\nbegun"),
        "{told}"
    );
    assert!(
        told.contains("12 h ago") && told.contains("mean time"),
        "{told}"
    );
    let both = ["--member", "ben", "--kind", "code"];
    let why = home.refused(2, &[&["metrics", "--over-time"][..], &both].concat());
    assert!(why.contains("leave out one of both"), "{why}");
}

#[test]
fn prometheus_text_takes_the_place_of_a_file_in_one_step() {
    let home = room();
    home.ok(&["stop"]);
    let file = home.project().join("synod.prom");
    fs::write(&file, "old").unwrap();
    home.ok(&["metrics", "--prometheus", file.to_str().unwrap()]);
    let written = fs::read_to_string(&file).unwrap();
    let printed = home.ok(&["metrics", "--prometheus", "-"]);
    assert_eq!(written, printed);
    for line in [
        "# TYPE synod_answer_seconds histogram",
        "synod_tasks_total{member=\"ben\",kind=\"code\"} 1",
        "synod_calls_total{member=\"ann\",kind=\"general\",outcome=\"answered\"} 1",
        "synod_room_tasks_total{outcome=\"done\"} 2",
    ] {
        assert!(
            written.lines().any(|it| it == line),
            "`{line}` is not in\n{written}"
        );
    }
    let left: Vec<String> = fs::read_dir(home.project())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains("tmp"))
        .collect();
    assert_eq!(left, [""; 0]);
    let nowhere = home.project().join("no/such/folder.prom");
    let why = home.refused(1, &["metrics", "--prometheus", nowhere.to_str().unwrap()]);
    assert!(why.contains("folder.prom cannot be written"), "{why}");
}

#[test]
fn what_there_is_not_is_said_with_what_there_is() {
    let home = room();
    home.ok(&["stop"]);
    for (words, said) in [
        (
            ["--member", "anne"],
            "there is no member `anne`: did you mean `ann`?",
        ),
        (
            ["--member", "zoe"],
            "there is no member `zoe`: use one of ann, ben, cleo",
        ),
        (
            ["--kind", "codes"],
            "there is no kind of task `codes`: did you mean `code`?",
        ),
    ] {
        let why = home.refused(2, &[&["metrics"][..], &words[..]].concat());
        assert!(why.contains(said), "{why}");
    }
    let year = home.synod(&["metrics", "--window", "year"]);
    let why = text(&year.stderr);
    let words = "`year` is no window: use one of hour, day, week, month, ever";
    assert!(
        year.status.code() == Some(2) && why.contains(words),
        "{why}"
    );
    let none = home.ok(&["metrics", "--member", "ann", "--kind", "code"]);
    assert!(none.contains("ann on code tasks"));
    let empty = Home::new();
    let why = empty.refused(1, &["metrics"]);
    assert!(why.contains("has no journal yet"), "{why}");
}
