//! A result as Markdown: each passage with those that it stands on behind it, or over it.

use std::fmt::Write as _;

use super::{Part, Passage, Source, Synthesis, Why};
use crate::core::MemberName;

/// How many answers are quoted behind one claim; of the others only the authors are named.
const QUOTED_MAX: usize = 3;
/// How much room the list of what was left out takes, in bytes.
pub(super) const LEFT_OUT_MAX: usize = 8 * 1024;

impl Synthesis {
    /// The whole result as Markdown. What was left out for want of room is named at its end.
    #[must_use]
    pub fn markdown(&self) -> String {
        let mut blocks: Vec<String> = Vec::with_capacity(self.passages.len() + 2);
        let mut last = None;
        for passage in &self.passages {
            let part = passage.part;
            let block = block(passage);
            if part == Part::Claim && last != Some(Part::Claim) {
                blocks
                    .push("Beside this, from the other answers; no answer contradicts it:".into());
            }
            match blocks.last_mut() {
                Some(list) if is_item(part) && last == Some(part) => {
                    let _ = write!(list, "\n{block}");
                }
                Some(_) | None => blocks.push(block),
            }
            last = Some(part);
        }
        blocks.extend(self.left_out_line());
        blocks.join("\n\n")
    }

    fn left_out_line(&self) -> Option<String> {
        let mut entries = self.left_out.iter().filter(|it| it.why == Why::NoRoom);
        let mut line = String::new();
        let mut named = 0;
        for entry in entries.by_ref() {
            let what = format!(
                "{}{} of {} ({} bytes)",
                if named == 0 { "" } else { "; " },
                passages(entry.passages),
                names(&entry.authors),
                entry.bytes
            );
            if line.len() + what.len() > LEFT_OUT_MAX - 256 {
                let more = entries.count() + 1;
                let _ = write!(
                    line,
                    "{}of {more} more answers",
                    if named == 0 { "" } else { "; " }
                );
                named += 1;
                break;
            }
            line.push_str(&what);
            named += 1;
        }
        (named > 0).then(|| {
            format!("Left out for want of room, and whole in the answers themselves: {line}.")
        })
    }
}

fn passages(number: usize) -> String {
    if number == 1 {
        "1 passage".to_owned()
    } else {
        format!("{number} passages")
    }
}

fn is_item(part: Part) -> bool {
    match part {
        Part::Claim | Part::Idea => true,
        Part::Winner | Part::Remark | Part::Whole => false,
    }
}

/// One passage with those that it stands on.
pub(super) fn block(passage: &Passage) -> String {
    let text = passage.text.as_str().trim_end();
    let closed = closed(text);
    let who = sources(&passage.sources, passage.part == Part::Claim);
    match passage.part {
        Part::Winner | Part::Remark => format!("{closed}\n\n({who})"),
        Part::Whole => format!("### {who}\n\n{closed}"),
        Part::Claim | Part::Idea if text.contains('\n') => {
            format!("- {}\n\n  ({who})", closed.replace('\n', "\n  "))
        }
        Part::Claim | Part::Idea => format!("- {closed} ({who})"),
    }
}

/// The authors of the answers, with their words where they are quoted.
fn sources(sources: &[Source], quoted: bool) -> String {
    let quotes = if quoted { QUOTED_MAX } else { 0 };
    let (with, without) = sources.split_at(quotes.min(sources.len()));
    let mut parts: Vec<String> = with
        .iter()
        .map(|source| match &source.quote {
            Some(quote) => format!("{}: “{quote}”", names(&source.authors)),
            None => names(&source.authors),
        })
        .collect();
    let others: Vec<MemberName> = without
        .iter()
        .flat_map(|source| source.authors.iter().cloned())
        .collect();
    if !others.is_empty() {
        parts.push(names(&others));
    }
    parts.join("; ")
}

fn names(authors: &[MemberName]) -> String {
    if authors.is_empty() {
        return "by nobody".to_owned();
    }
    let names: Vec<&str> = authors.iter().map(MemberName::as_str).collect();
    names.join(", ")
}

/// A text whose last fence is closed, so that it does not swallow what comes after it.
fn closed(text: &str) -> String {
    let mut open: Option<(char, usize)> = None;
    for line in text.lines() {
        let bare = line.trim();
        let Some(mark) = bare.chars().next().filter(|c| matches!(c, '`' | '~')) else {
            continue;
        };
        let rest = bare.trim_start_matches(mark);
        let run = bare.len() - rest.len();
        open = match open {
            Some((by, length)) if by == mark && run >= length && rest.is_empty() => None,
            None if run >= 3 && !(mark == '`' && rest.contains('`')) => Some((mark, run)),
            Some(_) | None => open,
        };
    }
    match open {
        Some((mark, length)) => format!("{text}\n{}", String::from(mark).repeat(length)),
        None => text.to_owned(),
    }
}
