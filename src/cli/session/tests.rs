//! Transcripts from a journal on disk.

use pretty_assertions::assert_eq;

use super::{export, outline, session_id};
use crate::cli::project::Project;
use crate::core::{
    Access, Answer, CallId, Ending, Event, MemberName, Purpose, SessionChange, SessionId, TaskId,
    Text, Timestamp, Usage,
};
use crate::journal::sqlite::{Reader, SqliteJournal};
use crate::journal::{Batch, Journal};

fn turn(call: u64, session: u64, prompt: &str, answer: &str) -> [Event; 2] {
    [
        Event::CallStarted {
            call: CallId(call),
            task: TaskId(call),
            session: SessionId(session),
            purpose: Purpose::Answer,
            access: Access::Read,
            prompt: Text::from(prompt),
            inputs: Vec::new(),
        },
        Event::CallEnded {
            call: CallId(call),
            ending: Ending::Answered(Answer {
                text: Text::from(answer),
                block: None,
                usage: Usage::default(),
                first_text: None,
            }),
        },
    ]
}

/// A session with a turn, a reset, a turn, a fork of it with a turn, and a rename.
fn story() -> Vec<Event> {
    let codex = MemberName::new("codex").unwrap();
    let session = SessionId(1);
    let mut events = vec![Event::SessionOpened {
        session,
        member: codex.clone(),
        title: "main".to_owned(),
    }];
    events.extend(turn(1, 1, "what is one?", "one\u{1b}[31m"));
    events.push(Event::SessionChanged {
        session,
        change: SessionChange::Reset,
    });
    events.extend(turn(2, 1, "what is\ntwo?", &"two ".repeat(3000)));
    events.push(Event::SessionForked {
        session: SessionId(2),
        from: session,
        member: codex,
        title: "aside".to_owned(),
    });
    events.extend(turn(3, 2, "and three?", "three"));
    let title = "counting".to_owned();
    events.push(Event::SessionChanged {
        session,
        change: SessionChange::Renamed { title },
    });
    events
}

async fn room() -> (tempfile::TempDir, Project, Reader) {
    let dir = tempfile::tempdir().unwrap();
    let room = dir.path().join(".synod");
    let journal = SqliteJournal::open(&room).unwrap().journal;
    let at = Timestamp(1_790_000_000_000);
    let events = story();
    let batch = Batch { at, events };
    journal.append(0, vec![batch]).await.unwrap();
    journal.close().await;
    let project = Project {
        root: dir.path().to_owned(),
        socket: room.join("socket"),
        room: room.clone(),
    };
    (dir, project, Reader::open(&room).unwrap())
}

#[tokio::test]
async fn a_transcript_is_whole_and_a_fork_begins_with_what_was_remembered() {
    let (_dir, project, reader) = room().await;
    let written = export(&project, &reader, SessionId(1), None, false).unwrap();
    assert_eq!(written.file_name().unwrap(), "codex-s1.md");
    let text = std::fs::read_to_string(&written).unwrap();
    assert!(text.starts_with("# counting\n\nSession s1 of codex, opened 2026-"));
    assert!(text.contains("> what is one?\n\none"));
    assert!(!text.contains('\u{1b}'));
    assert!(text.contains("> what is\n> two?\n\ntwo two "));
    assert_eq!(text.matches("two ").count(), 3000);
    assert_eq!(text.matches("*Reset at ").count(), 1);
    let fork = export(&project, &reader, SessionId(2), None, false).unwrap();
    let text = std::fs::read_to_string(fork).unwrap();
    assert!(text.contains("forked from s1."));
    assert!(text.contains("two?") && text.contains("> and three?\n\nthree\n"));
    assert!(!text.contains("what is one?"));
}

#[tokio::test]
async fn nothing_is_overwritten_unless_that_is_wanted() {
    let (_dir, project, reader) = room().await;
    let to = |path: &'static str, force| {
        let path = Some(std::path::Path::new(path));
        export(&project, &reader, SessionId(2), path, force)
    };
    std::fs::write(project.root.join("notes.md"), "mine").unwrap();
    let error = to("notes.md", false).unwrap_err().to_string();
    assert!(error.contains("is there already"), "{error}");
    let mine = || std::fs::read_to_string(project.root.join("notes.md")).unwrap();
    assert_eq!(mine(), "mine");
    to("notes.md", true).unwrap();
    assert!(mine().starts_with("# aside"));
    let name = |_| {
        let written = export(&project, &reader, SessionId(2), None, false).unwrap();
        written.file_name().unwrap().to_string_lossy().into_owned()
    };
    assert_eq!([0, 1].map(name), ["codex-s2.md", "codex-s2-2.md"]);
    let unknown = export(&project, &reader, SessionId(9), None, false);
    let error = unknown.unwrap_err().to_string();
    assert!(error.contains("never had a session s9"), "{error}");
    assert!(to("no/such/folder.md", false).is_err());
}

#[tokio::test]
async fn sessions_are_outlined_with_their_turns() {
    let (_dir, _project, reader) = room().await;
    let outline = outline(&reader).unwrap();
    let turns: Vec<_> = outline
        .sessions
        .values()
        .map(super::Sketch::turns)
        .collect();
    assert_eq!(turns, [2, 2]);
    assert_eq!(session_id("s7"), Ok(SessionId(7)));
    assert!(session_id("seven").is_err());
}
