//! What the doctor found as rows of text, for the command's table and for the console's overlay.
//!
//! A row is pieces with roles; how they become cells or lines is the business of who draws them.
//! Everything here has passed the sanitiser.

use crate::core::{Check, CheckState, Checkup};
use crate::ui::text::{clip, fit, line, width};
use crate::ui::theme::Role;
use crate::ui::wrap;

/// The widest column of subjects; a longer one is cut.
const SUBJECT_MAX: usize = 22;
/// Glyph and word of a state.
const STATE: usize = 11;
/// The longest word of an aspect.
const ASPECT: usize = 8;
/// The narrowest column for sentences beside the others.
const DETAIL_LEAST: usize = 24;
/// A finding says this much at most; what a server wrote in full is in its log.
const DETAIL_ROWS: usize = 6;

/// A row: pieces of text from the left, each with its role.
pub type Row = Vec<(String, Role)>;

/// The column of subjects as wide as it has to be.
fn subject_width(checkup: &Checkup) -> usize {
    let widths = checkup.parts().iter().map(|part| width(&part.subject));
    widths.max().unwrap_or_default().min(SUBJECT_MAX)
}

/// The whole table at this width; parts that are still being looked at say so.
#[must_use]
pub fn rows(checkup: &Checkup, columns: u16) -> Vec<Row> {
    (0..checkup.parts().len())
        .flat_map(|number| part_rows(checkup, number, columns))
        .collect()
}

/// The rows of the part of this number.
#[must_use]
pub fn part_rows(checkup: &Checkup, number: usize, columns: u16) -> Vec<Row> {
    let Some(part) = checkup.parts().get(number) else {
        return Vec::new();
    };
    let subjects = subject_width(checkup);
    let mut rows = Vec::new();
    for check in &part.checks {
        finding(&part.subject, check, subjects, columns, &mut rows);
    }
    if !part.done {
        rows.push(vec![
            (fit("◐ checking", STATE), Role::Accent),
            ("  ".to_owned(), Role::Text),
            (fit(&line(&part.subject), subjects), Role::Title),
        ]);
    }
    rows
}

fn finding(subject: &str, check: &Check, subjects: usize, columns: u16, rows: &mut Vec<Row>) {
    let (glyph, word) = check.state.shown();
    let beside = STATE + 2 + subjects + 2 + ASPECT + 2;
    // Where a sentence would be a column of single words, it stands below instead.
    let below = usize::from(columns) < beside + DETAIL_LEAST;
    let indent = if below { 4 } else { beside };
    let room = usize::from(columns).saturating_sub(indent).max(1);
    let room = u16::try_from(room).unwrap_or(u16::MAX);
    let blank = (" ".repeat(indent), Role::Text);
    let gap = ("  ".to_owned(), Role::Text);
    let mut head = vec![
        (fit(&format!("{glyph} {word}"), STATE), role(check.state)),
        gap.clone(),
        (fit(&line(subject), subjects), Role::Title),
        gap.clone(),
        (fit(check.aspect.word(), ASPECT), Role::Muted),
    ];
    let detail = line(&check.detail);
    let mut told = wrap::rows(&detail, room).into_iter().take(DETAIL_ROWS);
    if !below {
        head.push(gap);
        head.push((told.next().unwrap_or_default().to_owned(), Role::Text));
    }
    rows.push(head);
    rows.extend(told.map(|more| vec![blank.clone(), (more.to_owned(), Role::Text)]));
    let Some(fix) = &check.fix else {
        return;
    };
    let advice = if fix.safe {
        format!("{} (`synod doctor --fix` does it)", fix.advice)
    } else {
        fix.advice.clone()
    };
    let advice = line(&advice);
    for (i, more) in wrap::rows(&advice, room.saturating_sub(2))
        .iter()
        .enumerate()
    {
        let mark = if i == 0 { "→ " } else { "  " };
        rows.push(vec![blank.clone(), (format!("{mark}{more}"), Role::Accent)]);
    }
}

fn role(state: CheckState) -> Role {
    match state {
        CheckState::Ok | CheckState::Mended => Role::Ok,
        CheckState::Warning => Role::Warn,
        CheckState::Failed => Role::Error,
        CheckState::NotAsked | CheckState::Skipped => Role::Muted,
    }
}

/// The text of a row, without what hangs over its end.
#[must_use]
pub fn plain(row: &Row) -> String {
    let text: String = row.iter().map(|(text, _)| text.as_str()).collect();
    text.trim_end().to_owned()
}

/// How it stands, in a few words.
#[must_use]
pub fn summary(checkup: &Checkup) -> String {
    let failed = checkup.count(CheckState::Failed);
    let warnings = checkup.count(CheckState::Warning);
    let waiting = checkup.parts().iter().filter(|part| !part.done).count();
    let mut said = match (failed, warnings) {
        (0, 0) => "all well".to_owned(),
        (0, n) => format!("nothing failed, warnings: {n}"),
        (n, 0) => format!("failed: {n}"),
        (n, m) => format!("failed: {n}, warnings: {m}"),
    };
    if waiting > 0 {
        said = format!("checking {waiting} of {}", checkup.parts().len());
    }
    clip(&said, 60).into_owned()
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::{plain, rows, summary};
    use crate::core::{Aspect, Check, Checkup};
    use crate::ui::text::width;

    fn checkup() -> Checkup {
        let subjects = ["folder", "member codex", "member gemini", "hub"];
        let mut checkup = Checkup::of(subjects.map(str::to_owned));
        checkup.add(0, Check::ok(Aspect::Space, "12 GiB free"));
        checkup.add(
            0,
            Check::warning(
                Aspect::Modes,
                "others may read .synod (0755)",
                "chmod 700 /p/.synod",
            )
            .safe(),
        );
        checkup.close(0);
        checkup.add(1, Check::ok(Aspect::Found, "/usr/local/bin/codex"));
        checkup.add(
            1,
            Check::failed(
                Aspect::Version,
                "codex 0.169.0 has no MCP server of its own; it was taken out after 0.153.4",
                "`npm install -g @openai/codex@0.153.4`, or `npm install -g codex-mcp-server` and adapter = \"codex-mcp-server\"",
            ),
        );
        checkup.add(
            1,
            Check::skipped(Aspect::Start, "this version cannot be started"),
        );
        checkup.close(1);
        checkup.add(
            2,
            Check::failed(
                Aspect::Start,
                "it wrote: \u{1b}[31mboom\u{7}\nand more",
                "look",
            ),
        );
        checkup.add(2, Check::not_asked(Aspect::Prompt, "synod doctor --ask"));
        checkup.close(2);
        checkup
    }

    #[test]
    fn the_table_is_aligned_and_keeps_to_its_width() {
        for columns in [100, 52] {
            let rows: Vec<String> = rows(&checkup(), columns).iter().map(plain).collect();
            for row in &rows {
                assert!(width(row) <= usize::from(columns), "{row}");
                assert!(!row.contains('\u{1b}'), "{row}");
            }
            assert_snapshot!(format!("table_{columns}"), rows.join("\n"));
        }
    }

    #[test]
    fn the_summary_says_the_worst() {
        let mut checkup = checkup();
        assert_eq!(summary(&checkup), "checking 1 of 4");
        checkup.close(3);
        assert_eq!(summary(&checkup), "failed: 2, warnings: 1");
        assert_eq!(summary(&Checkup::default()), "all well");
    }
}
