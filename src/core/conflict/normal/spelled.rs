//! Numbers that are written without digits: `½`, `twelve`, `Twenty-one`.

use super::number::Number;

/// Reads a sign that stands for a fraction, and returns what comes after it.
pub(super) fn glyph(text: &str) -> Option<(Number, &str)> {
    const GLYPHS: [(char, i128, i128); 11] = [
        ('½', 1, 2),
        ('⅓', 1, 3),
        ('⅔', 2, 3),
        ('¼', 1, 4),
        ('¾', 3, 4),
        ('⅕', 1, 5),
        ('⅙', 1, 6),
        ('⅛', 1, 8),
        ('⅜', 3, 8),
        ('⅝', 5, 8),
        ('⅞', 7, 8),
    ];
    let first = text.chars().next()?;
    let (_, over, under) = GLYPHS.iter().find(|(sign, ..)| *sign == first)?;
    Some((Number::ratio(*over, *under)?, text.get(first.len_utf8()..)?))
}

const SMALL: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 8] = [
    "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
];

/// Reads a number below one hundred that is written out, and returns what comes after it.
pub(super) fn word(text: &str) -> Option<(Number, &str)> {
    let length = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    if !(3..=9).contains(&length) {
        return None;
    }
    let (first, rest) = text.split_at_checked(length)?;
    let first = first.to_ascii_lowercase();
    if let Some(value) = SMALL.iter().position(|name| *name == first) {
        return Some((Number::whole(i128::try_from(value).ok()?), rest));
    }
    let tens = i128::try_from(TENS.iter().position(|name| *name == first)?).ok()?;
    let tens = (tens + 2) * 10;
    if let Some(after) = rest.strip_prefix(['-', ' ']) {
        let length = after.bytes().take_while(u8::is_ascii_alphabetic).count();
        let (second, rest) = after.split_at_checked(length)?;
        let second = second.to_ascii_lowercase();
        if let Some(ones) = SMALL.iter().take(10).position(|name| *name == second)
            && ones > 0
        {
            return Some((Number::whole(tens + i128::try_from(ones).ok()?), rest));
        }
    }
    Some((Number::whole(tens), rest))
}
