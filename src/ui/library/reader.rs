//! The document that is looked at: its text as it was read last, and how it is shown.

use crate::core::document::{DocumentText, Oddity};
use crate::core::note::name::is_json;
use crate::core::{DocumentReply, Timestamp};
use crate::ui::composer::size;
use crate::ui::page::{Page, PageLine, json, markdown};
use crate::ui::text::clean;
use crate::ui::theme::Role;

/// A document under the eyes of the operator.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    /// Its name.
    pub(crate) name: Option<String>,
    /// The wish that is to bring its text.
    pub(crate) ask: Option<u64>,
    /// What it was in the list when that was made.
    pub(crate) of: Option<(u64, Timestamp)>,
    /// Its text.
    pub(crate) text: Option<DocumentText>,
    /// As it is shown.
    pub(crate) page: Page,
}

impl Reader {
    /// Another document is looked at; nothing is known of it yet.
    pub(crate) fn begin(&mut self, name: &str) {
        *self = Self {
            name: Some(name.to_owned()),
            ..Self::default()
        };
    }

    /// Its text came, or why it did not.
    pub(crate) fn take(&mut self, result: Result<DocumentReply, String>) {
        self.ask = None;
        let top = self.page.top();
        let page = match result {
            Ok(DocumentReply::Read(text)) => {
                let page = shown(self.name.as_deref().unwrap_or_default(), &text);
                self.text = Some(text);
                page
            }
            Ok(
                DocumentReply::Listed(_)
                | DocumentReply::Found(_)
                | DocumentReply::History(_)
                | DocumentReply::Told(_),
            ) => return,
            Err(why) => {
                let mut page = Page::default();
                page.text(&why, Role::Error);
                page
            }
        };
        // It changes under the eyes of who reads it: the place stays.
        self.page = page;
        self.page.go_once(top);
    }

    /// The text that the operator sees, if all of it is known and it may be changed.
    pub(crate) fn changeable(&self) -> Result<&str, &'static str> {
        match &self.text {
            None => Err("it is still being read"),
            Some(text) => match text.unchangeable() {
                Some(why) => Err(why),
                None => Ok(&text.text),
            },
        }
    }
}

/// A text as its name says, under what is odd about it.
fn shown(name: &str, text: &DocumentText) -> Page {
    // Before it is taken apart: a sequence must not be cut in two.
    let clean = clean(&text.text);
    let (body, malformed) = if is_json(name) {
        match json::page(&clean) {
            Ok(page) => (page, None),
            Err(why) => (Page::plain(&clean), Some(why)),
        }
    } else if text.oddities.contains(&Oddity::NotText) {
        (Page::plain(&clean), None)
    } else {
        (markdown::page(&clean), None)
    };
    let mut page = Page::default();
    let mut say = |what: &str| {
        let mut line = PageLine::after("▲ ");
        line.push(what, Role::Warn);
        page.push(line);
    };
    for oddity in &text.oddities {
        match oddity {
            Oddity::Cut => say(&format!(
                "the first {} of {} are shown",
                size(text.text.len()),
                size(usize::try_from(text.bytes).unwrap_or(usize::MAX))
            )),
            Oddity::NotText => say("no UTF-8 text: what is none of it is shown as \u{fffd}"),
            Oddity::CarriageReturns => {
                say("has carriage returns; Serena reads them as line breaks");
            }
            Oddity::Unwritten => {
                say("not in the shared memory yet: this is what the room will write");
            }
            Oddity::Unfit { why } => say(why),
            Oddity::Missing => say("it is not there any more"),
        }
    }
    let cut = text.oddities.contains(&Oddity::Cut);
    if let Some(why) = malformed.filter(|_| !cut) {
        say(&format!("no JSON: {why}"));
    }
    if text.text.is_empty() && text.oddities.is_empty() {
        page.text("It is empty.", Role::Muted);
    }
    page.gap();
    page.append(body);
    page
}
