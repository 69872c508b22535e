//! Formulas and collections of them: constants, expressions with unknowns, intervals, sets, tuples,
//! several solutions, `x = …`.

use super::expr::{LENGTH_MAX, Samples, samples};
use super::latex::{plain, unwrapped};
use super::number::Number;
use super::quantity::{Match, Quantity, quantity};

/// How many members a collection may have to be compared in any order.
const MEMBERS_MAX: usize = 64;

/// A formula in normal form.
#[derive(Debug, Clone, PartialEq)]
pub enum Maths {
    /// It has one value.
    Value(Quantity),
    /// It has one value, but nobody worked it out: `3 * 16 + 2`.
    Working {
        /// Without blanks and marks.
        text: String,
        /// What it comes to.
        value: Quantity,
    },
    /// It has unknowns, or no value that could be found.
    Formula {
        /// Without blanks and marks.
        text: String,
        /// What it is worth at some points.
        samples: Option<Samples>,
    },
    /// An interval, a set, a tuple, or several solutions.
    Many {
        /// The brackets; blanks for a bare list.
        around: (char, char),
        /// The members.
        members: Vec<Self>,
    },
}

impl Maths {
    pub(super) fn compare(&self, other: &Self) -> Match {
        match (self, other) {
            (Self::Value(a), Self::Value(b)) => a.compare(b),
            (Self::Working { text: a, .. }, Self::Working { text: b, .. }) if a == b => Match::Same,
            (
                Self::Working { value, .. },
                Self::Value(other) | Self::Working { value: other, .. },
            )
            | (Self::Value(other), Self::Working { value, .. }) => match value.compare(other) {
                // Whether it is an answer, or the way to one, is not for a calculator to say.
                Match::Same | Match::Unclear => Match::Unclear,
                Match::Different => Match::Different,
            },
            (
                Self::Formula { text, samples },
                Self::Formula {
                    text: other,
                    samples: others,
                },
            ) => {
                let same =
                    text == other || matches!((samples, others), (Some(a), Some(b)) if a.same(b));
                if same { Match::Same } else { Match::Different }
            }
            (
                Self::Many { around, members },
                Self::Many {
                    around: others_around,
                    members: others,
                },
            ) => many(*around, members, *others_around, others),
            (
                Self::Value(_) | Self::Working { .. } | Self::Formula { .. } | Self::Many { .. },
                _,
            ) => Match::Different,
        }
    }

    /// In one form, for keys.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Value(value) => value.to_string(),
            Self::Working { text, .. } | Self::Formula { text, .. } => text.clone(),
            Self::Many { around, members } => {
                let mut texts: Vec<String> = members.iter().map(Self::text).collect();
                if is_set(*around) {
                    texts.sort();
                }
                let inner = texts.join(",");
                match around {
                    (' ', _) => inner,
                    // Braces group in LaTeX unless they are marked.
                    ('{', _) => format!("\\{{{inner}\\}}"),
                    (open, close) => format!("{open}{inner}{close}"),
                }
            }
        }
    }
}

/// Whether the order of the members says nothing.
fn is_set(around: (char, char)) -> bool {
    matches!(around, ('{', '}') | (' ', ' '))
}

fn many(around: (char, char), a: &[Maths], others_around: (char, char), b: &[Maths]) -> Match {
    let sets = is_set(around) && is_set(others_around);
    if a.len() != b.len() || (around != others_around && !sets) {
        return Match::Different;
    }
    let same = |x: &Maths, y: &Maths| x.compare(y) == Match::Same;
    let all = if sets && a.len() <= MEMBERS_MAX {
        paired(a, b, same) && paired(b, a, same)
    } else {
        a.iter().zip(b).all(|(x, y)| same(x, y))
    };
    if all { Match::Same } else { Match::Different }
}

/// Whether each member has a partner of its own among the others, in whatever order: what is named twice
/// counts twice.
fn paired(some: &[Maths], others: &[Maths], same: impl Fn(&Maths, &Maths) -> bool) -> bool {
    let mut left: Vec<&Maths> = others.iter().collect();
    some.iter().all(|one| {
        let partner = left.iter().position(|other| same(one, other));
        partner.map(|at| left.remove(at)).is_some()
    })
}

/// Reads a text that is a formula and nothing else.
#[must_use]
pub fn maths(text: &str) -> Option<Maths> {
    let bare = unwrapped(text);
    if bare.is_empty() || bare.len() > LENGTH_MAX {
        return None;
    }
    if let Some(value) = quantity(bare) {
        return Some(Maths::Value(value));
    }
    if !looks_like_maths(bare) {
        return None;
    }
    let infix = plain(bare);
    whole(tidy(&infix), 0)
}

fn tidy(text: &str) -> &str {
    text.trim().trim_end_matches(['.', ';', ' '])
}

/// A word of letters alone is prose, whatever product of unknowns it might be.
fn looks_like_maths(text: &str) -> bool {
    text.chars()
        .any(|c| c.is_ascii_digit() || matches!(c, '\\' | 'π' | '√' | '∞' | '∅'))
        || (text.contains(['+', '^', '=', '*', '/']) && text.len() <= 60)
}

fn whole(text: &str, depth: usize) -> Option<Maths> {
    if depth > 3 {
        return None;
    }
    let text = right_side(text);
    if let Some((around, inner)) = bracketed(text) {
        let parts = parts(inner);
        if parts.len() > 1 || around == ('{', '}') {
            return collected(around, &parts, depth);
        }
    }
    let parts = parts(text);
    if parts.len() > 1 {
        if let Some(value) = quantity(text) {
            return Some(Maths::Value(value));
        }
        return collected((' ', ' '), &parts, depth);
    }
    single(text)
}

fn collected(around: (char, char), parts: &[&str], depth: usize) -> Option<Maths> {
    let members: Option<Vec<Maths>> = parts
        .iter()
        .filter(|part| !part.trim().is_empty())
        .map(|part| whole(tidy(part), depth + 1))
        .collect();
    let mut members = members?;
    if is_set(around) {
        members.sort_by_cached_key(Maths::text);
    }
    Some(Maths::Many { around, members })
}

fn single(text: &str) -> Option<Maths> {
    if let Some(value) = quantity(text) {
        return Some(Maths::Value(value));
    }
    let tight = tightened(text);
    if tight.is_empty() || is_chain(&tight) {
        return None;
    }
    let (expression, degrees) = match tight
        .strip_suffix("^°")
        .or_else(|| tight.strip_suffix("^(°)"))
    {
        Some(bare) => (bare.to_owned(), true),
        None => (tight.clone(), false),
    };
    if degrees && let Some(value) = quantity(&format!("{expression}°")) {
        return Some(Maths::Value(value));
    }
    let samples = samples(text).or_else(|| samples(&expression));
    if let Some(value) = samples.as_ref().and_then(Samples::constant) {
        let value = Quantity::bare(exact(&expression, value));
        return Some(if is_working(&tight) {
            Maths::Working { text: tight, value }
        } else {
            Maths::Value(value)
        });
    }
    // `1152 cups`: a formula with words behind it is read as its value with a unit.
    if samples.is_none()
        && let Some((head, tail)) = with_unit(text)
        && let Some(value) = super::expr::samples(head)
            .as_ref()
            .and_then(Samples::constant)
        && !tail.is_empty()
    {
        return Some(Maths::Value(Quantity::bare(exact(head, value))));
    }
    let words = text
        .split_whitespace()
        .filter(|word| word.len() > 3 && word.chars().all(char::is_alphabetic));
    (samples.is_some() || words.count() <= 2).then_some(Maths::Formula {
        text: tight,
        samples,
    })
}

/// Without blanks, but for those that keep two words or two numbers apart.
fn tightened(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if out.ends_with(char::is_alphanumeric) && word.starts_with(char::is_alphanumeric) {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// Digits with lines between them: a day, a telephone number, a range, a version.
fn is_chain(text: &str) -> bool {
    let inner = text.trim_start_matches('-');
    inner.contains(['-', '/', '.', ':'])
        && inner
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '-' | '/' | '.' | ':'))
        && inner
            .chars()
            .filter(|c| matches!(c, '-' | '/' | ':' | '.'))
            .count()
            >= 1
        && quantity(text).is_none()
}

/// Whether plain numbers are still to be added or multiplied.
fn is_working(text: &str) -> bool {
    let plain = text.chars().all(|c| {
        c.is_ascii_digit()
            || matches!(
                c,
                '.' | '+' | '-' | '*' | '/' | '^' | '(' | ')' | '!' | '[' | ']'
            )
    });
    let mut before = None;
    let mut open = false;
    for c in text.chars() {
        let ends = matches!(before, Some('0'..='9' | ')' | '!'));
        open |= match c {
            '+' | '*' => true,
            '-' => ends,
            '(' => matches!(before, Some('0'..='9' | '!' | ')')),
            _ => false,
        };
        before = Some(c);
    }
    plain && open
}

/// A value that is a whole number or a simple fraction, exactly.
fn exact(expression: &str, value: f64) -> Number {
    if let Some(fraction) = fraction(expression) {
        return fraction;
    }
    let nearest = value.round();
    let whole = (value - nearest).abs() <= 1e-9 * value.abs().max(1.0) && value.abs() < 9e15;
    #[expect(clippy::cast_possible_truncation, reason = "checked above")]
    if whole {
        return Number::whole(nearest as i128);
    }
    Number::Real(value)
}

/// `((a)/(b))`, with a sign before it.
fn fraction(text: &str) -> Option<Number> {
    let (negative, bare) = match text.strip_prefix('-') {
        Some(bare) => (true, bare),
        None => (false, text),
    };
    let inner = bare.strip_prefix("((")?.strip_suffix("))")?;
    let (over, under) = inner.split_once(")/(")?;
    let over: i128 = over.parse().ok()?;
    let over = if negative { over.checked_neg()? } else { over };
    Number::ratio(over, under.parse().ok()?)
}

/// A formula and the words after it, which may have a power but no number of their own.
fn with_unit(text: &str) -> Option<(&str, &str)> {
    let at = text.find(' ')?;
    let (head, tail) = text.split_at_checked(at)?;
    let tail = tail.trim();
    let plain = tail.chars().all(|c| {
        c.is_alphabetic() || c.is_whitespace() || matches!(c, '^' | '2' | '3' | '(' | ')')
    });
    let mut words = tail.split_whitespace();
    let unit = words.all(|word| word.starts_with(|c: char| c.is_alphabetic() || c == '^'));
    (plain && unit && tail.starts_with(char::is_alphabetic) && tail.len() > 2)
        .then_some((head, tail))
}

/// What stands behind `x =`, `f(x) =` or `x \in`.
fn right_side(text: &str) -> &str {
    let text = text.trim();
    for sign in ["=", "∈"] {
        if let Some((left, right)) = text.split_once(sign) {
            let left = left.trim();
            let name = left.chars().all(|c| {
                c.is_ascii_alphanumeric() || matches!(c, '(' | ')' | '_' | '\'' | ' ' | ',')
            });
            let starts = left.starts_with(|c: char| c.is_ascii_alphabetic());
            let compares = left.ends_with(['<', '>', '!']) || right.contains(['=', '<', '>']);
            if name && starts && left.len() <= 12 && !compares && !right.trim().is_empty() {
                return right.trim();
            }
        }
    }
    text
}

/// The brackets around the whole, and what is in them.
fn bracketed(text: &str) -> Option<((char, char), &str)> {
    let open = text.chars().next()?;
    let close = text.chars().next_back()?;
    if !matches!((open, close), ('(' | '[', ')' | ']') | ('{', '}')) || text.len() < 2 {
        return None;
    }
    let mut depth = 0_i32;
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 && at + c.len_utf8() < text.len() {
            return None;
        }
    }
    Some(((open, close), text.get(1..text.len() - 1)?))
}

/// The parts between commas and `and` that stand in no brackets.
fn parts(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut depth, mut from) = (0_i32, 0);
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            ',' | ';' if depth == 0 => {
                found.push(text.get(from..at).unwrap_or_default());
                from = at + 1;
            }
            _ => {}
        }
    }
    let last = text.get(from..).unwrap_or_default();
    let last = last.trim_start().strip_prefix("and ").unwrap_or(last);
    match last.split_once(" and ") {
        Some((a, b)) if depth == 0 && !a.contains('(') => found.extend([a, b]),
        Some(_) | None => found.push(last),
    }
    found
}

#[cfg(test)]
mod tests {
    use super::maths;
    use crate::core::conflict::normal::quantity::Match;

    fn same(a: &str, b: &str) -> bool {
        match (maths(a), maths(b)) {
            (Some(a), Some(b)) => a.compare(&b) == Match::Same,
            _ => false,
        }
    }

    #[test]
    fn the_same_formula_has_many_spellings() {
        for (a, b) in [
            ("\\frac{3}{4}", "0.75"),
            ("$\\dfrac{3}{4}$", "3/4"),
            ("\\boxed{12}", "12"),
            ("x = 5", "5"),
            ("2\\sqrt{3}", "\\sqrt{12}"),
            ("1\\frac{1}{2}", "1.5"),
            ("-\\frac{1}{2}", "-0.5"),
            ("90^\\circ", "90"),
            ("\\pi", "π"),
            ("(1, 2)", "\\left(1,2\\right)"),
            ("\\{1, 2\\}", "\\{2,1\\}"),
            ("2, -1", "-1 and 2"),
            ("1, 2, 1", "2, 1, 1"),
            ("0.5, 0.3", "3/10, 1/2"),
            ("12 \\text{ cm}^2", "12"),
            ("x = 2, x = -1", "-1, 2"),
            ("[0, 1)", "\\left[0,1\\right)"),
            ("(x+1)^2", "x^2 + 2x + 1"),
            ("5\\text{ cm}", "5"),
            ("10\\%", "10"),
            ("\\$10", "10"),
            ("f(x) = 2x", "2x"),
        ] {
            assert!(same(a, b), "{a} is {b}");
            assert!(same(b, a), "{b} is {a}");
        }
    }

    #[test]
    fn different_formulas_stay_apart() {
        for (a, b) in [
            ("(1, 2)", "(2, 1)"),
            ("(0, 1)", "[0, 1]"),
            ("[0, 1)", "[0, 1]"),
            ("2x", "3x"),
            ("5", "-5"),
            ("\\frac{1}{2}", "\\frac{1}{3}"),
            ("\\{1\\}", "\\{2\\}"),
            ("1112112_3", "1112112"),
            ("2024-05-01", "2024-04-02"),
            ("x > 3", "x < 3"),
            ("1,2", "12"),
            ("2 or 3", "1 or 6"),
            ("5 to 6", "3 to 10"),
            ("3 in 4", "4 in 3"),
            ("5 to 2", "5 to 3"),
            ("5 to 2", "5"),
            ("2x to y", "2y to x"),
            ("1, 1, 2", "1, 2, 2"),
        ] {
            assert!(!same(a, b), "{a} is not {b}");
        }
    }

    #[test]
    fn a_calculation_is_not_its_result() {
        for (a, b, found) in [
            ("2-2+4", "4", Match::Unclear),
            ("3 * 16 + 2", "50", Match::Unclear),
            ("3(2)", "2(3)", Match::Unclear),
            ("3 + 2", "3+2", Match::Same),
            ("3 + 2", "6", Match::Different),
            ("-5", "-5.0", Match::Same),
            ("2^{10}", "1024", Match::Same),
        ] {
            let (a, b) = (maths(a).unwrap(), maths(b).unwrap());
            assert_eq!((a.compare(&b), b.compare(&a)), (found, found));
        }
    }

    #[test]
    fn prose_is_no_formula() {
        for text in [
            "",
            "cat",
            "the answer is unknown to all of us",
            "555-1234",
            "a well-known fact",
            "$",
        ] {
            assert_eq!(maths(text), None, "{text}");
        }
        let least = format!("-\\frac{{{}}}{{3}}", i128::MIN);
        assert!(!same(&least, "1"));
    }
}
