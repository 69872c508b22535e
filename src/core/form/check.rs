//! Whether a value fits its field. Each fault is one sentence that says what would fit.

use serde_json::Value;

use super::{Choice, Field, FieldKind, Format};

/// What is wrong with a value; `None` when it fits.
pub(super) fn fault(field: &Field, value: Option<&Value>) -> Option<String> {
    let Some(value) = value else {
        return field.required.then(|| "it has to be filled in".to_owned());
    };
    match &field.kind {
        FieldKind::Text { format, min, max } => text(value, *format, *min, *max, field.required),
        FieldKind::Number { whole, min, max } => number(value, *whole, *min, *max),
        FieldKind::Flag => (!value.is_boolean()).then(|| "it is a yes or a no".to_owned()),
        FieldKind::One { options } => {
            let known = value.as_str().is_some_and(|value| has(options, value));
            (!known).then(|| format!("it is one of {}", listed(options)))
        }
        FieldKind::Many { options, min, max } => many(value, options, *min, *max),
    }
}

fn text(
    value: &Value,
    format: Option<Format>,
    min: Option<u64>,
    max: Option<u64>,
    required: bool,
) -> Option<String> {
    let Some(text) = value.as_str() else {
        return Some("it is a text".to_owned());
    };
    let length = text.chars().count() as u64;
    if required && text.is_empty() && min != Some(0) {
        return Some("it has to be filled in".to_owned());
    }
    if let Some(min) = min.filter(|min| length < *min) {
        return Some(format!(
            "it needs at least {min} characters and has {length}"
        ));
    }
    if let Some(max) = max.filter(|max| length > *max) {
        return Some(format!("it may have {max} characters and has {length}"));
    }
    let looks = match format? {
        Format::Email => (is_email(text), "an e-mail address such as name@example.org"),
        Format::Uri => (is_uri(text), "an address such as https://example.org"),
        Format::Date => (is_date(text), "a date such as 2026-03-02"),
        Format::DateTime => (is_date_time(text), "a time such as 2026-03-02T13:20:00Z"),
    };
    let (fits, wanted) = looks;
    (!fits).then(|| format!("it is {wanted}"))
}

fn number(value: &Value, whole: bool, min: Option<f64>, max: Option<f64>) -> Option<String> {
    let what = if whole { "a whole number" } else { "a number" };
    let Some(number) = value.as_f64() else {
        return Some(format!("it is {what}"));
    };
    let fits = !(whole && number.fract() != 0.0)
        && min.is_none_or(|min| number >= min)
        && max.is_none_or(|max| number <= max);
    (!fits).then(|| match (min, max) {
        (Some(min), Some(max)) => format!("it is {what} from {min} to {max}"),
        (Some(min), None) => format!("it is {what} of at least {min}"),
        (None, Some(max)) => format!("it is {what} of at most {max}"),
        (None, None) => format!("it is {what}"),
    })
}

fn many(value: &Value, options: &[Choice], min: Option<u64>, max: Option<u64>) -> Option<String> {
    let Some(chosen) = value.as_array() else {
        return Some("it is a choice of several".to_owned());
    };
    let known = |value: &Value| value.as_str().is_some_and(|value| has(options, value));
    if !chosen.iter().all(known) {
        return Some(format!("they are of {}", listed(options)));
    }
    let count = chosen.len() as u64;
    if let Some(min) = min.filter(|min| count < *min) {
        return Some(format!("{count} are chosen, and at least {min} are needed"));
    }
    max.filter(|max| count > *max)
        .map(|max| format!("{count} are chosen, and {max} are the most"))
}

fn has(options: &[Choice], value: &str) -> bool {
    options.iter().any(|option| option.value == value)
}

fn listed(options: &[Choice]) -> String {
    let shown: Vec<&str> = options
        .iter()
        .map(|option| option.value.as_str())
        .take(8)
        .collect();
    let more = if options.len() > shown.len() {
        " …"
    } else {
        ""
    };
    format!("{}{more}", shown.join(", "))
}

fn is_email(text: &str) -> bool {
    let clean = !text.chars().any(|c| c.is_whitespace() || c.is_control());
    clean
        && text.rsplit_once('@').is_some_and(|(name, host)| {
            !name.is_empty() && !name.contains('@') && host.split('.').all(|part| !part.is_empty())
        })
}

fn is_uri(text: &str) -> bool {
    let clean = !text.chars().any(|c| c.is_whitespace() || c.is_control());
    clean
        && text.split_once(':').is_some_and(|(scheme, rest)| {
            scheme.starts_with(|c: char| c.is_ascii_alphabetic())
                && scheme
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
                && !rest.trim_start_matches('/').is_empty()
        })
}

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else {
        return false;
    };
    let (Some(year), Some(month), Some(day)) = (digits(year, 4), digits(month, 2), digits(day, 2))
    else {
        return false;
    };
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => 0,
    };
    (1..=days).contains(&day)
}

fn is_date_time(text: &str) -> bool {
    let Some((date, time)) = text.split_once(['T', 't']) else {
        return false;
    };
    let Some(zone_at) = time.find(['Z', 'z', '+', '-']) else {
        return false;
    };
    let (clock, zone) = time.split_at(zone_at);
    let (whole, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let fraction = !fraction.is_empty() && fraction.chars().all(|c| c.is_ascii_digit());
    let hours = |text: &str, parts: usize| {
        let found: Vec<Option<u32>> = text.split(':').map(|part| digits(part, 2)).collect();
        found.len() == parts
            && found
                .iter()
                .zip([23, 59, 60])
                .all(|(part, most)| part.is_some_and(|part| part <= most))
    };
    let zone = match zone.strip_prefix(['+', '-']) {
        Some(offset) => hours(offset, 2),
        None => zone.len() == 1,
    };
    is_date(date) && hours(whole, 3) && fraction && zone
}

fn digits(text: &str, length: usize) -> Option<u32> {
    let fits = text.len() == length && text.chars().all(|c| c.is_ascii_digit());
    fits.then(|| text.parse().ok()).flatten()
}
