//! Cards: lines that are folded into one. The last ones of a card show while it grows; once it ended it is
//! closed until somebody opens it. What is folded stays in the text: it is copied and searched.

use super::line::Line;
use super::{Laid, Mark, Raw, Ring, Tone};
use crate::ui::seek::Way;

/// Lines of a card that show while it grows.
const SHOWN: u64 = 4;
/// A single line of so many bytes needs no card.
const BRIEF: usize = 160;

/// Lines that are folded into one.
#[derive(Debug, Clone)]
pub(super) struct Card {
    /// What it is called, without its mark.
    label: String,
    /// So few lines need no card: they stand as they are.
    least: u64,
    /// The first line that is not folded away yet.
    shown: u64,
    /// The line after its last one; none while it grows.
    end: Option<u64>,
    open: bool,
}

impl Ring {
    /// Begins a card: what is pushed from now on belongs to it, up to [`Ring::end_card`]. With `least` lines or
    /// fewer it is none.
    pub(crate) fn begin_card(&mut self, label: &str, least: u64) -> u64 {
        let number = self.mark().0;
        let before = self.rows;
        let mut head = Line {
            tone: Tone::Note,
            ..Line::default()
        };
        head.laid.raw = Raw::Nothing;
        head.laid.hidden = least > 0;
        head.wrap(self.columns);
        self.rows += head.rows();
        self.lines.push_back(head);
        let card = Card {
            label: label.to_owned(),
            least,
            shown: number + 1,
            end: None,
            open: false,
        };
        self.cards.insert(number, card);
        self.name(number);
        self.came(self.rows - before);
        number
    }

    /// The card has grown: all but its last lines are folded away.
    pub(crate) fn grow_card(&mut self, number: u64) {
        let end = self.end();
        let Some(card) = self.cards.get(&number).filter(|card| !card.open) else {
            return;
        };
        let (from, to) = (card.shown, end.saturating_sub(SHOWN));
        if from < to && end - number - 1 > card.least {
            self.in_place(|ring| {
                ring.set_hidden(number, false);
                (from..to).for_each(|line| ring.set_hidden(line, true));
            });
            if let Some(card) = self.cards.get_mut(&number) {
                card.shown = to;
            }
        }
    }

    /// The card is whole; it is closed unless somebody opened it. Gives how many lines it has.
    pub(crate) fn end_card(&mut self, number: u64, label: impl FnOnce(u64) -> String) {
        self.end_line();
        let end = self.end();
        let lines = end.saturating_sub(number + 1);
        let only = self.lines.get(self.place(number + 1));
        let brief = lines <= 1 && only.is_none_or(|line| line.laid.text.len() <= BRIEF);
        let Some(card) = self.cards.get_mut(&number) else {
            return;
        };
        if brief || lines <= card.least {
            self.cards.remove(&number);
            self.in_place(|ring| ring.set_hidden(number, true));
            return;
        }
        card.label = label(lines);
        card.end = Some(end);
        let open = card.open;
        self.fold(number, open);
    }

    /// Opens the card at hand, or closes it: the one that was gone to, or else the first one in sight, or the
    /// last one while the end is followed. False where none is.
    pub(crate) fn turn_card(&mut self) -> bool {
        let marked = self
            .mark_in_sight()
            .filter(|it| self.cards.contains_key(it));
        let follows = self.follows();
        let seen = self.cards_in_sight();
        let seen = if follows { seen.last() } else { seen.first() };
        let Some(number) = marked.or(seen.copied()) else {
            return false;
        };
        let open = self.cards.get(&number).is_some_and(|card| card.open);
        self.marked = Some(number);
        // It opens downwards: what is above stays as far as there is room.
        self.held = true;
        self.fold(number, !open);
        if !open {
            self.show_card(number);
        } else if self.back == 0 {
            // The end is in sight again and is followed; the card is still the one at hand.
            self.held = false;
            self.fresh = 0;
        }
        true
    }

    /// Brings an open card into sight: all of it, or as much as there is room for below its first row.
    fn show_card(&mut self, number: u64) {
        let end = self.cards.get(&number).and_then(|card| card.end);
        let rows = |from: u64| {
            self.lines
                .iter()
                .skip(self.place(from))
                .map(Line::rows)
                .sum()
        };
        let whole: usize = rows(number);
        let below: usize = rows(end.unwrap_or(self.end()));
        let back = below.max(whole.saturating_sub(usize::from(self.height)));
        self.back = self.back.min(back);
    }

    /// Opens all cards, or closes them where all are open; gives whether they are open now. None where there
    /// is no card.
    pub(crate) fn turn_cards(&mut self) -> Option<bool> {
        let numbers: Vec<u64> = self.cards.keys().copied().collect();
        let open = self.cards.values().any(|card| !card.open);
        self.in_place(|ring| {
            for number in &numbers {
                ring.set_open(*number, open);
            }
        });
        (!numbers.is_empty()).then_some(open)
    }

    /// Goes to the card before or after what is looked at; false where there is none.
    pub(crate) fn go_to_card(&mut self, way: Way) -> bool {
        let from = self.mark_in_sight();
        let top = self.gone + self.top_row().0 as u64;
        let to = match (way, from) {
            (Way::Older, Some(from)) => self.cards.range(..from).next_back(),
            (Way::Older, None) if self.follows() => self.cards.iter().next_back(),
            (Way::Older, None) => self.cards.range(..top).next_back(),
            (Way::Newer, Some(from)) => self.cards.range(from + 1..).next(),
            (Way::Newer, None) => self.cards.range(top..).next(),
        };
        let Some(to) = to.map(|(number, _)| *number) else {
            return false;
        };
        self.marked = Some(to);
        self.held = true;
        self.reveal(to, 0);
        true
    }

    /// Opens the card in which a line is folded away.
    pub(super) fn unfold(&mut self, line: u64) {
        let card = self.cards.range(..line).next_back();
        let card = card.filter(|(_, card)| !card.open && card.end.is_none_or(|end| line < end));
        if let Some(number) = card.map(|(number, _)| *number) {
            self.fold(number, true);
        }
    }

    /// Puts the answer in place of all after a mark that is in no card.
    pub(crate) fn settle_turn(&mut self, from: Mark, answer: Vec<Laid>) {
        let follows = self.follows();
        let (before, back, fresh) = (self.rows, self.back, self.fresh);
        let lines = self
            .lines
            .split_off(self.place(from.0).min(self.lines.len()));
        let first = from.0.max(self.gone);
        let mut cards = self.cards.split_off(&first).into_iter().peekable();
        self.marked = self.marked.filter(|it| *it < first);
        self.rows -= lines.iter().map(Line::rows).sum::<usize>();
        let mut card: Option<(u64, u64)> = None;
        for (number, line) in (first..).zip(lines) {
            if let Some((_, mut it)) = cards.next_if(|(head, _)| *head == number) {
                let (head, end) = (self.end(), it.end.unwrap_or(number + 1));
                card = Some((number, end));
                it.end = Some(head + (end - number));
                self.cards.insert(head, it);
            }
            if card.is_some_and(|(_, end)| number < end) {
                self.rows += line.rows();
                self.lines.push_back(line);
            }
        }
        if let Some(hits) = &mut self.hits {
            hits.forget_from(first);
        }
        let mark = self.mark();
        self.lay(mark, answer, Vec::new());
        if !follows {
            let more = self.rows.cast_signed() - before.cast_signed();
            self.back = back.saturating_add_signed(more).min(self.scroll_max());
            self.fresh = fresh.saturating_add_signed(more);
            self.held = true;
        }
    }

    /// Cards whose first line is not there any more are none.
    pub(super) fn drop_cards(&mut self) {
        let (first, end) = (self.gone, self.end());
        while self
            .cards
            .first_key_value()
            .is_some_and(|(it, _)| *it < first)
        {
            self.cards.pop_first();
        }
        drop(self.cards.split_off(&end));
    }

    fn cards_in_sight(&self) -> Vec<u64> {
        let sight = self.sight();
        let from = self.gone + sight.start as u64;
        let to = from + sight.len() as u64;
        self.cards.range(from..to).map(|(it, _)| *it).collect()
    }

    fn fold(&mut self, number: u64, open: bool) {
        self.in_place(|ring| ring.set_open(number, open));
    }

    /// Shows or hides the lines of a card; where one grows, its last ones show.
    fn set_open(&mut self, number: u64, open: bool) {
        let end = self.end();
        let Some(card) = self.cards.get_mut(&number) else {
            return;
        };
        card.open = open;
        let first = number + 1;
        let end = match card.end {
            Some(end) => end,
            None if open => end,
            None => end.saturating_sub(SHOWN).max(first),
        };
        card.shown = if open { first } else { end };
        (first..end).for_each(|line| self.set_hidden(line, !open));
        self.set_hidden(number, false);
        self.name(number);
    }

    /// Writes what a card is called into its first line.
    fn name(&mut self, number: u64) {
        let at = self.place(number);
        let columns = self.columns;
        if let (Some(card), Some(line)) = (self.cards.get(&number), self.lines.get_mut(at)) {
            let mark = if card.open || card.end.is_none() {
                "▾"
            } else {
                "▸"
            };
            let before = line.rows();
            line.laid.text = format!("{mark} {}", card.label);
            line.columns = 0;
            line.wrap(columns);
            self.rows = self.rows + line.rows() - before;
        }
    }

    fn set_hidden(&mut self, number: u64, hidden: bool) {
        let at = self.place(number);
        let columns = self.columns;
        if let Some(line) = self.lines.get_mut(at) {
            let before = line.rows();
            line.laid.hidden = hidden;
            line.wrap(columns);
            self.rows = self.rows + line.rows() - before;
        }
    }

    /// Changes lines while the row at the top stays there, unless the end is followed.
    fn in_place(&mut self, change: impl FnOnce(&mut Self)) {
        let top = self.top();
        change(self);
        if let Some((line, byte)) = top {
            self.put_at_top(line, byte);
            self.held = true;
        }
        self.back = self.back.min(self.scroll_max());
    }
}
