//! What a session can be set to.

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use synod::core::{Dial, DialSort, DialValue, DialWish, SessionChange};

use super::words;

/// What becomes known or wished of it.
pub(super) fn change() -> impl Strategy<Value = SessionChange> {
    prop_oneof![
        vec(dial(), 0..3).prop_map(|dials| SessionChange::Dials { dials }),
        (words(), words()).prop_map(|(dial, value)| SessionChange::Dialled { dial, value }),
        (words(), of(words())).prop_map(|(dial, value)| SessionChange::Wished { dial, value }),
        (words(), words()).prop_map(|(dial, value)| SessionChange::Unfulfilled {
            wish: DialWish { dial, value },
        }),
    ]
}

fn dial() -> impl Strategy<Value = Dial> {
    let sort = select(vec![
        DialSort::Mode,
        DialSort::Model,
        DialSort::Thought,
        DialSort::Other,
    ]);
    let value = (words(), words()).prop_map(|(value, name)| DialValue { value, name });
    let parts = (words(), words(), sort, words(), vec(value, 0..3));
    parts.prop_map(|(id, name, sort, current, values)| Dial {
        id,
        name,
        sort,
        current,
        values,
    })
}
