//! The watch on real folders.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::Duration;

use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::{Known, Sighting, Walk, Watching};
use crate::core::{Notes, TaskId};
use crate::hub::document::{DocumentName, Prefix};
use crate::hub::folder::{Folder, Look, Unfit};

struct Post {
    dir: tempfile::TempDir,
    watching: Watching,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Post {
    fn on(dir: tempfile::TempDir) -> Self {
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        let folder = Folder::new(dir.path().join("memories"));
        let watching = Watching::start(folder, Prefix::default(), &stop, &tasks);
        Self {
            dir,
            watching,
            stop,
            tasks,
        }
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.dir.path().join("memories").join(name)
    }

    async fn next(&mut self) -> Sighting {
        let next = self.watching.sightings.recv();
        timeout(Duration::from_mins(1), next)
            .await
            .expect("something is seen")
            .expect("the watch goes on")
    }

    /// Waits until a document is seen to have this.
    async fn until(&mut self, document: &DocumentName, wanted: &Look) {
        loop {
            if let Sighting::Document { name, look } = self.next().await
                && name == *document
                && look == *wanted
            {
                return;
            }
        }
    }

    async fn notes(&mut self, wanted: impl Fn(&Notes) -> bool) -> Notes {
        loop {
            if let Sighting::Notes(notes) = self.next().await
                && wanted(&notes)
            {
                return *notes;
            }
        }
    }

    async fn end(self) {
        self.stop.cancel();
        self.tasks.close();
        timeout(Duration::from_mins(1), self.tasks.wait())
            .await
            .expect("it ends");
    }
}

fn empty() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("memories")).unwrap();
    dir
}

fn text(text: &str) -> Look {
    Look::Text(text.into())
}

/// As Serena writes: beside it, then in its place.
fn put(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let beside = path.with_extension("md.x7.tmp");
    fs::write(&beside, text).unwrap();
    fs::rename(beside, path).unwrap();
}

#[tokio::test]
async fn what_is_there_and_what_comes_changes_and_goes_is_seen() {
    let dir = empty();
    fs::write(dir.path().join("memories/task_queue.json.md"), "old").unwrap();
    let mut post = Post::on(dir);
    post.until(&DocumentName::Queue, &text("old")).await;
    post.notes(|notes| notes.count == 0).await;
    let queue = post.path("task_queue.json.md");
    put(&queue, "new");
    post.until(&DocumentName::Queue, &text("new")).await;
    fs::write(&queue, "in place").unwrap();
    post.until(&DocumentName::Queue, &text("in place")).await;
    fs::remove_file(&queue).unwrap();
    post.until(&DocumentName::Queue, &Look::Missing).await;
    // In a folder that was not there when the watch began.
    let result = DocumentName::Result(TaskId(7));
    put(&post.path("results/7.md"), "seven");
    post.until(&result, &text("seven")).await;
    put(&post.path("results/7.md"), "eight");
    post.until(&result, &text("eight")).await;
    fs::remove_dir_all(post.path("results")).unwrap();
    post.until(&result, &Look::Missing).await;
    post.end().await;
}

#[tokio::test]
async fn a_folder_that_comes_later_or_is_replaced_is_watched_all_the_same() {
    let mut post = Post::on(tempfile::tempdir().unwrap());
    post.notes(|notes| notes.count == 0).await;
    put(&post.path("task_queue.json.md"), "one");
    post.watching.look_again();
    post.until(&DocumentName::Queue, &text("one")).await;
    fs::rename(post.path(""), post.dir.path().join("aside")).unwrap();
    put(&post.path("task_queue.json.md"), "two");
    post.watching.look_again();
    post.until(&DocumentName::Queue, &text("two")).await;
    put(&post.path("task_queue.json.md"), "three");
    post.until(&DocumentName::Queue, &text("three")).await;
    post.end().await;
}

#[tokio::test]
async fn notes_are_told_by_name_and_size_and_what_we_keep_aside_is_none() {
    let mut post = Post::on(empty());
    post.notes(|notes| notes.count == 0).await;
    put(&post.path("ideas/one.md"), "12345");
    put(&post.path("conflicts/memory/task_queue.json-1.md"), "kept");
    put(&post.path("CON.md"), "1");
    let odd = "a\u{1b}[31m\nb.md";
    put(&post.path(odd), "1");
    let notes = post.notes(|notes| notes.count == 3).await;
    assert_eq!(notes.bytes, 7);
    let mut names: Vec<&str> = notes.latest.iter().map(|note| note.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["CON", "a\u{1b}[31m\nb", "ideas/one"]);
    fs::remove_file(post.path("CON.md")).unwrap();
    post.notes(|notes| notes.count == 2).await;
    post.end().await;
}

#[tokio::test]
async fn links_that_lead_out_are_named_and_not_followed() {
    let dir = empty();
    let secret = dir.path().join("secret.md");
    fs::write(&secret, "secret").unwrap();
    symlink(&secret, dir.path().join("memories/task_queue.json.md")).unwrap();
    symlink(dir.path(), dir.path().join("memories/up")).unwrap();
    let mut post = Post::on(dir);
    let unfit = Look::Unfit(Unfit::LeadsOut);
    post.until(&DocumentName::Queue, &unfit).await;
    let notes = post.notes(|_| true).await;
    assert_eq!(notes, Notes::default());
    post.end().await;
}

#[test]
fn a_pass_over_many_notes_is_made_of_small_steps_and_reads_none_of_them() {
    let dir = empty();
    for number in 0..3000 {
        let path = dir.path().join(format!("memories/note {number}.md"));
        fs::File::create(path).unwrap().set_len(1 << 30).unwrap();
    }
    let folder = Folder::new(dir.path().join("memories"));
    let mut known = Known::new(folder, Prefix::default());
    let (mut walk, mut found, mut steps) = (Walk::new(), Vec::new(), 1);
    while !known.step(&mut walk, &mut found) {
        assert_eq!(found, []);
        steps += 1;
    }
    assert!(steps > 5, "{steps}");
    let [Sighting::Notes(notes)] = found.as_slice() else {
        panic!("{found:?}");
    };
    assert_eq!((notes.count, notes.bytes), (3000, 3000 << 30));
}
