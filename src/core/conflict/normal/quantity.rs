//! A number with its unit: currencies, percent, scales such as `million`, measures that convert into
//! each other, tolerances. A bare number says the same as one with a unit: the question names the unit.

use std::fmt;

use super::digits::{leading, negated};
use super::number::{Number, near};
use super::unit::{UNIT_WORDS, Unit, base, measure, says_more, unit, words};

/// A number and what it counts or measures.
#[derive(Debug, Clone, PartialEq)]
pub struct Quantity {
    number: Number,
    unit: Unit,
    /// What comes after `±`.
    within: Option<f64>,
}

/// How two quantities stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Match {
    Same,
    Different,
    /// The same number of what may be two things.
    Unclear,
}

impl Quantity {
    pub(super) fn bare(number: Number) -> Self {
        Self {
            number,
            unit: Unit::Bare,
            within: None,
        }
    }

    /// The number alone.
    #[must_use]
    pub fn number(&self) -> &Number {
        &self.number
    }

    pub(super) fn compare(&self, other: &Self) -> Match {
        let same = |yes: bool| if yes { Match::Same } else { Match::Different };
        let numbers = || self.meets(&self.number, other, &other.number);
        let scaled = |from: &Self, over, under| from.number.times(over, under);
        match (&self.unit, &other.unit) {
            (Unit::Part { over, under, .. }, Unit::Bare) => same(
                numbers()
                    || scaled(self, *over, *under).is_some_and(|ones| ones.same(&other.number)),
            ),
            (Unit::Bare, Unit::Part { .. }) => other.compare(self),
            (Unit::Bare, _) | (_, Unit::Bare) => same(numbers()),
            (mine, yours) if mine == yours => same(numbers()),
            (
                Unit::Measure {
                    dimension,
                    over,
                    under,
                },
                Unit::Measure {
                    dimension: others_dimension,
                    over: others_over,
                    under: others_under,
                },
            ) => {
                let mine = scaled(self, *over, *under);
                let yours = scaled(other, *others_over, *others_under);
                same(
                    dimension == others_dimension
                        && mine
                            .zip(yours)
                            .is_some_and(|(mine, yours)| mine.same(&yours)),
                )
            }
            (Unit::Words(a), Unit::Words(b)) if says_more(a, b) || says_more(b, a) => {
                same(numbers())
            }
            (Unit::Words(_) | Unit::Part { .. } | Unit::Measure { .. }, _) => {
                if numbers() {
                    Match::Unclear
                } else {
                    Match::Different
                }
            }
        }
    }

    fn meets(&self, mine: &Number, other: &Self, yours: &Number) -> bool {
        let slack = self.within.unwrap_or(0.0) + other.within.unwrap_or(0.0);
        if slack > 0.0 {
            return (mine.approximate() - yours.approximate()).abs() <= slack * (1.0 + 1e-9);
        }
        mine.same(yours)
    }
}

/// A measure in the base unit of its dimension, so that `5 km` and `5000 m` have one form.
impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (number, unit) = match &self.unit {
            Unit::Bare => (self.number.clone(), ""),
            Unit::Part { name, .. } => (self.number.clone(), *name),
            Unit::Measure {
                dimension,
                over,
                under,
            } => {
                let scaled = self.number.times(*over, *under);
                (
                    scaled.unwrap_or_else(|| self.number.clone()),
                    base(dimension),
                )
            }
            Unit::Words(words) => (self.number.clone(), words.as_str()),
        };
        write!(f, "{number}")?;
        if let Some(slack) = self.within {
            write!(f, " ± {slack}")?;
        }
        match unit {
            "" | "%" => f.write_str(unit),
            unit => write!(f, " {unit}"),
        }
    }
}

/// Reads a text that is a quantity and nothing else: `$1,000`, `5 km`, `12.5 %`, `3 million people`,
/// `about 5`, `1 h 30 min`, `5 ± 0.1`, `40 (or fewer)`.
#[must_use]
pub fn quantity(text: &str) -> Option<Quantity> {
    let text = without_aside(text.trim()).trim_end_matches(['.', ' ', ',', ';', '!']);
    let text = without_hedge(text);
    let (currency, signed) = currency_before(text);
    let (number, rest) = leading(signed)?;
    let (number, rest) = (currency.1)(number, rest);
    let (within, rest) = tolerance(rest);
    let (number, rest) = scale(number, rest);
    let rest = rest.trim_matches([' ', '\u{a0}', '-', '*']);
    if currency.0.is_some() {
        // `$25,000/year`, `$2 per hour`, `$5 USD`: what it is paid for does not change the money.
        let plain = rest.chars().all(|c| !c.is_ascii_digit()) && words(rest) <= UNIT_WORDS;
        return plain.then(|| Quantity {
            number,
            unit: measure(currency.0.unwrap_or_default()).unwrap_or(Unit::Bare),
            within,
        });
    }
    if rest.is_empty() || matches!(rest, "st" | "nd" | "rd" | "th") {
        return Some(Quantity {
            number,
            unit: Unit::Bare,
            within,
        });
    }
    if let Some(whole) = compound(&number, rest) {
        return Some(whole);
    }
    let unit = unit(rest)?;
    Some(Quantity {
        number,
        unit,
        within,
    })
}

/// Without a remark in brackets at the end.
fn without_aside(text: &str) -> &str {
    match text.strip_suffix(')').and_then(|open| open.rfind(" (")) {
        Some(at) if at > 0 => text.get(..at).unwrap_or(text).trim_end(),
        Some(_) | None => text,
    }
}

fn without_hedge(text: &str) -> &str {
    let mut text = text.trim_start();
    loop {
        let before = text;
        text = text.trim_start_matches(['=', '≈', '~', ':', ' ', '≅']);
        for word in [
            "approximately ",
            "about ",
            "around ",
            "roughly ",
            "approx. ",
            "exactly ",
            "only ",
        ] {
            if text
                .get(..word.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(word))
            {
                text = text.get(word.len()..).unwrap_or_default();
            }
        }
        if text == before {
            return text;
        }
    }
}

type Sign = fn(Number, &str) -> (Number, &str);

/// The currency that a text begins with, a minus before it included.
fn currency_before(text: &str) -> ((Option<&'static str>, Sign), &str) {
    const SIGNS: [(&str, &str); 12] = [
        ("US$", "dollar"),
        ("$", "dollar"),
        ("\\$", "dollar"),
        ("€", "euro"),
        ("£", "pound sterling"),
        ("¥", "yen"),
        ("₹", "rupee"),
        ("USD ", "dollar"),
        ("EUR ", "euro"),
        ("GBP ", "pound sterling"),
        ("Rs. ", "rupee"),
        ("Rs ", "rupee"),
    ];
    let keep: Sign = |number, rest| (number, rest);
    let turn: Sign = |number, rest| (negated(number), rest);
    let (minus, bare) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(bare) => (true, bare.trim_start()),
        None => (false, text),
    };
    for (sign, name) in SIGNS {
        if let Some(rest) = bare.strip_prefix(sign) {
            return (
                (Some(name), if minus { turn } else { keep }),
                rest.trim_start(),
            );
        }
    }
    ((None, keep), text)
}

fn tolerance(rest: &str) -> (Option<f64>, &str) {
    let trimmed = rest.trim_start();
    let after = trimmed
        .strip_prefix('±')
        .or_else(|| trimmed.strip_prefix("+/-"))
        .or_else(|| trimmed.strip_prefix("\\pm"));
    match after.and_then(|after| leading(after.trim_start())) {
        Some((slack, rest)) => (Some(slack.approximate().abs()), rest),
        None => (None, rest),
    }
}

fn scale(number: Number, rest: &str) -> (Number, &str) {
    const SCALES: [(&str, i128); 5] = [
        ("hundred", 100),
        ("thousand", 1_000),
        ("million", 1_000_000),
        ("billion", 1_000_000_000),
        ("trillion", 1_000_000_000_000),
    ];
    let after = rest.trim_start_matches([' ', '-']);
    for (word, times) in SCALES {
        let head = after.get(..word.len()).unwrap_or_default();
        let ends = !after
            .get(word.len()..)
            .is_some_and(|rest| rest.starts_with(char::is_alphanumeric));
        if head.eq_ignore_ascii_case(word)
            && ends
            && let Some(scaled) = number.times(times, 1)
        {
            return (scaled, after.get(word.len()..).unwrap_or_default());
        }
    }
    (number, rest)
}

/// What a measure is of the base unit of its dimension.
fn size(unit: &Unit) -> Option<(&'static str, i128, i128)> {
    match unit {
        Unit::Measure {
            dimension,
            over,
            under,
        } => Some((dimension, *over, *under)),
        Unit::Bare | Unit::Part { .. } | Unit::Words(_) => None,
    }
}

/// `1 hour and 30 minutes`, `5 ft 3 in`.
fn compound(number: &Number, rest: &str) -> Option<Quantity> {
    let digit = rest.find(|c: char| c.is_ascii_digit())?;
    let (first, second) = rest.split_at_checked(digit)?;
    let first = first
        .trim()
        .trim_end_matches(',')
        .trim_end_matches("and")
        .trim();
    let first = measure(first.trim_end_matches(','))?;
    let second = quantity(second)?;
    let (large, small) = (size(&first)?, size(&second.unit)?);
    let falls = small.1.checked_mul(large.2)? < large.1.checked_mul(small.2)?;
    if large.0 != small.0 || !falls {
        return None;
    }
    let large_part = number.times(large.1, large.2)?;
    let small_part = second.number.times(small.1, small.2)?;
    Some(Quantity {
        number: large_part.plus(&small_part)?,
        unit: Unit::Measure {
            dimension: large.0,
            over: 1,
            under: 1,
        },
        within: None,
    })
}

/// Whether two computed values are one.
pub(super) fn close(a: f64, b: f64) -> bool {
    near(a, b)
}

#[cfg(test)]
mod tests {
    use super::{Match, quantity};

    fn compare(a: &str, b: &str) -> Option<Match> {
        Some(quantity(a)?.compare(&quantity(b)?))
    }

    #[test]
    fn the_same_quantity_has_many_spellings() {
        for (a, b) in [
            ("$1,000", "1000 dollars"),
            ("-$5", "$-5"),
            ("-$-5", "$5"),
            (
                "-$10000000000000000000000000000000000000000000001",
                "$-10000000000000000000000000000000000000000000001",
            ),
            ("$25,000/year", "25000"),
            ("$2 per hour", "2"),
            ("5 km", "5000 m"),
            ("1.5 hours", "90 minutes"),
            ("1 hour and 30 minutes", "90 min"),
            ("1 h 30 min", "1.5 h"),
            ("12 in", "1 ft"),
            ("50%", "50"),
            ("50%", "0.5"),
            ("50 percent", "50 %"),
            ("3 million people", "3,000,000 people"),
            ("2 dozen", "24"),
            ("2 dozen eggs", "2"),
            ("67\"", "67 inches"),
            ("about 5", "5"),
            ("5 ± 0.1", "5.05"),
            ("40 (or fewer)", "40"),
            ("12 cookies", "12 cookie"),
            ("5 kg", "5"),
            ("3 cups of flour", "3 cups"),
            ("90°", "90 degrees"),
            ("= 7.", "7"),
        ] {
            assert_eq!(compare(a, b), Some(Match::Same), "{a} is {b}");
            assert_eq!(compare(b, a), Some(Match::Same), "{b} is {a}");
        }
    }

    #[test]
    fn different_quantities_stay_apart() {
        for (a, b) in [
            ("5 km", "5 m"),
            ("5 minutes", "5 dollars"),
            ("$5", "€5"),
            ("5 ± 0.1", "5.2"),
            ("12 cookies", "13 cookies"),
            ("50%", "5"),
            ("20°C", "20°F"),
            (
                "-$10000000000000000000000000000000000000000000001",
                "-$10000000000000000000000000000000000000000000002",
            ),
        ] {
            assert_eq!(compare(a, b), Some(Match::Different), "{a} is not {b}");
        }
        assert_eq!(compare("3 apples", "3 oranges"), Some(Match::Unclear));
    }

    #[test]
    fn prose_is_no_quantity() {
        for text in [
            "",
            "5 or 6",
            "5 to 6",
            "225 minutes or 3 hours 45 minutes",
            "the answer is 5",
            "2:00 pm",
            "5, 6",
            "2024-05-01",
            "3 + 4",
            "12 of the apples that she bought last week",
        ] {
            assert_eq!(quantity(text), None, "{text}");
        }
    }
}
