//! Unified diffs by what they change: the files, the lines taken out and put in, and where.
//!
//! How much context a hunk shows and how hunks are cut says nothing. Diffs that touch different places
//! do not contradict each other.

/// The most changes of one diff that are compared.
const CHANGES_MAX: usize = 5_000;

/// A diff in normal form.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diff {
    changes: Vec<Change>,
}

/// Lines of a file that are replaced by others.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Change {
    file: String,
    /// The line of the old file that it begins at.
    from: usize,
    out: Vec<String>,
    into: Vec<String>,
}

/// How two diffs stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meeting {
    Same,
    /// They touch the same place differently.
    Clash,
    /// Both can be applied.
    Apart,
}

impl Diff {
    pub(super) fn compare(&self, other: &Self) -> Meeting {
        if self == other {
            return Meeting::Same;
        }
        // Both are in order of file and line, so a sweep finds all that touch.
        let mut yours = other.changes.iter().peekable();
        for mine in &self.changes {
            while yours.next_if(|one| one.is_before(mine)).is_some() {}
            let mut ahead = yours.clone();
            while let Some(one) = ahead.next_if(|one| !mine.is_before(one)) {
                if one != mine {
                    return Meeting::Clash;
                }
            }
        }
        Meeting::Apart
    }

    /// In one form, for keys.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = String::new();
        for change in &self.changes {
            out.extend(["@ ", &change.file, " ", &change.from.to_string(), "\n"]);
            for line in &change.out {
                out.extend(["-", line, "\n"]);
            }
            for line in &change.into {
                out.extend(["+", line, "\n"]);
            }
        }
        out
    }
}

impl Change {
    /// Whether it ends before the other one begins. Lines put in at the same place meet.
    fn is_before(&self, other: &Self) -> bool {
        if self.file != other.file {
            return self.file < other.file;
        }
        let end = self.from.saturating_add(self.out.len());
        if self.out.is_empty() || other.out.is_empty() {
            end < other.from
        } else {
            end <= other.from
        }
    }
}

/// Reads a unified diff; `None` for a text that has no hunk with a change.
#[must_use]
pub fn diff(text: &str) -> Option<Diff> {
    if !text.contains("@@") {
        return None;
    }
    let mut reader = Reader::default();
    for line in text.lines() {
        reader.line(line);
        if reader.changes.len() > CHANGES_MAX {
            return None;
        }
    }
    reader.close();
    let mut changes = reader.changes;
    changes.sort();
    changes.dedup();
    (!changes.is_empty()).then_some(Diff { changes })
}

#[derive(Default)]
struct Reader {
    changes: Vec<Change>,
    file: String,
    /// Lines of the hunk that are still to come, old and new.
    left: (usize, usize),
    at: usize,
    open: Option<Change>,
}

impl Reader {
    fn line(&mut self, line: &str) {
        if self.left != (0, 0) {
            return self.body(line);
        }
        if let Some(path) = line.strip_prefix("--- ") {
            self.close();
            if name(path) != "/dev/null" || self.file.is_empty() {
                self.file = name(path);
            }
        } else if let Some(path) = line.strip_prefix("+++ ") {
            if name(path) != "/dev/null" {
                self.file = name(path);
            }
        } else if let Some((at, left)) = hunk(line) {
            self.close();
            self.at = at;
            self.left = left;
        } else {
            self.close();
        }
    }

    fn body(&mut self, line: &str) {
        let text = line.get(1..).unwrap_or_default().trim_end().to_owned();
        match line.as_bytes().first() {
            Some(b'-') => {
                self.change().out.push(text);
                self.at = self.at.saturating_add(1);
                self.left.0 = self.left.0.saturating_sub(1);
            }
            Some(b'+') => {
                self.change().into.push(text);
                self.left.1 = self.left.1.saturating_sub(1);
            }
            // "\ No newline at end of file"
            Some(b'\\') => {}
            Some(b'@') if hunk(line).is_some() => {
                self.left = (0, 0);
                self.line(line);
            }
            Some(_) | None => {
                self.close();
                self.at = self.at.saturating_add(1);
                self.left = (self.left.0.saturating_sub(1), self.left.1.saturating_sub(1));
            }
        }
    }

    fn change(&mut self) -> &mut Change {
        let (file, from) = (&self.file, self.at);
        self.open.get_or_insert_with(|| Change {
            file: file.clone(),
            from,
            out: Vec::new(),
            into: Vec::new(),
        })
    }

    fn close(&mut self) {
        if let Some(change) = self.open.take()
            && change.out != change.into
        {
            self.changes.push(change);
        }
    }
}

/// A path without the `a/` and `b/` of git and without a time stamp.
fn name(path: &str) -> String {
    let path = path.split('\t').next().unwrap_or_default().trim();
    let bare = path.strip_prefix("a/").or_else(|| path.strip_prefix("b/"));
    bare.unwrap_or(path).to_owned()
}

/// `@@ -3,4 +3,5 @@`: the first old line, and how many lines there are, old and new.
fn hunk(line: &str) -> Option<(usize, (usize, usize))> {
    let inner = line.strip_prefix("@@ -")?;
    let (ranges, _) = inner.split_once(" @@")?;
    let (old, new) = ranges.split_once(" +")?;
    let line = |text: &str| usize::try_from(text.parse::<u32>().ok()?).ok();
    let range = |text: &str| {
        let (from, count) = text.split_once(',').unwrap_or((text, "1"));
        Some((line(from)?, line(count)?))
    };
    let ((from, old), (_, new)) = (range(old)?, range(new)?);
    // A hunk that takes nothing out is said to begin one line earlier.
    Some((
        if old == 0 {
            from.saturating_add(1)
        } else {
            from
        },
        (old, new),
    ))
}

#[cfg(test)]
mod tests {
    use super::{Meeting, diff};

    const A: &str = "--- a/x.rs\n+++ b/x.rs\n@@ -1,3 +1,3 @@\n one\n-two\n+TWO\n three\n";

    fn compare(a: &str, b: &str) -> Option<Meeting> {
        Some(diff(a)?.compare(&diff(b)?))
    }

    #[test]
    fn context_says_nothing() {
        let narrow = "diff --git a/x.rs b/x.rs\n--- a/x.rs\n+++ b/x.rs\n@@ -2 +2 @@\n-two\n+TWO\n";
        assert_eq!(compare(A, narrow), Some(Meeting::Same));
    }

    #[test]
    fn the_same_place_changed_differently_is_a_clash() {
        let other = A.replace("TWO", "2");
        assert_eq!(compare(A, &other), Some(Meeting::Clash));
        let wider = "--- a/x.rs\n+++ b/x.rs\n@@ -1,3 +1,1 @@\n-one\n-two\n-three\n+all\n";
        assert_eq!(compare(A, wider), Some(Meeting::Clash));
        let put_in = "--- a/x.rs\n+++ b/x.rs\n@@ -4,0 +5 @@\n+x\n";
        assert_eq!(
            compare(put_in, &put_in.replace("+x", "+y")),
            Some(Meeting::Clash)
        );
    }

    #[test]
    fn other_places_are_complementary() {
        let other_file = A.replace("x.rs", "y.rs");
        assert_eq!(compare(A, &other_file), Some(Meeting::Apart));
        let below = "--- a/x.rs\n+++ b/x.rs\n@@ -9 +9 @@\n-nine\n+NINE\n";
        assert_eq!(compare(A, below), Some(Meeting::Apart));
        assert_eq!(compare(below, A), Some(Meeting::Apart));
        let both = format!("{A}@@ -9 +9 @@\n-nine\n+NINE\n");
        assert_eq!(compare(A, &both), Some(Meeting::Apart));
    }

    #[test]
    fn ranges_of_any_size_are_read() {
        let last = "@@ -18446744073709551615 +1 @@\n-a\n+b\n";
        assert_eq!(diff(last), None);
        let far = "@@ -4294967295,4294967295 +4294967295,0 @@\n-a\n-b\n";
        assert_eq!(compare(far, &far.replace("-b", "-c")), Some(Meeting::Clash));
    }

    #[test]
    fn what_is_no_diff_is_none() {
        for text in [
            "",
            "@@",
            "@@ -1 +1 @@\n same\n",
            "--- a\n+++ b\n",
            "@@ -x +1 @@\n-a",
            "- a\n+ b",
        ] {
            assert_eq!(diff(text), None, "{text}");
        }
    }
}
