//! Times as a filter says them: a span back from now, a time of day, a date.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;

use crate::core::{Span, Timestamp};

/// The moment that is meant, none where it is no time. A time of day that is not yet is yesterday's.
pub(super) fn since(text: &str, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    if let Some(span) = span(text) {
        return Some(Timestamp(now.0.saturating_sub(span.0)));
    }
    let here = jiff::Timestamp::from_millisecond(i64::try_from(now.0).ok()?).ok()?;
    let today = here.to_zoned(zone.clone()).date();
    if let Some(date) = date(text) {
        return moment(date, Time::midnight(), zone);
    }
    let time = time(text)?;
    let at = moment(today, time, zone)?;
    if at <= now {
        return Some(at);
    }
    moment(today.yesterday().ok()?, time, zone)
}

fn span(text: &str) -> Option<Span> {
    let unit = text.chars().last()?;
    let seconds: u64 = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        'w' => 7 * 86_400,
        _ => return None,
    };
    let number = number(text.strip_suffix(unit)?)?;
    Some(Span::secs(number.checked_mul(seconds)?))
}

fn time(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    let two = |text: &str| i8::try_from(number(text).filter(|_| text.len() <= 2)?).ok();
    Time::new(two(hour)?, two(minute)?, 0, 0).ok()
}

/// Digits alone: no sign.
fn number(text: &str) -> Option<u64> {
    let plain = text.bytes().all(|it| it.is_ascii_digit());
    text.parse().ok().filter(|_| plain)
}

fn date(text: &str) -> Option<Date> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let plain = parts.next().is_none() && year.len() == 4;
    let date = Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    date.ok().filter(|_| plain)
}

fn moment(date: Date, time: Time, zone: &TimeZone) -> Option<Timestamp> {
    let at = date.to_datetime(time).to_zoned(zone.clone()).ok()?;
    u64::try_from(at.timestamp().as_millisecond())
        .ok()
        .map(Timestamp)
}

#[cfg(test)]
mod tests {
    use jiff::tz::Offset;
    use pretty_assertions::assert_eq;

    use super::*;

    /// 2026-03-09 15:04:00 in UTC.
    const NOW: Timestamp = Timestamp(1_773_068_640_000);
    const HOUR: u64 = 3_600_000;

    #[test]
    fn times_are_read_by_the_clock_on_the_wall() {
        let utc = |text| since(text, NOW, &TimeZone::UTC).map(|it| NOW.0 - it.0);
        assert_eq!(utc("10m"), Some(600_000));
        assert_eq!(utc("2h"), Some(2 * HOUR));
        assert_eq!(utc("1d"), Some(24 * HOUR));
        assert_eq!(utc("15:04"), Some(0));
        assert_eq!(utc("14:34"), Some(HOUR / 2));
        assert_eq!(utc("15:34"), Some(23 * HOUR + HOUR / 2), "yesterday's");
        assert_eq!(utc("2026-03-09"), Some(15 * HOUR + 4 * 60_000));
        let east = TimeZone::fixed(Offset::constant(9));
        assert_eq!(since("0:04", NOW, &east), Some(NOW), "the next day there");
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "m",
            "x",
            "1y",
            "24:00",
            "1:2:3",
            "7:60",
            "2026-13-01",
            "26-03-09",
            "2026-03-09-1",
            "99999999999999999999d",
            "18446744073709551615d",
            "-1h",
            "1:+5",
            "é",
        ] {
            assert_eq!(since(text, NOW, &TimeZone::UTC), None, "{text}");
        }
        assert_eq!(since("9999999w", NOW, &TimeZone::UTC), Some(Timestamp(0)));
    }
}
