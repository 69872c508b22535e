//! What the help shows: first what fits the place where it was opened, then the rest, section by section; or what
//! a few letters find. Keys are those in force.
//!
//! It is made of the table of actions. Drawing and scrolling are done elsewhere.

use crate::core::State;
use crate::ui::action::{Action, Context, Entry, TABLE};
use crate::ui::composer::complete::rank;
use crate::ui::fitting;
use crate::ui::keymap::Keymap;
use crate::ui::line_edit::LineEdit;
use crate::ui::model::Model;
use crate::ui::sequence::Sequence;

/// The help, opened somewhere.
#[derive(Debug)]
pub(crate) struct Help {
    /// Where it was opened.
    context: Context,
    /// What could be done there with the selected row, the most needed first.
    fits: Vec<Action>,
    pub(crate) filter: LineEdit,
    /// The filter has the keys.
    pub(crate) typing: bool,
    /// Rows scrolled.
    pub(crate) scroll: usize,
}

/// A row of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Row {
    /// What the rows below it have in common.
    Head(String),
    Keys(Keys),
}

/// An action, or several neighbours that fold into one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Keys {
    /// As shown, the first ones first.
    pub(crate) labels: Vec<String>,
    pub(crate) doc: String,
    /// Where they work; empty where the head of the section says it.
    pub(crate) place: String,
    name: &'static str,
}

/// One entry of the table, or a run of neighbours with the same text.
type Run = &'static [Entry];

impl Help {
    /// The help for the place at hand.
    pub(crate) fn of(model: &Model, state: &State) -> Self {
        let context = model.context();
        let fits = match context {
            Context::List | Context::Pane if model.travel.is_none() => fitting::all(model, state),
            Context::List
            | Context::Pane
            | Context::Composer
            | Context::Choice
            | Context::Overlay
            | Context::Input
            | Context::Editor
            | Context::Past => Vec::new(),
        };
        Self {
            fits: fits.into_iter().map(|(action, _)| action).collect(),
            ..Self::over(context)
        }
    }

    /// The help above a layer, whose keys are in this context.
    pub(crate) fn over(context: Context) -> Self {
        Self {
            context,
            fits: Vec::new(),
            filter: LineEdit::default(),
            typing: false,
            scroll: 0,
        }
    }

    /// Leaves the filter; false when there is none.
    pub(crate) fn unfilter(&mut self) -> bool {
        let had = self.typing || !self.filter.text().is_empty();
        self.typing = false;
        self.filter = LineEdit::default();
        self.scroll = 0;
        had
    }

    /// What it shows, top to bottom.
    pub(crate) fn rows(&self, keymap: &Keymap) -> Vec<Row> {
        let wanted = self.filter.text().trim();
        if wanted.is_empty() {
            return self.sections(keymap);
        }
        let all = runs().map(|run| self.row(run, keymap, true));
        let found = rank(wanted, all.map(Sought::of).collect());
        found.into_iter().map(|it| Row::Keys(it.row)).collect()
    }

    fn sections(&self, keymap: &Keymap) -> Vec<Row> {
        let has = |run: Run, action| run.iter().any(|entry| entry.action == action);
        let mut left: Vec<Run> = runs().collect();
        let mut rows = Vec::new();
        let mut fits = Vec::new();
        for action in &self.fits {
            let place = left.iter().position(|run| has(run, *action));
            fits.extend(place.map(|place| left.remove(place)));
        }
        self.section(&mut rows, "For the selected row", fits, keymap);
        let works = |run: &Run| {
            let labels = |it: &Entry| keymap.labels(it.action, self.context);
            run.iter().any(|entry| !labels(entry).is_empty())
        };
        let (here, mut left): (Vec<Run>, Vec<Run>) = left.into_iter().partition(works);
        let title = format!("Here, in {}", in_words(self.context));
        self.section(&mut rows, &title, here, keymap);
        while let Some(first) = left.first().and_then(|run| run.first()) {
            let place = places(first.contexts);
            let same = |run: &Run| run.first().is_some_and(|it| places(it.contexts) == place);
            let (section, others) = left.into_iter().partition(same);
            self.section(&mut rows, &format!("Elsewhere: {place}"), section, keymap);
            left = others;
        }
        rows
    }

    fn section(&self, rows: &mut Vec<Row>, title: &str, runs: Vec<Run>, keymap: &Keymap) {
        if !runs.is_empty() {
            rows.push(Row::Head(title.to_owned()));
            let runs = runs.into_iter();
            rows.extend(runs.map(|run| Row::Keys(self.row(run, keymap, false))));
        }
    }

    fn row(&self, run: Run, keymap: &Keymap, placed: bool) -> Keys {
        let keys = |entry: &Entry| self.keys(entry, keymap);
        let (Some(first), Some(last)) = (run.first(), run.last()) else {
            return Keys {
                labels: Vec::new(),
                doc: String::new(),
                place: String::new(),
                name: "",
            };
        };
        let place = if placed {
            places(first.contexts)
        } else {
            String::new()
        };
        let name = first.name;
        if run.len() == 1 {
            let (labels, doc) = (keys(first), first.doc.to_owned());
            return Keys {
                labels,
                doc,
                place,
                name,
            };
        }
        let one = |entry: &Entry| keys(entry).into_iter().next().unwrap_or_default();
        Keys {
            labels: vec![format!("{} … {}", one(first), one(last))],
            doc: first.fold.to_owned(),
            place,
            name,
        }
    }

    /// The keys of an action: those that work here, else those that work anywhere, else its name.
    fn keys(&self, entry: &Entry, keymap: &Keymap) -> Vec<String> {
        let here = keymap.labels(entry.action, self.context);
        if !here.is_empty() {
            return here;
        }
        let all = keymap.keys(entry.action).into_iter();
        let all: Vec<String> = all.map(Sequence::label).collect();
        if all.is_empty() {
            return vec![format!(":{}", entry.name)];
        }
        all
    }
}

/// A row with the text in which it is looked for.
struct Sought {
    text: String,
    row: Keys,
}

impl Sought {
    fn of(row: Keys) -> Self {
        let keys = row.labels.join(" ");
        Self {
            text: format!("{keys} {} {} {}", row.name, row.doc, row.place),
            row,
        }
    }
}

impl AsRef<str> for Sought {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

fn runs() -> impl Iterator<Item = Run> {
    TABLE.chunk_by(|a, b| !a.fold.is_empty() && a.fold == b.fold)
}

fn in_words(context: Context) -> &'static str {
    match context {
        Context::Composer => "the composer",
        Context::Editor => "the editor",
        Context::Past => "the past",
        Context::List | Context::Pane | Context::Choice | Context::Overlay | Context::Input => {
            context.title()
        }
    }
}

/// Where an action works, in few words.
fn places(contexts: &[Context]) -> String {
    if contexts.len() >= 5 {
        return "everywhere".to_owned();
    }
    if let [only] = contexts {
        return only.title().to_owned();
    }
    let has = |context: Context| contexts.contains(&context);
    let mut names = Vec::new();
    if has(Context::Composer) {
        names.push("composer");
    }
    if has(Context::List) || has(Context::Pane) {
        names.push("panes");
    }
    if has(Context::Past) {
        names.push("past");
    }
    if has(Context::Choice) || has(Context::Overlay) || has(Context::Input) {
        names.push("dialogs");
    }
    match names.as_slice() {
        [_, _, _] => "most places".to_owned(),
        names => names.join(", "),
    }
}
