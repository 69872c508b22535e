//! `synod backtest` on recorded outcomes and on a journal: tables, objects, and input that is wrong.

use std::fmt::Write as _;
use std::fs::File;
use std::io::Write;
use std::process::Stdio;

use flate2::Compression;
use flate2::write::GzEncoder;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::home::{Home, lines, text};

/// Records of three members, of which one is best at sums, another at words, and the third at nothing.
fn records(count: usize) -> String {
    let mut text = String::new();
    for at in 0..count {
        let kind = if at % 2 == 0 { "sums" } else { "Own words" };
        let (sums, words) = (at % 2 == 0, at % 2 == 1);
        let marks = [
            ("Ann@home", sums && at % 20 != 0 || at % 3 == 0),
            ("ben", words && at % 15 != 0 || at % 4 == 0),
            ("cleo", at % 5 == 0),
        ];
        let answers = marks.iter().map(|(name, right)| {
            let answer = if *right {
                "12".to_owned()
            } else {
                format!("{at}{}", name.len())
            };
            format!(
                r#""{name}":{{"answer":"{answer}","correct":{},"seconds":2}}"#,
                u8::from(*right)
            )
        });
        let answers = answers.collect::<Vec<_>>().join(",");
        writeln!(
            text,
            r#"{{"id":"{at}","kind":"{kind}","prompt":"How many?","answers":{{{answers}}}}}"#
        )
        .unwrap();
    }
    text
}

const POOLS: &str = r#"
[three]
file = "three.jsonl"
members = ["Ann@home", "ben", "cleo"]
[two]
file = "three.jsonl"
members = ["ben", "cleo"]
"#;

fn home() -> Home {
    let home = Home::new();
    std::fs::create_dir(home.project().join("data")).unwrap();
    std::fs::write(home.project().join("data/three.jsonl"), records(300)).unwrap();
    std::fs::write(home.project().join("data/pools.toml"), POOLS).unwrap();
    home
}

fn of<'a>(rows: &'a [Value], field: &str, word: &str) -> Vec<&'a Value> {
    rows.iter().filter(|row| row[field] == word).collect()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

#[test]
fn every_policy_and_rule_is_replayed_and_held_against_what_was_best() {
    let home = home();
    let rows = lines(&home.ok(&["backtest", "data/three.jsonl", "--json"]));
    let fields = [
        "pool",
        "policy",
        "rule",
        "accuracy",
        "spread",
        "calls",
        "cost",
        "ece",
        "first_half",
        "last_half",
        "seeds",
        "items",
    ];
    for row in &rows {
        assert!(fields.iter().all(|field| row.get(field).is_some()), "{row}");
        assert_eq!(
            (&row["pool"], &row["seeds"], &row["items"]),
            (&json!("three"), &json!(5), &json!(300))
        );
        assert_eq!(
            (&row["cost"], &row["seconds"]),
            (
                &Value::Null,
                if row["reference"] == "oracle" {
                    &Value::Null
                } else {
                    &row["seconds"]
                }
            )
        );
    }
    let single = of(&rows, "reference", "best single")[0];
    assert_eq!(single["member"], "ben");
    let learned = of(&rows, "policy", "learned");
    let allowed: Vec<_> = learned
        .iter()
        .map(|row| row["calls_allowed"].clone())
        .collect();
    assert_eq!(allowed, [json!(1.0), json!(1.2), json!(2.0)]);
    assert!(number(&learned[0]["accuracy"]) > number(&single["accuracy"]));
    assert!(number(&learned[0]["regret_best_single"]) < 0.0);
    let random = of(&rows, "reference", "random")[0];
    let turns = of(&rows, "policy", "round-robin")[0];
    assert!((number(&random["accuracy"]) - number(&turns["accuracy"])).abs() < 0.08);
    for (rule, asked) in [
        ("plurality", 3.0),
        ("majority", 3.0),
        ("unanimity", 3.0),
        ("weighted", 3.0),
    ] {
        let row = of(&rows, "rule", rule)[0];
        assert_eq!(
            (number(&row["calls"]), number(&row["seconds"])),
            (asked, 2.0)
        );
    }
    // No record tells a price, so nobody is the cheapest, and that is said.
    assert!(of(&rows, "policy", "cheapest").is_empty());
    let told = text(&home.synod(&["backtest", "data/three.jsonl"]).stderr);
    assert!(
        told.contains("`cheapest` is left out: no record says what an answer cost"),
        "{told}"
    );
    // The same again, to the letter.
    assert_eq!(
        lines(&home.ok(&["backtest", "data/three.jsonl", "--json"])),
        rows
    );
}

#[test]
fn a_table_has_what_is_asked_for() {
    let home = home();
    let table = home.ok(&[
        "backtest",
        "--pools",
        "data/pools.toml",
        "--pool",
        "three",
        "--policy",
        "learned",
        "--calls",
        "1.5",
        "--rule",
        "weighted",
        "--cascade",
        "2",
        "--by-kind",
        "--against",
        "thompson",
        "--seeds",
        "2",
    ]);
    let heads = table.lines().nth(1).unwrap();
    for head in [
        "right",
        "calls",
        "ECE",
        "to best",
        "to oracle",
        "less thompson",
        "95 % of it",
    ] {
        assert!(heads.contains(head), "{table}");
    }
    assert_eq!(
        table.lines().next().unwrap(),
        "three: 300 items, 3 members, 2 seeds"
    );
    for name in [
        "random",
        "best single, ben",
        "best of each kind",
        "oracle",
        "learned, ≤ 1.5 calls",
        "weighted",
        "weighted, first 2",
        "thompson",
        "  sums",
        "  Own words",
    ] {
        assert!(
            table.lines().any(|line| line.starts_with(name)),
            "{name}: {table}"
        );
    }
    let kinds = home.ok(&[
        "backtest",
        "data/three.jsonl",
        "--policy",
        "fixed",
        "--kind",
        "Own words",
    ]);
    assert_eq!(
        kinds
            .lines()
            .filter(|line| line.starts_with("  Own words"))
            .count(),
        5
    );
    assert!(!kinds.contains("  sums"));
}

#[test]
fn a_difference_has_an_interval_around_it() {
    let home = home();
    let args = [
        "backtest",
        "data/three.jsonl",
        "--against",
        "round-robin",
        "--policy",
        "learned",
        "--json",
    ];
    let rows = lines(&home.ok(&args));
    let learned = of(&rows, "policy", "learned")[0];
    assert_eq!(learned["against"], "round-robin");
    let (low, middle, high) = (&learned["low"], &learned["difference"], &learned["high"]);
    assert!(0.0 < number(low) && number(low) < number(middle) && number(middle) < number(high));
    let base = of(&rows, "policy", "round-robin")[0];
    assert_eq!(
        (&base["against"], &base["low"]),
        (&Value::Null, &Value::Null)
    );
}

#[test]
fn words_that_are_none_are_refused_with_what_is_meant() {
    let home = home();
    let pools = "data/pools.toml";
    let usage = |args: &[&str]| {
        let done = home.synod(&[&["backtest"], args].concat());
        assert_eq!(done.status.code(), Some(2), "{args:?}");
        text(&done.stderr)
    };
    for (args, why) in [
        (
            &["--pools", pools, "--pool", "thre"][..],
            "did you mean `three`?",
        ),
        (
            &["data/three.jsonl", "--policy", "lerned"],
            "did you mean `learned`?",
        ),
        (
            &["data/three.jsonl", "--rule", "borda"],
            "records hold none",
        ),
        (
            &["data/three.jsonl", "--kind", "sum"],
            "did you mean `sums`?",
        ),
        (
            &["data/three.jsonl", "--against", "tompson"],
            "did you mean `thompson`?",
        ),
        (
            &["data/three.jsonl", "--seeds", "0"],
            "0 is not in 1..=1000",
        ),
        (&["data/three.jsonl", "--calls", "0.5"], "1 or more"),
        (&[], "required"),
    ] {
        let told = usage(args);
        assert!(told.contains(why), "{args:?}: {told}");
    }
    let wrong = POOLS.replace("Ann@home", "Anna@home");
    std::fs::write(home.project().join("data/wrong.toml"), wrong).unwrap();
    let told = home.refused(2, &["backtest", "--pools", "data/wrong.toml"]);
    assert!(
        told.contains("no record has an answer of `Anna@home`; did you mean `Ann@home`?"),
        "{told}"
    );
}

#[test]
fn broken_lines_are_named_and_left_out_only_on_request() {
    let home = home();
    let broken = format!(
        "nonsense\n{}\n{{\"id\":1}}\n{{\"answers\":{{\"ben\":{{\"cost\":NaN}}}}}}\n",
        records(40)
    );
    std::fs::write(home.project().join("b.jsonl"), broken).unwrap();
    let done = home.synod(&["backtest", "b.jsonl"]);
    assert_eq!(
        (done.status.code(), text(&done.stdout).as_str()),
        (Some(1), "")
    );
    let told = text(&done.stderr);
    for line in [
        "b.jsonl:1: no record",
        "b.jsonl:43: no record",
        "b.jsonl:44: no record",
        "--skip-broken",
    ] {
        assert!(told.contains(line), "{told}");
    }
    let done = home.synod(&[
        "backtest",
        "b.jsonl",
        "--skip-broken",
        "--policy",
        "fixed",
        "--json",
    ]);
    assert!(done.status.success());
    assert_eq!(lines(&text(&done.stdout))[0]["items"], 40);
    assert!(text(&done.stderr).contains("3 lines are left out"));
}

#[test]
fn records_that_lack_things_are_worked_as_far_as_they_go() {
    let home = Home::new();
    let refused = |name: &str, text: &str, code: i32, why: &str| {
        std::fs::write(home.project().join(name), text).unwrap();
        let told = home.refused(code, &["backtest", name]);
        assert!(told.contains(why), "{told}");
    };
    refused("e.jsonl", "\n\n", 2, "e: no record was read");
    refused(
        "u.jsonl",
        r#"{"id":1,"answers":{"a":{"answer":"1"}}}"#,
        2,
        "which answers are right",
    );
    let told = home.refused(1, &["backtest", "missing.jsonl"]);
    assert!(told.contains("missing.jsonl"), "{told}");
    // One member, which some records lack, with a price that is none.
    let one = r#"{"id":1,"answers":{"a":{"answer":"1","correct":true,"cost":-1}}}
{"id":2,"answers":{}}
{"id":3,"answers":{"a":{"answer":null,"official":0,"cost":0.5}}}
"#;
    std::fs::write(home.project().join("one.jsonl"), one).unwrap();
    let done = home.synod(&["backtest", "one.jsonl", "--json", "--seeds", "1"]);
    let told = text(&done.stderr);
    assert!(
        done.status.success() && told.contains("1 times or prices"),
        "{told}"
    );
    let rows = lines(&text(&done.stdout));
    let learned = of(&rows, "policy", "learned")[0];
    assert_eq!(
        (&learned["accuracy"], &learned["spread"]),
        (&json!(0.5), &Value::Null)
    );
    assert_eq!(
        (&learned["cost"], &learned["items"]),
        (&Value::Null, &json!(2))
    );
}

#[test]
fn a_gzipped_file_and_stdin_are_read_as_well() {
    let home = home();
    let args = ["--policy", "learned", "--json"];
    let plain = lines(&home.ok(&[&["backtest", "data/three.jsonl"], &args[..]].concat()));
    let mut gz = GzEncoder::new(
        File::create(home.project().join("three.jsonl.gz")).unwrap(),
        Compression::fast(),
    );
    gz.write_all(records(300).as_bytes()).unwrap();
    gz.finish().unwrap();
    assert_eq!(
        lines(&home.ok(&[&["backtest", "three.jsonl.gz"], &args[..]].concat())),
        plain
    );
    // A file in another place stands for the one that the pools name.
    let pooled = ["backtest", "three.jsonl.gz", "--pools", "data/pools.toml"];
    let told = home.refused(2, &[&pooled[..], &args[..]].concat());
    assert!(told.contains("about these files"), "{told}");
    let mut child = home
        .command(&[&["backtest", "-"], &args[..]].concat())
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(records(300).as_bytes()).unwrap();
    drop(stdin);
    let mut piped = lines(&text(&child.wait_with_output().unwrap().stdout));
    for row in &mut piped {
        assert_eq!(row["pool"], "-");
        row["pool"] = json!("three");
    }
    assert_eq!(piped, plain);
}

/// Three that answer a council, one of them something else; what is decided tells who was right.
#[test]
fn the_journal_tells_who_was_right_and_what_nobody_tried_is_unknown() {
    let home = Home::new();
    let member = |(name, persona): (&str, &str)| {
        format!(
            "[[member]]\nname = \"{name}\"\nadapter = \"rehearsal\"\nfamily = \"{name}\"\n\
             rehearsal = {{ persona = \"{persona}\", seed = 1 }}\n"
        )
    };
    let members = [
        ("ann", "terse"),
        ("ben", "wrong"),
        ("cleo", "terse"),
        ("dan", "terse"),
    ];
    home.configure(&format!(
        "[room]\nhub = \"builtin\"\n[conflict]\nladder = [\"vote\", \"operator\"]\njury = \"room\"\n{}",
        members.map(member).concat()
    ));
    let told = home.refused(1, &["backtest", "--from", "journal"]);
    assert!(told.contains("no journal yet"), "{told}");
    home.ok(&["run", "-m", "ann", "Say one thing."]);
    let council = [
        "run",
        "-m",
        "ann",
        "-m",
        "ben",
        "-m",
        "cleo",
        "--strategy",
        "council",
    ];
    home.ok(&[&council[..], &["Which way shall we go?"]].concat());
    let args = ["backtest", "--from", "journal", "--json", "--seeds", "2"];
    let done = home.synod(&args);
    let told = text(&done.stderr);
    assert!(done.status.success(), "{told}");
    assert!(
        told.contains("1 councils") && told.contains("1 tasks of one member"),
        "{told}"
    );
    let rows = lines(&text(&done.stdout));
    let fixed = of(&rows, "policy", "fixed")[0];
    assert_eq!(
        (&fixed["pool"], &fixed["items"]),
        (&json!("journal"), &json!(2))
    );
    assert_eq!(
        (&fixed["judged"], &fixed["accuracy"]),
        (&json!(1.0), &json!(1.0))
    );
    let turns = of(&rows, "policy", "round-robin")[0];
    assert!(number(&turns["judged"]) <= 1.0);
    let weighted = of(&rows, "rule", "weighted")[0];
    assert_eq!(
        (&weighted["items"], &weighted["calls"]),
        (&json!(1), &json!(3.0))
    );
    assert_eq!(
        (&weighted["accuracy"], &weighted["regret_oracle"]),
        (&json!(1.0), &Value::Null)
    );
    home.ok(&["stop"]);
    let again = home.synod(&args);
    assert_eq!(lines(&text(&again.stdout)), rows);
}

/// A long file costs no more memory than what is kept of it.
#[cfg(target_os = "linux")]
#[test]
fn what_is_not_needed_of_a_record_is_not_kept() {
    let home = Home::new();
    let mut child = home
        .command(&[
            "backtest", "-", "--policy", "fixed", "--json", "--seeds", "1",
        ])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let filler = "word ".repeat(200_000);
    for at in 0..64 {
        let record = format!(
            r#"{{"id":"{at}","prompt":"{filler}","answers":{{"a":{{"answer":"1","correct":1,"text":"{filler}"}}}}}}"#
        );
        writeln!(stdin, "{record}").unwrap();
    }
    // All but the last pipe full was read by now.
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes: u64 = peak
        .unwrap()
        .trim()
        .trim_end_matches(" kB")
        .parse()
        .unwrap();
    drop(stdin);
    let rows = lines(&text(&child.wait_with_output().unwrap().stdout));
    assert_eq!(rows[0]["items"], 64);
    // 128 MB went through.
    assert!(kilobytes < 48 * 1024, "{kilobytes} kB");
}
