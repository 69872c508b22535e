//! Search: by words, with the call and task a text belongs to; the index is only a projection.

use pretty_assertions::assert_eq;

use super::{batch, open, room, shell, task};
use crate::core::{Access, Answer, CallId, Ending, Event, Purpose, SessionId, TaskId, Text, Usage};
use crate::journal::sqlite::Reader;
use crate::journal::{Hit, Journal};

fn work() -> Vec<Event> {
    vec![
        task(1, "why is the login slow?"),
        Event::CallStarted {
            call: CallId(4),
            task: TaskId(1),
            session: SessionId(1),
            purpose: Purpose::Answer,
            access: Access::Read,
            prompt: Text::from("why is the login slow?"),
            inputs: vec![],
        },
        Event::CallEnded {
            call: CallId(4),
            ending: Ending::Answered(Answer {
                text: Text::from(format!(
                    "{}The café's tokén refresh races.",
                    "so ".repeat(900)
                )),
                block: None,
                usage: Usage::default(),
                first_text: None,
            }),
        },
        task(2, "another login"),
    ]
}

fn places(hits: &[Hit]) -> Vec<u64> {
    hits.iter().map(|hit| hit.seq).collect()
}

#[tokio::test]
async fn texts_are_found_by_words_and_beginnings() {
    let dir = room();
    let journal = open(dir.path()).journal;
    journal.append(0, batch(work())).await.unwrap();
    let found = |query: &'static str| {
        let journal = journal.clone();
        async move { places(&journal.search(query, 10).await.unwrap()) }
    };
    assert_eq!(found("LOGIN").await, [4, 1]);
    assert_eq!(found("login slo").await, [1]);
    assert_eq!(found("cafe token").await, [3]);
    assert_eq!(found("ogin").await, [0; 0]);
    for odd in [
        "",
        "  ",
        "\"",
        "a AND",
        "NEAR(",
        "*",
        "text:x",
        "-",
        "ä\u{301}",
        "क्षि",
        "x' --",
    ] {
        found(odd).await;
    }
    let limited = journal.search("login", 1).await.unwrap();
    assert_eq!(places(&limited), [4]);
}

#[tokio::test]
async fn what_is_not_yet_indexed_is_found_by_who_reads_beside_the_room() {
    let dir = room();
    let journal = open(dir.path()).journal;
    journal.append(0, batch(work())).await.unwrap();
    let unindexed = shell(dir.path());
    unindexed
        .execute_batch("DELETE FROM meta WHERE key = 'indexed'; DELETE FROM calls")
        .unwrap();
    let reader = Reader::open(dir.path()).unwrap();
    for _ in 0..2 {
        let hits = reader.search("login", 10).unwrap();
        assert_eq!(places(&hits)[..2], [4, 1]);
        let hit = &reader.search("tokén", 10).unwrap()[0];
        assert_eq!((hit.seq, hit.task), (3, Some(TaskId(1))));
    }
}

#[tokio::test]
async fn a_hit_names_its_call_and_task() {
    let dir = room();
    let journal = open(dir.path()).journal;
    journal.append(0, batch(work())).await.unwrap();
    let hit = journal.search("refresh", 10).await.unwrap().remove(0);
    assert_eq!((hit.call, hit.task), (Some(CallId(4)), Some(TaskId(1))));
    assert_eq!(hit.session, Some(SessionId(1)));
    let asked = journal.search("slow", 10).await.unwrap().remove(0);
    assert_eq!((asked.call, asked.session), (None, Some(SessionId(1))));
    let alone = journal.search("another", 10).await.unwrap().remove(0);
    assert_eq!(alone.session, None);
    assert!(hit.excerpt.starts_with("…o so so"), "{}", hit.excerpt);
    assert!(hit.excerpt.ends_with("refresh races."), "{}", hit.excerpt);
}

#[tokio::test]
async fn the_index_can_be_made_again() {
    let dir = room();
    let journal = open(dir.path()).journal;
    journal.append(0, batch(work())).await.unwrap();
    // Closing indexes what is not yet.
    journal.close().await;
    let journal = open(dir.path()).journal;
    let before = journal.search("login", 10).await.unwrap();
    let clear = "INSERT INTO transcripts (transcripts) VALUES ('delete-all'); DELETE FROM calls;";
    shell(dir.path()).execute_batch(clear).unwrap();
    assert_eq!(journal.search("login", 10).await.unwrap(), []);
    journal.rebuild_index().await.unwrap();
    assert_eq!(journal.search("login", 10).await.unwrap(), before);
    let hit = journal.search("refresh", 10).await.unwrap().remove(0);
    assert_eq!(hit.task, Some(TaskId(1)));
}

#[tokio::test]
async fn a_broken_index_does_not_stop_the_journal() {
    let dir = room();
    let journal = open(dir.path()).journal;
    journal.append(0, batch(work())).await.unwrap();
    shell(dir.path())
        .execute_batch("DROP TABLE transcripts")
        .unwrap();
    let next = journal
        .append(4, batch([task(3, "goes on")]))
        .await
        .unwrap();
    assert_eq!(next[0].seq, 5);
    assert!(journal.search("login", 10).await.is_err());
}
