//! Words that are looked for in a text: where they stand, and which place is looked at.
//!
//! Owns the places, not the text. A text that grows is looked through from where it was looked through last:
//! only its last line is looked at again. It neither scrolls nor draws.

use std::collections::VecDeque;

/// Letters of what is looked for that count at most.
const LETTERS: usize = 100;
/// Places that are kept at most; of a text with more the first ones are known.
const PLACES: usize = 10_000;

/// Which way to go in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Towards the beginning.
    Older,
    /// Towards the end.
    Newer,
}

/// Where a reader stands in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Stand {
    /// At its end, and goes on with it.
    #[default]
    End,
    /// This byte of this line is at the top.
    At(u64, usize),
}

/// A text in which words can be looked for.
pub(crate) trait Sought {
    /// Says what is looked for, and looks through what came since. Cheap when nothing did.
    fn seek(&mut self, words: Option<&str>);
    /// Goes to the place nearest to where the reader stood; there, where the words stand nowhere, which is false.
    fn nearest(&mut self, from: Stand) -> bool;
    /// Goes to the next place that way; false where there is none.
    fn step(&mut self, way: Way) -> bool;
    /// Where the reader stands.
    fn stand(&self) -> Stand;
    /// Goes to where the reader stood.
    fn stand_at(&mut self, stand: Stand);
    /// How the search stands, in a word; empty where there is none.
    fn sought(&self) -> String;
}

/// A place in a text: a line, counted from the first one ever, and bytes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) line: u64,
    pub(crate) from: usize,
    pub(crate) to: usize,
}

/// What is looked for. Without a capital letter in it, capitals and small letters are the same.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Needle {
    letters: Vec<char>,
    exact: bool,
}

impl Needle {
    fn of(words: &str) -> Self {
        let exact = words.chars().any(char::is_uppercase);
        let letters = words.chars().take(LETTERS);
        Self {
            letters: letters.map(|c| folded(c, exact)).collect(),
            exact,
        }
    }

    /// The bytes of each place in a line, from the left; none overlaps another.
    fn places<'a>(&'a self, line: &'a str) -> impl Iterator<Item = (usize, usize)> + 'a {
        let mut from = 0;
        std::iter::from_fn(move || {
            loop {
                let rest = line.get(from..)?;
                let first = rest.chars().next()?;
                if let Some(bytes) = self.begins(rest) {
                    let place = (from, from + bytes);
                    from += bytes;
                    return Some(place);
                }
                from += first.len_utf8();
            }
        })
    }

    /// How many bytes of a text are this, from its first one on.
    fn begins(&self, text: &str) -> Option<usize> {
        let mut chars = text.chars();
        for letter in &self.letters {
            if folded(chars.next()?, self.exact) != *letter {
                return None;
            }
        }
        let bytes = text.len() - chars.as_str().len();
        (bytes > 0).then_some(bytes)
    }
}

/// A letter as it is compared.
fn folded(c: char, exact: bool) -> char {
    if exact {
        return c;
    }
    c.to_lowercase().next().unwrap_or(c)
}

/// Where the words stand in a text.
#[derive(Debug, Clone)]
pub(crate) struct Hits {
    words: String,
    needle: Needle,
    places: VecDeque<Place>,
    /// The first line that was not looked through to its end for good.
    upto: u64,
    at: Option<Place>,
}

impl Hits {
    /// No place yet: the text is still to be looked through.
    pub(crate) fn of(words: &str) -> Self {
        Self {
            words: words.to_owned(),
            needle: Needle::of(words),
            places: VecDeque::new(),
            upto: 0,
            at: None,
        }
    }

    /// What is looked for.
    pub(crate) fn words(&self) -> &str {
        &self.words
    }

    /// The line from which the text is to be looked through now.
    pub(crate) fn upto(&self) -> u64 {
        self.upto
    }

    /// Looks through lines, the first of which has this number. The last one may still grow.
    pub(crate) fn look<'a>(&mut self, first: u64, lines: impl Iterator<Item = &'a str>) {
        self.forget_from(first);
        for (line, text) in (first..).zip(lines) {
            self.upto = line;
            if self.places.len() < PLACES {
                let found = self.needle.places(text);
                let found = found.map(|(from, to)| Place { line, from, to });
                self.places.extend(found.take(PLACES - self.places.len()));
            }
        }
    }

    /// The lines before this one are gone.
    pub(crate) fn forget_before(&mut self, line: u64) {
        while self.places.front().is_some_and(|it| it.line < line) {
            self.places.pop_front();
        }
        self.upto = self.upto.max(line);
        self.at = self.at.filter(|at| at.line >= line);
    }

    /// The lines from this one on are gone, or are others now.
    pub(crate) fn forget_from(&mut self, line: u64) {
        while self.places.back().is_some_and(|it| it.line >= line) {
            self.places.pop_back();
        }
        self.upto = self.upto.min(line);
    }

    /// The place that is looked at; none where the text changed and has it no more.
    pub(crate) fn at(&self) -> Option<Place> {
        let at = self.at?;
        self.places.binary_search(&at).ok().map(|_| at)
    }

    /// Looks at the place nearest to a line: the first one from it on, or else the last one before it.
    pub(crate) fn nearest(&mut self, line: u64) -> Option<Place> {
        let from = self.places.partition_point(|it| it.line < line);
        self.at = self.places.get(from).or(self.places.back()).copied();
        self.at
    }

    /// Looks at the next place that way, and from the end at the first one again.
    pub(crate) fn step(&mut self, way: Way) -> Option<Place> {
        let count = self.places.len();
        let at = self.at.map_or(Err(0), |at| self.places.binary_search(&at));
        let to = match (way, at) {
            (Way::Newer, Ok(at)) => at + 1,
            (Way::Newer, Err(next)) => next,
            (Way::Older, Ok(at) | Err(at)) => (at + count.max(1)) - 1,
        };
        self.at = self.places.get(to.checked_rem(count)?).copied();
        self.at
    }

    /// The places in some bytes of a line, cut to them, each with whether it is the one looked at.
    pub(crate) fn within(
        &self,
        line: u64,
        bytes: std::ops::Range<usize>,
    ) -> impl Iterator<Item = (std::ops::Range<usize>, bool)> + '_ {
        let first = self
            .places
            .partition_point(|it| (it.line, it.to) <= (line, bytes.start));
        let places = self.places.iter().skip(first);
        places
            .take_while(move |it| it.line == line && it.from < bytes.end)
            .map(move |it| {
                let cut = it.from.max(bytes.start)..it.to.min(bytes.end);
                (
                    cut.start - bytes.start..cut.end - bytes.start,
                    self.at == Some(*it),
                )
            })
    }

    /// How it stands, in a word: `3/17`, `17`, `none`.
    pub(crate) fn told(&self) -> String {
        let more = if self.places.len() < PLACES { "" } else { "+" };
        let at = self.at.and_then(|at| self.places.binary_search(&at).ok());
        match (self.places.len(), at) {
            _ if self.needle.letters.is_empty() => String::new(),
            (0, _) => "none".to_owned(),
            (count, Some(at)) => format!("{}/{count}{more}", at + 1),
            (count, None) => format!("{count}{more}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    fn found<'a>(words: &str, line: &'a str) -> Vec<&'a str> {
        let needle = Needle::of(words);
        let places = needle.places(line);
        places.map(|(from, to)| &line[from..to]).collect()
    }

    #[test]
    fn capitals_count_only_where_one_was_typed() {
        assert_eq!(found("token", "Token, tOKEN"), ["Token", "tOKEN"]);
        assert_eq!(found("Token", "Token, token"), ["Token"]);
        assert_eq!(found("größe", "GRÖßE der Größe"), ["GRÖßE", "Größe"]);
        assert_eq!(found("aa", "aaaaa"), ["aa", "aa"]);
        assert_eq!(found("", "aaa"), [""; 0]);
        assert_eq!(found("日本", "日本日"), ["日本"]);
        assert_eq!(found("(a|", "x(a|b)"), ["(a|"]);
    }

    #[test]
    fn places_are_gone_through_in_a_circle() {
        let mut hits = Hits::of("a");
        hits.look(7, ["a b a", "none", "a"].into_iter());
        assert_eq!(hits.told(), "3");
        let at = |line, from| {
            let to = from + 1;
            Some(Place { line, from, to })
        };
        assert_eq!(hits.nearest(8), at(9, 0));
        assert_eq!(hits.told(), "3/3");
        assert_eq!(hits.step(Way::Newer), at(7, 0));
        assert_eq!(hits.step(Way::Newer), at(7, 4));
        assert_eq!(hits.step(Way::Older), at(7, 0));
        assert_eq!(hits.step(Way::Older), at(9, 0));
        assert_eq!(hits.nearest(99), at(9, 0));
        assert_eq!(Hits::of("a").step(Way::Older), None);
        assert_eq!(Hits::of("a").step(Way::Newer), None);
    }

    #[test]
    fn only_the_last_line_is_looked_at_again() {
        let mut hits = Hits::of("a");
        hits.look(0, ["a", "b"].into_iter());
        assert_eq!(hits.upto(), 1);
        hits.look(1, ["b a", "a"].into_iter());
        assert_eq!((hits.upto(), hits.told()), (2, "3".to_owned()));
        assert_eq!(hits.nearest(1).map(|at| at.line), Some(1));
        hits.forget_before(1);
        assert_eq!(hits.told(), "1/2");
        hits.forget_from(1);
        assert_eq!((hits.upto(), hits.told()), (1, "none".to_owned()));
        assert_eq!(hits.at(), None);
    }

    #[test]
    fn a_place_over_the_edge_of_a_row_is_in_both() {
        let mut hits = Hits::of("cde");
        hits.look(0, std::iter::once("abcdefcde"));
        hits.nearest(0);
        let within = |bytes| hits.within(0, bytes).collect::<Vec<_>>();
        assert_eq!(within(0..4), [(2..4, true)]);
        assert_eq!(within(4..9), [(0..1, true), (2..5, false)]);
        assert_eq!(hits.within(1, 0..9).count(), 0);
    }

    #[test]
    fn there_is_an_end_to_what_is_kept() {
        let mut hits = Hits::of("a");
        hits.look(0, std::iter::repeat_n("aaaaa", 5000));
        assert_eq!(hits.told(), "10000+");
    }
}
