//! Lines between rows of a list that belong together: which columns they take and which glyph stands in each
//! row.
//!
//! Knows rows and numbers only; what is tied to what is the business of the view.

use std::collections::BTreeSet;

/// Rows that hang on one line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Tie {
    /// The rows in sight.
    pub(crate) rows: BTreeSet<usize>,
    /// It goes on above the first row in sight.
    pub(crate) above: bool,
    /// It goes on below the last row in sight.
    pub(crate) below: bool,
}

impl Tie {
    fn is_drawn(&self) -> bool {
        self.rows.len() + usize::from(self.above) + usize::from(self.below) > 1
            && !self.rows.is_empty()
    }

    /// The first and the last row that it takes, of so many.
    fn span(&self, count: usize) -> (usize, usize) {
        let last = count.saturating_sub(1);
        let first_tied = self.rows.first().copied().unwrap_or(0);
        let last_tied = self.rows.last().copied().unwrap_or(last);
        (
            if self.above { 0 } else { first_tied },
            if self.below { last } else { last_tied },
        )
    }

    /// Whether the line leaves a row upwards, and downwards.
    fn leaves(&self, row: usize, count: usize) -> (bool, bool) {
        let (first, last) = self.span(count);
        if row < first || row > last {
            return (false, false);
        }
        (row > first || self.above, row < last || self.below)
    }
}

/// What stands to the left of each of `count` rows, all of one width; nothing where nothing is tied. Of lines
/// side by side at most `most` are drawn.
pub(crate) fn gutter(count: usize, mut ties: Vec<Tie>, most: usize) -> Vec<String> {
    ties.retain(Tie::is_drawn);
    ties.sort_by_key(|tie| tie.span(count));
    let mut lanes: Vec<Vec<Tie>> = Vec::new();
    for tie in ties {
        let (first, _) = tie.span(count);
        let is_free = |lane: &Vec<Tie>| {
            lane.iter().all(|other| {
                let (_, last) = other.span(count);
                // One line may end in the row in which the next one begins.
                last < first || (last == first && !other.below && !tie.above)
            })
        };
        if let Some(lane) = lanes.iter_mut().find(|lane| is_free(lane)) {
            lane.push(tie);
        } else if lanes.len() < most {
            lanes.push(vec![tie]);
        }
    }
    (0..count).map(|row| text(row, count, &lanes)).collect()
}

fn text(row: usize, count: usize, lanes: &[Vec<Tie>]) -> String {
    let mut out = String::new();
    let mut from_left = false;
    for lane in lanes {
        let (mut up, mut down, mut tied) = (false, false, false);
        for tie in lane {
            let (above, below) = tie.leaves(row, count);
            up |= above;
            down |= below;
            tied |= tie.rows.contains(&row);
        }
        out.push(match (tied, up, down, from_left) {
            (true, true, true, false) => '├',
            (true, false, true, false) => '╭',
            (true, true, false, false) => '╰',
            (false, true, true, false) => '│',
            (_, true, true, true) => '┼',
            (true, false, true, true) => '┬',
            (true, true, false, true) => '┴',
            (_, _, _, true) => '─',
            (_, _, _, false) => ' ',
        });
        from_left |= tied;
    }
    out
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{Tie, gutter};

    fn tie(rows: &[usize]) -> Tie {
        Tie {
            rows: rows.iter().copied().collect(),
            ..Tie::default()
        }
    }

    #[test]
    fn a_chain_takes_one_column_and_a_fan_the_next() {
        // 0 ← 1 ← 3, and 2 ← 4, 5.
        let ties = vec![tie(&[0, 1]), tie(&[1, 3]), tie(&[2, 4, 5])];
        assert_eq!(gutter(6, ties, 4), ["╭─", "├─", "│╭", "╰┼", " ├", " ╰"]);
    }

    #[test]
    fn what_goes_on_out_of_sight_goes_to_the_edge() {
        let above = Tie {
            above: true,
            ..tie(&[1])
        };
        let below = Tie {
            below: true,
            ..tie(&[1])
        };
        assert_eq!(gutter(3, vec![above], 4), ["│", "╰", " "]);
        assert_eq!(gutter(3, vec![below], 4), [" ", "╭", "│"]);
    }

    #[test]
    fn one_row_alone_has_no_line_and_too_many_lines_are_left_out() {
        assert_eq!(gutter(2, vec![tie(&[0])], 4), ["", ""]);
        let ties = vec![tie(&[0, 2]), tie(&[0, 1]), tie(&[0, 1])];
        let drawn = gutter(3, ties, 2);
        assert!(
            drawn.iter().all(|row| row.chars().count() == 2),
            "{drawn:?}"
        );
    }
}
