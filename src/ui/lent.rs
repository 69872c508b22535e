//! The terminal in the hands of the editor: a text goes out as a file and comes back as it was left.
//!
//! Whatever becomes of the editor or of the file, the terminal is taken again, the text of before is kept,
//! and one sentence says what happened. The room is listened to all the while.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::Path;
use std::process::ExitStatus;

use tempfile::NamedTempFile;
use thiserror::Error;

use crate::ui::action::{Action, Context};
use crate::ui::composer::{PROMPT_MAX, size};
use crate::ui::console::Console;
use crate::ui::room::Room;
use crate::ui::terminal::Tty;

/// Why a text did not come back.
#[derive(Debug, Error)]
enum Lost {
    #[error("no editor is set: set $VISUAL or $EDITOR; {write} writes a text in place")]
    NoEditor { write: String },
    #[error("the text cannot be written to a file for the editor: {0}")]
    NoFile(io::Error),
    #[error("{0} cannot be started: {1}; the text is unchanged")]
    NotStarted(String, io::Error),
    #[error("{0} ended with {1}; the text is unchanged")]
    Failed(String, ExitStatus),
    #[error("{0} left no file: {1}; the text is unchanged")]
    Gone(String, io::Error),
    #[error("{0} left more than the {size} that a text may have; the text is unchanged", size = size(PROMPT_MAX))]
    TooLong(String),
    #[error("{0} left what is not UTF-8; the text is unchanged")]
    NotText(String),
}

/// Lends the terminal to the editor with a text; gives the text back as it was left, or nothing where
/// that cannot be had, which is told. What is only shown does not come back.
pub(super) async fn edit(
    tty: &mut Tty,
    console: &mut Console,
    room: &mut impl Room,
    text: &str,
    comes_back: bool,
) -> io::Result<Option<String>> {
    let (program, arguments, file) = match prepared(console, text) {
        Ok(prepared) => prepared,
        Err(lost) => {
            console.warn(&lost.to_string());
            return Ok(None);
        }
    };
    let mut command = tokio::process::Command::new(&program);
    command.args(arguments).arg(file.path());
    tty.lend();
    let ended = attended(command.status(), console, room).await;
    tty.take_back()?;
    let left = match ended {
        Ok(status) if !status.success() => Err(Lost::Failed(program, status)),
        Ok(_) if !comes_back => return Ok(None),
        Ok(_) => read(file.path(), program),
        Err(error) => Err(Lost::NotStarted(program, error)),
    };
    match left {
        Ok(text) => Ok(Some(text)),
        Err(lost) => {
            console.warn(&lost.to_string());
            Ok(None)
        }
    }
}

/// The editor with its arguments, and the file with the text.
fn prepared(console: &Console, text: &str) -> Result<(String, Vec<String>, NamedTempFile), Lost> {
    let editor = &console.settings().editor;
    let keymap = &console.settings().keymap;
    let (program, arguments) = editor.split_first().ok_or_else(|| Lost::NoEditor {
        write: keymap.name(Action::Write, Context::List),
    })?;
    let written = tempfile::Builder::new()
        .prefix("synod-")
        .suffix(".md")
        .tempfile()
        .and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            Ok(file)
        });
    let file = written.map_err(Lost::NoFile)?;
    Ok((program.clone(), arguments.to_vec(), file))
}

/// What is in the file now. An editor may have put another one in its place.
fn read(path: &Path, program: String) -> Result<String, Lost> {
    let most = u64::try_from(PROMPT_MAX).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    let taken = plain(path).and_then(|file| file.take(most + 1).read_to_end(&mut bytes));
    if let Err(error) = taken {
        return Err(Lost::Gone(program, error));
    }
    if bytes.len() > PROMPT_MAX {
        return Err(Lost::TooLong(program));
    }
    String::from_utf8(bytes).map_err(|_| Lost::NotText(program))
}

/// Opens a file, and nothing else that may stand in its place: a pipe would be waited for.
fn plain(path: &Path) -> io::Result<File> {
    if !path.metadata()?.is_file() {
        return Err(io::Error::other("what stands in its place is no file"));
    }
    File::open(path)
}

/// Waits for a process and takes in what the room tells meanwhile.
async fn attended(
    process: impl Future<Output = io::Result<ExitStatus>>,
    console: &mut Console,
    room: &mut impl Room,
) -> io::Result<ExitStatus> {
    tokio::pin!(process);
    loop {
        tokio::select! {
            ended = &mut process => return ended,
            event = room.next() => {
                // Nothing that the room tells may act on the terminal while it is lent.
                drop(console.heard(room, event));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::ui::composer::PROMPT_MAX;

    #[test]
    fn what_cannot_be_read_is_said_and_nothing_of_it_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("draft.md");
        let told = || read(&path, "vi".to_owned()).map_err(|lost| lost.to_string());
        let gone = told().unwrap_err();
        assert!(gone.starts_with("vi left no file: No such file"), "{gone}");
        std::fs::write(&path, b"caf\xe9").unwrap();
        let latin = told().unwrap_err();
        assert_eq!(latin, "vi left what is not UTF-8; the text is unchanged");
        std::fs::write(&path, "x".repeat(PROMPT_MAX)).unwrap();
        assert_eq!(told().map(|text| text.len()), Ok(PROMPT_MAX));
        std::fs::write(&path, "x".repeat(PROMPT_MAX + 1)).unwrap();
        let long = told().unwrap_err();
        assert!(long.starts_with("vi left more than the 1"), "{long}");
        std::fs::remove_file(&path).unwrap();
        std::fs::create_dir(&path).unwrap();
        assert!(told().unwrap_err().starts_with("vi left no file"));
    }
}
