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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use pretty_assertions::assert_eq;

    use crate::core::{Recorded, Timestamp};
    use crate::journal::codec::samples::samples;
    use crate::ui::telling::{KINDS, tell_recorded};

    #[test]
    fn the_kinds_of_a_filter_are_those_of_the_events() {
        let told = samples().into_iter().map(|event| {
            let at = Timestamp(0);
            tell_recorded(&Recorded { seq: 9, at, event }).0
        });
        let told: BTreeSet<&str> = told.collect();
        assert_eq!(told, KINDS.into_iter().collect());
    }
}
