//! English that a person can watch: sentences chosen by seeded dice. Pure.

use super::verdict::number_of;
use crate::core::hash;

/// Dice that show the same on every machine and in every version.
#[derive(Debug, Clone)]
pub(super) struct Dice(hash::Dice);

impl Dice {
    /// Dice for one answer.
    pub(super) fn new(seed: u64, part: &str, turn: u64, prompt: &str) -> Self {
        let seed = number_of(&format!("{seed}\n{part}\n{turn}\n{prompt}"));
        Self(hash::Dice::new(seed))
    }

    /// `count` different sentences of `bank`, in an order of the dice's own.
    pub(super) fn draw(&mut self, bank: &[&'static str], count: usize) -> Vec<&'static str> {
        let mut left: Vec<&'static str> = bank.to_vec();
        let mut drawn = Vec::new();
        while drawn.len() < count && !left.is_empty() {
            let place = self.0.roll() % left.len() as u64;
            drawn.push(left.swap_remove(usize::try_from(place).unwrap_or_default()));
        }
        drawn
    }

    /// One sentence of `bank`.
    pub(super) fn one(&mut self, bank: &[&'static str]) -> &'static str {
        self.draw(bank, 1).first().copied().unwrap_or_default()
    }
}

/// How a thought begins before the answer does.
pub(super) const THOUGHTS: [&str; 6] = [
    "First I want to know what would prove this wrong.",
    "There are two ways to read the question; I take the plainer one.",
    "The costly part is usually the one nobody measures.",
    "Let me separate what was asked from what was meant.",
    "If this were easy, it would have been done already, so where is the catch?",
    "I look for the step that cannot be taken back.",
];

/// What an observer might notice.
pub(super) const OBSERVATIONS: [&str; 10] = [
    "The question has a part that can be measured and a part that is taste, and they should not be mixed.",
    "Most of the risk sits at the border between two pieces that each work well alone.",
    "What looks like a slow program is often one that waits in the wrong place.",
    "A name that two people read differently costs more than a wrong line of code.",
    "The first fix that comes to mind hides the symptom and keeps the cause.",
    "Nothing here needs to be clever; it needs to be visible.",
    "The rare case decides, because the common case already works.",
    "Two of the steps do not depend on each other and could run side by side.",
    "The happy path is well covered, and the way out of an error is not.",
    "There is a limit that nobody wrote down, and it will be found at the worst moment.",
];

/// What one might do.
pub(super) const PROPOSALS: [&str; 10] = [
    "I would begin with a check that fails today and passes when we are done.",
    "I would make the state explicit first and only then change the behaviour.",
    "I would take the smallest slice that goes from one end to the other.",
    "I would log the decision next to the result, so that it can be counted again.",
    "I would bound every queue, and say in one line why the bound is what it is.",
    "I would replace the wait by the event that it waits for.",
    "I would let the old and the new way run beside each other for a while and compare.",
    "I would move the slow part off the path that a person sees.",
    "I would write the error message first; it shows what the code must know.",
    "I would remove one option instead of adding one.",
];

/// What might speak against it.
pub(super) const DOUBTS: [&str; 6] = [
    "What speaks against it: it takes a day longer, and the gain shows only under load.",
    "I may be wrong where the numbers are small; ten more runs would settle it.",
    "A colleague with other data could well see it the other way round.",
    "If the input grows tenfold, I would look at this again.",
    "The weak point of my view is that I have not seen it fail.",
    "One thing I cannot judge from here is how often the rare case really happens.",
];

/// How one sentence can carry an answer.
pub(super) const SHORT: [&str; 6] = [
    "Small change, then measure.",
    "The cause is at the border; look there first.",
    "Do the part that cannot be undone last.",
    "Less of it, and earlier.",
    "Yes to the idea, no to doing it all at once.",
    "Make it visible before making it fast.",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_throw_same_sentences() {
        let draw = |seed| Dice::new(seed, "terse", 1, "why?").draw(&OBSERVATIONS, 3);
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
        let mut three = draw(7);
        three.sort_unstable();
        three.dedup();
        assert_eq!(three.len(), 3);
    }

    #[test]
    fn a_bank_can_be_emptied() {
        assert_eq!(Dice::new(1, "", 1, "").draw(&SHORT, 99).len(), SHORT.len());
    }
}
