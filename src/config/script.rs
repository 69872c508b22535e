//! Programs of a few shell lines for unit tests. Tests only.
//!
//! They are written by a process of their own. A file that this process has open for writing is
//! inherited for a moment by whatever another test starts just then, and until that has become its
//! own program the system refuses to run the file as busy.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// Puts a program of these lines at `path`, and makes the folder that it is in.
pub(crate) fn script(path: &Path, lines: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut writer = Command::new("sh")
        .args(["-c", r#"cat > "$0" && chmod 755 "$0""#])
        .arg(path)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut text = writer.stdin.take().unwrap();
    write!(text, "#!/bin/sh\n{lines}\n").unwrap();
    drop(text);
    assert!(writer.wait().unwrap().success());
}
