//! Creative answers side by side: all distinct ideas, each once, with all that had it.

use std::collections::BTreeMap;

use super::items::{self, Item};
use super::markdown::{LEFT_OUT_MAX, block};
use super::{Contribution, Part, Passage, Source, Synthesis, Why, source};
use crate::core::Text;
use crate::core::conflict::prose::Prose;
use crate::core::conflict::verdict::Verdict;

/// The longest merged result as Markdown, in bytes.
pub const MERGED_MAX: usize = 256 * 1024;

/// Merges answers in their given order. Of lists each item is an idea, and those that say the same are
/// one; what is said around a list follows as remarks; an answer that is no list stands whole under its
/// authors. Where it is too much for one result, the answers take turns until it is full, and what is
/// left out is named. One answer alone stands as it is.
#[must_use]
pub fn merge(candidates: &[Contribution]) -> Synthesis {
    let mut gathered = Gathered::default();
    for (candidate, of) in candidates.iter().enumerate() {
        let found = items::list(of.text.as_str()).filter(|_| candidates.len() > 1);
        let Some(list) = found else {
            if !of.text.is_empty() {
                let whole = passage(Part::Whole, of.text.clone(), source(candidate, of, None));
                gathered.wholes.push(whole);
            }
            continue;
        };
        for item in list.items {
            gathered.take(item, candidate, of);
        }
        for remark in list.remarks {
            let said = passage(
                Part::Remark,
                Text::from(remark),
                source(candidate, of, None),
            );
            gathered.remarks.push(said);
        }
        for framing in list.framing {
            let bytes = framing.len();
            let made = &mut gathered.made;
            made.leave_out(candidate, &of.authors, Why::Framing, bytes);
        }
    }
    let alone = candidates.len() == 1;
    gathered.fitted(if alone {
        usize::MAX
    } else {
        MERGED_MAX - LEFT_OUT_MAX
    })
}

#[derive(Default)]
struct Gathered {
    made: Synthesis,
    ideas: Vec<Passage>,
    /// Each idea in the form in which it is compared.
    known: Vec<Prose>,
    /// Where ideas of these words are.
    by_words: BTreeMap<Vec<String>, Vec<usize>>,
    remarks: Vec<Passage>,
    wholes: Vec<Passage>,
}

impl Gathered {
    /// Takes an idea, or adds its author to the one that says the same.
    fn take(&mut self, item: Item, candidate: usize, of: &Contribution) {
        let prose = Prose::of(&item.text.replace(['*', '`'], ""));
        let alike = self.by_words.entry(prose.words().to_vec()).or_default();
        let same = alike.iter().copied().find(|at| {
            let known = self.known.get(*at);
            known.is_some_and(|one| one.compare(&prose) == Verdict::Agree)
        });
        if let Some(idea) = same.and_then(|at| self.ideas.get_mut(at)) {
            let has = |source: &Source| source.candidate == candidate;
            if !idea.sources.iter().any(has) {
                let other = idea.text.as_str() != item.text;
                let quote = other.then_some(item.text);
                idea.sources.push(source(candidate, of, quote));
            }
            return;
        }
        alike.push(self.ideas.len());
        self.known.push(prose);
        let (text, quote) = match item.under {
            Some(title) => (format!("{title}: {}", item.text), Some(item.text)),
            None => (item.text, None),
        };
        let source = source(candidate, of, quote);
        self.ideas
            .push(passage(Part::Idea, Text::from(text), source));
    }

    /// As many passages as there is room for: the first of each answer before the second of any.
    fn fitted(self, room: usize) -> Synthesis {
        let mut made = self.made;
        let all: Vec<Passage> = [self.ideas, self.remarks, self.wholes].concat();
        let first = |passage: &Passage| passage.sources.first().map_or(0, |it| it.candidate);
        let mut taken: BTreeMap<usize, usize> = BTreeMap::new();
        let mut order: Vec<(usize, usize)> = Vec::with_capacity(all.len());
        for (at, passage) in all.iter().enumerate() {
            let turn = taken.entry(first(passage)).or_default();
            order.push((*turn, at));
            *turn += 1;
        }
        order.sort_unstable();
        let mut left = room;
        let mut fits = vec![false; all.len()];
        for (_, at) in order {
            let Some((passage, fits)) = all.get(at).zip(fits.get_mut(at)) else {
                continue;
            };
            let needed = block(passage).len() + 2;
            *fits = needed <= left;
            if *fits {
                left -= needed;
            } else if let Some(source) = passage.sources.first() {
                let bytes = passage.text.len();
                made.leave_out(source.candidate, &source.authors, Why::NoRoom, bytes);
            }
        }
        let kept = all.into_iter().zip(fits).filter(|(_, fits)| *fits);
        made.passages = kept.map(|(passage, _)| passage).collect();
        made
    }
}

fn passage(part: Part, text: Text, source: Source) -> Passage {
    Passage {
        part,
        text,
        sources: vec![source],
    }
}
