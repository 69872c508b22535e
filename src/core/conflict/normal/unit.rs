//! Units: what of them converts into what, and the words that no table knows.

/// How many words a unit may have.
pub(super) const UNIT_WORDS: usize = 5;

/// What a number counts or measures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Unit {
    Bare,
    /// So much of one; whether a bare number counts ones or these, the question says.
    Part {
        name: &'static str,
        over: i128,
        under: i128,
    },
    /// How much of the base unit of its dimension it is.
    Measure {
        dimension: &'static str,
        over: i128,
        under: i128,
    },
    /// Words that no table knows, in small letters and in the singular.
    Words(String),
}

const PERCENT: Unit = Unit::Part {
    name: "%",
    over: 1,
    under: 100,
};
const DOZEN: Unit = Unit::Part {
    name: "dozen",
    over: 12,
    under: 1,
};

/// Whether a unit is another one with more words behind it: `cup of flour` and `cup`.
pub(super) fn says_more(longer: &str, shorter: &str) -> bool {
    let rest = longer.strip_prefix(shorter);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(" of "))
}

/// How many words a text has.
pub(super) fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

/// Reads what stands behind a number; `None` for words that are no unit.
pub(super) fn unit(text: &str) -> Option<Unit> {
    let bare = text.trim().trim_end_matches('.');
    if let Some(rest) = bare.strip_prefix('%').or_else(|| bare.strip_prefix("\\%")) {
        return (words(rest) <= UNIT_WORDS && is_words(rest)).then_some(PERCENT);
    }
    if let Some(known) = measure(bare) {
        return Some(known);
    }
    let first = bare.split_whitespace().next().unwrap_or_default();
    if matches!(first, "dozen" | "dozens") && is_words(bare) && words(bare) <= UNIT_WORDS {
        return Some(DOZEN);
    }
    if words(bare) > UNIT_WORDS || !is_words(bare) {
        return None;
    }
    let singular: Vec<String> = bare
        .split_whitespace()
        .map(|word| singular(&word.to_lowercase()))
        .collect();
    Some(Unit::Words(singular.join(" ")))
}

/// Whether a text has nothing that changes what the number before it means.
fn is_words(text: &str) -> bool {
    text.chars().all(|c| {
        c.is_alphabetic()
            || matches!(
                c,
                ' ' | '/' | '-' | '\'' | '²' | '³' | '^' | '2' | '3' | '.' | ','
            )
    }) && !text.starts_with(['/', '^', '2', '3', '-', ',', '\''])
        && !text.split_whitespace().any(|word| {
            matches!(
                word,
                "or" | "to" | "is" | "are" | "and" | "minus" | "plus" | "times"
            )
        })
}

/// A word without the ending of its plural; `berries` and `berry` come out as one.
fn singular(word: &str) -> String {
    let hissing = |stem: &&str| {
        ["x", "ss", "sh", "ch"]
            .iter()
            .any(|end| stem.ends_with(end))
    };
    if let Some(stem) = word.strip_suffix("es").filter(hissing) {
        return stem.to_owned();
    }
    let plural = |stem: &&str| stem.len() > 2 && !stem.ends_with(['s', 'u', 'i']);
    let bare = word.strip_suffix('s').filter(plural).unwrap_or(word);
    match bare.strip_suffix("ie") {
        Some(stem) => format!("{stem}y"),
        None => bare.to_owned(),
    }
}

/// What every measure is of the base unit of its dimension.
const MEASURES: &[(&str, &[&str], i128, i128)] = &[
    ("length", &["mm", "millimeter", "millimetre"], 1, 1_000),
    ("length", &["cm", "centimeter", "centimetre"], 1, 100),
    ("length", &["m", "meter", "metre"], 1, 1),
    ("length", &["km", "kilometer", "kilometre"], 1_000, 1),
    ("length", &["in", "inch", "\"", "''"], 254, 10_000),
    ("length", &["ft", "foot", "feet"], 3_048, 10_000),
    ("length", &["yd", "yard"], 9_144, 10_000),
    ("length", &["mi", "mile"], 1_609_344, 1_000),
    ("mass", &["mg", "milligram"], 1, 1_000),
    ("mass", &["g", "gram"], 1, 1),
    ("mass", &["kg", "kilogram", "kilo"], 1_000, 1),
    ("mass", &["oz", "ounce"], 28_349_523_125, 1_000_000_000),
    ("mass", &["lb", "lbs", "pound"], 45_359_237, 100_000),
    ("time", &["ms", "millisecond"], 1, 1_000),
    ("time", &["s", "sec", "second"], 1, 1),
    ("time", &["min", "minute"], 60, 1),
    ("time", &["h", "hr", "hour"], 3_600, 1),
    ("time", &["d", "day"], 86_400, 1),
    ("time", &["week", "wk"], 604_800, 1),
    ("volume", &["ml", "milliliter", "millilitre"], 1, 1_000),
    ("volume", &["l", "liter", "litre"], 1, 1),
    ("money", &["dollar", "usd", "buck"], 1, 1),
    ("money", &["cent", "¢"], 1, 100),
    ("euro", &["euro", "eur", "€"], 1, 1),
    ("pound sterling", &["pound sterling", "gbp", "£"], 1, 1),
    ("yen", &["yen", "jpy", "¥"], 1, 1),
    ("rupee", &["rupee", "inr"], 1, 1),
    ("angle", &["°", "degree", "deg"], 1, 1),
    ("celsius", &["°c", "degree celsius", "celsius"], 1, 1),
    (
        "fahrenheit",
        &["°f", "degree fahrenheit", "fahrenheit"],
        1,
        1,
    ),
];

/// The base unit of each dimension.
const BASES: [(&str, &str); 12] = [
    ("length", "m"),
    ("mass", "g"),
    ("time", "s"),
    ("volume", "l"),
    ("money", "dollar"),
    ("euro", "euro"),
    ("pound sterling", "pound sterling"),
    ("yen", "yen"),
    ("rupee", "rupee"),
    ("angle", "°"),
    ("celsius", "°c"),
    ("fahrenheit", "°f"),
];

/// The base unit of a dimension.
pub(super) fn base(dimension: &str) -> &'static str {
    let known = BASES.iter().find(|(name, _)| *name == dimension);
    known.map_or("", |(_, unit)| unit)
}

/// Reads a unit of the tables.
pub(super) fn measure(text: &str) -> Option<Unit> {
    let lower = text.trim().trim_end_matches('.').to_lowercase();
    if lower == "percent" || lower == "per cent" || lower == "percentage points" {
        return Some(PERCENT);
    }
    let name: Vec<String> = lower.split_whitespace().map(singular).collect();
    let name = name.join(" ");
    let found = MEASURES
        .iter()
        .find(|(_, names, ..)| names.contains(&lower.as_str()) || names.contains(&name.as_str()));
    found.map(|(dimension, _, over, under)| Unit::Measure {
        dimension,
        over: *over,
        under: *under,
    })
}
