//! Members vote, and the decision is counted anew from the journal; what was changed in it is named.

use std::fs;
use std::path::Path;

use rusqlite::Connection;
use serde_json::Value;
use synod::journal::chain::{Digest, Link};

use crate::home::{Home, lines, text};

/// Three that answer, one of them something else, and two that only vote; their council has answered.
fn room(conflict: &str) -> Home {
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
        ("dan", "terse", 4),
        ("eve", "terse", 5),
    ];
    home.configure(&format!(
        "[room]\nhub = \"builtin\"\n[conflict]\nladder = [\"vote\", \"operator\"]\n\
         jury = \"room\"\nrule = {{ default = \"schulze\" }}\n{conflict}{}",
        members.map(member).concat()
    ));
    let council = ["run", "-m", "ann", "-m", "ben", "-m", "cleo"];
    let way = ["--strategy", "council", "Which way shall we go?"];
    home.ok(&[&council[..], &way[..]].concat());
    home.ok(&["stop"]);
    home
}

/// The same project with a journal in which the body of the last event of a kind was changed.
fn tampered(home: &Home, kind: &str, change: impl Fn(&mut Value)) -> Home {
    let other = Home::new();
    let folder = other.room("");
    fs::create_dir_all(&folder).unwrap();
    for file in ["room.db", "room.db-wal"] {
        if home.room(file).exists() {
            fs::copy(home.room(file), other.room(file)).unwrap();
        }
    }
    let conn = Connection::open(other.room("room.db")).unwrap();
    let find = "SELECT seq, body FROM events WHERE kind = ?1 ORDER BY seq DESC LIMIT 1";
    let (seq, body): (i64, String) = conn
        .query_row(find, [kind], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    let mut body: Value = serde_json::from_str(&body).unwrap();
    change(&mut body);
    let update = "UPDATE events SET body = ?1 WHERE seq = ?2";
    assert_eq!(conn.execute(update, (body.to_string(), seq)).unwrap(), 1);
    other
}

/// Gives all events hashes that fit what they say now.
fn chained_anew(room: &Path) {
    let conn = Connection::open(room).unwrap();
    let mut head = Digest::ZERO;
    let all = "SELECT seq, at, kind, version, body FROM events ORDER BY seq";
    let mut query = conn.prepare(all).unwrap();
    let mut rows = query.query([]).unwrap();
    let mut hashes = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        let (seq, at): (i64, i64) = (row.get(0).unwrap(), row.get(1).unwrap());
        let (kind, body): (String, String) = (row.get(2).unwrap(), row.get(4).unwrap());
        let link = Link {
            seq: seq.cast_unsigned(),
            at: at.cast_unsigned(),
            kind: &kind,
            version: row.get(3).unwrap(),
            body: &body,
        };
        let hash = link.hash(&head);
        hashes.push((*head.as_bytes(), *hash.as_bytes(), seq));
        head = hash;
    }
    let update = "UPDATE events SET prev_hash = ?1, hash = ?2 WHERE seq = ?3";
    for hashed in hashes {
        conn.execute(update, hashed).unwrap();
    }
}

#[test]
fn what_members_voted_adds_up_and_what_was_changed_is_named() {
    let home = room("");
    let told = home.ok(&["verify", "--all"]);
    println!("{told}");
    assert!(told.contains("vote, schulze"), "{told}");
    assert!(told.contains("of 9"), "{told}");
    assert!(
        told.ends_with("one conflict was counted anew; everything adds up\n"),
        "{told}"
    );
    let one = home.ok(&["verify", "1"]);
    println!("{one}");
    for says in [
        "dan: B > A",
        "eve: B > A",
        "ranked-pairs  B",
        "cleo stood for A",
    ] {
        assert!(one.contains(says), "{says}: {one}");
    }
    let object = &lines(&home.ok(&["verify", "#1", "--json"]))[0];
    assert_eq!(object["stands"], "B", "{object}");
    assert_eq!(object["rules"].as_object().unwrap().len(), 9);

    // Its record names the head of the journal, and is never written over.
    let record = home.project().join("way.md");
    home.ok(&["verify", "1", "--export", "way.md"]);
    let written = fs::read_to_string(&record).unwrap();
    let head = told
        .split("its head is ")
        .nth(1)
        .unwrap()
        .lines()
        .next()
        .unwrap();
    assert!(written.contains(head), "{written}");
    assert!(written.contains("> Which way shall we go?"), "{written}");
    let refused = home.refused(2, &["verify", "1", "--export", "way.md"]);
    assert!(refused.contains("is there already"), "{refused}");

    // A changed event breaks the chain.
    let choose = |body: &mut Value| body["chosen"] = 0.into();
    let other = tampered(&home, "decided", choose);
    let output = other.synod(&["verify"]);
    let told = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("it is not what its hash says"), "{told}");

    // With a chain that fits the decision goes against the count.
    chained_anew(&other.room("room.db"));
    let output = other.synod(&["verify"]);
    let told = text(&output.stdout);
    println!("{told}");
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(
        told.contains("of #1: A is decided for, and the count is: B wins"),
        "{told}"
    );
    assert!(
        told.contains("the dissent of ben is not recorded"),
        "{told}"
    );
    assert!(told.contains("things do not add up"), "{told}");
}

/// What inquiries of a sort brought, oldest first.
fn brought(home: &Home, sort: &str) -> Vec<Value> {
    let events = home.journal().into_iter();
    let answered = events.map(|event| event["event"]["inquiry_answered"]["answered"].clone());
    let found = answered.filter_map(|answered| answered.get(sort).cloned());
    found.collect()
}

#[test]
fn a_judge_and_a_clerk_of_a_rehearsal_are_understood() {
    let home = room("judge = \"dan\"\nclaims = \"eve\"\n");
    let judged = brought(&home, "same");
    assert!(!judged.is_empty(), "the judge is asked");
    for said in judged {
        assert_eq!(said["same"], false, "they come to different things: {said}");
    }
    let matrices = brought(&home, "claims");
    let [matrix] = matrices.as_slice() else {
        panic!("asked once, it is understood: {matrices:?}");
    };
    let dropped = matrix["dropped"].as_object().unwrap();
    assert!(dropped.values().all(|number| number == 0), "{dropped:?}");
    let contradicted = matrix.to_string().contains("\"agrees\":false");
    assert!(contradicted, "they contest something: {matrix}");
    let told = home.ok(&["verify", "1"]);
    println!("{told}");
    assert!(told.contains("everything adds up"), "{told}");
}

#[test]
fn what_cannot_be_counted_is_said() {
    let home = Home::new();
    let refused = home.refused(2, &["verify"]);
    assert!(refused.contains("has no journal yet"), "{refused}");
    home.ok(&["run", "-m", "terse", "[[say:forty-two]]"]);
    let told = home.ok(&["verify"]);
    assert!(
        told.contains("nothing was decided; everything adds up"),
        "{told}"
    );
    let refused = home.refused(2, &["verify", "1"]);
    assert!(refused.contains("never differed"), "{refused}");
    let refused = home.refused(2, &["verify", "9"]);
    assert!(refused.contains("never had a task 9"), "{refused}");
    assert_eq!(home.synod(&["verify", "login"]).status.code(), Some(2));
}
