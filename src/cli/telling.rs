//! An event of the journal as one line of text.

use jiff::tz::TimeZone;

use crate::core::Recorded;
use crate::ui::telling;
use crate::ui::text;

/// Place, time, sort and what happened. Untrusted text in it is made harmless.
pub(super) fn tell(recorded: &Recorded) -> String {
    let (sort, what, _) = telling::tell_recorded(recorded);
    let millis = i64::try_from(recorded.at.0).unwrap_or(i64::MAX);
    let at = jiff::Timestamp::from_millisecond(millis)
        .unwrap_or_default()
        .to_zoned(TimeZone::system());
    format!(
        "{:>7}  {}  {sort:<9} {}",
        recorded.seq,
        at.strftime("%Y-%m-%d %H:%M:%S"),
        plain(&what)
    )
}

/// Text that cannot do anything to a terminal.
pub(super) fn plain(text: &str) -> String {
    text::line(text).into_owned()
}
