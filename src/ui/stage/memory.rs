//! The shared memory of a stage: documents in a map, and changes of notes carried out on demand.

use std::collections::BTreeMap;

use super::Stage;
use crate::core::document::{
    CallsTold, Catalog, DocumentHistory, DocumentOwner, DocumentPlace, DocumentRow, DocumentText,
    DocumentsFound, Known, Oddity, PLACES_MAX,
};
use crate::core::{
    DocumentReply, DocumentWish, NoteChange, NoteEnd, Report, Span, Text, Timestamp,
};
use crate::link::Found;
use crate::ui::room::RoomEvent;

/// The documents of a stage.
#[derive(Debug, Clone, Default)]
pub(super) struct Memory {
    texts: BTreeMap<String, DocumentText>,
    catalog: Catalog,
    histories: BTreeMap<String, DocumentHistory>,
    told: Vec<(Known, CallsTold)>,
    /// A console that waits for what changes after a place.
    waits: Option<(u64, u64)>,
}

impl Memory {
    fn put(&mut self, name: &str, owner: DocumentOwner, at: Timestamp, text: DocumentText) {
        self.catalog.put(DocumentRow {
            name: name.to_owned(),
            bytes: text.bytes,
            at,
            owner,
        });
        self.texts.insert(name.to_owned(), text);
    }

    fn remove(&mut self, name: &str) {
        self.catalog.remove(name);
        self.texts.remove(name);
    }

    fn answer(&mut self, ask: u64, wish: DocumentWish) -> Option<DocumentReply> {
        Some(match wish {
            DocumentWish::List { after } if after != 0 && after == self.catalog.last() => {
                self.waits = Some((ask, after));
                return None;
            }
            DocumentWish::List { after } => DocumentReply::Listed(self.catalog.page(after)),
            DocumentWish::Read { name } => {
                DocumentReply::Read(self.texts.get(&name).cloned().unwrap_or_else(|| {
                    DocumentText {
                        text: String::new(),
                        bytes: 0,
                        oddities: vec![Oddity::Missing],
                    }
                }))
            }
            DocumentWish::Search { words } => DocumentReply::Found(self.search(&words)),
            DocumentWish::History { name } => {
                DocumentReply::History(self.histories.get(&name).cloned().unwrap_or_default())
            }
            DocumentWish::Told { of } => {
                let told = self.told.iter().find(|(known, _)| *known == of);
                DocumentReply::Told(told.map_or_else(CallsTold::default, |(_, it)| it.clone()))
            }
        })
    }

    fn search(&self, words: &str) -> DocumentsFound {
        let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
        let has = |(name, text): &(&String, &DocumentText)| {
            let all = format!("{name} {}", text.text).to_lowercase();
            words.iter().all(|word| all.contains(word))
        };
        let place = |(name, text): (&String, &DocumentText)| DocumentPlace {
            name: name.clone(),
            excerpt: text
                .text
                .split_whitespace()
                .take(12)
                .collect::<Vec<_>>()
                .join(" "),
        };
        let found = self.texts.iter().filter(has).map(place).take(PLACES_MAX);
        DocumentsFound {
            places: found.collect(),
            indexed: self.texts.len(),
            of: self.texts.len(),
        }
    }
}

impl Stage {
    /// The documents in which words stand.
    pub(super) fn written(&self, words: &str) -> Vec<Found> {
        let places = self.memory.search(words).places.into_iter();
        let found = places.map(|place| Found {
            at: None,
            task: None,
            session: None,
            call: None,
            document: Some(place.name),
            excerpt: place.excerpt,
        });
        found.collect()
    }

    /// A document of the shared memory gets a text, as if it were written now.
    pub fn write(&mut self, name: &str, text: &str) {
        let known = self
            .hub
            .documents
            .iter()
            .any(|document| document.name == name);
        let owner = match name {
            _ if known => DocumentOwner::Room,
            _ if name.starts_with("conflicts/memory/") => DocumentOwner::KeptAside,
            _ => DocumentOwner::Note,
        };
        let text = DocumentText {
            text: text.to_owned(),
            bytes: text.len() as u64,
            oddities: Vec::new(),
        };
        self.put(name, owner, text);
    }

    /// A note appears that is as odd as this.
    pub fn put_odd(&mut self, name: &str, text: DocumentText) {
        self.put(name, DocumentOwner::Note, text);
    }

    /// A document of the shared memory got a text some time ago.
    pub fn wrote(&mut self, name: &str, text: &str, ago: Span) {
        let now = self.now;
        self.now = Timestamp(now.0.saturating_sub(ago.0));
        self.write(name, text);
        self.now = now;
    }

    fn put(&mut self, name: &str, owner: DocumentOwner, text: DocumentText) {
        self.memory.put(name, owner, self.now, text);
        self.tell_memory();
    }

    /// A document is gone.
    pub fn lose(&mut self, name: &str) {
        self.memory.remove(name);
        self.tell_memory();
    }

    /// What is known of how a document came to be.
    pub fn made(&mut self, name: &str, history: DocumentHistory) {
        self.memory.histories.insert(name.to_owned(), history);
    }

    /// Which calls were told of something.
    pub fn told_of(&mut self, known: Known, calls: CallsTold) {
        self.memory.told.push((known, calls));
    }

    /// The hub carries out what the operator changes in notes, as the real one does.
    pub fn carry_out(&mut self) {
        let orders: Vec<_> = self.state.notebook().open().cloned().collect();
        for order in orders {
            let now = self
                .memory
                .texts
                .get(&order.name)
                .map(|text| text.text.clone());
            let now = now.as_deref();
            let end = match &order.change {
                NoteChange::Write { before, after } => {
                    if now == before.as_ref().map(Text::as_str) {
                        self.write(&order.name, after.as_str());
                        NoteEnd::Done
                    } else {
                        NoteEnd::Changed
                    }
                }
                NoteChange::Rename { to, text } if now == Some(text.as_str()) => {
                    self.lose(&order.name);
                    self.write(to, text.as_str());
                    NoteEnd::Done
                }
                NoteChange::Delete { before } if now == Some(before.as_str()) => {
                    self.lose(&order.name);
                    NoteEnd::Done
                }
                NoteChange::Rename { .. } | NoteChange::Delete { .. } => NoteEnd::Changed,
            };
            let order = order.id;
            self.report(&Report::NoteSettled { order, end });
        }
    }

    pub(super) fn ask_memory(&mut self, ask: u64, wish: DocumentWish) -> Option<RoomEvent> {
        let result = Ok(self.memory.answer(ask, wish)?);
        Some(RoomEvent::Documents { ask, result })
    }

    fn tell_memory(&mut self) {
        if let Some((ask, after)) = self.memory.waits.take() {
            let reply = self.ask_memory(ask, DocumentWish::List { after });
            self.told.extend(reply);
        }
    }
}
