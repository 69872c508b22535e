//! What sessions can be set to: what members say of it, and what the operator wishes.

use synod::core::{CallOrder, Dial, DialSort, DialValue, Report, SessionOrder};

const MODE: &str = "mode";

/// A wish about a session, or one that is taken back; of such a wish some values are there and some are not.
pub(crate) fn wish(pick: usize) -> SessionOrder {
    SessionOrder::Set {
        dial: MODE.to_owned(),
        value: (!pick.is_multiple_of(5)).then(|| mode(pick as u64 % 4)),
    }
}

fn mode(number: u64) -> String {
    format!("m{number}")
}

/// What a member says of the session of a call. It is set to what was wished, if that is there: now and then
/// a mode is there no more. Not all members can be set to anything.
pub(crate) fn told(order: &CallOrder) -> Option<Report> {
    let call = order.call;
    if call.0.is_multiple_of(4) {
        return None;
    }
    let modes = if call.0.is_multiple_of(6) { 1 } else { 3 };
    let values: Vec<DialValue> = (0..modes)
        .map(|number| DialValue {
            value: mode(number),
            name: mode(number),
        })
        .collect();
    let has = |value: &str| values.iter().any(|one| one.value == value);
    let (had, not) = order
        .wishes
        .iter()
        .cloned()
        .partition(|wish| has(&wish.value));
    let had: Vec<synod::core::DialWish> = had;
    let current = had
        .first()
        .map_or_else(|| mode(0), |wish| wish.value.clone());
    Some(Report::Dials {
        call,
        dials: vec![Dial {
            id: MODE.to_owned(),
            name: MODE.to_owned(),
            sort: DialSort::Mode,
            current,
            values,
        }],
        unfulfilled: not,
    })
}
