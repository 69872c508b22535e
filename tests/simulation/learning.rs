//! What is said about lessons, what is pinned, and how pinned documents are read.

use synod::core::{
    AttentionId, CallOrder, Command, DocumentText, Holds, Lesson, LessonOrder, Reply, Report,
    State, TaskId, TaskKind,
};

use crate::world::picked;

/// A word about a lesson, or a new one that may contradict an older.
pub(crate) fn word(state: &State, pick: usize) -> Command {
    let why = "so it is".to_owned();
    let lesson = picked(state.lessons().map(Lesson::id), pick);
    Command::Lesson(match (pick % 8, lesson) {
        (0..=2, Some(lesson)) => LessonOrder::Accept { lesson },
        (3, Some(lesson)) => LessonOrder::Dispute { lesson, why },
        (4, Some(lesson)) => LessonOrder::Retire { lesson, why },
        (_, _) => LessonOrder::Add {
            topic: TaskKind::Code,
            subject: "how many retries has the login?".to_owned(),
            claim: format!("it has {} of them", pick % 3),
            why,
        },
    })
}

/// The newer of two lessons that contradict each other holds.
pub(crate) fn settled(attention: AttentionId) -> Command {
    Command::Answer {
        attention,
        reply: Reply::Hold(Holds::Newer),
    }
}

/// A document that is pinned to this task or to all, or is so no more.
pub(crate) fn pin(task: Option<TaskId>, pick: usize) -> Command {
    let task = task.filter(|_| !pick.is_multiple_of(3));
    let document = format!("notes/{}", pick % 4);
    if pick.is_multiple_of(5) {
        Command::Unpin { document, task }
    } else {
        Command::Pin { document, task }
    }
}

/// What becomes of the documents that a call is given: every other one can be read.
pub(crate) fn told(order: &CallOrder) -> Vec<Report> {
    let texts = [
        DocumentText::Read {
            digest: "00".to_owned(),
        },
        DocumentText::Unreadable {
            why: "there is none".to_owned(),
        },
    ];
    let documents = order.documents.iter().zip(texts.iter().cycle());
    let told = documents.map(|(document, text)| Report::Told {
        call: order.call,
        document: document.clone(),
        text: text.clone(),
    });
    told.collect()
}
