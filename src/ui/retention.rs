//! What becomes of old results, in words: events for the Journal screen, and the meter.

use crate::core::{Meter, Old, Retention, TaskId};
use crate::ui::composer::size;
use crate::ui::lessons::Told;
use crate::ui::telling::days;
use crate::ui::theme::Role;

/// How many tasks are named.
const NAMED: usize = 8;

pub(crate) fn set(retention: &Retention) -> Told {
    let becomes = match retention.old {
        Old::Summary => "summarised",
        Old::Archive => "archived",
    };
    let keep = retention.keep.map(|keep| format!("after {}", days(keep)));
    let most = retention.most.map(|most| format!("beyond {}", bytes(most)));
    let what = match (keep, most) {
        (None, None) => "results stay whole for ever".to_owned(),
        (keep, most) => {
            let when: Vec<String> = keep.into_iter().chain(most).collect();
            format!("results are {becomes} {}", when.join(" and "))
        }
    };
    ("memory", what, Role::Text)
}

/// How full the shared memory is: glyph and word where it is nearly so. Nothing without a limit, or
/// where it is as good as empty.
pub(crate) fn meter(meter: &Meter) -> Option<String> {
    let percent = meter.percent().filter(|percent| *percent > 0)?;
    Some(if percent >= 100 {
        "▲ full".to_owned()
    } else if meter.is_nearly_full() {
        format!("▲ {percent}% full")
    } else {
        format!("{percent}% full")
    })
}

/// The same, as a sentence of the doctor.
pub(crate) fn measured(meter: &Meter) -> String {
    let there = format!("results and conflicts: {}", bytes(meter.bytes));
    match (meter.limit, meter.percent()) {
        (Some(limit), Some(percent)) => {
            let (whole, limit) = (bytes(meter.whole), bytes(limit));
            format!("{there}, of them whole: {whole} of {limit}, {percent}%")
        }
        (Some(_) | None, _) => there,
    }
}

fn bytes(bytes: u64) -> String {
    size(usize::try_from(bytes).unwrap_or(usize::MAX))
}

pub(crate) fn aged(tasks: &[TaskId], old: Old) -> Told {
    let becomes = match old {
        Old::Summary => "summarised",
        Old::Archive => "archived",
    };
    let named: Vec<String> = tasks.iter().take(NAMED).map(TaskId::to_string).collect();
    let more = match tasks.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let named = named.join(" ");
    let what = format!("{becomes}, for they are old: {named}{more}; the journal keeps them whole");
    ("memory", what, Role::Muted)
}

#[cfg(test)]
mod tests {
    use super::{aged, measured, meter, set};
    use crate::core::{Meter, Old, Retention, Span, TaskId};

    #[test]
    fn the_policy_and_what_ages_are_told() {
        let told = |keep: Option<u64>, most, old| {
            let keep = keep.map(|days| Span(days * Span::DAY.0));
            set(&Retention { keep, most, old }).1
        };
        assert_eq!(
            told(None, None, Old::Summary),
            "results stay whole for ever"
        );
        assert_eq!(
            told(Some(30), Some(64_000_000), Old::Archive),
            "results are archived after 30 days and beyond 64.0 MB"
        );
        let tasks: Vec<TaskId> = (1..=10).map(TaskId).collect();
        assert_eq!(
            aged(&tasks, Old::Summary).1,
            "summarised, for they are old: #1 #2 #3 #4 #5 #6 #7 #8 and 2 more; the journal keeps \
             them whole"
        );
    }

    #[test]
    fn the_meter_has_a_glyph_and_a_word_where_whole_ones_nearly_fill_it() {
        let of = |whole, limit| Meter {
            documents: 3,
            bytes: whole + 5_000_000,
            whole,
            limit,
        };
        let said = |bytes| meter(&of(bytes, Some(10_000_000))).unwrap();
        assert_eq!(said(7_990_000), "79% full");
        assert_eq!(said(8_000_000), "▲ 80% full");
        assert_eq!(said(10_100_000), "▲ full");
        assert_eq!(meter(&of(5, None)), None);
        assert_eq!(meter(&of(5_000, Some(10_000_000))), None);
        let sentence = measured(&of(1_230_000, Some(10_000_000)));
        assert_eq!(
            sentence,
            "results and conflicts: 6.2 MB, of them whole: 1.2 MB of 10.0 MB, 12%"
        );
    }
}
