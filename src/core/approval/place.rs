//! Paths as text: inside the project's folder, or not. No file is looked at, no link is followed.

/// Where a command runs, and the project that it belongs to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Folder<'a> {
    /// The project's folder, absolute; empty when it is not known.
    pub(super) project: &'a str,
    /// Where relative paths begin; empty: in the project's folder.
    pub(super) cwd: &'a str,
}

/// Where everybody may write without harm to anybody's files.
const NOBODYS: [&str; 4] = ["/tmp", "/var/tmp", "/private/tmp", "/dev"];
/// What of `/dev` that is.
const STREAMS: [&str; 6] = ["null", "stdout", "stderr", "tty", "zero", "fd"];

/// Whether a path leads out of the project, as far as its text says. What holds a variable is not
/// known, and so is everything where the project is not.
pub(super) fn is_outside(path: &str, folder: &Folder<'_>) -> bool {
    if folder.project.is_empty() || path.is_empty() {
        return false;
    }
    if path.starts_with('~') || path.starts_with("$HOME") || path.starts_with("${HOME}") {
        return true;
    }
    // A number is where `>&2` goes.
    if path.contains('$') || path.chars().all(|c| c.is_ascii_digit()) {
        return false;
    }
    let parts = resolved(path, folder);
    let project = resolved(folder.project, folder);
    !parts.starts_with(&project) && !is_nobodys(&parts)
}

/// Whether `path` is `under` or lies below it; both may be relative to the project.
pub(super) fn is_under(path: &str, under: &str, folder: &Folder<'_>) -> bool {
    let home = Folder {
        cwd: folder.project,
        ..*folder
    };
    resolved(path, folder).starts_with(&resolved(under, &home))
}

fn is_nobodys(parts: &[&str]) -> bool {
    NOBODYS.iter().any(|place| {
        let place: Vec<&str> = place.split('/').filter(|part| !part.is_empty()).collect();
        match parts.strip_prefix(place.as_slice()) {
            Some(rest) if place == ["dev"] => rest.first().is_some_and(|it| STREAMS.contains(it)),
            Some(_) => true,
            None => false,
        }
    })
}

/// The parts of the absolute path, `.` and `..` resolved.
fn resolved<'a>(path: &'a str, folder: &Folder<'a>) -> Vec<&'a str> {
    let mut parts = Vec::new();
    let relative = !path.starts_with('/');
    let cwd = if folder.cwd.is_empty() {
        folder.project
    } else {
        folder.cwd
    };
    let begin = if relative { cwd } else { "" };
    for part in begin.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::{Folder, is_outside, is_under};

    const HERE: Folder<'static> = Folder {
        project: "/home/me/app",
        cwd: "/home/me/app/src",
    };

    #[test]
    fn paths_are_resolved_before_they_are_compared() {
        for inside in [
            "a",
            "../b",
            "/home/me/app",
            "./x/../y",
            "/tmp/x",
            "/dev/null",
            "$X/y",
            "2",
        ] {
            assert!(!is_outside(inside, &HERE), "{inside}");
        }
        for outside in [
            "../../b",
            "/home/me/app2",
            "/home/me/app/../x",
            "~/x",
            "/dev/sda",
            "/",
        ] {
            assert!(is_outside(outside, &HERE), "{outside}");
        }
        let nowhere = Folder {
            project: "",
            cwd: "/w",
        };
        assert!(!is_outside("/etc/hosts", &nowhere));
    }

    #[test]
    fn a_path_of_a_rule_is_relative_to_the_project() {
        assert!(is_under("a.rs", "src", &HERE));
        assert!(is_under("/home/me/app/src/x/y", "src/x", &HERE));
        assert!(!is_under("/home/me/app/src2", "src", &HERE));
        assert!(!is_under("../docs/a", "src", &HERE));
        assert!(is_under("../docs/a", ".", &HERE));
    }
}
