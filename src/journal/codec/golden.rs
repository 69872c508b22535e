//! Golden files: what was once written stays readable, and what is written now does not change.
//!
//! `tests/golden/journal/v<version>/<kind>.json` holds the bodies of all samples of a kind at a
//! version. `SYNOD_BLESS=1 cargo test golden_files_hold` writes those that are missing and never overwrites
//! one: a body that changes needs a new version.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::samples::samples;
use super::{KINDS, decode, encode};
use crate::core::Event;

fn golden_file(kind: &str, version: u16) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden/journal")
        .join(format!("v{version}"))
        .join(format!("{kind}.json"))
}

#[expect(clippy::disallowed_methods, reason = "a switch of this test alone")]
fn is_blessing() -> bool {
    std::env::var("SYNOD_BLESS").is_ok_and(|value| value == "1")
}

fn samples_of(kind: &str) -> Vec<Event> {
    let all = samples().into_iter();
    all.filter(|event| encode(event).kind == kind).collect()
}

#[test]
fn golden_files_hold_what_is_written_now() {
    for (kind, version) in KINDS {
        let events = samples_of(kind);
        assert!(!events.is_empty(), "no sample of `{kind}`");
        let bodies: Vec<Value> = events.iter().map(|event| encode(event).body).collect();
        let text = serde_json::to_string_pretty(&bodies).unwrap() + "\n";
        let path = golden_file(kind, *version);
        if is_blessing() && !path.exists() {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, &text).unwrap();
        }
        let golden = fs::read_to_string(&path)
            .unwrap_or_else(|error| panic!("{}: {error}; SYNOD_BLESS=1 writes it", path.display()));
        assert_eq!(
            golden, text,
            "`{kind}` is written differently than before: raise its version"
        );
    }
}

#[test]
fn golden_files_of_every_version_are_read() {
    for (kind, newest) in KINDS {
        for version in 1..=*newest {
            let text = fs::read_to_string(golden_file(kind, version)).unwrap();
            let bodies: Vec<Value> = serde_json::from_str(&text).unwrap();
            let read: Vec<Event> = bodies
                .into_iter()
                .map(|body| decode(kind, version, body).unwrap())
                .collect();
            if version == *newest {
                assert_eq!(read, samples_of(kind));
            }
        }
    }
}

#[test]
fn no_golden_file_is_of_an_unknown_kind() {
    let folder = golden_file("x", 1);
    for entry in fs::read_dir(folder.parent().unwrap()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let kind = name.trim_end_matches(".json");
        assert!(KINDS.iter().any(|(known, _)| *known == kind), "{name}");
    }
}
