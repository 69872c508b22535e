//! Reads numbers as they are written: thousands, decimals, exponents, fractions, mixed numbers.

use super::number::{Number, Rounded, ratio_of};
use super::spelled::{glyph, word};

/// The most decimals that are kept exactly.
const DECIMALS_MAX: usize = 18;

/// Reads a text that is a number and nothing else: `-1,000.50`, `1e3`, `3/4`, `1 1/2`, `½`, `twelve`.
#[must_use]
pub fn number(text: &str) -> Option<Number> {
    let text = text.trim();
    let (read, rest) = leading(text)?;
    rest.trim().is_empty().then_some(read)
}

/// Reads the number that a text begins with, and returns what comes after it.
pub(super) fn leading(text: &str) -> Option<(Number, &str)> {
    let (negative, bare) = sign(text);
    let (read, rest) = unsigned(bare)?;
    Some((if negative { negated(read) } else { read }, rest))
}

fn sign(text: &str) -> (bool, &str) {
    for minus in ['-', '\u{2212}', '\u{2013}'] {
        if let Some(rest) = text.strip_prefix(minus) {
            return (true, rest.trim_start());
        }
    }
    (false, text.strip_prefix('+').unwrap_or(text))
}

/// A number with the other sign, exactly.
pub(super) fn negated(number: Number) -> Number {
    match number {
        Number::Ratio {
            over,
            under,
            rounded,
        } => Number::Ratio {
            over: -over,
            under,
            rounded,
        },
        Number::Long(digits) => Number::Long(match digits.strip_prefix('-') {
            Some(digits) => digits.to_owned(),
            None => format!("-{digits}"),
        }),
        Number::Real(value) => Number::Real(-value),
    }
}

fn unsigned(text: &str) -> Option<(Number, &str)> {
    if let Some(found) = glyph(text).or_else(|| word(text)) {
        return Some(found);
    }
    let length = digits_of(text);
    let (digits, rest) = text.split_at_checked(length)?;
    let value = plain(digits)?;
    if let Some((value, rest)) = exponent(&value, rest) {
        return Some((value, rest));
    }
    if let Some((under, rest)) = below_the_line(rest)
        && let Number::Ratio {
            over,
            under: 1,
            rounded: None,
        } = value
        && let Some(value) = Number::ratio(over, under)
    {
        return Some((value, rest));
    }
    if let Some((part, rest)) = mixed(rest)
        && let Number::Ratio {
            over: whole,
            under: 1,
            rounded: None,
        } = value
        && let Number::Ratio { over, under, .. } = part
        && let Some(over) = whole.checked_mul(under).and_then(|w| w.checked_add(over))
        && let Some(value) = Number::ratio(over, under)
    {
        return Some((value, rest));
    }
    Some((value, rest))
}

/// How many bytes belong to a run of digits with its separators and its point.
fn digits_of(text: &str) -> usize {
    let bytes = text.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let group = |at: usize| (at..at + 3).all(is_digit) && !is_digit(at + 3);
    let mut at = 0;
    while is_digit(at) {
        at += 1;
    }
    let lead = at;
    if (1..=3).contains(&lead) {
        while let Some(separator) = text.get(at..).and_then(|rest| rest.chars().next())
            && is_separator(separator)
            && group(at + separator.len_utf8())
        {
            at += separator.len_utf8() + 3;
        }
    }
    if bytes.get(at) == Some(&b'.') && is_digit(at + 1) {
        at += 1;
        while is_digit(at) {
            at += 1;
        }
    } else if lead > 0 && bytes.get(at) == Some(&b'.') && !is_letter(bytes.get(at + 1)) {
        at += 1;
    }
    at
}

fn is_letter(byte: Option<&u8>) -> bool {
    byte.is_some_and(u8::is_ascii_alphabetic)
}

fn is_separator(c: char) -> bool {
    matches!(
        c,
        ',' | '_' | '\'' | ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}'
    )
}

fn plain(digits: &str) -> Option<Number> {
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let whole: String = whole.chars().filter(char::is_ascii_digit).collect();
    if whole.is_empty() && part.is_empty() {
        return None;
    }
    let trimmed = part.trim_end_matches('0');
    let significant = whole.trim_start_matches('0');
    if trimmed.is_empty() {
        return Some(match significant.parse::<i128>() {
            Ok(value) => Number::Ratio {
                over: value,
                under: 1,
                rounded: None,
            },
            Err(_) if significant.is_empty() => Number::whole(0),
            Err(_) => Number::Long(significant.to_owned()),
        });
    }
    let count = if significant.is_empty() {
        part.trim_start_matches('0').len()
    } else {
        significant.len() + part.len()
    };
    let exact = (trimmed.len() <= DECIMALS_MAX)
        .then(|| format!("{significant}{trimmed}").parse::<i128>().ok())
        .flatten()
        .zip(u32::try_from(trimmed.len()).ok())
        .and_then(|(over, places)| Number::ratio(over, 10_i128.checked_pow(places)?));
    match exact {
        Some(Number::Ratio { over, under, .. }) => Some(Number::Ratio {
            over,
            under,
            rounded: Some(Rounded {
                decimals: part.len(),
                significant: count,
            }),
        }),
        Some(Number::Long(_) | Number::Real(_)) | None => {
            let value: f64 = format!("{whole}.{part}").parse().ok()?;
            Some(Number::Real(value))
        }
    }
}

/// `e3`, `E-3`, `×10^3`, `x 10^{3}`, `*10**3` after a number.
fn exponent<'a>(value: &Number, rest: &'a str) -> Option<(Number, &'a str)> {
    let (power, rest) = power(rest)?;
    let scaled = match u32::try_from(power.unsigned_abs()) {
        Ok(places) if places <= 30 => {
            let ten = 10_i128.checked_pow(places)?;
            let (over, under) = if power < 0 { (1, ten) } else { (ten, 1) };
            match value.times(over, under) {
                Some(exact) => exact,
                None => Number::Real(value.approximate() * ratio_of(over, under)),
            }
        }
        Ok(_) | Err(_) => {
            let exponent = i32::try_from(power.clamp(-400, 400)).unwrap_or_default();
            Number::Real(value.approximate() * 10_f64.powi(exponent))
        }
    };
    scaled.approximate().is_finite().then_some((scaled, rest))
}

fn power(rest: &str) -> Option<(i64, &str)> {
    if let Some(after) = rest.strip_prefix(['e', 'E']) {
        return signed(after);
    }
    let after = rest
        .trim_start()
        .strip_prefix(['×', 'x', '*', '·'])?
        .trim_start()
        .strip_prefix("10")?;
    if let Some(after) = after.strip_prefix("^{") {
        let (power, rest) = signed(after)?;
        return Some((power, rest.strip_prefix('}')?));
    }
    signed(
        after
            .strip_prefix('^')
            .or_else(|| after.strip_prefix("**"))?,
    )
}

fn signed(text: &str) -> Option<(i64, &str)> {
    let (negative, bare) = sign(text);
    let length = bare.bytes().take_while(u8::is_ascii_digit).count();
    let value: i64 = bare.get(..length)?.parse().ok()?;
    Some((if negative { -value } else { value }, bare.get(length..)?))
}

/// The denominator after a whole number.
fn below_the_line(rest: &str) -> Option<(i128, &str)> {
    let after = rest
        .trim_start()
        .strip_prefix(['/', '\u{2044}'])?
        .trim_start();
    let length = after.bytes().take_while(u8::is_ascii_digit).count();
    let under: i128 = after.get(..length)?.parse().ok()?;
    let rest = after.get(length..)?;
    // `1/2/2024` is a day and `1/2.5` no fraction.
    let goes_on = rest.starts_with(['/', '.']) && rest.len() > 1;
    (under > 0 && !goes_on).then_some((under, rest))
}

/// The fraction of a mixed number.
fn mixed(rest: &str) -> Option<(Number, &str)> {
    if let Some(found) = glyph(rest.trim_start()) {
        return Some(found);
    }
    let after = rest.strip_prefix([' ', '-'])?;
    let length = after.bytes().take_while(u8::is_ascii_digit).count();
    let over: i128 = after.get(..length)?.parse().ok()?;
    let (under, rest) = below_the_line(after.get(length..)?)?;
    (over < under)
        .then(|| Number::ratio(over, under))
        .flatten()
        .map(|part| (part, rest))
}

#[cfg(test)]
mod tests {
    use super::number;

    fn same(a: &str, b: &str) -> bool {
        match (number(a), number(b)) {
            (Some(a), Some(b)) => a.same(&b),
            _ => false,
        }
    }

    #[test]
    fn one_number_has_many_spellings() {
        for (a, b) in [
            ("1,000.50", "1000.5"),
            ("1 000", "1e3"),
            ("1.5 × 10^3", "1500"),
            ("1.5x10^{3}", "1500"),
            ("2*10**2", "200"),
            ("-0", "0"),
            ("\u{2212}7", "-7.0"),
            ("3/4", "0.75"),
            ("6/8", "3/4"),
            ("1 1/2", "1.5"),
            ("2½", "2.5"),
            ("twelve", "12"),
            ("Twenty-one", "21"),
            ("007", "7"),
            (".5", "0.5"),
            ("5.", "5"),
            ("1'234'567", "1_234_567"),
        ] {
            assert!(same(a, b), "{a} is {b}");
        }
    }

    #[test]
    fn a_rounded_number_is_the_one_it_was_rounded_from() {
        assert!(same("66.67", "66.6667"));
        assert!(same("0.333", "1/3"));
        assert!(!same("66.66", "66.67"));
        assert!(!same("67", "66.67"));
        assert!(!same("0.3", "1/3"));
        assert!(!same("12.5", "12.54"));
        assert!(!same("100.00", "100.4"));
    }

    #[test]
    fn neighbours_stay_apart() {
        assert!(!same("9007199254740993", "9007199254740992"));
        let long = "1".repeat(60);
        assert!(same(&long, &long));
        assert!(!same(&long, &format!("{long}0")));
        assert!(!same("0.1000000000000000001", "0.2"));
    }

    #[test]
    fn what_is_no_number_is_none() {
        for text in [
            "",
            "-",
            ".",
            "1,5",
            "1 2",
            "1.2.3",
            "1/2/2024",
            "1/0",
            "12 apples",
            "0x10",
            "--1",
            "1,23,456",
            "one hundred",
            "seventeenth",
            "2:30",
        ] {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_print_in_one_form() {
        for (text, form) in [
            ("1,000.50", "1000.5"),
            ("-0.0", "0"),
            ("1/3", "1/3"),
            ("-.25", "-0.25"),
            ("1e2", "100"),
        ] {
            assert_eq!(number(text).map(|n| n.to_string()).as_deref(), Some(form));
        }
    }
}
