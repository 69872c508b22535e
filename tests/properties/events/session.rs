//! What is done to a session.

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use synod::core::session::Restored;
use synod::core::{HandedServer, SessionChange};

use super::{actor, dial, words};

pub(super) fn change() -> impl Strategy<Value = SessionChange> {
    let restored = select(vec![
        Restored::Live,
        Restored::ByHandle,
        Restored::ByReplay,
        Restored::InDoubt,
    ]);
    let one = (words(), of(words()));
    let one = one.prop_map(|(name, trouble)| HandedServer { name, trouble });
    prop_oneof![
        words().prop_map(|title| SessionChange::Renamed { title }),
        actor().prop_map(|by| SessionChange::Archived { by }),
        select(vec![
            SessionChange::Unarchived,
            SessionChange::Reset,
            SessionChange::Chosen,
        ]),
        restored.prop_map(|by| SessionChange::Restored { by }),
        vec(one, 0..4).prop_map(|servers| SessionChange::Handed { servers }),
        dial::change(),
    ]
}
