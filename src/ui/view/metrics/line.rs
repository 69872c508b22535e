//! One line of the figures of a row: what it can be, and how it is drawn.

use ratatui::layout::Rect;

use crate::core::metrics::{Beat, Share, Window};
use crate::core::{ContextUse, Span};
use crate::ui::metrics::Row;
use crate::ui::metrics::column::{Column, UNKNOWN, percent, span};
use crate::ui::metrics::course::Course;
use crate::ui::status::count;
use crate::ui::theme::Role;
use crate::ui::view::Paint;
use crate::ui::view::metrics::{chart, plot};

/// Columns of the words at the left.
pub(super) const WORD: u16 = 11;
/// Columns beside a curve for what it comes to.
const WHOLE: u16 = 8;
/// Columns behind that for its highest bar, where the curve keeps so many.
const MOST: u16 = 12;
const CURVE: u16 = 20;
/// Figures of a part.
const OF_PART: [Column; 5] = [
    Column::Tasks,
    Column::Accepted,
    Column::Time,
    Column::Tokens,
    Column::Cost,
];

/// One row of the figures.
pub(super) enum Line {
    /// Air.
    Gap,
    /// A heading over what follows, and what stands at its right.
    Head(&'static str, String),
    /// A word and a text.
    Fact(&'static str, String),
    /// A curve of one row with what it comes to and its highest bar.
    Spark(Course, Vec<Beat>, String),
    /// Both ends of the time of the curves above, with its steps.
    Ends(Window, Vec<Beat>),
    /// A share with its interval, and the words beside it.
    Share(&'static str, Share, String),
    /// A bar of a time against the longest one.
    Time(&'static str, Span, Span),
    /// How full the window is.
    Context(ContextUse),
    /// Headings of the parts, which are kinds or members.
    Parts(&'static str),
    /// Figures of a part.
    Part(Box<Row>, String),
}

/// Columns of a curve.
fn curve(rest: Rect) -> u16 {
    rest.width.saturating_sub(WHOLE + most(rest))
}

/// Columns for the highest bar of a curve.
fn most(rest: Rect) -> u16 {
    if rest.width >= CURVE + WHOLE + MOST {
        MOST
    } else {
        0
    }
}

impl Paint<'_> {
    pub(super) fn line(&mut self, area: Rect, at: u16, line: &Line) {
        let rest = Rect {
            x: area.x + WORD.min(area.width),
            width: area.width.saturating_sub(WORD),
            ..area
        };
        match line {
            Line::Gap => {}
            Line::Head(word, right) => {
                self.text(area, at, 0, word, Role::Muted);
                self.right(area, at, right, Role::Muted);
            }
            Line::Fact("", text) => {
                self.text(area, at, 0, text, Role::Text);
            }
            Line::Fact(word, text) => {
                self.text(area, at, 0, word, Role::Muted);
                let role = if text == UNKNOWN {
                    Role::Muted
                } else {
                    Role::Text
                };
                self.text(rest, at, 0, text, role);
            }
            Line::Spark(course, beats, whole) => {
                self.spark((area, rest, at), *course, beats, whole);
            }
            Line::Ends(window, beats) => {
                let row = Rect {
                    y: area.y + at,
                    height: 1,
                    width: curve(rest),
                    ..rest
                };
                plot::ends(self, row.intersection(area), *window, beats);
            }
            Line::Share(word, share, words) => {
                self.text(area, at, 0, word, Role::Muted);
                if share.n == 0 {
                    self.text(rest, at, 0, UNKNOWN, Role::Muted);
                    return;
                }
                let used = self.right(area, at, words, Role::Text);
                // The bars of all shares are of one width.
                let beside = if used > 0 { used.max(24) + 2 } else { 0 };
                let bar = Rect {
                    width: rest.width.saturating_sub(beside),
                    ..rest
                };
                chart::interval(self, bar, at, *share);
            }
            Line::Time(word, time, longest) => {
                let text = span(*time);
                self.text(area, at, 2, word, Role::Muted);
                self.right(area, at, &text, Role::Text);
                let bar = Rect {
                    width: rest.width.saturating_sub(9),
                    ..rest
                };
                #[expect(clippy::cast_precision_loss, reason = "the length of a bar")]
                let share = time.0 as f64 / longest.0.max(1) as f64;
                chart::filled(self, bar, at, share, Role::Accent);
            }
            Line::Context(context) => self.context(area, rest, at, *context),
            Line::Parts(word) => {
                self.text(area, at, 0, word, Role::Muted);
                self.of_part(area, at, |column| {
                    (column.heading().to_owned(), Role::Muted)
                });
            }
            Line::Part(row, name) => {
                let first = Rect {
                    width: WORD.min(area.width),
                    ..area
                };
                self.text(first, at, 0, name, Role::Title);
                self.of_part(area, at, |column| {
                    let text = column.text(row);
                    let plain = text == "0" || text == UNKNOWN;
                    (text, if plain { Role::Muted } else { Role::Text })
                });
            }
        }
    }

    fn spark(
        &mut self,
        (area, rest, at): (Rect, Rect, u16),
        course: Course,
        beats: &[Beat],
        whole: &str,
    ) {
        self.text(area, at, 0, course.name(), Role::Muted);
        let row = Rect {
            y: area.y + at,
            height: 1,
            width: curve(rest),
            ..rest
        }
        .intersection(area);
        plot::spark(self, row, course, beats);
        let beside = Rect {
            width: rest.width.saturating_sub(most(rest)),
            ..rest
        };
        self.right(beside, at, whole, Role::Text);
        if most(rest) > 0 {
            let (most, _) = plot::highest(course, beats, usize::from(row.width));
            let most = format!("max {}", course.text(most));
            self.right(area, at, &most, Role::Muted);
        }
    }

    fn context(&mut self, area: Rect, rest: Rect, at: u16, context: ContextUse) {
        let share = context.share();
        self.text(area, at, 0, "context", Role::Muted);
        let words = format!("{} of {}", percent(share), count(context.window));
        let used = self.right(area, at, &words, Role::Text);
        let bar = Rect {
            width: rest.width.saturating_sub(used + 1),
            ..rest
        };
        // Nearly full is worth a look.
        let role = if share < 0.8 {
            Role::Accent
        } else {
            Role::Warn
        };
        self.text(bar, at, 0, &"─".repeat(usize::from(bar.width)), Role::Muted);
        chart::filled(self, bar, at, share, role);
    }

    /// Figures of a part side by side, as many as fit.
    fn of_part(&mut self, area: Rect, at: u16, text: impl Fn(Column) -> (String, Role)) {
        let mut column = WORD;
        for one in OF_PART {
            let width = one.width();
            if column + width > area.width {
                break;
            }
            let cell = Rect {
                x: area.x + column,
                width,
                ..area
            };
            let (text, role) = text(one);
            self.right(cell, at, &text, role);
            column += width + 1;
        }
    }
}
