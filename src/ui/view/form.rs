//! A form on top of a screen: one row a field, and more about the one that has the keys.

use ratatui::layout::Rect;

use crate::core::form::{FieldKind, Format};
use crate::ui::form::{Entry, Filling, Held};
use crate::ui::layout::centered;
use crate::ui::text::{cells, line, width};
use crate::ui::theme::Role;
use crate::ui::view::Paint;
use crate::ui::view::paint::{Title, window};
use crate::ui::wrap;

/// Columns of the names of fields at most; otherwise a third.
const NAMES_MOST: u16 = 30;
/// Rows of the server's words at most.
const MESSAGE_ROWS: usize = 4;

/// One row: where its text begins, what it says, and how it looks.
struct Row {
    indent: u16,
    parts: Vec<(String, Role)>,
}

pub(super) fn draw(paint: &mut Paint<'_>, area: Rect, filling: &Filling) {
    let columns = 88.min(area.width.saturating_sub(4));
    let message = line(&filling.message);
    let said = wrap::rows(&message, columns.saturating_sub(4));
    let said: Vec<&str> = said.into_iter().take(MESSAGE_ROWS).collect();
    let said_rows = cells(said.len());
    let (rows, focused) = rows(filling, columns.saturating_sub(4));
    let wanted = cells(rows.len());
    let height = wanted
        .saturating_add(said_rows + 3)
        .min(area.height.saturating_sub(2));
    let area = centered(area, columns, height);
    paint.ground(area);
    let name = line(&filling.title);
    let title = Title {
        name: &name,
        right: "* has to be filled in",
    };
    let inside = paint.frame(area, title, true);
    for (row, text) in (0..).zip(&said) {
        paint.text(inside, row, 0, text, Role::Text);
    }
    let list = Rect {
        y: inside.y + said_rows + 1,
        height: inside.height.saturating_sub(said_rows + 1),
        ..inside
    }
    .intersection(inside);
    if rows.is_empty() {
        paint.text(list, 0, 0, "There is nothing to fill in.", Role::Muted);
    }
    for (row, i) in (0..).zip(window(rows.len(), list.height, Some(focused))) {
        let Some(shown) = rows.get(i) else {
            continue;
        };
        let mut column = shown.indent;
        for (text, role) in &shown.parts {
            column += paint.text(list, row, column, text, *role);
        }
    }
}

/// All rows, and the one that must be seen.
fn rows(filling: &Filling, columns: u16) -> (Vec<Row>, usize) {
    let mut rows = Vec::new();
    let mut focused = 0;
    for (at, entry) in filling.entries.iter().enumerate() {
        let has_keys = at == filling.at;
        rows.push(head(entry, has_keys, columns));
        if has_keys {
            let about = about(entry);
            if !about.is_empty() {
                rows.push(Row {
                    indent: 2,
                    parts: vec![(about, Role::Muted)],
                });
            }
            options(entry, &mut rows);
            rows.extend(completion(filling));
            focused = rows.len() - 1;
        }
        if let Some(fault) = &entry.fault {
            rows.push(Row {
                indent: 2,
                parts: vec![(format!("✕ {}", line(fault)), Role::Error)],
            });
        }
    }
    (rows, focused)
}

/// A field's name and what it holds.
fn head(entry: &Entry, has_keys: bool, columns: u16) -> Row {
    let names = (columns / 3).min(NAMES_MOST);
    let mark = if has_keys { "› " } else { "  " };
    let star = if entry.field.required { " *" } else { "" };
    let name = crate::ui::text::fit(
        &format!("{}{star}", line(&entry.field.title)),
        usize::from(names),
    );
    let name_role = if has_keys { Role::Title } else { Role::Text };
    let mut parts = vec![
        (mark.to_owned(), Role::Accent),
        (name, name_role),
        ("  ".to_owned(), Role::Text),
    ];
    let (value, role) = value(entry);
    // The end of a long text is what is being typed.
    let room = usize::from(columns.saturating_sub(names + 6));
    let mut tail = value;
    while width(&tail) > room && has_keys {
        tail.remove(0);
    }
    parts.push((tail, role));
    if has_keys && matches!(entry.held, Held::Typed(_)) {
        parts.push(("▌".to_owned(), Role::Accent));
    }
    Row { indent: 0, parts }
}

fn value(entry: &Entry) -> (String, Role) {
    let title = |at: usize| {
        let option = entry.field.options().get(at);
        option.map(|option| line(&option.title).into_owned())
    };
    let nothing = || ("–".to_owned(), Role::Muted);
    match &entry.held {
        Held::Typed(typed) => (typed.text().to_owned(), Role::Text),
        Held::Flag(Some(true)) => ("[x] yes".to_owned(), Role::Text),
        Held::Flag(Some(false)) => ("[ ] no".to_owned(), Role::Text),
        Held::Flag(None) => ("[ ] –".to_owned(), Role::Muted),
        Held::One(one) => one
            .and_then(title)
            .map_or_else(nothing, |title| (title, Role::Text)),
        Held::Many { chosen, .. } if chosen.is_empty() => nothing(),
        Held::Many { chosen, .. } => {
            let titles: Vec<String> = chosen.iter().filter_map(|at| title(*at)).collect();
            (titles.join(", "), Role::Text)
        }
    }
}

/// What the server would fill in for the field that has the keys.
fn completion(filling: &Filling) -> Option<Row> {
    let (_, typed) = filling.typed()?;
    let words = &filling.completion.words;
    if words.first().is_none_or(|word| word == typed) {
        return None;
    }
    let words: Vec<_> = words.iter().map(|word| line(word)).collect();
    let (first, rest) = words.split_first()?;
    let mut parts = vec![
        ("→ ".to_owned(), Role::Accent),
        (first.clone().into_owned(), Role::Title),
    ];
    parts.extend(rest.iter().map(|word| (format!("  {word}"), Role::Muted)));
    Some(Row { indent: 2, parts })
}

/// The options of the field that has the keys, one a row.
fn options(entry: &Entry, rows: &mut Vec<Row>) {
    for (at, option) in entry.field.options().iter().enumerate() {
        let (cursor, mark) = match &entry.held {
            Held::One(one) if *one == Some(at) => ("› ", "(•) "),
            Held::One(_) => ("  ", "( ) "),
            Held::Many { chosen, cursor } => (
                if *cursor == at { "› " } else { "  " },
                if chosen.contains(&at) { "[x] " } else { "[ ] " },
            ),
            Held::Typed(_) | Held::Flag(_) => ("  ", ""),
        };
        rows.push(Row {
            indent: 4,
            parts: vec![
                (cursor.to_owned(), Role::Accent),
                (format!("{mark}{}", line(&option.title)), Role::Text),
            ],
        });
    }
}

/// What a field is about and what fits into it.
fn about(entry: &Entry) -> String {
    let count = |min: Option<u64>, max: Option<u64>, what: &str| match (min, max) {
        (Some(min), Some(max)) => format!("{min} to {max} {what}"),
        (Some(min), None) => format!("at least {min} {what}"),
        (None, Some(max)) => format!("at most {max} {what}"),
        (None, None) => String::new(),
    };
    let fits = match &entry.field.kind {
        FieldKind::Text { format, min, max } => match format {
            Some(Format::Email) => "an e-mail address".to_owned(),
            Some(Format::Uri) => "an address such as https://example.org".to_owned(),
            Some(Format::Date) => "a date such as 2026-03-02".to_owned(),
            Some(Format::DateTime) => "a time such as 2026-03-02T13:20:00Z".to_owned(),
            None => count(*min, *max, "characters"),
        },
        FieldKind::Number { whole, min, max } => {
            let what = if *whole { "a whole number" } else { "a number" };
            match (min, max) {
                (Some(min), Some(max)) => format!("{what} from {min} to {max}"),
                (Some(min), None) => format!("{what}, at least {min}"),
                (None, Some(max)) => format!("{what}, at most {max}"),
                (None, None) => what.to_owned(),
            }
        }
        FieldKind::Flag => "Space changes it".to_owned(),
        FieldKind::One { .. } => "← → choose".to_owned(),
        FieldKind::Many { min, max, .. } => {
            let many = count(*min, *max, "of these");
            format!(
                "← → move, Space takes{}{many}",
                if many.is_empty() { "" } else { "; " }
            )
        }
    };
    let about = line(&entry.field.about);
    match (about.is_empty(), fits.is_empty()) {
        (_, true) => about.into_owned(),
        (true, false) => fits,
        (false, false) => format!("{about} ({fits})"),
    }
}
