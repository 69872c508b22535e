//! The layers on top of a screen in words: what they ask, and how a line or a number answers them.
//!
//! A layer that only tells is told and closed. One that needs a drawn screen says so.

use crate::core::State;
use crate::core::voting::label;
use crate::ui::action::Action;
use crate::ui::checkup;
use crate::ui::dials::{self, HELD};
use crate::ui::form::{Entry, Filling, Held};
use crate::ui::line_edit::LineEdit;
use crate::ui::model::Model;
use crate::ui::overlay::{Choice, Overlay};
use crate::ui::pick::{Pick, Picking, pins};
use crate::ui::view;

/// Columns of the doctor's rows.
const COLUMNS: u16 = 100;

/// A layer in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Words {
    /// It has nothing to tell yet.
    Waits,
    /// It only tells this, and a text of somebody else's.
    Says(String, Option<String>),
    /// It wants an answer.
    Asks(Asked),
    /// It needs a screen that is drawn; what it is.
    Elsewhere(&'static str),
}

/// What answers a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    /// The next line, whatever it is.
    Line,
    /// A number that was told with it.
    Number,
}

/// A question as it is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    /// Lines, each with a text of somebody else's below it, or without one.
    pub(super) texts: Vec<(String, Option<String>)>,
    pub(super) answers: Vec<String>,
    pub(super) takes: Takes,
}

impl Asked {
    fn line(text: impl Into<String>) -> Words {
        Words::Asks(Self {
            texts: vec![(text.into(), None)],
            answers: Vec::new(),
            takes: Takes::Line,
        })
    }

    fn below(mut words: Words, text: &str) -> Words {
        if let Words::Asks(asked) = &mut words
            && let Some((_, below)) = asked.texts.first_mut()
        {
            *below = Some(text.to_owned());
        }
        words
    }

    fn number(text: impl Into<String>, answers: Vec<String>) -> Words {
        Words::Asks(Self {
            texts: vec![(text.into(), None)],
            answers,
            takes: Takes::Number,
        })
    }

    /// How it is answered, in a sentence.
    pub(super) fn how(&self) -> &'static str {
        match self.takes {
            Takes::Line => "Type it as a line; :back leaves it.",
            Takes::Number => "Answer by a number; :back leaves it.",
        }
    }
}

/// A layer in words.
pub(super) fn words(overlay: &Overlay, model: &Model, state: &State) -> Words {
    match overlay {
        Overlay::Filter => {
            Asked::line("What shall the list be narrowed to? An empty line shows all.")
        }
        Overlay::Form(filling) => form(filling),
        Overlay::Reason { about, .. } => Asked::below(
            Asked::line("Why is it denied? The model reads it; an empty line gives no reason"),
            about,
        ),
        Overlay::Ask { wanted, .. } => {
            let (name, message) = view::asked(wanted, state);
            Asked::line(format!("{name}: {message}"))
        }
        Overlay::Results(results) => {
            let places = results.places.iter().map(|place| {
                let time = place.at.map(|at| format!("{} ", model.time_of_day(at)));
                let time = time.unwrap_or_default();
                format!("{time}{} {}: {}", place.sort, place.of, place.excerpt)
            });
            let places: Vec<String> = places.collect();
            if places.is_empty() {
                return Words::Says(format!("Nothing was found for {}.", results.words), None);
            }
            Asked::number(format!("Found: {}", results.words), places)
        }
        Overlay::Write { task, .. } => Asked::line(format!(
            "The result of {task} in your own words, in one line."
        )),
        Overlay::Document(document) => match &document.ring {
            None => Words::Waits,
            Some(ring) => Words::Says(document.name.clone(), Some(ring.text())),
        },
        Overlay::History(history) => match &history.page {
            None => Words::Waits,
            Some(page) => {
                let head = format!("History of {}", history.name);
                Words::Says(head, Some(page.plain_text()))
            }
        },
        Overlay::Fetching(_) => Words::Waits,
        Overlay::Checkup(examination) => match &examination.checkup {
            Some(checkup) if checkup.is_over() => {
                let rows = checkup::rows(checkup, COLUMNS);
                let rows: Vec<String> = rows.iter().map(checkup::plain).collect();
                Words::Says(checkup::summary(checkup), Some(rows.join("\n")))
            }
            Some(_) | None => Words::Waits,
        },
        Overlay::Confirm(confirm) => {
            let answers = confirm.answers.iter().map(|(answer, _)| answer.clone());
            let question = confirm.question.split_once('\n');
            match question {
                None => Asked::number(confirm.question.clone(), answers.collect()),
                Some((head, text)) => Asked::below(Asked::number(head, answers.collect()), text),
            }
        }
        Overlay::Choice(choice) => candidates(choice),
        Overlay::Said(said) => Words::Says(said.title.clone(), Some(said.ring.text())),
        Overlay::Pick(pick) => picking(pick, state),
        Overlay::Help(_) => Words::Elsewhere("The table of keys"),
        Overlay::Palette(_) => Words::Elsewhere("The palette"),
        Overlay::CommandLine { .. } => Words::Elsewhere("The command line"),
        Overlay::Lookup => Words::Elsewhere("The search in all documents"),
        Overlay::Seek => Words::Elsewhere("The search in a text"),
        Overlay::Editor(_) => Words::Elsewhere("Writing a text of several lines"),
        Overlay::Resources(_) => Words::Elsewhere("The list of resources"),
        Overlay::Ballot(_) => Words::Elsewhere("A ballot of your own"),
        Overlay::Menu(_) => Words::Elsewhere("The menu"),
        Overlay::Welcome(_) => Words::Elsewhere("The welcome"),
    }
}

fn candidates(choice: &Choice) -> Words {
    let head = (format!("The answers to {} differ.", choice.task), None);
    let texts = choice.columns.iter().enumerate().map(|(at, column)| {
        let by = column.by.join(", ");
        let text = column.ring.text();
        (format!("Answer {} of {by}", label(at)), Some(text))
    });
    let texts = [head].into_iter().chain(texts).collect();
    let mut answers: Vec<String> = (0..choice.columns.len())
        .map(|at| format!("take answer {}", label(at)))
        .collect();
    answers.push("write the result yourself".to_owned());
    Words::Asks(Asked {
        texts,
        answers,
        takes: Takes::Number,
    })
}

fn picking(pick: &Pick, state: &State) -> Words {
    let (text, rows): (String, Vec<String>) = match &pick.what {
        Picking::Told { ask: Some(_), .. } => return Words::Waits,
        Picking::Told { found, .. } => match found {
            Err(why) => return Words::Says(why.clone(), None),
            Ok(found) => {
                let calls = found.calls.iter();
                let calls = calls.map(|it| format!("{} {} of {}", it.task, it.call, it.member));
                ("It was told to these calls.".to_owned(), calls.collect())
            }
        },
        Picking::Pins { document, tasks } => {
            let rows = tasks.iter().map(|task| {
                let pinned = pins(document, state).any(|it| it == *task);
                let whose = task.map_or_else(|| "every task".to_owned(), |it| it.to_string());
                format!("{} {whose}", if pinned { "unpin from" } else { "pin to" })
            });
            (format!("Pins of {document}."), rows.collect())
        }
        Picking::Kinds { kinds, .. } => {
            let rows = kinds.iter().map(|kind| kind.word().to_owned());
            ("Of what kind is it?".to_owned(), rows.collect())
        }
        Picking::Dials { session, dials } => {
            let known = state.session(*session);
            let rows = dials.iter().map(|id| dials::row(known, id));
            (format!("Settings of {session}."), rows.collect())
        }
        Picking::Values {
            session,
            dial,
            values,
            held,
        } => {
            let known = state.session(*session);
            let rows = values
                .iter()
                .map(|it| dials::value(known, dial, it.as_deref()));
            let held = if *held {
                format!(" Mind: {HELD}.")
            } else {
                String::new()
            };
            (
                format!("What shall {dial} of {session} be?{held}"),
                rows.collect(),
            )
        }
        Picking::Leads { of, leads } => {
            let rows = leads.iter().map(|lead| {
                let (sort, text) = view::lead(lead, state);
                format!("{sort} {text}")
            });
            (format!("From {of} to:"), rows.collect())
        }
        Picking::Themes { .. } => return Words::Elsewhere("The list of themes"),
    };
    if rows.is_empty() {
        return Words::Says(format!("{text} There is nothing."), None);
    }
    Asked::number(text, rows)
}

/// The field of a form that is to be filled in now.
fn form(filling: &Filling) -> Words {
    let head = filling.title.clone();
    let below = |words| Asked::below(words, &filling.message);
    let Some(entry) = filling.entries.get(filling.at) else {
        return below(Asked::number(head, vec!["send it".to_owned()]));
    };
    let field = &entry.field;
    let needed = if field.required {
        "needed"
    } else {
        "may stay empty"
    };
    let (at, of) = (filling.at + 1, filling.entries.len());
    let mut lines = vec![format!("Field {at} of {of}: {}, {needed}.", field.title)];
    if !field.about.is_empty() {
        lines.push(field.about.clone());
    }
    if let Some(fault) = &entry.fault {
        lines.push(format!("That does not fit: {fault}"));
    }
    let words = match &entry.held {
        Held::Typed(line) => {
            if !line.text().is_empty() {
                let held = line.text();
                lines.push(format!("It holds {held}; an empty line keeps that."));
            }
            Asked::line(head)
        }
        Held::Flag(_) => Asked::number(head, vec!["yes".to_owned(), "no".to_owned()]),
        Held::One(_) => Asked::number(head, options(entry, |_| "")),
        Held::Many { chosen, .. } => {
            let mark = |at| if chosen.contains(&at) { "not " } else { "" };
            let mut answers = options(entry, mark);
            answers.push("go on".to_owned());
            Asked::number(head, answers)
        }
    };
    let mut words = below(words);
    if let Words::Asks(asked) = &mut words {
        let lines = lines.into_iter().map(|line| (line, None));
        asked.texts.extend(lines);
    }
    words
}

fn options(entry: &Entry, mark: impl Fn(usize) -> &'static str) -> Vec<String> {
    let options = entry.field.options().iter().enumerate();
    options
        .map(|(at, option)| format!("{}{}", mark(at), option.title))
        .collect()
}

/// Takes the answer of this place; gives the action that does it.
pub(super) fn choose(overlay: &mut Overlay, index: usize) -> Option<Action> {
    match overlay {
        Overlay::Confirm(confirm) => confirm.chosen = index,
        Overlay::Results(results) => results.chosen = index,
        Overlay::Pick(pick) => pick.chosen = index,
        Overlay::Choice(choice) if index >= choice.columns.len() => return Some(Action::Write),
        Overlay::Choice(choice) => choice.chosen = index,
        Overlay::Form(filling) => return picked(filling, index),
        Overlay::Filter
        | Overlay::Reason { .. }
        | Overlay::Ask { .. }
        | Overlay::Write { .. }
        | Overlay::Document(_)
        | Overlay::History(_)
        | Overlay::Fetching(_)
        | Overlay::Checkup(_)
        | Overlay::Said(_)
        | Overlay::Help(_)
        | Overlay::Palette(_)
        | Overlay::CommandLine { .. }
        | Overlay::Lookup
        | Overlay::Seek
        | Overlay::Editor(_)
        | Overlay::Resources(_)
        | Overlay::Ballot(_)
        | Overlay::Menu(_)
        | Overlay::Welcome(_) => return None,
    }
    Some(Action::Enter)
}

/// Takes a typed line into the layer on top; gives the action that does it.
pub(super) fn fill(model: &mut Model, typed: &str) -> Option<Action> {
    let pane = model.list();
    match model.overlays.last_mut() {
        None => None,
        Some(Overlay::Filter) => {
            let filter = model.lists.filters.entry(pane).or_default();
            *filter = LineEdit::holding(typed);
            Some(Action::Enter)
        }
        Some(Overlay::Form(filling)) => {
            if let Some(Entry {
                held: Held::Typed(line),
                fault,
                ..
            }) = filling.entries.get_mut(filling.at)
            {
                if !typed.is_empty() {
                    *line = LineEdit::holding(typed);
                }
                *fault = None;
            }
            next(filling)
        }
        Some(overlay) => {
            *overlay.line()? = LineEdit::holding(typed);
            Some(Action::Enter)
        }
    }
}

/// Takes an option of the field at hand.
fn picked(filling: &mut Filling, index: usize) -> Option<Action> {
    let Some(entry) = filling.entries.get_mut(filling.at) else {
        return Some(Action::Enter);
    };
    entry.fault = None;
    let options = entry.field.options().len();
    match &mut entry.held {
        Held::Flag(flag) => *flag = Some(index == 0),
        Held::One(one) => *one = Some(index),
        Held::Many { chosen, .. } if index < options => {
            if !chosen.remove(&index) {
                chosen.insert(index);
            }
            return None;
        }
        Held::Typed(_) | Held::Many { .. } => {}
    }
    next(filling)
}

/// Goes to the next field; after the last one the form is sent.
fn next(filling: &mut Filling) -> Option<Action> {
    if filling.at + 1 >= filling.entries.len() {
        return Some(Action::Enter);
    }
    filling.at += 1;
    None
}
