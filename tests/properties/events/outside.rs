//! What others did to the shared memory: any edit, and any last word on one.

use proptest::prelude::*;
use proptest::sample::select;
use synod::core::{Event, Import, OutsideEdit, Settled};

use super::{task_id, text, words};

/// What became of an edit.
pub(super) fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        (words(), words(), settled()).prop_map(|(document, digest, how)| Event::EditSettled {
            document,
            digest,
            how,
        }),
        (task_id(), text()).prop_map(|(task, result)| Event::ResultReplaced { task, result }),
    ]
}

pub(super) fn edit() -> impl Strategy<Value = OutsideEdit> {
    let import = prop_oneof![
        (task_id(), text()).prop_map(|(task, text)| Import::Result { task, text }),
        words().prop_map(|why| Import::Nothing { why }),
    ];
    let fields = (words(), words(), text(), import);
    fields.prop_map(|(document, digest, diff, import)| OutsideEdit {
        document,
        digest,
        diff,
        import,
    })
}

fn settled() -> impl Strategy<Value = Settled> {
    select(vec![
        Settled::Imported,
        Settled::KeptAside,
        Settled::Overwritten,
    ])
}
