//! `synod detect` on recorded answers: with labels, without, broken, gzipped, and from stdin.

use std::fs::File;
use std::io::Write;
use std::process::Stdio;

use flate2::Compression;
use flate2::write::GzEncoder;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::home::{Home, lines, text};

/// Two items with labels: the detector is right about all pairs of the first, and wrong about one of the
/// second, whose labels contradict what is said.
const LABELLED: &str = r#"{"id":"s:1","kind":"sum","prompt":"How many eggs are 5 and 7?","gold":"12","answers":{"a":{"answer":"12","official":1,"text":"5 + 7 = 12. The answer is 12."},"b":{"answer":"12 eggs","official":1,"correct":0,"text":"{\"answer\": \"12\"}"},"c":{"answer":"13","official":0}}}
{"id":"s:2","kind":"sum","prompt":"How many eggs are 1 and 1?","answers":{"a":{"answer":"2","official":1},"b":{"answer":"2.0","official":0},"c":{"answer":"","official":0}}}
"#;

/// An item without labels.
const UNLABELLED: &str = r#"{"id":"w:1","kind":"why","prompt":"How long is it?","answers":{"a":{"answer":"5 km"},"b":{"answer":"5000 m"},"c":{"answer":"6 km"},"d":{"answer":null}}}
"#;

#[test]
fn labels_give_a_table_and_the_detector_does_not_see_them() {
    let home = Home::new();
    std::fs::write(home.project().join("l.jsonl"), LABELLED).unwrap();
    let told = lines(&home.ok(&["detect", "l.jsonl", "--json"]));
    assert_eq!(
        told,
        [
            json!({"task":"sum","source":"answer","pairs":5,"precision":1.0,"recall":0.75,"f1":6.0 / 7.0}),
            json!({"task":"sum","source":"text","pairs":1,"precision":null,"recall":null,"f1":null}),
        ]
    );
    let turned = LABELLED.replace("\"gold\":\"12\"", "\"gold\":\"13\",\"normalised\":\"13\"");
    std::fs::write(home.project().join("t.jsonl"), turned).unwrap();
    assert_eq!(lines(&home.ok(&["detect", "t.jsonl", "--json"])), told);
    let table = home.ok(&["detect", "l.jsonl", "--source", "answer"]);
    assert_eq!(
        table,
        "task  source  pairs  precision  recall      F1\n\
         sum   answer      5     1.0000  0.7500  0.8571\n"
    );
}

#[test]
fn without_labels_the_verdicts_are_told() {
    let home = Home::new();
    std::fs::write(home.project().join("u.jsonl"), UNLABELLED).unwrap();
    let told = lines(&home.ok(&["detect", "u.jsonl", "--json"]));
    assert_eq!(
        told,
        [json!({
            "id":"w:1","task":"why","source":"answer","verdict":"conflict",
            "candidates":[{"label":"5 km","members":["a","b"]},{"label":"6 km","members":["c"]}],
            "silent":[{"member":"d","why":"empty"}],
        })]
    );
    assert_eq!(
        home.ok(&["detect", "u.jsonl"]),
        "w:1  answer  ✕ conflict\n    2× 5 km  (a, b)\n    1× 6 km  (c)\n    – empty  (d)\n"
    );
}

#[test]
fn a_broken_line_is_named_and_the_rest_goes_on() {
    let home = Home::new();
    let broken = format!("{UNLABELLED}\nnonsense\n{{\"id\":\"x\"}}\n{LABELLED}");
    std::fs::write(home.project().join("b.jsonl"), broken).unwrap();
    let done = home.synod(&["detect", "b.jsonl", "--json"]);
    assert!(done.status.success());
    let told = text(&done.stderr);
    assert!(told.contains("b.jsonl:3: no record"), "{told}");
    assert!(told.contains("b.jsonl:4: no record"), "{told}");
    assert_eq!(lines(&text(&done.stdout)).len(), 3);
    let told = home.refused(1, &["detect", "missing.jsonl"]);
    assert!(told.contains("missing.jsonl"), "{told}");
    std::fs::write(home.project().join("e.jsonl"), "\n\n").unwrap();
    let told = home.refused(1, &["detect", "e.jsonl"]);
    assert!(told.contains("no record was read"), "{told}");
    assert_eq!(home.synod(&["detect"]).status.code(), Some(2));
}

#[test]
fn records_without_what_is_wanted_are_not_passed_over_in_silence() {
    let home = Home::new();
    let record = r#"{"id":"1","kind":"w","prompt":"1+1?","answers":{"a":{"answer":"2"},"b":{"answer":"3"}}}"#;
    std::fs::write(home.project().join("a.jsonl"), record).unwrap();
    let told = home.refused(1, &["detect", "a.jsonl", "--source", "text"]);
    assert!(told.contains("no record has texts"), "{told}");
    assert!(home.ok(&["detect", "a.jsonl"]).contains("conflict"));
}

#[test]
fn a_gzipped_file_and_stdin_are_read_as_well() {
    let home = Home::new();
    let file = File::create(home.project().join("l.jsonl.gz")).unwrap();
    let mut gz = GzEncoder::new(file, Compression::fast());
    gz.write_all(LABELLED.as_bytes()).unwrap();
    gz.finish().unwrap();
    let packed: Vec<Value> = lines(&home.ok(&["detect", "l.jsonl.gz", "--json"]));
    let mut command = home.command(&["detect", "-", "--json"]);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(LABELLED.as_bytes())
        .unwrap();
    let piped = child.wait_with_output().unwrap();
    assert_eq!(lines(&text(&piped.stdout)), packed);
    let cut = std::fs::read(home.project().join("l.jsonl.gz")).unwrap();
    std::fs::write(home.project().join("cut.gz"), &cut[..cut.len() / 2]).unwrap();
    let told = home.refused(1, &["detect", "cut.gz"]);
    assert!(told.contains("cut.gz"), "{told}");
}
